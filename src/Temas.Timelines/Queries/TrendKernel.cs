using System.Runtime.CompilerServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Counts how many events each value of a property has: which are told apart in a breakdown.</summary>
internal sealed class TopKernel(EventMatch match, Grouping grouping, TimeSpanMs when, MemoryBudget budget) : Kernel
{
    private readonly ValueMap values = new();
    private readonly MemoryBudget.Share share = budget.Begin();
    private long[] counts = new long[16];

    public Dictionary<long, long> Counts => values.All.ToDictionary(v => v.Key, v => counts[v.Number]);

    public override TypeSet? Types { get; } = TypeSet.Union(TypeSet.Of(match), grouping.Types);

    public override Kernel Fork() => new TopKernel(match, grouping.Fork(), when, budget);

    public override void Visit(int customer, in Slice events)
    {
        grouping.Begin(customer, events);
        for (var i = 0; i < events.Length; i++)
        {
            var (time, type, row) = (events.Times[i], events.Types[i], events.Rows[i]);
            if (time < when.From || time >= when.To || !match.Test(type, row)) continue;
            Add(grouping.KeyAt(type, row), 1);
        }
    }

    public override void Merge(Kernel other)
    {
        foreach (var (key, count) in ((TopKernel)other).Counts) Add(key, count);
    }

    private void Add(long key, long count)
    {
        var number = values.Find(key);
        if (number < 0)
        {
            share.Take(48);
            number = values.Add(key);
            if (number == counts.Length) Array.Resize(ref counts, number * 2);
        }

        counts[number] += count;
    }
}

/// <summary>A measure made ready.</summary>
internal sealed class MeasureColumns(Measure measure, ColumnStore store)
{
    private readonly NumberColumns? numbers = measure.Property is { } property ? new NumberColumns(store, property) : null;

    // By touch; there are few of them.
    private readonly double[]? felt = measure.OfPerception ? [.. Enumerable.Range(0, store.Touches.Rows).Select(store.Touches.Of(Touch.Perception).NumberAt)] : null;
    private readonly TouchColumns? touches = measure.OfPerception ? new TouchColumns(store) : null;

    public Measure Measure => measure;

    public EventMatch Match { get; } = new(store, measure.Event);

    /// <summary>The number that an event counts with: 1 where the measure is of events alone; NaN where it should have one and has none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public double At(int type, int row) => numbers is not null ? numbers.At(type, row) : felt is null ? 1.0 : felt[touches!.At(type, row)];
}

/// <summary>
/// Works out figures by bucket and group. A group's cells are its buckets and, at the end, one for the whole period. Customers are counted while their events are read one after the other, so none counts twice in a cell.
/// </summary>
internal sealed class TrendKernel : Kernel
{
    private readonly IReadOnlyList<MeasureColumns> measures;
    private readonly TimeBuckets buckets;
    private readonly Grouping? grouping;
    private readonly ValueMap groupOf;
    private readonly int groups, rolling, cells;
    private readonly bool cumulative;
    private readonly MemoryBudget budget;
    private readonly MemoryBudget.Share share;
    private readonly Cells[] figures;

    // By measure, the types that it looks at.
    private readonly int[][] matched;

    // Of the first measure, those without a number included.
    private readonly long[] counts;

    // Whether each event belongs to one bucket, and it does not matter whose it is: then the figures of the period are those of its buckets put together.
    private readonly bool adds;

    // By measure, whether nothing but events or customers is counted, and nothing tells events apart.
    private readonly bool[] isCounted;
    private int visit;

    /// <param name="measures">What is measured.</param>
    /// <param name="buckets">Over which time; the first <paramref name="rolling"/> less one buckets are only looked back at.</param>
    /// <param name="grouping">What tells events apart; null for nothing.</param>
    /// <param name="groupOf">The values and the numbers of their groups; a value that is not in it belongs to the last group.</param>
    /// <param name="groups">How many groups there are.</param>
    /// <param name="rolling">How many buckets a bucket stands for.</param>
    /// <param name="cumulative">Whether it stands for all before it, too.</param>
    /// <param name="budget">What it may take.</param>
    public TrendKernel(IReadOnlyList<MeasureColumns> measures, TimeBuckets buckets, Grouping? grouping, ValueMap groupOf, int groups, int rolling, bool cumulative, MemoryBudget budget)
    {
        (this.measures, this.buckets, this.grouping, this.groupOf, this.groups, this.rolling, this.cumulative, this.budget) = (measures, buckets, grouping, groupOf, groups, rolling, cumulative, budget);
        cells = buckets.Count + 1;
        budget.Take(32L * groups * cells * measures.Count);
        share = budget.Begin();
        counts = new long[groups];
        figures = [.. measures.Select(m => new Cells(m.Measure, groups * cells))];
        matched = [.. measures.Select(m => Enumerable.Range(0, m.Match.Types).Where(m.Match.Concerns).ToArray())];
        isCounted = [.. measures.Select(m => grouping is null && rolling == 1 && !cumulative && m.Measure is { Kind: MeasureKind.Count or MeasureKind.Customers, Property: null, OfPerception: false })];
        adds = rolling == 1 && !cumulative && measures.All(m => m.Measure.Kind is not (MeasureKind.Customers or MeasureKind.PerCustomer or MeasureKind.Percentile));
    }

    public override TypeSet? Types => TypeSet.Union(TypeSet.Of(measures.Select(m => m.Match)), grouping is null ? TypeSet.None : grouping.Types);

    public override TimeSpanMs? When => grouping is { AsksEvents: true } ? null : buckets.When;

    public override Kernel Fork() => new TrendKernel(measures, buckets, grouping?.Fork(), groupOf, groups, rolling, cumulative, budget);

    /// <summary>How many events of the first measure a group has, those without a number included.</summary>
    public long Events(int group) => counts[group];

    /// <summary>A figure: of a bucket, or of the whole period where <paramref name="bucket"/> is their number; null where there is none (a mean of nothing).</summary>
    public double? Figure(int measure, int group, int bucket) => figures[measure].Figure((group * cells) + bucket);

    /// <summary>When all customers have been visited: adds up what is cumulative, and what all buckets make together.</summary>
    public TrendKernel Finish()
    {
        foreach (var each in figures)
        {
            for (var g = 0; g < groups; g++)
            {
                if (cumulative) each.AddUp(g * cells, buckets.Count);
                else if (adds) each.AddTotal(g * cells, buckets.Count);
            }
        }

        return this;
    }

    public override bool TryVisit(BaseEvents all, int from, int to)
    {
        if (!adds || grouping is { IsByEvent: false }) return false;
        var customer = from;
        while (all.NextPresent(ref customer, to, out var begin, out var end))
        {
            for (var m = 0; m < figures.Length; m++)
            {
                foreach (var type in matched[m]) VisitType(measures[m], figures[m], m == 0 ? counts : [], all, type, begin, end);
            }
        }

        return true;
    }

    public override void Visit(int customer, in Slice events)
    {
        visit++;
        grouping?.Begin(customer, events);
        var within = events.Within(buckets.When.From, buckets.When.To);
        for (var m = 0; m < figures.Length && within.Length > 0; m++)
        {
            if (isCounted[m]) VisitCounted(measures[m], figures[m], customer, within);
            else Visit(measures[m], figures[m], m == 0 ? counts : null, customer, within);
        }
    }

    public override void Merge(Kernel other)
    {
        var its = (TrendKernel)other;
        for (var m = 0; m < figures.Length; m++) figures[m].Merge(its.figures[m]);
        for (var g = 0; g < groups; g++) counts[g] += its.counts[g];
    }

    private void Visit(MeasureColumns measure, Cells into, long[]? counted, int customer, in Slice events)
    {
        var (match, when, lead) = (measure.Match, buckets.When, rolling - 1);
        var times = events.Times;
        var types = events.Types;
        var rows = events.Rows;
        for (var i = 0; i < types.Length; i++)
        {
            if (!match.Test(types[i], rows[i]) || times[i] < when.From || times[i] >= when.To) continue;
            var group = grouping is not null ? groupOf.Find(grouping.KeyAt(types[i], rows[i])) : 0;
            if (group < 0) group = groups - 1;
            if (counted is not null) counted[group]++;
            var value = measure.At(types[i], rows[i]);
            if (double.IsNaN(value)) continue;

            var (first, bucket) = (group * cells, buckets.Of(times[i]));
            if (adds)
            {
                into.Add(first + bucket, value, false, share);
                continue;
            }

            var isNew = bucket >= lead && into.Add(first + buckets.Count, value, customer, visit, share);
            if (cumulative)
            {
                // Who was counted in a bucket before is in all that follow it.
                into.Add(first + bucket, value, isNew, share);
                continue;
            }

            for (var b = bucket; b <= bucket + lead && b < buckets.Count; b++)
            {
                if (b >= lead) into.Add(first + b, value, customer, visit, share);
            }
        }
    }

    private void VisitCounted(MeasureColumns measure, Cells into, int customer, in Slice events)
    {
        var (match, isOfEvents) = (measure.Match, measure.Measure.Kind == MeasureKind.Count);
        var times = events.Times;
        for (var i = 0; i < times.Length; i++)
        {
            if (!match.Test(events.Types[i], events.Rows[i])) continue;
            if (isOfEvents)
            {
                into.Count(buckets.Of(times[i]));
                if (!adds) into.Count(buckets.Count);
                continue;
            }

            // She counts once in a bucket: the rest of it need not be looked at.
            var bucket = buckets.Of(times[i], out _, out var end);
            into.Add(buckets.Count, 1, customer, visit, share);
            into.Add(bucket, 1, customer, visit, share);
            if (end >= buckets.When.To) return;
            while (i + 1 < times.Length && times[i + 1] < end) i++;
        }
    }

    private void VisitType(MeasureColumns measure, Cells into, long[] counted, BaseEvents all, int type, int begin, int end)
    {
        var (row, upto) = all.RowsOf(type, begin, end);
        var times = all.TimesOf(type);
        var groupIn = grouping?.In(type, groupOf, groups);
        for (; row < upto; row++)
        {
            var bucket = buckets.Of(times[row]);
            if (bucket < 0 || !measure.Match.Test(type, row)) continue;
            var group = groupIn?.Of(row) ?? 0;
            if (counted.Length > 0) counted[group]++;
            var value = measure.At(type, row);
            if (!double.IsNaN(value)) into.Add((group * cells) + bucket, value, false, share);
        }
    }

    /// <summary>The figures of one measure.</summary>
    private sealed class Cells
    {
        private readonly Measure measure;
        private readonly double[] sums;
        private readonly long[] counts;
        private readonly long[] customers;
        private readonly int[] seen;
        private readonly double[] extremes;
        private readonly List<double>?[] values;

        // Of cells that were added up.
        private double?[]? percentiles;

        public Cells(Measure measure, int cells)
        {
            this.measure = measure;
            var kind = measure.Kind;
            (sums, counts) = (new double[cells], new long[cells]);
            (customers, seen) = kind is MeasureKind.Customers or MeasureKind.PerCustomer ? (new long[cells], new int[cells]) : ([], []);
            extremes = kind is MeasureKind.Minimum or MeasureKind.Maximum ? new double[cells] : [];
            values = kind == MeasureKind.Percentile ? new List<double>?[cells] : [];
        }

        /// <summary>Adds a value; whether the customer is new in the cell.</summary>
        public bool Add(int cell, double value, int customer, int visit, MemoryBudget.Share share)
        {
            var isNew = seen.Length > 0 && seen[cell] != visit && customer != ColumnStore.Nobody;
            if (isNew) seen[cell] = visit;
            Add(cell, value, isNew, share);
            return isNew;
        }

        /// <summary>Adds an event of which nothing is asked but that it was.</summary>
        public void Count(int cell) => counts[cell]++;

        public void Add(int cell, double value, bool isNew, MemoryBudget.Share share)
        {
            sums[cell] += value;
            counts[cell]++;
            if (isNew) customers[cell]++;
            if (extremes.Length > 0) extremes[cell] = counts[cell] == 1 ? value : measure.Kind == MeasureKind.Minimum ? Math.Min(extremes[cell], value) : Math.Max(extremes[cell], value);
            if (values.Length == 0) return;
            share.Take(8);
            (values[cell] ??= []).Add(value);
        }

        /// <summary>Makes the cell behind so many stand for all of them.</summary>
        public void AddTotal(int first, int count)
        {
            for (var cell = first; cell < first + count; cell++) Add(first + count, cell);
        }

        /// <summary>Makes each of so many cells stand for those before it, too.</summary>
        public void AddUp(int first, int count)
        {
            var all = new List<double>();
            for (var cell = first; cell < first + count; cell++)
            {
                if (values.Length > 0)
                {
                    // Only what comes of them is kept: each list would hold the ones before it.
                    all.AddRange(values[cell] ?? []);
                    percentiles ??= new double?[sums.Length];
                    percentiles[cell] = all.Count == 0 ? null : Quantile.Of(all, measure.Percentile);
                }

                if (cell > first) Add(cell, cell - 1);
            }

            if (percentiles is not null) percentiles[first + count] = values[first + count] is { } total ? Quantile.Of(total, measure.Percentile) : null;
        }

        private void Add(int cell, int before)
        {
            if (extremes.Length > 0 && counts[before] > 0)
            {
                var (x, y) = (extremes[cell], extremes[before]);
                extremes[cell] = counts[cell] == 0 ? y : measure.Kind == MeasureKind.Minimum ? Math.Min(x, y) : Math.Max(x, y);
            }

            sums[cell] += sums[before];
            counts[cell] += counts[before];
            if (customers.Length > 0) customers[cell] += customers[before];
        }

        public void Merge(Cells other)
        {
            for (var i = 0; i < sums.Length; i++)
            {
                if (other.counts[i] == 0) continue;
                if (extremes.Length > 0)
                {
                    var (x, y) = (extremes[i], other.extremes[i]);
                    extremes[i] = counts[i] == 0 ? y : measure.Kind == MeasureKind.Minimum ? Math.Min(x, y) : Math.Max(x, y);
                }

                sums[i] += other.sums[i];
                counts[i] += other.counts[i];
                if (customers.Length > 0) customers[i] += other.customers[i];
                if (values.Length > 0) (values[i] ??= []).AddRange(other.values[i]!);
            }
        }

        public double? Figure(int cell) => measure.Kind switch
        {
            MeasureKind.Count => counts[cell],
            MeasureKind.Customers => customers[cell],
            MeasureKind.Sum => sums[cell],
            MeasureKind.Average => counts[cell] == 0 ? null : sums[cell] / counts[cell],
            MeasureKind.PerCustomer => customers[cell] == 0 ? null : sums[cell] / customers[cell],
            MeasureKind.Percentile when percentiles is not null => percentiles[cell],
            MeasureKind.Percentile => values[cell] is { } list ? Quantile.Of(list, measure.Percentile) : null,
            _ => counts[cell] == 0 ? null : extremes[cell],
        };
    }
}
