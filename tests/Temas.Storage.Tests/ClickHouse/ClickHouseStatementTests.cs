using Temas.Storage.ClickHouse;
using Temas.Tests.Timelines.Queries;
using Temas.Timelines.Queries;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>What a statement may hold, and what is refused.</summary>
public sealed class ClickHouseStatementTests
{
    private const string Canary = "x') OR 1=1; DROP TABLE event; --\\";

    private static readonly EventSelector Hostile = new([Canary], new AnyFilter(
    [
        new PropertyFilter(Canary, FilterOperator.Equal, [FilterValue.Of(Canary), FilterValue.Of(31337), FilterValue.Of(true)]),
        new PropertyFilter(Canary, FilterOperator.Contains, [FilterValue.Of(Canary)]),
        new PropertyFilter(Canary, FilterOperator.Greater, [FilterValue.Of(31337)]),
    ]));

    private static readonly TimeBuckets Days = TimeBuckets.Cut(new TimeSpanMs(QueryWorld.Begin, QueryWorld.Begin + (72 * QueryWorld.Hour)), TimeUnit.Day, TimeZoneInfo.Utc)!;

    private static readonly Condition Customers = new AllConditions(
    [
        new DidCondition(Hostile, 31337, 31337, Days.When),
        new AggregateCondition(Hostile, Canary, Aggregate.Sum, Comparison.Equal, 31337, Days.When),
        new SequenceCondition([Hostile, Hostile], 31337, Days.When),
        new PathCondition(new PathsQuery(Days.When, Hostile, Hostile, Hostile, 5, 31337, 31337, null), 31337, Canary, Canary),
    ]);

    private static readonly FunnelQuery Funnel = new(Days.When, [Hostile, Hostile], 31337, FunnelOrder.Ordered, [new FunnelExclusion(Hostile, 0, 1)], Canary, Canary, 31337, Customers);

    public static TheoryData<Query> Questions =>
    [
        new TrendQuery(Days, [new Measure(Canary, MeasureKind.Percentile, Hostile, Canary, 0.31337)], [new RatioMeasure(Canary, Canary, Canary)], Canary, 31337, 2, Customers, Days.Previous(1, TimeZoneInfo.Utc)),
        Funnel,
        new FunnelOverTimeQuery(Funnel, Days),
        new RetentionQuery(Days, Hostile, Hostile, true, true, Customers),
        new PathsQuery(Days.When, Hostile, Hostile, Hostile, 5, 31337, 31337, Customers),
        new SegmentQuery(Customers, 31337, 31337),
    ];

    [Theory]
    [MemberData(nameof(Questions))]
    public void Compile_HostileValues_AreParametersAndNothingElse(Query query)
    {
        var statement = ClickHouseQueries.Compile(query).Value;
        statement.Sql.ShouldNotContain("DROP");
        statement.Sql.ShouldNotContain("31337");
        statement.Sql.ShouldNotContain(QueryWorld.Begin.ToString(System.Globalization.CultureInfo.InvariantCulture));
        statement.Parameters.ShouldContain(new ClickHouseParameter(statement.Parameters.First(p => p.Type == "String").Name, "String", @"x\') OR 1=1; DROP TABLE event; --\\"));
        statement.Parameters.Select(p => p.Name).Distinct().Count().ShouldBe(statement.Parameters.Count);
        foreach (var parameter in statement.Parameters) statement.Sql.ShouldContain($"{{{parameter.Name}:{parameter.Type}}}");
    }

    [Fact]
    public void Compile_WhatItDoesNotKnow_IsRefusedWithItsPlace()
    {
        var facts = new ProfileCondition(new AllFilters([]));
        Refused(new SegmentQuery(new AnyCondition([new NotCondition(facts)]), 0, 0)).ShouldBe(("where.any[0].not", "ProfileCondition"));
        Refused(new RetentionQuery(Days, EventSelector.Any, EventSelector.Any, false, false, facts)).ShouldBe(("customers", "ProfileCondition"));
        Refused(new SegmentQuery(new DidCondition(new EventSelector(null, new NotFilter(new UnknownFilter())), 1, null, Days.When), 0, 0)).ShouldBe(("where.did.where.not", "UnknownFilter"));
        var inStore = new EventSelector(null, new TouchFilter(Touch.Channel, FilterOperator.Equal, [FilterValue.Of("store")]));
        Refused(new SegmentQuery(new DidCondition(inStore, 1, null, Days.When), 0, 0)).ShouldBe(("where.did.where.touch", "Channel"));
        Refused(new TrendQuery(Days, [new Measure("m", MeasureKind.Count, EventSelector.Any)], [], new TouchBreakdown(Touch.Stage), 1, 1, null)).ShouldBe(("breakdown.touch", "Stage"));
        Refused(new TrendQuery(Days, [new Measure("m", MeasureKind.Average, EventSelector.Any, OfPerception: true)], [], null, 1, 1, null)).ShouldBe(("measures[0].touch", "Perception"));
        var paths = new PathsQuery(Days.When, EventSelector.Any, null, null, 5, 1000, 10, null);
        Refused(paths with { Places = Touch.Touchpoint }).ShouldBe(("places", "Touchpoint"));
        Refused(paths with { Perception = true }).ShouldBe(("perception", "perception"));
        Refused(new UnknownQuery(Days.When)).ShouldBe(("kind", "UnknownQuery"));
        Refused(Funnel with { Customers = null, Steps = [.. Enumerable.Repeat(EventSelector.Any, 40)] }).ShouldBe(("steps", "40 steps"));
        Refused(new TrendQuery(Days, [new Measure("m", (MeasureKind)99, EventSelector.Any)], [], null, 1, 1, null)).ShouldBe(("measures[0].measure", "99"));
    }

    private static (string?, string?) Refused(Query query)
    {
        var problem = ClickHouseQueries.Compile(query).Problem.ShouldNotBeNull();
        problem.Code.ShouldBe("query_not_supported");
        return (problem.Field, problem.Value);
    }

    private sealed record UnknownQuery(TimeSpanMs Time) : Query(Time, null);

    private sealed record UnknownFilter : Filter;
}
