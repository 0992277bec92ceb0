using System.Diagnostics;
using System.Text;
using Temas.Storage.ClickHouse;
using Temas.Tests.Timelines.Queries;
using Temas.Timelines.Queries;
using Xunit.Abstractions;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>Real ClickHouse against the engine and against the slow reference, on worlds and questions by chance. A failure names its seed.</summary>
[Collection(Chdb.Only)]
public sealed class ClickHouseTests(Chdb clickHouse, ITestOutputHelper output)
{
    private const int Worlds = 8;

    private static readonly QueryLimits TwoThreads = new() { Threads = 2 };

    [SkippableFact]
    public void Segment_AnyWorld_IsTheEnginesAndTheReferences() => ForEach(
        world => new SegmentQuery(world.Condition(3), world.Number(0, 3), world.Number(0, 5) * 4), (SegmentQuery q, SegmentAnswer a, SegmentAnswer engine, QueryWorld world) =>
        {
            a.Customers.ShouldBe(engine.Customers);
            a.Nodes.ShouldBe(engine.Nodes);
            AnswerChecks.IsTheReferences(world, q, a);
        });

    [SkippableFact]
    public void Trend_AnyWorld_IsTheEnginesAndTheReferences() => ForEach(
        world => world.Trend() is { Measures: [var a, var b] } two ? two with { Ratios = [new RatioMeasure("ratio", a.Name, b.Name)] } : world.Trend(), (TrendQuery q, TrendAnswer a, TrendAnswer engine, QueryWorld world) =>
        {
            a.Buckets.ShouldBe(engine.Buckets);
            a.Series.Select(s => (s.Measure, s.Value, s.IsOther)).ShouldBe(engine.Series.Select(s => (s.Measure, s.Value, s.IsOther)));
            foreach (var (mine, its) in a.Series.Zip(engine.Series))
            {
                foreach (var (x, y) in mine.Figures.Append(mine.Total).Zip(its.Figures.Append(its.Total))) ShouldBeNear(x, y);
                (mine.Previous is null).ShouldBe(its.Previous is null);
                if (mine.Previous is not { } before || its.Previous is not { } itsBefore) continue;
                foreach (var (x, y) in before.Figures.Append(before.Total).Zip(itsBefore.Figures.Append(itsBefore.Total))) ShouldBeNear(x, y);
            }

            (a.Previous?.When).ShouldBe(engine.Previous?.When);
            (a.Previous?.Buckets ?? []).ShouldBe(engine.Previous?.Buckets ?? []);

            AnswerChecks.IsTheReferences(world, q, a with { Series = [.. a.Series.Where(s => s.Measure != "ratio")] });
        });

    [SkippableFact]
    public void Funnel_AnyWorld_IsTheEnginesAndTheReferences() => ForEach(
        world => world.Funnel(customers: true), (FunnelQuery q, FunnelAnswer a, FunnelAnswer engine, QueryWorld world) =>
        {
            GroupsShouldBe(a, engine);
            AnswerChecks.IsTheReferences(world, q, a);
        });

    [SkippableFact]
    public void FunnelOverTime_AnyWorld_IsTheEnginesAndTheReferences() => ForEach(
        world =>
        {
            var buckets = world.Buckets();
            return new FunnelOverTimeQuery(world.Funnel(customers: true) with { When = buckets.When }, buckets);
        }, (FunnelOverTimeQuery q, FunnelAnswer a, FunnelAnswer engine, QueryWorld world) =>
        {
            GroupsShouldBe(a, engine);
            a.Buckets.ShouldBe(engine.Buckets);
            a.OverTime.Count.ShouldBe(engine.OverTime.Count);
            foreach (var (mine, its) in a.OverTime.Zip(engine.OverTime)) mine.ShouldBe(its);
            AnswerChecks.IsTheReferences(world, q, a);
        }, rounds: 1);

    [SkippableFact]
    public void Retention_AnyWorld_IsTheEnginesAndTheReferences() => ForEach(
        world => world.Retention(), (RetentionQuery q, RetentionAnswer a, RetentionAnswer engine, QueryWorld world) =>
        {
            foreach (var (mine, its) in a.Cohorts.Zip(engine.Cohorts, (x, y) => (x, y)))
            {
                (mine.Start, mine.Customers).ShouldBe((its.Start, its.Customers));
                mine.Returned.ShouldBe(its.Returned);
            }

            AnswerChecks.IsTheReferences(world, q, a);
        });

    [SkippableFact]
    public void Paths_AnyWorld_IsTheEnginesAndTheReferences() => ForEach(
        world => world.Paths(), (PathsQuery q, PathsAnswer a, PathsAnswer engine, QueryWorld world) =>
        {
            (a.Ways, a.Customers, a.LeftOut).ShouldBe((engine.Ways, engine.Customers, engine.LeftOut));
            a.Places.ShouldBe(engine.Places);
            a.Edges.ShouldBe(engine.Edges);
            AnswerChecks.IsTheReferences(world, q, a);
        });

    [SkippableFact]
    public void Segment_OfThoseOnAWay_AreWhomTheWaysCount() => ForEach(
        world => new SegmentQuery(new AnyCondition([new PathCondition(world.Paths() with { Customers = null }, world.Number(0, 3), "page:Home", world.Number(0, 2) == 0 ? null : "track:Sepet")]), 0, 100),
        (SegmentQuery q, SegmentAnswer a, SegmentAnswer engine, QueryWorld world) =>
        {
            a.Nodes.ShouldBe(engine.Nodes);
            AnswerChecks.IsTheReferences(world, q, a);
        }, rounds: 1);

    [SkippableFact]
    public void Funnel_AsManyStepsAsThereMayBe_IsTheEngines()
    {
        clickHouse.SkipIfAbsent();
        using var world = new QueryWorld(7);
        world.Live(150);
        new LoadedWorld(clickHouse, world).Send();
        foreach (var order in Enum.GetValues<FunnelOrder>())
        {
            var query = world.Funnel() with { When = TimeSpanMs.Always, Steps = [.. Enumerable.Range(0, 20).Select(_ => EventSelector.Any)], Order = order, Window = 1000 * QueryWorld.Hour, Exclusions = [], Same = null };
            var answer = (FunnelAnswer)ClickHouseQueries.Read(query, clickHouse.Ask(ClickHouseQueries.Compile(query).Value));
            GroupsShouldBe(answer, (FunnelAnswer)QueryEngine.Ask(world.Store, query, TwoThreads));
            answer.Groups.Sum(g => g.Steps[0].Customers).ShouldBeGreaterThan(0);
        }
    }

    [SkippableFact]
    public void Extent_AfterAWorldWasSent_IsTheEngines()
    {
        clickHouse.SkipIfAbsent();
        using var world = new QueryWorld(3);
        world.Live(100);
        new LoadedWorld(clickHouse, world).Send();
        Encoding.UTF8.GetString(clickHouse.Ask(ClickHouseTables.Extent)).Trim().ShouldBe($"[{world.Events.Count}, {world.Events[^1].Position}]");
    }

    private static void GroupsShouldBe(FunnelAnswer answer, FunnelAnswer engine)
    {
        answer.Groups.Select(g => (g.Value, g.IsOther)).ShouldBe(engine.Groups.Select(g => (g.Value, g.IsOther)));
        foreach (var (mine, its) in answer.Groups.Zip(engine.Groups))
        {
            mine.Steps.Select(s => s.Customers).ShouldBe(its.Steps.Select(s => s.Customers));
            ShouldBeNear(mine.MedianTotal, its.MedianTotal);
            ShouldBeNear(mine.P90Total, its.P90Total);
            foreach (var (x, y) in mine.Steps.Zip(its.Steps))
            {
                ShouldBeNear(x.Median, y.Median);
                ShouldBeNear(x.P90, y.P90);
            }
        }
    }

    private void ForEach<TQuery, TAnswer>(Func<QueryWorld, TQuery> ask, Action<TQuery, TAnswer, TAnswer, QueryWorld> check, int rounds = 2)
        where TQuery : Query
        where TAnswer : Answer
    {
        clickHouse.SkipIfAbsent();
        var (sending, asking) = (0L, 0L);
        for (var seed = 0; seed < Worlds; seed++)
        {
            using var world = new QueryWorld(seed);
            var loaded = new LoadedWorld(clickHouse, world);
            ClickHouseStatement? statement = null;
            try
            {
                for (var round = 0; round < rounds; round++)
                {
                    world.Live(seed % 4 == 0 ? 200 : 50);
                    var begin = Stopwatch.GetTimestamp();
                    loaded.Send();
                    sending += Stopwatch.GetTimestamp() - begin;
                    var query = ask(world);
                    statement = ClickHouseQueries.Compile(query).Value;
                    begin = Stopwatch.GetTimestamp();
                    var rows = clickHouse.Ask(statement);
                    asking += Stopwatch.GetTimestamp() - begin;
                    check(query, (TAnswer)ClickHouseQueries.Read(query, rows), (TAnswer)QueryEngine.Ask(world.Store, query, TwoThreads), world);
                }
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"World {seed}: {e.Message}\n{statement?.Sql}\n{string.Join('\n', statement?.Parameters ?? [])}", e);
            }
        }

        output.WriteLine($"{Worlds * rounds} questions: {TimeSpan.FromSeconds(asking / (double)Stopwatch.Frequency)} asking, {TimeSpan.FromSeconds(sending / (double)Stopwatch.Frequency)} sending.");
    }

    // Numbers may be added up in another order.
    private static void ShouldBeNear(double? value, double? expected)
    {
        (value is null).ShouldBe(expected is null, $"{value} instead of {expected}");
        if (expected is { } e) value!.Value.ShouldBe(e, 1e-12 * Math.Max(1, Math.Abs(e)));
    }
}
