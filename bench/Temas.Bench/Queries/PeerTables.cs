namespace Temas.Bench.Queries;

/// <summary>How the peers get the events: each in the layout in which it answers fastest, read from one file.</summary>
internal static class PeerTables
{
    /// <summary>Statements by peer; the last one answers with the bytes that the table takes.</summary>
    public static IEnumerable<(string Name, string[] Statements)> All(string file)
    {
        var enumeration = "Enum8(" + string.Join(',', World.Types.Select((t, i) => $"'{t}' = {i}")) + ")";

        // What is missing is empty or 0: nullable columns would cost ClickHouse a tenth and more. Columns that are not packed are read faster from memory, and DuckDB groups by numbers of texts.
        string Columns(string codec) => $"time UInt64 {codec}, customer UInt32 {codec}, type {enumeration} {codec}, city LowCardinality(String) {codec}, channel LowCardinality(String), device LowCardinality(String), " +
            $"category LowCardinality(String) {codec}, price Float64 {codec}, revenue Float64 {codec}, order_id String, member UInt8";
        yield return ("clickhouse",
        [
            $"CREATE TABLE events ({Columns("CODEC(NONE)")}) ENGINE = MergeTree ORDER BY (customer, time)",
            "SET max_threads = 2",
            $"INSERT INTO events SELECT * FROM file('{file}', 'CSV', '{Columns("").Replace("'", "''", StringComparison.Ordinal)}')",
            "OPTIMIZE TABLE events FINAL",
            "SELECT sum(bytes_on_disk) FROM system.parts WHERE table = 'events' AND active",
        ]);
        yield return ("duckdb",
        [
            $"CREATE TYPE event_type AS ENUM ({Texts(World.Types)})",
            $"CREATE TYPE city AS ENUM ({Texts(World.Cities)})",
            $"CREATE TYPE category AS ENUM ({Texts(World.Categories)})",
            $$"""
            CREATE TABLE events AS SELECT * FROM read_csv('{{file}}', header = false, columns = {'time': 'BIGINT', 'customer': 'INTEGER', 'type': 'event_type', 'city': 'city', 'channel': 'VARCHAR', 'device': 'VARCHAR',
                'category': 'category', 'price': 'DOUBLE', 'revenue': 'DOUBLE', 'order_id': 'VARCHAR', 'member': 'BOOLEAN'}) ORDER BY customer, time
            """,
            "SELECT sum(memory_usage_bytes)::BIGINT FROM duckdb_memory() WHERE tag = 'IN_MEMORY_TABLE'",
        ]);
    }

    private static string Texts(IEnumerable<string> texts) => string.Join(',', texts.Select(t => $"'{t}'"));
}
