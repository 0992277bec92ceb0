namespace Temas.Timelines;

/// <summary>
/// Which events belong to which identifier node, ordered by time. New events go to a tail in memory; a full tail becomes an immutable, sorted segment file, and
/// segments are merged in the background. Everything here can be rebuilt from the log: the store tells up to which position it stands.
/// </summary>
/// <remarks>
/// The caller holds a reader-writer lock: <see cref="Load"/>, <see cref="Clear"/>, <see cref="Append"/>, <see cref="Advance"/>, <see cref="SealIfFull"/>, <see cref="Erase"/> and
/// <see cref="Dispose"/> under its write lock; <see cref="Count"/>, <see cref="Bounds"/>, <see cref="Read"/>, <see cref="RecentNodes"/> and <see cref="Memory"/> under its read lock, side by side.
/// Event type names may be used at any time.
/// </remarks>
public sealed partial class TimelineStore : IDisposable
{
    /// <summary>The node of events that belong to nobody.</summary>
    public const int Nobody = -1;

    private readonly string folder;
    private readonly TimelineOptions options;
    private readonly EventTypes types = new();
    private Segment[] segments = [];

    /// <summary>The frozen tail, when there is one, and the tail that is appended to.</summary>
    private Tail[] tails = [new Tail()];

    /// <summary>A store in the folder, which is its own; empty until <see cref="Load"/>.</summary>
    public TimelineStore(string folder, TimelineOptions? options = null)
    {
        (this.folder, this.options) = (folder, options ?? new TimelineOptions());
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.TailEntries, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.FanIn, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(this.options.SegmentEntries, 1);
    }

    /// <summary>The last log position applied, what is in memory included.</summary>
    public long Position { get; private set; }

    /// <summary>The log position up to which segments stand on disk; after a restart the log is applied from here on.</summary>
    public long DurablePosition { get; private set; }

    /// <summary>The stamp given to <see cref="Load"/> or <see cref="Clear"/>: node numbers mean something only together with the state that handed them out.</summary>
    public ulong Generation { get; private set; }

    /// <summary>Why the last attempt to write a segment in the background failed; null when it went well. Nothing is lost: its events stay in memory and the attempt is repeated.</summary>
    public string? Fault { get; private set; }

    /// <summary>The names of all event types by id, as of now.</summary>
    public IReadOnlyList<string> Types => types.All;

    /// <summary>What the store takes up now.</summary>
    public TimelineMemory Memory
    {
        get
        {
            var (entries, managed, mapped) = (0L, spare?.Managed ?? 0, 0L);
            foreach (var tail in tails) (entries, managed) = (entries + tail.Count, managed + tail.Managed);
            foreach (var segment in segments) (entries, mapped) = (entries + segment.Count, mapped + segment.Bytes);
            var manifestFile = new FileInfo(Path.Combine(folder, Manifest.FileName));
            return new TimelineMemory(entries, managed, mapped, mapped + (manifestFile.Exists ? manifestFile.Length : 0), segments.Length);
        }
    }

    private Tail Current => tails[^1];

    /// <summary>The id of an event type ("track:Order Completed"), the same from now on and across restarts; a new name gets the next id.</summary>
    public int TypeOf(ReadOnlySpan<byte> utf8Name) => types.Intern(utf8Name);

    /// <summary>The id of an event type; null when no event had it.</summary>
    public int? FindType(string name) => types.Find(name);

    /// <summary>The name of an event type.</summary>
    public string NameOf(int type) => types.NameOf(type);

    /// <summary>Adds an event to the timeline of a node.</summary>
    /// <param name="node">The identifier node; <see cref="Nobody"/> when there is none.</param>
    /// <param name="time">When it happened, in milliseconds since 1970 UTC; any order.</param>
    /// <param name="type">An id from <see cref="TypeOf"/>.</param>
    /// <param name="position">Its log position, above <see cref="Position"/>.</param>
    public void Append(int node, long time, int type, long position)
    {
        if (position <= Position) throw OutOfOrder(position);
        Current.Append(node, time, type, position);
        Position = position;
    }

    /// <summary>A log record that puts nothing on a timeline was seen.</summary>
    public void Advance(long position)
    {
        if (position < Position) throw OutOfOrder(position);
        Position = position;
    }

    /// <summary>The number of events of some different nodes.</summary>
    public int Count(ReadOnlySpan<int> nodes)
    {
        var count = 0;
        foreach (var node in nodes)
        {
            foreach (var tail in tails) count += tail.CountOf(node);
            foreach (var segment in segments)
            {
                if (segment.Find(node, out var from, out var to)) count += to - from;
            }
        }

        return count;
    }

    /// <summary>The times of the first and the last event of some nodes, in milliseconds since 1970 UTC; null when they have none.</summary>
    public (long First, long Last)? Bounds(ReadOnlySpan<int> nodes)
    {
        var (first, last, any) = (long.MaxValue, long.MinValue, false);
        foreach (var node in nodes)
        {
            foreach (var tail in tails)
            {
                for (var at = tail.HeadOf(node); at >= 0; at = tail.Entries[at].Previous) Widen(tail.Entries[at].Time, tail.Entries[at].Time);
            }

            foreach (var segment in segments)
            {
                if (segment.Find(node, out var from, out var to)) Widen(segment.Time(from), segment.Time(to - 1));
            }
        }

        return any ? (first, last) : null;

        void Widen(long from, long to) => (first, last, any) = (Math.Min(first, from), Math.Max(last, to), true);
    }

    /// <summary>Adds to <paramref name="into"/> the events of some different nodes as one timeline, ordered by time and, where times are equal, by log position.</summary>
    public void Read(ReadOnlySpan<int> nodes, TimelineRange range, List<TimelineEntry> into) => TimelineReader.Read(segments, tails, nodes, range, into);

    /// <summary>Adds to <paramref name="into"/> the different nodes of the latest events in log order, newest first, without <see cref="Nobody"/>. Exact up to a limit of 1,024.</summary>
    public void RecentNodes(int limit, List<int> into)
    {
        HashSet<int> seen = [];
        for (var i = tails.Length - 1; i >= 0; i--)
        {
            var entries = tails[i].Entries;
            for (var at = entries.Length - 1; at >= 0 && seen.Count < limit; at--) Take(entries[at].Node);
        }

        for (var i = segments.Length - 1; i >= 0; i--)
        {
            foreach (var node in segments[i].Recent)
            {
                if (seen.Count < limit) Take(node);
            }
        }

        void Take(int node)
        {
            if (node >= 0 && seen.Add(node)) into.Add(node);
        }
    }

    /// <summary>
    /// Takes away all events of some nodes and the events at some log positions, from memory and from disk: when it returns, segment files that held them have been
    /// rewritten and the old ones deleted. It throws <see cref="IOException"/> when that cannot be done; erasing again goes on where it stopped.
    /// </summary>
    public void Erase(IReadOnlyCollection<int> nodes, IReadOnlyList<long> positions)
    {
        var erasure = new Erasure(nodes, positions);
        Quiesce();
        List<Segment> old = [], rewritten = [];
        var next = (Segment[])segments.Clone();
        try
        {
            for (var i = 0; i < next.Length; i++)
            {
                if (!next[i].Holds(erasure)) continue;
                old.Add(next[i]);
                next[i] = Write(next[i].Head with { Id = NextId() }, next[i].WideTypes, writer => writer.AddAll([old[^1]], erasure, CancellationToken.None));
                rewritten.Add(next[i]);
            }

            if (old.Count > 0) Publish(now => now with { Segments = [.. next.Select(segment => new SegmentReference(segment.Head.Id, segment.Head.Through))] });
        }
        catch
        {
            rewritten.ForEach(Discard);
            throw;
        }

        segments = next;
        old.ForEach(Discard);
        foreach (var tail in tails)
        {
            if (tail.Holds(erasure)) tail.Remove(erasure);
        }

        spare = null;
        DeleteUnnamed();
    }

    /// <summary>Stops merging, waits for what is being written and closes the files. What is only in memory is not sealed.</summary>
    public void Dispose()
    {
        Quiesce();
        foreach (var segment in segments) segment.Dispose();
        segments = [];
    }

    private ArgumentOutOfRangeException OutOfOrder(long position) =>
        new(nameof(position), position, $"The timelines stand at position {Position} already.");
}
