using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Insight.Indicators;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Indicators;

/// <summary>What is counted of orders at any moment, held against what a profile says of each customer then.</summary>
public sealed class OrderFiguresTests
{
    private const long Day = 86_400_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void AtRisk_AtTheEndOfEachPeriod_IsWhomProfilesCalledSoThen(int seed)
    {
        var random = new Random(seed);
        var rules = new ProfileRules { UsualInterval = random.Next(20, 120) * Day, AtRiskAfter = 1.5, LostAfter = 3 };
        var (customers, starts, times) = (new List<int>(), new List<int> { 0 }, new List<long>());
        for (var c = 0; c < 400; c++)
        {
            var at = random.Next(0, 500) * Day;
            for (var i = random.Next(1, 9); i > 0; i--, at += (long)(random.NextDouble() * 90 * Day) + 1) times.Add(at);
            customers.Add(c);
            starts.Add(times.Count);
        }

        var orders = new OrderHistories([.. customers], [.. starts], [.. times], new double[times.Count]);
        var now = (700 * Day) + 1;
        TimeSpanMs[] periods = [.. Enumerable.Range(0, 24).Select(p => new TimeSpanMs(p * 30 * Day, (p + 1) * 30 * Day))];
        var figures = OrderFigures.Of(orders, periods, now, rules.Rhythm);
        for (var p = 0; p < periods.Length; p++)
        {
            var end = Math.Min(periods[p].To, now);
            var stages = customers.ConvertAll(c =>
            {
                var fold = new LifecycleFold(rules);
                foreach (var time in times[starts[c]..starts[c + 1]].Where(t => t < end)) fold.Add(null, time, null, null);
                return fold.At(end).Stage;
            });
            figures[p].AtRisk.ShouldBe(stages.Count(s => s == LifecycleStage.AtRisk), $"period {p}");
            figures[p].Kept.ShouldBe(stages.Count(s => s is not (LifecycleStage.Prospect or LifecycleStage.Lost)), $"period {p}");
        }

        figures.Count(f => f.AtRisk > 0).ShouldBeGreaterThan(12);
    }
}
