using System.Diagnostics;
using System.Runtime.InteropServices;
using Temas.Customers.Profiles;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Customers.Census;

/// <summary>The customers of a workspace at one moment, boiled down. Immutable.</summary>
internal sealed record CensusSnapshot
{
    /// <summary>The moment for which it holds, in milliseconds since 1970 UTC.</summary>
    public required long AsOf { get; init; }

    /// <summary>The log was taken in at least up to here.</summary>
    public required long Position { get; init; }

    /// <summary>The rules by which it was worked out.</summary>
    public required FoldRules Rules { get; init; }

    /// <summary>Changes when node numbers do.</summary>
    public required ulong Generation { get; init; }

    /// <summary>Everybody, in no order that means anything.</summary>
    public required Portrait[] Portraits { get; init; }

    /// <summary>What the numbers of places mean.</summary>
    public required Place[] Places { get; init; }

    /// <summary>In which hours each source had events, ascending.</summary>
    public required IReadOnlyDictionary<int, int[]> SourceHours { get; init; }

    /// <summary>The hour of a moment by the clock of the workspace.</summary>
    public int HourOf(long time) => PaintPortrait.HourOf(Rules.Profile.TimeZone, time);

    /// <summary>The perception of a customer's journey at the moment of the snapshot: with time everything fades at the same pace. NaN when no touch was felt.</summary>
    public double JourneyOf(Portrait portrait) => portrait.Journey * double.Exp2(-Math.Max(0, AsOf - portrait.AsOf) / (double)Rules.Profile.PerceptionHalfLife);

    /// <summary>The number of a place by its text, or -1.</summary>
    public int FindPlace(string text) => Array.FindIndex(Places, p => p.Text == text);
}

/// <summary>
/// Keeps a portrait of each customer: the same fold as on her page, boiled down to counts, so that figures over all customers are sums over customers and open to them.
/// It is brought up to date beside the log, never inside of it: those who got events, who were joined or parted, and whose promises or silence came of age are painted anew; a change of the
/// definitions and an erasure paint everybody. What it gives is therefore always the fold of the log up to some position, by some rules, as of some moment; nothing is ever added up twice or forgotten.
/// </summary>
internal sealed class CustomerCensus(Workspace workspace)
{
    /// <summary>So many events are in memory at a time.</summary>
    private const int Batch = 100_000;

    private const int Nodes = 8192, Together = 32;

    // With so few events the first reader may as well wait.
    private const long FewEvents = 20_000;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(40);

    private readonly CustomersProjection customers = workspace.Part<CustomersProjection>();
    private readonly Lock refreshing = new();
    private Dictionary<int, Portrait> portraits = [];
    private Dictionary<int, HashSet<int>> sources = [];
    private PlaceTable places = new();
    private CensusSnapshot? current;
    private long nextStale;
    private TimeSpan cost;
    private long costly;
    private bool lost = true;

    /// <summary>How far the first pass, or one over everybody, has come; 1 when none runs.</summary>
    public double Progress { get; private set; } = 1;

    /// <summary>How long the last refresh took.</summary>
    public TimeSpan Cost => cost;

    /// <summary>The newest snapshot; null until there is one. Brought up to date first where that takes no longer than a moment.</summary>
    public CensusSnapshot? Read()
    {
        var known = Volatile.Read(ref current);
        if ((known is null ? workspace.Log.Head <= FewEvents : cost <= Quick) && IsBehind() && refreshing.TryEnter())
        {
            try
            {
                Refresh(CancellationToken.None);
            }
            finally
            {
                refreshing.Exit();
            }
        }

        return Volatile.Read(ref current);
    }

    /// <summary>A snapshot of now, whatever that costs.</summary>
    public CensusSnapshot ReadNow(CancellationToken cancel = default)
    {
        lock (refreshing)
        {
            Refresh(cancel);
            return current!;
        }
    }

    /// <summary>Brings it up to date when something changed and the last time is long enough ago: it never takes more than a tenth of the time.</summary>
    public void RefreshIfDue(CancellationToken cancel)
    {
        if (!IsBehind() || Stopwatch.GetElapsedTime(costly) < cost * 10) return;
        lock (refreshing) Refresh(cancel);
    }

    private bool IsBehind() =>
        lost || Volatile.Read(ref current) is not { } known || known.Position != workspace.Log.Head || known.Generation != customers.Generation
        || !ReferenceEquals(known.Rules, workspace.Part<LiveFoldRules>().Current) || workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds() >= Interlocked.Read(ref nextStale);

    private void Refresh(CancellationToken cancel)
    {
        if (!IsBehind()) return;
        var begun = Stopwatch.GetTimestamp();
        var rules = workspace.Part<LiveFoldRules>().Current;
        var asOf = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (position, generation) = (workspace.Log.Head, customers.Generation);
        var touched = customers.TakeTouched();
        var afresh = lost || touched is null || current is null || current.Generation != generation || !ReferenceEquals(current.Rules, rules);
        lost = true;
        var numbers = afresh ? new PlaceTable() : places;
        var hours = afresh ? [] : sources;
        var paint = new PaintPortrait(rules, numbers);
        var entries = new List<CensusEntry>();
        var changed = new HashSet<int>();
        for (var from = 0; customers.Enumerate(from, from + Nodes, afresh ? null : touched, entries, changed); from += Nodes) cancel.ThrowIfCancellationRequested();
        var next = new Dictionary<int, Portrait>(entries.Count);
        var todo = new List<CensusEntry>();
        foreach (var entry in entries)
        {
            if (!afresh && portraits.TryGetValue(entry.Node, out var known) && known.Members == entry.Members && known.Id == entry.Id && known.StaleAt > asOf && !changed.Contains(entry.Node)) next[entry.Node] = known;
            else todo.Add(entry);
        }

        Paint(paint, CollectionsMarshal.AsSpan(todo), next, hours, asOf, afresh, cancel);
        Progress = 1;
        (portraits, places, sources) = (next, numbers, hours);
        var stale = long.MaxValue;
        foreach (var portrait in next.Values) stale = Math.Min(stale, portrait.StaleAt);
        Interlocked.Exchange(ref nextStale, stale);
        Volatile.Write(ref current, new CensusSnapshot
        {
            AsOf = asOf,
            Position = position,
            Rules = rules,
            Generation = generation,
            Portraits = [.. next.Values],
            Places = numbers.All(),
            SourceHours = hours.ToDictionary(s => s.Key, s => s.Value.Order().ToArray()),
        });
        // Node numbers of another generation mean other people.
        lost = customers.Generation != generation;
        var took = Stopwatch.GetElapsedTime(begun);
        // A pass over everybody says nothing about the next one over a few.
        cost = afresh && workspace.Log.Head > FewEvents ? TimeSpan.Zero : took;
        costly = Stopwatch.GetTimestamp();
    }

    private void Paint(PaintPortrait paint, ReadOnlySpan<CensusEntry> todo, Dictionary<int, Portrait> into, Dictionary<int, HashSet<int>> hours, long asOf, bool tells, CancellationToken cancel)
    {
        var timelines = new List<TimelineEntry>();
        var ends = new List<int>();
        var positions = new List<long>();
        for (var start = 0; start < todo.Length;)
        {
            cancel.ThrowIfCancellationRequested();
            timelines.Clear();
            ends.Clear();
            positions.Clear();
            var end = start;
            while (end < todo.Length && timelines.Count < Batch)
            {
                var some = todo.Slice(end, Math.Min(Together, todo.Length - end));
                customers.Timelines(some, timelines, ends);
                end += some.Length;
            }

            foreach (var entry in timelines) positions.Add(entry.Position);
            // Together the events of many customers cost about one read of the log; the events of a few who have very many are read piece by piece.
            var events = positions.Count <= 2 * Batch ? workspace.Log.Read(CollectionsMarshal.AsSpan(positions)) : null;
            var at = 0;
            for (var i = 0; i < ends.Count; i++)
            {
                var (first, last) = (i == 0 ? 0 : ends[i - 1], ends[i]);
                var hers = events is null ? InPieces(positions, first, last, cancel) : Hers(events, first, last);
                into[todo[start + i].Node] = paint.Run(todo[start + i], Noted(hers), asOf);
            }

            start = end;
            if (tells) Progress = (double)start / todo.Length;

            // In the order asked for; those that are gone are left out.
            IEnumerable<StoredEvent> Hers(IReadOnlyList<StoredEvent> all, int from, int to)
            {
                for (; from < to && at < all.Count; from++)
                {
                    if (all[at].Position == positions[from]) yield return all[at++];
                }
            }
        }

        IEnumerable<StoredEvent> Noted(IEnumerable<StoredEvent> events)
        {
            foreach (var e in events)
            {
                if (e.Kind == LogRecordKind.Event)
                {
                    ref var seen = ref CollectionsMarshal.GetValueRefOrAddDefault(hours, e.Source, out _);
                    (seen ??= []).Add(paint.HourOf(e.Time));
                }

                yield return e;
            }
        }
    }

    private IEnumerable<StoredEvent> InPieces(List<long> positions, int from, int to, CancellationToken cancel)
    {
        const int piece = 2000;
        for (; from < to; from += piece)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var e in workspace.Log.Read(CollectionsMarshal.AsSpan(positions)[from..Math.Min(to, from + piece)])) yield return e;
        }
    }
}
