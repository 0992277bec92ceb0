using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>How many customers get how far along steps, and how long that takes.</summary>
internal static class FunnelSql
{
    /// <summary>Rows: number of the bucket (-1 for the whole period), number of the group (0 for other), its value, customers at each step, and for each step but the first, then from the first to the last, the median time and that of nine in ten.</summary>
    public static ClickHouseStatement Compile(FunnelQuery query, TimeBuckets? buckets)
    {
        var sql = new SqlBinder();
        var events = new EventSql(sql);
        var among = new ConditionSql(sql, events).Among(query.Customers);
        var walk = new FunnelWalkSql(sql, events, query);
        var (steps, last) = (query.Steps.Count, SqlText.Number(query.Steps.Count - 1));
        var customers = SqlText.Join(SqlSeparator.Comma, Enumerable.Range(0, steps).Select(i => sql.Sql($"countIf(level > {SqlText.Number(i)})")));
        var times = SqlText.Join(SqlSeparator.Comma,
        [
            .. Enumerable.Range(1, steps - 1).Select(i => SqlText.Number(i)).Select(i => sql.Sql($"quantilesExactInclusiveIf(0.5, 0.9)(toFloat64(n{i}.3 - n{i}.4), level > {i})")),
            sql.Sql($"quantilesExactInclusiveIf(0.5, 0.9)(toFloat64(n{last}.3 - n{last}.2), level > {last})"),
        ]);
        var whole = query.Breakdown is null
            ? sql.Sql($"SELECT toInt64(-1) AS span, toUInt64(1) AS place, CAST((3, 0, ''), 'Tuple(UInt8, Float64, String)') AS key, [{customers}] AS customers, [{times}] AS times FROM ({walk.Whole(among)})")
            : sql.Sql($"""
                SELECT toInt64(-1) AS span, toUInt64(if(rank <= {query.Top}, rank, 0)) AS place, CAST(any(value), 'Tuple(UInt8, Float64, String)') AS key, [{customers}] AS customers, [{times}] AS times
                FROM (SELECT *, dense_rank() OVER (ORDER BY among DESC, {events.InOrder(sql.Sql($"value"))}) AS rank FROM (SELECT *, count() OVER (PARTITION BY value) AS among FROM ({walk.Whole(among)})))
                GROUP BY place
                """);
        if (buckets is null) return sql.Statement(sql.Sql($"SELECT * FROM ({whole}) {ClickHouseRows.Settings(sql)}"));
        var began = new FunnelWalkSql(sql, events, query with { Breakdown = null });
        return sql.Statement(sql.Sql($"""
            SELECT * FROM ({whole}
            UNION ALL SELECT span, toUInt64(1) AS place, CAST((3, 0, ''), 'Tuple(UInt8, Float64, String)') AS key, [{customers}] AS customers, CAST([], 'Array(Array(Float64))') AS times FROM ({began.ByBucket(among, buckets)}) GROUP BY span)
            {ClickHouseRows.Settings(sql)}
            """));
    }

    public static FunnelAnswer Read(FunnelQuery query, TimeBuckets? buckets, ClickHouseRows rows)
    {
        var steps = query.Steps.Count;
        var groups = new SortedDictionary<long, FunnelGroup>();
        var overTime = Enumerable.Range(0, buckets?.Count ?? 0).Select(_ => (IReadOnlyList<long>)new long[steps]).ToList();
        foreach (var row in rows.All)
        {
            var (span, place) = (ClickHouseRows.Integer(row[0]), ClickHouseRows.Integer(row[1]));
            List<long> customers = [.. row[3].EnumerateArray().Select(ClickHouseRows.Integer)];
            if (span >= 0)
            {
                overTime[(int)span] = customers;
                continue;
            }

            var times = row[4].EnumerateArray().Select(t => (Median: ClickHouseRows.Number(t[0]), P90: ClickHouseRows.Number(t[1]))).ToList();
            groups[place == 0 ? long.MaxValue : place] = new FunnelGroup(
                place == 0 ? null : ClickHouseRows.Value(row[2]), place == 0,
                [.. customers.Select((c, i) => i == 0 ? new FunnelStep(c, null, null) : new FunnelStep(c, times[i - 1].Median, times[i - 1].P90))], times[^1].Median, times[^1].P90);
        }

        if (groups.Count == 0) groups[1] = new FunnelGroup(null, false, [.. Enumerable.Range(0, steps).Select(_ => new FunnelStep(0, null, null))], null, null);
        return new FunnelAnswer([.. groups.Values], buckets?.Starts ?? [], overTime);
    }
}
