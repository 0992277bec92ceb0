namespace Temas.Storage.ClickHouse;

/// <summary>The tables that statements read. What stands in them is described in docs/formats/clickhouse.md.</summary>
public static class ClickHouseTables
{
    /// <summary>Makes them where they are not there: two tables and the view that statements read.</summary>
    public static IReadOnlyList<string> Create { get; } =
    [
        """
        CREATE TABLE IF NOT EXISTS filed_event (
          node Int64, time Int64, position Int64, type LowCardinality(String),
          numbers Map(LowCardinality(String), Float64), texts Map(LowCardinality(String), String), flags Map(LowCardinality(String), Bool),
          moment DateTime64(3, 'UTC') ALIAS fromUnixTimestamp64Milli(time)
        ) ENGINE = MergeTree ORDER BY (node, time, position)
        """,
        """
        CREATE TABLE IF NOT EXISTS owner (node Int64, customer Int64, version UInt64) ENGINE = ReplacingMergeTree(version) ORDER BY node
        """,
        """
        CREATE VIEW IF NOT EXISTS event AS
        SELECT if(o.known = 1, o.customer, e.node) AS customer, e.time AS time, e.position AS position, e.type AS type, e.numbers AS numbers, e.texts AS texts, e.flags AS flags
        FROM filed_event AS e LEFT JOIN (SELECT node, argMax(customer, version) AS customer, 1 AS known FROM owner GROUP BY node) AS o ON e.node = o.node
        """,
    ];

    /// <summary>How much is there: one row with the number of events and the last position.</summary>
    public static ClickHouseStatement Extent { get; } = new("SELECT count(), max(position) FROM filed_event FORMAT JSONCompactEachRow", []);
}
