using System.Runtime.InteropServices;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>DuckDB in this process: <c>libduckdb.so</c> of the npm package @duckdb/node-bindings, which ./test installs. An empty database in memory.</summary>
public sealed partial class DuckDb : IDisposable
{
    // More than any version's duckdb_result takes (48 bytes).
    private const int ResultSize = 128;

    private static readonly string Library = Path.Combine(NpmPackages.Folder, "@duckdb", "node-bindings-linux-x64", "libduckdb.so");

    private nint database;
    private nint connection;

    public DuckDb()
    {
        if (!File.Exists(Library)) return;
        NpmPackages.Resolve("duckdb", Library);
        if (Open(null, out database) != 0 || Connect(database, out connection) != 0) throw new InvalidOperationException($"{Library} could not be started.");
    }

    public void SkipIfAbsent() => Skip.If(connection == 0, $"{Library} is not there; ./test installs it on Linux x64 (npm ci --ignore-scripts in tests/Temas.Storage.Tests).");

    /// <summary>The rows, each value as a text; null for nothing.</summary>
    public unsafe List<string?[]> Ask(string sql)
    {
        var result = (nint)NativeMemory.AllocZeroed(ResultSize);
        try
        {
            if (Query(connection, sql, result) != 0) throw new InvalidOperationException($"{Marshal.PtrToStringUTF8(ResultError(result))}\n{sql}");
            var (rows, columns) = (RowCount(result), ColumnCount(result));
            return [.. Enumerable.Range(0, (int)rows).Select(r => Enumerable.Range(0, (int)columns).Select(c => Text(result, (ulong)c, (ulong)r)).ToArray())];
        }
        finally
        {
            DestroyResult(result);
            NativeMemory.Free((void*)result);
        }
    }

    public void Dispose()
    {
        if (connection == 0) return;
        Disconnect(ref connection);
        Close(ref database);
    }

    private static string? Text(nint result, ulong column, ulong row)
    {
        var text = ValueVarchar(result, column, row);
        if (text == 0) return null;
        var value = Marshal.PtrToStringUTF8(text);
        Free(text);
        return value;
    }

    [LibraryImport("duckdb", EntryPoint = "duckdb_open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string? path, out nint database);

    [LibraryImport("duckdb", EntryPoint = "duckdb_connect")]
    private static partial int Connect(nint database, out nint connection);

    [LibraryImport("duckdb", EntryPoint = "duckdb_query", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Query(nint connection, string sql, nint result);

    [LibraryImport("duckdb", EntryPoint = "duckdb_result_error")]
    private static partial nint ResultError(nint result);

    [LibraryImport("duckdb", EntryPoint = "duckdb_row_count")]
    private static partial ulong RowCount(nint result);

    [LibraryImport("duckdb", EntryPoint = "duckdb_column_count")]
    private static partial ulong ColumnCount(nint result);

    [LibraryImport("duckdb", EntryPoint = "duckdb_value_varchar")]
    private static partial nint ValueVarchar(nint result, ulong column, ulong row);

    [LibraryImport("duckdb", EntryPoint = "duckdb_free")]
    private static partial void Free(nint text);

    [LibraryImport("duckdb", EntryPoint = "duckdb_destroy_result")]
    private static partial void DestroyResult(nint result);

    [LibraryImport("duckdb", EntryPoint = "duckdb_disconnect")]
    private static partial void Disconnect(ref nint connection);

    [LibraryImport("duckdb", EntryPoint = "duckdb_close")]
    private static partial void Close(ref nint database);
}
