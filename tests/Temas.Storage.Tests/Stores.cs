using System.Text;
using Dapper;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>A store that contract tests run on. Each test gets an empty one.</summary>
public abstract class StoreFixture : IAsyncLifetime
{
    private readonly List<WorkspaceRegistry> opened = [];

    public string Folder { get; } = Directory.CreateTempSubdirectory("temas-").FullName;

    public abstract StoreOptions Options { get; }

    public async Task<WorkspaceRegistry> OpenAsync(params IWorkspaceModule[] modules)
    {
        var registry = new WorkspaceRegistry(Options, modules, TimeProvider.System, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        opened.Add(registry);
        return registry;
    }

    public virtual Task InitializeAsync() => Task.CompletedTask;

    public virtual async Task DisposeAsync()
    {
        foreach (var registry in opened) await registry.CloseAsync();
        Directory.Delete(Folder, recursive: true);
    }
}

public sealed class SqliteStore : StoreFixture
{
    public override StoreOptions Options => new() { Data = Folder };
}

public sealed class PostgresStore : StoreFixture
{
    private readonly string prefix = "t" + Guid.NewGuid().ToString("N")[..12];

    /// <summary>Set by ./test, which starts a server for it; the tests that need it are skipped without.</summary>
    public static string? Address => Environment.GetEnvironmentVariable("TEMAS_TEST_POSTGRES");

    public override Task InitializeAsync()
    {
        Skip.If(Address is null, "TEMAS_TEST_POSTGRES is not set; ./test starts a PostgreSQL and sets it.");
        return Task.CompletedTask;
    }

    public override StoreOptions Options => new() { Data = Folder, Store = Address!, SchemaPrefix = prefix };

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        if (Address is null) return;
        await using var connection = new NpgsqlConnection(Postgres.PostgresDatabase.Parse(Address!).Value.ConnectionString);
        foreach (var schema in await connection.QueryAsync<string>("select nspname from pg_namespace where nspname like @like", new { like = prefix + "%" }))
            await connection.ExecuteAsync($"drop schema \"{schema}\" cascade");
    }
}

internal static class Sample
{
    public static long Now { get; } = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public static byte[] Track(string messageId, string user = "u1", string name = "Order Completed") =>
        Encoding.UTF8.GetBytes($$"""{"type":"track","event":"{{name}}","messageId":"{{messageId}}","userId":"{{user}}","properties":{"total":12.5} }""");

    public static EventBatch Batch(int source, params byte[][] events)
    {
        var batch = new EventBatch(source, Sample.Now);
        foreach (var json in events)
        {
            EventScanner.TryScan(json, out var fields, out var fault).ShouldBeTrue(fault);
            batch.Add(json, in fields, EventBatch.HashOf(source, Encoding.UTF8.GetBytes(fields.MessageId.ToText(json)!)), Sample.Now - 1000, EventFlags.None);
        }

        return batch;
    }
}
