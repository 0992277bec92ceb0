using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Temas.Bench;

/// <summary>What questions and live segments cost while events come in, measured on a running server over HTTP. One JSON line per measurement.</summary>
internal static class Live
{
    private static readonly (string Name, string Question)[] Questions =
    [
        ("funnel", """{"kind":"funnel","last":"30d","window":"7d","steps":[{"event":"track:Product Viewed"},{"event":"track:Product Added"},{"event":"track:Order Completed"}]}"""),
        ("segment", """{"kind":"segment","where":{"all":[{"did":{"event":"track:Order Completed","where":{"property":"price","is":"greater","value":50}},"atLeast":2,"within":"90d"},{"did":{"event":"track:Order Delivered"},"atMost":0,"within":"90d"}]}}"""),
        ("trend", """{"kind":"trend","last":"2d","unit":"hour","measures":[{"event":"track:Order Completed","measure":"sum","property":"price"}],"breakdown":"city"}"""),
        ("retention", """{"kind":"retention","last":"30d","unit":"day","start":{"event":"track:Product Viewed"},"return":{"event":"track:Order Completed"}}"""),
    ];

    public static async Task<int> RunAsync(IngestOptions o)
    {
        var root = o.Data.Length > 0 ? o.Data : Directory.CreateTempSubdirectory("temas-bench-").FullName;
        var run = Guid.NewGuid().ToString("N")[..8];
        try
        {
            var data = Path.Combine(root, "temas");
            Directory.CreateDirectory(data);
            var key = await Process.OutputAsync(["dotnet", o.Server, "source", "create", "bench", "--data", data]);
            var token = await Process.OutputAsync(["dotnet", o.Server, "token", "create", "--role", "owner", "--data", data]);
            using var temas = await Process.StartAsync(["dotnet", o.Server, "serve", "--urls", "{url}", "--data", data, "--log", "warning"]);
            using var client = new HttpClient { BaseAddress = new Uri($"http://{temas.Address}"), Timeout = TimeSpan.FromMinutes(5) };
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
            _ = Load.Run(temas.Address, Payloads(o, run + "w", key), 5);
            if (o.Segments > 0) await SegmentsAsync(temas.Address, client, o, run, key);
            await QuestionsAsync(temas, client, o, run, key);
        }
        finally
        {
            if (o.Data.Length == 0) Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    // As many events as the server takes, first without segments of one's own, then with them, then without again: what came meanwhile makes everything a little slower.
    private static async Task SegmentsAsync(IPEndPoint server, HttpClient client, IngestOptions o, string run, string key)
    {
        var first = Load.Run(server, Payloads(o, run + "a", key), o.Seconds);
        for (var i = 0; i < o.Segments; i++)
        {
            using var made = await client.PutAsync($"/api/definitions/segment/bench-{i}", Json($$$"""{"label":{"tr":"Bench {{{i}}}","en":"Bench {{{i}}}"},"where":{{{Segment(i)}}}}"""));
            if (!made.IsSuccessStatusCode) throw new InvalidOperationException(await made.Content.ReadAsStringAsync());
        }

        // All are known of everybody before it counts.
        await Task.Delay(TimeSpan.FromSeconds(10));
        var before = await ChangesAsync(client, 0);
        var with = Load.Run(server, Payloads(o, run + "b", key), o.Seconds);
        var after = Stopwatch.StartNew();
        var (next, told, quiet) = (before.Next, 0L, 0);
        // Nobody is told before everybody who changed was looked at: the first may take a while.
        while (quiet < 6 || (told == 0 && after.Elapsed < TimeSpan.FromMinutes(2)))
        {
            await Task.Delay(500);
            var changes = await ChangesAsync(client, next);
            (next, told, quiet) = (changes.Next, told + changes.Count, changes.Count > 0 ? 0 : quiet + 1);
        }

        var behind = after.Elapsed.TotalSeconds - 3;
        for (var i = 0; i < o.Segments; i++) (await client.DeleteAsync($"/api/definitions/segment/bench-{i}")).EnsureSuccessStatusCode();
        await Task.Delay(TimeSpan.FromSeconds(5));
        var again = Load.Run(server, Payloads(o, run + "c", key), o.Seconds);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            measure = "ingest with live segments",
            segments = o.Segments,
            events_per_second = Math.Round(with.PerSecond),
            without_before = Math.Round(first.PerSecond),
            without_after = Math.Round(again.PerSecond),
            ratio = Math.Round(2 * with.PerSecond / (first.PerSecond + again.PerSecond), 3),
            changes_told = told,
            all_told_after_seconds = Math.Round(Math.Max(0, behind), 1),
            failed = with.Failed + first.Failed + again.Failed,
        }));
    }

    private static async Task QuestionsAsync(Process temas, HttpClient client, IngestOptions o, string run, string key)
    {
        for (long loaded = 0; loaded < o.Preload;)
        {
            loaded += Load.Run(temas.Address, Payloads(o, run + "p" + loaded.ToString(CultureInfo.InvariantCulture), key), Math.Min(10, Math.Max(1, (o.Preload - loaded) / 100_000.0))).Events;
            Console.Error.WriteLine($"{loaded:N0} of {o.Preload:N0} events");
        }

        // Read in, and compiled.
        while (!await TryAskAsync(client, Questions[0].Question)) await Task.Delay(1000);
        _ = await AskAllAsync(client, 10);
        // Quiet is when the server has done what the load left it to do: figures over all customers, pieces that are made of pieces.
        for (var waited = 0; waited < 60; waited++)
        {
            var cpu = temas.Cpu;
            await Task.Delay(1000);
            if ((temas.Cpu - cpu).TotalSeconds < 0.1) break;
        }

        var quiet = await AskAllAsync(client, o.Runs);
        using var stop = new CancellationTokenSource();
        var stream = Task.Factory.StartNew(() => Load.Run(temas.Address, Payloads(o, run + "s", key), 3600, o.Rate, stop.Token), TaskCreationOptions.LongRunning);
        await Task.Delay(TimeSpan.FromSeconds(5));
        var streaming = await AskAllAsync(client, o.Runs);
        stop.Cancel();
        var streamed = await stream;
        foreach (var (name, _) in Questions)
        {
            Console.WriteLine(JsonSerializer.Serialize(new
            {
                measure = "question while events stream in",
                question = name,
                quiet_p50_ms = At(quiet[name], 0.5),
                quiet_p95_ms = At(quiet[name], 0.95),
                streaming_p50_ms = At(streaming[name], 0.5),
                streaming_p95_ms = At(streaming[name], 0.95),
                p95_ratio = Math.Round(At(streaming[name], 0.95) / At(quiet[name], 0.95), 2),
                events_per_second = Math.Round(streamed.PerSecond),
                ingest_p99_ms = Math.Round(streamed.Percentile(99), 1),
                failed = streamed.Failed,
                events = Load.Accepted,
                resident_mb = temas.ResidentMegabytes,
            }));
        }
    }

    // In turn, so that what disturbs one disturbs all alike.
    private static async Task<Dictionary<string, List<double>>> AskAllAsync(HttpClient client, int runs)
    {
        var took = Questions.ToDictionary(q => q.Name, _ => new List<double>(), StringComparer.Ordinal);
        for (var i = 0; i < runs; i++)
        {
            foreach (var (name, question) in Questions)
            {
                var begun = Stopwatch.GetTimestamp();
                if (!await TryAskAsync(client, question)) throw new InvalidOperationException($"{name} was not answered.");
                took[name].Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
                await Task.Delay(50);
            }
        }

        foreach (var times in took.Values) times.Sort();
        return took;
    }

    private static async Task<bool> TryAskAsync(HttpClient client, string question)
    {
        using var answer = await client.PostAsync("/api/query", Json(question));
        if (answer.StatusCode is HttpStatusCode.ServiceUnavailable) return false;
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException(await answer.Content.ReadAsStringAsync());
        _ = await answer.Content.ReadAsByteArrayAsync();
        return true;
    }

    private static async Task<(long Next, int Count)> ChangesAsync(HttpClient client, long after)
    {
        for (var count = 0; ;)
        {
            using var page = JsonDocument.Parse(await client.GetStringAsync($"/api/segments/changes?after={after}&limit=1000"));
            var some = page.RootElement.GetProperty("changes").GetArrayLength();
            (after, count) = (page.RootElement.GetProperty("next").GetInt64(), count + some);
            if (some < 1000) return (after, count);
        }
    }

    /// <summary>Five sorts in turn: so often; a sum with a filter; one after another; not since; of two kinds at once.</summary>
    private static string Segment(int i)
    {
        string[] events = ["Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "Order Completed", "Order Shipped", "Order Delivered", "Products Searched"];
        string Of(int at) => $"track:{events[at % events.Length]}";
        var within = $"{((i % 12) + 1) * 30}d";
        return (i % 5) switch
        {
            0 => $$$"""{"did":{"event":"{{{Of(i / 5)}}}","where":{"property":"price","is":"greater","value":{{{9 + (i % 40 * 2)}}}}},"atLeast":{{{1 + (i % 4)}}},"within":"{{{within}}}"}""",
            1 => $$$"""{"did":{"event":"track:Order Completed"},"aggregate":"sum","property":"price","is":"greater","value":{{{50 * (i % 20)}}},"within":"{{{within}}}"}""",
            2 => $$$"""{"sequence":[{"event":"track:Product Viewed"},{"event":"track:Product Added"},{"event":"track:Order Completed"}],"window":"{{{(i % 14) + 1}}}d","within":"{{{within}}}"}""",
            3 => $$$"""{"all":[{"did":{"event":"track:Order Completed"}},{"did":{"event":"{{{Of(i / 5)}}}"},"atMost":0,"within":"{{{within}}}"}]}""",
            _ => $$$"""{"any":[{"did":{"event":"track:Cart Viewed","where":{"property":"city","value":"İzmir"}},"within":"{{{within}}}"},{"did":{"event":"track:Products Searched"},"atLeast":5,"within":"{{{within}}}"}]}""",
        };
    }

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static double At(List<double> sorted, double share) => Math.Round(sorted[Math.Max(0, (int)Math.Ceiling(sorted.Count * share) - 1)], 1);

    private static List<Payload> Payloads(IngestOptions o, string run, string key) => [.. Enumerable.Range(0, o.Connections).Select(i => new Payload(i, run, o.Batch, o.Customers, "/v1/batch", key, "localhost"))];
}
