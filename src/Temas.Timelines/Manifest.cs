namespace Temas.Timelines;

// The manifest is a snapshot file (kind "TLMF", its position is the log position up to which the store stands on disk):
//
//   1  generation     u64[1]
//   2  segments       (id i64, through i64)[s]   ascending; "through" is the log position up to which the segments so far stand
//   3  type ends      i32[t]                     where each name ends in section 4
//   4  type names     UTF-8, one after the other, in the order of their ids
//
// What it does not name does not count, so replacing it is the one moment at which a seal, a merge or an erasure happens.

internal readonly record struct SegmentReference(long Id, long Through);

/// <summary>Which segment files make up the store.</summary>
internal sealed record Manifest(ulong Generation, long Position, SegmentReference[] Segments, ReadOnlyMemory<byte[]> Types)
{
    internal const string FileName = "timelines.manifest";
    private const uint Kind = 0x464D4C54; // "TLMF"
    private const int Version = 1;

    public static Manifest? Read(string folder, out string? fault)
    {
        using var file = SnapshotFile.Open(Path.Combine(folder, FileName), Kind, Version, out fault);
        if (file is null) return null;
        var generation = file.Section<ulong>(1);
        var ends = file.Section<int>(3);
        var names = file.Section<byte>(4);
        if (generation.Length != 1 || (ends.Length > 0 && ends[^1] != names.Length))
        {
            fault = "is damaged (sections)";
            return null;
        }

        var types = new byte[ends.Length][];
        for (var i = 0; i < types.Length; i++) types[i] = names[(i == 0 ? 0 : ends[i - 1])..ends[i]].ToArray();
        return new Manifest(generation[0], file.Position, file.Section<SegmentReference>(2).ToArray(), types);
    }

    public void Write(string folder)
    {
        using var writer = new SnapshotWriter(Path.Combine(folder, FileName), Kind, Version, Position);
        writer.Section<ulong>(1, [Generation]);
        writer.Section<SegmentReference>(2, Segments);
        var ends = new int[Types.Length];
        for (var i = 0; i < ends.Length; i++) ends[i] = (i == 0 ? 0 : ends[i - 1]) + Types.Span[i].Length;
        writer.Section<int>(3, ends);
        var names = new byte[ends.Length == 0 ? 0 : ends[^1]];
        for (var i = 0; i < ends.Length; i++) Types.Span[i].CopyTo(names.AsSpan(ends[i] - Types.Span[i].Length));
        writer.Section<byte>(4, names);
        writer.Complete();
    }
}
