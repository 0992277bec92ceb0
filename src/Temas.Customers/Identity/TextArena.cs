namespace Temas.Customers.Identity;

/// <summary>
/// Short UTF-8 texts, one behind the other, each followed by a line feed; in chunks of 1 MB, which no text crosses. An address is chunk &lt;&lt; 20 | offset and grows with each text.
/// Texts are only added, so whoever holds the chunks may read what was there when it got them.
/// </summary>
internal sealed class TextArena
{
    public const int ChunkBits = 20, ChunkSize = 1 << ChunkBits;

    // A section of a snapshot is read as one span.
    private const int MaxChunks = 2047;

    private byte[][] chunks = [];
    private int used = ChunkSize;

    public int ChunkCount => chunks.Length;

    public long Bytes => (long)chunks.Length * ChunkSize;

    /// <summary>The used part of a chunk.</summary>
    public ReadOnlySpan<byte> Chunk(int index) => chunks[index].AsSpan(0, index == chunks.Length - 1 ? used : ChunkSize);

    public ReadOnlySpan<byte> Text(uint address, int length) => chunks[address >> ChunkBits].AsSpan((int)(address & (ChunkSize - 1)), length);

    public uint Add(ReadOnlySpan<byte> text)
    {
        if (used + text.Length + 1 > ChunkSize)
        {
            if (chunks.Length == MaxChunks) throw new InvalidOperationException("A workspace holds at most 2 GB of identifiers.");
            Array.Resize(ref chunks, chunks.Length + 1);
            chunks[^1] = new byte[ChunkSize];
            used = 0;
        }

        var address = ((uint)(chunks.Length - 1) << ChunkBits) | (uint)used;
        var chunk = chunks[^1];
        text.CopyTo(chunk.AsSpan(used));
        chunk[used + text.Length] = (byte)'\n';
        used += text.Length + 1;
        return address;
    }

    /// <summary>Overwrites a text for good.</summary>
    public void Erase(uint address, int length) => chunks[address >> ChunkBits].AsSpan((int)(address & (ChunkSize - 1)), length).Fill((byte)'\n');

    public void Clear() => (chunks, used) = ([], ChunkSize);

    /// <summary>All texts as they stand.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Freeze()
    {
        var parts = new ReadOnlyMemory<byte>[chunks.Length];
        for (var i = 0; i < parts.Length; i++) parts[i] = chunks[i].AsMemory(0, i == parts.Length - 1 ? used : ChunkSize);
        return parts;
    }

    public void Load(ReadOnlySpan<byte> all)
    {
        Clear();
        chunks = new byte[(all.Length + ChunkSize - 1) / ChunkSize][];
        for (var i = 0; i < chunks.Length; i++)
        {
            var part = all.Slice(i * ChunkSize, Math.Min(ChunkSize, all.Length - (i * ChunkSize)));
            chunks[i] = new byte[ChunkSize];
            part.CopyTo(chunks[i]);
            used = part.Length;
        }
    }
}
