using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using Temas.Feedback.Surveys.Links;

namespace Temas.Bench;

/// <summary>What to measure, from the command line.</summary>
internal sealed record AnswerOptions
{
    public string Server { get; init; } = "";

    public double Seconds { get; init; } = 10;

    public double Warm { get; init; } = 8;

    public int Connections { get; init; } = 96;

    public int Rate { get; init; } = 500;

    public int Responses { get; init; } = 1_000_000;

    public int Runs { get; init; } = 30;

    public static AnswerOptions Parse(string[] args)
    {
        var options = new AnswerOptions();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = args[i + 1];
            options = args[i] switch
            {
                "--server" => options with { Server = value },
                "--seconds" => options with { Seconds = double.Parse(value, CultureInfo.InvariantCulture) },
                "--warm" => options with { Warm = double.Parse(value, CultureInfo.InvariantCulture) },
                "--connections" => options with { Connections = int.Parse(value, CultureInfo.InvariantCulture) },
                "--rate" => options with { Rate = int.Parse(value, CultureInfo.InvariantCulture) },
                "--responses" => options with { Responses = int.Parse(value, CultureInfo.InvariantCulture) },
                "--runs" => options with { Runs = int.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new ArgumentException($"There is no option {args[i]}."),
            };
        }

        return options;
    }
}

/// <summary>What answering costs, measured on a running server over HTTP: responses taken, the respondent's page, and the pages of a survey that very many answered. One JSON line per measurement.</summary>
internal static class Answers
{
    private const string Survey = """
        {"languages": ["tr", "en"], "title": {"tr": "Teslimat nasıldı?", "en": "How was the delivery?"},
         "pages": [{"id": "one", "questions": [
           {"id": "score", "kind": "nps", "required": true, "title": {"tr": "Bizi önerir misiniz?", "en": "Would you recommend us?"}},
           {"id": "part", "kind": "multiple", "title": {"tr": "Ne iyiydi?", "en": "What was good?"}, "choices": [{"id": "time", "text": {"tr": "Zamanında", "en": "On time"}}, {"id": "box", "text": {"tr": "Kutu", "en": "Box"}}, {"id": "staff", "text": {"tr": "İlgi", "en": "Staff"}}]},
           {"id": "why", "kind": "text", "title": {"tr": "Neden?", "en": "Why?"}}]}]}
        """;

    public static async Task<int> RunAsync(AnswerOptions o)
    {
        SQLitePCL.Batteries_V2.Init();
        var root = Directory.CreateTempSubdirectory("temas-bench-").FullName;
        try
        {
            var data = Path.Combine(root, "temas");
            Directory.CreateDirectory(data);
            var token = await Process.OutputAsync(["dotnet", o.Server, "token", "create", "--role", "owner", "--data", data]);
            using (var temas = await StartAsync(o, data))
            {
                using var client = Client(temas, token);
                foreach (var key in new[] { "bench", "many" })
                {
                    using var made = await client.PutAsync($"/api/definitions/survey/{key}", new StringContent(Survey, Encoding.UTF8, "application/json"));
                    if (!made.IsSuccessStatusCode) throw new InvalidOperationException(await made.Content.ReadAsStringAsync());
                }

                // Compiled for good, as a server is that has run for a minute.
                _ = Send(o, temas.Address, Tokens(data, (int)(o.Warm * 8_000)), o.Warm);
                var cpu = temas.Cpu;
                var taken = Send(o, temas.Address, Tokens(data, (int)(o.Seconds * 8_000)), o.Seconds);
                var spent = (temas.Cpu - cpu).TotalSeconds;
                using var floor = await Process.StartAsync(["dotnet", typeof(Answers).Assembly.Location, "empty", "{url}"]);
                _ = Send(o, floor.Address, Tokens(data, 1_000), 2);
                var empty = Send(o, floor.Address, Tokens(data, (int)(o.Seconds * 30_000)), o.Seconds);
                using var list = JsonDocument.Parse(await client.GetStringAsync("/api/surveys"));
                Console.WriteLine(JsonSerializer.Serialize(new
                {
                    measure = "responses",
                    per_second = Math.Round(taken.PerSecond),
                    p50_ms = Math.Round(taken.Percentile(50), 1),
                    p99_ms = Math.Round(taken.Percentile(99), 1),
                    empty_endpoint_per_second = Math.Round(empty.PerSecond),
                    ratio = Math.Round(taken.PerSecond / empty.PerSecond, 3),
                    server_cpu_microseconds_each = Math.Round(spent * 1e6 / taken.Events),
                    connections = o.Connections,
                    failed = taken.Failed + empty.Failed,
                    kept = list.RootElement.GetProperty("surveys").EnumerateArray().First(s => s.GetProperty("key").GetString() == "bench").GetProperty("complete").GetInt64(),
                }));
                Pages(o, temas, "page", _ => "/s/main/bench?lang=tr");
            }

            Seed(data, o.Responses);
            using (var temas = await StartAsync(o, data))
            {
                using var client = Client(temas, token);
                foreach (var (name, path) in new[] { ("responses", "/w/main/surveys/of/many/responses"), ("responses, filtered", "/w/main/surveys/of/many/responses?state=partial"), ("list", "/w/main/surveys"), ("api", "/api/surveys/many/responses?limit=50") })
                    await OpenAsync(o, client, name, path);

                // All were written at once, and each is looked at for doubts first: that is done once.
                var begun = Stopwatch.StartNew();
                while (!await IsReadyAsync(client)) await Task.Delay(500);
                Console.WriteLine(JsonSerializer.Serialize(new { measure = "scores, read in after", responses = o.Responses, seconds = Math.Round(begun.Elapsed.TotalSeconds, 1), resident_mb = temas.ResidentMegabytes }));
                foreach (var (name, path) in Scores) await OpenAsync(o, client, name, path);
                while (!Directory.Exists(Path.Combine(data, "workspaces", "main", "answers")) || !Directory.EnumerateFiles(Path.Combine(data, "workspaces", "main", "answers"), "*.snapshot").Any()) await Task.Delay(200);
            }

            // And right after a start: the first page that anybody asks for.
            foreach (var (name, path) in Scores)
            {
                using var temas = await StartAsync(o, data);
                using var client = Client(temas, token);
                await OpenAsync(o with { Runs = 0 }, client, $"{name}, at once after a start", path);
            }
        }
        finally
        {
            Directory.Delete(root, recursive: true);
        }

        return 0;
    }

    private static readonly (string Name, string Path)[] Scores =
    [
        ("scores", "/w/main/surveys/of/many/scores"), ("scores of a year", "/w/main/surveys/of/many/scores?period=365d"), ("answers behind a score", "/w/main/surveys/of/many/scores/answers?question=score&value=10&period=all"),
        ("responses with a score", "/w/main/surveys/of/many/responses?least=10"),
    ];

    // Somebody whose answers are still being read in is told so.
    private static async Task<bool> IsReadyAsync(HttpClient client)
    {
        using var answer = await client.GetAsync("/api/surveys/many/scores");
        if (answer.StatusCode == HttpStatusCode.ServiceUnavailable) return false;
        answer.EnsureSuccessStatusCode();
        return true;
    }

    /// <summary>The least that a post costs: an endpoint that reads the form and answers as the respondent's page does, and keeps nothing.</summary>
    public static async Task<int> EmptyAsync(string url)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls(url).ConfigureKestrel(k => k.AddServerHeader = false);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        app.MapPost("/s/{workspace}/{survey}", async context =>
        {
            _ = await context.Request.ReadFormAsync();
            context.Response.StatusCode = StatusCodes.Status302Found;
            context.Response.ContentLength = 0;
            context.Response.Headers.Location = context.Request.Path.Value;
        });
        await app.RunAsync();
        return 0;
    }

    // Each from an address of its own, behind a proxy that is believed: the limit for one address is not what is measured.
    private static Task<Process> StartAsync(AnswerOptions o, string data) => Process.StartAsync(["dotnet", o.Server, "serve", "--urls", "{url}", "--data", data, "--log", "warning", "--proxies", "127.0.0.1"]);

    private static HttpClient Client(Process temas, string token)
    {
        var client = new HttpClient { BaseAddress = new Uri($"http://{temas.Address}"), Timeout = TimeSpan.FromMinutes(5) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    // The tokens of pages that were opened before, as the server makes them.
    private static string[] Tokens(string data, int count)
    {
        using var connection = new SqliteConnection($"Data Source={File(data)}");
        connection.Open();
        using var read = connection.CreateCommand();
        read.CommandText = "select bytes from survey_key where id = 1";
        var tokens = new SurveyTokens((byte[])read.ExecuteScalar()!);
        var until = TimeProvider.System.GetUtcNow().AddDays(1);
        return [.. Enumerable.Range(0, count).AsParallel().Select(_ => Invitation.New(until, "web").Sign(tokens, "bench"))];
    }

    private static Measured Send(AnswerOptions o, IPEndPoint server, string[] tokens, double seconds)
    {
        var measured = new Measured();
        var (clock, next) = (Stopwatch.StartNew(), -1);
        var threads = Enumerable.Range(0, o.Connections).Select(_ => new Thread(() =>
        {
            using var connection = new Connection(server);
            while (clock.Elapsed.TotalSeconds < seconds && Interlocked.Increment(ref next) is var i && i < tokens.Length)
            {
                var body = $"r={tokens[i]}&p=one&lang=tr&go=next&q.score={i % 11}&q.part=time&q.part=box&q.why=Kargo+h%C4%B1zl%C4%B1yd%C4%B1+ama+kutu+ezilmi%C5%9Fti";
                var request = Encoding.ASCII.GetBytes($"POST /s/main/bench HTTP/1.1\r\nHost: localhost\r\nX-Forwarded-For: {Address(i)}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
                var begun = clock.Elapsed.TotalMilliseconds;
                var status = connection.Send(request);
                measured.Add(clock.Elapsed.TotalMilliseconds - begun, 1, status == 302);
            }
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        measured.Seconds = clock.Elapsed.TotalSeconds;
        return measured;
    }

    private static void Pages(AnswerOptions o, Process temas, string name, Func<int, string> path)
    {
        const int Readers = 10;
        Measured Read(double seconds)
        {
            var parts = new Measured[Readers];
            var threads = Enumerable.Range(0, Readers).Select(reader => new Thread(() => parts[reader] = Load.Read(temas.Address, path, "", seconds, (double)o.Rate / Readers, $"X-Forwarded-For: {Address(reader)}\r\n"))).ToList();
            foreach (var thread in threads) thread.Start();
            foreach (var thread in threads) thread.Join();
            var all = new Measured { Seconds = parts.Max(p => p.Seconds) };
            foreach (var part in parts) part.AddTo(all);
            return all;
        }

        _ = Read(3);
        var read = Read(o.Seconds);
        Console.WriteLine(JsonSerializer.Serialize(new { measure = name, per_second = Math.Round(read.PerSecond), p50_ms = Math.Round(read.Percentile(50), 2), p99_ms = Math.Round(read.Percentile(99), 2), failed = read.Failed, resident_mb = temas.ResidentMegabytes }));
    }

    private static async Task OpenAsync(AnswerOptions o, HttpClient client, string name, string path)
    {
        var times = new List<double>();
        for (var i = 0; i < (o.Runs == 0 ? 1 : o.Runs + 3); i++)
        {
            var begun = Stopwatch.GetTimestamp();
            using var answer = await client.GetAsync(path);
            answer.EnsureSuccessStatusCode();
            _ = await answer.Content.ReadAsByteArrayAsync();
            // The first is told by itself: nothing was compiled or read before it.
            if (i == 0) Console.WriteLine(JsonSerializer.Serialize(new { measure = $"{name}, first", responses = o.Responses, ms = Math.Round(Stopwatch.GetElapsedTime(begun).TotalMilliseconds, 1) }));
            if (i >= 3) times.Add(Stopwatch.GetElapsedTime(begun).TotalMilliseconds);
        }

        if (times.Count == 0) return;
        times.Sort();
        Console.WriteLine(JsonSerializer.Serialize(new { measure = name, responses = o.Responses, p50_ms = Math.Round(times[times.Count / 2], 1), most_ms = Math.Round(times[^1], 1) }));
    }

    // As the server would have written them, but for the flushes. One in ten wrote what others wrote, word for word, and is doubtful therefore.
    private static void Seed(string data, int count)
    {
        using var connection = new SqliteConnection($"Data Source={File(data)}");
        connection.Open();
        using var seed = connection.CreateCommand();
        seed.CommandTimeout = 0;
        seed.CommandText = """
            begin;
            insert into survey_response(id, survey, version, state, language, channel, page, answers, about, score, started_at, changed_at, completed_at, told)
            with recursive n(i) as (select 1 union all select i + 1 from n where i < $count)
            select 'rseed' || hex(randomblob(8)) || i, 'many', 1, case when i % 50 = 0 then 0 else 1 end, case when i % 3 = 0 then 'en' else 'tr' end, 'web', null,
                '{"score":{"values":["' || (i % 11) || '"],"parts":{}},"why":{"values":["Kargo hızlıydı ama kutu ezilmişti, yine de memnunum' || case when i % 10 = 0 then '' else ', sipariş ' || i end || '"],"parts":{}}}', '{}',
                case when i % 50 = 0 then null else i % 11 end, $from + i * 60000, $from + 60000 + i * 60000, case when i % 50 = 0 then null else $from + 60000 + i * 60000 end, 2
            from n;
            delete from survey_count where survey = 'many';
            insert into survey_count(survey, state, responses, scored, total, latest)
                select survey, state, count(*), count(score), coalesce(sum(score), 0), max(completed_at) from survey_response where survey = 'many' group by survey, state;
            commit;
            """;
        seed.Parameters.AddWithValue("$count", count);
        // One a minute, the last of them just now.
        seed.Parameters.AddWithValue("$from", TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - ((count + 2) * 60_000L));
        seed.ExecuteNonQuery();
    }

    private static string File(string data) => Path.Combine(data, "workspaces", "main", "workspace.db");

    private static string Address(int i) => FormattableString.Invariant($"10.{(i >> 16) & 255}.{(i >> 8) & 255}.{i & 255}");
}
