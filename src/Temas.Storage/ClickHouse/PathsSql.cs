using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>Which ways customers take.</summary>
internal static class PathsSql
{
    private const int Whole = 0, Place = 1, Edge = 2;

    /// <summary>Rows: what it is about (the whole, a place, a transition), the place, the type there, the type at the next, ways, customers, transitions in all, median time.</summary>
    public static ClickHouseStatement Compile(PathsQuery query)
    {
        var sql = new SqlBinder();
        var events = new EventSql(sql);
        var among = new ConditionSql(sql, events).Among(query.Customers);
        var items = sql.Sql($"""
            arrayConcat([(0, toInt64(0), '', '', toInt64(count), toInt64(arrayCount((a, b) -> a >= 0 AND b = a + 1, at, at2)), toInt64(0))],
              arrayMap((a, x) -> (1, a, x, '', toInt64(1), toInt64(0), toInt64(0)), arrayFilter(a -> a >= 0, at), arrayFilter((x, a) -> a >= 0, types, at)),
              arrayMap(x -> (2, x.1, x.2, x.3, toInt64(1), toInt64(0), x.4), arrayFilter(x -> x.1 >= 0 AND x.5 = x.1 + 1, arrayMap((a, x, y, t, u, b) -> (a, x, y, u - t, b), at, types, types2, times, times2, at2))))
            """);
        var counted = sql.Sql($"""
            SELECT item.1 AS kind, item.2 AS place, item.3 AS a, item.4 AS b, sum(item.5) AS ways, uniqExact(customer) AS customers, sum(item.6) AS edges, quantileExactInclusive(0.5)(toFloat64(item.7)) AS median
            FROM (SELECT customer, arrayJoin({items}) AS item FROM ({new PathsWalkSql(sql, events, query).Visits(among)})) GROUP BY kind, place, a, b
            """);
        return sql.Statement(sql.Sql($"""
            SELECT kind, place, a, b, ways, customers, edges, median
            FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY ways DESC, place, {events.Utf16(sql.Sql($"a"))}, {events.Utf16(sql.Sql($"b"))}) AS rank FROM ({counted}))
            WHERE kind != 2 OR rank <= {query.Top} {ClickHouseRows.Settings(sql)}
            """));
    }

    public static PathsAnswer Read(ClickHouseRows rows)
    {
        var (ways, customers, all) = (0L, 0L, 0L);
        var (places, edges) = (new List<PathPlace>(), new List<PathEdge>());
        foreach (var row in rows.All)
        {
            var (place, count) = ((int)ClickHouseRows.Integer(row[1]), ClickHouseRows.Integer(row[4]));
            switch (ClickHouseRows.Integer(row[0]))
            {
                case Whole:
                    (ways, customers, all) = (count, ClickHouseRows.Integer(row[5]), ClickHouseRows.Integer(row[6]));
                    break;
                case Place:
                    places.Add(new PathPlace(place, row[2].GetString()!, count, ClickHouseRows.Integer(row[5])));
                    break;
                case Edge:
                    edges.Add(new PathEdge(place, row[2].GetString()!, row[3].GetString()!, count, ClickHouseRows.Integer(row[5]), ClickHouseRows.Number(row[7]) ?? 0));
                    break;
                default:
                    throw new InvalidDataException($"A row of paths is of a kind that no statement asks for: {row}.");
            }
        }

        return new PathsAnswer(
            ways, customers,
            [.. places.OrderBy(p => p.Place).ThenByDescending(p => p.Ways).ThenBy(p => p.Event, StringComparer.Ordinal)],
            [.. edges.OrderByDescending(e => e.Ways).ThenBy(e => e.Place).ThenBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal)],
            all - edges.Sum(e => e.Ways));
    }
}
