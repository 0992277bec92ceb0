using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Temas.Bench.Dashboards;

/// <summary>
/// What boards, the map of a journey and the detectors cost on a server that holds very many events of the demo company, over HTTP, quiet and while events come in. One JSON line per measurement.
/// </summary>
internal sealed class BoardBench(BoardOptions options, string data, string writeKey, string token)
{
    private const string Workspace = "veranda", Demo = "demo", Live = "bench-live", Marker = "Bench Marker";

    // Of the ready-made boards the first: 14 tiles at least, of which those are shown that have something to say.
    private const string Board = "executive";

    // So many seconds it is waited at most until the server has done what there was to do.
    private const int MostQuiet = 120;

    private static readonly string[] Journeys = ["online-purchase", "store-purchase"];

    private readonly BoardOptions o = options;
    private readonly string key = writeKey;
    private readonly string run = Guid.NewGuid().ToString("N")[..8];
    private Process temas = null!;
    private int payloads, definitions;

    public static async Task<int> RunAsync(BoardOptions o)
    {
        var root = o.Data.Length > 0 ? o.Data : Directory.CreateTempSubdirectory("temas-bench-").FullName;
        var data = Path.Combine(root, "temas");
        try
        {
            Directory.CreateDirectory(data);
            if (!Directory.Exists(Path.Combine(data, "workspaces", Workspace)))
            {
                var watch = Stopwatch.StartNew();
                // It ends with yesterday, so that nothing comes of itself.
                var until = TimeProvider.System.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
                var loaded = await Process.OutputAsync(["dotnet", o.Server, Demo, "--customers", Text(o.DemoCustomers), "--days", Text(o.Days), "--until", until, "--data", data]);
                Console.Error.WriteLine(loaded);
                Tell("loaded", new { demo_customers = o.DemoCustomers, days = o.Days, seconds = Round(watch.Elapsed.TotalSeconds) });
            }

            var key = await Process.OutputAsync(["dotnet", o.Server, "source", "create", $"bench {Guid.NewGuid():N}", "--workspace", Workspace, "--data", data]);
            var token = await Process.OutputAsync(["dotnet", o.Server, "token", "create", "--role", "owner", "--workspace", Workspace, "--data", data]);
            await new BoardBench(o, data, key, token).MeasureAsync();
        }
        finally
        {
            if (o.Data.Length == 0) Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    private async Task MeasureAsync()
    {
        // The first start reads everything in; a later one finds the columns on disk.
        await AfterStartAsync(File.Exists(Path.Combine(data, "workspaces", Workspace, "columns.snapshot")) ? "start" : "first start after loading");
        try
        {
            if (o.Pages)
            {
                await PagesAsync("quiet");
                using (new Ingest(this, o.Rate)) await PagesAsync($"{o.Rate} events a second");
            }

            if (o.Looks) await LooksAsync();
            if (o.Rounds > 0) await LiveAsync();
            Tell("memory", new { resident_mb = temas.ResidentMegabytes, peak_mb = temas.PeakMegabytes, events = await EventsAsync() });
        }
        finally
        {
            temas.Dispose();
        }
    }

    /// <summary>A start, up to the moment at which each tile says something.</summary>
    private async Task AfterStartAsync(string name)
    {
        var watch = Stopwatch.StartNew();
        temas = await Process.StartAsync(["dotnet", o.Server, "serve", "--urls", "{url}", "--data", data, "--log", "warning"]);
        var answers = watch.Elapsed;
        // An address of its own for each start.
        using var own = Client();
        var reader = new BoardReader(own);
        var first = await reader.OpenAsync(Workspace, Board);
        var (opened, tries) = (first, 1);
        while (opened.Loading > 0)
        {
            await Task.Delay(250);
            opened = await reader.OpenAsync(Workspace, Board);
            tries++;
        }

        Tell(name, new { listens_after_seconds = Round(answers.TotalSeconds), first_page_ms = Round(first.Page), first_tiles_ms = Round(first.All), tiles_that_wait = first.Loading, everything_after_seconds = Round(watch.Elapsed.TotalSeconds), tries, resident_mb = temas.ResidentMegabytes, events = await EventsAsync() });
    }

    /// <summary>The board and the map of each journey: cold after everything that was answered is forgotten, and warm.</summary>
    private async Task PagesAsync(string beside)
    {
        using var own = Client();
        var reader = new BoardReader(own);
        await QuietAsync(beside == "quiet" ? MostQuiet : 0);
        // What the compiler has to do for the first is not what is asked for.
        for (var i = 0; i < 3; i++) await ColdAsync(() => reader.OpenAsync(Workspace, Board));
        var (cold, warm) = (new List<BoardReader.Opened>(), new List<BoardReader.Opened>());
        for (var i = 0; i < o.Runs; i++)
        {
            cold.Add(await ColdAsync(() => reader.OpenAsync(Workspace, Board)));
            for (var j = 0; j < 3; j++)
            {
                await Task.Delay(100);
                warm.Add(await reader.OpenAsync(Workspace, Board));
            }
        }

        foreach (var (name, all) in new[] { ("cold", cold), ("warm", warm) })
            Tell($"board {name}", new { beside, tiles = all[^1].Tiles, page_p50_ms = At(all.Select(a => a.Page), 0.5), page_p95_ms = At(all.Select(a => a.Page), 0.95), all_p50_ms = At(all.Select(a => a.All), 0.5), all_p95_ms = At(all.Select(a => a.All), 0.95), late = Math.Round(all.Average(a => a.Late), 1), loading = all.Sum(a => a.Loading) });
        foreach (var journey in Journeys)
        {
            var path = $"/w/{Workspace}/journeys/of/{journey}";
            async Task<double> Open()
            {
                var begun = Stopwatch.GetTimestamp();
                _ = await own.GetStringAsync(path);
                return Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            }

            var (first, again) = (new List<double>(), new List<double>());
            _ = await ColdAsync(Open);
            for (var i = 0; i < o.Runs; i++)
            {
                first.Add(await ColdAsync(Open));
                again.Add(await Open());
            }

            Tell("map of a journey", new { beside, journey, cold_p50_ms = At(first, 0.5), cold_p95_ms = At(first, 0.95), warm_p50_ms = At(again, 0.5), warm_p95_ms = At(again, 0.95) });
        }
    }

    // A definition that changed: no answer of before is believed any more.
    private async Task<T> ColdAsync<T>(Func<Task<T>> open)
    {
        await DefineAsync("exploration", "bench-cold", $$$"""{"owner":"bench","label":{"tr":"Ölçüm {{{definitions++}}}","en":"Bench {{{definitions}}}"},"question":{"kind":"trend","last":"7d","unit":"day","measures":[{"name":"n","event":"track:Order Completed"}]}}""");
        return await open();
    }

    /// <summary>
    /// A board of twelve live tiles while events come in: from the acknowledged event to the tile that tells it, and what it costs. Rounds with a viewer and rounds without take turns, for the server becomes slower or quicker by itself.
    /// Those without begin when nobody has asked for more than a minute: then the columns do not hurry, either.
    /// </summary>
    private async Task LiveAsync()
    {
        await DefineAsync("dashboard", Live, LiveBoard.Json);
        int[] rates = [o.LiveRate, o.Rate];
        var lives = rates.ToDictionary(r => r, _ => new Lived());
        for (var round = 0; round < o.Rounds; round++)
        {
            foreach (var rate in rates) await WithAsync(rate, lives[rate]);
            await Task.Delay(TimeSpan.FromSeconds(65));
            foreach (var rate in rates) await WithoutAsync(rate, lives[rate]);
        }

        foreach (var rate in rates)
        {
            var (of, times) = (lives[rate], lives[rate].Times);
            Tell("live board of 12 tiles", new
            {
                event_to_tile_p50_ms = times.Count > 0 ? At(times, 0.5) : -1,
                event_to_tile_p95_ms = times.Count > 0 ? At(times, 0.95) : -1,
                markers = times.Count,
                missed = of.Missed,
                tiles_fetched_a_second = Round(of.Fetched / of.Seconds),
                // Of those that what streams in touches: the one that is told most seldom.
                slowest_tile_every_ms = Math.Round(of.Seconds * 1000 / Math.Max(1, LiveBoard.Streaming.Min(t => of.Told.GetValueOrDefault(t)))),
                told_a_second = Round(of.Told.Values.Sum() / of.Seconds),
                untouched_tiles = LiveBoard.Untouched.Count,
                untouched_told = LiveBoard.Untouched.Sum(t => of.Told.GetValueOrDefault(t)),
                events_per_second = Math.Round(of.Rates.Average()),
                rounds = o.Rounds,
                cores_with = of.With.Select(Cores),
                cores_without = of.Without.Select(Cores),
                cores_of_the_board = Cores(of.With.Average() - of.Without.Average()),
            });
        }
    }

    private async Task WithAsync(int rate, Lived of)
    {
        await QuietAsync(MostQuiet);
        using var ingest = new Ingest(this, rate);
        using var own = Client();
        await MarkAsync(own);
        await Task.Delay(3000);
        await using var viewer = new BoardViewer(own, $"/w/{Workspace}/dashboards/of/{Live}", LiveBoard.Marker);
        await Task.Delay(4000);
        var (cpu, began, fetched, told, some) = (temas.Cpu, Stopwatch.GetTimestamp(), viewer.Fetched, viewer.Told.ToDictionary(t => t.Key, t => t.Value), 0);
        for (; Stopwatch.GetElapsedTime(began).TotalSeconds < o.Seconds || some < 5; some++)
        {
            var before = viewer.Shown;
            await MarkAsync(own);
            var acknowledged = Stopwatch.GetTimestamp();
            while (viewer.Shown <= before && Stopwatch.GetElapsedTime(acknowledged).TotalSeconds < 10) await Task.Delay(5);
            if (viewer.Shown > before) of.Times.Add(Stopwatch.GetElapsedTime(acknowledged).TotalMilliseconds);
            else of.Missed++;
            await Task.Delay(137);
        }

        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        of.With.Add((temas.Cpu - cpu).TotalSeconds / seconds);
        of.Seconds += seconds;
        of.Fetched += viewer.Fetched - fetched;
        foreach (var (tile, count) in viewer.Told) of.Told[tile] = of.Told.GetValueOrDefault(tile) + count - told.GetValueOrDefault(tile);
        ingest.Dispose();
        of.Rates.Add(ingest.PerSecond);
    }

    private async Task WithoutAsync(int rate, Lived of)
    {
        using var ingest = new Ingest(this, rate);
        await Task.Delay(7000);
        var (before, began) = (temas.Cpu, Stopwatch.GetTimestamp());
        await Task.Delay(TimeSpan.FromSeconds(o.Seconds));
        of.Without.Add((temas.Cpu - before).TotalSeconds / Stopwatch.GetElapsedTime(began).TotalSeconds);
    }

    private async Task LooksAsync()
    {
        using var own = Client();
        foreach (var (name, rate) in new[] { ("all detectors over a year", o.Rate), ("again, right after it", 0) })
        {
            using var ingest = rate > 0 ? new Ingest(this, rate) : null;
            temas.ResetPeak();
            var (before, begun) = (await LookedAtAsync(own), Stopwatch.GetTimestamp());
            using (var asked = await own.PostAsync("/api/findings/look", null)) asked.EnsureSuccessStatusCode();
            while (await LookedAtAsync(own) is var now && now.At == before.At && !now.Failed && Stopwatch.GetElapsedTime(begun).TotalMinutes < 15) await Task.Delay(200);
            var after = await LookedAtAsync(own);
            Tell(name, new { beside = rate, seconds = Round(Stopwatch.GetElapsedTime(begun).TotalSeconds), took_ms = after.Took, tried = after.Tried, failed = after.Failed, peak_mb = temas.PeakMegabytes });
        }
    }

    private static async Task<(string? At, long Took, int Tried, bool Failed)> LookedAtAsync(HttpClient own)
    {
        using var look = JsonDocument.Parse(await own.GetStringAsync("/api/findings/look"));
        var root = look.RootElement;
        string? Text(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        long Number(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : 0;
        return (Text("lookedAt") ?? Text("looked_at"), Math.Max(Number("tookMilliseconds"), Number("took_milliseconds")), (int)Number("tried"), Text("fault") is not null);
    }

    private async Task MarkAsync(HttpClient own)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/track")
        {
            Content = Json($$"""{"event":"{{Marker}}","userId":"bench-marker","messageId":"{{Guid.NewGuid():N}}"}"""),
            Headers = { Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.ASCII.GetBytes(key + ":"))) },
        };
        using var taken = await own.SendAsync(request);
        taken.EnsureSuccessStatusCode();
    }

    private async Task DefineAsync(string kind, string name, string json)
    {
        using var own = Client();
        using var saved = await own.PutAsync($"/api/definitions/{kind}/{name}", Json(json));
        if (!saved.IsSuccessStatusCode) throw new InvalidOperationException(await saved.Content.ReadAsStringAsync());
    }

    private async Task<long> EventsAsync()
    {
        using var own = Client();
        using var counted = await own.PostAsync("/api/query", Json("""{"kind":"trend","last":"3650d","unit":"year","measures":[{"name":"n"}]}"""));
        using var answer = JsonDocument.Parse(await counted.Content.ReadAsStringAsync());
        return answer.RootElement.TryGetProperty("series", out var series) && series[0].TryGetProperty("total", out var total) ? total.GetInt64() : 0;
    }

    // The server has done what there was to do: figures over all customers, pieces made of pieces.
    private async Task QuietAsync(int atMost)
    {
        for (var waited = 0; waited < atMost; waited++)
        {
            var cpu = temas.Cpu;
            await Task.Delay(1000);
            if ((temas.Cpu - cpu).TotalSeconds < 0.1) break;
        }
    }

    private HttpClient Client()
    {
        var own = new HttpClient { BaseAddress = new Uri($"http://{temas.Address}"), Timeout = TimeSpan.FromMinutes(20) };
        own.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        own.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en");
        return own;
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static void Tell(string measure, object figures)
    {
        var line = JsonSerializer.SerializeToNode(figures)!.AsObject();
        line.Insert(0, "measure", measure);
        Console.WriteLine(line.ToJsonString());
    }

    private static double At(IEnumerable<double> times, double share) => times.Order().ToList() is var sorted ? Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * share) - 1)], 1) : 0;

    private static double Cores(double value) => Math.Round(value, 3);

    private static double Round(double value) => Math.Round(value, 1);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>What was seen of the live board at a rate, over all rounds.</summary>
    private sealed class Lived
    {
        public List<double> Times { get; } = [];

        public List<double> With { get; } = [];

        public List<double> Without { get; } = [];

        public List<double> Rates { get; } = [];

        public Dictionary<string, int> Told { get; } = new(StringComparer.Ordinal);

        public double Seconds { get; set; }

        public long Fetched { get; set; }

        public int Missed { get; set; }
    }

    /// <summary>Events that come in at a rate for as long as it is not disposed of.</summary>
    private sealed class Ingest : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Task<Measured> sending;
        private readonly long begun = Stopwatch.GetTimestamp(), before = Load.Accepted;

        public Ingest(BoardBench of, int rate)
        {
            var some = Enumerable.Range(0, 8).Select(i => new Payload(i, of.run + Text(of.payloads++), 100, (int)Math.Min(of.o.Customers, 500_000), "/v1/batch", of.key, "localhost")).ToList();
            var server = of.temas.Address;
            sending = Task.Factory.StartNew(() => Load.Run(server, some, 3600, rate, stop.Token), TaskCreationOptions.LongRunning);
        }

        public double PerSecond { get; private set; }

        public void Dispose()
        {
            if (stop.IsCancellationRequested) return;
            stop.Cancel();
            PerSecond = sending.Result.PerSecond;
        }
    }
}
