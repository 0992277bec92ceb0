using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dapper;
using Microsoft.AspNetCore.Builder;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.DependencyInjection;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Feedback;

/// <summary>What protects those who answer, and those who read it: everything that the server keeps is looked through, not only where one would expect it.</summary>
public sealed class SurveyGuardTests : IAsyncLifetime
{
    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Nasıldı?", "en": "How was it?"}, "quotas": [{"key": "few", "when": {"question": "score", "is": "at_most", "values": [3]}, "limit": 5}],
         "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"tr": "Önerir misiniz?", "en": "Would you recommend us?"}}]},
           {"id": "two", "questions": [{"id": "why", "kind": "text", "title": {"tr": "Neden?", "en": "Why?"}}]}]}
        """;

    private const string Agent = "CanaryAgent/7.31 (KanaryaIsletim)", Address = "203.0.113.77", From = "https://kanarya.example/sayfa?kim=ada";

    private static readonly string[] Canaries = ["CanaryAgent", "KanaryaIsletim", Address, "kanarya.example", "canary-cookie"];

    private readonly SteppedClock clock = new();
    private TemasServer server = null!;

    public async Task InitializeAsync()
    {
        server = await TemasServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock), settings: s => s with { Proxies = ["127.0.0.1"] });
        foreach (var (key, document) in new[] { ("secretballot", Document.Replace("\"languages\"", "\"anonymous\": true, \"languages\"", StringComparison.Ordinal)), ("openballot", Document) })
            (await server.Main.Definitions.SaveAsync(SurveyKind.Name, key, document, Actor.System)).Problem.ShouldBeNull();
        (await server.Main.Definitions.SaveAsync("webhook", "hears-all", """{"label": {"tr": "H", "en": "H"}, "url": "https://hooks.example.com/h", "events": ["survey.answered", "survey.left"]}""", Actor.System)).Problem.ShouldBeNull();
        // Well away from what was set up, and away from the full hour.
        var now = clock.GetUtcNow().AddDays(5);
        clock.Step(new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 23, 45, 678, TimeSpan.Zero) - clock.GetUtcNow());
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Anonymous_InAllTablesFilesAndLogs_NothingTellsWhoAnsweredOrWhen()
    {
        var response = await AnswerAsync("secretballot");
        using (var agent = await server.TokenClientAsync(Role.Agent))
        {
            agent.DefaultRequestHeaders.Add("X-Forwarded-For", Address);
            (await agent.PostAsJsonAsync("/api/surveys/secretballot/responses", new { answers = new { score = 9, why = "telefonda" } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        }

        await SettleAsync("secretballot");
        SurveyBook.Of(server.Main).Published("secretballot")!.Value.Survey.IsAnonymous.ShouldBeTrue();
        (await MomentsAsync("secretballot", response)).ShouldBeEmpty();
        CanariesFound().ShouldBeEmpty();
        // And nobody was told of it, from whom it could be learned.
        server.Main.Log.ReadFrom(1).Count(e => Encoding.UTF8.GetString(e.Json.Span).Contains("secretballot", StringComparison.Ordinal)).ShouldBe(0);
    }

    [Fact]
    public async Task Open_TheSameSearch_FindsTheMoments()
    {
        // Otherwise the search above would prove nothing.
        var response = await AnswerAsync("openballot");
        await SettleAsync("openballot");
        (await MomentsAsync("openballot", response)).ShouldContain(m => m.StartsWith("survey_response.completed_at", StringComparison.Ordinal));
        await File.WriteAllTextAsync(Path.Combine(server.Folder, "planted.txt"), "from " + Address);
        CanariesFound().ShouldHaveSingleItem().ShouldContain("planted.txt");
    }

    [Fact]
    public async Task Flood_FromOneAddress_IsCutOff_AndOthersAnswerOn()
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.9");
        var page = await ReadAsync(await client.GetAsync("/s/main/openballot"));
        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 360; i++)
        {
            using var answer = await client.PostAsync("/s/main/openballot", Form(page, ("q.score", "1")));
            statuses.Add(answer.StatusCode);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests) answer.Headers.RetryAfter.ShouldNotBeNull();
        }

        statuses.Count(s => s == HttpStatusCode.TooManyRequests).ShouldBeGreaterThan(0);
        (await ListAsync("openballot")).ShouldHaveSingleItem("one page, however often it is sent");
        using var other = server.Anonymous();
        other.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.10");
        var hers = await ReadAsync(await other.GetAsync("/s/main/openballot"));
        (await other.PostAsync("/s/main/openballot", Form(hers, ("q.score", "9")))).StatusCode.ShouldBe(HttpStatusCode.Found);
    }

    [Fact]
    public async Task Replay_OfWhatWasSent_ChangesNothing()
    {
        using var client = server.Anonymous();
        var first = await ReadAsync(await client.GetAsync("/s/main/openballot"));
        using var sent = await client.PostAsync("/s/main/openballot", Form(first, ("q.score", "9")));
        var second = await ReadAsync(await client.GetAsync(sent.Headers.Location));
        (await client.PostAsync("/s/main/openballot", Form(second, ("q.why", "iyi")))).StatusCode.ShouldBe(HttpStatusCode.Found);
        var kept = (await ListAsync("openballot")).ShouldHaveSingleItem();
        foreach (var again in new[] { Form(first, ("q.score", "0")), Form(second, ("q.why", "kötü")), Form(second, ("q.why", "kötü"), ("go", "back")) })
        {
            using var answer = await client.PostAsync("/s/main/openballot", again);
            ((int)answer.StatusCode).ShouldBeLessThan(500);
        }

        var after = (await ListAsync("openballot")).ShouldHaveSingleItem();
        (after.State, after.Score, after.Answers["why"].Value, after.CompletedAt).ShouldBe((ResponseState.Complete, 9, "iyi", kept.CompletedAt));
        server.Main.Log.ReadFrom(1).Count(e => Encoding.UTF8.GetString(e.Json.Span).Contains("Survey Answered", StringComparison.Ordinal)).ShouldBe(1);
    }

    /// <summary>Somebody answers both pages, with everything that a browser and a proxy say of her.</summary>
    private async Task<string> AnswerAsync(string survey)
    {
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Agent);
        client.DefaultRequestHeaders.Add("X-Forwarded-For", Address);
        client.DefaultRequestHeaders.Referrer = new Uri(From);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Cookie", "temas-visitor=canary-cookie; anonymousId=canary-cookie");
        var page = await ReadAsync(await client.GetAsync($"/s/main/{survey}?lang=tr&utm_source=kanarya.example&c=email"));
        using var first = await client.PostAsync($"/s/main/{survey}", Form(page, ("q.score", "2")));
        first.StatusCode.ShouldBe(HttpStatusCode.Found);
        // She takes a moment, and the clock goes on.
        clock.Step(TimeSpan.FromSeconds(17));
        var second = await ReadAsync(await client.GetAsync(first.Headers.Location));
        using var done = await client.PostAsync($"/s/main/{survey}", Form(second, ("q.why", "geç geldi"), ("homepage", "http://spam.example")));
        done.StatusCode.ShouldBe(HttpStatusCode.Found);
        return (await ListAsync(survey)).ShouldHaveSingleItem().Id;
    }

    /// <summary>Everything that follows an answer is done: it is told, counted, looked at for doubts and written to disk.</summary>
    private async Task SettleAsync(string survey)
    {
        await server.Services.GetRequiredService<TellAnswers>().RunAsync(server.Main);
        await LiveAnswers.Of(server.Main).FollowAsync(default);
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await viewer.GetAsync($"/api/surveys/{survey}/scores")).StatusCode.ShouldBe(HttpStatusCode.OK);
        foreach (var path in new[] { "responses", "scores", "response-rate" }) (await viewer.GetAsync($"/api/surveys/{survey}/{path}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    /// <summary>All moments of the time of the answer, finer than an hour, in rows that have anything to do with the survey.</summary>
    private async Task<List<string>> MomentsAsync(string survey, string response)
    {
        var (found, now) = (new List<string>(), clock.GetUtcNow().ToUnixTimeMilliseconds());
        foreach (var file in Directory.EnumerateFiles(server.Folder, "*.db", SearchOption.AllDirectories))
        {
            await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false }.ToString());
            foreach (var table in await connection.QueryAsync<string>("select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"))
            {
                foreach (IDictionary<string, object?> row in await connection.QueryAsync($"select * from \"{table}\""))
                {
                    if (!row.Values.Any(v => TextOf(v) is { } text && (text.Contains(survey, StringComparison.Ordinal) || text.Contains(response, StringComparison.Ordinal)))) continue;
                    foreach (var (column, value) in row)
                    {
                        if (value is long number && IsMoment(number, now)) found.Add($"{table}.{column} = {number}");
                        if (value is string text && text.Contains(clock.GetUtcNow().ToString("yyyy-MM-ddTHH:2", CultureInfo.InvariantCulture), StringComparison.Ordinal)) found.Add($"{table}.{column} = {text}");
                    }
                }
            }
        }

        return found;

        static bool IsMoment(long number, long now) => (Math.Abs(number - now) < 7_200_000 && number % 3_600_000 != 0) || (Math.Abs(number - (now / 1000)) < 7_200 && number % 3_600 != 0);
    }

    private static string? TextOf(object? value) => value switch { string text => text, byte[] bytes => Encoding.Latin1.GetString(bytes), _ => null };

    /// <summary>Where something stands that only the browser or the proxy said: any file of the data folder, however it is written, and the log.</summary>
    private List<string> CanariesFound()
    {
        var found = new List<string>();
        foreach (var file in Directory.EnumerateFiles(server.Folder, "*", SearchOption.AllDirectories))
        {
            using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var copy = new MemoryStream();
            stream.CopyTo(copy);
            var (plain, wide) = (Encoding.Latin1.GetString(copy.ToArray()), Encoding.Unicode.GetString(copy.ToArray()));
            found.AddRange(Canaries.Where(c => plain.Contains(c, StringComparison.Ordinal) || wide.Contains(c, StringComparison.Ordinal)).Select(c => $"{file}: {c}"));
        }

        found.AddRange(server.Log.Lines.SelectMany(l => Canaries.Where(c => l.Contains(c, StringComparison.Ordinal)).Select(c => $"log: {c}: {l}")));
        return found;
    }

    private Task<IReadOnlyList<SurveyResponse>> ListAsync(string survey) => SurveyBook.Of(server.Main).Responses.ListAsync(survey, new ResponseFilter(), 100);

    private static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer)
    {
        using (answer) return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static FormUrlEncodedContent Form(IHtmlDocument page, params (string Name, string Value)[] filled)
    {
        (string Name, string Value)[] hidden = [.. page.QuerySelector("form")!.QuerySelectorAll("input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))];
        (string Name, string Value)[] go = filled.Any(f => f.Name == "go") ? [] : [("go", "next")];
        return new FormUrlEncodedContent([.. hidden.Concat(filled).Concat(go).Select(f => KeyValuePair.Create(f.Name, f.Value))]);
    }
}
