using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>Touches counted in one pass against loops over all events, and against the trends that say the same.</summary>
public sealed class TouchTallyTests
{
    private const int Worlds = 120, QuestionsEach = 4;

    private static readonly QueryLimits TwoThreads = new() { Threads = 2, PieceEvents = 16 };

    [Fact]
    public void Read_AnyWorld_IsWhatLoopsSay()
    {
        for (var seed = 0; seed < Worlds; seed++)
        {
            using var world = new QueryWorld(seed) { HasProfiles = true, HasHabits = seed % 3 != 0 };
            for (var i = 0; i < QuestionsEach; i++)
            {
                world.Live(40);
                var (buckets, customers) = (world.Buckets(), world.MaybeCondition());
                var before = world.Number(0, 2) == 0 ? (TimeSpanMs?)null : new TimeSpanMs(buckets.When.From - (world.Number(1, 30) * QueryWorld.Hour), buckets.When.From + (world.Number(0, 2) * QueryWorld.Hour));
                var tally = TouchTally.Read(world.Store, buckets, before, GroupsOf, customers, TwoThreads, default);
                Check(world, tally, buckets, before, customers, $"world {seed}, question {i}");
            }
        }
    }

    // By whether she took it well or badly, and one for each: near the ends of words, and beyond the first.
    private static readonly int[] Groups = [0, 2, 63, 64, 127, 200];

    private static IReadOnlyList<int> GroupsOf(TouchFacts touch) => touch.Perception switch { > 0 => [0, 63, 64], < 0 => [0, 2, 127, 200], _ => [0] };

    private static void Check(QueryWorld world, TouchTally tally, TimeBuckets buckets, TimeSpanMs? before, Condition? customers, string which)
    {
        var among = customers is null ? null : world.Reference.Segment(customers).ToHashSet();
        var events = world.Events.Where(e => e.Touch is not null && (among is null || (e.Node >= 0 && among.Contains(world.CustomerOf(e.Node))))).ToList();
        tally.Touches.Distinct().Count().ShouldBe(tally.Touches.Count, which);
        var (told, toldBefore) = (0L, 0L);
        for (var touch = 0; touch < tally.Touches.Count; touch++)
        {
            var of = events.FindAll(e => e.Touch == tally.Touches[touch]);
            for (var bucket = 0; bucket < buckets.Count; bucket++) tally.Of(touch, bucket).ShouldBe(of.Count(e => buckets.Of(e.Time) == bucket), which);
            tally.Of(touch).ShouldBe(of.Count(e => buckets.Of(e.Time) >= 0), which);
            tally.Before(touch).ShouldBe(before is { } b ? of.Count(e => e.Time >= b.From && e.Time < b.To) : 0, which);
            (told, toldBefore) = (told + tally.Of(touch), toldBefore + tally.Before(touch));
        }

        // Nothing is left out.
        told.ShouldBe(events.Count(e => buckets.Of(e.Time) >= 0), which);
        foreach (var group in Groups.Where(g => g < tally.Customers.Count))
            tally.Customers[group].ShouldBe(events.Where(e => e.Node >= 0 && buckets.Of(e.Time) >= 0 && GroupsOf(e.Touch!).Contains(group)).Select(e => world.CustomerOf(e.Node)).Distinct().Count(), which);

        var trend = (TrendAnswer)QueryEngine.Ask(
            world.Store,
            new TrendQuery(buckets, [new Measure("felt", MeasureKind.Average, EventSelector.Any, OfPerception: true)], [], null, 1, 1, customers), TwoThreads);
        var felt = Enumerable.Range(0, tally.Touches.Count).Where(t => tally.Touches[t].Perception is not null).Select(t => (Sum: tally.Of(t) * tally.Touches[t].Perception!.Value / 100.0, Count: tally.Of(t))).ToList();
        if (trend.Series[0].Total is { } mean) (felt.Sum(f => f.Sum) / felt.Sum(f => f.Count)).ShouldBe(mean, 1e-9, which);
        else felt.Sum(f => f.Count).ShouldBe(0, which);
    }
}
