using System.Globalization;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel;
using Temas.Kernel.Mail;
using Temas.Storage;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;
using Temas.Ui.Reading;

namespace Temas.Insight.Dashboards.Reports;

/// <summary>
/// Sends boards as letters when their time has come. That it goes out is written down first: a letter that a crash swallowed is not sent again, for the page says the same.
/// </summary>
internal sealed partial class SendReports(WorkspaceRegistry workspaces, IServiceScopeFactory scopes, IMailer mailer, IPublicLinks links, IAuditTrail audit, TimeProvider clock, ILogger<SendReports> log) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1);

    /// <summary>The table of what went out.</summary>
    public static Migration Migration { get; } = new("dashboards", 2, "create table dashboard_report(board text not null, day text not null, sent_at bigint not null, primary key(board, day))");

    /// <summary>Whether a report is due at a moment by the clock of the workspace, whatever was sent already.</summary>
    public static bool IsDue(Report report, DateTimeOffset local) =>
        local.Hour >= report.Hour && report.Every switch { "day" => true, "week" => local.DayOfWeek == DayOfWeek.Monday, _ => local.Day == 1 };

    /// <summary>Sends what is due in a workspace. How many letters were taken.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        if (!mailer.IsSet) return 0;
        var sent = 0;
        var local = TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone());
        foreach (var board in Dashboard.All(workspace))
        {
            if (board.Report is not { } report || !IsDue(report, local) || !await TakeAsync(workspace, board.Key, local, cancel)) continue;
            var letter = await WriteAsync(workspace, board, report, cancel);
            foreach (var to in report.To)
            {
                if (await mailer.SendAsync(letter with { To = to }, cancel) == MailFate.Sent) sent++;
            }

            await audit.RecordAsync(new AuditEntry(workspace.Key, Actor.System, "dashboard.reported", $"dashboard {board.Key}"), cancel);
        }

        return sent;
    }

    /// <summary>A board as a letter, in the language of its report.</summary>
    public async Task<Letter> WriteAsync(Workspace workspace, Dashboard board, Report report, CancellationToken cancel)
    {
        var (before, beforeUi) = (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture);
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = CultureInfo.GetCultureInfo(report.Language == "tr" ? "tr-TR" : "en-GB");
            await using var scope = scopes.CreateAsyncScope();
            var (services, settings) = (scope.ServiceProvider, WorkspaceSettings.Of(workspace));
            services.GetRequiredService<CurrentWorkspace>().Value = workspace;
            var reader = services.GetRequiredService<Reader>();
            (reader.Zone, reader.Currency) = (settings.Zone(), settings.Currency);
            var loader = services.GetRequiredService<TileLoader>();
            // A letter goes further than its reader: it names nobody and opens to nobody without signing in.
            loader.IsShared = true;
            var text = services.GetRequiredService<IStringLocalizer<DashboardText>>();
            var state = new BoardState();
            var tiles = new List<(string Title, TileContent Content)>();
            foreach (var tile in board.Tiles.Where(t => !TileKinds.Personal.Contains(t.Kind) && TileKinds.All.Any(k => k.Kind == t.Kind) && !loader.IsWaiting(t)))
                tiles.Add((loader.TitleOf(tile), await loader.LoadAsync(board, tile, state, cancel)));
            return ReportLetter.Write(board.Label.In(report.Language), workspace.Name, state.PeriodOf(workspace, board), tiles, links.To(TemasUrls.Dashboard(workspace.Key.Value, board.Key)), report.Language, text);
        }
        finally
        {
            (CultureInfo.CurrentCulture, CultureInfo.CurrentUICulture) = (before, beforeUi);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Every, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var workspace in workspaces.All)
                {
                    try
                    {
                        await RunAsync(workspace, stoppingToken);
                    }
                    catch (Exception e) when (e is not OperationCanceledException)
                    {
                        Failed(log, e, workspace.Key.Value);
                    }
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Writes down that today's goes out; false when it did.</summary>
    private static async Task<bool> TakeAsync(Workspace workspace, string board, DateTimeOffset local, CancellationToken cancel)
    {
        await using var connection = await workspace.Database.OpenAsync(cancel);
        return await connection.ExecuteAsync(
            "insert into dashboard_report(board, day, sent_at) values(@board, @day, @at) on conflict(board, day) do nothing",
            new { board, day = local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), at = local.ToUnixTimeMilliseconds() }) > 0;
    }

    [LoggerMessage(LogLevel.Error, "The reports of {Workspace} could not be sent.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
