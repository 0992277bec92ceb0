using System.Numerics;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Counts who comes back: a row for each bucket in which customers began, a column for each bucket after it.</summary>
internal sealed class RetentionKernel(EventMatch start, EventMatch back, RetentionQuery query) : Kernel
{
    private const int Starts = 1, Returns = 2;

    private readonly EventRoles roles = new(start, back);
    private readonly TimeBuckets buckets = query.Buckets;
    private readonly int count = query.Buckets.Count;
    private readonly long[] sizes = new long[query.Buckets.Count];
    private readonly long[] returned = new long[query.Buckets.Count * query.Buckets.Count];

    // Of each cohort, in how many customers each bit was set, as the bits of so many binary numbers: to add one customer is to add with carry, whatever she did.
    private const int Digits = 8, Full = (1 << Digits) - 1;
    private readonly ulong[] digits = new ulong[query.Buckets.Count * Digits];
    private readonly int[] added = new int[query.Buckets.Count];

    // Of one customer, in order: the buckets in which she began with the first event of each, and those in which she came back with the last.
    private readonly (int Bucket, int At)[] began = new (int, int)[query.Buckets.Count];
    private readonly (int Bucket, int At)[] came = new (int, int)[query.Buckets.Count];

    /// <summary>Customers of each cohort.</summary>
    public IReadOnlyList<long> Sizes => sizes;

    public override TypeSet? Types { get; } = TypeSet.Of(start, back);

    public override Kernel Fork() => new RetentionKernel(start, back, query);

    // Of brackets: which bits of a number, counted from the cohort's own bucket, each column stands for.
    private readonly ulong[] columns = query.Buckets.Count > 64 ? [] : [.. Enumerable.Range(0, query.Brackets.Count == 0 ? 0 : query.ColumnsOf(0)).Select(column => BitsOf(query, column))];

    /// <summary>Customers of a cohort who came back in a column of its row.</summary>
    public long Returned(int cohort, int column)
    {
        Settle(cohort);
        return returned[(cohort * count) + column];
    }

    public override void Visit(int customer, in Slice events)
    {
        if (customer == ColumnStore.Nobody) return;
        var (begins, comes, wanted) = (0, 0, Starts);
        var (bucket, begin, end) = (-1, long.MaxValue, long.MinValue);
        var times = events.Times;
        var types = events.Types;
        var rows = events.Rows;
        for (var i = 0; i < types.Length; i++)
        {
            var role = roles.Of(types[i], rows[i]);
            if ((role & wanted) == 0) continue;
            // Mostly it is the bucket of the event before.
            if (times[i] < begin || times[i] >= end) bucket = buckets.Of(times[i], out begin, out end);
            if ((role & wanted & Starts) != 0)
            {
                if (bucket < 0 && query.FirstOnly) return;
                if (bucket >= 0 && (begins == 0 || began[begins - 1].Bucket != bucket)) began[begins++] = (bucket, i);
                if (begins > 0) wanted = query.FirstOnly ? Returns : Starts | Returns;
            }

            if (bucket < 0 || (role & wanted & Returns) == 0) continue;
            if (comes == 0 || came[comes - 1].Bucket != bucket) came[comes++].Bucket = bucket;
            came[comes - 1].At = i;
        }

        for (var b = 0; b < begins; b++)
        {
            var (cohort, since) = began[b];
            sizes[cohort]++;
            if (query.Unbounded && comes > 0 && came[comes - 1].At >= since)
            {
                for (var column = LastColumn(cohort, came[comes - 1].Bucket - cohort); column >= 0; column--) returned[(cohort * count) + column]++;
            }
            else
            {
                var before = query.ColumnsOf(cohort);
                for (var c = comes - 1; c >= 0 && came[c].At >= since; c--)
                {
                    if (query.ColumnOf(came[c].Bucket - cohort) is var column && column < before) returned[(cohort * count) + (before = column)]++;
                }
            }
        }
    }

    public override bool TryVisit(BaseEvents all, int from, int to)
    {
        // Of the cohort of her first event alone, and with one type of event each, the buckets in which she came back are bits of a number.
        if (!query.FirstOnly || count > 64 || start.OnlyType is not { } begins || back.OnlyType is not { } comes) return false;
        var (beginsOf, comesOf) = (all.FirstRowsOf(begins), all.FirstRowsOf(comes));
        var (beginsAt, comesAt) = (all.PlacesOf(begins), all.PlacesOf(comes));
        var (beginTimes, comeTimes) = (all.TimesOf(begins), all.TimesOf(comes));
        for (var i = from; i < to; i++)
        {
            var (begun, end) = (beginsOf[i], beginsOf[i + 1]);
            while (begun < end && !start.Test(begins, begun)) begun++;
            if (begun == end || buckets.Of(beginTimes[begun]) is not (>= 0 and var cohort) || all.IsWithdrawn(i) || all.CustomerAt(i) == ColumnStore.Nobody) continue;
            var (came, upto) = (comesOf[i], comesOf[i + 1]);
            if (begins == comes) came = begun;
            else while (came < upto && comesAt[came] < beginsAt[begun]) came++;
            Count(cohort, BucketsOf(comeTimes, comes, came, upto));
        }

        return true;
    }

    private ulong BucketsOf(long[] times, int type, int from, int to)
    {
        if (!back.Asks(type)) return buckets.Bits(times.AsSpan(from, to - from));
        var bits = 0UL;
        for (var row = from; row < to; row++)
        {
            if (back.Test(type, row) && buckets.Of(times[row]) is >= 0 and var bucket) bits |= 1UL << bucket;
        }

        return bits;
    }

    private void Count(int cohort, ulong came)
    {
        sizes[cohort]++;
        if (came == 0) return;
        var mine = returned.AsSpan((cohort * count)..);
        if (query.Unbounded)
        {
            for (var column = LastColumn(cohort, BitOperations.Log2(came) - cohort); column >= 0; column--) mine[column]++;
            return;
        }

        if (columns.Length > 0)
        {
            came >>= cohort;
            for (var column = query.ColumnsOf(cohort) - 1; column >= 0; column--)
            {
                if ((came & columns[column]) != 0) mine[column]++;
            }

            return;
        }

        var its = digits.AsSpan(cohort * Digits, Digits);
        for (var digit = 0; came != 0; digit++) (its[digit], came) = (its[digit] ^ came, its[digit] & came);
        if (++added[cohort] == Full) Settle(cohort);
    }

    private int LastColumn(int cohort, int later) => Math.Min(query.ColumnOf(later), query.ColumnsOf(cohort) - 1);

    private static ulong BitsOf(RetentionQuery query, int column)
    {
        var bits = 0UL;
        for (var later = 0; later < query.Buckets.Count; later++) bits |= query.ColumnOf(later) == column ? 1UL << later : 0;
        return bits;
    }

    private void Settle(int cohort)
    {
        if (added[cohort] == 0) return;
        var its = digits.AsSpan(cohort * Digits, Digits);
        for (var digit = 0; digit < Digits; digit++)
        {
            for (var bits = its[digit]; bits != 0; bits &= bits - 1) returned[(cohort * count) + BitOperations.TrailingZeroCount(bits) - cohort] += 1 << digit;
        }

        its.Clear();
        added[cohort] = 0;
    }

    public override void Merge(Kernel other)
    {
        var its = (RetentionKernel)other;
        for (var cohort = 0; cohort < count; cohort++)
        {
            Settle(cohort);
            its.Settle(cohort);
        }

        for (var i = 0; i < sizes.Length; i++) sizes[i] += its.sizes[i];
        for (var i = 0; i < returned.Length; i++) returned[i] += its.returned[i];
    }
}
