using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace Temas.Kernel;

/// <summary>
/// A fast 64-bit hash of bytes (XXH64 by Yann Collet, as its specification gives it), the same on every machine and in every release:
/// it is written to disk. Not for secrets, and a sender can make two inputs collide: whoever finds a match compares the bytes.
/// </summary>
public static class Hash64
{
    private const ulong P1 = 0x9E3779B185EBCA87, P2 = 0xC2B2AE3D27D4EB4F, P3 = 0x165667B19E3779F9, P4 = 0x85EBCA77C2B2AE63, P5 = 0x27D4EB2F165667C5;

    /// <summary>The hash of <paramref name="data"/> under <paramref name="seed"/>.</summary>
    public static ulong Of(ReadOnlySpan<byte> data, ulong seed = 0)
    {
        var length = (ulong)data.Length;
        ulong h;
        if (data.Length >= 32)
        {
            ulong a = seed + P1 + P2, b = seed + P2, c = seed, d = seed - P1;
            do
            {
                a = Round(a, Read64(data));
                b = Round(b, Read64(data[8..]));
                c = Round(c, Read64(data[16..]));
                d = Round(d, Read64(data[24..]));
                data = data[32..];
            }
            while (data.Length >= 32);
            h = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7) + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            h = Merge(Merge(Merge(Merge(h, a), b), c), d);
        }
        else
        {
            h = seed + P5;
        }

        h += length;
        while (data.Length >= 8)
        {
            h = (BitOperations.RotateLeft(h ^ Round(0, Read64(data)), 27) * P1) + P4;
            data = data[8..];
        }

        if (data.Length >= 4)
        {
            h = (BitOperations.RotateLeft(h ^ (BinaryPrimitives.ReadUInt32LittleEndian(data) * P1), 23) * P2) + P3;
            data = data[4..];
        }

        foreach (var x in data) h = BitOperations.RotateLeft(h ^ (x * P5), 11) * P1;
        return Avalanche(h);
    }

    /// <summary>Mixes two hashes into one, order mattering.</summary>
    public static ulong Combine(ulong a, ulong b) => Avalanche(Merge(a + P4, b));

    private static ulong Avalanche(ulong h)
    {
        h = (h ^ (h >> 33)) * P2;
        h = (h ^ (h >> 29)) * P3;
        return h ^ (h >> 32);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Read64(ReadOnlySpan<byte> data) => BinaryPrimitives.ReadUInt64LittleEndian(data);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Round(ulong acc, ulong input) => BitOperations.RotateLeft(acc + (input * P2), 31) * P1;

    private static ulong Merge(ulong acc, ulong value) => ((acc ^ Round(0, value)) * P1) + P4;
}
