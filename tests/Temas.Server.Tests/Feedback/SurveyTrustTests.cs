using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Feedback;

/// <summary>What programs give away when they answer, what is handed in twice, what is left unfinished, and languages before a kiosk.</summary>
public sealed class SurveyTrustTests : IAsyncLifetime
{
    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Nasıldı?", "en": "How was it?"},
         "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"tr": "Önerir misiniz?", "en": "Would you recommend us?"}}, {"id": "why", "kind": "text", "title": {"tr": "Neden?", "en": "Why?"}}]}]}
        """;

    private readonly SteppedClock clock = new();
    private TemasServer server = null!;

    private Workspace Main => server.Main;

    public async Task InitializeAsync()
    {
        server = await TemasServer.StartAsync(configure: builder => builder.Services.AddSingleton<TimeProvider>(clock));
        foreach (var (key, document) in new[] { ("plain", Document), ("anonymous", Document.Replace("\"languages\"", "\"anonymous\": true, \"languages\"", StringComparison.Ordinal)) })
            (await Main.Definitions.SaveAsync(SurveyKind.Name, key, document, Actor.System)).Problem.ShouldBeNull();
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task HiddenField_IsSeenByNobody_AndADoubtWhereItIsFilled()
    {
        using var client = server.Anonymous();
        var page = await ReadAsync(client, "/s/main/plain");
        var trap = page.QuerySelector("input[name=homepage]")!;
        (trap.GetAttribute("tabindex"), trap.GetAttribute("autocomplete"), trap.Closest("[aria-hidden=true]") is not null, trap.HasAttribute("style")).ShouldBe(("-1", "off", true, false));
        page.QuerySelectorAll("script").ShouldBeEmpty();
        (await client.GetStringAsync("/s/main/plain/style.css")).ShouldContain(".apart{position:absolute");
        clock.Step(TimeSpan.FromSeconds(40));
        await SendAsync(client, page, ("q.score", "9"), ("homepage", "https://buy.example"));
        var human = await ReadAsync(client, "/s/main/plain");
        clock.Step(TimeSpan.FromSeconds(40));
        await SendAsync(client, human, ("q.score", "8"));
        (await DoubtsAsync("plain")).ShouldBe([(8, ""), (9, "hidden_field_filled")]);
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        var figures = await viewer.GetFromJsonAsync<JsonElement>("/api/surveys/plain/scores");
        (figures.GetProperty("complete").GetInt32(), figures.GetProperty("doubtful").GetInt32()).ShouldBe((2, 1), "what is doubtful is counted, and not dropped");
    }

    [Fact]
    public async Task TooFast_IsMeasuredFromThePageOn_AndSaidOfNobodyWhoseBeginningIsUnknown()
    {
        using var client = server.Anonymous();
        var quick = await ReadAsync(client, "/s/main/plain");
        await SendAsync(client, quick, ("q.score", "1"));
        // Who leaves the moment out, or brings that of another response, began when her token was made.
        var other = await ReadAsync(client, "/s/main/plain");
        var stripped = await ReadAsync(client, "/s/main/plain");
        await SendAsync(client, stripped, ("q.score", "2"), ("at", ""));
        await SendAsync(client, other, ("q.score", "3"), ("at", Value(quick, "at")));
        // A click in a mail and one on the page are quick, and say nothing.
        await server.SendAsync("/v1/identify", (await server.CreateSourceAsync()).WriteKey, """{"userId": "ada", "traits": {"first_name": "Ada"}}""");
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var made = await marketer.PostAsJsonAsync("/api/surveys/plain/links", new { customer = "user_id:ada" });
        var link = new Uri((await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("url").GetString()!).PathAndQuery;
        await SendAsync(client, await ReadAsync(client, link + "&a=4"), ("q.score", "4"));
        // A program that hands in what somebody else asked takes no time.
        using var agent = await server.TokenClientAsync(Role.Agent);
        (await agent.PostAsJsonAsync("/api/surveys/plain/responses", new { answers = new { score = 5 } })).StatusCode.ShouldBe(HttpStatusCode.Created);
        var slow = await ReadAsync(client, "/s/main/plain");
        clock.Step(TimeSpan.FromMinutes(2));
        await SendAsync(client, slow, ("q.score", "6"));
        (await DoubtsAsync("plain")).ShouldBe([(1, "faster_than_a_hand"), (2, "faster_than_a_hand"), (3, "faster_than_a_hand"), (4, ""), (5, ""), (6, "")], "each as quick as it was");
    }

    [Fact]
    public async Task Anonymous_TooFastIsNoted_AndNoMomentIsKept()
    {
        using var client = server.Anonymous();
        var quick = await ReadAsync(client, "/s/main/anonymous");
        var slow = await ReadAsync(client, "/s/main/anonymous");
        await SendAsync(client, quick, ("q.score", "1"));
        clock.Step(TimeSpan.FromSeconds(30));
        await SendAsync(client, slow, ("q.score", "2"));
        (await DoubtsAsync("anonymous")).ShouldBe([(1, "sent_at_once"), (2, "")]);
        (await SurveyBook.Of(Main).Responses.ListAsync("anonymous", new ResponseFilter(), 10)).ShouldAllBe(r => r.StartedAt.ToUnixTimeSeconds() % 3600 == 0 && r.ChangedAt.ToUnixTimeSeconds() % 3600 == 0);
    }

    [Fact]
    public async Task IdempotencyKey_TheSameIsOneResponse_AndSomethingElseUnderItIsRefused()
    {
        using var agent = await server.TokenClientAsync(Role.Agent);
        using var wrong = await HandInAsync(agent, "k1", """{"answers": {"score": 11}}""");
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        // What was refused may be put right under its key.
        using var first = await HandInAsync(agent, "k1", """{"answers": {"score": 7, "why": "x"}, "about": {"order_id": "1", "store_id": "2"}}""");
        first.StatusCode.ShouldBe(HttpStatusCode.Created);
        using var again = await HandInAsync(agent, "k1", """{ "about": {"store_id": "2", "order_id": "1"}, "answers": { "why": "x", "score": 7 } }""");
        again.StatusCode.ShouldBe(HttpStatusCode.OK, "the same, in another order");
        (await again.Content.ReadAsStringAsync()).ShouldBe(await first.Content.ReadAsStringAsync());
        foreach (var other in new[] { """{"answers": {"score": 8, "why": "x"}, "about": {"order_id": "1", "store_id": "2"}}""", """{"answers": {"score": 7, "why": "x"}}""", """{"answers": {"score": 99}}""" })
        {
            using var refused = await HandInAsync(agent, "k1", other);
            refused.StatusCode.ShouldBe(HttpStatusCode.UnprocessableEntity);
            refused.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
            var problem = await refused.Content.ReadFromJsonAsync<JsonElement>();
            (problem.GetProperty("code").GetString(), problem.GetProperty("status").GetInt32(), problem.GetProperty("field").GetString()).ShouldBe(("idempotency_key_reused", 422, "Idempotency-Key"));
        }

        // Two that differ and come at once: one of them is taken, however they meet.
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(async i =>
        {
            using var answer = await HandInAsync(agent, "k2", $$$"""{"answers": {"score": {{{i % 2}}}}}""");
            return (answer.StatusCode, Score: i % 2);
        }));
        answers.Where(a => a.StatusCode is HttpStatusCode.Created or HttpStatusCode.OK).Select(a => a.Score).Distinct().ShouldHaveSingleItem();
        answers.Count(a => a.StatusCode == HttpStatusCode.UnprocessableEntity).ShouldBe(10);
        // Another caller's key is another key, and without one each is a response.
        using var manager = await server.TokenClientAsync(Role.Manager);
        using var theirs = await HandInAsync(manager, "k1", """{"answers": {"score": 1}}""");
        theirs.StatusCode.ShouldBe(HttpStatusCode.Created);
        (await SurveyBook.Of(Main).Responses.ListAsync("plain", new ResponseFilter(), 10)).Count.ShouldBe(3);
    }

    [Fact]
    public async Task Left_IsToldOnceAfterAnHour_AndAgainWhereSheGoesOnAndLeaves()
    {
        const string two = """{"languages": ["en"], "title": {"en": "Two"}, "pages": [{"id": "a", "questions": [{"id": "score", "kind": "nps", "title": {"en": "Score?"}}, {"id": "reach", "kind": "contact", "fields": ["email"], "title": {"en": "Reach"}, "consent": {"en": "Yes"}}]}, {"id": "b", "questions": [{"id": "why", "kind": "text", "title": {"en": "Why?"}}]}]}""";
        foreach (var (key, document) in new[] { ("two", two), ("hidden", two.Replace("\"languages\"", "\"anonymous\": true, \"languages\"", StringComparison.Ordinal).Replace("\"contact\", \"fields\": [\"email\"]", "\"text\"", StringComparison.Ordinal).Replace(", \"consent\": {\"en\": \"Yes\"}", "", StringComparison.Ordinal)) }) (await Main.Definitions.SaveAsync(SurveyKind.Name, key, document, Actor.System)).Problem.ShouldBeNull();
        // The server looks for itself, too: what counts is what was told.
        async Task<int> ToldAsync()
        {
            await server.Services.GetRequiredService<TellLeft>().RunAsync(Main);
            return (await Main.Events.ReadAsync(0, 100, [TellLeft.Kind])).Count;
        }

        await ToldAsync();
        using var client = server.Anonymous();
        var page = await SendAsync(client, await ReadAsync(client, "/s/main/two?c=store"), ("q.score", "3"), ("q.reach.email", "ada@example.com"), ("q.reach.consent", "yes"));
        await SendAsync(client, await ReadAsync(client, "/s/main/hidden"), ("q.score", "3"));
        var finished = await SendAsync(client, await ReadAsync(client, "/s/main/two"), ("q.score", "8"));
        await SendAsync(client, finished, ("q.why", "done"));
        clock.Step(TimeSpan.FromMinutes(59));
        (await ToldAsync()).ShouldBe(0);
        clock.Step(TimeSpan.FromMinutes(2));
        (await ToldAsync()).ShouldBe(1);
        (await ToldAsync()).ShouldBe(1);
        var told = (await Main.Events.ReadAsync(0, 100, [TellLeft.Kind])).ShouldHaveSingleItem();
        var said = JsonDocument.Parse(told.Json).RootElement;
        (said.GetProperty("survey").GetString(), said.GetProperty("page").GetString(), said.GetProperty("channel").GetString(), said.TryGetProperty("score", out _)).ShouldBe(("two", "b", "store", false));
        said.GetProperty("answers").GetProperty("score").GetProperty("values")[0].GetString().ShouldBe("3");
        told.Json.ShouldNotContain("ada@example.com");
        // She goes on, and leaves again.
        await SendAsync(client, page, ("go", "back"));
        clock.Step(TimeSpan.FromHours(2));
        (await ToldAsync()).ShouldBe(2);
        clock.Step(TimeSpan.FromHours(2));
        (await ToldAsync()).ShouldBe(2);
    }

    [Fact]
    public async Task Kiosk_InAnotherLanguage_KeepsWhereSheIsAndWhatSheFilledIn()
    {
        const string steps = """
            {"languages": ["tr", "en"], "title": {"tr": "Mağaza", "en": "Store"}, "pages": [{"id": "one", "questions": [
              {"id": "first", "kind": "multiple", "required": true, "title": {"tr": "Ne?", "en": "What?"}, "choices": [{"id": "a", "text": {"tr": "A", "en": "A"}}, {"id": "b", "text": {"tr": "B", "en": "B"}}]},
              {"id": "second", "kind": "text", "title": {"tr": "Neden?", "en": "Why?"}}]}]}
            """;
        (await Main.Definitions.SaveAsync(SurveyKind.Name, "steps", steps, Actor.System)).Problem.ShouldBeNull();
        var link = MakeLink.ForKiosk(Main, "steps", "izmir-1").Value;
        using var client = server.Anonymous();
        var page = await ReadAsync(client, link + "&lang=tr");
        page.QuerySelectorAll("nav a").ShouldBeEmpty();
        // Before she has chosen anything nothing is kept of her.
        page = await SendAsync(client, page, ("go", "in-en"));
        (page.QuerySelector("html")!.GetAttribute("lang"), page.QuerySelector("#q-first") is not null).ShouldBe(("en", true));
        (await SurveyBook.Of(Main).Responses.ListAsync("steps", new ResponseFilter(), 10)).ShouldBeEmpty();
        page = await SendAsync(client, page, ("q.first", "b"), ("go", "next"));
        page.QuerySelector("#q-second").ShouldNotBeNull();
        page = await SendAsync(client, page, ("q.second", "the bell"), ("go", "in-tr"));
        (page.QuerySelector("html")!.GetAttribute("lang"), page.QuerySelector("#q-second textarea, #q-second input")!.TextContent.Trim() + page.QuerySelector("#q-second input[type=text]")?.GetAttribute("value")).ShouldBe(("tr", "the bell"));
        page = await SendAsync(client, page, ("q.second", "the bell"), ("go", "next"));
        page.QuerySelector("h1")!.TextContent.ShouldBe("Teşekkür ederiz");
        var kept = (await SurveyBook.Of(Main).Responses.ListAsync("steps", new ResponseFilter(), 10)).ShouldHaveSingleItem();
        (kept.State, kept.Language, kept.Answers["first"].Values[0], kept.Answers["second"].Value).ShouldBe((ResponseState.Complete, "tr", "b", "the bell"));
        // A language that there is not changes nothing.
        var strange = await SendAsync(client, await ReadAsync(client, link + "&lang=en"), ("go", "in-xx"));
        strange.QuerySelector("#q-first").ShouldNotBeNull();
    }

    private async Task<List<(double, string)>> DoubtsAsync(string survey)
    {
        await LiveAnswers.Of(Main).FollowAsync(default);
        var responses = await SurveyBook.Of(Main).Responses.ListAsync(survey, new ResponseFilter(ResponseState.Complete), 100);
        var doubts = await LiveAnswers.Of(Main).Marks.DoubtsAsync([.. responses.Select(r => r.Id)], default);
        return [.. responses.Select(r => (r.Score!.Value, doubts[r.Id].Flags.Select(f => f.Evidence).FirstOrDefault(e => e is "hidden_field_filled" or "faster_than_a_hand" or "sent_at_once") ?? "")).OrderBy(r => r.Item1)];
    }

    private static async Task<HttpResponseMessage> HandInAsync(HttpClient client, string key, string json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/surveys/plain/responses") { Content = new StringContent(json, System.Text.Encoding.UTF8, "application/json") };
        request.Headers.Add("Idempotency-Key", key);
        return await client.SendAsync(request);
    }

    private static async Task<IHtmlDocument> ReadAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(path);
        return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static string Value(IHtmlDocument page, string name) => page.QuerySelector($"input[name={name}]")!.GetAttribute("value")!;

    private static async Task<IHtmlDocument> SendAsync(HttpClient client, IHtmlDocument page, params (string Name, string Value)[] filled)
    {
        (string, string)[] hidden = [.. page.QuerySelector("form")!.QuerySelectorAll("input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? "")).Where(f => !filled.Any(g => g.Name == f.Item1))];
        using var form = PageClient.Form([.. hidden, .. filled]);
        using var answer = await client.PostAsync(page.QuerySelector("form")!.GetAttribute("action"), form);
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
        return await ReadAsync(client, answer.Headers.Location!.OriginalString);
    }
}
