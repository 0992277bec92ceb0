using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>Answers held against the slow reference. Whoever answers, engine or database: the same must come out.</summary>
internal static class AnswerChecks
{
    public static void IsTheReferences(QueryWorld world, SegmentQuery query, SegmentAnswer answer)
    {
        var expected = world.Reference.Segment(query.Where);
        answer.Nodes.ShouldBe(expected.Skip(query.Offset).Take(query.Limit));
        answer.Customers.ShouldBe(expected.Count);
    }

    public static void IsTheReferences(QueryWorld world, TrendQuery query, TrendAnswer answer)
    {
        var reference = world.Reference;
        var named = answer.Series.Where(s => !s.IsOther).Select(s => s.Value).ToHashSet();
        foreach (var series in answer.Series)
        {
            var measure = query.Measures.Single(m => m.Name == series.Measure);
            bool InGroup(ReferenceEvent e) => query.Breakdown is not { } b || (series.IsOther ? !named.Contains(reference.ValueOf(b, e)) : Equals(reference.ValueOf(b, e), series.Value));
            var lead = query.Rolling - 1;
            double? Expected(TimeBuckets buckets, int bucket) => reference.Trend(measure, buckets, bucket, query.Rolling, InGroup, query.Customers, query.Cumulative);
            for (var i = 0; i < series.Figures.Count; i++) ShouldBeNear(series.Figures[i], Expected(query.Buckets, i + lead));
            ShouldBeNear(series.Total, Expected(query.Buckets, query.Buckets.Count));
            (series.Previous is null).ShouldBe(query.Previous is null);
            if (query.Previous is not { } before) continue;
            for (var i = 0; i < series.Figures.Count; i++) ShouldBeNear(series.Previous!.Figures[i], Expected(before, i + lead));
            ShouldBeNear(series.Previous!.Total, Expected(before, before.Count));
        }

        // Nothing is lost between the groups: what is counted apart is the whole.
        foreach (var count in query.Measures.Where(m => m.Kind == MeasureKind.Count))
        {
            answer.Series.Where(s => s.Measure == count.Name).Sum(s => s.Total ?? 0)
                .ShouldBe(reference.Trend(count, query.Buckets, query.Buckets.Count, query.Rolling, _ => true, query.Customers) ?? 0);
            if (query.Previous is { } before)
                answer.Series.Where(s => s.Measure == count.Name).Sum(s => s.Previous!.Total ?? 0).ShouldBe(reference.Trend(count, before, before.Count, query.Rolling, _ => true, query.Customers) ?? 0);
        }
    }

    public static void IsTheReferences(QueryWorld world, FunnelQuery query, FunnelAnswer answer)
    {
        var ways = world.Reference.Funnel(query);
        for (var step = 0; step < query.Steps.Count; step++) answer.Groups.Sum(g => g.Steps[step].Customers).ShouldBe(ways.Count(w => w.Way.Count > step));

        var named = answer.Groups.Where(g => !g.IsOther).Select(g => g.Value).ToHashSet();
        foreach (var group in answer.Groups)
        {
            var its = ways.FindAll(w => query.Breakdown is null || (group.IsOther ? !named.Contains(w.Value) : Equals(w.Value, group.Value)));
            for (var step = 0; step < query.Steps.Count; step++) group.Steps[step].Customers.ShouldBe(its.Count(w => w.Way.Count > step));
            ShouldBeNear(group.MedianTotal, Median(its.Where(w => w.Way.Count == query.Steps.Count).Select(w => w.Way[^1] - w.Way[0])));
            if (its.TrueForAll(w => w.Way.Count is 0 or 2)) ShouldBeNear(group.Steps[1].Median, Median(its.Where(w => w.Way.Count > 1).Select(w => w.Way[1] - w.Way[0])));
        }
    }

    public static void IsTheReferences(QueryWorld world, FunnelOverTimeQuery over, FunnelAnswer answer)
    {
        var (query, buckets) = (over.Funnel, over.Buckets);
        for (var b = 0; b < buckets.Count; b++)
        {
            var when = new TimeSpanMs(Math.Max(buckets.Starts[b], buckets.When.From), b + 1 < buckets.Count ? buckets.Starts[b + 1] : buckets.When.To);
            var ways = world.Reference.Funnel(query with { When = when });
            for (var step = 0; step < query.Steps.Count; step++) answer.OverTime[b][step].ShouldBe(ways.Count(w => w.Way.Count > step));
        }
    }

    public static void IsTheReferences(QueryWorld world, RetentionQuery query, RetentionAnswer answer)
    {
        for (var cohort = 0; cohort < query.Buckets.Count; cohort++)
        {
            var (size, returned) = world.Reference.Cohort(query, cohort);
            answer.Cohorts[cohort].Customers.ShouldBe(size);
            answer.Cohorts[cohort].Returned.ShouldBe(returned);
        }
    }

    public static void IsTheReferences(QueryWorld world, PathsQuery query, PathsAnswer answer)
    {
        var ways = world.Reference.Ways(query);
        answer.Ways.ShouldBe(ways.Count);
        answer.Customers.ShouldBe(ways.DistinctBy(w => w.Customer).Count());
        var stops = ways.SelectMany(w => w.Way.Select((e, i) => (w.Customer, Place: ReferenceQueries.PlaceOf(query, w.Way, i), Type: ReferenceQueries.NameOf(query, e)!, e.Touch))).ToList();
        answer.Of.ShouldBe(query.Places);
        answer.Places.ShouldBe(stops.GroupBy(s => (s.Place, s.Type)).Select(g => new PathPlace(g.Key.Place, g.Key.Type, g.Count(), g.DistinctBy(s => s.Customer).Count(), Perception(query, g.Select(s => s.Touch))))
            .OrderBy(p => p.Place).ThenByDescending(p => p.Ways).ThenBy(p => p.Event, StringComparer.Ordinal));
        var edges = ways.SelectMany(w => w.Way.Zip(w.Way.Skip(1)).Select((p, i) => (w.Customer, Place: ReferenceQueries.PlaceOf(query, w.Way, i), From: ReferenceQueries.NameOf(query, p.First), To: ReferenceQueries.NameOf(query, p.Second), p.Second.Touch, Took: p.Second.Time - p.First.Time)))
            .GroupBy(e => (e.Place, e.From, e.To)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var edge in answer.Edges)
        {
            var taken = edges[(edge.Place, edge.From, edge.To)];
            taken.Count.ShouldBe((int)edge.Ways);
            taken.DistinctBy(t => t.Customer).Count().ShouldBe((int)edge.Customers);
            ShouldBeNear(edge.Median, Median(taken.Select(t => t.Took)));
            edge.Perception.ShouldBe(Perception(query, taken.Select(t => t.Touch)));
        }

        (answer.Edges.Sum(e => e.Ways) + answer.LeftOut).ShouldBe(edges.Sum(e => e.Value.Count));
    }

    public static void IsTheReferences(QueryWorld world, RfmQuery query, RfmAnswer answer)
    {
        var customers = world.Reference.Rfm(query);
        int Score<T>(Func<(long Last, long Count, double Sum), T> of, (long Last, long Count, double Sum) customer)
            where T : IComparable<T> => 1 + (5 * customers.Count(c => of(c).CompareTo(of(customer)) < 0) / customers.Count);
        int Monetary((long Last, long Count, double Sum) c) => (query.Orders is { } of && of.Amount.Count == 0) || query is { Orders: null, Property: null } ? 0 : Score(x => x.Sum, c);
        answer.Customers.ShouldBe(customers.Count);
        ShouldBeNear(answer.Value, (query.Orders is { } o && o.Amount.Count == 0) || query is { Orders: null, Property: null } ? null : customers.Sum(c => c.Sum));
        answer.Cells.Select(c => (c.Recency, c.Frequency, c.Monetary, c.Customers))
            .ShouldBe(customers.GroupBy(c => (R: Score(x => x.Last, c), F: Score(x => x.Count, c), M: Monetary(c))).OrderBy(g => g.Key).Select(g => (g.Key.R, g.Key.F, g.Key.M, (long)g.Count())));
        foreach (var (scores, value) in new (IReadOnlyList<RfmScore>, Func<(long Last, long Count, double Sum), double>)[] { (answer.Recency, c => c.Last), (answer.Frequency, c => c.Count) })
        {
            foreach (var score in scores)
            {
                var its = customers.Where(c => Score(value, c) == score.Score).Select(value).ToList();
                (score.Customers, score.Least, score.Most).ShouldBe((its.Count, its.Min(), its.Max()));
            }
        }
    }

    public static void IsTheReferences(QueryWorld world, StickinessQuery query, StickinessAnswer answer)
    {
        var (buckets, lead) = (query.Buckets, query.Rolling - 1);
        var customers = world.Reference.Moments(query.Event, buckets.When, query.Customers).ConvertAll(times => times.ConvertAll(buckets.Of).Distinct().ToList());
        var units = customers.ConvertAll(c => c.Count(b => b >= lead)).FindAll(n => n > 0);
        answer.Customers.ShouldBe(units.Count);
        ShouldBeNear(answer.Average, units.Count == 0 ? null : units.Average());
        answer.Counts.ShouldBe(Enumerable.Range(1, buckets.Count - lead).Select(n => (long)units.Count(u => u == n)));
        answer.Buckets.ShouldBe(buckets.Starts.Skip(lead));
        answer.Active.ShouldBe(Enumerable.Range(lead, buckets.Count - lead).Select(b => (long)customers.Count(c => c.Contains(b))));
        answer.Within.ShouldBe(Enumerable.Range(lead, buckets.Count - lead).Select(b => (long)customers.Count(c => c.Exists(x => x <= b && x > b - query.Rolling))));
        (answer.Previous is null).ShouldBe(query.Previous is null);
        if (query.Previous is { } before) IsTheReferences(world, query with { Buckets = before, Previous = null }, answer.Previous!);
    }

    public static void IsTheReferences(QueryWorld world, FrequencyQuery query, FrequencyAnswer answer)
    {
        var times = world.Reference.Moments(query.Event, query.When, query.Customers).ConvertAll(t => (long)t.Count);
        (answer.Customers, answer.Times, answer.Most).ShouldBe((times.Count, times.Sum(), times.Count == 0 ? 0 : times.Max()));
        ShouldBeNear(answer.Median, Median(times));
        foreach (var bin in answer.Bins)
        {
            var its = times.FindAll(t => t >= bin.Least && t <= bin.Upto);
            (bin.Customers, bin.Times).ShouldBe((its.Count, its.Sum()));
        }

        answer.Bins.Sum(b => b.Customers).ShouldBe(answer.Customers);
        (answer.Previous is null).ShouldBe(query.Previous is null);
        if (query.Previous is { } before) IsTheReferences(world, query with { When = before, Previous = null }, answer.Previous!);
    }

    public static void IsTheReferences(QueryWorld world, IntervalQuery query, IntervalAnswer answer)
    {
        var customers = world.Reference.Moments(query.Event, query.When, query.Customers).ConvertAll(t => t.Zip(t.Skip(1)).Select(p => p.Second - p.First).ToList()).FindAll(c => c.Count > 0);
        var all = customers.SelectMany(c => c).ToList();
        (answer.Customers, answer.Intervals, answer.Longest).ShouldBe((customers.Count, all.Count, all.Count == 0 ? null : all.Max()));
        ShouldBeNear(answer.Median, Median(all));
        foreach (var bin in answer.Bins)
        {
            bool In(long length) => length >= bin.From && (bin.To is null || length < bin.To);
            (bin.Intervals, bin.Customers).ShouldBe((all.Count(In), customers.Count(c => c.Exists(In))));
        }

        answer.Bins.Sum(b => b.Intervals).ShouldBe(answer.Intervals);
        (answer.Previous is null).ShouldBe(query.Previous is null);
        if (query.Previous is { } before) IsTheReferences(world, query with { When = before, Previous = null }, answer.Previous!);
    }

    private static PathPerception? Perception(PathsQuery query, IEnumerable<TouchFacts?> touches)
    {
        if (!query.Perception) return null;
        var felt = touches.Select(t => t?.Perception).OfType<int>().ToList();
        return new PathPerception(felt.Count == 0 ? null : felt.Sum() / 100.0 / felt.Count, felt.Count, felt.Count(f => f < 0), felt.Count(f => f == 0), felt.Count(f => f > 0));
    }

    private static double? Median(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return sorted.Count == 0 ? null : (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2.0;
    }

    private static void ShouldBeNear(double? value, double? expected)
    {
        (value is null).ShouldBe(expected is null, $"{value} instead of {expected}");
        if (expected is { } e) value!.Value.ShouldBe(e, 1e-9 * Math.Max(1, Math.Abs(e)));
    }
}
