namespace Temas.Timelines.Queries;

/// <summary>
/// How long each transition took that was taken, as it comes: the number of the transition and the time in one word, one after the other, which costs less than a list for each transition. For one thread.
/// </summary>
internal sealed class TransitionTimes(MemoryBudget budget)
{
    /// <summary>The longest time that is told apart, in milliseconds: 34 years.</summary>
    public const long Longest = (1L << TimeBits) - 1;

    private const int TimeBits = 40, Chunk = 1 << 15;

    private readonly List<ulong[]> chunks = [];
    private ulong[] chunk = [];
    private int used;

    /// <summary>Notes a transition that was taken.</summary>
    public void Add(int number, long took)
    {
        if (used == chunk.Length) Grow(number);
        chunk[used++] = ((ulong)number << TimeBits) | (ulong)Math.Min(took, Longest);
    }

    /// <summary>The median time of each transition, in milliseconds.</summary>
    /// <param name="all">What was noted, and the numbers that their transitions have in the result; null for the same.</param>
    /// <param name="counts">How often each transition was taken, by number.</param>
    /// <param name="budget">What it may take.</param>
    /// <param name="threads">How many threads work on it.</param>
    public static double[] Medians(IReadOnlyList<(TransitionTimes Times, int[]? Numbers)> all, long[] counts, MemoryBudget budget, int threads)
    {
        var starts = new int[counts.Length + 1];
        for (var i = 0; i < counts.Length; i++) starts[i + 1] = checked(starts[i] + (int)counts[i]);
        budget.Take(8L * starts[^1]);
        var sorted = GC.AllocateUninitializedArray<long>(starts[^1]);

        // Each of them writes where those before it leave off.
        var next = new int[all.Count][];
        for (var i = 0; i < all.Count; i++)
        {
            next[i] = i == 0 ? starts[..^1] : (int[])next[i - 1].Clone();
            if (i > 0) all[i - 1].Times.Count(all[i - 1].Numbers, next[i]);
        }

        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(1, threads) };
        Parallel.For(0, all.Count, parallel, i => all[i].Times.Sort(all[i].Numbers, next[i], sorted));
        var result = new double[counts.Length];
        Parallel.For(0, counts.Length, parallel, i => result[i] = Quantile.Of(sorted.AsSpan(starts[i]..starts[i + 1]), 0.5) ?? 0);
        return result;
    }

    private void Grow(int number)
    {
        if (number >= (1 << (64 - TimeBits)) - Chunk) throw new QueryTooLargeException(budget.Limit);
        budget.Take(8L * Chunk);
        chunks.Add(chunk = GC.AllocateUninitializedArray<ulong>(Chunk));
        used = 0;
    }

    private ReadOnlySpan<ulong> At(int at) => chunks[at].AsSpan(0, at + 1 == chunks.Count ? used : Chunk);

    private void Count(int[]? numbers, int[] into)
    {
        for (var i = 0; i < chunks.Count; i++)
        {
            foreach (var noted in At(i)) into[NumberIn(noted, numbers)]++;
        }
    }

    private void Sort(int[]? numbers, int[] next, long[] into)
    {
        for (var i = 0; i < chunks.Count; i++)
        {
            foreach (var noted in At(i)) into[next[NumberIn(noted, numbers)]++] = (long)noted & Longest;
        }
    }

    private static int NumberIn(ulong noted, int[]? numbers) => numbers is null ? (int)(noted >> TimeBits) : numbers[(int)(noted >> TimeBits)];
}
