using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using Temas.Server.Cli;

namespace Temas.Server.Tests.CrashTests;

/// <summary>kill -9 at random moments under load: nothing that was acknowledged is lost, nothing is there twice, and what is derived equals a rebuild.</summary>
public sealed class KillTests
{
    // Two servers side by side, each with a data folder of its own: a start waits more than it works.
    [Fact]
    public Task Server_KilledAHundredTimesUnderLoad_LosesNothingAndDoublesNothing() =>
        Task.WhenAll(new[] { 20_260_101, 20_260_202 }.Select(seed => Task.Run(async () =>
        {
            using var one = new KilledServer(seed, kills: 50);
            await one.RunAsync();
        })));
}

/// <summary>A server that is killed so many times under load, and then held against what it has acknowledged.</summary>
internal sealed class KilledServer(int seed, int kills) : IDisposable
{
    private const int Clients = 4;

    private readonly string folder = Directory.CreateTempSubdirectory("temas-kill-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    public async Task RunAsync()
    {
        var random = new Random(seed);
        var port = ServerProcess.FreePort();
        var key = (await CommandAsync("source", "create", "load")).Trim();
        var token = (await CommandAsync("token", "create", "--role", "owner")).Trim();

        var clients = Enumerable.Range(0, Clients).Select(i => new LoadClient(i, port, key, seed + i)).ToList();
        using var stop = new CancellationTokenSource();
        var load = clients.Select(c => Task.Run(() => c.RunAsync(stop.Token))).ToList();
        var killed = 0;
        for (var round = 0; killed < kills; round++)
        {
            await using var server = ServerProcess.Start(folder, port);
            if (round % 8 == 3)
            {
                // While it starts: it replays, or has just begun to listen.
                await Task.WhenAny(server.Ready, Task.Delay(random.Next(200, 900)));
            }
            else
            {
                (await server.Ready).ShouldBeTrue(server.Output);
                // Mostly in the midst of the load, however slow the machine is just now; else at some moment of the first requests.
                if (round % 4 != 0) await LoadAsync(clients, random.Next(1, 30));
                await Task.Delay(random.Next(0, 60));
                if (round % 8 == 6)
                {
                    // While it ends: it writes its snapshots.
                    server.Terminate();
                    await Task.WhenAny(server.WaitAsync(), Task.Delay(random.Next(0, 200)));
                    if (server.HasExited) continue;
                }
            }

            server.HasExited.ShouldBeFalse(server.Output);
            await server.KillAsync();
            killed++;
        }

        await using (var last = ServerProcess.Start(folder, port))
        {
            (await last.Ready).ShouldBeTrue(last.Output);
            await stop.CancelAsync();
            await Task.WhenAll(load);
            foreach (var client in clients) client.Faults.ShouldBeEmpty();
            await CheckReceiptsAsync(clients, port, token);
            last.Terminate();
            await last.WaitAsync();
            last.ExitCode.ShouldBe(0, last.Output);
        }

        var acknowledged = clients.SelectMany(c => c.Acknowledged).ToHashSet(StringComparer.Ordinal);
        acknowledged.Count.ShouldBeGreaterThan(500, "the load must be a load");
        clients.Sum(c => c.Retries).ShouldBeGreaterThan(0, "kills must have hit requests");
        CheckLog(await CommandAsync("export", "--events", "--envelope"), acknowledged, clients.SelectMany(c => c.Sent).ToHashSet(StringComparer.Ordinal));
        var source = JsonDocument.Parse(await CommandAsync("source", "list", "--json")).RootElement.GetProperty("sources")[0];
        source.GetProperty("accepted").GetInt32().ShouldBe(acknowledged.Count, "the counters are part of the commit");

        // What snapshots and replays have led to is what the log alone gives.
        var before = await AnswersAsync(port, token);
        var rebuilt = JsonDocument.Parse(await CommandAsync("rebuild", "--json")).RootElement;
        rebuilt.GetProperty("same").GetBoolean().ShouldBeTrue();
        rebuilt.GetProperty("records").GetInt32().ShouldBe(acknowledged.Count);
        (await AnswersAsync(port, token)).ShouldBe(before);
        foreach (var client in clients) client.Dispose();
    }

    private static async Task LoadAsync(List<LoadClient> clients, int batches)
    {
        var until = clients.Sum(c => c.Batches) + batches;
        for (var waits = 0; waits < 1_000 && clients.Sum(c => c.Batches) < until; waits++) await Task.Delay(5);
    }

    private static void CheckLog(string lines, HashSet<string> acknowledged, HashSet<string> sent)
    {
        var stored = new HashSet<string>(StringComparer.Ordinal);
        long position = 0;
        foreach (var line in lines.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            var record = JsonDocument.Parse(line).RootElement;
            record.GetProperty("position").GetInt64().ShouldBe(++position);
            var id = record.GetProperty("event").GetProperty("messageId").GetString()!;
            stored.Add(id).ShouldBeTrue($"{id} is there twice");
        }

        acknowledged.Except(stored).ShouldBeEmpty();
        stored.Except(sent).ShouldBeEmpty();
    }

    private static async Task CheckReceiptsAsync(List<LoadClient> clients, int port, string token)
    {
        using var http = Client(port, token);
        foreach (var client in clients)
        {
            var step = Math.Max(1, client.Acknowledged.Count / 25);
            for (var i = 0; i < client.Acknowledged.Count; i += step)
            {
                var receipt = JsonDocument.Parse(await http.GetStringAsync($"/api/receipts/{client.Acknowledged[i]}")).RootElement;
                receipt.GetProperty("status").GetString().ShouldBe("stored");
                receipt.GetProperty("position").GetInt64().ShouldBeGreaterThan(0);
            }
        }
    }

    /// <summary>What the API tells of every customer: profile at one moment, timeline, ledger.</summary>
    private async Task<Dictionary<string, string>> AnswersAsync(int port, string token)
    {
        await using var server = ServerProcess.Start(folder, port);
        (await server.Ready).ShouldBeTrue(server.Output);
        using var http = Client(port, token);
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var user = 0; user < 400; user += 5)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"user_id:u{user}");
            foreach (var path in (string[])[$"/api/customers/{name}?asOf=2030-01-01T00:00:00Z", $"/api/customers/{name}/timeline?limit=200", $"/api/customers/{name}/ledger"])
            {
                using var answer = await http.GetAsync(path);
                // A refusal carries the number of its trace, which is another one each time.
                answers[path] = answer.IsSuccessStatusCode ? $"200 {await answer.Content.ReadAsStringAsync()}" : $"{(int)answer.StatusCode}";
            }
        }

        answers.Values.Count(a => a.StartsWith("200", StringComparison.Ordinal)).ShouldBeGreaterThan(answers.Count / 2);
        return answers;
    }

    private static HttpClient Client(int port, string token)
    {
        var http = new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}")) };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return http;
    }

    private async Task<string> CommandAsync(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var io = new CliIo { Out = output, Error = error, In = TextReader.Null, Environment = new Dictionary<string, string> { ["TEMAS_DATA"] = folder }, WorkingFolder = folder };
        (await CommandLine.RunAsync(args, io)).ShouldBe(0, error.ToString());
        return output.ToString();
    }
}
