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
internal sealed partial class TellAnswers(CollectPipeline pipeline, CreateSource sources, WorkspaceRegistry workspaces, TimeProvider clock, ILogger<TellAnswers> log) : BackgroundService
{
    /// <summary>Name of the source.</summary>
    public const string Source = "Temas anketleri / surveys";

    private const int AtOnce = 500;

    /// <summary>Tells all that waits in a workspace. How many were told.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var book = SurveyBook.Of(workspace);
        await book.Telling.WaitAsync(cancel);
        try
        {
            var waiting = await book.Responses.UntoldAsync(AtOnce, cancel);
            if (waiting.Count == 0) return 0;
            var source = await sources.FindOrCreateAsync(workspace, Source, Actor.System, cancel);
            if (source.Problem is { } none) return Failed(workspace, none);
            using var lines = new MemoryStream();
            var told = new List<(SurveyResponse Response, Survey Survey)>();
            foreach (var response in waiting)
            {
                if (await book.VersionAsync(response.Survey, response.Version, cancel) is not { } survey)
                {
                    Held(log, workspace.Key.Value, "survey_version_unreadable");
                    continue;
                }

                lines.Write(AnsweredEvent.Write(survey, response).Span);
                lines.WriteByte((byte)'\n');
                told.Add((response, survey));
            }

            // One commit for all of them; only then each is noted as told.
            var taken = await pipeline.AcceptAsync(workspace, source.Value, lines.ToArray(), imported: false, cancel);
            if (taken.Problem is { } problem) return Failed(workspace, problem);
            foreach (var rejected in taken.Value.Rejected) Failed(workspace, rejected.Problem);
            await AnsweredNotice.CommitAsync(workspace, told, cancel);
            return told.Count;
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

    /// <summary>As <see cref="RunAsync"/>; what fails is logged, and tried again later.</summary>
    public async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            await RunAsync(workspace, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Broke(log, e, workspace.Key.Value);
        }
    }

    private int Failed(Workspace workspace, Problem problem)
    {
        Held(log, workspace.Key.Value, problem.Code);
        return 0;
    }

    [LoggerMessage(LogLevel.Warning, "Answers to surveys of {Workspace} could not be told ({Code}); it is tried again.")]
    private static partial void Held(ILogger log, string workspace, string code);

    [LoggerMessage(LogLevel.Error, "Telling the answers to surveys of {Workspace} failed; it is tried again.")]
    private static partial void Broke(ILogger log, Exception e, string workspace);
}
