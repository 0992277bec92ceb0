using System.Runtime.InteropServices;
using Temas.Storage.ClickHouse;

namespace Temas.Storage.Tests.ClickHouse;

/// <summary>Real ClickHouse in this process: <c>libchdb.so</c> of the npm package chdb, which ./test installs. One for all tests, for there can be no more in a process.</summary>
public sealed partial class Chdb : IDisposable
{
    /// <summary>The tests that share it, one after the other.</summary>
    public const string Only = "ClickHouse";

    private readonly nint handle;
    private readonly nint connection;

    public Chdb()
    {
        if (!File.Exists(Library)) return;
        NpmPackages.Resolve("chdb", Library);

        // Before anything else: its handlers would take the signals by which .NET notices a null reference.
        SetSignalHandlersEnabled(0);
        handle = Connect(1, ["clickhouse"]);
        if (handle == 0) throw new InvalidOperationException($"{Library} could not be started.");
        connection = Marshal.ReadIntPtr(handle);
        foreach (var table in ClickHouseTables.Create) Run(table);

        // Each statement is another, over few rows: to compile its expressions takes longer than to work them out.
        foreach (var setting in (string[])["max_threads = 1", "compile_expressions = 0", "compile_aggregate_expressions = 0", "compile_sort_description = 0"]) Run($"SET {setting}");
    }

    private static string Library => Path.Combine(NpmPackages.Folder, "@chdb", "lib-linux-x64-gnu", "libchdb.so");

    public void SkipIfAbsent() => Skip.If(handle == 0, $"{Library} is not there; ./test installs it on Linux x64 (npm ci --ignore-scripts in tests/Temas.Storage.Tests).");

    public void Run(string sql) => Ask(new ClickHouseStatement(sql, []));

    /// <summary>What ClickHouse answers, in the format that the statement names.</summary>
    public byte[] Ask(ClickHouseStatement statement)
    {
        var answer = QueryWithParams(
            connection, statement.Sql, "JSONCompactEachRow", [.. statement.Parameters.Select(p => p.Name)], [.. statement.Parameters.Select(p => p.Text)], (nuint)statement.Parameters.Count);
        try
        {
            if (ResultError(answer) is var error && error != 0) throw new InvalidOperationException($"{Marshal.PtrToStringUTF8(error)}\n{statement.Sql}\n{string.Join('\n', statement.Parameters)}");
            var bytes = new byte[(int)ResultLength(answer)];
            if (bytes.Length > 0) Marshal.Copy(ResultBuffer(answer), bytes, 0, bytes.Length);
            return bytes;
        }
        finally
        {
            DestroyQueryResult(answer);
        }
    }

    public void Dispose()
    {
        if (handle != 0) CloseConn(handle);
    }

    [LibraryImport("chdb", EntryPoint = "chdb_set_signal_handlers_enabled")]
    private static partial void SetSignalHandlersEnabled(int enabled);

    [LibraryImport("chdb", EntryPoint = "chdb_connect", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Connect(int count, string[] arguments);

    [LibraryImport("chdb", EntryPoint = "chdb_close_conn")]
    private static partial void CloseConn(nint handle);

    [LibraryImport("chdb", EntryPoint = "chdb_query_with_params", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint QueryWithParams(nint connection, string sql, string format, string[] names, string[] values, nuint count);

    [LibraryImport("chdb", EntryPoint = "chdb_result_error")]
    private static partial nint ResultError(nint result);

    [LibraryImport("chdb", EntryPoint = "chdb_result_buffer")]
    private static partial nint ResultBuffer(nint result);

    [LibraryImport("chdb", EntryPoint = "chdb_result_length")]
    private static partial nuint ResultLength(nint result);

    [LibraryImport("chdb", EntryPoint = "chdb_destroy_query_result")]
    private static partial void DestroyQueryResult(nint result);
}

[CollectionDefinition(Chdb.Only)]
public sealed class OneClickHouse : ICollectionFixture<Chdb>;
