using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps;

/// <summary>Once a second: opens follow-ups because of what came, reminds whose they are, and tells on the timelines what became of them.</summary>
internal sealed partial class FollowUpWatch(WorkspaceRegistry workspaces, IColleagues colleagues, RemindOwners remind, TellFollowUps tell, TimeProvider clock, ILogger<FollowUpWatch> log) : BackgroundService
{
    /// <summary>All that is to be done in a workspace now.</summary>
    public async Task RunAsync(Workspace workspace, CancellationToken cancel)
    {
        if (workspace.FindPart<LiveFollowUps>() is not { } live) return;
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        await live.FollowAsync(people, cancel);
        var told = await tell.RunAsync(workspace, cancel);
        if (told.Problem is { } problem) Held(log, workspace.Key.Value, problem.Code);
        await remind.RunAsync(workspace, people, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var workspace in workspaces.All) await TryAsync(workspace, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            await RunAsync(workspace, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Failed(log, e, workspace.Key.Value);
        }
    }

    [LoggerMessage(LogLevel.Warning, "What became of follow-ups of {Workspace} could not be told ({Code}); it is tried again.")]
    private static partial void Held(ILogger log, string workspace, string code);

    [LoggerMessage(LogLevel.Error, "The follow-ups of {Workspace} could not be looked after; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
