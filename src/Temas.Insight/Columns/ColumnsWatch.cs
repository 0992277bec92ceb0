using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Insight.Membership;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Columns;

/// <summary>
/// Once a second, and the columns alone a hundred times as often while somebody asks: has the columns of each workspace follow its log, so that a question finds little left to do, and tells who entered and left segments. What was erased is gone from them by then.
/// </summary>
internal sealed partial class ColumnsWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<ColumnsWatch> log) : BackgroundService
{
    // In a second. A question reads what came since the last step, so that is to be little.
    private const int Steps = 100;

    private static readonly TimeSpan Whole = TimeSpan.FromMilliseconds(995);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1) / Steps, clock);
        try
        {
            var last = clock.GetTimestamp();
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                // By the clock: steps that take longer leave some out.
                var whole = clock.GetElapsedTime(last) >= Whole;
                if (whole) last = clock.GetTimestamp();
                await FollowAsync(whole, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task FollowAsync(bool whole, CancellationToken cancel)
    {
        foreach (var workspace in workspaces.All)
        {
            try
            {
                if (workspace.FindPart<LiveMembership>() is not { } membership) continue;
                var (columns, begun) = (workspace.Part<LiveColumns>(), clock.GetTimestamp());
                if (!whole)
                {
                    if (columns.IsAsked) await columns.KeepUpAsync(cancel);
                    continue;
                }

                if (!await columns.FollowAsync(membership.IsWanted, cancel)) continue;
                await membership.FollowAsync(cancel);
                columns.Rest(clock.GetElapsedTime(begun));
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                // Also what gave up by itself: only the server's own stop ends the watch.
                Failed(log, e, workspace.Key.Value);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The columns of {Workspace} could not follow the log; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
