using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Feedback.Learning;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>Once a second: has what customers said in each workspace follow its log, so that who opens a page finds little left to read.</summary>
internal sealed partial class VoiceWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<VoiceWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await FollowAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        foreach (var workspace in workspaces.All)
        {
            try
            {
                if (workspace.FindPart<LiveVoices>() is { } voices) await voices.FollowAsync(cancel);
                if (workspace.FindPart<TextLearning>() is { } learning) await learning.FollowAsync(cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Failed(log, e, workspace.Key.Value);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "What customers of {Workspace} said could not be read; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
