using System.Runtime.CompilerServices;

namespace Temas.Timelines;

// A segment is a snapshot file (kind "TLSG") of events sorted by (node, time, position), read in place:
//
//   1  head        one SegmentHead
//   2  recent      i32[≤ 1024]  the nodes of the latest events, newest first (without -1)
//   3  times       i64[n]       milliseconds since 1970 UTC
//   4  positions   u32[n]       log position minus head.FirstPosition;   or 5: i64[n], when the positions span more than 32 bits
//   6  types       u16[n]       event type;                              or 7: i32[n], when there are more than 65,536 types
//   8  directory   (node i32, start i32)[nodes]   ascending by node; events start .. next start - 1 are the node's
//
// That is 14 bytes an event and 8 bytes a node.

/// <summary>The figures of a segment.</summary>
internal struct SegmentHead
{
    public ulong Generation;
    public long Id;

    /// <summary>The log position up to which this segment and those before it stand.</summary>
    public long Through;
    public long Entries;
    public long Nodes;
    public long FirstPosition;
    public long LastPosition;
    public long FirstTime;
    public long LastTime;
}

internal struct DirectoryEntry
{
    public int Node;
    public int Start;
}

/// <summary>Events on disk, sorted and never changed.</summary>
internal sealed unsafe class Segment : IDisposable
{
    internal const uint Kind = 0x47534C54; // "TLSG"
    internal const int Version = 1;
    internal const uint HeadSection = 1, RecentSection = 2, TimesSection = 3, PositionsSection = 4, WidePositionsSection = 5, TypesSection = 6, WideTypesSection = 7, DirectorySection = 8;
    internal const int RecentNodes = 1024;

    private readonly SnapshotFile file;
    private readonly DirectoryEntry* directory;
    private readonly long* times;
    private readonly uint* positions;
    private readonly long* widePositions;
    private readonly ushort* types;
    private readonly int* wideTypes;

    private Segment(SnapshotFile file, in SegmentHead head)
    {
        (this.file, Head) = (file, head);
        directory = At<DirectoryEntry>(DirectorySection);
        times = At<long>(TimesSection);
        positions = At<uint>(PositionsSection);
        widePositions = At<long>(WidePositionsSection);
        types = At<ushort>(TypesSection);
        wideTypes = At<int>(WideTypesSection);
    }

    public SegmentHead Head { get; }

    public int Count => (int)Head.Entries;

    public int Nodes => (int)Head.Nodes;

    public long Bytes => file.Length;

    public bool WideTypes => wideTypes != null;

    /// <summary>The nodes of the latest events, newest first.</summary>
    public ReadOnlySpan<int> Recent => file.Section<int>(RecentSection);

    public static string NameOf(long id) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"segment-{id:x8}.timeline");

    /// <summary>Opens a segment and verifies it; null with the fault when it is not whole or not the one expected.</summary>
    public static Segment? Open(string folder, long id, ulong generation, out string? fault)
    {
        var file = SnapshotFile.Open(Path.Combine(folder, NameOf(id)), Kind, Version, out fault);
        if (file is null) return null;
        var head = file.Section<SegmentHead>(HeadSection);
        if (head.Length == 1 && head[0].Id == id && head[0].Generation == generation && Whole(file, head[0])) return new Segment(file, head[0]);
        file.Dispose();
        fault = "is not the segment that belongs here";
        return null;
    }

    /// <summary>Where the node's events are; false when it has none.</summary>
    public bool Find(int node, out int from, out int to)
    {
        (from, to) = (0, 0);
        var last = Nodes - 1;
        if (last < 0 || node < directory[0].Node || node > directory[last].Node) return false;

        // Nodes are different and ascending, so one cannot lie further from either end than its distance in value: where few are missing this alone finds it.
        var low = (int)Math.Max(0, last - ((long)directory[last].Node - node));
        var high = (int)Math.Min(last, (long)node - directory[0].Node);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (directory[middle].Node < node) low = middle + 1;
            else high = middle;
        }

        if (directory[low].Node != node) return false;
        (from, to) = (directory[low].Start, EndOf(low));
        return true;
    }

    public int NodeAt(int index) => directory[index].Node;

    public int StartOf(int index) => directory[index].Start;

    public int EndOf(int index) => index + 1 < Nodes ? directory[index + 1].Start : Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Time(int at) => times[at];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long Position(int at) => positions != null ? Head.FirstPosition + positions[at] : widePositions[at];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Type(int at) => types != null ? types[at] : wideTypes[at];

    /// <summary>The first of a node's events from <paramref name="from"/> to <paramref name="to"/> (exclusive) that is not before (time, position).</summary>
    public int LowerBound(int from, int to, long time, long position)
    {
        while (from < to)
        {
            var middle = (from + to) >>> 1;
            var before = times[middle] < time || (times[middle] == time && Position(middle) < position);
            if (before) from = middle + 1;
            else to = middle;
        }

        return from;
    }

    public bool Holds(Erasure erasure)
    {
        foreach (var node in erasure.Nodes)
        {
            if (Find(node, out _, out _)) return true;
        }

        var within = erasure.Positions.Where(position => position >= Head.FirstPosition && position <= Head.LastPosition).ToHashSet();
        for (var i = 0; within.Count > 0 && i < Count; i++)
        {
            if (within.Contains(Position(i))) return true;
        }

        return false;
    }

    public void Dispose() => file.Dispose();

    private static bool Whole(SnapshotFile file, in SegmentHead head) =>
        head.Entries is >= 0 and <= int.MaxValue &&
        file.Section<long>(TimesSection).Length == head.Entries &&
        file.Section<uint>(PositionsSection).Length + (long)file.Section<long>(WidePositionsSection).Length == head.Entries &&
        file.Section<ushort>(TypesSection).Length + (long)file.Section<int>(WideTypesSection).Length == head.Entries &&
        file.Section<DirectoryEntry>(DirectorySection).Length == head.Nodes;

    /// <summary>Where a section begins; null when it is empty. A map does not move, so its address may be kept.</summary>
    private T* At<T>(uint section)
        where T : unmanaged
    {
        var values = file.Section<T>(section);
        return values.IsEmpty ? null : (T*)Unsafe.AsPointer(ref Unsafe.AsRef(in values[0]));
    }
}
