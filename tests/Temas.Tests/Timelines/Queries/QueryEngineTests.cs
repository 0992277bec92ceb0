using System.Text;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>The engine against the slow reference, on worlds and questions by chance. A failure names its seed.</summary>
public sealed class QueryEngineTests
{
    private const int Worlds = 150, QuestionsEach = 5;

    private static readonly QueryLimits TwoThreads = new() { Threads = 2, PieceEvents = 16 };

    [Fact]
    public void Segment_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = new SegmentQuery(world.Condition(3), 0, 100);
        var answer = (SegmentAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);

        // One evaluator: each customer alone gives what all together gave.
        int[] everybody = [.. world.Events.Where(e => e.Node >= 0).Select(e => world.CustomerOf(e.Node)).Distinct(), 99];
        var alone = new List<int>();
        QueryEngine.Test(world.Store, [null, query.Where], everybody, (at, of, holds) =>
        {
            of.ShouldBe(1);
            if (holds) alone.Add(everybody[at]);
        });
        alone.Order().ShouldBe(answer.Nodes);
    });

    [Fact]
    public void Figure_OfOneCustomer_IsTheReferencesAndThatOfTheQuestionForAll() => ForEach(world =>
    {
        var (figure, reference) = (world.Figure(), world.Reference);
        int[] everybody = [.. world.Events.Where(e => e.Node >= 0).Select(e => world.CustomerOf(e.Node)).Distinct(), 99];
        var upto = world.Number(0, 3) == 0 ? QueryWorld.Begin + (world.Number(-10, 40) * QueryWorld.Hour) : long.MaxValue;
        foreach (var moment in new[] { long.MaxValue, upto })
        {
            var told = new Dictionary<int, object?>();
            QueryEngine.Tell(world.Store, [null, figure], everybody, moment, (at, of, value) =>
            {
                of.ShouldBe(1);
                told.Add(everybody[at], value);
            });
            foreach (var customer in everybody) told[customer].ShouldBe(reference.FigureOf(figure, customer, moment));
            if (moment != long.MaxValue) continue;

            // Whoever has a value is who the question for all finds with it, and no one else.
            told.Remove(99);
            foreach (var group in told.GroupBy(t => t.Value))
            {
                FilterValue? value = group.Key switch { double number => FilterValue.Of(number), bool flag => FilterValue.Of(flag), _ => null };
                var condition = value is { } v ? new FigureCondition(figure, FilterOperator.Equal, [v]) : new FigureCondition(figure, FilterOperator.Missing, []);
                ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(condition, 0, 100), TwoThreads)).Nodes.ShouldBe(group.Select(g => g.Key).Order());
            }
        }
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
            Worlds / 3);
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
        AnswerChecks.IsTheReferences(world, query, answer);
    });

    [Fact]
    public void Funnel_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Funnel(customers: true);
        var answer = (FunnelAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);
    });

    [Fact]
    public void FunnelOverTime_AnyWorld_IsAFunnelForEachBucket() => ForEach(world =>
    {
        var (query, buckets) = (world.Funnel(), world.Buckets());
        query = query with { When = buckets.When };
        var answer = (FunnelAnswer)QueryEngine.Ask(world.Store, new FunnelOverTimeQuery(query, buckets), TwoThreads);
        AnswerChecks.IsTheReferences(world, new FunnelOverTimeQuery(query, buckets), answer);
    }, worlds: Worlds / 3);

    [Fact]
    public void Retention_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Retention();
        var answer = (RetentionAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);
    });

    [Fact]
    public void Paths_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Paths();
        var answer = (PathsAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);

        // Events of a large piece are compared many at a time.
        AnswerChecks.IsTheReferences(world, query, (PathsAnswer)QueryEngine.Ask(world.Store, query, new QueryLimits { Threads = 1 }));

        // Whoever a number counts is who its condition finds.
        var among = query.Customers is { } c ? c : new AllConditions([]);
        foreach (var place in answer.Places.Take(4))
            ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(new AllConditions([among, new PathCondition(query, place.Place, place.Event, null)]), 0, 0), TwoThreads)).Customers.ShouldBe(place.Customers);
        foreach (var edge in answer.Edges.Take(3))
            ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(new AllConditions([among, new PathCondition(query, edge.Place, edge.From, edge.To)]), 0, 0), TwoThreads)).Customers.ShouldBe(edge.Customers);
    });

    [Fact]
    public void Rfm_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Rfm();
        AnswerChecks.IsTheReferences(world, query, (RfmAnswer)QueryEngine.Ask(world.Store, query, TwoThreads));
    });

    [Fact]
    public void Stickiness_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Stickiness();
        var answer = (StickinessAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);
        if (query.Rolling > 1) return;
        for (var units = 1; units <= Math.Min(3, answer.Counts.Count); units++) Counts(world, query, new ActiveCondition(query.Event, query.Buckets, units, units), answer.Counts[units - 1]);
    });

    [Fact]
    public void Frequency_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Frequency();
        var answer = (FrequencyAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);
        foreach (var bin in answer.Bins) Counts(world, query, new DidCondition(query.Event, (int)bin.Least, (int)bin.Upto, query.When), bin.Customers);
    });

    [Fact]
    public void Interval_AnyWorld_IsTheReferences() => ForEach(world =>
    {
        var query = world.Interval();
        var answer = (IntervalAnswer)QueryEngine.Ask(world.Store, query, TwoThreads);
        AnswerChecks.IsTheReferences(world, query, answer);
        foreach (var bin in answer.Bins) Counts(world, query, new IntervalCondition(query.Event, bin.From, bin.To, query.When), bin.Customers);
    });

    [Fact]
    public void Ladder_Of_IsTheLastThatDoesNotBeginAbove()
    {
        foreach (var rungs in new[] { Ladder.Times, Ladder.Intervals })
        {
            rungs.ShouldBe(rungs.Distinct().Order());
            for (var i = 0; i < rungs.Count; i++)
            {
                Ladder.Of(rungs, rungs[i]).ShouldBe(i);
                if (i > 0) Ladder.Of(rungs, rungs[i] - 1).ShouldBe(i - 1);
            }
        }

        // As many bars as there are bits that remember them.
        Ladder.Intervals.Count.ShouldBeLessThanOrEqualTo(32);
        Ladder.Times.Take(17).ShouldBe([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 21, 51, 101, 201, 501, 1001]);
    }

    [Fact]
    public void Ask_MoreThanMayBe_SaysSo()
    {
        using var world = new QueryWorld(1);
        world.Live(200);
        Should.Throw<QueryTooLargeException>(() => QueryEngine.Ask(world.Store, world.Trend() with { Breakdown = null }, new QueryLimits { MaxBytes = 8 })).Message.ShouldContain("memory");
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
            write.TakeTouched().Keys.Order().ShouldBe([0, 1, 2]);
            write.Erase(new HashSet<long> { 2 });
            write.TakeTouched().Keys.ShouldBe([1]);
        }

        store.Texts.Find("city 4999").ShouldBe(TextDictionary.Missing);
        InCity(store, "city 4998").ShouldBe([0]);
        store.Facts.ShouldBe(["city"]);
        using (var write = store.Write()) write.ForgetProfile(0);
        InCity(store, "city 4998").ShouldBeEmpty();
    }

    // Whoever a number counts is who its condition finds.
    private static void Counts(QueryWorld world, Query query, Condition condition, long customers) =>
        ((SegmentAnswer)QueryEngine.Ask(world.Store, new SegmentQuery(new AllConditions([query.Customers ?? new AllConditions([]), condition]), 0, 0), TwoThreads)).Customers.ShouldBe(customers);

    private static IReadOnlyList<int> InCity(ColumnStore store, string city) =>
        ((SegmentAnswer)QueryEngine.Ask(store, new SegmentQuery(new ProfileCondition(new PropertyFilter("city", FilterOperator.Equal, [FilterValue.Of(city)])), 0, 10))).Nodes;

    [Fact]
    public void Touches_OfFoldedErasedAndSavedColumns_AreTheirEvents()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("temas-columns-").FullName, "columns.snapshot");
        using var store = new ColumnStore();
        using (var write = store.Write())
        {
            for (var position = 1; position <= 4; position++) write.Add("track:A"u8, position % 2, 10 * position, position).Set("price"u8, position);
            write.SetTouches(0, [new(20, 2, new TouchFacts("store-visit", "use", "only hers", "physical", 50)), new(30, 3, new TouchFacts("another's", null, null, null, null))]);
            write.SetTouches(1, [new(10, 1, new TouchFacts("store-visit", "use", "store", "physical", -100)), new(30, 3, new TouchFacts(null, null, null, null, 0))]);
        }

        int Count(Touch touch, FilterOperator op, params FilterValue[] values) => (int)((TrendAnswer)QueryEngine.Ask(store, new TrendQuery(
            TimeBuckets.Cut(new TimeSpanMs(0, 1000), TimeUnit.Year, TimeZoneInfo.Utc)!, [new Measure("m", MeasureKind.Count, new EventSelector(null, new TouchFilter(touch, op, values)))], [], null, 1, 1, null))).Series[0].Total!.Value;
        for (var folded = 0; folded < 2; folded++)
        {
            Count(Touch.Touchpoint, FilterOperator.Equal, FilterValue.Of("store-visit")).ShouldBe(2);
            Count(Touch.Touchpoint, FilterOperator.Missing).ShouldBe(2);
            Count(Touch.Perception, FilterOperator.Less, FilterValue.Of(0)).ShouldBe(1);
            Count(Touch.Perception, FilterOperator.Equal, FilterValue.Of("neutral"), FilterValue.Of(0.5)).ShouldBe(2);
            Count(Touch.Perception, FilterOperator.NotEqual, FilterValue.Of("positive")).ShouldBe(3);
            store.Fold(force: true);
        }

        // They are none of the properties, and on disk only with what else is known of customers.
        store.PropertiesOf("track:A").ShouldBe(["price"]);
        store.Save(path, 1);
        using (var opened = ColumnStore.Open(path, 1, out _)!) (opened.Touches.Rows, opened.TakeKnown()).ShouldBe((1, null));
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);

        using (var write = store.Write()) write.Erase(new HashSet<long> { 2 });
        store.Texts.Find("only hers").ShouldBe(TextDictionary.Missing);
        Count(Touch.Touchpoint, FilterOperator.Equal, FilterValue.Of("store-visit")).ShouldBe(1);
        using (var write = store.Write()) write.SetTouches(1, []);
        Count(Touch.Touchpoint, FilterOperator.Exists).ShouldBe(0);
        store.Fold(force: true);
        store.Touches.Rows.ShouldBe(1);
    }

    [Fact]
    public void Known_SavedWhileItChanges_NamesWhoIsStale_AndIsAsItWasForTheRest()
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("temas-columns-").FullName, "columns.snapshot");
        using var store = new ColumnStore();
        using (var write = store.Write())
        {
            for (var position = 1; position <= 6; position++) write.Add("track:A"u8, position % 3, 10 * position, position);
            for (var customer = 0; customer < 3; customer++)
            {
                write.SetTouches(customer, [new(10 * (customer == 0 ? 3 : customer), customer == 0 ? 3 : customer, new TouchFacts("store-visit", null, "", "physical", customer == 2 ? null : 50))]);
                var row = write.SetProfile(customer);
                row.Set("city"u8, "İzmir"u8);
                row.Set("age"u8, 30 + customer);
                row.Set("tags"u8, [FilterValue.Of("a"), FilterValue.Of(customer)]);
            }
        }

        var fold = store.BeginFold(new KnownMark(7, [2], [new(1, 99)]));
        fold.Prepare();
        using (var write = store.Write())
        {
            write.SetTouches(0, [new(60, 6, new TouchFacts("a new one", null, null, null, -20))]);
            write.SetProfile(0).Set("city"u8, "Van"u8);
        }

        fold.Save(path, 1);
        using var opened = ColumnStore.Open(path, 1, out _)!;
        var known = opened.TakeKnown()!;
        known.Rules.ShouldBe(7UL);
        known.Stale.Order().ShouldBe([0, 2]);
        known.ChangesAt.ShouldBe([new(1, 99)]);
        opened.TakeKnown().ShouldBeNull();
        opened.Profiles.Customers.ShouldBe(3);
        opened.Facts.ShouldBe(["age", "city", "tags"]);
        opened.Touches.FactsOf(1).ShouldBe(new TouchFacts("store-visit", null, "", "physical", 50));
        int[] Who(Condition condition) => [.. ((SegmentAnswer)QueryEngine.Ask(opened, new SegmentQuery(condition, 0, 10))).Nodes];
        Who(new ProfileCondition(new PropertyFilter("city", FilterOperator.Equal, [FilterValue.Of("İzmir")]))).ShouldBe([0, 1, 2]);
        Who(new ProfileCondition(new PropertyFilter("age", FilterOperator.Greater, [FilterValue.Of(30)]))).ShouldBe([1, 2]);
        Who(new ProfileCondition(new PropertyFilter("tags", FilterOperator.Equal, [FilterValue.Of(2)]))).ShouldBe([2]);
        Who(new DidCondition(new EventSelector(null, new TouchFilter(Touch.Perception, FilterOperator.Greater, [FilterValue.Of(0)])), 1, null, TimeSpanMs.Always)).ShouldBe([0, 1]);
        Directory.Delete(Path.GetDirectoryName(path)!, recursive: true);
    }

    private static void ForEach(Action<QueryWorld> check, int worlds = Worlds, bool hasProfiles = true)
    {
        for (var seed = 0; seed < worlds; seed++)
        {
            using var world = new QueryWorld(seed) { HasProfiles = hasProfiles && seed % 2 == 0, HasHabits = seed % 3 != 0 };
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
}
