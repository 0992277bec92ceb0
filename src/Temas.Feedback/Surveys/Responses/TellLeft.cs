using Dapper;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Feedback.Surveys.Definitions;
using Temas.Storage;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>
/// Tells the module event <c>survey.left</c>: that somebody began to answer and has not gone on for an hour. One transaction with the place up to which was looked, so each is told once; who goes on and leaves again is told of again. Nothing is told of
/// anonymous surveys, nor of what was left before this began.
/// </summary>
internal sealed partial class TellLeft(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<TellLeft> log) : BackgroundService
{
    /// <summary>Its kind.</summary>
    public const string Kind = "survey.left";

    /// <summary>Who has not gone on for so long has left.</summary>
    public static readonly TimeSpan After = TimeSpan.FromHours(1);

    private const int AtOnce = 200;

    /// <summary>The step of the table.</summary>
    public static Migration Migration { get; } = new("survey-left", 1, "create table survey_left(survey text primary key, at bigint not null, id text not null)");

    /// <summary>Tells what a workspace has to tell now. How many were told.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var told = 0;
        foreach (var key in workspace.Definitions.List(SurveyKind.Name).Select(d => d.Key))
        {
            if (SurveyBook.Of(workspace).Published(key)?.Survey.IsAnonymous is false) told += await RunAsync(workspace, key, cancel);
        }

        return told;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMinutes(1), clock);
        try
        {
            do
            {
                foreach (var workspace in workspaces.All) await TryAsync(workspace, stoppingToken);
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task<int> RunAsync(Workspace workspace, string survey, CancellationToken cancel)
    {
        var (book, told) = (SurveyBook.Of(workspace), 0);
        var upto = (clock.GetUtcNow() - After).ToUnixTimeMilliseconds();
        // An erasure waits for what is being told of her, and takes it along.
        await book.Telling.WaitAsync(cancel);
        try
        {
            var (at, id) = await PlaceAsync(workspace.Database, survey, upto, cancel);
            if (at >= upto) return 0;
            while (true)
            {
                var left = await book.Responses.LeftAsync(survey, (at, id), upto, AtOnce, cancel);
                var notices = new List<NewModuleEvent>();
                foreach (var response in left)
                {
                    if (await book.VersionAsync(survey, response.Version, cancel) is { IsAnonymous: false } version) notices.Add(new NewModuleEvent(Kind, AnsweredNotice.SubjectOf(workspace, response), AnsweredNotice.Write(response, version)));
                }

                var isLast = left.Count < AtOnce;
                (at, id) = isLast ? (upto, "") : (left[^1].ChangedAt.ToUnixTimeMilliseconds(), left[^1].Id);
                if (notices.Count > 0)
                {
                    await workspace.Events.CommitAsync(
                        notices, (connection, transaction, _) => connection.ExecuteAsync("update survey_left set at = @at, id = @id where survey = @survey", new { at, id, survey }, transaction), cancel);
                }
                else
                {
                    await using var connection = await workspace.Database.OpenAsync(cancel);
                    await connection.ExecuteAsync("update survey_left set at = @at, id = @id where survey = @survey", new { at, id, survey });
                }

                told += notices.Count;
                if (isLast) return told;
            }
        }
        finally
        {
            book.Telling.Release();
        }
    }

    private static async Task<(long At, string Id)> PlaceAsync(Database database, string survey, long upto, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        if (await connection.QuerySingleOrDefaultAsync<(long, string)?>("select at, id from survey_left where survey = @survey", new { survey }) is { } place) return place;
        await connection.ExecuteAsync("insert into survey_left(survey, at, id) values(@survey, @upto, '') on conflict(survey) do nothing", new { survey, upto });
        return (upto, "");
    }

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            await RunAsync(workspace, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Broke(log, e, workspace.Key.Value);
        }
    }

    [LoggerMessage(LogLevel.Error, "What was left unfinished in surveys of {Workspace} could not be told; it is tried again.")]
    private static partial void Broke(ILogger log, Exception e, string workspace);
}
