using System.Net;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Responses;
using Temas.Feedback.Surveys.Widget;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Storage.EventLog;

namespace Temas.Server.Tests.Feedback;

/// <summary>Surveys in the pages of a website, against forged keys, foreign websites and tickets of others.</summary>
public sealed class SurveyWidgetTests : IAsyncLifetime
{
    private const string Shop = "https://shop.example", Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Siteniz nasıl {{trait:first_name|?}}", "en": "How is our site {{trait:first_name|?}}"},
         "pages": [{"id": "one", "questions": [{"id": "why", "kind": "text", "title": {"tr": "Neden?", "en": "Why?"}}]},
                   {"id": "two", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"tr": "{{answer:why|}} puan?", "en": "{{answer:why|}} score {{trait:first_name|nobody}}?"}}]}]}
        """;

    private readonly AskingDouble asking = new();
    private TemasServer server = null!;

    public async Task InitializeAsync() => server = await AskingDouble.ServerAsync(asking);

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Offer_ShownOpenedAnswered_IsTheVisitorsOnce_AndNothingOfHerIsInAnAddress()
    {
        var source = await PublishAsync("site");
        // The browser's own evidence joins the visitor with a customer.
        (await server.SendAsync("/v1/identify", source.WriteKey, """{"userId": "ada-site", "anonymousId": "visitor-1", "traits": {"first_name": "Ada"}}""")).Status.ShouldBe(HttpStatusCode.OK);
        var offer = (await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "visitor-1", userId = "somebody-else", page = Shop + "/basket?ask=site&form=tab&token=s3cret&mail=ada@example.com#top", language = "en-GB" })).Body.GetProperty("offer");
        (offer.GetProperty("survey").GetString(), offer.GetProperty("form").GetString(), offer.GetProperty("title").GetString(), offer.GetProperty("language").GetString()).ShouldBe(("site", "tab", "How is our site ?", "en"));
        var place = asking.Places.ShouldHaveSingleItem();
        (place.Page, place.Visitor, place.Language).ShouldBe((Shop + "/basket?ask=site&form=tab", "visitor-1", "en-GB"));
        place.Customer.ShouldNotBeNull();

        var ticket = offer.GetProperty("ticket").GetString();
        (await AskAsync("shown", new { writeKey = source.WriteKey, survey = "site", ticket })).Body.GetProperty("shown").GetBoolean().ShouldBeTrue();
        (await AskAsync("shown", new { writeKey = source.WriteKey, survey = "site", ticket })).Body.GetProperty("shown").GetBoolean().ShouldBeFalse();
        var path = (await AskAsync("open", new { writeKey = source.WriteKey, survey = "site", ticket, language = "en" })).Body.GetProperty("path").GetString()!;
        foreach (var said in new[] { "visitor", "ada", Convert.ToBase64String("visitor-1"u8)[..10] }) path.ShouldNotContain(said);

        using var client = server.Anonymous();
        var (page, answer) = await ReadAsync(await client.GetAsync(path));
        answer.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldEndWith($"frame-ancestors {Shop}");
        answer.Headers.Contains("X-Frame-Options").ShouldBeFalse();
        page.QuerySelectorAll("script").ShouldHaveSingleItem().GetAttribute("data-site").ShouldBe(Shop);
        (page, _) = await SendAsync(client, page, ("q.why", "<script>alert(1)</script>"));
        page.QuerySelectorAll("script").ShouldHaveSingleItem().TextContent.ShouldBe("");
        // What is known of the customer is told to nobody who merely has her browser's id.
        page.QuerySelector("#q-score .t")!.TextContent.ShouldStartWith("<script>alert(1)</script> score nobody?");
        (page, _) = await SendAsync(client, page, ("q.score", "9"));
        page.Body!.GetAttribute("data-end").ShouldBe("1");

        // Opened again it is the same response, and it is done.
        var again = (await AskAsync("open", new { writeKey = source.WriteKey, survey = "site", ticket })).Body.GetProperty("path").GetString()!;
        (await ReadAsync(await client.GetAsync(again))).Page.QuerySelector("form").ShouldBeNull();
        var kept = (await SurveyBook.Of(server.Main).Responses.ListAsync("site", new ResponseFilter(), 10)).ShouldHaveSingleItem();
        (kept.Customer, kept.State, kept.About["decision_id"]).ShouldBe(("anonymous_id:visitor-1", ResponseState.Complete, "d-visitor-1"));
        var told = server.Main.Log.ReadFrom(1).Where(e => e.Kind == LogRecordKind.Event).Select(e => JsonDocument.Parse(e.Json).RootElement).Single(e => e.TryGetProperty("event", out var name) && name.GetString() == "Survey Answered");
        told.GetProperty("anonymousId").GetString().ShouldBe("visitor-1");
        told.TryGetProperty("userId", out _).ShouldBeFalse();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await viewer.GetStringAsync("/api/customers/user_id:ada-site/timeline")).ShouldContain("survey-answered");
    }

    [Fact]
    public async Task Page_OfAForeignWebsite_WithoutKeyOrWithAnothersTicket_IsRefused()
    {
        var source = await PublishAsync("refused");
        await server.Services.GetRequiredService<ChangeSource>().UpdateAsync(server.Main, source.Id, new UpdateSourceRequest(Sites: ["https://SHOP.example/", "http://localhost:8080"]), Actor.System);
        object Asked(string visitor) => new { writeKey = source.WriteKey, anonymousId = visitor, page = Shop + "/?ask=refused" };
        (await AskAsync("offer", Asked("v"), "https://evil.example")).ShouldSatisfyAllConditions(a => a.Status.ShouldBe(HttpStatusCode.Forbidden), a => a.Body.GetProperty("code").GetString().ShouldBe("site_not_allowed"));
        foreach (var origin in new[] { null, "null", "https://shop.example/path", "javascript:1" }) (await AskAsync("offer", Asked("v"), origin)).Status.ShouldBe(HttpStatusCode.Forbidden, origin);
        (await AskAsync("offer", new { writeKey = "forged", anonymousId = "v", page = Shop + "/?ask=refused" })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync("offer", new { anonymousId = "v", page = Shop + "/?ask=refused" })).Status.ShouldBe(HttpStatusCode.Unauthorized);
        (await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "", page = Shop })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "v", page = "not an address" })).Status.ShouldBe(HttpStatusCode.BadRequest);
        (await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "v", page = new string('x', 20_000) })).Status.ShouldBe(HttpStatusCode.BadRequest);

        var ticket = (await AskAsync("offer", Asked("v"))).Body.GetProperty("offer").GetProperty("ticket").GetString()!;
        var other = await PublishAsync("other");
        foreach (var (survey, key, said, origin) in new[]
        {
            ("other", source.WriteKey, ticket, Shop), ("refused", source.WriteKey, ticket[..^2] + "AA", Shop), ("refused", source.WriteKey, "", Shop), ("refused", source.WriteKey, ticket, "http://localhost:8080"),
        })
        {
            foreach (var call in new[] { "shown", "open" }) (await AskAsync(call, new { writeKey = key, survey, ticket = said }, origin)).Status.ShouldBe(HttpStatusCode.Forbidden, $"{call} {survey} {origin}");
        }

        // The frame of one website is of no other, and a token of the frame is none of a page.
        var path = (await AskAsync("open", new { writeKey = source.WriteKey, survey = "refused", ticket })).Body.GetProperty("path").GetString()!;
        using var client = server.Anonymous();
        var token = path.Split("e=")[1].Split('&')[0];
        foreach (var field in new[] { "r", "t" }) (await client.GetAsync($"/s/main/refused?{field}={token}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await client.GetAsync("/s/main/refused/embed")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var unframed = await client.GetAsync("/s/main/refused/embed?e=" + token[..^3]);
        unframed.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldContain("frame-ancestors 'none'");
        other.Id.ShouldNotBe(0);
    }

    [Fact]
    public async Task Preflight_OfAnyOrigin_IsAnswered_AndNothingIsOffered_WhereNoRuleAsks()
    {
        var source = await PublishAsync("cors");
        using var client = server.Anonymous();
        using var asks = new HttpRequestMessage(HttpMethod.Options, "/v1/surveys/offer") { Headers = { { "Origin", Shop }, { "Access-Control-Request-Method", "POST" } } };
        using var may = await client.SendAsync(asks);
        (may.StatusCode, may.Headers.GetValues("Access-Control-Allow-Origin").Single()).ShouldBe((HttpStatusCode.NoContent, Shop));
        var none = await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "cors", page = Shop + "/nothing" });
        (none.Status, none.Body.TryGetProperty("offer", out _)).ShouldBe((HttpStatusCode.OK, false));
        (await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "cors", page = Shop + "/?ask=unpublished" })).Body.TryGetProperty("offer", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Anonymous_SaysNothingOfTheVisitor()
    {
        var source = await PublishAsync("nameless", Document.Replace("\"title\": {\"tr\": \"Siteniz", "\"anonymous\": true, \"title\": {\"tr\": \"Siteniz", StringComparison.Ordinal));
        var offer = (await AskAsync("offer", new { writeKey = source.WriteKey, anonymousId = "nameless-1", page = Shop + "/?ask=nameless" })).Body.GetProperty("offer");
        var path = (await AskAsync("open", new { writeKey = source.WriteKey, survey = "nameless", ticket = offer.GetProperty("ticket").GetString() })).Body.GetProperty("path").GetString()!;
        using var client = server.Anonymous();
        var (page, _) = await ReadAsync(await client.GetAsync(path));
        (page, _) = await SendAsync(client, page);
        await SendAsync(client, page, ("q.score", "3"));
        var kept = (await SurveyBook.Of(server.Main).Responses.ListAsync("nameless", new ResponseFilter(), 10)).ShouldHaveSingleItem();
        (kept.State, kept.Customer, kept.About.Count).ShouldBe((ResponseState.Complete, null, 0));
    }

    [Theory]
    [InlineData("https://a.example/p?x=1&Token=2#f", "https://a.example/p?x=1")]
    [InlineData("https://u:p@a.example/p", "https://a.example/p")]
    [InlineData("https://a.example/?q=%2B905321234567&r=ada%40example.com&s=ok", "https://a.example/?s=ok")]
    [InlineData("ftp://a.example/", null)]
    [InlineData("", null)]
    public void Page_KeepsNothingThatTellsOfAPerson(string address, string? kept) => WidgetEndpoints.Page(address).ShouldBe(kept);

    private async Task<Temas.Collect.Contracts.Source> PublishAsync(string key, string document = Document)
    {
        (await server.Main.Definitions.SaveAsync(SurveyKind.Name, key, document, Actor.System)).Problem.ShouldBeNull();
        return await server.CreateSourceAsync();
    }

    private async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(string call, object body, string? origin = Shop)
    {
        using var client = server.Anonymous();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/surveys/" + call) { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "text/plain") };
        if (origin is not null) request.Headers.TryAddWithoutValidation("Origin", origin);
        using var answer = await client.SendAsync(request);
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    private static async Task<(IHtmlDocument Page, HttpResponseMessage Answer)> ReadAsync(HttpResponseMessage answer) => (await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync()), answer);

    private static async Task<(IHtmlDocument Page, HttpResponseMessage Answer)> SendAsync(HttpClient client, IHtmlDocument page, params (string Name, string Value)[] filled)
    {
        var form = page.QuerySelector("form")!;
        (string, string)[] hidden = [.. form.QuerySelectorAll("input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value")!))];
        var answer = await client.PostAsync(form.GetAttribute("action"), PageClient.Form([.. hidden, .. filled, ("go", "next")]));
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
        return await ReadAsync(await client.GetAsync(answer.Headers.Location));
    }
}
