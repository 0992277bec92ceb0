using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>
/// How far each customer comes along the steps of a funnel. ClickHouse's own <c>windowFunnel</c> tells the level and nothing else, and not which of two events of one moment came first;
/// so her events are put in order, and each step is worked out for all of them at once from the step before, in arrays: an entry for each event says with which way she stands on that step after it.
/// </summary>
internal sealed class FunnelWalkSql(SqlBinder sql, EventSql events, FunnelQuery query)
{
    private readonly int steps = query.Steps.Count;
    private readonly bool inAnyOrder = query.Order == FunnelOrder.Any;
    private readonly bool strict = query.Order == FunnelOrder.Strict;
    private readonly IReadOnlyList<FunnelExclusion> exclusions = query.Order == FunnelOrder.Any ? [] : query.Exclusions;

    // A way: the number of its first event (0 for none), when it began, when its last step was taken and the one before that, the log position of what took it.
    private SqlText NoWay => sql.Sql($"CAST((0, 0, 0, 0, 0), 'Tuple(UInt32, Int64, Int64, Int64, Int64)')");

    /// <summary>A row for each customer who comes along at least one step: customer, span (0), level, the notes n0 … of how each step was first reached, and value, that of the breakdown.</summary>
    public SqlText Whole(SqlText among) => Walk(sql.Sql($"SELECT {Keys}, toInt64(0) AS span, {query.When.From} AS since, {query.When.To} AS until, {Columns(sql.Sql($"e"))} FROM ({Timelines(among)})"));

    /// <summary>A row for each customer and each bucket in which a way of hers begins; span is the number of the bucket.</summary>
    public SqlText ByBucket(SqlText among, TimeBuckets buckets)
    {
        var begins = inAnyOrder ? sql.Sql($"1") : sql.Sql($"bitTest(x.3, 0)");
        var (from, to) = (buckets.Starts.Select(s => Math.Max(s, query.When.From)), buckets.Starts.Skip(1).Append(query.When.To));
        var spans = sql.Sql($"SELECT {Keys}, e, arrayJoin(arrayDistinct(arrayMap(x -> x.7, arrayFilter(x -> x.5 AND x.7 >= 0 AND {begins}, e)))) AS span FROM ({Timelines(among, buckets)})");
        var bounded = sql.Sql($"SELECT *, {from}[span + 1] AS since, {to}[span + 1] AS until FROM ({spans})");

        // What lies before a way's beginning or after its window cannot matter to it.
        return Walk(sql.Sql($"SELECT {Keys}, span, since, until, {Columns(sql.Sql($"f"))} FROM (SELECT *, arrayFilter(x -> x.1 >= since AND x.1 - until <= {query.Window}, e) AS f FROM ({bounded}))"));
    }

    private SqlText Keys => query.Same is null ? sql.Sql($"customer") : sql.Sql($"customer, same");

    private SqlText Columns(SqlText e) => sql.Sql($"{e}.1 AS t, {e}.2 AS p, {e}.3 AS m, {e}.4 AS k, {e}.5 AS own, {e}.6 AS v");

    /// <summary>A row for each customer (and each value of what must be the same): her events that matter, in order, as tuples of time, position, the steps that it may be, the steps whose ways it breaks off, whether it is of that value, the value of the breakdown, and the bucket (-1 for outside the period, or where there are none).</summary>
    private SqlText Timelines(SqlText among, TimeBuckets? buckets = null)
    {
        List<EventSelector> meant = [.. query.Steps, .. exclusions.Select(x => x.Event)];
        var types = strict ? sql.Sql($"1") : events.OfTypes(meant);
        var mask = Bits(query.Steps.Select((s, i) => (events.Matches(s), (long)1 << i)));
        var kill = exclusions.Count == 0 ? sql.Sql($"toUInt32(0)") : Bits(exclusions.Select(x => (events.Matches(x.Event), (1L << x.Before) - (1L << x.After))));
        var value = query.Breakdown is PropertyBreakdown { Property: var b } ? events.Key(b) : sql.Sql($"0");
        var bucket = buckets is null ? sql.Sql($"toInt64(-1)") : sql.Sql($"if({events.In(query.When)}, {events.BucketOf(sql.Sql($"time"), buckets)}, -1)");
        var rows = sql.Sql($"""
            SELECT customer, time, position, {mask} AS mask, {kill} AS kill, {value} AS value, {bucket} AS bucket, {(query.Same is { } s ? events.Key(s) : sql.Sql($"0"))} AS same
            FROM event WHERE customer >= 0 AND {Near()} AND {types} AND {among}
            """);
        var entry = sql.Sql($"(time, position, mask, kill, toUInt8(1), value, bucket)");
        var matter = strict ? sql.Sql($"1") : sql.Sql($"(mask != 0 OR kill != 0)");
        if (query.Same is null) return sql.Sql($"SELECT customer, arraySort(groupArray({entry})) AS e FROM ({rows}) WHERE {matter} GROUP BY customer");

        var named = sql.Sql($"SELECT customer, same, groupArray({entry}) AS e FROM ({rows}) WHERE {matter} AND same.1 != 3 GROUP BY customer, same");
        if (exclusions.Count == 0) return sql.Sql($"SELECT customer, same, arraySort(e) AS e FROM ({named})");

        // What names no order may stand between the steps of any.
        var nameless = sql.Sql($"SELECT customer, groupArray((time, position, toUInt32(0), kill, toUInt8(0), value, bucket)) AS e FROM ({rows}) WHERE kill != 0 AND same.1 = 3 GROUP BY customer");
        return sql.Sql($"SELECT a.customer AS customer, a.same AS same, arraySort(arrayConcat(a.e, b.e)) AS e FROM ({named}) AS a LEFT JOIN ({nameless}) AS b ON a.customer = b.customer");
    }

    /// <summary>Ways begin in the period and end in the window after it; nothing else matters to them.</summary>
    private SqlText Near()
    {
        if (query.When == TimeSpanMs.Always) return sql.Sql($"1");
        var last = query.When.To > long.MaxValue - query.Window ? long.MaxValue : query.When.To + query.Window;
        return sql.Sql($"time >= {query.When.From} AND time <= {last}");
    }

    private SqlText Bits(IEnumerable<(SqlText Holds, long Bits)> of) =>
        of.Select(b => sql.Sql($"if({b.Holds}, toUInt32({b.Bits}), toUInt32(0))")).Aggregate((a, b) => sql.Sql($"bitOr({a}, {b})"));

    private SqlText Walk(SqlText timelines)
    {
        var notes = inAnyOrder ? InAnyOrder(timelines) : InOrder(timelines);
        var all = Enumerable.Range(0, steps).ToList();
        if (query.Same is not null)
        {
            // Of the ways of all values, the one that was there first; in any order, the one that began first.
            var order = all.ConvertAll(i => inAnyOrder ? sql.Sql($"({Note(i)}.2, {Note(i)}.5)") : sql.Sql($"({Note(i)}.3, {Note(i)}.5)"));
            var first = SqlText.Join(SqlSeparator.Comma, all.Select(i =>
                sql.Sql($"argMinIf({Note(i)}, {order[i]}, {Note(i)}.1 > 0) AS a{SqlText.Number(i)}, argMinIf(v{SqlText.Number(i)}, {order[i]}, {Note(i)}.1 > 0) AS b{SqlText.Number(i)}")));
            var renamed = SqlText.Join(SqlSeparator.Comma, all.Select(i => sql.Sql($"a{SqlText.Number(i)} AS {Note(i)}, b{SqlText.Number(i)} AS v{SqlText.Number(i)}")));
            notes = sql.Sql($"SELECT customer, span, {renamed} FROM (SELECT customer, span, {first} FROM ({notes}) GROUP BY customer, span)");
        }

        var level = SqlText.Join(SqlSeparator.Plus, all.Select(i => sql.Sql($"toInt64({Note(i)}.1 > 0)")));
        var values = SqlText.Join(SqlSeparator.Comma, all.Select(i => sql.Sql($"v{SqlText.Number(i)}")));
        return sql.Sql($"SELECT customer, span, {level} AS level, [{values}][level] AS value, {SqlText.Join(SqlSeparator.Comma, all.Select(Note))} FROM ({notes}) WHERE n0.1 > 0");
    }

    private SqlText Note(int step) => sql.Sql($"n{SqlText.Number(step)}");

    /// <summary>Step by step. c: the way with which an event takes the step; w: the way with which she stands on it after the event.</summary>
    private SqlText InOrder(SqlText timelines)
    {
        var kills = exclusions.Count > 0;
        var from = timelines;
        for (var step = 0; step < steps; step++)
        {
            var (s, before) = (SqlText.Number(step), SqlText.Number(Math.Max(0, step - 1)));
            var takes = step == 0
                ? sql.Sql($"arrayMap((t, p, m, own, i) -> if(own AND bitTest(m, 0) AND t >= since AND t < until, (toUInt32(i), t, t, t, p), {NoWay}), t, p, m, own, arrayEnumerate(t))")
                : sql.Sql($"""
                    arrayMap((w, t, p, m, k, own) -> if(w.1 > 0 AND own AND bitTest(m, {s}) {(kills ? sql.Sql($"AND NOT bitTest(k, {before})") : SqlText.Empty)} AND t - w.2 <= {query.Window}, (w.1, w.2, t, w.3, p), {NoWay}),
                      arrayPopBack(arrayPushFront(w{before}, {NoWay})), t, p, m, k, own)
                    """);

            // After an event she stands where it put her; where it did nothing to this step, as after the event before.
            var decides = sql.Sql($"c.1 > 0 {(kills ? sql.Sql($"OR bitTest(k, {s})") : SqlText.Empty)} {(strict ? sql.Sql($"OR own") : SqlText.Empty)}");
            var stands = step == steps - 1 ? SqlText.Empty : sql.Sql($", arrayFill((c, k, own) -> {decides}, c{s}, k, own) AS w{s}");
            from = sql.Sql($"SELECT *, {takes} AS c{s}{stands} FROM ({from})");
        }

        var notes = SqlText.Join(SqlSeparator.Comma, Enumerable.Range(0, steps).Select(i => sql.Sql($"arrayFirst(x -> x.1 > 0, c{SqlText.Number(i)}) AS {Note(i)}")));
        return WithValues(sql.Sql($"SELECT *, {notes} FROM ({from})"));
    }

    /// <summary>For each event that may begin a way, when each step comes next; in the order in which they come, those are the way.</summary>
    private SqlText InAnyOrder(SqlText timelines)
    {
        var all = Enumerable.Range(0, steps).ToList();
        var next = SqlText.Join(SqlSeparator.Comma, all.Select(i =>
            sql.Sql($"arrayPopBack(arrayReverseFill((x, is) -> is, arrayPushBack(t, 9223372036854775807), arrayPushBack(arrayMap(m -> bitTest(m, {SqlText.Number(i)}), m), 1))) AS x{SqlText.Number(i)}")));
        var columns = SqlText.Join(SqlSeparator.Comma, all.Select(i => sql.Sql($"x{SqlText.Number(i)}")));
        var ways = sql.Sql($"""
            arrayFilter(w -> w.2 >= since AND w.2 < until, arrayMap((t, p, i, {columns}) -> (toUInt32(i), t, arraySort(arrayFilter(x -> x != 9223372036854775807 AND x - t <= {query.Window}, [{columns}])), p),
              t, p, arrayEnumerate(t), {columns}))
            """);
        var notes = SqlText.Join(SqlSeparator.Comma, all.Select(i =>
        {
            var way = sql.Sql($"arrayFirst(w -> length(w.3) > {SqlText.Number(i)}, ways)");
            return sql.Sql($"({way}.1, {way}.2, {way}.3[{SqlText.Number(i + 1)}], {way}.3[{SqlText.Number(Math.Max(1, i))}], {way}.4) AS {Note(i)}");
        }));
        return WithValues(sql.Sql($"SELECT {Keys}, span, v, {notes} FROM (SELECT *, {ways} AS ways FROM (SELECT *, {next} FROM ({timelines})))"));
    }

    private SqlText WithValues(SqlText notes) => sql.Sql($"""
        SELECT {Keys}, span, {SqlText.Join(SqlSeparator.Comma, Enumerable.Range(0, steps).Select(i => sql.Sql($"{Note(i)}, v[{Note(i)}.1] AS v{SqlText.Number(i)}")))}
        FROM ({notes}) WHERE n0.1 > 0
        """);
}
