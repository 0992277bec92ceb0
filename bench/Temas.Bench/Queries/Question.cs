using System.Globalization;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Bench.Queries;

/// <summary>One question as each engine is asked it. All answers are brought to the same lines of text, in which values are parted by tabs.</summary>
/// <param name="Name">What it is called in the output.</param>
/// <param name="Query">As ours is asked.</param>
/// <param name="ClickHouse">As ClickHouse is asked.</param>
/// <param name="DuckDb">As DuckDB is asked.</param>
/// <param name="Lines">Our answer as lines, in any order.</param>
/// <param name="Read">The event types of which time and order matter, by number; null for all.</param>
/// <param name="Values">The properties that are read, by event type.</param>
internal sealed record Question(
    string Name, Query Query, string ClickHouse, string DuckDb, Func<Answer, IEnumerable<string>> Lines, int[]? Read, (int Type, string Property)[] Values)
{
    private const int TypeBytes = 2, TimeBytes = 8, RowBytes = 4;

    private const long Window = 7 * World.Day, Since = World.End - (90 * World.Day), Week = 7 * World.Day;

    /// <summary>What is asked.</summary>
    public static IReadOnlyList<Question> All { get; } =
    [
        new Question(
            "funnel",
            new FunnelQuery(Year, [Of(World.ProductViewed), Of(World.AddedToCart), Of(World.OrderCompleted)], Window, FunnelOrder.Ordered, [], null, null, 1, null),
            $"""
            SELECT countIf(level >= 1), countIf(level >= 2), countIf(level >= 3)
            FROM (SELECT windowFunnel({Window})(time, type = {Sql(World.ProductViewed)}, type = {Sql(World.AddedToCart)}, type = {Sql(World.OrderCompleted)}) AS level
                  FROM events WHERE type IN ({Sql(World.ProductViewed)}, {Sql(World.AddedToCart)}, {Sql(World.OrderCompleted)}) GROUP BY customer)
            SETTINGS optimize_aggregation_in_order = 1
            """,
            $"""
            WITH viewed AS (SELECT customer, time FROM events WHERE type = {Sql(World.ProductViewed)}),
            added AS (SELECT a.customer, a.time, v.time AS begin FROM events a ASOF JOIN viewed v ON a.customer = v.customer AND a.time > v.time
                      WHERE a.type = {Sql(World.AddedToCart)} AND a.time - v.time <= {Window}),
            ordered AS (SELECT o.customer FROM events o ASOF JOIN added a ON o.customer = a.customer AND o.time > a.time WHERE o.type = {Sql(World.OrderCompleted)} AND o.time - a.begin <= {Window})
            SELECT (SELECT count(DISTINCT customer) FROM viewed), (SELECT count(DISTINCT customer) FROM added), (SELECT count(DISTINCT customer) FROM ordered)
            """,
            a => [string.Join('\t', ((FunnelAnswer)a).Groups[0].Steps.Select(s => s.Customers))],
            [World.ProductViewed, World.AddedToCart, World.OrderCompleted], []),
        new Question(
            "segment",
            new SegmentQuery(
                new AllConditions(
                [
                    new DidCondition(new EventSelector([World.Types[World.OrderCompleted]], new PropertyFilter("price", FilterOperator.Greater, [FilterValue.Of(200)])), 2, null, new TimeSpanMs(Since, World.End)),
                    new DidCondition(Of(World.ReturnRequested), 0, 0, TimeSpanMs.Always),
                ]), 0, int.MaxValue),
            $"""
            SELECT count(), sum(customer) FROM (
                SELECT customer FROM events WHERE type IN ({Sql(World.OrderCompleted)}, {Sql(World.ReturnRequested)}) GROUP BY customer
                HAVING countIf(type = {Sql(World.OrderCompleted)} AND price > 200 AND time >= {Since}) >= 2 AND countIf(type = {Sql(World.ReturnRequested)}) = 0)
            SETTINGS optimize_aggregation_in_order = 1
            """,
            $"""
            SELECT count(*), sum(customer)::BIGINT FROM (
                SELECT customer FROM events WHERE type = {Sql(World.OrderCompleted)} AND price > 200 AND time >= {Since} GROUP BY customer HAVING count(*) >= 2)
            WHERE customer NOT IN (SELECT customer FROM events WHERE type = {Sql(World.ReturnRequested)})
            """,
            a => [$"{((SegmentAnswer)a).Nodes.Count}\t{((SegmentAnswer)a).Nodes.Sum(n => (long)n)}"],
            [World.OrderCompleted, World.ReturnRequested], [(World.OrderCompleted, "price")]),
        new Question(
            "retention",
            new RetentionQuery(Buckets(TimeUnit.Week), Of(World.PageViewed), Of(World.PageViewed), true, false, null),
            // A year's weeks are the bits of a number.
            $"""
            SELECT cohort, arrayJoin(bitPositionsToArray(weeks)) AS week, count() FROM (
                SELECT groupBitOr(bitShiftLeft(toUInt64(1), intDiv(time - {World.Begin}, {Week}))) AS weeks, bitPositionsToArray(weeks)[1] AS cohort
                FROM events WHERE type = {Sql(World.PageViewed)} GROUP BY customer)
            GROUP BY cohort, week SETTINGS optimize_aggregation_in_order = 1
            """,
            $"""
            SELECT cohort, week, count(*) FROM (
                SELECT weeks, bit_count(xor(weeks, weeks - 1)) - 1 AS cohort FROM (
                    SELECT bit_or(1::BIGINT << ((time - {World.Begin}) // {Week})) AS weeks FROM events WHERE type = {Sql(World.PageViewed)} GROUP BY customer)), range({World.Weeks}) r(week)
            WHERE (weeks >> week) & 1 = 1 GROUP BY ALL
            """,
            a => ((RetentionAnswer)a).Cohorts.SelectMany((c, cohort) => c.Returned.Select((count, later) => (count, later)).Where(r => r.count > 0).Select(r => $"{cohort}\t{cohort + r.later}\t{r.count}")),
            [World.PageViewed], []),
        new Question(
            "paths",
            // What two threads gathered of one customer is in no order, so ClickHouse has to sort it.
            new PathsQuery(Year, EventSelector.Any, Of(World.SessionStarted), null, 5, World.Pause, int.MaxValue, null),
            $"""
            SELECT step.1, step.2, step.3, count() FROM (
                SELECT arrayJoin(arraySplit((type, begins) -> begins, types, arrayMap((type, gap) -> type = {Sql(World.SessionStarted)} OR gap > {World.Pause}, types, arrayDifference(times)))) AS visit,
                       arraySlice(arrayCompact(visit), 1, 5) AS way,
                       arrayJoin(arrayZip(range(toUInt64(length(way) - 1)), arrayPopBack(way), arrayPopFront(way))) AS step
                FROM (SELECT groupArray(time) AS unsorted, arraySort(unsorted) AS times, arraySort((type, time) -> time, groupArray(type), unsorted) AS types FROM events GROUP BY customer)
                WHERE visit[1] = {Sql(World.SessionStarted)})
            GROUP BY step
            """,
            $"""
            WITH marked AS (
                SELECT customer, time, type, lag(type) OVER own AS before, time - lag(time) OVER own > {World.Pause} AS paused FROM events WINDOW own AS (PARTITION BY customer ORDER BY time)),
            ways AS (
                SELECT type AS t1, lead(CASE WHEN NOT coalesce(paused, true) THEN type END, 1) OVER own AS t2, lead(CASE WHEN NOT coalesce(paused, true) THEN type END, 2) OVER own AS t3,
                       lead(CASE WHEN NOT coalesce(paused, true) THEN type END, 3) OVER own AS t4, lead(CASE WHEN NOT coalesce(paused, true) THEN type END, 4) OVER own AS t5
                FROM marked WHERE before IS NULL OR paused OR type <> before WINDOW own AS (PARTITION BY customer ORDER BY time))
            SELECT place, a, b, count(*) FROM (
                SELECT unnest([0, 1, 2, 3]) AS place, unnest([t1, t2, t3, t4]) AS a, unnest([t2, CASE WHEN t2 IS NOT NULL THEN t3 END,
                       CASE WHEN t2 IS NOT NULL AND t3 IS NOT NULL THEN t4 END, CASE WHEN t2 IS NOT NULL AND t3 IS NOT NULL AND t4 IS NOT NULL THEN t5 END]) AS b
                FROM ways WHERE t1 = {Sql(World.SessionStarted)})
            WHERE b IS NOT NULL GROUP BY ALL
            """,
            a => ((PathsAnswer)a).Edges.Select(e => $"{e.Place}\t{e.From}\t{e.To}\t{e.Ways}"),
            null, []),
        new Question(
            "trend",
            Trend(World.OrderCompleted, "revenue", "city"),
            $"""
            SELECT intDiv(time - {World.Begin}, {World.Day}) AS day, city, toInt64(round(sum(revenue) * 100)) FROM events WHERE type = {Sql(World.OrderCompleted)} GROUP BY day, city
            """,
            $"""
            SELECT (time - {World.Begin}) // {World.Day} AS day, city, round(sum(revenue) * 100)::BIGINT FROM events WHERE type = {Sql(World.OrderCompleted)} GROUP BY ALL
            """,
            TrendLines, [World.OrderCompleted], [(World.OrderCompleted, "revenue"), (World.OrderCompleted, "city")]),
        new Question(
            "trend_wide",
            Trend(World.ProductViewed, "price", "category"),
            $"""
            SELECT intDiv(time - {World.Begin}, {World.Day}) AS day, category, toInt64(round(sum(price) * 100)) FROM events WHERE type = {Sql(World.ProductViewed)} GROUP BY day, category
            """,
            $"""
            SELECT (time - {World.Begin}) // {World.Day} AS day, category, round(sum(price) * 100)::BIGINT FROM events WHERE type = {Sql(World.ProductViewed)} GROUP BY ALL
            """,
            TrendLines, [World.ProductViewed], [(World.ProductViewed, "price"), (World.ProductViewed, "category")]),
    ];

    private static TimeSpanMs Year => new(World.Begin, World.End);

    /// <summary>The bytes that must be read once: every event's type; time, and row where values matter, of those that are asked about; their values.</summary>
    public long FloorBytes(long[] counts, ColumnStore store)
    {
        var asked = Read is null ? counts.Sum() : Read.Sum(type => counts[type]);
        var values = Values.Sum(v => store.Tables[store.FindType(World.Types[v.Type])!.Value].Find(store.FindName(v.Property)!.Value) is { } c ? (c.Numbers.Length * (long)sizeof(double)) + c.Texts.Few.Length + (2L * c.Texts.Some.Length) + (4L * c.Texts.Many.Length) : 0);
        return (counts.Sum() * TypeBytes) + (asked * TimeBytes) + (Values.Select(v => v.Type).Distinct().Sum(type => counts[type]) * RowBytes) + values;
    }

    private static EventSelector Of(int type) => new([World.Types[type]]);

    private static string Sql(int type) => $"'{World.Types[type]}'";

    private static TimeBuckets Buckets(TimeUnit unit) => TimeBuckets.Cut(Year, unit, TimeZoneInfo.Utc)!;

    private static TrendQuery Trend(int type, string property, string breakdown) => new(Buckets(TimeUnit.Day), [new Measure("sum", MeasureKind.Sum, Of(type), property)], [], breakdown, 100, 1, null);

    // A day without an order has no row in SQL.
    private static IEnumerable<string> TrendLines(Answer answer) => ((TrendAnswer)answer).Series.SelectMany(s =>
        s.Figures.Select((sum, day) => (sum, day)).Where(f => f.sum is not (null or 0)).Select(f => string.Create(CultureInfo.InvariantCulture, $"{f.day}\t{s.Value}\t{(long)Math.Round(f.sum!.Value * 100)}")));
}
