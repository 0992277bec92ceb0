using System.Diagnostics;
using System.Text.Json;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Bench.Queries;

/// <summary>
/// What it costs to test live segments when customers got events: so many segments of five sorts on customers with about 200 events each, some customers at a time as they come within a second. One JSON line.
/// </summary>
internal static class SegmentBench
{
    private const int Segments = 200, Customers = 5000, Events = 1_000_000, Together = 100, Runs = 40;

    public static int Run()
    {
        using var store = new ColumnStore();
        new World(Events, Customers, 1).Fill(store);
        var conditions = Enumerable.Range(0, Segments).Select(Make).ToArray();
        var everybody = store.Customers.Order().ToArray();
        var random = new Random(1);
        var took = new List<double>();
        long holds = 0, tested = 0;
        for (var run = -5; run < Runs; run++)
        {
            var some = Enumerable.Range(0, Together).Select(_ => everybody[random.Next(everybody.Length)]).Distinct().ToArray();
            var begin = Stopwatch.GetTimestamp();
            QueryEngine.Test(store, conditions, some, (_, _, so) => holds += so ? 1 : 0);
            var microseconds = Stopwatch.GetElapsedTime(begin).TotalMicroseconds;
            if (run < 0) continue;
            took.Add(microseconds / some.Length / Segments);
            tested += some.Length * Segments;
        }

        took.Sort();
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            measurement = "segments",
            segments = Segments,
            events_a_customer = Events / Customers,
            customers_together = Together,
            microseconds_a_segment = Math.Round(took[took.Count / 2], 3),
            p95 = Math.Round(took[(int)(took.Count * 0.95)], 3),
            tested,
            share_that_holds = Math.Round(holds / (double)(tested + (5 * Together * Segments)), 3),
        }));
        return 0;
    }

    /// <summary>Five sorts in turn: so often; a sum with a filter; one after another; not since; of two kinds at once.</summary>
    private static Condition Make(int i)
    {
        var end = World.End;
        var when = new TimeSpanMs(end - (((i % 12) + 1) * 30 * World.Day), end);
        EventSelector Of(int type, Filter? where = null) => new([World.Types[type % World.Types.Length]], where);
        var price = new PropertyFilter("price", FilterOperator.Greater, [FilterValue.Of(20 + (i % 40 * 10))]);
        var city = new PropertyFilter("city", FilterOperator.Equal, [FilterValue.Of(World.Cities[i % World.Cities.Length])]);
        return (i % 5) switch
        {
            0 => new DidCondition(Of(i / 5, i % 2 == 0 ? price : null), 1 + (i % 4), null, when),
            1 => new AggregateCondition(Of(World.OrderCompleted), "price", Aggregate.Sum, Timelines.Queries.Comparison.Greater, 50 * (i % 20), when),
            2 => new SequenceCondition([Of(World.ProductViewed), Of(World.AddedToCart), Of(World.OrderCompleted)], ((i % 14) + 1) * World.Day, when),
            3 => new AllConditions([new DidCondition(Of(World.OrderCompleted), 1, null, TimeSpanMs.Always), new NotCondition(new DidCondition(Of(World.OrderCompleted), 1, null, when))]),
            _ => new AnyCondition([new DidCondition(Of(World.PageViewed, city), 1, null, when), new DidCondition(Of(World.Searched), 5, null, when)]),
        };
    }
}
