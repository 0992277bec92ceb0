namespace Temas.Bench.Queries;

/// <summary>How the peers get the events: each in the layout in which it answers fastest, read from one file.</summary>
internal static class PeerTables
{
    /// <summary>Statements by peer; the last one answers with the bytes that the table takes, where the peer knows.</summary>
    public static IEnumerable<(string Name, string[] Statements)> All(string file)
    {
        var types = string.Join(',', World.Types.Select(t => $"'{t}'"));
        var columns = "time UInt64, customer UInt32, type Enum8(" + string.Join(',', World.Types.Select((t, i) => $"'{t}' = {i}")) +
            "), city LowCardinality(String), channel LowCardinality(String), device LowCardinality(String), category LowCardinality(String), price Float64, revenue Float64, order_id String, member UInt8";
        // What is missing is empty or 0: nullable columns would cost ClickHouse a tenth and more.
        yield return ("clickhouse",
        [
            $"CREATE TABLE events ({columns}) ENGINE = MergeTree ORDER BY (customer, time)",
            $"INSERT INTO events SELECT * FROM file('{file}', 'CSV', '{columns.Replace("'", "''", StringComparison.Ordinal)}') SETTINGS max_threads = 2, max_insert_threads = 1",
            "OPTIMIZE TABLE events FINAL",
            "SELECT sum(bytes_on_disk) FROM system.parts WHERE table = 'events' AND active",
        ]);
        yield return ("duckdb",
        [
            $"CREATE TYPE event_type AS ENUM ({types})",
            $$"""
            CREATE TABLE events AS SELECT * FROM read_csv('{{file}}', header = false, columns = {'time': 'BIGINT', 'customer': 'INTEGER', 'type': 'event_type', 'city': 'VARCHAR', 'channel': 'VARCHAR', 'device': 'VARCHAR',
                'category': 'VARCHAR', 'price': 'DOUBLE', 'revenue': 'DOUBLE', 'order_id': 'VARCHAR', 'member': 'BOOLEAN'}) ORDER BY customer, time
            """,
            "SELECT 0",
        ]);
    }
}
