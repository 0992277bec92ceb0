using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Questions;
using Temas.Tests.Feedback.Asking;
using Temas.Timelines.Queries;
using static Temas.Tests.Feedback.Asking.AskingWorld;

namespace Temas.Tests.Insight.Indicators;

/// <summary>Who came back, read for periods that are over and for one that is not.</summary>
public sealed class RetentionReadingTests
{
    private const string Monthly = """{"label": {"tr": "T", "en": "R"}, "unit": "share", "figure": {"retention": {"start": {"event": "track:Order Completed"}, "return": {"event": "track:Order Completed"}, "unit": "month"}, "after": 1} }""";

    private static readonly DateOnly April = new(2026, 4, 1), May = new(2026, 5, 1);

    [Fact]
    public async Task OfAMonthThatIsOver_TheMonthCounts_AndWhoIsBehindItIsThere()
    {
        await using var world = await OpenAsync(insight: true);
        foreach (var (user, day) in new[] { ("a", "2026-03-05"), ("b", "2026-03-06"), ("a", "2026-04-10"), ("c", "2026-04-11") }) await world.HappenAsync(At($"{day}T10:00:00Z"), user, "Order Completed");
        world.Clock.Now = At("2026-05-20T09:00:00Z");
        var whole = await ReadAsync(April, May);
        (whole.Value, whole.Sample).ShouldBe((0.5, 2), "of two who ordered in March one did in April");
        (await CountAsync(whole.Customers!.Value)).ShouldBe(1);
        var months = await ReadAsync(new DateOnly(2026, 3, 1), May, "month");
        months.Series.Select(p => p.Value).ShouldBe([null, 0.5]);
        (await ReadAsync(April, May.AddDays(19), "month")).Series.Select(p => p.Value).ShouldBe([0.5, null], "May is not over");

        // While the month goes on nothing is said of it.
        world.Clock.Now = At("2026-04-20T09:00:00Z");
        (await ReadAsync(April, May)).Value.ShouldBeNull();

        async Task<IndicatorReading> ReadAsync(DateOnly from, DateOnly to, string? bucket = null)
        {
            var read = await ((WorkspaceIndicators)world.Workspace.Part<IIndicators>()).ReadAsync(IndicatorKind.Instance.Read("r", Monthly), new IndicatorAsk(from, to, bucket), default);
            read.IsOk.ShouldBeTrue(read.Problem?.ToString());
            return read.Value;
        }

        async Task<long> CountAsync(JsonElement condition) =>
            ((SegmentAnswer)(await world.Workspace.Part<LiveColumns>().AskAsync(new SegmentQuery(QueryReader.For(world.Workspace).ReadCondition(condition).Value, 0, 10), new QueryLimits(), default)).Value).Customers;
    }
}
