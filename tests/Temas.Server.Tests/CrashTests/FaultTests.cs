using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Server.Tests.CrashTests;

/// <summary>What goes wrong around a server that runs on: a clear error, and no loss.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-fault-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Database_LockedByAnother_AnswersUnavailableAndStoresTheRetry()
    {
        await using var server = await TemasServer.StartAsync(folder);
        using var sender = await SenderAsync(server);
        (await SendAsync(sender, "before")).ShouldBe((HttpStatusCode.OK, null));
        await using (var other = new SqliteConnection($"Data Source={Path.Combine(folder, "workspaces", "main", "workspace.db")};Pooling=false"))
        {
            await other.OpenAsync();
            await using (var begin = other.CreateCommand())
            {
                begin.CommandText = "begin immediate";
                await begin.ExecuteNonQueryAsync();
            }

            (await SendAsync(sender, "during")).ShouldBe((HttpStatusCode.ServiceUnavailable, "store_locked"));
        }

        (await SendAsync(sender, "during")).ShouldBe((HttpStatusCode.OK, null));
        (await SendAsync(sender, "during")).ShouldBe((HttpStatusCode.OK, null));
        Stored(server).ShouldBe(["before", "during"]);
    }

    [SkippableFact]
    public async Task Disk_Full_AnswersUnavailableAndGoesOnWhenThereIsRoom()
    {
        await using var disk = await SmallDisk.MountAsync(Path.Combine(folder, "disk"), megabytes: 12);
        var data = Path.Combine(disk.Path, "data");
        Directory.CreateDirectory(data);
        var acknowledged = new List<string>();
        await using (var server = await TemasServer.StartAsync(data))
        {
            using var sender = await SenderAsync(server);
            var ballast = Path.Combine(disk.Path, "ballast");
            await Fill(ballast);
            string? code = null;
            for (var i = 0; i < 2_000 && code is null; i++)
            {
                var id = string.Create(CultureInfo.InvariantCulture, $"m{i}");
                var (status, problem) = await SendAsync(sender, id, padding: 8_000);
                if (status == HttpStatusCode.OK) acknowledged.Add(id);
                else code = status == HttpStatusCode.ServiceUnavailable ? problem : $"{status}";
            }

            code.ShouldBe("disk_full");
            (await SendAsync(sender, "still", padding: 8_000)).Status.ShouldBe(HttpStatusCode.ServiceUnavailable);
            Stored(server).ShouldBe(acknowledged);

            File.Delete(ballast);
            (await SendAsync(sender, "after")).ShouldBe((HttpStatusCode.OK, null));
            acknowledged.Add("after");
            Stored(server).ShouldBe(acknowledged);
        }

        await using var again = await TemasServer.StartAsync(data);
        Stored(again).ShouldBe(acknowledged);
    }

    [Fact]
    public async Task Clock_JumpingBothWays_LosesNothingAndKeepsOrder()
    {
        var clock = new SteppedClock();
        var sent = new List<string>();
        string digest;
        await using (var server = await TemasServer.StartAsync(folder, configure: b => b.Services.AddSingleton<TimeProvider>(clock)))
        {
            using var sender = await SenderAsync(server);
            foreach (var jump in (TimeSpan[])[TimeSpan.Zero, TimeSpan.FromDays(-30), TimeSpan.FromDays(400), TimeSpan.FromHours(-5), TimeSpan.FromDays(-3_000), TimeSpan.FromDays(2_640)])
            {
                clock.Step(jump);
                for (var i = 0; i < 3; i++)
                {
                    sent.Add(string.Create(CultureInfo.InvariantCulture, $"m{sent.Count}"));
                    (await SendAsync(sender, sent[^1])).ShouldBe((HttpStatusCode.OK, null), $"after a jump of {jump}");
                }

                (await SendAsync(sender, sent[0])).ShouldBe((HttpStatusCode.OK, null), "a duplicate stays one");
            }

            Stored(server).ShouldBe(sent);
            digest = Digest(server);
            await server.Main.Log.RebuildAsync(null, null, CancellationToken.None);
            Digest(server).ShouldBe(digest);
        }

        await using var again = await TemasServer.StartAsync(folder);
        Stored(again).ShouldBe(sent);
        Digest(again).ShouldBe(digest);
    }

    [Theory]
    [InlineData("flipped")]
    [InlineData("cut")]
    [InlineData("emptied")]
    [InlineData("removed")]
    public async Task Snapshots_Damaged_AreToldAndRebuiltFromTheLog(string how)
    {
        var sent = Enumerable.Range(0, 300).Select(i => string.Create(CultureInfo.InvariantCulture, $"m{i}")).ToList();
        string digest;
        await using (var server = await TemasServer.StartAsync(folder))
        {
            using var sender = await SenderAsync(server);
            foreach (var id in sent) (await SendAsync(sender, id, user: $"u{id.Length}-{id[^1]}")).Status.ShouldBe(HttpStatusCode.OK);
            digest = Digest(server);
        }

        var snapshots = Directory.EnumerateFiles(Path.Combine(folder, "workspaces", "main"), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".snapshot" or ".timeline" or ".manifest").ToList();
        snapshots.Count.ShouldBeGreaterThan(2, "a server that ends in order writes snapshots");
        foreach (var snapshot in snapshots) Damage(snapshot, how);

        await using var again = await TemasServer.StartAsync(folder);
        Stored(again).ShouldBe(sent);
        Digest(again).ShouldBe(digest);
        if (how is "flipped" or "cut") again.Log.Lines.ShouldContain(l => l.Contains("rebuilt", StringComparison.Ordinal));
        using var retry = await SenderAsync(again, "second");
        (await SendAsync(retry, "new")).Status.ShouldBe(HttpStatusCode.OK);
        Stored(again).Count.ShouldBe(sent.Count + 1);
    }

    private static void Damage(string file, string how)
    {
        switch (how)
        {
            case "flipped":
                var bytes = File.ReadAllBytes(file);
                for (var i = bytes.Length / 3; i < bytes.Length; i += 97) bytes[i] ^= 0x5A;
                File.WriteAllBytes(file, bytes);
                break;
            case "cut":
                using (var cut = new FileStream(file, FileMode.Open)) cut.SetLength(cut.Length / 2);
                break;
            case "emptied":
                using (var emptied = new FileStream(file, FileMode.Open)) emptied.SetLength(0);
                break;
            default:
                File.Delete(file);
                break;
        }
    }

    private static string Digest(TemasServer server) =>
        string.Join(' ', server.Main.Projections.OfType<IStateDigest>().Select(p => p.Digest(CancellationToken.None)));

    private static List<string> Stored(TemasServer server) =>
        [.. server.Main.Log.ReadFrom(1).Select(e => JsonDocument.Parse(e.Json).RootElement.GetProperty("messageId").GetString()!)];

    private static async Task<HttpClient> SenderAsync(TemasServer server, string name = "first")
    {
        var source = await server.Services.GetRequiredService<CreateSource>().HandleAsync(server.Main, new CreateSourceRequest(name), Actor.System);
        var client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(source.Value.WriteKey + ":")));
        return client;
    }

    private static async Task<(HttpStatusCode Status, string? Code)> SendAsync(HttpClient client, string id, int padding = 0, string user = "u1")
    {
        var body = $$"""{"messageId":"{{id}}","type":"track","event":"Seen","userId":"{{user}}","properties":{"text":"{{new string('x', padding)}}"} }""";
        using var answer = await client.PostAsync("/v1/track", new StringContent(body, Encoding.UTF8, "application/json"));
        if (answer.StatusCode == HttpStatusCode.OK) return (answer.StatusCode, null);
        answer.Headers.RetryAfter.ShouldNotBeNull();
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("code").GetString());
    }

    private static async Task Fill(string ballast)
    {
        await using var file = File.Create(ballast);
        var block = new byte[64 * 1024];
        try
        {
            while (true)
            {
                await file.WriteAsync(block);
                await file.FlushAsync();
                if (new DriveInfo(Path.GetDirectoryName(ballast)!).AvailableFreeSpace < 1_000_000) return;
            }
        }
        catch (IOException)
        {
            // Full is full.
        }
    }

    /// <summary>A disk of a few megabytes; needs the right to mount, which ./test has as root.</summary>
    private sealed class SmallDisk(string path) : IAsyncDisposable
    {
        public string Path { get; } = path;

        public static async Task<SmallDisk> MountAsync(string path, int megabytes)
        {
            Directory.CreateDirectory(path);
            var mounted = await RunAsync("mount", "-t", "tmpfs", "-o", string.Create(CultureInfo.InvariantCulture, $"size={megabytes}m"), "tmpfs", path);
            Skip.IfNot(mounted, "A small disk cannot be mounted here: it needs root and the right to mount.");
            return new SmallDisk(path);
        }

        public async ValueTask DisposeAsync()
        {
            // Lazily: a pool may still hold a file of it.
            await RunAsync("umount", "-l", Path);
        }

        private static async Task<bool> RunAsync(string program, params string[] args)
        {
            using var process = Process.Start(new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            await process.WaitForExitAsync();
            return process.ExitCode == 0;
        }
    }
}
