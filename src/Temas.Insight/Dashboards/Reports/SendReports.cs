using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Localization;
using Microsoft.Extensions.Logging;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel;
using Temas.Kernel.Mail;
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
    private static readonly TimeSpan Every = TimeSpan.FromMinutes(1), Longest = TimeSpan.FromMinutes(30);

    // Since when a report waits for figures; touched by one round at a time.
    private readonly Dictionary<(string Workspace, string Board, DateOnly Day), long> waits = [];

    /// <summary>Sends what is due in a workspace. How many letters were taken.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        if (!mailer.IsSet) return 0;
        var sent = 0;
        foreach (var board in Dashboard.All(workspace))
        {
            if (board.Report is not { } report || await DueAsync(workspace, board, report, cancel) is not { } day) continue;
            var (letter, isWhole) = await ComposeAsync(workspace, board, report, cancel);
            // After a start some figures are still being worked out: a letter waits for them for a while.
            if (!isWhole && MayWait((workspace.Key.Value, board.Key, day))) continue;
            waits.Remove((workspace.Key.Value, board.Key, day));
            if (!await ReportStore.TakeAsync(workspace.Database, board.Key, day, workspace.Clock.GetUtcNow(), cancel)) continue;
            foreach (var to in report.To)
            {
                if (await mailer.SendAsync(letter with { To = to }, cancel) == MailFate.Sent) sent++;
            }

            await audit.RecordAsync(new AuditEntry(workspace.Key, Actor.System, "dashboard.reported", $"dashboard {board.Key}"), cancel);
        }

        return sent;
    }

    /// <summary>A board as a letter, in the language of its report.</summary>
    public async Task<Letter> WriteAsync(Workspace workspace, Dashboard board, Report report, CancellationToken cancel) => (await ComposeAsync(workspace, board, report, cancel)).Letter;

    // With whether every tile has its figures.
    private async Task<(Letter Letter, bool IsWhole)> ComposeAsync(Workspace workspace, Dashboard board, Report report, CancellationToken cancel)
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
            await loader.ReadyAsync(cancel);
            var text = services.GetRequiredService<IStringLocalizer<DashboardText>>();
            var state = new BoardState();
            var tiles = new List<(string Title, TileContent Content)>();
            foreach (var tile in board.Tiles.Where(t => !TileKinds.Personal.Contains(t.Kind) && TileKinds.All.Any(k => k.Kind == t.Kind) && !loader.IsWaiting(t)))
                tiles.Add((loader.TitleOf(tile), await loader.LoadAsync(board, tile, state, cancel)));
            var letter = ReportLetter.Write(board.Label.In(report.Language), workspace.Name, state.PeriodOf(workspace, board), tiles, links.To(TemasUrls.Dashboard(workspace.Key.Value, board.Key)), report.Language, text, services.GetRequiredService<IStringLocalizer<ReportText>>());
            return (letter, !tiles.Exists(t => t.Content is EmptyContent { IsLoading: true }));
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
                    catch (Exception e) when (!stoppingToken.IsCancellationRequested)
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

    private bool MayWait((string, string, DateOnly) report)
    {
        waits.TryAdd(report, clock.GetTimestamp());
        return clock.GetElapsedTime(waits[report]) < Longest;
    }

    /// <summary>The day of the report that is to go out; null for none.</summary>
    private static async Task<DateOnly?> DueAsync(Workspace workspace, Dashboard board, Report report, CancellationToken cancel)
    {
        var zone = WorkspaceSettings.Of(workspace).Zone();
        var now = TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), zone).DateTime;
        if (ReportTimes.Due(report, now, DateTime.MinValue) is not { } day || await ReportStore.WentOutAsync(workspace.Database, board.Key, day, cancel)) return null;
        // Since when it is asked for like this: a board that was changed otherwise meanwhile was asked for before.
        var asked = workspace.Clock.GetUtcNow();
        foreach (var version in (await workspace.Definitions.HistoryAsync(DashboardKind.Name, board.Key, cancel)).TakeWhile(v => !v.Removed && DashboardKind.Instance.Read(board.Key, v.Json).Report is { } of && (of.Every, of.Hour) == (report.Every, report.Hour))) asked = version.At;
        return ReportTimes.Due(report, now, TimeZoneInfo.ConvertTime(asked, zone).DateTime);
    }

    [LoggerMessage(LogLevel.Error, "The reports of {Workspace} could not be sent.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
