using Dapper;
using Npgsql;
using Temas.Server.Backup;
using Temas.Storage.Postgres;

namespace Temas.Server.Tests.Cli;

/// <summary>Backup while it runs, and the way back; on each store.</summary>
public abstract class BackupContract
{
    private protected abstract CliFixture Installation();

    [SkippableTheory]
    [InlineData("saved")]
    [InlineData("saved.tar.gz")]
    public async Task Backup_OfARunningServer_IsRestoredAsItWas(string name)
    {
        await using var cli = Installation();
        await cli.ServeAsync();
        await FillAsync(cli, 200);
        await cli.DoAsync("workspace", "create", "second");
        await cli.DoAsync("source", "create", "web", "-w", "second");
        await cli.DoAsync("user", "create", "a@example.com", "--role", "owner");
        var events = (await cli.DoAsync("export", "--events", "--envelope")).Out;
        var state = (await cli.DoAsync("rebuild", "--json")).Json.GetProperty("digests").ToString();
        await cli.DoAsync("backup", name);
        (await cli.RunAsync("backup", name)).Code.ShouldBe(5, "nothing is overwritten");
        await cli.StopAsync();

        await using var other = Installation();
        var restored = (await other.DoAsync("restore", Path.Combine(cli.Folder, name), "--json")).Json;
        restored.GetProperty("workspaces").EnumerateArray().Select(w => (w.GetProperty("key").GetString(), w.GetProperty("events").GetInt64())).ShouldBe([("main", 200), ("second", 0)]);
        (await other.DoAsync("export", "--events", "--envelope")).Out.ShouldBe(events);
        (await other.DoAsync("rebuild", "--json")).Json.GetProperty("digests").ToString().ShouldBe(state);
        (await other.DoAsync("source", "list", "-w", "second", "--json")).Out.ShouldBe((await cli.DoAsync("source", "list", "-w", "second", "--json")).Out);
        (await other.DoAsync("user", "list", "--json")).Out.ShouldBe((await cli.DoAsync("user", "list", "--json")).Out);
        // What is counted by itself goes on counting: the next source has a number of its own.
        await other.DoAsync("source", "create", "more", "-w", "second");
        (await other.DoAsync("source", "list", "-w", "second", "--json")).Json.GetProperty("sources").EnumerateArray().Select(s => s.GetProperty("id").GetInt32()).ShouldBeUnique();
        (await other.RunAsync("restore", Path.Combine(cli.Folder, name))).Code.ShouldBe(5, "it is not empty any more");
        (await other.DoAsync("restore", Path.Combine(cli.Folder, name), "--force")).Out.ShouldContain("Restored main: 200 records");
        (await other.DoAsync("source", "list", "-w", "second", "--json")).Json.GetProperty("sources").GetArrayLength().ShouldBe(1);
    }

    private protected static async Task FillAsync(CliFixture cli, int events)
    {
        var file = Path.Combine(cli.Folder, "history.jsonl");
        await File.WriteAllLinesAsync(file, Enumerable.Range(0, events).Select(i =>
            $$"""{"messageId":"m{{i}}","type":"identify","userId":"u{{i % 40}}","anonymousId":"a{{i % 60}}","timestamp":"2024-01-01T10:00:00Z","traits":{"name":"Ad {{i}}"} }"""));
        await cli.DoAsync("import", file);
    }
}

public sealed class SqliteBackupTests : BackupContract
{
    private protected override CliFixture Installation() => new();

    [Fact]
    public async Task Restore_DamagedBackup_IsRefusedAndTouchesNothing()
    {
        await using var cli = new CliFixture();
        await FillAsync(cli, 50);
        var good = Path.Combine(cli.Folder, "good");
        await cli.DoAsync("backup", good);
        var events = (await cli.DoAsync("export", "--events")).Out;

        foreach (var (name, damage) in ((string, Action<string>)[])
        [
            ("flipped", f => Flip(Path.Combine(f, "workspaces", "main.db"))),
            ("missing", f => File.Delete(Path.Combine(f, "system.db"))),
            ("cut", f => Cut(Path.Combine(f, "workspaces", "main.db"))),
            ("unlisted", f => File.WriteAllText(Path.Combine(f, BackupManifest.FileName), """{"format":1,"release":"0","createdAt":"2024-01-01T00:00:00Z","store":"sqlite","workspaces":[],"files":[]}""")),
            ("no manifest", f => File.Delete(Path.Combine(f, BackupManifest.FileName))),
            ("broken manifest", f => File.WriteAllText(Path.Combine(f, BackupManifest.FileName), "{")),
        ])
        {
            var copy = Copy(good, Path.Combine(cli.Folder, name));
            damage(copy);
            var result = await cli.RunAsync("restore", copy, "--force");
            result.Code.ShouldBe(2, $"{name}: {result.Error}");
            result.Error.TrimEnd('\n').ShouldNotContainLineBreak();
        }

        var newer = Copy(good, Path.Combine(cli.Folder, "newer"));
        var manifest = Path.Combine(newer, BackupManifest.FileName);
        await File.WriteAllTextAsync(manifest, (await File.ReadAllTextAsync(manifest)).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal));
        (await cli.RunAsync("restore", newer, "--force")).Code.ShouldBe(5);
        var garbage = Path.Combine(cli.Folder, "garbage.tar.gz");
        await File.WriteAllTextAsync(garbage, "this is no archive");
        (await cli.RunAsync("restore", garbage, "--force")).Code.ShouldBe(2);
        (await cli.DoAsync("export", "--events")).Out.ShouldBe(events);
        Directory.Exists(Path.Combine(cli.Data, "restoring")).ShouldBeFalse();
    }

    [Fact]
    public async Task Restore_WithForce_KeepsWhatWasThere()
    {
        await using var cli = new CliFixture();
        await FillAsync(cli, 20);
        await cli.DoAsync("backup", "one");
        await FillAsync(cli, 30);
        var replaced = (await cli.DoAsync("restore", "one", "--force", "--json")).Json.GetProperty("replaced").GetString()!;
        (await cli.DoAsync("export", "--events")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(20);
        (await cli.DoAsync("export", "--events", "--data", replaced)).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(30);
    }

    [Fact]
    public async Task Backup_UnderLoad_IsOneMomentOfTheLog()
    {
        await using var cli = new CliFixture();
        await cli.ServeAsync();
        await FillAsync(cli, 100);
        var importing = Task.Run(async () =>
        {
            for (var i = 2; i <= 12; i++) await FillAsync(cli, 100 * i);
        });
        for (var i = 0; i < 3; i++) await cli.DoAsync("backup", $"b{i}");
        await importing;
        for (var i = 0; i < 3; i++)
        {
            await using var other = new CliFixture();
            await other.DoAsync("restore", Path.Combine(cli.Folder, $"b{i}"));
        }
    }

    private static string Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }

        return to;
    }

    private static void Flip(string file)
    {
        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private static void Cut(string file)
    {
        using var stream = new FileStream(file, FileMode.Open);
        stream.SetLength(stream.Length - 1);
    }
}

/// <summary>The same on the PostgreSQL that <c>TEMAS_TEST_POSTGRES</c> names, in schemas of its own.</summary>
public sealed class PostgresBackupTests : BackupContract, IAsyncLifetime
{
    private readonly List<string> prefixes = [];

    private static string? Address => Environment.GetEnvironmentVariable("TEMAS_TEST_POSTGRES");

    private protected override CliFixture Installation()
    {
        Skip.If(Address is null, "TEMAS_TEST_POSTGRES is not set; ./test starts a PostgreSQL and sets it.");
        var cli = new CliFixture();
        prefixes.Add("b" + Guid.NewGuid().ToString("N")[..12]);
        cli.Environment["TEMAS_STORE"] = Address!;
        cli.Environment["TEMAS_SCHEMA_PREFIX"] = prefixes[^1];
        return cli;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (prefixes.Count == 0) return;
        await using var connection = new NpgsqlConnection(PostgresDatabase.Parse(Address!).Value.ConnectionString);
        foreach (var prefix in prefixes)
        {
            foreach (var schema in await connection.QueryAsync<string>("select nspname from pg_namespace where nspname like @like", new { like = prefix + "%" }))
                await connection.ExecuteAsync($"drop schema \"{schema}\" cascade");
        }
    }
}
