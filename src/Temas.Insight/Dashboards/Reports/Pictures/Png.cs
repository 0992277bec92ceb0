using System.Buffers.Binary;
using System.IO.Compression;

namespace Temas.Insight.Dashboards.Reports.Pictures;

/// <summary>Writes pictures as PNG (https://www.w3.org/TR/png-3/): eight bits a colour, no transparency, each row as it stands.</summary>
internal static class Png
{
    private static readonly uint[] Table = [.. Enumerable.Range(0, 256).Select(n => Enumerable.Range(0, 8).Aggregate((uint)n, (c, _) => (c & 1) != 0 ? 0xEDB88320u ^ (c >> 1) : c >> 1))];

    /// <summary>A picture of <paramref name="width"/> pixels a row, three bytes each: red, green, blue.</summary>
    public static byte[] Write(int width, int height, ReadOnlySpan<byte> pixels)
    {
        using var file = new MemoryStream();
        file.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> head = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(head, width);
        BinaryPrimitives.WriteInt32BigEndian(head[4..], height);
        (head[8], head[9]) = (8, 2);
        Chunk(file, "IHDR"u8, head);
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Optimal, leaveOpen: true))
        {
            for (var y = 0; y < height; y++)
            {
                // No filter: equal rows and even grounds pack well as they are.
                zlib.WriteByte(0);
                zlib.Write(pixels.Slice(y * width * 3, width * 3));
            }
        }

        Chunk(file, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(file, "IEND"u8, []);
        return file.ToArray();
    }

    private static void Chunk(MemoryStream file, ReadOnlySpan<byte> kind, ReadOnlySpan<byte> data)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, data.Length);
        file.Write(number);
        file.Write(kind);
        file.Write(data);
        BinaryPrimitives.WriteUInt32BigEndian(number, ~Sum(Sum(uint.MaxValue, kind), data));
        file.Write(number);
    }

    private static uint Sum(uint sum, ReadOnlySpan<byte> data)
    {
        foreach (var b in data) sum = Table[(sum ^ b) & 0xFF] ^ (sum >> 8);
        return sum;
    }
}
