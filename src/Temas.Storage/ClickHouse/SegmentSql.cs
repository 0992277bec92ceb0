using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>Who a condition holds for.</summary>
internal static class SegmentSql
{
    /// <summary>One row: how many, and the nodes that stand for some of them.</summary>
    public static ClickHouseStatement Compile(SegmentQuery query)
    {
        var sql = new SqlBinder();
        var customers = new ConditionSql(sql, new EventSql(sql)).Customers(query.Where);
        var some = query.Limit > 0 ? sql.Sql($"arraySlice(arraySort(groupArray(customer)), {query.Offset + 1L}, {query.Limit})") : sql.Sql($"emptyArrayInt64()");
        return sql.Statement(sql.Sql($"SELECT count(), {some} FROM ({customers}) {ClickHouseRows.Settings(sql)}"));
    }

    public static SegmentAnswer Read(ClickHouseRows rows) => new(ClickHouseRows.Integer(rows.All[0][0]), [.. rows.All[0][1].EnumerateArray().Select(n => (int)ClickHouseRows.Integer(n))]);
}
