using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Temas.Collect.Import.Mapping;
using Temas.Collect.Import.Rows;

namespace Temas.Collect.Import.Events;

/// <summary>
/// Makes message ids that are the same whenever the same row is imported under the same key: <c>imp-</c>, 128 bits of SHA-256 over key and content in base64url,
/// then <c>-2</c>, <c>-3</c> … for the repetitions of a row in the files of one import, then <c>.1</c>, <c>.2</c> … for further events of the row.
/// </summary>
internal sealed class MessageIds
{
    private enum Kind : byte
    {
        Content = 0,
        Id = 1,
    }

    private readonly byte[] key;
    private readonly OccurrenceCounter occurrences = new();
    private readonly byte[] digest = new byte[32];
    private byte[] content = new byte[4096];
    private int used;
    private int occurrence;

    public MessageIds(string key) => this.key = Encoding.UTF8.GetBytes(key);

    /// <summary>Takes the row at which <paramref name="row"/> stands and counts it. Every row must be taken, in order, sent or not.</summary>
    public void Take(RowReader row)
    {
        Start(Kind.Content);
        for (var i = 0; i < row.ContentParts; i++) Append(row.ContentPart(i));
        SHA256.HashData(content.AsSpan(0, used), digest);
        occurrence = occurrences.Next(BinaryPrimitives.ReadUInt64LittleEndian(digest));
    }

    /// <summary>The id of event <paramref name="index"/> of the row that was taken. Gives its length.</summary>
    public int Write(Span<byte> target, int index)
    {
        var length = WriteDigest(target, digest);
        if (occurrence > 0) length += WriteNumber(target[length..], (byte)'-', occurrence + 1);
        return index == 0 ? length : length + WriteNumber(target[length..], (byte)'.', index);
    }

    /// <summary>The id of event <paramref name="index"/> made of the values that the mapping names; 0 when one of them is empty.</summary>
    public int Write(Span<byte> target, int index, IReadOnlyList<Template> id, RowContext row)
    {
        Start(Kind.Id);
        foreach (var part in id)
        {
            if (!part.TryResolve(row, out var value)) return 0;
            Append(value);
        }

        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(content.AsSpan(0, used), hash);
        var length = WriteDigest(target, hash);
        return index == 0 ? length : length + WriteNumber(target[length..], (byte)'.', index);
    }

    private static int WriteDigest(Span<byte> target, ReadOnlySpan<byte> hash)
    {
        "imp-"u8.CopyTo(target);
        Base64Url.EncodeToUtf8(hash[..16], target[4..], out _, out var written);
        return 4 + written;
    }

    private static int WriteNumber(Span<byte> target, byte sign, int number)
    {
        target[0] = sign;
        number.TryFormat(target[1..], out var written, provider: CultureInfo.InvariantCulture);
        return 1 + written;
    }

    private void Start(Kind kind)
    {
        used = 0;
        Reserve(key.Length + 5);
        BinaryPrimitives.WriteInt32LittleEndian(content, key.Length);
        key.CopyTo(content, 4);
        content[4 + key.Length] = (byte)kind;
        used = key.Length + 5;
    }

    // Each part with its length before it, so that "a" + "bc" and "ab" + "c" differ.
    private void Append(ReadOnlySpan<char> part)
    {
        Reserve(4 + Encoding.UTF8.GetMaxByteCount(part.Length));
        var length = Encoding.UTF8.GetBytes(part, content.AsSpan(used + 4));
        BinaryPrimitives.WriteInt32LittleEndian(content.AsSpan(used), length);
        used += 4 + length;
    }

    private void Reserve(int more)
    {
        if (content.Length - used < more) Array.Resize(ref content, Math.Max(content.Length * 2, used + more));
    }
}
