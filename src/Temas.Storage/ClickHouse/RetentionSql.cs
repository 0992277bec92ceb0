using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>Who comes back.</summary>
internal static class RetentionSql
{
    /// <summary>Rows: number of the cohort, column of its row: so many buckets later, or so many brackets (-1 for the cohort itself), customers.</summary>
    public static ClickHouseStatement Compile(RetentionQuery query)
    {
        var sql = new SqlBinder();
        var events = new EventSql(sql);
        var among = new ConditionSql(sql, events).Among(query.Customers);
        var (from, to) = (query.When.From, query.When.To);

        // Her very first start event may lie before the period; otherwise nothing outside it matters.
        var when = query.FirstOnly ? sql.Sql($"time < {to}") : events.In(query.When);
        var rows = sql.Sql($"""
            SELECT customer, time, position, if(time >= {from} AND time < {to}, {events.BucketOf(sql.Sql($"time"), query.Buckets)}, -1) AS bucket, {events.Matches(query.Start)} AS s, {events.Matches(query.Return)} AS r
            FROM event WHERE customer >= 0 AND {when} AND {events.OfTypes([query.Start, query.Return])} AND {among}
            """);
        var buckets = sql.Sql($"""
            SELECT customer, bucket, minIf((time, position), s) AS began, countIf(s) AS starts, maxIf((time, position), r) AS came, countIf(r) AS returns FROM ({rows}) WHERE s OR r GROUP BY customer, bucket
            """);
        var all = sql.Sql($"""
            SELECT customer, groupArrayIf((bucket, began), starts > 0 AND bucket >= 0) AS begins, groupArrayIf((bucket, came), returns > 0 AND bucket >= 0) AS comes, minIf(began, starts > 0) AS first FROM ({buckets}) GROUP BY customer
            """);
        var cohorts = query.FirstOnly ? sql.Sql($"arrayFilter(x -> x.2 = first, begins)") : sql.Sql($"begins");
        var each = sql.Sql($"SELECT comes, arrayJoin({cohorts}) AS member FROM ({all})");
        var later = sql.Sql($"SELECT member.1 AS cohort, arrayMap(x -> x.1 - member.1, arrayFilter(x -> x.2 >= member.2, comes)) AS later FROM ({each})");
        if (query.Brackets.Count > 0)
        {
            long[] lasts = [.. query.Brackets.Select(b => (long)b)];
            // So many brackets end before it; what is later than all of them is left out, or counts for all where coming back later does.
            var column = sql.Sql($"toInt64(if(x = 0, 0, 1 + arrayCount(e -> e < x, {lasts})))");
            later = query.Unbounded ? sql.Sql($"SELECT cohort, arrayMap(x -> {column}, later) AS later FROM ({later})")
                : sql.Sql($"SELECT cohort, arrayDistinct(arrayFilter(c -> c <= {(long)lasts.Length}, arrayMap(x -> {column}, later))) AS later FROM ({later})");
        }

        var counted = query.Unbounded ? sql.Sql($"if(empty(later), [], range(toInt64(0), arrayMax(later) + 1))") : sql.Sql($"later");
        return sql.Statement(sql.Sql($"SELECT cohort, after, count() FROM (SELECT cohort, arrayJoin(arrayConcat([toInt64(-1)], {counted})) AS after FROM ({later})) GROUP BY cohort, after {ClickHouseRows.Settings(sql)}"));
    }

    public static RetentionAnswer Read(RetentionQuery query, ClickHouseRows rows)
    {
        var buckets = query.Buckets;
        var (sizes, returned) = (new long[buckets.Count], Enumerable.Range(0, buckets.Count).Select(c => new long[query.ColumnsOf(c)]).ToList());
        foreach (var row in rows.All)
        {
            var (cohort, after, customers) = (ClickHouseRows.Integer(row[0]), ClickHouseRows.Integer(row[1]), ClickHouseRows.Integer(row[2]));
            if (after < 0) sizes[cohort] = customers;
            else if (after < returned[(int)cohort].Length) returned[(int)cohort][after] = customers;
        }

        return new RetentionAnswer([.. Enumerable.Range(0, buckets.Count).Select(c => new RetentionCohort(buckets.Starts[c], sizes[c], returned[c]))]) { Brackets = query.Brackets };
    }
}
