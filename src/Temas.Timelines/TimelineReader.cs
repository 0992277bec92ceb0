using System.Buffers;

namespace Temas.Timelines;

/// <summary>Reads the timelines of some nodes as one: what lies in segments is walked in place, what is in memory is gathered and sorted, and both are merged.</summary>
internal static class TimelineReader
{
    public static void Read(ReadOnlySpan<Segment> segments, ReadOnlySpan<Tail> tails, ReadOnlySpan<int> nodes, TimelineRange range, List<TimelineEntry> into)
    {
        if (range.Limit <= 0 || range.From >= range.To) return;
        var gathered = new Gathered(range);
        foreach (var tail in tails)
        {
            foreach (var node in nodes) gathered.Add(tail, node);
        }

        var recent = gathered.Sorted();
        var heap = new Heap(range.Descending, (segments.Length * nodes.Length) + 1);
        if (recent.Length > 0) heap.Push(new Source { Head = recent[0], End = recent.Length });
        foreach (var segment in segments)
        {
            if (segment.Count == 0 || segment.Head.LastTime < range.From || segment.Head.FirstTime >= range.To) continue;
            foreach (var node in nodes)
            {
                if (segment.Find(node, out var from, out var to) && Open(segment, node, from, to, range) is { } source) heap.Push(source);
            }
        }

        for (var left = range.Limit; left > 0 && heap.Count > 0; left--)
        {
            ref var top = ref heap.Top;
            into.Add(top.Head);
            if (top.Segment is null ? Next(ref top, recent) : Next(ref top, range)) heap.Sink();
            else heap.Pop();
        }

        heap.Return();
        gathered.Return();
    }

    /// <summary>Stands on the first wanted event of a node's slice; null when there is none.</summary>
    private static Source? Open(Segment segment, int node, int from, int to, TimelineRange range)
    {
        if (range.From > long.MinValue) from = segment.LowerBound(from, to, range.From, long.MinValue);
        if (segment.Head.LastTime >= range.To) to = segment.LowerBound(from, to, range.To, long.MinValue);
        if (range.After is { } after)
        {
            if (range.Descending) to = segment.LowerBound(from, to, after.Time, after.Position);
            else if (after.Position < long.MaxValue) from = segment.LowerBound(from, to, after.Time, after.Position + 1);
            else if (after.Time < long.MaxValue) from = segment.LowerBound(from, to, after.Time + 1, long.MinValue);
            else from = to;
        }

        var source = new Source { Segment = segment, Head = new TimelineEntry(0, 0, 0, node) };
        (source.At, source.End) = range.Descending ? (to, from - 1) : (from - 1, to);
        return Next(ref source, range) ? source : null;
    }

    private static bool Next(ref Source source, TimelineRange range)
    {
        var segment = source.Segment!;
        var step = range.Descending ? -1 : 1;
        for (var at = source.At + step; at != source.End; at += step)
        {
            var type = segment.Type(at);
            if (range.Types is { } types && !types.Contains(type)) continue;
            source.At = at;
            source.Head = new TimelineEntry(segment.Time(at), segment.Position(at), type, source.Head.Node);
            return true;
        }

        return false;
    }

    private static bool Next(ref Source source, ReadOnlySpan<TimelineEntry> recent)
    {
        if (++source.At >= source.End) return false;
        source.Head = recent[source.At];
        return true;
    }

    private static int Compare(in TimelineEntry x, in TimelineEntry y) => x.Time != y.Time ? x.Time.CompareTo(y.Time) : x.Position.CompareTo(y.Position);

    private struct Source
    {
        public TimelineEntry Head;
        public Segment? Segment;
        public int At;
        public int End;
    }

    /// <summary>The sources by their heads, the next event's on top.</summary>
    private ref struct Heap(bool descending, int capacity)
    {
        private readonly Source[] sources = ArrayPool<Source>.Shared.Rent(capacity);

        public int Count { get; private set; }

        public readonly ref Source Top => ref sources[0];

        public void Push(in Source source)
        {
            var at = Count++;
            for (; at > 0 && Before(source, sources[(at - 1) / 2]); at = (at - 1) / 2) sources[at] = sources[(at - 1) / 2];
            sources[at] = source;
        }

        public void Pop()
        {
            sources[0] = sources[--Count];
            Sink();
        }

        public readonly void Sink()
        {
            var moved = sources[0];
            var at = 0;
            for (var child = 1; child < Count; child = (2 * at) + 1)
            {
                if (child + 1 < Count && Before(sources[child + 1], sources[child])) child++;
                if (!Before(sources[child], moved)) break;
                sources[at] = sources[child];
                at = child;
            }

            sources[at] = moved;
        }

        public readonly void Return() => ArrayPool<Source>.Shared.Return(sources, clearArray: true);

        private readonly bool Before(in Source x, in Source y) => descending ? Compare(x.Head, y.Head) > 0 : Compare(x.Head, y.Head) < 0;
    }

    /// <summary>The wanted events in memory. With a limit only the first ones are kept, so a node with very many events costs no sort of all.</summary>
    private ref struct Gathered(TimelineRange range)
    {
        private readonly int most = (int)Math.Min(Math.Max(256, 2L * range.Limit), Array.MaxLength);
        private TimelineEntry[] entries = ArrayPool<TimelineEntry>.Shared.Rent(256);
        private int count;
        private TimelineEntry? bound;

        public void Add(Tail tail, int node)
        {
            for (var at = tail.HeadOf(node); at >= 0;)
            {
                ref readonly var entry = ref tail.Entries[at];
                at = entry.Previous;
                if (entry.Time < range.From || entry.Time >= range.To || (range.Types is { } types && !types.Contains(entry.Type))) continue;
                var candidate = new TimelineEntry(entry.Time, entry.Position, entry.Type, node);
                if (range.After is { } after && !Before(new TimelineEntry(after.Time, after.Position, 0, 0), candidate)) continue;
                if (bound is { } last && !Before(candidate, last)) continue;
                Keep(candidate);
            }
        }

        public readonly ReadOnlySpan<TimelineEntry> Sorted()
        {
            var sorted = entries.AsSpan(0, count);
            if (range.Descending) sorted.Sort(static (x, y) => Compare(y, x));
            else sorted.Sort(static (x, y) => Compare(x, y));
            return sorted;
        }

        public readonly void Return() => ArrayPool<TimelineEntry>.Shared.Return(entries);

        private readonly bool Before(in TimelineEntry x, in TimelineEntry y) => range.Descending ? Compare(x, y) > 0 : Compare(x, y) < 0;

        private void Keep(in TimelineEntry entry)
        {
            if (count == most)
            {
                Sorted();
                count = range.Limit;
                bound = entries[count - 1];
                if (!Before(entry, bound.Value)) return;
            }

            if (count == entries.Length)
            {
                var larger = ArrayPool<TimelineEntry>.Shared.Rent(count * 2);
                entries.AsSpan(0, count).CopyTo(larger);
                ArrayPool<TimelineEntry>.Shared.Return(entries);
                entries = larger;
            }

            entries[count++] = entry;
        }
    }
}
