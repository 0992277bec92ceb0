using System.Runtime.CompilerServices;

namespace Temas.Demo.World;

/// <summary>
/// The simulator's own random numbers: xoshiro256** by Blackman and Vigna, seeded by SplitMix64. The same on every machine and in every release; only the four
/// basic operations are used, so that not even the last bit of a logarithm depends on the processor.
/// </summary>
internal struct Dice
{
    private ulong a, b, c, d;

    /// <summary>Dice of their own for each pair of <paramref name="seed"/> and <paramref name="stream"/>.</summary>
    public Dice(ulong seed, ulong stream)
    {
        var state = Mix(seed ^ Mix(stream + 0x9E3779B97F4A7C15));
        a = Mix(state += 0x9E3779B97F4A7C15);
        b = Mix(state += 0x9E3779B97F4A7C15);
        c = Mix(state += 0x9E3779B97F4A7C15);
        d = Mix(state + 0x9E3779B97F4A7C15);
    }

    /// <summary>Other dice for the same customer, by number; these are not thrown for it.</summary>
    public readonly Dice Beside(ulong number) => new(a ^ ulong.RotateLeft(c, 17), number);

    /// <summary>A well mixed number of two; for what must not depend on how often dice were thrown before.</summary>
    public static ulong Mix(ulong x)
    {
        x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
        x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
        return x ^ (x >> 31);
    }

    /// <summary>64 random bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Next()
    {
        var result = ulong.RotateLeft(b * 5, 7) * 9;
        var t = b << 17;
        c ^= a;
        d ^= b;
        b ^= c;
        a ^= d;
        c ^= t;
        d = ulong.RotateLeft(d, 45);
        return result;
    }

    /// <summary>Evenly in [0, 1).</summary>
    public double Unit() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with this probability.</summary>
    public bool Chance(double probability) => Unit() < probability;

    /// <summary>Evenly in 0 … <paramref name="count"/> - 1.</summary>
    public int Below(int count) => (int)Math.BigMul(Next(), (ulong)count, out _);

    /// <summary>Evenly from <paramref name="least"/> to <paramref name="most"/>, both included.</summary>
    public int Between(int least, int most) => least + Below(most - least + 1);

    /// <summary>A place in a table of shares that grow to 1.</summary>
    public int Of(ReadOnlySpan<double> cumulated)
    {
        var u = Unit();
        for (var i = 0; i < cumulated.Length - 1; i++)
        {
            if (u < cumulated[i]) return i;
        }

        return cumulated.Length - 1;
    }

    /// <summary>The time until something that happens once in a unit of time on average.</summary>
    public double Exponential()
    {
        // Von Neumann 1951: compares uniform numbers only, so it needs no logarithm.
        for (var whole = 0; ; whole++)
        {
            var first = Unit();
            var last = first;
            while (true)
            {
                var next = Unit();
                if (next >= last) return whole + first;
                last = next;
                next = Unit();
                if (next >= last) break;
                last = next;
            }
        }
    }
}
