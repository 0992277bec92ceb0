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

    /// <summary>The median of so many durations, given those in the middle of them and how many there are before those; null of none.</summary>
    public static double? Median(ReadOnlySpan<long> middle, long count, long before)
    {
        if (count == 0) return null;
        var (at, next) = At(middle, (int)(((count - 1) / 2) - before), null);
        return Between(at, next, count % 2 == 0 ? 0.5 : 0);
    }

    /// <inheritdoc cref="Of(ReadOnlySpan{long}, double)"/>
    public static double? Of(List<long> values, double share) => Of(CollectionsMarshal.AsSpan(values), share);

    /// <summary>The duration in the middle of at least one; the lower of two.</summary>
    public static long LowerMedian(List<long> values) => At(CollectionsMarshal.AsSpan(values), (values.Count - 1) / 2, null).At;

    /// <summary>Two quantiles of each of many lists of durations, side by side; null of none.</summary>
    public static (double? First, double? Second)[] OfEach(IReadOnlyList<List<long>> values, double first, double second, int threads)
    {
        var result = new (double?, double?)[values.Count];
        LongWork.Each(values.Count, threads, i =>
        {
            var all = CollectionsMarshal.AsSpan(values[i]);
            if (all.IsEmpty) return;
            var bins = all.Length > SortedAtOnce ? new Binned(all) : null;
            result[i] = (Of(all, first, bins), Of(all, second, bins));
        });
        return result;
    }

    private static long Turn(long bits) => bits < 0 ? bits ^ long.MaxValue : bits;

    private static double Between(double low, double high, double between) => between == 0 ? low : low + (between * (high - low));

    private static double Of(ReadOnlySpan<long> values, double share, Binned? bins)
    {
        var (low, high, between) = Neighbours(values, share, bins);
        return Between(low, high, between);
    }

    private static (long Low, long High, double Between) Neighbours(ReadOnlySpan<long> values, double share, Binned? bins = null)
    {
        var place = share * (values.Length - 1);
        var (low, between) = ((int)place, place - (int)place);
        var (at, next) = At(values, low, bins);
        return (at, next, between);
    }

    /// <summary>
    /// What would stand at a place and at the next (at the last place: the same) if the values were sorted: the values are counted by bins, which may have been done, and only the bin in which the place lies is looked at closer.
    /// </summary>
    private static (long At, long Next) At(ReadOnlySpan<long> values, int place, Binned? bins)
    {
        // The least value that comes after those that are looked at.
        long? after = null;
        while (values.Length > SortedAtOnce)
        {
            bins ??= new Binned(values);
            if (bins.Least == bins.Most) return (bins.Least, place + 1 < values.Length ? bins.Least : after ?? bins.Least);
            values = bins.Narrow(values, ref place, ref after);
            bins = null;
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[place], place + 1 < sorted.Length ? sorted[place + 1] : after ?? sorted[place]);
    }

    /// <summary>Values, counted by bins of one width.</summary>
    private sealed class Binned
    {
        private readonly int[] counts = new int[Bins];
        private readonly int shift;

        public Binned(ReadOnlySpan<long> values)
        {
            var (least, most) = (long.MaxValue, long.MinValue);
            foreach (var value in values) (least, most) = (Math.Min(least, value), Math.Max(most, value));
            (Least, Most) = (least, most);
            shift = Math.Max(0, BitOperations.Log2((ulong)(most - least)) + 1 - BitOperations.Log2(Bins));
            foreach (var value in values) counts[(int)((ulong)(value - least) >> shift)]++;
        }

        public long Least { get; }

        public long Most { get; }

        /// <summary>The values of the bin in which a place lies, which then is one among them.</summary>
        public long[] Narrow(ReadOnlySpan<long> values, ref int place, ref long? after)
        {
            var bin = 0;
            while (place >= counts[bin]) place -= counts[bin++];
            var (rest, count) = (new long[counts[bin]], 0);
            foreach (var value in values)
            {
                if ((int)((ulong)(value - Least) >> shift) == bin) rest[count++] = value;
            }

            if (place + 1 < count) return rest;
            foreach (var value in values)
            {
                if ((int)((ulong)(value - Least) >> shift) > bin) after = Math.Min(after ?? value, value);
            }

            return rest;
        }
    }
}
