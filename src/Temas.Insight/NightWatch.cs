using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Storage.Workspaces;

namespace Temas.Insight;

/// <summary>
/// Work over everybody, in one workspace after the other: for the first time when <paramref name="enough"/> events have come and none are coming in at the moment, then from <paramref name="night"/> by the workspace's clock for three hours, or at any hour when that was missed. What went wrong is not tried again before more has come.
/// </summary>
internal abstract partial class NightWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger log, long enough, TimeSpan night) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1), Long = TimeSpan.FromHours(3), LeastApart = TimeSpan.FromHours(12), MostApart = TimeSpan.FromHours(36), Rest = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, (long Head, DateTimeOffset At)> heads = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, clock);
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

    /// <summary>Works where it is time to; false where it led to nothing, so that it waits for more to come.</summary>
    protected abstract Task<bool> WorkAsync(Workspace workspace, CancellationToken cancel);

    /// <summary>What is told where the work failed.</summary>
    protected virtual void Fail(Workspace workspace)
    {
    }

    /// <summary>Whether it is time for the first one: enough has come, and nothing is coming in at the moment.</summary>
    protected bool IsQuiet(Workspace workspace) => IsQuiet(workspace, enough);

    /// <summary>The same with another measure of enough.</summary>
    protected bool IsQuiet(Workspace workspace, long least) => workspace.Log.Head >= least && Seen(workspace) <= clock.GetUtcNow() - Rest;

    /// <summary>Whether it is time for another one after that of <paramref name="last"/>, which knew the log up to <paramref name="position"/>.</summary>
    protected bool IsNight(Workspace workspace, DateTimeOffset last, long position)
    {
        var (now, seen) = (clock.GetUtcNow(), Seen(workspace));
        if (workspace.Log.Head <= position || seen > now) return false;
        if (now - last > MostApart) return true;
        var since = TimeZoneInfo.ConvertTime(now, WorkspaceSettings.Of(workspace).Zone()).TimeOfDay - night;
        return now - last > LeastApart && since >= TimeSpan.Zero && since < Long;
    }

    // When so much came last that it counts; the end of time where more is waited for.
    private DateTimeOffset Seen(Workspace workspace)
    {
        var (head, seen) = (workspace.Log.Head, heads.GetValueOrDefault(workspace.Key.Value));
        if (head > seen.Head + (head / 200)) heads[workspace.Key.Value] = seen = (head, clock.GetUtcNow());
        return seen.At;
    }

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        var worked = false;
        try
        {
            worked = await WorkAsync(workspace, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Also what gave up by itself, a database that did not answer in time: only the server's own stop ends the watch.
            Fail(workspace);
            Failed(log, e, GetType().Name, workspace.Key.Value);
        }

        if (!worked) heads[workspace.Key.Value] = (workspace.Log.Head, DateTimeOffset.MaxValue);
    }

    [LoggerMessage(LogLevel.Error, "{Work} failed in {Workspace}; it is tried again when more has come, or on demand.")]
    private static partial void Failed(ILogger log, Exception e, string work, string workspace);
}
