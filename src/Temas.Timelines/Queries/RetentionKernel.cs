using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Counts who comes back: a row for each bucket in which customers began, a column for each bucket after it.</summary>
internal sealed class RetentionKernel(EventMatch start, EventMatch back, RetentionQuery query) : Kernel
{
    private readonly TimeBuckets buckets = query.Buckets;
    private readonly int count = query.Buckets.Count;
    private readonly long[] sizes = new long[query.Buckets.Count];
    private readonly long[] returned = new long[query.Buckets.Count * query.Buckets.Count];

    // Of one customer: with which event she began in a bucket, and which was the last by which she came back in one; -1 for none.
    private readonly int[] began = new int[query.Buckets.Count];
    private readonly int[] came = new int[query.Buckets.Count];

    /// <summary>Customers of each cohort.</summary>
    public IReadOnlyList<long> Sizes => sizes;

    public override TypeSet? Types { get; } = TypeSet.Of(start, back);

    public override Kernel Fork() => new RetentionKernel(start, back, query);

    /// <summary>Customers of a cohort who came back so many buckets later.</summary>
    public long Returned(int cohort, int later) => returned[(cohort * count) + later];

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var (first, last) = (count, -1);
        var hasBegun = false;
        for (var i = 0; i < events.Length; i++)
        {
            var (type, row) = (events.Types[i], events.Rows[i]);
            var starts = !(query.FirstOnly && hasBegun) && start.Test(type, row);
            if (!starts && (last < 0 || !back.Test(type, row))) continue;
            var bucket = buckets.Of(events.Times[i]);
            if (starts)
            {
                hasBegun = true;
                if (bucket < 0 && query.FirstOnly) return;
                if (bucket < 0) continue;
                if (last < 0)
                {
                    Array.Fill(began, -1);
                    Array.Fill(came, -1);
                    first = bucket;
                }

                if (began[bucket] < 0) began[bucket] = i;
                last = Math.Max(last, bucket);
                if (!back.Test(type, row)) continue;
            }

            if (bucket < 0) continue;
            came[bucket] = i;
            last = Math.Max(last, bucket);
        }

        for (var cohort = first; cohort <= last; cohort++)
        {
            if (began[cohort] < 0) continue;
            sizes[cohort]++;
            var hasCome = false;
            for (var bucket = last; bucket >= cohort; bucket--)
            {
                var comes = came[bucket] >= began[cohort];
                hasCome |= comes;
                if (query.Unbounded ? hasCome : comes) returned[(cohort * count) + bucket - cohort]++;
            }
        }
    }

    public override void Merge(Kernel other)
    {
        var its = (RetentionKernel)other;
        for (var i = 0; i < sizes.Length; i++) sizes[i] += its.sizes[i];
        for (var i = 0; i < returned.Length; i++) returned[i] += its.returned[i];
    }
}
