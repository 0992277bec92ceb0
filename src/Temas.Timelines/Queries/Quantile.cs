using System.Numerics;
using System.Runtime.InteropServices;

namespace Temas.Timelines.Queries;

/// <summary>Quantiles of few or many values, interpolated linearly between neighbours (Hyndman and Fan 1996, type 7). The values need not be in order and stay as they are.</summary>
internal static class Quantile
{
    private const int Bins = 1 << 11, SortedAtOnce = 256;

    /// <summary>The quantile of at least one value.</summary>
    public static double Of(List<double> values, double share)
    {
        // Numbers have the order of their bits when those of negative ones are turned round.
        var bits = values.ConvertAll(v => Turn(BitConverter.DoubleToInt64Bits(v)));
        var (low, high, between) = Neighbours(CollectionsMarshal.AsSpan(bits), share);
        return Between(BitConverter.Int64BitsToDouble(Turn(low)), BitConverter.Int64BitsToDouble(Turn(high)), between);
    }

    /// <summary>The same of durations; null of none.</summary>
    public static double? Of(ReadOnlySpan<long> values, double share)
    {
        if (values.IsEmpty) return null;
        var (low, high, between) = Neighbours(values, share);
        return Between(low, high, between);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{long}, double)"/>
    public static double? Of(List<long> values, double share) => Of(CollectionsMarshal.AsSpan(values), share);

    /// <summary>The same of many, side by side.</summary>
    public static double?[] OfEach(IReadOnlyList<List<long>> values, double share, int threads)
    {
        var result = new double?[values.Count];
        Parallel.For(0, values.Count, new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) }, i => result[i] = Of(values[i], share));
        return result;
    }

    private static long Turn(long bits) => bits < 0 ? bits ^ long.MaxValue : bits;

    private static double Between(double low, double high, double between) => between == 0 ? low : low + (between * (high - low));

    private static (long Low, long High, double Between) Neighbours(ReadOnlySpan<long> values, double share)
    {
        var place = share * (values.Length - 1);
        var (low, between) = ((int)place, place - (int)place);
        var (at, next) = At(values, low);
        return (at, next, between);
    }

    /// <summary>
    /// What would stand at a place and at the next (at the last place: the same) if the values were sorted: the values are counted by bins, and only the bin in which the place lies is looked at closer.
    /// </summary>
    private static (long At, long Next) At(ReadOnlySpan<long> values, int place)
    {
        Span<int> bins = stackalloc int[Bins];

        // The least value that comes after those that are looked at.
        long? after = null;
        while (values.Length > SortedAtOnce)
        {
            var (least, most) = (long.MaxValue, long.MinValue);
            foreach (var value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
            if (least == most) return (least, place + 1 < values.Length ? least : after ?? least);
            var shift = Math.Max(0, BitOperations.Log2((ulong)(most - least)) + 1 - BitOperations.Log2(Bins));
            bins.Clear();
            foreach (var value in values) bins[(int)((ulong)(value - least) >> shift)]++;
            var bin = 0;
            while (place >= bins[bin]) place -= bins[bin++];
            var (rest, count) = (new long[bins[bin]], 0);
            foreach (var value in values)
            {
                if ((int)((ulong)(value - least) >> shift) == bin) rest[count++] = value;
            }

            if (place + 1 == count)
            {
                foreach (var value in values)
                {
                    if ((int)((ulong)(value - least) >> shift) > bin) after = Math.Min(after ?? value, value);
                }
            }

            values = rest;
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[place], place + 1 < sorted.Length ? sorted[place + 1] : after ?? sorted[place]);
    }
}
