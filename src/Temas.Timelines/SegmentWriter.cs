using System.Runtime.InteropServices;

namespace Temas.Timelines;

/// <summary>Writes a segment: events come in the order (node, time, position).</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly SnapshotWriter writer;
    private readonly SnapshotColumn<SegmentHead> headSection;
    private readonly SnapshotColumn<int> recentSection;
    private readonly SnapshotColumn<long> times;
    private readonly SnapshotColumn<uint>? positions;
    private readonly SnapshotColumn<long>? widePositions;
    private readonly SnapshotColumn<ushort>? types;
    private readonly SnapshotColumn<int>? wideTypes;
    private readonly SnapshotColumn<DirectoryEntry> directory;

    /// <summary>The nodes with the latest events; the one to give way is on top.</summary>
    private readonly PriorityQueue<int, long> recent = new();
    private SegmentHead head;
    private int node;
    private long latest;

    /// <summary>Begins a segment with at most <c>head.Entries</c> events, whose positions are within the head's; times and counts are found while writing.</summary>
    public SegmentWriter(string folder, SegmentHead head, bool wideTypes)
    {
        var capacity = head.Entries;
        writer = new SnapshotWriter(Path.Combine(folder, Segment.NameOf(head.Id)), Segment.Kind, Segment.Version, head.Through);
        headSection = writer.Column<SegmentHead>(Segment.HeadSection, 1);
        recentSection = writer.Column<int>(Segment.RecentSection, Math.Min(capacity, Segment.RecentNodes));
        times = writer.Column<long>(Segment.TimesSection, capacity);
        if (head.LastPosition - head.FirstPosition <= uint.MaxValue) positions = writer.Column<uint>(Segment.PositionsSection, capacity);
        else widePositions = writer.Column<long>(Segment.WidePositionsSection, capacity);
        if (wideTypes) this.wideTypes = writer.Column<int>(Segment.WideTypesSection, capacity);
        else types = writer.Column<ushort>(Segment.TypesSection, capacity);
        directory = writer.Column<DirectoryEntry>(Segment.DirectorySection);
        this.head = head with { Entries = 0, Nodes = 0, FirstTime = long.MaxValue, LastTime = long.MinValue };
    }

    public void Add(int of, long time, long position, int type)
    {
        if (of != node || head.Nodes == 0)
        {
            EndNode();
            (node, latest) = (of, position);
            directory.Add(new DirectoryEntry { Node = of, Start = (int)head.Entries });
            head.Nodes++;
        }

        times.Add(time);
        if (positions is not null) positions.Add((uint)(position - head.FirstPosition));
        else widePositions!.Add(position);
        if (types is not null) types.Add((ushort)type);
        else wideTypes!.Add(type);

        if (position > latest) latest = position;
        if (time < head.FirstTime) head.FirstTime = time;
        if (time > head.LastTime) head.LastTime = time;
        head.Entries++;
    }

    public void Complete()
    {
        EndNode();
        var nodes = new int[recent.Count];
        for (var i = nodes.Length - 1; i >= 0; i--) nodes[i] = recent.Dequeue();
        foreach (var of in nodes) recentSection.Add(of);
        headSection.Add(head);
        writer.Complete();
    }

    public void Dispose() => writer.Dispose();

    /// <summary>Writes the events of a tail.</summary>
    public void AddAll(Tail tail)
    {
        List<Tail.Entry> slice = [];
        foreach (var of in tail.SortedNodes())
        {
            slice.Clear();
            for (var at = tail.HeadOf(of); at >= 0; at = tail.Entries[at].Previous) slice.Add(tail.Entries[at]);
            var events = CollectionsMarshal.AsSpan(slice);
            events.Reverse();
            if (!Sorted(events)) events.Sort(default(ByTime));
            foreach (ref readonly var entry in events) Add(of, entry.Time, entry.Position, entry.Type);
        }
    }

    /// <summary>Writes the events of neighbouring segments that are not erased.</summary>
    public void AddAll(ReadOnlySpan<Segment> segments, Erasure? erasure, CancellationToken stop)
    {
        Span<int> next = stackalloc int[segments.Length];
        Span<Slice> slices = stackalloc Slice[segments.Length];
        next.Clear();
        for (var nodes = 0; ; nodes++)
        {
            if ((nodes & 0xFFF) == 0) stop.ThrowIfCancellationRequested();
            var of = int.MaxValue;
            var any = false;
            for (var i = 0; i < segments.Length; i++)
            {
                if (next[i] == segments[i].Nodes) continue;
                (of, any) = (Math.Min(of, segments[i].NodeAt(next[i])), true);
            }

            if (!any) return;
            var count = 0;
            for (var i = 0; i < segments.Length; i++)
            {
                var segment = segments[i];
                if (next[i] == segment.Nodes || segment.NodeAt(next[i]) != of) continue;
                slices[count++] = new Slice { Segment = i, At = segment.StartOf(next[i]), End = segment.EndOf(next[i]) };
                next[i]++;
            }

            if (erasure is null || !erasure.Nodes.Contains(of)) AddNode(of, segments, slices[..count], erasure is { Positions.Count: > 0 } ? erasure.Positions : null);
        }
    }

    private static bool Sorted(ReadOnlySpan<Tail.Entry> events)
    {
        for (var i = 1; i < events.Length; i++)
        {
            if (events[i].Time < events[i - 1].Time) return false;
        }

        return true;
    }

    private void AddNode(int of, ReadOnlySpan<Segment> segments, Span<Slice> slices, HashSet<long>? erased)
    {
        while (slices.Length > 0)
        {
            // Of equal times the earlier segment's comes first, as all its positions are lower.
            var first = 0;
            for (var i = 1; i < slices.Length; i++)
            {
                if (segments[slices[i].Segment].Time(slices[i].At) < segments[slices[first].Segment].Time(slices[first].At)) first = i;
            }

            ref var slice = ref slices[first];
            var segment = segments[slice.Segment];
            var position = segment.Position(slice.At);
            if (erased is null || !erased.Contains(position)) Add(of, segment.Time(slice.At), position, segment.Type(slice.At));
            if (++slice.At < slice.End) continue;
            slices[(first + 1)..].CopyTo(slices[first..]);
            slices = slices[..^1];
        }
    }

    private void EndNode()
    {
        if (head.Nodes == 0 || node < 0) return;
        if (recent.Count < Segment.RecentNodes) recent.Enqueue(node, latest);
        else recent.EnqueueDequeue(node, latest);
    }

    private struct Slice
    {
        public int Segment;
        public int At;
        public int End;
    }

    private readonly struct ByTime : IComparer<Tail.Entry>
    {
        public int Compare(Tail.Entry x, Tail.Entry y) => x.Time != y.Time ? x.Time.CompareTo(y.Time) : x.Position.CompareTo(y.Position);
    }
}
