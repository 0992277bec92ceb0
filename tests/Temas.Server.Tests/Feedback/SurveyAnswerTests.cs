using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Storage.EventLog;

namespace Temas.Server.Tests.Feedback;

/// <summary>Surveys as customers answer them: by forms alone, against everything that comes by network.</summary>
public sealed class SurveyAnswerTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Teslimat nasıldı?", "en": "How was the delivery?"}, "touchpoint": "order-delivered", "thanks": {"tr": "Sağ olun.", "en": "Thanks, {{answer:why|friend}}!"},
         "pages": [
           {"id": "one", "questions": [{"id": "score", "kind": "csat", "style": "stars", "required": true, "title": {"tr": "Memnun musunuz?", "en": "Are you satisfied?"}}]},
           {"id": "two", "showIf": {"question": "score", "is": "at_most", "value": 3}, "questions": [{"id": "why", "kind": "text", "required": true, "title": {"tr": "Neden {{answer:score}}?", "en": "Why {{answer:score}}?"}}]},
           {"id": "three", "questions": [{"id": "part", "kind": "multiple", "other": true, "title": {"tr": "{{answer:why|Ne}} oldu?", "en": "About {{answer:why|it}}: what?"},
             "choices": [{"id": "late", "text": {"tr": "Geç", "en": "Late"}}, {"id": "broken", "text": {"tr": "Kırık", "en": "Broken"}}]}]}]}
        """;

    [Fact]
    public async Task Answer_PageByPage_IsKeptAsItGoes_AndIsOnTheTimelineWhenThanked()
    {
        var key = await PublishAsync("by-page");
        using var client = server.Anonymous();
        var page = await ReadAsync(await client.GetAsync($"/s/main/{key}?lang=en"));
        page.QuerySelector("html")!.GetAttribute("lang").ShouldBe("en");
        // Nothing chosen: the question says what it wants, and nothing is lost or finished.
        page = await SendAsync(client, page, HttpStatusCode.UnprocessableEntity);
        page.QuerySelector(".sum a")!.GetAttribute("href").ShouldBe("#q-score");
        page.QuerySelector("#q-score .err")!.TextContent.ShouldBe("Please answer this question.");
        page = await SendAsync(client, page, HttpStatusCode.Found, ("q.score", "2"));
        page.QuerySelector("#q-why .t")!.TextContent.ShouldStartWith("Why 2?");
        (await ListAsync(key)).ShouldHaveSingleItem().State.ShouldBe(ResponseState.Partial);
        page = await SendAsync(client, page, HttpStatusCode.Found, ("q.why", "<script>alert('x')</script> & so"));
        page.QuerySelectorAll("script").ShouldBeEmpty();
        page.QuerySelector("#q-part .t")!.TextContent.ShouldStartWith("About <script>alert('x')</script> & so: what?");
        // Back, and she was satisfied after all: what she wrote then counts no more.
        page = await SendAsync(client, page, HttpStatusCode.Found, ("go", "back"), ("q.part", "late"));
        page = await SendAsync(client, page, HttpStatusCode.Found, ("go", "back"));
        Input(page, "input[name='q.score'][value='2']").IsChecked.ShouldBeTrue();
        page = await SendAsync(client, page, HttpStatusCode.Found, ("q.score", "5"));
        Input(page, "input[value='late']").IsChecked.ShouldBeTrue();
        page = await SendAsync(client, page, HttpStatusCode.Found, ("q.part", "late"), ("q.part.other", "the bell"));
        page.QuerySelector("main")!.TextContent.ShouldContain("Thanks, friend!");

        var told = Told(key).ShouldHaveSingleItem().GetProperty("properties");
        (told.GetProperty("survey_type").GetString(), told.GetProperty("score").GetInt32(), told.GetProperty("touchpoint").GetString(), told.TryGetProperty("text", out _)).ShouldBe(("csat", 5, "order-delivered", false));
        told.GetProperty("answers").GetProperty("part").EnumerateArray().Select(a => a.GetString()).ShouldBe(["late", "other"]);
        var kept = (await ListAsync(key)).ShouldHaveSingleItem();
        (kept.State, kept.Score, kept.Answers.ContainsKey("why"), kept.Language).ShouldBe((ResponseState.Complete, 5, false, "en"));
    }

    [Fact]
    public async Task PersonalLink_HundredAtOnce_IsOneResponseAndOneEvent_OnHerTimeline()
    {
        var key = await PublishAsync("once", Document.Replace("\"showIf\": {\"question\": \"score\", \"is\": \"at_most\", \"value\": 3}, ", "\"showIf\": {\"trait\": \"vip\", \"is\": \"one_of\", \"values\": [\"true\"]}, ", StringComparison.Ordinal).Replace("{\"id\": \"three\"", "{\"id\": \"three\", \"showIf\": {\"trait\": \"never\", \"is\": \"answered\"}", StringComparison.Ordinal).Replace("Thanks, {{answer:why|friend}}!", "Thanks, {{trait:first_name|friend}}!", StringComparison.Ordinal));
        var link = await LinkAsync(key, "ada-once");
        using var client = server.Anonymous();
        // Scanners of mail look at links.
        for (var i = 0; i < 5; i++) (await client.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.OK);
        using (var head = await client.SendAsync(new HttpRequestMessage(HttpMethod.Head, link))) { }
        (await ListAsync(key)).ShouldBeEmpty();
        var token = QueryOf(link);
        var posts = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            using var answer = await client.PostAsync($"/s/main/{key}", PageClient.Form(("t", token), ("p", "one"), ("lang", "en"), ("go", "next"), ("q.score", (1 + (i % 5)).ToString(System.Globalization.CultureInfo.InvariantCulture))));
            return answer.StatusCode;
        }));
        posts.ShouldAllBe(status => status == HttpStatusCode.Found);
        var kept = (await ListAsync(key)).ShouldHaveSingleItem();
        (kept.State, kept.Customer).ShouldBe((ResponseState.Complete, "user_id:ada-once"));
        var told = Told(key).ShouldHaveSingleItem();
        (told.GetProperty("userId").GetString(), (double?)told.GetProperty("properties").GetProperty("score").GetDouble(), told.GetProperty("properties").GetProperty("order_id").GetString()).ShouldBe(("ada-once", kept.Score, "O-1"));
        // Her timeline has it, with how she took it.
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        var timeline = await viewer.GetStringAsync("/api/customers/user_id:ada-once/timeline");
        timeline.ShouldContain("survey-answered");
        (await ReadAsync(await client.GetAsync(link))).QuerySelector("main")!.TextContent.ShouldContain("You have answered this survey already");
        (await ReadAsync(await client.GetAsync(link + "&done=1"))).QuerySelector("main")!.TextContent.ShouldContain("Thanks, Ada!");
    }

    [Fact]
    public async Task Token_ChangedOrOfAnotherSurvey_IsNone()
    {
        var (key, other) = (await PublishAsync("forged"), await PublishAsync("other"));
        var token = QueryOf(await LinkAsync(key, "ada-forged"));
        using var client = server.Anonymous();
        var page = await ReadAsync(await client.GetAsync($"/s/main/{key}"));
        var own = Input(page, "input[name=r]").Value;
        foreach (var (name, value, survey) in new[]
        {
            ("t", token[..^1] + (token[^1] == 'A' ? 'B' : 'A'), key), ("t", (token[0] == 'A' ? 'B' : 'A') + token[1..], key), ("t", token, other), ("r", token, key), ("t", own, key), ("r", own, other), ("r", "", key), ("t", "%00", key), ("r", new string('x', 5000), key),
        })
        {
            using var answer = await client.PostAsync($"/s/main/{survey}", PageClient.Form((name, value), ("p", "one"), ("q.score", "5")));
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest, $"{name} {value}");
        }

        (await ListAsync(key)).ShouldBeEmpty();
        (await ListAsync(other)).ShouldBeEmpty();
        (await client.GetAsync("/s/main/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync("/s/nowhere/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Anonymous_NobodyCanBeTold()
    {
        var key = await PublishAsync("anonymous", Document.Replace("\"touchpoint\"", "\"anonymous\": true, \"touchpoint\"", StringComparison.Ordinal));
        await IdentifyAsync("ada-anonymous");
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var refused = await marketer.PostAsJsonAsync($"/api/surveys/{key}/links", new { customer = "user_id:ada-anonymous" });
        refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.UserAgent.ParseAdd("Canary/1.0");
        var page = await ReadAsync(await client.GetAsync($"/s/main/{key}?lang=en"));
        page = await SendAsync(client, page, HttpStatusCode.Found, ("q.score", "5"));
        await SendAsync(client, page, HttpStatusCode.Found, ("q.part", "late"));
        await using var connection = await server.Main.Database.OpenAsync();
        var row = (IDictionary<string, object?>)await connection.QuerySingleAsync("select * from survey_response where survey = @key", new { key });
        row["customer"].ShouldBeNull();
        foreach (var time in new[] { "started_at", "changed_at", "completed_at" }) (Convert.ToInt64(row[time], System.Globalization.CultureInfo.InvariantCulture) % 3_600_000).ShouldBe(0, time);
        string.Join(' ', row.Values).ShouldNotContain("127.0.0.1");
        string.Join(' ', row.Values).ShouldNotContain("Canary");
        await server.Services.GetRequiredService<TellAnswers>().RunAsync(server.Main);
        Told(key).ShouldBeEmpty();
    }

    [Fact]
    public async Task Telling_CutShort_HappensOnce()
    {
        var key = await PublishAsync("cut-short");
        var id = "rcutshort";
        var store = SurveyBook.Of(server.Main).Responses;
        var response = new SurveyResponse { Id = id, Survey = key, Version = 1, Language = "tr", Channel = "web", StartedAt = TimeProvider.System.GetUtcNow(), ChangedAt = TimeProvider.System.GetUtcNow() };
        await store.SaveAsync(response);
        (await store.FinishAsync(response with { Score = 4, CompletedAt = response.ChangedAt }, [], isTold: true)).ShouldBe(Finished.Now);
        var telling = server.Services.GetRequiredService<TellAnswers>();
        await telling.RunAsync(server.Main);
        // As if the process had ended between the log and the note that it was told.
        await using (var connection = await server.Main.Database.OpenAsync()) await connection.ExecuteAsync("update survey_response set told = 1 where id = @id", new { id });
        (await telling.RunAsync(server.Main)).ShouldBe(1);
        (await telling.RunAsync(server.Main)).ShouldBe(0);
        Told(key).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Erasure_TakesHerResponsesAlong()
    {
        var key = await PublishAsync("erased");
        var link = await LinkAsync(key, "ada-erased");
        using var client = server.Anonymous();
        var page = await ReadAsync(await client.GetAsync(link));
        await SendAsync(client, page, HttpStatusCode.Found, ("q.score", "1"));
        (await ListAsync(key)).Count.ShouldBe(1);
        using var manager = await server.TokenClientAsync(Role.Manager);
        using var erased = await manager.DeleteAsync("/api/customers/user_id:ada-erased?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK, await erased.Content.ReadAsStringAsync());
        (await ListAsync(key)).ShouldBeEmpty();
        (await client.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task LimitAndClosing_AreSaid_AndTheLastPlaceIsTakenOnce()
    {
        var key = await PublishAsync("limited", Document.Replace("\"touchpoint\"", "\"limit\": 3, \"quotas\": [{\"key\": \"bad\", \"when\": {\"question\": \"score\", \"is\": \"at_most\", \"value\": 2}, \"limit\": 1}], \"touchpoint\"", StringComparison.Ordinal));
        using var client = server.Anonymous();
        async Task<IHtmlDocument> OneAsync(string score)
        {
            var page = await ReadAsync(await client.GetAsync($"/s/main/{key}?lang=en"));
            page = await SendAsync(client, page, null, ("q.score", score));
            if (page.QuerySelector("#q-why") is not null) page = await SendAsync(client, page, null, ("q.why", "so"));
            return page.QuerySelector("#q-part") is null ? page : await SendAsync(client, page, null, ("q.part", "late"));
        }

        var pages = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OneAsync("1")));
        pages.Count(p => p.QuerySelector("main")!.TextContent.Contains("Thanks", StringComparison.Ordinal)).ShouldBe(1);
        pages.Count(p => p.QuerySelector("main")!.TextContent.Contains("Enough people", StringComparison.Ordinal)).ShouldBe(3);
        await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => OneAsync("5")));
        (await ListAsync(key)).Count(r => r.State == ResponseState.Complete).ShouldBe(3);
        await PublishAsync("limited", Document.Replace("\"touchpoint\"", "\"closed\": true, \"touchpoint\"", StringComparison.Ordinal));
        (await ReadAsync(await client.GetAsync($"/s/main/{key}?lang=en"))).QuerySelector("h1")!.TextContent.ShouldBe("The survey is closed");
    }

    [Fact]
    public async Task Page_WithItsStyle_IsUnder30KB_NeedsNoScript_AndSetsNoCookie()
    {
        var key = await PublishAsync("small");
        using var client = server.Anonymous();
        using var answer = await client.GetAsync($"/s/main/{key}?lang=tr");
        var html = await answer.Content.ReadAsByteArrayAsync();
        var page = await new HtmlParser().ParseDocumentAsync(Encoding.UTF8.GetString(html));
        var style = page.QuerySelectorAll("link[rel=stylesheet]").ShouldHaveSingleItem().GetAttribute("href")!;
        using var css = await client.GetAsync(style);
        css.StatusCode.ShouldBe(HttpStatusCode.OK);
        (html.Length + (await css.Content.ReadAsByteArrayAsync()).Length).ShouldBeLessThan(30 * 1024);
        page.QuerySelectorAll("script, [style], [onclick]").ShouldBeEmpty();
        answer.Headers.Contains("Set-Cookie").ShouldBeFalse();
        answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("default-src 'self'");
        answer.Headers.GetValues("Referrer-Policy").ShouldHaveSingleItem().ShouldBe("no-referrer");
    }

    [Fact]
    public async Task Version_ThatSomebodyBegan_IsAnsweredToItsEnd()
    {
        var key = await PublishAsync("versions");
        using var client = server.Anonymous();
        var page = await ReadAsync(await client.GetAsync($"/s/main/{key}?lang=en"));
        page = await SendAsync(client, page, HttpStatusCode.Found, ("q.score", "5"));
        await PublishAsync("versions", Document.Replace("\"id\": \"part\"", "\"id\": \"matter\"", StringComparison.Ordinal));
        await SendAsync(client, page, HttpStatusCode.Found, ("q.part", "broken"));
        var kept = (await ListAsync(key)).ShouldHaveSingleItem();
        (kept.Version, kept.Answers["part"].Value).ShouldBe((1, "broken"));
    }

    private async Task<string> PublishAsync(string key, string document = Document)
    {
        (await server.Main.Definitions.SaveAsync(SurveyKind.Name, key, document, Actor.System)).Problem.ShouldBeNull();
        return key;
    }

    private async Task IdentifyAsync(string user)
    {
        var source = await server.CreateSourceAsync();
        (await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId": "{{{user}}}", "traits": {"first_name": "Ada", "vip": false}}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<string> LinkAsync(string key, string user)
    {
        await IdentifyAsync(user);
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var made = await marketer.PostAsJsonAsync($"/api/surveys/{key}/links", new { customer = "user_id:" + user, channel = "email", about = new { order_id = "O-1" } });
        made.StatusCode.ShouldBe(HttpStatusCode.OK, await made.Content.ReadAsStringAsync());
        return new Uri((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!).PathAndQuery + "&lang=en";
    }

    private static string QueryOf(string link) => link.Split("t=")[1].Split('&')[0];

    private Task<IReadOnlyList<SurveyResponse>> ListAsync(string key) => SurveyBook.Of(server.Main).Responses.ListAsync(key, new ResponseFilter(), 1000);

    private List<JsonElement> Told(string key) =>
        [.. server.Main.Log.ReadFrom(1).Where(e => e.Kind == LogRecordKind.Event).Select(e => JsonDocument.Parse(e.Json).RootElement).Where(e => e.TryGetProperty("event", out var name) && name.GetString() == "Survey Answered" && e.GetProperty("properties").GetProperty("survey_id").GetString() == key)];

    private static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer)
    {
        using (answer) return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static IHtmlInputElement Input(IHtmlDocument page, string selector) => (IHtmlInputElement)page.QuerySelector(selector)!;

    /// <summary>Sends the form of a page with what was filled in, as a browser does, and gives the page that it is answered with.</summary>
    private static async Task<IHtmlDocument> SendAsync(HttpClient client, IHtmlDocument page, HttpStatusCode? status, params (string Name, string Value)[] filled)
    {
        var form = page.QuerySelector("form")!;
        (string Name, string Value)[] hidden = [.. form.QuerySelectorAll("input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))];
        using var answer = await client.PostAsync(form.GetAttribute("action"), PageClient.Form([.. hidden, .. filled, .. filled.Any(f => f.Name == "go") ? [] : new[] { ("go", "next") }]));
        if (status is not null) answer.StatusCode.ShouldBe(status.Value, await answer.Content.ReadAsStringAsync());
        return await ReadAsync(answer.StatusCode == HttpStatusCode.Found ? await client.GetAsync(answer.Headers.Location) : answer);
    }
}
