using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>Which ways customers take: a row for each visit with a way on it, in arrays with an entry for each stop.</summary>
internal sealed class PathsWalkSql(SqlBinder sql, EventSql events, PathsQuery query)
{
    /// <summary>
    /// Columns: customer, count (of ways), and of each stop its type, when it began (times), on which place of its way it stands (at; -1 for on none); types2, times2 and at2 are those of the stop after it.
    /// </summary>
    public SqlText Visits(SqlText among)
    {
        var places = sql.Sql($"""
            SELECT customer, arraySort(groupArray((time, position, toString(type), {Role(query.From)}, {Role(query.Upto)}))) AS e
            FROM event WHERE customer >= 0 AND {events.In(query.When)} AND {events.Matches(query.Event)} AND {among} GROUP BY customer
            """);
        var visits = sql.Sql($"SELECT customer, arrayJoin(arraySplit((x, far) -> far, e, arrayMap((t, before) -> t - before > {query.Gap}, e.1, arrayPopBack(arrayPushFront(e.1, e.1[1]))))) AS visit FROM ({places})");

        // The same type several times running is one place: its type, when it began, whether ways begin there, whether they end there.
        var runs = sql.Sql($"arraySplit((x, other) -> other, visit, arrayMap((a, b) -> a != b, visit.3, arrayPopBack(arrayPushFront(visit.3, ''))))");
        var stops = sql.Sql($"SELECT customer, arrayMap(r -> (r[1].3, r[1].1, toUInt8(arrayExists(x -> x.4 != 0, r)), toUInt8(arrayExists(x -> x.5 != 0, r))), {runs}) AS stops FROM ({visits})");
        var ways = sql.Sql($"SELECT customer, stops, length(stops) AS n, {Ways()} AS ways FROM ({stops})");

        // What is read backwards stands at the last places, however short the way.
        var offset = query.From is null && query.Upto is not null ? sql.Sql($"{(long)query.Depth} - w.2") : sql.Sql($"0");
        var stands = sql.Sql($"""
            arrayResize(arrayFlatten(arrayMap((w, before) -> arrayConcat(arrayWithConstant(toUInt64(w.1 - before - 1), toInt64(-1)), arrayMap(i -> toInt64(i) + {offset}, range(toUInt64(w.2)))),
              ways, arrayPopBack(arrayPushFront(arrayMap(w -> w.1 + w.2 - 1, ways), toInt64(0))))), n, toInt64(-1))
            """);
        var taken = sql.Sql($"SELECT customer, length(ways) AS count, stops.1 AS types, stops.2 AS times, {stands} AS at FROM ({ways}) WHERE notEmpty(ways)");
        return sql.Sql($"SELECT *, arrayPopFront(arrayPushBack(at, toInt64(-1))) AS at2, arrayPopFront(arrayPushBack(types, '')) AS types2, arrayPopFront(arrayPushBack(times, toInt64(0))) AS times2 FROM ({taken})");
    }

    private SqlText Role(EventSelector? selector) => selector is null ? sql.Sql($"toUInt8(0)") : sql.Sql($"toUInt8({events.Matches(selector)})");

    /// <summary>Where each way begins, counted from 1, and how many places it has.</summary>
    private SqlText Ways() => (query.From, query.Upto) switch
    {
        (null, null) => sql.Sql($"[(toInt64(1), toInt64(least(n, {query.Depth})))]"),
        (null, _) => sql.Sql($"""
            arrayMap((at, before) -> (greatest(before + 1, at + 1 - {(long)query.Depth}), at + 1 - greatest(before + 1, at + 1 - {(long)query.Depth})),
              arrayFilter((i, ends) -> ends, {Numbers()}, stops.4) AS goals, arrayPopBack(arrayPushFront(goals, toInt64(0))))
            """),
        (_, null) => Apart(sql.Sql($"arrayMap((i, begins) -> (i, if(begins, least(toInt64({query.Depth}), toInt64(n) - i + 1), 0)), {Numbers()}, stops.3)")),

        // To the next stop after it where ways end.
        _ => Apart(sql.Sql($"""
            arrayMap((i, begins, goal) -> (i, if(begins AND goal > 0 AND goal - i < {(long)query.Depth}, goal - i + 1, 0)), {Numbers()}, stops.3,
              arrayPopFront(arrayPushBack(arrayReverseFill((x, is) -> is, arrayMap((i, ends) -> if(ends, i, 0), {Numbers()}, stops.4), stops.4), toInt64(0))))
            """)),
    };

    private SqlText Numbers() => sql.Sql($"arrayMap(i -> toInt64(i), arrayEnumerate(stops))");

    /// <summary>A way begins behind the end of the one before.</summary>
    private SqlText Apart(SqlText candidates) => sql.Sql($"""
        arrayFold((acc, w) -> if(w.2 > 0 AND w.1 >= acc.1, (w.1 + w.2, arrayPushBack(acc.2, w)), acc), {candidates}, (toInt64(1), CAST([], 'Array(Tuple(Int64, Int64))'))).2
        """);
}
