using System.Globalization;
using Temas.Storage.ClickHouse;
using Temas.Tests.Timelines.Queries;
using Temas.Timelines.Queries;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>A fixed set of questions with SQL that was written by hand, from what the questions mean: DuckDB, ClickHouse and the engine must give the same.</summary>
[Collection(Chdb.Only)]
public sealed class DuckDbTests(Chdb clickHouse, DuckDb duckDb) : IClassFixture<DuckDb>
{
    private const string Ordered = "track:Sipariş", Basket = "track:Sepet", Seen = "track:Görüldü", Returned = "track:İade";
    private const long Day = 24 * QueryWorld.Hour, From = QueryWorld.Begin, To = QueryWorld.Begin + (3 * Day);

    private static readonly TimeBuckets Days = TimeBuckets.Cut(new TimeSpanMs(From, To), TimeUnit.Day, TimeZoneInfo.Utc)!;

    private static readonly Filter Dear = new PropertyFilter("price", FilterOperator.AtLeast, [FilterValue.Of(1)]);
    private static readonly Filter Dearest = new PropertyFilter("price", FilterOperator.AtLeast, [FilterValue.Of(4)]);

    [SkippableFact]
    public void Trend_FiguresByDay_AreThoseOfAll()
    {
        var orders = new EventSelector([Ordered], Dear);
        List<Measure> measures =
        [
            new("count", MeasureKind.Count, orders), new("customers", MeasureKind.Customers, orders), new("sum", MeasureKind.Sum, orders, "price"), new("average", MeasureKind.Average, orders, "price"),
            new("minimum", MeasureKind.Minimum, orders, "price"), new("maximum", MeasureKind.Maximum, orders, "price"), new("p75", MeasureKind.Percentile, orders, "price", 0.75), new("each", MeasureKind.PerCustomer, orders, "price"),
        ];
        ForEachWorld(new TrendQuery(Days, measures, [], null, 1, 1, null), (TrendAnswer a) => a.Series[0].Figures.Select((_, day) => Line([day, .. a.Series.Select(s => s.Figures[day])])).Where(l => !l.Contains(" 0 0 ", StringComparison.Ordinal)), $"""
            SELECT (time - {From}) // {Day} AS day, count(*), count(DISTINCT nullif(customer, -1)), sum(price), avg(price), min(price), max(price), quantile_cont(price, 0.75), sum(price) / nullif(count(DISTINCT nullif(customer, -1)), 0)
            FROM event WHERE type = '{Ordered}' AND price >= 1 AND time >= {From} AND time < {To} GROUP BY day ORDER BY day
            """);
    }

    [SkippableFact]
    public void Trend_FourLettersI_AreFour()
    {
        var measures = "i ı I İ 🦊".Split(' ').Select(letter => new Measure(letter, MeasureKind.Count, new EventSelector(null, new PropertyFilter("city", FilterOperator.Contains, [FilterValue.Of(letter)])))).ToList();
        ForEachWorld(new TrendQuery(Days, measures, [], null, 1, 1, null), (TrendAnswer a) => [Line(a.Series.Select(s => s.Total))], $"""
            SELECT count(*) FILTER (contains(city, 'i')), count(*) FILTER (contains(city, 'ı')), count(*) FILTER (contains(city, 'I')), count(*) FILTER (contains(city, 'İ')), count(*) FILTER (contains(city, '🦊'))
            FROM event WHERE time >= {From} AND time < {To}
            """);
    }

    [SkippableFact]
    public void Segment_TwiceAndNever_IsThatOfAll() => ForEachWorld(
        new SegmentQuery(new AllConditions([new DidCondition(new EventSelector([Ordered], Dear), 2, null, Days.When), new NotCondition(new DidCondition(new EventSelector([Returned], Dearest), 1, null, Days.When))]), 0, 1000),
        (SegmentAnswer a) => [.. a.Nodes.Select(n => Line([n]))],
        $"""
        SELECT customer FROM event WHERE customer >= 0 AND time >= {From} AND time < {To} GROUP BY customer
        HAVING count(*) FILTER (type = '{Ordered}' AND price >= 1) >= 2 AND count(*) FILTER (type = '{Returned}' AND price >= 4) = 0 ORDER BY customer
        """);

    [SkippableFact]
    public void Funnel_ThreeStepsInTwelveHours_IsThatOfAll() => ForEachWorld(
        new FunnelQuery(Days.When, [new EventSelector([Seen]), new EventSelector([Basket]), new EventSelector([Ordered])], 12 * QueryWorld.Hour, FunnelOrder.Ordered, [], null, null, 1, null),
        (FunnelAnswer a) => [Line(a.Groups[0].Steps.Select(s => (double?)s.Customers))],
        $"""
        WITH e AS (SELECT *, row_number() OVER (ORDER BY time, position) AS seq FROM event WHERE customer >= 0)
        SELECT count(DISTINCT a.customer), count(DISTINCT b.customer), count(DISTINCT c.customer) FROM e AS a
        LEFT JOIN e AS b ON b.customer = a.customer AND b.type = '{Basket}' AND b.seq > a.seq AND b.time - a.time <= {12 * QueryWorld.Hour}
        LEFT JOIN e AS c ON c.customer = a.customer AND c.type = '{Ordered}' AND c.seq > b.seq AND c.time - a.time <= {12 * QueryWorld.Hour}
        WHERE a.type = '{Seen}' AND a.time >= {From} AND a.time < {To}
        """);

    [SkippableFact]
    public void Retention_OfEachDay_IsThatOfAll() => ForEachWorld(
        new RetentionQuery(Days, new EventSelector([Seen]), new EventSelector([Ordered, Basket]), false, false, null),
        (RetentionAnswer a) => a.Cohorts.SelectMany((c, day) => c.Returned.Select((r, later) => Line([day, c.Customers, later, r])).Where(_ => c.Customers > 0)),
        $"""
        WITH e AS (SELECT *, (time - {From}) // {Day} AS day, row_number() OVER (ORDER BY time, position) AS seq FROM event WHERE customer >= 0 AND time >= {From} AND time < {To}),
        began AS (SELECT customer, day, min(seq) AS seq FROM e WHERE type = '{Seen}' GROUP BY customer, day),
        sizes AS (SELECT day, count(*) AS size FROM began GROUP BY day)
        SELECT s.day, s.size, l.later, (SELECT count(DISTINCT b.customer) FROM began AS b JOIN e ON e.customer = b.customer AND e.seq >= b.seq WHERE b.day = s.day AND e.day = s.day + l.later AND e.type IN ('{Ordered}', '{Basket}'))
        FROM sizes AS s, (SELECT unnest(range(0, 3)) AS later) AS l WHERE s.day + l.later < 3 ORDER BY s.day, l.later
        """);

    [SkippableFact]
    public void Paths_ThreePlacesAfterAPause_AreThoseOfAll() => ForEachWorld(
        new PathsQuery(Days.When, EventSelector.Any, null, null, 3, 5 * QueryWorld.Hour, 1000, null),
        (PathsAnswer a) => a.Edges.OrderBy(e => e.Place).ThenBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal).Select(e => $"{e.From} {e.To} {Line([e.Place, e.Ways, e.Customers, e.Median])}"),
        $"""
        WITH e AS (SELECT *, time - lag(time) OVER w AS pause FROM event WHERE customer >= 0 AND time >= {From} AND time < {To} WINDOW w AS (PARTITION BY customer ORDER BY time, position)),
        visits AS (SELECT *, sum(CASE WHEN pause > {5 * QueryWorld.Hour} THEN 1 ELSE 0 END) OVER (PARTITION BY customer ORDER BY time, position) AS visit FROM e),
        runs AS (SELECT *, lag(type) OVER (PARTITION BY customer, visit ORDER BY time, position) AS before FROM visits),
        stops AS (SELECT *, row_number() OVER v - 1 AS place, lead(type) OVER v AS following, lead(time) OVER v AS later FROM runs WHERE before IS NULL OR before != type WINDOW v AS (PARTITION BY customer, visit ORDER BY time, position))
        SELECT type || ' ' || following, place, count(*), count(DISTINCT customer), median(later - time) FROM stops WHERE place < 2 AND following IS NOT NULL GROUP BY place, type, following ORDER BY place, type, following
        """);

    private void ForEachWorld<TAnswer>(Query query, Func<TAnswer, IEnumerable<string>> lines, string sql)
        where TAnswer : Answer
    {
        clickHouse.SkipIfAbsent();
        duckDb.SkipIfAbsent();
        var rows = 0;
        for (var seed = 100; seed < 106; seed++)
        {
            using var world = new QueryWorld(seed);
            world.Live(400);
            new LoadedWorld(clickHouse, world).Send();
            duckDb.Ask("CREATE OR REPLACE TABLE event (customer INTEGER, time BIGINT, position BIGINT, type VARCHAR, price DOUBLE, city VARCHAR)");
            duckDb.Ask($"INSERT INTO event VALUES {string.Join(", ", world.Events.Select(e => string.Create(CultureInfo.InvariantCulture,
                $"({(e.Node < 0 ? -1 : world.CustomerOf(e.Node))}, {e.Time}, {e.Position}, {Literal(e.Type)}, {Literal(e.Properties.GetValueOrDefault("price") as double?)}, {Literal(e.Properties.GetValueOrDefault("city") as string)})")))}");
            var expected = duckDb.Ask(sql).ConvertAll(row => string.Join(' ', row.Select(v => double.TryParse(v, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Line([number]) : v ?? "nothing")));
            rows += expected.Count;
            lines((TAnswer)QueryEngine.Ask(world.Store, query)).ShouldBe(expected, $"The engine, world {seed}");
            lines((TAnswer)ClickHouseQueries.Read(query, clickHouse.Ask(ClickHouseQueries.Compile(query).Value))).ShouldBe(expected, $"ClickHouse, world {seed}");
        }

        rows.ShouldBeGreaterThan(0);
    }

    private static string Literal(string? text) => text is null ? "NULL" : $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string Literal(double? number) => number?.ToString("R", CultureInfo.InvariantCulture) ?? "NULL";

    // Twelve digits: what is added up in another order may differ in the last ones.
    private static string Line(IEnumerable<double?> values) => string.Join(' ', values.Select(v => v?.ToString("G12", CultureInfo.InvariantCulture) ?? "nothing"));
}
