using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>Figures over time: one pass over the events, a row for each group and bucket.</summary>
internal static class TrendSql
{
    /// <summary>Rows: the period (0; 1 for the one before), number of the group (0 for other), its value, number of the bucket (as many as there are for the whole period), a figure for each measure.</summary>
    public static ClickHouseStatement Compile(TrendQuery query)
    {
        var sql = new SqlBinder();
        var events = new EventSql(sql);
        var among = new ConditionSql(sql, events).Among(query.Customers);
        var key = query.Breakdown is PropertyBreakdown { Property: var b } ? events.Key(b) : sql.Sql($"(3, toFloat64(0), '')");
        var measures = query.Measures.Select((m, i) => (Measure: m, At: SqlText.Number(i))).ToList();

        // m: the event is meant; h: and it has the number that is asked for, v.
        var columns = SqlText.Join(SqlSeparator.Comma, measures.Select(m => m.Measure.Property is { } p
            ? sql.Sql($"{events.Matches(m.Measure.Event)} AS m{m.At}, m{m.At} AND {events.HasNumber(p)} AS h{m.At}, {events.Number(p)} AS v{m.At}")
            : sql.Sql($"{events.Matches(m.Measure.Event)} AS m{m.At}, m{m.At} AS h{m.At}, toFloat64(1) AS v{m.At}")));
        var any = SqlText.Join(SqlSeparator.Or, measures.Select(m => sql.Sql($"m{m.At}")));
        var figures = SqlText.Join(SqlSeparator.Comma, measures.Select(m => sql.Sql($"{Figure(sql, m.Measure, m.At)} AS f{m.At}")));

        // The values that the period itself has most of are told apart, in the period before, too.
        var tops = sql.Sql($"""
            (SELECT groupArray(key) FROM (SELECT key FROM ({Hits(query.Buckets)}) WHERE m0 GROUP BY key ORDER BY count() DESC, {events.InOrder(sql.Sql($"key"))} LIMIT {query.Top}))
            """);
        var place = query.Breakdown is null ? sql.Sql($"toUInt64(1)") : sql.Sql($"indexOf({tops}, key)");
        var whole = Period(query.Buckets, 0);
        return sql.Statement(sql.Sql($"SELECT * FROM ({(query.Previous is { } before ? sql.Sql($"{whole} UNION ALL {Period(before, 1)}") : whole)}) {ClickHouseRows.Settings(sql)}"));

        SqlText Hits(TimeBuckets buckets) => sql.Sql($"""
            SELECT customer, {key} AS key, {events.BucketOf(sql.Sql($"time"), buckets)} AS own, {columns}
            FROM event WHERE {events.In(buckets.When)} AND {events.OfTypes([.. query.Measures.Select(m => m.Event)])} AND {among}
            """);

        SqlText Period(TimeBuckets buckets, int period) => sql.Sql($"""
            SELECT {SqlText.Number(period)} AS period, place, any(key) AS value, cell, {figures}
            FROM (SELECT *, {place} AS place, arrayJoin({Cells(buckets.Count)}) AS cell FROM ({Hits(buckets)}) WHERE {any})
            GROUP BY place, cell
            """);

        // An event counts for its own bucket, for those that look back at it, and for the whole.
        SqlText Cells(int count) => (query.Cumulative, query.Rolling - 1) switch
        {
            (true, _) => sql.Sql($"range(own, {count + 1})"),
            (_, 0) => sql.Sql($"[own, {count}]"),
            var (_, lead) => sql.Sql($"arrayConcat(range(greatest(own, {lead}), least(own + {lead}, {count - 1}) + 1), if(own >= {lead}, [toInt64({count})], []))"),
        };
    }

    public static TrendAnswer Read(TrendQuery query, ClickHouseRows rows)
    {
        var (lead, count, width) = (query.Rolling - 1, query.Buckets.Count, query.Measures.Count);
        var groups = new SortedDictionary<long, Group>();
        if (query.Breakdown is null) groups[1] = new Group(null, [], []);
        foreach (var row in rows.All)
        {
            var (before, place) = (ClickHouseRows.Integer(row[0]) == 1, ClickHouseRows.Integer(row[1]));

            // Other comes last.
            if (place == 0) place = long.MaxValue;
            if (!groups.TryGetValue(place, out var group)) groups[place] = group = new Group(place == long.MaxValue ? null : ClickHouseRows.Value(row[2]), [], []);
            (before ? group.Before : group.Cells)[(int)ClickHouseRows.Integer(row[3])] = [.. Enumerable.Range(4, width).Select(i => ClickHouseRows.Number(row[i]))];
        }

        var series = new List<TrendSeries>();
        foreach (var (place, group) in groups)
        {
            var isOther = place == long.MaxValue;
            var own = query.Measures.Select((m, at) => new TrendSeries(
                m.Name, group.Value, isOther, Each(group.Cells, m, at), At(group.Cells, m, at, count),
                query.Previous is null ? null : new PreviousFigures(Each(group.Before, m, at), At(group.Before, m, at, count)))).ToList();
            if (isOther && own.All(s => s.Total is null or 0 && s.Previous?.Total is null or 0)) continue;
            series.AddRange(own);
            series.AddRange(query.Ratios.Select(r => Ratio(r, own.Find(s => s.Measure == r.Numerator)!, own.Find(s => s.Measure == r.Denominator)!)));
        }

        return new TrendAnswer([.. query.Buckets.Starts.Skip(lead)], series, query.Previous is { } p ? new PreviousPeriod(lead > 0 ? p.When with { From = p.Starts[lead] } : p.When, [.. p.Starts.Skip(lead)]) : null);

        IReadOnlyList<double?> Each(Dictionary<int, double?[]> cells, Measure measure, int at) => [.. Enumerable.Range(lead, count - lead).Select(b => At(cells, measure, at, b))];

        static double? At(Dictionary<int, double?[]> cells, Measure measure, int at, int cell) =>
            cells.TryGetValue(cell, out var figures) ? figures[at] : measure.Kind is MeasureKind.Count or MeasureKind.Customers or MeasureKind.Sum ? 0 : null;
    }

    private static SqlText Figure(SqlBinder sql, Measure measure, SqlText at)
    {
        var customers = sql.Sql($"uniqExactIf(customer, h{at} AND customer >= 0)");
        return measure.Kind switch
        {
            MeasureKind.Count => sql.Sql($"countIf(h{at})"),
            MeasureKind.Customers => customers,
            MeasureKind.Sum => sql.Sql($"sumIf(v{at}, h{at})"),
            MeasureKind.Average => sql.Sql($"if(countIf(h{at}) = 0, NULL, avgIf(v{at}, h{at}))"),
            MeasureKind.Minimum => sql.Sql($"if(countIf(h{at}) = 0, NULL, minIf(v{at}, h{at}))"),
            MeasureKind.Maximum => sql.Sql($"if(countIf(h{at}) = 0, NULL, maxIf(v{at}, h{at}))"),
            MeasureKind.Percentile => sql.Sql($"if(countIf(h{at}) = 0, NULL, quantileExactInclusiveIf({measure.Percentile})(v{at}, h{at}))"),
            MeasureKind.PerCustomer => sql.Sql($"if({customers} = 0, NULL, sumIf(v{at}, h{at}) / {customers})"),
            _ => throw new ArgumentOutOfRangeException(nameof(measure), measure.Kind, null),
        };
    }

    private static TrendSeries Ratio(RatioMeasure ratio, TrendSeries over, TrendSeries under) => over with
    {
        Measure = ratio.Name,
        Figures = [.. over.Figures.Zip(under.Figures, Divide)],
        Total = Divide(over.Total, under.Total),
        Previous = over.Previous is { } o && under.Previous is { } u ? new PreviousFigures([.. o.Figures.Zip(u.Figures, Divide)], Divide(o.Total, u.Total)) : null,
    };

    private static double? Divide(double? over, double? under) => under is null or 0 ? null : over / under;

    /// <summary>A value of the breakdown, and its figures by bucket, in the period and in the one before.</summary>
    private sealed record Group(object? Value, Dictionary<int, double?[]> Cells, Dictionary<int, double?[]> Before);
}
