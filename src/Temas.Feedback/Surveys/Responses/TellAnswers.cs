using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Responses;

/// <summary>
/// Tells finished responses as events of the source "Surveys": at once, so that an answer is on the timeline when the respondent is thanked, and again every few seconds and after a start for what could not be told. The log takes each once. Other modules are told in one
/// transaction with the note that a response was told, and so once, too (<see cref="AnsweredNotice"/>).
/// </summary>
internal sealed partial class TellAnswers(CollectPipeline pipeline, CreateSource sources, SourceRegistry registry, WorkspaceRegistry workspaces, TimeProvider clock, ILogger<TellAnswers> log) : BackgroundService
{
    /// <summary>Name of the source.</summary>
    public const string Source = "Temas anketleri / surveys";

    private const int AtOnce = 500;

    private readonly ConcurrentDictionary<Workspace, Turn> turns = new();

    /// <summary>Tells all that waits in a workspace. How many were told.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var book = SurveyBook.Of(workspace);
        await book.Telling.WaitAsync(cancel);
        try
        {
            // Whom other modules were not told of is among those that wait.
            if (turns.TryGetValue(workspace, out var turn)) turn.Unnoted.Clear();
            var waiting = new List<(SurveyResponse Response, Survey Survey)>();
            foreach (var response in await book.Responses.UntoldAsync(AtOnce, cancel))
            {
                if (await book.VersionAsync(response.Survey, response.Version, cancel) is { } survey) waiting.Add((response, survey));
                else Held(log, workspace.Key.Value, "survey_version_unreadable");
            }

            if (!await SendAsync(workspace, waiting, cancel)) return 0;
            await AnsweredNotice.CommitAsync(workspace, waiting, cancel);
            return waiting.Count;
        }
        finally
        {
            book.Telling.Release();
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(5), clock);
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

    /// <summary>
    /// Tells a response that was finished, so that it is on the timeline when its respondent is thanked. Whoever comes while others are told waits for the round after that, together with all who came: so a thousand at once cost a few rounds.
    /// Nobody waits for what other modules are told; while one round follows the other they are told together. What fails is logged, and tried again later.
    /// </summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="survey">The version that was answered.</param>
    /// <param name="response">What was committed.</param>
    public Task TellAsync(Workspace workspace, Survey survey, SurveyResponse response)
    {
        var turn = turns.GetOrAdd(workspace, static _ => new Turn());
        lock (turn)
        {
            turn.Waiting.Add((response, survey));
            if (turn.Next is null)
            {
                turn.Next = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                turn.Last = RoundAsync(workspace, turn, turn.Last, turn.Next);
            }

            return turn.Next.Task;
        }
    }

    private async Task RoundAsync(Workspace workspace, Turn turn, Task before, TaskCompletionSource told)
    {
        // Not before whoever began this has noted it; and one round after the other.
        await Task.Yield();
        await before;
        var book = SurveyBook.Of(workspace);
        await book.Telling.WaitAsync();
        try
        {
            List<(SurveyResponse Response, Survey Survey)> waiting;
            lock (turn) (waiting, turn.Waiting, turn.Next) = (turn.Waiting, [], null);
            // Some may have been told already, or forgotten with their customer, while they waited.
            var untold = await book.Responses.UntoldIdsAsync();
            waiting.RemoveAll(w => !untold.Contains(w.Response.Id));
            turn.Unnoted.RemoveAll(w => !untold.Contains(w.Response.Id));
            if (await SendAsync(workspace, waiting, CancellationToken.None)) turn.Unnoted.AddRange(waiting);
            told.TrySetResult();
            lock (turn)
            {
                if (turn.Next is not null && turn.Unnoted.Count < AtOnce) return;
            }

            await AnsweredNotice.CommitAsync(workspace, turn.Unnoted, CancellationToken.None);
            turn.Unnoted.Clear();
        }
        catch (Exception e)
        {
            Broke(log, e, workspace.Key.Value);
        }
        finally
        {
            book.Telling.Release();
            told.TrySetResult();
        }
    }

    // One commit of the log for all of them. Whether it took them.
    private async Task<bool> SendAsync(Workspace workspace, List<(SurveyResponse Response, Survey Survey)> waiting, CancellationToken cancel)
    {
        if (waiting.Count == 0) return false;
        var known = registry.Of(workspace).FirstOrDefault(s => s.RevokedAt is null && s.Name == Source);
        var source = known is not null ? known : await sources.FindOrCreateAsync(workspace, Source, "Temas", Actor.System, cancel);
        if (source.Problem is { } none)
        {
            Failed(workspace, none);
            return false;
        }

        using var lines = new MemoryStream();
        foreach (var (response, survey) in waiting)
        {
            lines.Write(AnsweredEvent.Write(survey, response).Span);
            lines.WriteByte((byte)'\n');
            if (AnsweredEvent.WriteConsent(survey, response) is not { } consent) continue;
            lines.Write(consent.Span);
            lines.WriteByte((byte)'\n');
        }

        var taken = await pipeline.AcceptAsync(workspace, source.Value, lines.GetBuffer().AsMemory(0, (int)lines.Length), imported: false, cancel);
        if (taken.Problem is { } problem)
        {
            Failed(workspace, problem);
            return false;
        }

        foreach (var rejected in taken.Value.Rejected) Failed(workspace, rejected.Problem);
        return true;
    }

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            while (await RunAsync(workspace, cancel) == AtOnce)
            {
                // There may be more.
            }
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Broke(log, e, workspace.Key.Value);
        }
    }

    private sealed class Turn
    {
        public List<(SurveyResponse Response, Survey Survey)> Waiting { get; set; } = [];

        /// <summary>In the log, and other modules have still to be told of them. For whoever holds <see cref="SurveyBook.Telling"/>.</summary>
        public List<(SurveyResponse Response, Survey Survey)> Unnoted { get; } = [];

        public Task Last { get; set; } = Task.CompletedTask;

        public TaskCompletionSource? Next { get; set; }
    }

    private void Failed(Workspace workspace, Problem problem) => Held(log, workspace.Key.Value, problem.Code);

    [LoggerMessage(LogLevel.Warning, "Answers to surveys of {Workspace} could not be told ({Code}); it is tried again.")]
    private static partial void Held(ILogger log, string workspace, string code);

    [LoggerMessage(LogLevel.Error, "Telling the answers to surveys of {Workspace} failed; it is tried again.")]
    private static partial void Broke(ILogger log, Exception e, string workspace);
}
