using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Dapper;
using Microsoft.Data.Sqlite;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Surveys.Links;
using Temas.Server.Cli;
using Temas.Server.Tests.Mail;

namespace Temas.Server.Tests.CrashTests;

/// <summary>
/// kill -9 at random moments while customers are asked, written to, and answer: nobody is asked twice, nobody is passed over, each answer that was accepted is told once, each letter goes out under one id and is noted once, and each low score opens one follow-up.
/// </summary>
public sealed class AskingKillTests
{
    [Fact]
    public async Task Server_KilledWhileItAsksAndListens_AsksEverybodyOnceAndLosesNoAnswer()
    {
        await using var sink = await MailSink.StartAsync();
        using var one = new KilledAsker(sink, seed: 20_261_123, kills: 7);
        await one.RunAsync();
    }
}

/// <summary>A server that asks, listens and is killed.</summary>
internal sealed partial class KilledAsker(MailSink sink, int seed, int kills) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string folder = Directory.CreateTempSubdirectory("temas-kill-").FullName;
    private readonly int port = ServerProcess.FreePort();
    private readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromSeconds(2) }) { Timeout = TimeSpan.FromSeconds(10) };
    private readonly List<int> acknowledged = [];
    private readonly List<string> answered = [];
    private int requests, retries;

    public void Dispose()
    {
        http.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    public async Task RunAsync()
    {
        var random = new Random(seed);
        var key = (await CommandAsync("source", "create", "load")).Trim();
        var token = (await CommandAsync("token", "create", "--role", "owner")).Trim();
        using var stop = new CancellationTokenSource();
        var load = new List<Task>();
        for (var round = 0; round < kills; round++)
        {
            await using var server = Start();
            (await server.Ready).ShouldBeTrue(server.Output);
            if (round == 0)
            {
                await DefineAsync(token);
                load = [Task.Run(() => BuyAsync(key, stop.Token)), Task.Run(() => AnswerAsync(stop.Token))];
            }

            // In the midst of the load; asks and follow-ups are looked at once a second, letters go out at once.
            for (var (begun, wanted) = (Volatile.Read(ref requests), random.Next(4, 12)); Volatile.Read(ref requests) < begun + wanted;) await Task.Delay(10);
            await Task.Delay(random.Next(0, 1_500));
            server.HasExited.ShouldBeFalse(server.Output);
            await server.KillAsync();
        }

        // What was on its way when the process ended is not sent before its minute is over.
        using (var database = Open()) database.Execute("update outbox set due_at = 0 where state = 1");
        await using (var last = Start())
        {
            (await last.Ready).ShouldBeTrue(last.Output);
            await stop.CancelAsync();
            await Task.WhenAll(load);
            await UntilDoneAsync(last);
            last.Terminate();
            await last.WaitAsync();
            last.ExitCode.ShouldBe(0, last.Output);
        }

        retries.ShouldBeGreaterThan(0, "kills must have hit requests");
        acknowledged.Count.ShouldBeGreaterThan(20, "the load must be a load");
        answered.Count.ShouldBeGreaterThan(20, "the load must be a load");
        var events = (await CommandAsync("export", "--events")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        CheckAsks(events);
        CheckAnswers(events);
        CheckFollowUps(events);
    }

    private void CheckAsks(List<JsonElement> events)
    {
        var users = acknowledged.Select(i => $"u{i}").Order(StringComparer.Ordinal).ToList();
        var mails = new List<TakenMail>();
        while (!sink.IsEmpty) mails.Add(sink.Next());
        mails.GroupBy(m => m.To).Select(g => (To: g.Key, Ids: g.Select(m => m.Id).Distinct().Count())).OrderBy(g => g.To, StringComparer.Ordinal).ShouldBe(users.Select(u => (u + "@example.com", 1)), ignoreOrder: true, customMessage: "each has one letter, perhaps twice under one id");
        Named(events, "Message Sent").Select(e => e.GetProperty("userId").GetString()!).Order(StringComparer.Ordinal).ShouldBe(users, ignoreOrder: false, customMessage: "each letter is noted once");
        using var database = Open();
        var asks = database.Query<(string Customer, long State)>("select customer, state from asking_decision").GroupBy(a => a.Customer).ToList();
        asks.Count.ShouldBe(users.Count);
        asks.ShouldAllBe(a => a.Count() == 2 && a.Count(s => s.State == (long)AskState.Asked) == 1, "each was delivered to twice, and is asked about one of them");
        database.ExecuteScalar<long>("select count(*) from outbox").ShouldBe(users.Count);
    }

    private void CheckAnswers(List<JsonElement> events)
    {
        using var database = Open();
        var tokens = new SurveyTokens(database.QuerySingle<byte[]>("select bytes from survey_key where id = 1"));
        var accepted = answered.Select(a => Invitation.Open(tokens, "delivery", new Brought(Brought.Response, a)).ShouldNotBeNull().Response).Order(StringComparer.Ordinal).ToList();
        Named(events, "Survey Answered").Select(e => e.GetProperty("messageId").GetString()!).Where(m => m.StartsWith("survey-", StringComparison.Ordinal)).Select(m => m["survey-".Length..]).Order(StringComparer.Ordinal).ShouldBe(accepted);
        database.Query<string>("select json from module_event where kind = 'survey.answered'").Select(j => JsonDocument.Parse(j).RootElement.GetProperty("response").GetString()!).Order(StringComparer.Ordinal).ShouldBe(accepted, ignoreOrder: false, customMessage: "other modules hear of each once");
        database.Query<(string Id, long State, long Told)>("select id, state, told from survey_response where state <> 0 order by id").ShouldBe(accepted.Select(a => (a, 1L, 2L)), ignoreOrder: true);
        database.ExecuteScalar<long>("select responses from survey_count where survey = 'delivery' and state = 1").ShouldBe(accepted.Count);
    }

    private void CheckFollowUps(List<JsonElement> events)
    {
        // Who answered without a name cannot be found again: nobody follows up.
        var wanted = acknowledged.Count;
        using var database = Open();
        database.Query<string>("select customer from followup").ToList().ShouldBeUnique(wanted);
        database.Query<string>("select subject from module_event where kind = 'followup.opened'").ToList().ShouldBeUnique(wanted);
        database.ExecuteScalar<long>("select count(*) from followup_trigger").ShouldBe(wanted);
        Named(events, "Follow-up Opened").Select(e => e.GetProperty("userId").GetString()!).Order(StringComparer.Ordinal).ShouldBe(acknowledged.Select(i => $"f{i}").Order(StringComparer.Ordinal));
    }

    private async Task UntilDoneAsync(ServerProcess server)
    {
        var until = TimeProvider.System.GetUtcNow() + Patience;
        while (TimeProvider.System.GetUtcNow() < until)
        {
            using (var database = Open())
            {
                var (sent, asks, followUps, untold) = database.QuerySingle<(long, long, long, long)>(
                    """
                    select (select count(*) from outbox where state = 2), (select count(*) from asking_decision where state <> 0), (select count(*) from followup),
                        (select count(*) from survey_response where told = 1) + (select count(*) from followup_telling) + (select count(*) from message_event)
                    """);
                if (sent >= acknowledged.Count && asks >= 2 * acknowledged.Count && followUps >= acknowledged.Count && untold == 0) return;
            }

            server.HasExited.ShouldBeFalse(server.Output);
            await Task.Delay(100);
        }

        // What is missing is said by the checks.
    }

    private async Task DefineAsync(string token)
    {
        foreach (var (name, json) in new[]
        {
            ("survey/delivery", """{"languages": ["en"], "title": {"en": "Delivery"}, "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"en": "Would you recommend us?"}}]}]}"""),
            ("asking-policy/default", """{"coolDown": "P30D"}"""),
            ("asking-rule/delivered", """{"label": {"tr": "Teslimat", "en": "Delivery"}, "state": "live", "survey": "delivery", "trigger": {"events": [{"names": ["Order Delivered"]}]}}"""),
        })
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Address($"/api/definitions/{name}")) { Content = new StringContent(json, Encoding.UTF8, "application/json") };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
            using var answer = await http.SendAsync(request);
            answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
        }
    }

    /// <summary>Customers to whom two orders are delivered, and others who give a low score somewhere else; sent until it is acknowledged.</summary>
    private async Task BuyAsync(string key, CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            var batch = $$$"""
                {"batch": [
                  {"type": "identify", "messageId": "i{{{i}}}", "userId": "u{{{i}}}", "traits": {"email": "u{{{i}}}@example.com"}},
                  {"type": "track", "messageId": "a{{{i}}}", "userId": "u{{{i}}}", "event": "Order Delivered", "properties": {"order_id": "a{{{i}}}"}},
                  {"type": "track", "messageId": "b{{{i}}}", "userId": "u{{{i}}}", "event": "Order Delivered", "properties": {"order_id": "b{{{i}}}"}},
                  {"type": "track", "messageId": "c{{{i}}}", "userId": "f{{{i}}}", "event": "Survey Answered", "properties": {"survey_id": "other", "survey_type": "nps", "score": 2}}]}
                """;
            await UntilTakenAsync(async () =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, Address("/v1/batch")) { Content = new StringContent(batch, Encoding.UTF8, "application/json") };
                request.Headers.Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(key + ":")));
                using var answer = await http.SendAsync(request, CancellationToken.None);
                return answer.StatusCode == HttpStatusCode.OK;
            });
            acknowledged.Add(i);
            await Task.Delay(120, CancellationToken.None);
        }
    }

    /// <summary>Respondents of a public link; each sends her answer until she is thanked, as people do who come back to a page that did not load.</summary>
    private async Task AnswerAsync(CancellationToken stop)
    {
        for (var i = 0; !stop.IsCancellationRequested; i++)
        {
            string? token = null;
            await UntilTakenAsync(async () => (token = TokenIn().Match(await http.GetStringAsync(Address("/s/main/delivery?lang=en"), CancellationToken.None)).Groups[1].Value).Length > 0);
            var score = i % 3 == 0 ? 3 : 8;
            await UntilTakenAsync(async () =>
            {
                using var form = new FormUrlEncodedContent([new("r", token), new("p", "one"), new("lang", "en"), new("go", "next"), new("q.score", score.ToString(CultureInfo.InvariantCulture))]);
                using var answer = await http.PostAsync(Address("/s/main/delivery"), form, CancellationToken.None);
                return answer.StatusCode == HttpStatusCode.Found;
            });
            answered.Add(WebUtility.HtmlDecode(token!));
            await Task.Delay(120, CancellationToken.None);
        }
    }

    private async Task UntilTakenAsync(Func<Task<bool>> send)
    {
        while (true)
        {
            try
            {
                if (await send())
                {
                    Interlocked.Increment(ref requests);
                    return;
                }
            }
            catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
            {
                // Killed just now, or not yet there again.
            }

            Interlocked.Increment(ref retries);
            await Task.Delay(50);
        }
    }

    private ServerProcess Start() => ServerProcess.Start(
        folder, port, "warning", "--public-url", "https://temas.example.com", "--smtp-host", "127.0.0.1", "--smtp-port", sink.Port.ToString(CultureInfo.InvariantCulture), "--smtp-from", "Temas <temas@example.com>", "--smtp-tls", "off");

    private SqliteConnection Open()
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Path.Combine(folder, "workspaces", "main", "workspace.db"), Pooling = false, DefaultTimeout = 10 }.ToString());
        connection.Open();
        return connection;
    }

    private static IEnumerable<JsonElement> Named(List<JsonElement> events, string name) => events.Where(e => e.TryGetProperty("event", out var told) && told.ValueKind == JsonValueKind.String && told.GetString() == name);

    private string Address(string path) => string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}{path}");

    [GeneratedRegex("name=\"r\" value=\"([^\"]+)\"")]
    private static partial Regex TokenIn();

    private async Task<string> CommandAsync(params string[] args)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        using var error = new StringWriter(CultureInfo.InvariantCulture);
        var io = new CliIo { Out = output, Error = error, In = TextReader.Null, Environment = new Dictionary<string, string> { ["TEMAS_DATA"] = folder }, WorkingFolder = folder };
        (await CommandLine.RunAsync(args, io)).ShouldBe(0, error.ToString());
        return output.ToString();
    }
}

file static class Uniqueness
{
    public static void ShouldBeUnique(this List<string> some, int count)
    {
        some.Distinct().Count().ShouldBe(some.Count);
        some.Count.ShouldBe(count);
    }
}
