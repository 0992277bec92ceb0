using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>
/// The second executor of the query algebra: a question as a statement for ClickHouse, and ClickHouse's rows as the answer that the engine would give. What it cannot express it refuses; see docs/formats/clickhouse.md.
/// </summary>
public static class ClickHouseQueries
{
    /// <summary>The statement that answers a question; <c>query_not_supported</c> names the part that cannot be expressed.</summary>
    public static Result<ClickHouseStatement> Compile(Query query)
    {
        if (ClickHouseLimits.Find(query) is { } problem) return problem;
        return query switch
        {
            TrendQuery trend => TrendSql.Compile(trend),
            FunnelQuery funnel => FunnelSql.Compile(funnel, null),
            FunnelOverTimeQuery over => FunnelSql.Compile(over.Funnel, over.Buckets),
            RetentionQuery retention => RetentionSql.Compile(retention),
            PathsQuery paths => PathsSql.Compile(paths),
            SegmentQuery segment => SegmentSql.Compile(segment),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query, null),
        };
    }

    /// <summary>The answer in what ClickHouse sent for <see cref="Compile"/>'s statement. How much was looked at and up to which position is not in it; that is what <see cref="ClickHouseTables.Extent"/> is for.</summary>
    /// <exception cref="System.Text.Json.JsonException">These are no such rows.</exception>
    public static Answer Read(Query query, ReadOnlySpan<byte> rows)
    {
        var read = ClickHouseRows.Read(rows);
        Answer answer = query switch
        {
            TrendQuery trend => TrendSql.Read(trend, read),
            FunnelQuery funnel => FunnelSql.Read(funnel, null, read),
            FunnelOverTimeQuery over => FunnelSql.Read(over.Funnel, over.Buckets, read),
            RetentionQuery retention => RetentionSql.Read(retention, read),
            PathsQuery => PathsSql.Read(read),
            SegmentQuery => SegmentSql.Read(read),
            _ => throw new ArgumentOutOfRangeException(nameof(query), query, null),
        };
        return answer with { When = query is TrendQuery { Rolling: > 1 } rolling ? rolling.When with { From = rolling.Buckets.Starts[rolling.Rolling - 1] } : query.When };
    }
}
