using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Counts on how many days, weeks or months of a period each customer did something, and how many customers each of them had.</summary>
internal sealed class StickinessKernel(EventMatch match, TimeBuckets buckets, int rolling) : Kernel
{
    private readonly long[] counts = new long[buckets.Count + 1];
    private readonly long[] active = new long[buckets.Count];

    // Who begins to count for the last so many in a bucket, less who ends to.
    private readonly long[] within = new long[buckets.Count + 1];

    public override TypeSet? Types { get; } = TypeSet.Of(match);

    public override Kernel Fork() => new StickinessKernel(match, buckets, rolling);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        // In how many buckets of the period, the last of them, and up to which bucket she counts already.
        var (count, last, covered) = (0, -1, 0);
        var (bucket, begin, end) = (-1, long.MaxValue, long.MinValue);
        for (var i = 0; i < events.Length; i++)
        {
            var time = events.Times[i];
            if (!match.Test(events.Types[i], events.Rows[i])) continue;
            if (time < begin || time >= end) bucket = buckets.Of(time, out begin, out end);
            if (bucket < 0 || bucket == last) continue;
            last = bucket;
            active[bucket]++;
            if (bucket >= rolling - 1) count++;
            within[Math.Max(covered, bucket)]++;
            covered = Math.Min(bucket + rolling, buckets.Count);
            within[covered]--;
        }

        counts[count]++;
    }

    public override void Merge(Kernel other)
    {
        var its = (StickinessKernel)other;
        for (var i = 0; i < counts.Length; i++) counts[i] += its.counts[i];
        for (var i = 0; i < active.Length; i++) active[i] += its.active[i];
        for (var i = 0; i < within.Length; i++) within[i] += its.within[i];
    }

    public StickinessAnswer Answer()
    {
        var lead = rolling - 1;
        var (held, sum) = (new long[buckets.Count], 0L);
        for (var i = 0; i < held.Length; i++) held[i] = sum += within[i];
        var her = counts.Skip(1).Take(buckets.Count - lead).ToArray();
        var customers = her.Sum();
        return new StickinessAnswer(customers, customers == 0 ? null : (double)her.Select((c, i) => c * (i + 1)).Sum() / customers, her, [.. buckets.Starts.Skip(lead)], active[lead..], held[lead..])
        {
            When = lead > 0 ? buckets.When with { From = buckets.Starts[lead] } : buckets.When,
        };
    }
}

/// <summary>Counts how many times each customer did something.</summary>
internal sealed class FrequencyKernel(EventMatch match, TimeSpanMs when, MemoryBudget budget) : Kernel
{
    private readonly MemoryBudget.Share share = budget.Begin();
    private readonly List<long> times = [];

    public override TypeSet? Types { get; } = TypeSet.Of(match);

    public override Kernel Fork() => new FrequencyKernel(match, when, budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var count = 0L;
        for (var i = 0; i < events.Length; i++)
        {
            if (events.Times[i] >= when.From && events.Times[i] < when.To && match.Test(events.Types[i], events.Rows[i])) count++;
        }

        if (count == 0) return;
        share.Take(8);
        times.Add(count);
    }

    public override void Merge(Kernel other) => times.AddRange(((FrequencyKernel)other).times);

    public FrequencyAnswer Answer()
    {
        var (customers, all) = (new long[Ladder.Times.Count], new long[Ladder.Times.Count]);
        var most = 0L;
        foreach (var count in times)
        {
            var bin = Ladder.Of(Ladder.Times, count);
            (customers[bin], all[bin], most) = (customers[bin] + 1, all[bin] + count, Math.Max(most, count));
        }

        var bins = times.Count == 0 ? 0 : Ladder.Of(Ladder.Times, most) + 1;
        return new FrequencyAnswer(times.Count, all.Sum(), Quantile.Of(times, 0.5), Quantile.Of(times, 0.9), most, [.. Enumerable.Range(0, bins).Select(b => Bin(b) with { Customers = customers[b], Times = all[b] })]) { When = when };
    }

    /// <summary>A bar in which nobody is.</summary>
    public static FrequencyBin Bin(int bin) => new(Ladder.Times[bin], bin + 1 < Ladder.Times.Count ? Ladder.Times[bin + 1] - 1 : long.MaxValue, 0, 0);
}

/// <summary>Notes how long it was from each time that a customer did something to her next.</summary>
internal sealed class IntervalKernel(EventMatch match, TimeSpanMs when, MemoryBudget budget) : Kernel
{
    private readonly MemoryBudget.Share share = budget.Begin();
    private readonly List<long> lengths = [];
    private readonly long[] intervals = new long[Ladder.Intervals.Count];
    private readonly long[] customers = new long[Ladder.Intervals.Count];
    private long all;

    public override TypeSet? Types { get; } = TypeSet.Of(match);

    public override Kernel Fork() => new IntervalKernel(match, when, budget);

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        // The bars that she is in, a bit each.
        var (before, seen) = (long.MinValue, 0u);
        for (var i = 0; i < events.Length; i++)
        {
            var time = events.Times[i];
            if (time < when.From || time >= when.To || !match.Test(events.Types[i], events.Rows[i])) continue;
            if (before != long.MinValue)
            {
                var length = time - before;
                var bin = Ladder.Of(Ladder.Intervals, length);
                share.Take(8);
                lengths.Add(length);
                intervals[bin]++;
                if ((seen & (1u << bin)) == 0) customers[bin]++;
                seen |= 1u << bin;
            }

            before = time;
        }

        if (seen != 0) all++;
    }

    public override void Merge(Kernel other)
    {
        var its = (IntervalKernel)other;
        lengths.AddRange(its.lengths);
        all += its.all;
        for (var i = 0; i < intervals.Length; i++) (intervals[i], customers[i]) = (intervals[i] + its.intervals[i], customers[i] + its.customers[i]);
    }

    public IntervalAnswer Answer()
    {
        var bins = Array.FindLastIndex(intervals, n => n > 0) + 1;
        return new IntervalAnswer(
            all, lengths.Count, Quantile.Of(lengths, 0.5), Quantile.Of(lengths, 0.9), lengths.Count == 0 ? null : lengths.Max(), [.. Enumerable.Range(0, bins).Select(b => Bin(b) with { Intervals = intervals[b], Customers = customers[b] })])
        {
            When = when,
        };
    }

    /// <summary>A bar in which nothing is.</summary>
    public static IntervalBin Bin(int bin) => new(Ladder.Intervals[bin], bin + 1 < Ladder.Intervals.Count ? Ladder.Intervals[bin + 1] : null, 0, 0);
}
