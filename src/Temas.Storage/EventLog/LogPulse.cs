using System.Diagnostics;
using System.Diagnostics.Metrics;
using Temas.Kernel;

namespace Temas.Storage.EventLog;

/// <summary>What a log was doing lately.</summary>
/// <param name="Stored">Events and decisions stored in each of the last 60 minutes, the running one last.</param>
/// <param name="Duplicates">Events of the last 60 minutes that were there already.</param>
/// <param name="Dropped">Events dropped in the last 60 minutes.</param>
/// <param name="Commits">Commits since the start of the process.</param>
/// <param name="CommitP50">How long half of the latest commits (up to 1,024) took at most; null before the first.</param>
/// <param name="CommitP99">How long 99 of 100 took at most.</param>
/// <param name="Failures">Commits that failed since the start.</param>
public sealed record LogActivity(IReadOnlyList<long> Stored, long Duplicates, long Dropped, long Commits, TimeSpan? CommitP50, TimeSpan? CommitP99, long Failures);

/// <summary>
/// Counts what a log does, for the operations page and for OpenTelemetry (meter and activity source <c>Temas</c>). Written by the log's thread, a few times per commit; read by anybody.
/// </summary>
internal sealed class LogPulse(string workspace, TimeProvider clock)
{
    private const int Minutes = 60;

    /// <summary>Name of the meter and of the activity source.</summary>
    public const string Instrumentation = "Temas";

    private static readonly Meter Meter = new(Instrumentation);
    private static readonly ActivitySource Activities = new(Instrumentation);
    private static readonly Counter<long> Events = Meter.CreateCounter<long>("temas.log.events", "{event}", "Events by what became of them: stored, duplicate, dropped.");
    private static readonly Histogram<double> Durations = Meter.CreateHistogram<double>("temas.log.commit.duration", "s", "How long a commit of the event log took.");
    private static readonly Counter<long> Failed = Meter.CreateCounter<long>("temas.log.commit.failures", "{commit}", "Commits of the event log that failed.");

    private readonly Lock gate = new();
    private readonly (long Minute, long Stored, long Duplicates, long Dropped)[] minutes = new (long, long, long, long)[Minutes];
    private readonly RecentDurations durations = new(1024);
    private readonly KeyValuePair<string, object?> tag = new("temas.workspace", workspace);
    private long failures;

    /// <summary>Begins a trace of a commit, when somebody listens.</summary>
    public Activity? Trace() => Activities.StartActivity("log.commit")?.SetTag(tag.Key, tag.Value);

    /// <summary>A commit took place.</summary>
    public void Committed(TimeSpan took, long stored, long duplicates, long dropped)
    {
        var minute = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (gate)
        {
            durations.Add(took);
            ref var now = ref minutes[minute % Minutes];
            if (now.Minute != minute) now = (minute, 0, 0, 0);
            now = (minute, now.Stored + stored, now.Duplicates + duplicates, now.Dropped + dropped);
        }

        Durations.Record(took.TotalSeconds, tag);
        Add("stored", stored);
        Add("duplicate", duplicates);
        Add("dropped", dropped);
    }

    /// <summary>A commit failed; nothing of it was stored.</summary>
    public void Broke()
    {
        Interlocked.Increment(ref failures);
        Failed.Add(1, tag);
    }

    /// <summary>The state of this moment.</summary>
    public LogActivity Read()
    {
        var last = clock.GetUtcNow().ToUnixTimeSeconds() / 60;
        lock (gate)
        {
            var shares = durations.Shares(0.5, 0.99);
            var stored = new long[Minutes];
            long duplicates = 0, dropped = 0;
            for (var i = 0; i < Minutes; i++)
            {
                var minute = last - Minutes + 1 + i;
                ref readonly var count = ref minutes[minute % Minutes];
                if (count.Minute != minute) continue;
                stored[i] = count.Stored;
                duplicates += count.Duplicates;
                dropped += count.Dropped;
            }

            return new LogActivity(stored, duplicates, dropped, durations.Count, shares[0], shares[1], Interlocked.Read(ref failures));
        }
    }

    private void Add(string fate, long count)
    {
        if (count > 0) Events.Add(count, tag, new KeyValuePair<string, object?>("temas.fate", fate));
    }
}
