using System.Buffers.Binary;
using System.Numerics;
using System.Security.Cryptography;

namespace Temas.Customers.Identity;

/// <summary>A secret of 128 bits for <see cref="SipHash"/>.</summary>
internal readonly record struct SipKey(ulong K0, ulong K1)
{
    /// <summary>A new secret.</summary>
    public static SipKey Random()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return From(bytes);
    }

    /// <summary>The secret that 16 bytes hold.</summary>
    public static SipKey From(ReadOnlySpan<byte> bytes) =>
        new(BinaryPrimitives.ReadUInt64LittleEndian(bytes), BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));

    /// <summary>The secret as 16 bytes.</summary>
    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, K0);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes.AsSpan(8), K1);
        return bytes;
    }

    /// <summary>A secret that follows from this one and a name.</summary>
    public SipKey For(ReadOnlySpan<byte> name) => new(SipHash.Of(this, name), SipHash.Of(new SipKey(~K1, ~K0), name));
}

/// <summary>
/// SipHash-2-4 (Aumasson and Bernstein): a keyed hash of 64 bits. Who does not know the key can neither predict it nor make identifiers collide,
/// so it serves the table of identifiers and the public ids of customers alike.
/// </summary>
internal static class SipHash
{
    /// <summary>The hash of <paramref name="data"/> under <paramref name="key"/>.</summary>
    public static ulong Of(SipKey key, ReadOnlySpan<byte> data)
    {
        var v0 = key.K0 ^ 0x736f6d6570736575UL;
        var v1 = key.K1 ^ 0x646f72616e646f6dUL;
        var v2 = key.K0 ^ 0x6c7967656e657261UL;
        var v3 = key.K1 ^ 0x7465646279746573UL;
        var last = (ulong)data.Length << 56;
        while (data.Length >= 8)
        {
            var m = BinaryPrimitives.ReadUInt64LittleEndian(data);
            v3 ^= m;
            Round(ref v0, ref v1, ref v2, ref v3);
            Round(ref v0, ref v1, ref v2, ref v3);
            v0 ^= m;
            data = data[8..];
        }

        for (var i = 0; i < data.Length; i++) last |= (ulong)data[i] << (8 * i);
        v3 ^= last;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        v0 ^= last;
        v2 ^= 0xff;
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        Round(ref v0, ref v1, ref v2, ref v3);
        return v0 ^ v1 ^ v2 ^ v3;
    }

    private static void Round(ref ulong v0, ref ulong v1, ref ulong v2, ref ulong v3)
    {
        v0 += v1;
        v1 = BitOperations.RotateLeft(v1, 13) ^ v0;
        v0 = BitOperations.RotateLeft(v0, 32);
        v2 += v3;
        v3 = BitOperations.RotateLeft(v3, 16) ^ v2;
        v0 += v3;
        v3 = BitOperations.RotateLeft(v3, 21) ^ v0;
        v2 += v1;
        v1 = BitOperations.RotateLeft(v1, 17) ^ v2;
        v2 = BitOperations.RotateLeft(v2, 32);
    }
}
