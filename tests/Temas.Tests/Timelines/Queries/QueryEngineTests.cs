using System.Text;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>The engine against the slow reference, on worlds and questions by chance. A failure names its seed.</summary>
public sealed class QueryEngineTests
{
    private const int Worlds = 150, QuestionsEach = 5;

    private static readonly QueryLimits TwoThreads = new() { Threads = 2 };

    [Fact]
    public void Segment_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var condition = world.Condition(3);
        var answer = (SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(condition, 0, 100), TwoThreads);
        var expected = world.Reference.Segment(condition);
        answer.Nodes.ShouldBe(expected);
        answer.Customers.ShouldBe(expected.Count);

        // One evaluator: each customer alone gives what all together gave.
        int[] everybody = [.. world.Events.Where(e => e.Node >= 0).Select(e => world.CustomerOf(e.Node)).Distinct(), 99];
        var alone = new List<int>();
        QueryEngine.Test(world.Store, [null, condition], everybody, (at, of, holds) =>
        {
            of.ShouldBe(1);
            if (holds) alone.Add(everybody[at]);
        });
        alone.Order().ShouldBe(expected);
    });

    [Fact]
    public void Segment_AnyWorldSavedAndReadAgain_IsTheReferences()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("temas-columns-").FullName, "columns.snapshot");
        ForEach(
            world =>
            {
                world.SaveAndOpen(path);
                world.Live(10);
                var condition = world.Condition(3);
                ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(condition, 0, 100), TwoThreads)).Nodes.ShouldBe(world.Reference.Segment(condition));
            },
            Worlds / 3,
            hasProfiles: false);
        ColumnStore.Open(path, 2, out var fault).ShouldBeNull();
        fault.ShouldBe("is of other customers");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        (ColumnStore.Open(path, 1, out fault), fault!.StartsWith("is damaged", StringComparison.Ordinal)).ShouldBe((null, true));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    [Fact]
    public void Trend_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Trend();
        var answer = (TrendAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        var named = answer.Series.Where(s => !s.IsOther).Select(s => s.Value).ToHashSet();
        foreach (var series in answer.Series)
        {
            var measure = query.Measures.Single(m => m.Name == series.Measure);
            bool InGroup(ReferenceEvent e) => query.Breakdown is not { } b || (series.IsOther ? !named.Contains(e.Properties.GetValueOrDefault(b)) : Equals(e.Properties.GetValueOrDefault(b), series.Value));
            var lead = query.Rolling - 1;
            double? Expected(TimeBuckets buckets, int bucket) => world.Reference.Trend(measure, buckets, bucket, query.Rolling, InGroup, query.Customers, query.Cumulative);
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
                .ShouldBe(world.Reference.Trend(count, query.Buckets, query.Buckets.Count, query.Rolling, _ => true, query.Customers) ?? 0);
            if (query.Previous is { } before)
                answer.Series.Where(s => s.Measure == count.Name).Sum(s => s.Previous!.Total ?? 0).ShouldBe(world.Reference.Trend(count, before, before.Count, query.Rolling, _ => true, query.Customers) ?? 0);
        }
    });

    [Fact]
    public void Funnel_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Funnel(customers: true);
        var answer = (FunnelAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        var ways = world.Reference.Funnel(query);
        for (var step = 0; step < query.Steps.Count; step++) answer.Groups.Sum(g => g.Steps[step].Customers).ShouldBe(ways.Count(w => w.Way.Count > step));
        if (query.Order == FunnelOrder.Any && query.Same is not null) return;

        var named = answer.Groups.Where(g => !g.IsOther).Select(g => g.Value).ToHashSet();
        foreach (var group in answer.Groups)
        {
            var its = ways.FindAll(w => query.Breakdown is null || (group.IsOther ? !named.Contains(w.Value) : Equals(w.Value, group.Value)));
            for (var step = 0; step < query.Steps.Count; step++) group.Steps[step].Customers.ShouldBe(its.Count(w => w.Way.Count > step));
            ShouldBeNear(group.MedianTotal, Median(its.Where(w => w.Way.Count == query.Steps.Count).Select(w => w.Way[^1] - w.Way[0])));
            if (its.TrueForAll(w => w.Way.Count is 0 or 2)) ShouldBeNear(group.Steps[1].Median, Median(its.Where(w => w.Way.Count > 1).Select(w => w.Way[1] - w.Way[0])));
        }
    });

    [Fact]
    public void FunnelOverTime_AnyWorld_IsAFunnelForEachBucket() => ForEach(world =>
    {
        var (query, buckets) = (world.Funnel(), world.Buckets());
        query = query with { When = buckets.When };
        var answer = (FunnelAnswer)QueryEngine.Ask(world.Store, new FunnelOverTimeQuery(query, buckets), TwoThreads);
        for (var b = 0; b < buckets.Count; b++)
        {
            var when = new TimeSpanMs(Math.Max(buckets.Starts[b], buckets.When.From), b + 1 < buckets.Count ? buckets.Starts[b + 1] : buckets.When.To);
            var ways = world.Reference.Funnel(query with { When = when });
            for (var step = 0; step < query.Steps.Count; step++) answer.OverTime[b][step].ShouldBe(ways.Count(w => w.Way.Count > step));
        }
    }, worlds: Worlds / 3);

    [Fact]
    public void Retention_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Retention();
        var answer = (RetentionAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        for (var cohort = 0; cohort < query.Buckets.Count; cohort++)
        {
            var (size, returned) = world.Reference.Cohort(query, cohort);
            answer.Cohorts[cohort].Customers.ShouldBe(size);
            answer.Cohorts[cohort].Returned.ShouldBe(returned);
        }
    });

    [Fact]
    public void Paths_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Paths();
        var answer = (PathsAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        var ways = world.Reference.Ways(query);
        answer.Ways.ShouldBe(ways.Count);
        answer.Customers.ShouldBe(ways.DistinctBy(w => w.Customer).Count());
        var stops = ways.SelectMany(w => w.Way.Select((e, i) => (w.Customer, Place: ReferenceQueries.PlaceOf(query, w.Way, i), e.Type, e.Time))).ToList();
        answer.Places.ShouldBe(stops.GroupBy(s => (s.Place, s.Type)).Select(g => new PathPlace(g.Key.Place, g.Key.Type, g.Count(), g.DistinctBy(s => s.Customer).Count()))
            .OrderBy(p => p.Place).ThenByDescending(p => p.Ways).ThenBy(p => p.Event, StringComparer.Ordinal));
        var edges = ways.SelectMany(w => w.Way.Zip(w.Way.Skip(1)).Select((p, i) => (w.Customer, Place: ReferenceQueries.PlaceOf(query, w.Way, i), From: p.First.Type, To: p.Second.Type, Took: p.Second.Time - p.First.Time)))
            .GroupBy(e => (e.Place, e.From, e.To)).ToDictionary(g => g.Key, g => g.ToList());
        foreach (var edge in answer.Edges)
        {
            var taken = edges[(edge.Place, edge.From, edge.To)];
            taken.Count.ShouldBe((int)edge.Ways);
            taken.DistinctBy(t => t.Customer).Count().ShouldBe((int)edge.Customers);
            ShouldBeNear(edge.Median, Median(taken.Select(t => t.Took)));
        }

        // Whoever a number counts is who its condition finds.
        var among = query.Customers is { } c ? c : new AllConditions([]);
        foreach (var place in answer.Places.Take(4))
            ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(new AllConditions([among, new PathCondition(query, place.Place, place.Event, null)]), 0, 0), TwoThreads)).Customers.ShouldBe(place.Customers);
        foreach (var edge in answer.Edges.Take(3))
            ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(new AllConditions([among, new PathCondition(query, edge.Place, edge.From, edge.To)]), 0, 0), TwoThreads)).Customers.ShouldBe(edge.Customers);
        (answer.Edges.Sum(e => e.Ways) + answer.LeftOut).ShouldBe(edges.Sum(e => e.Value.Count));
    });

    [Fact]
    public void Ask_MoreThanMayBe_SaysSo()
    {
        using var world = new QueryWorld(1);
        world.Live(200);
        Should.Throw<QueryTooLargeException>(() => QueryEngine.Ask(world.Store, world.Trend(), new QueryLimits { MaxBytes = 8 })).Message.ShouldContain("memory");
    }

    [Fact]
    public void Ask_Cancelled_Ends()
    {
        using var world = new QueryWorld(1);
        world.Live(200);
        Should.Throw<OperationCanceledException>(() => QueryEngine.Ask(world.Store, world.Funnel(), null, new CancellationToken(canceled: true)));
    }

    [Fact]
    public void Erase_TextsThatNoneButSheHad_AreGone()
    {
        using var store = new ColumnStore();
        using (var write = store.Write())
        {
            write.Add("track:A"u8, 1, 10, 1).Set("note"u8, "hers alone"u8);
            write.Add("track:A"u8, 2, 20, 2).Set("note"u8, "another's"u8);
        }

        store.Fold(force: true);
        using (var write = store.Write()) write.Erase(new HashSet<long> { 1 });
        store.Texts.Find("hers alone").ShouldBe(TextDictionary.Missing);
        store.Texts.Find("another's").ShouldNotBe(TextDictionary.Missing);
        store.Events.ShouldBe(1);
    }

    [Fact]
    public void Profiles_WrittenAnewAndErased_AreTheLastAndNothing()
    {
        using var store = new ColumnStore();
        using (var write = store.Write())
        {
            for (var customer = 0; customer < 3; customer++) write.Add("track:A"u8, customer, 10, customer + 1);
            for (var i = 0; i < 5000; i++) write.SetProfile(i % 3).Set("city"u8, Encoding.UTF8.GetBytes($"city {i}"));
        }

        InCity(store, "city 4999").ShouldBe([1]);
        InCity(store, "city 4996").ShouldBeEmpty();
        using (var write = store.Write())
        {
            write.TakeTouched().Order().ShouldBe([0, 1, 2]);
            write.Erase(new HashSet<long> { 2 });
            write.TakeTouched().ShouldBe([1]);
        }

        store.Texts.Find("city 4999").ShouldBe(TextDictionary.Missing);
        InCity(store, "city 4998").ShouldBe([0]);
        store.Facts.ShouldBe(["city"]);
        using (var write = store.Write()) write.ForgetProfile(0);
        InCity(store, "city 4998").ShouldBeEmpty();
    }

    private static IReadOnlyList<int> InCity(ColumnStore store, string city) =>
        ((SegmentAnswer)QueryEngine.Ask(store, new SegmentQuery(new ProfileCondition(new PropertyFilter("city", FilterOperator.Equal, [FilterValue.Of(city)])), 0, 10))).Nodes;

    private static void ForEach(Action<QueryWorld> check, int worlds = Worlds, bool hasProfiles = true)
    {
        for (var seed = 0; seed < worlds; seed++)
        {
            using var world = new QueryWorld(seed) { HasProfiles = hasProfiles && seed % 2 == 0 };
            try
            {
                for (var i = 0; i < QuestionsEach; i++)
                {
                    world.Live(40);
                    check(world);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"World {seed}: {e.Message}", e);
            }
        }
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
