using System.Buffers;
using System.Runtime.CompilerServices;

namespace Temas.Timelines.Queries;

/// <summary>
/// How long each transition took that was taken, as it comes: the number of the transition and the time in one word, one after the other, which costs less than a list for each transition. For one thread.
/// </summary>
internal sealed class TransitionTimes(MemoryBudget budget)
{
    /// <summary>The longest time that is told apart, in milliseconds: 34 years.</summary>
    public const long Longest = (1L << TimeBits) - 1;

    private const int TimeBits = 40, Chunk = 1 << 15;

    // Bins of a transition that was taken at least so often; the last one is wider than those before it.
    private const int Many = 1 << 11, Bins = 640, Zero = (127 << 4) - 1;

    // What a question of many events notes is large, and would wait for the collector; at most 128 MB are kept for the next one.
    private static readonly ArrayPool<ulong> Pool = ArrayPool<ulong>.Create(Chunk, 512);

    private readonly List<ulong[]> chunks = [];
    private ulong[] chunk = [];
    private int used;

    /// <summary>Notes a transition that was taken.</summary>
    public void Add(int number, long took) => Add(number, took, 1);

    /// <summary>The same once, or not at all: without a branch that nobody could foresee.</summary>
    /// <param name="number">Its number.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="once">1, or 0 for not at all.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(int number, long took, int once)
    {
        if (used == chunk.Length) Grow(number);
        chunk[used] = ((ulong)number << TimeBits) | (ulong)Math.Min(took, Longest);
        used += once;
    }

    /// <summary>
    /// The median time of each transition, in milliseconds; to be asked once. The times of each are counted by bins, whose width grows with the time, and only those of the bin with the median are gathered; of a transition that was seldom taken, all.
    /// </summary>
    /// <param name="all">What was noted, and the numbers that their transitions have in the result; null for the same.</param>
    /// <param name="counts">How often each transition was taken, by number.</param>
    /// <param name="budget">What it may take.</param>
    /// <param name="threads">How many threads work on it.</param>
    public static double[] Medians(IReadOnlyList<(TransitionTimes Times, int[]? Numbers)> all, long[] counts, MemoryBudget budget, int threads)
    {
        var first = new int[counts.Length + 1];
        for (var i = 0; i < counts.Length; i++) first[i + 1] = checked(first[i] + (counts[i] < Many ? 1 : Bins));
        budget.Take(4L * first[^1] * all.Count);
        var bins = new int[all.Count][];
        LongWork.Each(all.Count, threads, i => bins[i] = all[i].Times.Count(all[i].Numbers, first));

        // Of each transition, the bins with the middle ones and how many there are before them; and where each thread writes those of its own.
        var (ranges, starts, before) = (new (int From, int To)[counts.Length], new int[counts.Length + 1], new long[counts.Length]);
        for (var i = 0; i < counts.Length; i++)
        {
            var (bin, middle) = (first[i], (counts[i] - 1) / 2);
            long seen = 0, of;
            while (seen + (of = bins.Sum(b => (long)b[bin])) <= middle && bin + 1 < first[i + 1]) (seen, bin) = (seen + of, bin + 1);
            (before[i], ranges[i].From) = (seen, bin);
            while (seen + (of = bins.Sum(b => (long)b[bin])) <= counts[i] / 2 && bin + 1 < first[i + 1]) (seen, bin) = (seen + of, bin + 1);
            ranges[i].To = bin;
            starts[i + 1] = checked(starts[i] + (int)(seen + of - before[i]));
        }

        budget.Take(8L * starts[^1]);
        var middles = GC.AllocateUninitializedArray<long>(starts[^1]);
        var (next, sofar) = (new int[all.Count][], starts[..^1]);
        for (var i = 0; i < all.Count; i++)
        {
            next[i] = (int[])sofar.Clone();
            for (var number = 0; number < sofar.Length; number++)
            {
                for (var bin = ranges[number].From; bin <= ranges[number].To; bin++) sofar[number] += bins[i][bin];
            }
        }

        var spans = ranges.Select((r, i) => (From: BeginOf(r.From - first[i]), Span: r.To + 1 == first[i + 1] ? long.MaxValue : BeginOf(r.To + 1 - first[i]) - BeginOf(r.From - first[i]))).ToArray();
        LongWork.Each(all.Count, threads, i => all[i].Times.Gather(all[i].Numbers, spans, next[i], middles));
        foreach (var (times, _) in all) times.Leave();
        var result = new double[counts.Length];
        LongWork.Each(counts.Length, threads, i => result[i] = Quantile.Median(middles.AsSpan(starts[i]..starts[i + 1]), counts[i], before[i]) ?? 0);
        return result;
    }

    private void Grow(int number)
    {
        if (number >= (1 << (64 - TimeBits)) - Chunk) throw new QueryTooLargeException(budget.Limit);
        budget.Take(8L * Chunk);
        chunks.Add(chunk = Pool.Rent(Chunk));
        used = 0;
    }

    private void Leave()
    {
        foreach (var left in chunks) Pool.Return(left);
        chunks.Clear();
        (chunk, used) = ([], 0);
    }

    private ReadOnlySpan<ulong> At(int at) => chunks[at].AsSpan(0, at + 1 == chunks.Count ? used : Chunk);

    // A bin is a sixteenth of an octave: the first bits of a floating-point number. The last one is for all that is longer.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int BinOf(long time) => Math.Max(0, (BitConverter.SingleToInt32Bits(time) >> 19) - Zero);

    private static long BeginOf(int bin) => bin == 0 ? 0 : (long)Math.Ceiling(BitConverter.Int32BitsToSingle((bin + Zero) << 19));

    private int[] Count(int[]? numbers, int[] first)
    {
        var bins = new int[first[^1]];
        var places = Array.ConvertAll(numbers ?? [.. Enumerable.Range(0, first.Length - 1)], n => n < 0 ? default : (First: first[n], Most: first[n + 1] - first[n] - 1));
        for (var i = 0; i < chunks.Count; i++)
        {
            foreach (var noted in At(i))
            {
                var place = places[(int)(noted >> TimeBits)];
                bins[place.First + Math.Min(BinOf((long)noted & Longest), place.Most)]++;
            }
        }

        return bins;
    }

    private void Gather(int[]? numbers, (long From, long Span)[] ranges, int[] next, long[] into)
    {
        var known = numbers is null ? ranges : Array.ConvertAll(numbers, n => n < 0 ? default : ranges[n]);
        for (var i = 0; i < chunks.Count; i++)
        {
            foreach (var noted in At(i))
            {
                var (number, time) = ((int)(noted >> TimeBits), (long)noted & Longest);
                var range = known[number];
                if ((ulong)(time - range.From) < (ulong)range.Span) into[next[numbers is null ? number : numbers[number]]++] = time;
            }
        }
    }
}
