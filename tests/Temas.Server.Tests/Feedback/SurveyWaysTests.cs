using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using Temas.Storage.EventLog;

namespace Temas.Server.Tests.Feedback;

/// <summary>Surveys before a kiosk, on the phone and by the API; and what a contact agrees to.</summary>
public sealed class SurveyWaysTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Bugün nasıldı?", "en": "How was it today?"},
         "pages": [
           {"id": "one", "questions": [{"id": "score", "kind": "csat", "style": "smileys", "required": true, "title": {"tr": "Memnun musunuz?", "en": "Are you satisfied?"}},
                                       {"id": "part", "kind": "multiple", "other": true, "title": {"tr": "Ne?", "en": "What, {{trait:first_name|you}}?"}, "choices": [{"id": "late", "text": {"tr": "Geç", "en": "Late"}}, {"id": "broken", "text": {"tr": "Kırık", "en": "Broken"}}]}]},
           {"id": "two", "showIf": {"question": "score", "is": "at_most", "value": 2}, "questions": [{"id": "why", "kind": "text", "required": true, "title": {"tr": "Neden?", "en": "Why?"}}]},
           {"id": "three", "questions": [{"id": "reach", "kind": "contact", "fields": ["email", "phone"], "purpose": "surveys", "title": {"tr": "Size nasıl ulaşalım?", "en": "How can we reach you?"}, "consent": {"tr": "Kabul ediyorum", "en": "I agree"}}]}]}
        """;

    [Fact]
    public async Task Kiosk_OneTapAPage_BeginsAnew_AndRemembersNobody()
    {
        await PublishAsync("kiosk");
        using var marketer = await server.SignInAsync();
        using var made = await marketer.PostAsync("/w/main/surveys/do/kiosk", PageClient.Form(("of", "kiosk"), ("place", "izmir-1")));
        var link = WebUtility.UrlDecode(made.Headers.Location!.OriginalString.Split("link=")[1]);
        using var client = server.Anonymous();
        for (var person = 0; person < 3; person++)
        {
            using var first = await client.GetAsync(link + "&lang=en");
            first.Headers.GetValues("Refresh").ShouldHaveSingleItem().ShouldBe($"60;url={link}");
            first.Headers.CacheControl!.NoStore.ShouldBeTrue();
            var page = await ReadAsync(first);
            page.QuerySelectorAll("fieldset.q").Length.ShouldBe(1);
            page.QuerySelectorAll("script, meta[http-equiv]").ShouldBeEmpty();
            page.QuerySelectorAll("button.tap").Length.ShouldBe(5);
            (await TapAsync(client, page, ("go", page.QuerySelector(".langs button[lang=tr]")!.GetAttribute("value")!))).QuerySelector("#q-score .t")!.TextContent.ShouldStartWith("Memnun");
            page = await TapAsync(client, page, ("q.score", "5"));
            page.QuerySelector("#q-part .t")!.TextContent.ShouldStartWith("What, you?");
            page = await TapAsync(client, page, ("q.part", "late"), ("go", "next"));
            page.QuerySelector("#q-reach").ShouldNotBeNull();
            // Neither the address nor the way back says anything of her.
            (await ReadAsync(await client.GetAsync($"{link}&r={Value(page, "r")}&p=three.reach"))).QuerySelector("#q-score").ShouldNotBeNull();
            page = await TapAsync(client, page, ("go", "next"));
            page.QuerySelector("h1")!.TextContent.ShouldBe("Thank you");
            page.QuerySelector("a.again")!.GetAttribute("href").ShouldBe(link);
        }

        var kept = await ListAsync("kiosk");
        kept.Count.ShouldBe(3);
        kept.ShouldAllBe(r => r.State == ResponseState.Complete && r.Channel == "kiosk" && r.About["store_id"] == "izmir-1" && r.Customer == null);

        // Half-filled, it is a partial response that nobody sees again.
        var half = await ReadAsync(await client.GetAsync(link));
        await TapAsync(client, half, ("q.score", "1"));
        (await ListAsync("kiosk")).Count(r => r.State == ResponseState.Partial).ShouldBe(1);
        // A place that somebody made up is none; and a response of a page is not taken before a kiosk without its token.
        foreach (var forged in new[] { "/s/main/kiosk/kiosk", "/s/main/kiosk/kiosk?k=izmir-2", link[..^3] + "AAA" }) (await client.GetAsync(forged)).StatusCode.ShouldBe(HttpStatusCode.NotFound, forged);
        using var refused = await client.PostAsync("/s/main/kiosk/kiosk", PageClient.Form(("r", Value(half, "r")), ("p", "one.score"), ("q.score", "5")));
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Contact_WhoAgreed_HasGivenConsent_Once_ForTheChannelsThatSheNamed()
    {
        await PublishAsync("contact");
        using var agent = await server.TokenClientAsync(Role.Agent);
        var body = new { language = "en", answers = new { score = 5, reach = new { email = "deniz@contact.example", consent = true } } };
        using var first = await SendAsync(agent, "contact", body, "order-7");
        first.StatusCode.ShouldBe(HttpStatusCode.Created, await first.Content.ReadAsStringAsync());
        using var again = await SendAsync(agent, "contact", body, "order-7");
        again.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await ListAsync("contact")).ShouldHaveSingleItem().EnteredBy.ShouldNotBeNull();
        var events = EventsOf("contact");
        events.Select(e => e.GetProperty("event").GetString()).ShouldBe(["Survey Answered", "Consent Given"]);
        var consent = events[1].GetProperty("properties");
        (consent.GetProperty("purpose").GetString(), consent.GetProperty("channels")[0].GetString(), consent.GetProperty("channels").GetArrayLength(), consent.GetProperty("text").GetString()).ShouldBe(("surveys", "email", 1, "I agree"));
        using var customer = await agent.GetAsync("/api/customers/email:deniz@contact.example");
        var consents = (await customer.Content.ReadFromJsonAsync<JsonElement>()).GetRawText();
        consents.ShouldContain("surveys");
    }

    [Fact]
    public async Task Api_WhatIsWrong_IsSaidQuestionByQuestion_AndNothingIsKept()
    {
        await PublishAsync("by-api");
        using var agent = await server.TokenClientAsync(Role.Agent);
        using var wrong = await SendAsync(agent, "by-api", new { answers = new { score = 9, part = new[] { "late", "nothing" }, why = "not asked", reach = new { email = "no address", consent = true }, unknown = 1 } });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var faults = (await wrong.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("faults").EnumerateArray().Select(f => (f.GetProperty("field").GetString(), f.GetProperty("code").GetString())).ToList();
        faults.ShouldBe([("answers.score", "fault_choices"), ("answers.part", "fault_choices"), ("answers.reach", "fault_email"), ("answers.unknown", "not_asked"), ("answers.why", "not_asked")]);
        foreach (var (body, code) in new (object, string)[]
        {
            (new { answers = new { } }, "fault_required"), (new { channel = "smoke", answers = new { score = 5 } }, "channel_unknown"), (new { language = "de", answers = new { score = 5 } }, "language_unknown"),
            (new { customer = "email:nobody@by-api.example", answers = new { score = 5 } }, "customer_unknown"), (new { about = new { shoe_size = "42" }, answers = new { score = 5 } }, "subject_unknown"), (new { answers = new { score = (int?)null } }, "answer_invalid"),
        })
        {
            using var refused = await SendAsync(agent, "by-api", body);
            (await refused.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
        }

        (await SendAsync(agent, "none", new { answers = new { score = 5 } })).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await SendAsync(viewer, "by-api", new { answers = new { score = 5 } })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await ListAsync("by-api")).ShouldBeEmpty();

        await server.SendAsync("/v1/identify", (await server.CreateSourceAsync()).WriteKey, """{"userId": "ada-api", "traits": {"first_name": "Ada", "language": "tr"}}""");
        using var taken = await SendAsync(agent, "by-api", new { customer = "user_id:ada-api", channel = "phone", about = new { order_id = "O-9" }, answers = new { score = 1, why = "Geç geldi", part = new { values = new[] { "late", "other" }, other = "kutu" } } });
        taken.StatusCode.ShouldBe(HttpStatusCode.Created, await taken.Content.ReadAsStringAsync());
        var kept = (await ListAsync("by-api")).ShouldHaveSingleItem();
        (kept.Customer, kept.Score, kept.Language, kept.Channel, kept.About["order_id"], kept.Answers["part"].Other).ShouldBe(("user_id:ada-api", 1, "tr", "phone", "O-9", "kutu"));
    }

    [Fact]
    public async Task Phone_OnePage_AsksFurtherWhenItMust_AndSaysWhoEntered()
    {
        await PublishAsync("phone");
        await server.SendAsync("/v1/identify", (await server.CreateSourceAsync()).WriteKey, """{"userId": "ada-phone", "traits": {"first_name": "Ada"}}""");
        await server.CreatePersonAsync("agent@phone.example", Role.Agent, password: "a long way to the sea");
        using var agent = await server.SignInAsync("agent@phone.example");
        var page = await ReadAsync(await agent.GetAsync("/w/main/surveys/of/phone/enter?customer=user_id:ada-phone&lang=en"));
        page.QuerySelectorAll("fieldset.q").Length.ShouldBe(3);
        page.QuerySelector("#q-part .t")!.TextContent.ShouldStartWith("What, Ada?");
        // What is missing or follows from an answer is asked for; what was typed stands in no address.
        using var more = await agent.PostAsync("/w/main/surveys/do/enter", Form(page, ("q.score", "1"), ("q.part", "late"), ("q.reach.email", "ada@phone.example")));
        more.StatusCode.ShouldBe(HttpStatusCode.Found);
        more.Headers.Location!.OriginalString.ShouldNotContain("ada@");
        page = await ReadAsync(await agent.GetAsync(more.Headers.Location));
        page.QuerySelectorAll(".sum li a").Select(a => a.GetAttribute("href")).ShouldBe(["#q-why", "#q-reach"]);
        ((IHtmlInputElement)page.QuerySelector("input[value=late]")!).IsChecked.ShouldBeTrue();
        // Nobody else goes on with it.
        await server.CreatePersonAsync("other@phone.example", Role.Agent, password: "a long way to the sea");
        using var other = await server.SignInAsync("other@phone.example");
        (await ReadAsync(await other.GetAsync(more.Headers.Location))).QuerySelector("input[value=late]")!.HasAttribute("checked").ShouldBeFalse();
        using var done = await agent.PostAsync("/w/main/surveys/do/enter", Form(page, ("q.score", "1"), ("q.part", "late"), ("q.why", "the bell")));
        done.StatusCode.ShouldBe(HttpStatusCode.Found);
        done.Headers.Location!.OriginalString.ShouldContain("/surveys/of/phone/responses?r=");
        var kept = (await ListAsync("phone")).ShouldHaveSingleItem();
        (kept.State, kept.Customer, kept.Channel, kept.Answers["why"].Value).ShouldBe((ResponseState.Complete, "user_id:ada-phone", "phone", "the bell"));
        (await agent.GetStringAsync(done.Headers.Location)).ShouldContain(kept.EnteredBy!);
        (await agent.GetStringAsync("/w/main/surveys/enter?customer=user_id:ada-phone")).ShouldContain("/surveys/of/phone/enter?customer=");
        (await agent.GetAsync("/w/main/surveys/of/none/enter")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await server.CreatePersonAsync("viewer@phone.example", Role.Viewer, password: "a long way to the sea");
        using var viewer = await server.SignInAsync("viewer@phone.example");
        (await viewer.GetAsync("/w/main/surveys/of/phone/enter")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Thousand_WhoAnswerAtOnce_AreKeptCountedAndToldOnce()
    {
        await PublishAsync("many", """{"languages": ["en"], "title": {"en": "Many"}, "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "required": true, "title": {"en": "Score?"}}]}]}""");
        var book = SurveyBook.Of(server.Main);
        var until = server.Main.Clock.GetUtcNow().AddDays(1);
        using var client = server.Anonymous();
        var answers = await Task.WhenAll(Enumerable.Range(0, 250).Select(async i =>
        {
            using var answer = await client.PostAsync("/s/main/many", PageClient.Form(("r", Invitation.New(until, "web").Sign(book.Tokens, "many")), ("p", "one"), ("q.score", "7"), ("go", "next")));
            return answer.StatusCode;
        }));
        answers.ShouldAllBe(status => status == HttpStatusCode.Found);
        var count = (await book.Responses.CountAsync())["many"];
        (count.Complete, count.Partial, count.Mean).ShouldBe((250, 0, 7));
        EventsOf("many").Count.ShouldBe(250);
        for (var i = 0; i < 100 && (await book.Responses.UntoldAsync(10)).Count > 0; i++) await Task.Delay(50);
        (await book.Responses.UntoldAsync(10)).ShouldBeEmpty();
    }

    private async Task PublishAsync(string key, string document = Document) => (await server.Main.Definitions.SaveAsync(SurveyKind.Name, key, document, Actor.System)).Problem.ShouldBeNull();

    private Task<IReadOnlyList<SurveyResponse>> ListAsync(string key) => SurveyBook.Of(server.Main).Responses.ListAsync(key, new ResponseFilter(), 1000);

    private List<JsonElement> EventsOf(string key) =>
        [.. server.Main.Log.ReadFrom(1).Where(e => e.Kind == LogRecordKind.Event).Select(e => JsonDocument.Parse(e.Json).RootElement)
            .Where(e => e.TryGetProperty("properties", out var p) && p.TryGetProperty("survey_id", out var survey) && survey.GetString() == key)];

    private static Task<HttpResponseMessage> SendAsync(HttpClient client, string survey, object body, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/surveys/{survey}/responses") { Content = new StringContent(JsonSerializer.Serialize(body), Encoding.UTF8, "application/json") };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return client.SendAsync(request);
    }

    private static async Task<IHtmlDocument> ReadAsync(HttpResponseMessage answer)
    {
        using (answer) return await new HtmlParser().ParseDocumentAsync(await answer.Content.ReadAsStringAsync());
    }

    private static string Value(IHtmlDocument page, string name) => page.QuerySelector($"input[name={name}]")!.GetAttribute("value")!;

    private static FormUrlEncodedContent Form(IHtmlDocument page, params (string Name, string Value)[] filled)
    {
        (string, string)[] hidden = [.. page.QuerySelector("form")!.QuerySelectorAll("input[type=hidden]").Select(i => (i.GetAttribute("name")!, i.GetAttribute("value") ?? ""))];
        return PageClient.Form([.. hidden, .. filled]);
    }

    private static async Task<IHtmlDocument> TapAsync(HttpClient client, IHtmlDocument page, params (string Name, string Value)[] filled)
    {
        using var answer = await client.PostAsync(page.QuerySelector("form")!.GetAttribute("action"), Form(page, filled));
        answer.StatusCode.ShouldBe(HttpStatusCode.Found, await answer.Content.ReadAsStringAsync());
        using var next = await client.GetAsync(answer.Headers.Location);
        next.Headers.Contains("Refresh").ShouldBeTrue();
        var shown = await ReadAsync(next);
        // Once: who goes back finds the beginning.
        (await ReadAsync(await client.GetAsync(answer.Headers.Location))).QuerySelector("#q-score").ShouldNotBeNull();
        return shown;
    }
}
