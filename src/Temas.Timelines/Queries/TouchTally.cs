using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>
/// What happened as touches, in one pass: how many events of each bucket were which touch, and how many customers were met by groups of touches. There are few different touches, so whatever is asked of touches, channels, stages and
/// perception over a period is a sum over this: several tiles of a page need one pass together.
/// </summary>
public sealed class TouchTally
{
    private readonly long[] counts;
    private readonly int buckets;

    private TouchTally(IReadOnlyList<TouchFacts> touches, int buckets, long[] counts, IReadOnlyList<long> customers) => (Touches, this.buckets, this.counts, Customers) = (touches, buckets, counts, customers);

    /// <summary>The different touches, in no order; some of them may not have happened in these periods.</summary>
    public IReadOnlyList<TouchFacts> Touches { get; }

    /// <summary>By group: how many customers had such a touch in the period.</summary>
    public IReadOnlyList<long> Customers { get; }

    /// <summary>How many events of a bucket were a touch.</summary>
    public long Of(int touch, int bucket) => counts[(bucket * Touches.Count) + touch];

    /// <summary>How many events of the period were a touch.</summary>
    public long Of(int touch)
    {
        var sum = 0L;
        for (var bucket = 0; bucket < buckets; bucket++) sum += Of(touch, bucket);
        return sum;
    }

    /// <summary>The same of the period before; 0 where none was asked about.</summary>
    public long Before(int touch) => counts[(buckets * Touches.Count) + touch];

    /// <summary>Reads them. The columns are locked against writing meanwhile.</summary>
    /// <param name="store">The columns.</param>
    /// <param name="buckets">The period.</param>
    /// <param name="before">The period before it; null for none.</param>
    /// <param name="groups">Which groups a touch belongs to, by number from 0.</param>
    /// <param name="customers">Only these customers; null for all.</param>
    /// <param name="limits">How much it may take.</param>
    /// <param name="cancel">Stops it.</param>
    public static TouchTally Read(ColumnStore store, TimeBuckets buckets, TimeSpanMs? before, Func<TouchFacts, IReadOnlyList<int>> groups, Condition? customers, QueryLimits limits, CancellationToken cancel)
    {
        using var read = store.Read();
        var touches = Enumerable.Range(1, store.Touches.Rows - 1).Select(store.Touches.FactsOf).ToList();
        var kernel = Scan.Run(store, new Kernel(new TouchColumns(store), Groups.Of([[], .. touches.Select(groups)]), buckets, before, new MemoryBudget(limits.MaxBytes)), customers is null ? null : ConditionTest.Of(customers, store), limits, cancel);
        return new TouchTally(touches, buckets.Count, kernel.WithoutNone(), kernel.Customers);
    }

    /// <summary>Which groups each touch belongs to, a bit each.</summary>
    /// <param name="Count">How many groups there are.</param>
    /// <param name="Words">How many words their bits take; nearly always one.</param>
    /// <param name="Bits">The words of each touch, one touch after the other.</param>
    private sealed record Groups(int Count, int Words, ulong[] Bits)
    {
        public int Touches => Bits.Length / Words;

        public static Groups Of(IReadOnlyList<IReadOnlyList<int>> byTouch)
        {
            var count = byTouch.SelectMany(g => g).DefaultIfEmpty(-1).Max() + 1;
            var words = Math.Max(1, (count + 63) / 64);
            var bits = new ulong[byTouch.Count * words];
            for (var touch = 0; touch < byTouch.Count; touch++)
            {
                foreach (var group in byTouch[touch]) bits[(touch * words) + (group / 64)] |= 1UL << (group % 64);
            }

            return new Groups(count, words, bits);
        }
    }

    private sealed class Kernel : Queries.Kernel
    {
        private readonly TouchColumns touches;
        private readonly Groups groups;
        private readonly int wide;
        private readonly ulong[] met;
        private readonly TimeBuckets buckets;
        private readonly TimeSpanMs? before;
        private readonly MemoryBudget budget;
        private readonly long from, to;

        // The period before is one bucket more.
        private readonly long[] counts;

        public Kernel(TouchColumns touches, Groups groups, TimeBuckets buckets, TimeSpanMs? before, MemoryBudget budget)
        {
            (this.touches, this.groups, this.buckets, this.before, this.budget) = (touches, groups, buckets, before, budget);
            (wide, met, Customers) = (groups.Touches, new ulong[groups.Words], new long[groups.Count]);
            (from, to) = before is { } b ? (Math.Min(b.From, buckets.When.From), Math.Max(b.To, buckets.When.To)) : (buckets.When.From, buckets.When.To);
            budget.Take(8L * wide * (buckets.Count + 1));
            counts = new long[wide * (buckets.Count + 1)];
        }

        public long[] Customers { get; }

        public override TimeSpanMs? When => new(from, to);

        public override Queries.Kernel Fork() => new Kernel(touches, groups, buckets, before, budget);

        public override void Visit(int customer, in Slice events)
        {
            if (before is { } b)
            {
                var earlier = events.Within(b.From, b.To);
                var tally = counts.AsSpan(buckets.Count * wide);
                for (var i = 0; i < earlier.Length; i++) tally[touches.At(earlier.Types[i], earlier.Rows[i])]++;
            }

            var within = events.Within(buckets.When.From, buckets.When.To);
            var times = within.Times;

            // Those of one word, which are nearly all there are, stay in a register.
            var (first, bits, words) = (0UL, groups.Bits, groups.Words);
            for (var i = 0; i < times.Length; i++)
            {
                var touch = touches.At(within.Types[i], within.Rows[i]);
                counts[(buckets.Of(times[i]) * wide) + touch]++;
                first |= bits[touch * words];
                for (var word = 1; word < words; word++) met[word] |= bits[(touch * words) + word];
            }

            met[0] = first;
            for (var word = 0; word < words; word++)
            {
                for (var left = customer == ColumnStore.Nobody ? 0 : met[word]; left != 0; left &= left - 1) Customers[(word * 64) + System.Numerics.BitOperations.TrailingZeroCount(left)]++;
                met[word] = 0;
            }
        }

        public override void Merge(Queries.Kernel other)
        {
            var its = (Kernel)other;
            for (var i = 0; i < counts.Length; i++) counts[i] += its.counts[i];
            for (var g = 0; g < Customers.Length; g++) Customers[g] += its.Customers[g];
        }

        /// <summary>The counts without those of events that were no touch.</summary>
        public long[] WithoutNone()
        {
            var each = wide - 1;
            var result = new long[each * (buckets.Count + 1)];
            for (var bucket = 0; bucket <= buckets.Count; bucket++) Array.Copy(counts, (bucket * wide) + 1, result, bucket * each, each);
            return result;
        }
    }
}
