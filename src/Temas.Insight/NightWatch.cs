using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Storage.Workspaces;

namespace Temas.Insight;

/// <summary>What became of work over everybody.</summary>
internal enum NightWork
{
    /// <summary>It is not time for it.</summary>
    NotDue,

    /// <summary>It is done.</summary>
    Done,

    /// <summary>It led to nothing: it is done again when more has come, or in the next night.</summary>
    InVain,

    /// <summary>Somebody stopped it: it is done again in the next night.</summary>
    Stopped,

    /// <summary>What it needs is being read in: it is tried again in a moment.</summary>
    NotYet,
}

/// <summary>
/// Work over everybody, in one workspace after the other: for the first time when <paramref name="enough"/> events have come and none are coming in at the moment, then from <paramref name="night"/> by the workspace's clock for three hours, or at any hour when that was missed.
/// What went wrong is tried again when more has come, or in the next night.
/// </summary>
internal abstract partial class NightWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger log, long enough, TimeSpan night) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1), Long = TimeSpan.FromHours(3), LeastApart = TimeSpan.FromHours(12), MostApart = TimeSpan.FromHours(36), Rest = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, (long Head, DateTimeOffset At)> heads = new(StringComparer.Ordinal);

    // When it led to nothing, and how long the log was then; and where it can be tried again in a moment, when.
    private readonly Dictionary<string, (long Head, DateTimeOffset At)> inVain = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> pauses = new(StringComparer.Ordinal);

    /// <summary>Does in a workspace what is to be done now.</summary>
    public async Task RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var key = workspace.Key.Value;
        if (pauses.TryGetValue(key, out var until) && clock.GetUtcNow() < until) return;
        NightWork work;
        try
        {
            work = await WorkAsync(workspace, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Also what gave up by itself, a database that did not answer in time: only the server's own stop ends the watch.
            Fail(workspace);
            Failed(log, e, GetType().Name, key);
            work = NightWork.InVain;
        }

        pauses.Remove(key);
        if (work == NightWork.NotYet) pauses[key] = clock.GetUtcNow() + Rest;
        else if (work == NightWork.Done) inVain.Remove(key);
        else if (work != NightWork.NotDue) inVain[key] = (work == NightWork.Stopped ? long.MaxValue : workspace.Log.Head, clock.GetUtcNow());
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var workspace in workspaces.All) await RunAsync(workspace, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    /// <summary>Works where it is time to.</summary>
    protected abstract Task<NightWork> WorkAsync(Workspace workspace, CancellationToken cancel);

    /// <summary>What is told where the work failed.</summary>
    protected virtual void Fail(Workspace workspace)
    {
    }

    /// <summary>Whether it is time for the first one: enough has come, and nothing is coming in at the moment.</summary>
    protected bool IsQuiet(Workspace workspace) => IsQuiet(workspace, enough);

    /// <summary>The same with another measure of enough.</summary>
    protected bool IsQuiet(Workspace workspace, long least) => workspace.Log.Head >= least && Seen(workspace) <= clock.GetUtcNow() - Rest && !IsInVain(workspace);

    /// <summary>Whether it is time for another one after that of <paramref name="last"/>, which knew the log up to <paramref name="position"/>.</summary>
    protected bool IsNight(Workspace workspace, DateTimeOffset last, long position)
    {
        if (workspace.Log.Head <= position || IsInVain(workspace)) return false;
        var now = clock.GetUtcNow();
        return now - last > MostApart || (now - last > LeastApart && SinceNight(workspace, now) < Long);
    }

    // How long ago the last night began.
    private TimeSpan SinceNight(Workspace workspace, DateTimeOffset now)
    {
        var since = TimeZoneInfo.ConvertTime(now, WorkspaceSettings.Of(workspace).Zone()).TimeOfDay - night;
        return since < TimeSpan.Zero ? since + TimeSpan.FromDays(1) : since;
    }

    // When so much came last that it counts.
    private DateTimeOffset Seen(Workspace workspace)
    {
        var (head, seen) = (workspace.Log.Head, heads.GetValueOrDefault(workspace.Key.Value));
        if (HasMore(head, seen.Head)) heads[workspace.Key.Value] = seen = (head, clock.GetUtcNow());
        return seen.At;
    }

    // Whether it led to nothing, and neither more has come since nor a night.
    private bool IsInVain(Workspace workspace)
    {
        if (!inVain.TryGetValue(workspace.Key.Value, out var was)) return false;
        var now = clock.GetUtcNow();
        if (!HasMore(workspace.Log.Head, was.Head) && was.At >= now - SinceNight(workspace, now)) return true;
        inVain.Remove(workspace.Key.Value);
        return false;
    }

    private static bool HasMore(long head, long than) => head - than > than / 200;

    [LoggerMessage(LogLevel.Error, "{Work} failed in {Workspace}; it is tried again when more has come, in the next night, or on demand.")]
    private static partial void Failed(ILogger log, Exception e, string work, string workspace);
}
