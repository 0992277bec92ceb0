using System.Runtime.InteropServices;
using Temas.Customers.Search;
using Temas.Timelines;

namespace Temas.Customers.Identity;

// The file customers.snapshot (docs/formats/snapshot.md), kind "CUST", sections:
//   1 head      one GraphHead           5 links      Link, 56 bytes each
//   2 kinds     further kind names       6 decisions  Decision, 40 bytes each
//   3 nodes     Node, 40 bytes each      7 entries    SearchEntry, 40 bytes each
//   4 values    texts of the nodes       8 folded, 9 told: texts of the entries

/// <summary>For what a snapshot of the graph stands.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GraphHead
{
    /// <summary>Stamp that the timelines must share: their node numbers are these nodes.</summary>
    public ulong Generation;

    /// <summary>Digest of the identity rules.</summary>
    public ulong Rules;

    /// <summary>Tells whether the workspace's key is the same.</summary>
    public ulong KeyCheck;

    public int Customers;
    public int Identifiers;
}

/// <summary>Graph and search texts of one moment, to be written while they go on changing.</summary>
internal sealed class GraphSnapshot
{
    public const uint Kind = 0x54535543; // "CUST"
    public const int Version = 1;

    public required long Position { get; init; }

    public required GraphHead Head { get; init; }

    public required byte[] Kinds { get; init; }

    public required IReadOnlyList<ReadOnlyMemory<Node>> Nodes { get; init; }

    public required IReadOnlyList<ReadOnlyMemory<byte>> Values { get; init; }

    public required IReadOnlyList<ReadOnlyMemory<Link>> Links { get; init; }

    public required Decision[] Decisions { get; init; }

    public required IReadOnlyList<ReadOnlyMemory<SearchEntry>> Entries { get; init; }

    public required IReadOnlyList<ReadOnlyMemory<byte>> Folded { get; init; }

    public required IReadOnlyList<ReadOnlyMemory<byte>> Told { get; init; }

    /// <summary>Ends the freezing of what was copied lazily; under the write lock.</summary>
    public required Action Thaw { get; init; }

    public void Write(string path)
    {
        using var writer = new SnapshotWriter(path, Kind, Version, Position);
        writer.Section<GraphHead>(1, [Head]);
        writer.Section<byte>(2, Kinds);
        Write(writer, 3, Nodes);
        Write(writer, 4, Values);
        Write(writer, 5, Links);
        writer.Section<Decision>(6, Decisions);
        Write(writer, 7, Entries);
        Write(writer, 8, Folded);
        Write(writer, 9, Told);
        writer.Complete();
    }

    private static void Write<T>(SnapshotWriter writer, uint id, IReadOnlyList<ReadOnlyMemory<T>> parts)
        where T : unmanaged
    {
        var column = writer.Column<T>(id, parts.Sum(p => (long)p.Length));
        foreach (var part in parts) column.Add(part.Span);
    }
}
