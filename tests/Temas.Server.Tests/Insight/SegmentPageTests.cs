using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;
using AngleSharp.Html.Dom;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>Segments: built by posting the form, as a browser without scripts does; counted alike by page and API.</summary>
public sealed partial class SegmentPageTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Buyers = """{"did":{"event":"track:Order Completed"}}""";

    [Fact]
    public async Task Builder_ByItsButtons_BuildsASegmentThatIsCountedAndSaved()
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/segments/new");
        Count(page).ShouldBe(6);

        page = await PressAsync(browser, page, "show", ("r0-event", "track:Order Completed"));
        Count(page).ShouldBe(3);
        page.QuerySelectorAll("select[name=r0-event] option[selected]").ShouldHaveSingleItem().TextContent.ShouldBe("Order placed");
        page = await PressAsync(browser, page, "filter:0");
        Count(page).ShouldBe(3, "a filter that says nothing yet changes nothing");
        page = await PressAsync(browser, page, "show", ("r0-p0", "total"), ("r0-o0", "atLeast"), ("r0-v0", "200"));
        Count(page).ShouldBe(2);
        page = await PressAsync(browser, page, "group");
        page.QuerySelectorAll("select[name^='r1.']").Select(s => s.GetAttribute("name")).ShouldContain("r1.1-kind");
        page = await PressAsync(browser, page, "show", ("r1.0-kind", "never"), ("r1.1-kind", "segment"));
        page.QuerySelectorAll(".seg-fault").ShouldHaveSingleItem().TextContent.ShouldContain("Choose a segment");
        page.QuerySelector("#audience .seg-count").ShouldBeNull();
        page = await PressAsync(browser, page, "show", ("r1.0-event", "track:Complaint Filed"), ("r1.1-segment", "complained-lately"));
        Count(page).ShouldBe(2);
        page = await PressAsync(browser, page, "remove:1.1");
        page = await PressAsync(browser, page, "up:1");
        page.QuerySelector("input[name=r0-kind]")!.GetAttribute("value").ShouldBe("group");
        Count(page).ShouldBe(1);
        page.QuerySelectorAll("#audience .seg-who").ShouldHaveSingleItem().GetAttribute("href").ShouldStartWith("/w/main/customers/");

        var saved = await SaveAsync(browser, page, ("labelTr", "İyi müşteriler"));
        saved.ShouldBe("/w/main/segments/of/iyi-musteriler");
        page = await PageClient.PageAsync(browser, saved);
        page.QuerySelector("h1")!.TextContent.ShouldBe("İyi müşteriler");
        Count(page).ShouldBe(1);
        var document = (await browser.GetFromJsonAsync<JsonElement>("/api/definitions/segment/iyi-musteriler?workspace=main")).GetProperty("document");
        document.GetProperty("label").GetProperty("en").GetString().ShouldBe("İyi müşteriler", "one name serves both languages where the other is empty");
    }

    [Fact]
    public async Task List_EachNumber_OpensToAsManyCustomers_AndIsThatOfTheApi()
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        var list = await PageClient.PageAsync(browser, "/w/main/segments");
        var api = (await viewer.GetFromJsonAsync<JsonElement>("/api/segments")).GetProperty("segments").EnumerateArray().ToList();
        list.QuerySelectorAll("tbody tr").Length.ShouldBe(api.Count);
        foreach (var row in list.QuerySelectorAll("tbody tr"))
        {
            var (name, link) = (row.QuerySelector(".seg-name")!.TextContent, row.QuerySelector("td.num a")!);
            var customers = int.Parse(link.TextContent, System.Globalization.CultureInfo.InvariantCulture);
            (await PageClient.PageAsync(browser, link.GetAttribute("href")!)).QuerySelectorAll(".customer-lines li").Length.ShouldBe(customers, name);
            var view = api.Find(s => s.GetProperty("label").GetProperty("en").GetString() == name);
            view.GetProperty("customers").GetInt64().ShouldBe(customers, name);
            var some = await viewer.GetFromJsonAsync<JsonElement>($"/api/segments/{view.GetProperty("key").GetString()}/customers?limit=2");
            some.GetProperty("total").GetInt64().ShouldBe(customers);
            some.GetProperty("customers").GetArrayLength().ShouldBe(Math.Min(2, customers));
        }

        (await PageClient.PageAsync(browser, "/w/main/segments?q=REPEAT")).QuerySelectorAll("tbody tr").ShouldHaveSingleItem();
        (await PageClient.PageAsync(browser, "/w/main/segments?q=zzz")).QuerySelector(".empty h2")!.TextContent.ShouldBe("No segment matches");
        (await viewer.GetAsync("/api/segments/nobody/customers")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await viewer.GetAsync("/api/segments/repeat-customers/customers?limit=5000")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Theory]
    [InlineData("""{"did":{"event":"track:Order Completed"},"atLeast":"x"}""", "A whole number is expected")]
    [InlineData("""{"did":{},"atLeast":5,"atMost":2}""", "never so")]
    [InlineData("""{"did":{"where":{"property":"","is":"equal","value":"x"}}}""", "Choose a property")]
    [InlineData("""{"did":{},"within":"d"}""", "length of time")]
    [InlineData("""{"profile":"nonsense","is":"equal","value":1}""", "no such fact")]
    [InlineData("""{"profile":"perception","is":"equal","value":1}""", "cannot be compared so")]
    [InlineData("""{"segment":"nowhere"}""", "no such segment")]
    [InlineData("""{"all":[{"did":{}},{"any":[{"did":{}},{"dud":1}]}]}""", "no such condition")]
    public async Task Builder_AWrongQuestion_IsExplainedAtItsRow(string where, string words)
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, $"/w/main/segments/new?where={Uri.EscapeDataString(where)}");
        page.QuerySelectorAll(".seg-row .seg-fault").ShouldHaveSingleItem().TextContent.ShouldContain(words);
    }

    [Theory]
    [InlineData("""{"did":{"event":"track:Never Heard Of"}}""", "No such event has arrived")]
    [InlineData("""{"did":{"event":"track:Order Completed","where":{"property":"nothing","is":"equal","value":"x"}}}""", "no such property")]
    [InlineData("""{"did":{"event":"track:Order Completed","where":{"property":"city","is":"greater","value":5}}}""", "texts, not numbers")]
    [InlineData("""{"did":{"event":"track:Order Completed","where":{"property":"city","is":"equal","value":"izmir"}}}""", "did you mean İzmir")]
    [InlineData("""{"did":{"event":"track:Order Completed"},"aggregate":"sum","property":"city","is":"atLeast","value":5}""", "texts, not numbers")]
    public async Task Builder_AnImpossibleQuestion_IsExplainedAtItsRow(string where, string words)
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, $"/w/main/segments/new?where={Uri.EscapeDataString(where)}");
        Count(page).ShouldBe(0);
        page.QuerySelectorAll(".seg-row .seg-hint").ShouldHaveSingleItem().TextContent.ShouldContain(words);
    }

    [Theory]
    [InlineData(Buyers)]
    [InlineData("""{"any":[{"did":{"event":["track:A","track:B"],"where":{"all":[{"property":"x","is":"equal","value":["a, b","c","5",5,true]},{"property":"y","is":"exists"}]}},"atLeast":2,"atMost":4,"from":"2026-01-01","to":"2026-02-01"},{"not":{"any":[{"did":{},"atMost":0},{"first":{"event":"identify"},"within":"12h"}]}}]}""")]
    [InlineData("""{"all":[{"not":{"sequence":[{"event":"track:A"},{}],"window":"2d","within":"4w"}},{"not":{"segment":"repeat-customers"}},{"profile":"consent.marketing","is":"equal","value":true}]}""")]
    [InlineData("""{"did":{"event":"track:A"},"aggregate":"average","is":"less","property":"total","value":12.5,"to":"2026-02-01"}""")]
    [InlineData("""{"all":[{"funnel":{"steps":[{"event":"track:A"},{"event":"track:B"}]},"reached":1},{"all":[{"all":[{"did":{}}]}]},{"did":{"where":{"any":[{"property":"a","is":"missing"}]}}}]}""")]
    public async Task Builder_ShownAndSentAgain_SaysTheSame(string where)
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, $"/w/main/segments/new?where={Uri.EscapeDataString(where)}");
        page = await PressAsync(browser, page, "show");
        using var expected = JsonDocument.Parse(where);
        using var shown = JsonDocument.Parse(page.QuerySelector("#json")!.TextContent);
        JsonElement.DeepEquals(shown.RootElement, expected.RootElement).ShouldBeTrue(shown.RootElement.GetRawText());
    }

    [Fact]
    public async Task Json_Changed_ChangesTheRows_AndWhatIsNoneStaysInItsField()
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/segments/new");
        page = await PressAsync(browser, page, "show", ("json", Buyers));
        page.QuerySelector("select[name=r0-event] option[selected]")!.GetAttribute("value").ShouldBe("track:Order Completed");
        page = await PressAsync(browser, page, "show", ("json", """{"did": """));
        page.QuerySelector("#json")!.TextContent.ShouldBe("""{"did": """);
        page.QuerySelector("#json")!.GetAttribute("aria-invalid").ShouldBe("true");
        page.QuerySelector("select[name=r0-event] option[selected]")!.GetAttribute("value").ShouldBe("track:Order Completed");
        (await SaveAsync(browser, page, ("labelEn", "Half"), ("json", """{"did": """))).ShouldContain("draft=refused");
    }

    [Fact]
    public async Task Save_WithoutANameOrWithATakenKey_IsRefusedAtTheField_AndAViewerMayOnlyLook()
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/segments/new");
        var refused = await PageClient.PageAsync(browser, await SaveAsync(browser, page));
        refused.QuerySelector(".notice-danger").ShouldNotBeNull();
        refused.QuerySelector("#labelTr")!.GetAttribute("aria-invalid").ShouldBe("true");
        refused = await PageClient.PageAsync(browser, await SaveAsync(browser, page, ("labelEn", "Mine"), ("key", "repeat-customers")));
        refused.QuerySelector("#key")!.GetAttribute("aria-invalid").ShouldBe("true");
        (await browser.GetAsync("/w/main/segments/of/no-such-thing")).StatusCode.ShouldBe(HttpStatusCode.NotFound);

        await server.CreatePersonAsync("segment-viewer@example.com", Role.Viewer, password: "dokuz yeşil şişe");
        using var viewer = await server.SignInAsync("segment-viewer@example.com", "dokuz yeşil şişe");
        var look = await PageClient.PageAsync(viewer, "/w/main/segments/of/repeat-customers");
        look.QuerySelector("button[formaction$=save]").ShouldBeNull();
        (await PressAsync(viewer, look, "add")).QuerySelector("[name=r1-kind]").ShouldNotBeNull("who may ask may also try");
        using var post = await viewer.PostAsync("/w/main/segments/save", PageClient.Form(("labelEn", "x")));
        post.StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Archive_OfASegmentThatOthersUse_WarnsAndCanBeTakenBack()
    {
        using var browser = await server.SignInAsync();
        using var owner = await server.TokenClientAsync();
        foreach (var (key, where) in new[] { ("base", Buyers), ("upon", """{"segment":"base"}""") })
            (await owner.PutAsync($"/api/definitions/segment/{key}", JsonContent.Create(JsonDocument.Parse($$"""{"label":{"tr":"{{key}}","en":"{{key}}"},"where":{{where}}}""").RootElement))).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.PutAsync("/api/definitions/segment/base", JsonContent.Create(JsonDocument.Parse("""{"label":{"tr":"b","en":"b"},"where":{"not":{"segment":"upon"}}}""").RootElement))).StatusCode.ShouldBe(HttpStatusCode.BadRequest);

        var page = await PageClient.PageAsync(browser, "/w/main/segments/of/base?dialog=archive");
        page.QuerySelector("#archive")!.TextContent.ShouldContain("upon");
        (await PageClient.PostAsync(browser, "/w/main/segments/remove", ("of", "base"))).ShouldBe("/w/main/segments");
        var list = await PageClient.PageAsync(browser, "/w/main/segments?q=upon");
        list.QuerySelector("tbody .badge-warn").ShouldNotBeNull("what it refers to is gone");
        await PageClient.PostAsync(browser, "/w/main/segments/restore", ("of", "base"));
        (await PageClient.PageAsync(browser, "/w/main/segments?q=upon")).QuerySelector("tbody .badge-warn").ShouldBeNull();
    }

    [Fact]
    public async Task Sentence_InBothLanguages_SpeaksInWords()
    {
        await LiveAsync();
        const string Where = """{"all":[{"did":{"event":"track:Order Completed","where":{"property":"total","is":"atLeast","value":200}},"atLeast":2,"within":"90d"},{"not":{"segment":"complained-lately"}},{"profile":"lifecycle","is":"equal","value":"at_risk"}]}""";
        using var browser = await server.SignInAsync();
        Sentence(await PageClient.PageAsync(browser, $"/w/main/segments/new?where={Uri.EscapeDataString(Where)}"))
            .ShouldBe("Customers who did “Order placed” (total is at least 200) at least 2 times in the last 90 days and who are not in “Complained lately” and with Lifecycle stage: at risk");
        await server.CreatePersonAsync("segment-tr@example.com", Role.Marketer, password: "dokuz yeşil şişe");
        using var turkish = await server.SignInAsync("segment-tr@example.com", "dokuz yeşil şişe");
        await PageClient.PostAsync(turkish, "/w/main/settings/account", ("name", "Segmentçi"), ("language", "tr"));
        Sentence(await PageClient.PageAsync(turkish, $"/w/main/segments/new?where={Uri.EscapeDataString(Where)}"))
            .ShouldBe("Son 90 günde “Sipariş verildi” (total en az 200) olayını en az 2 kez yaşayan ve “Son zamanlarda şikâyet edenler” segmentinde olmayan ve Yaşam döngüsü aşaması: risk altında olan müşteriler");

        static string Sentence(IHtmlDocument page) => page.QuerySelector("#audience p.break")!.TextContent;
    }

    [Fact]
    public async Task Suggest_OffersLabelsPropertiesAndFrequentValues_ButNobodysAddress()
    {
        await LiveAsync();
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        async Task<List<JsonElement>> OfAsync(string query) => [.. (await viewer.GetFromJsonAsync<JsonElement>($"/api/suggest?{query}")).GetProperty("suggestions").EnumerateArray()];
        (await OfAsync("of=event&q=order")).Select(s => s.GetProperty("value").GetString()).ShouldBe(["track:Order Completed"]);
        (await OfAsync("of=property&event=track:Order%20Completed&q=TO")).Select(s => s.GetProperty("value").GetString()).ShouldBe(["total"]);
        var cities = await OfAsync("of=value&event=track:Order%20Completed&property=city");
        cities[0].GetProperty("value").GetString().ShouldBe("İzmir");
        cities[0].GetProperty("events").GetInt32().ShouldBe(2);
        (await OfAsync("of=value&event=identify&property=email")).ShouldBeEmpty();
        (await OfAsync("of=value&event=track:Order%20Completed&property=contact")).Select(s => s.GetProperty("value").GetString()).ShouldBe(["shop"]);
        foreach (var wrong in (string[])["of=horoscope", "of=value"]) (await viewer.GetAsync($"/api/suggest?{wrong}")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    private static int Count(IHtmlDocument page) => int.Parse(Digits().Match(page.QuerySelector("#audience .seg-count strong")!.TextContent).Value, System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Sends the builder as it stands, with some fields filled in, by one of its buttons.</summary>
    private static async Task<IHtmlDocument> PressAsync(HttpClient browser, IHtmlDocument page, string button, params (string Name, string Value)[] filled) =>
        await PageClient.PageAsync(browser, await PageClient.PostAsync(browser, "/w/main/segments/edit", [.. Fields(page, filled), ("do", button)]));

    private static Task<string> SaveAsync(HttpClient browser, IHtmlDocument page, params (string Name, string Value)[] filled) => PageClient.PostAsync(browser, "/w/main/segments/save", Fields(page, filled));

    private static (string Name, string Value)[] Fields(IHtmlDocument page, (string Name, string Value)[] filled)
    {
        var form = (IHtmlFormElement)page.QuerySelector("#segment-form")!;
        var fields = form.Elements.Where(e => e.GetAttribute("name") is { Length: > 0 } name && e is not IHtmlButtonElement && !name.StartsWith("__", StringComparison.Ordinal)).Select(e => (Name: e.GetAttribute("name")!, Value: e switch
        {
            IHtmlSelectElement select => select.Value ?? "",
            IHtmlTextAreaElement area => area.Value,
            _ => ((IHtmlInputElement)e).Value,
        })).ToList();
        return [.. fields.Where(f => filled.All(x => x.Name != f.Name)), .. filled];
    }

    /// <summary>Six customers; three of them buy, two for more than 200, of whom one complains.</summary>
    private async Task LiveAsync()
    {
        if (server.Main.Log.Head > 0) return;
        var source = await server.CreateSourceAsync();
        var now = TimeProvider.System.GetUtcNow();
        var events = new List<string>();
        void Add(string type, int who, string name, string properties) =>
            events.Add($$"""{"type":"{{type}}",{{(type == "track" ? $"\"event\":\"{name}\"," : "")}}"userId":"u{{who}}","timestamp":"{{now.AddHours(-events.Count - 1):O}}","{{(type == "track" ? "properties" : "traits")}}":{{properties}}}""");
        for (var i = 0; i < 6; i++) Add("identify", i, "", $$"""{"name":"Kişi {{i}}","email":"u{{i}}@example.com","city":"İzmir"}""");
        Add("track", 0, "Order Completed", """{"total":300,"city":"İzmir","contact":"shop"}""");
        Add("track", 1, "Order Completed", """{"total":250,"city":"İzmir","contact":"u1@example.com"}""");
        Add("track", 2, "Order Completed", """{"total":50,"city":"Iğdır","contact":"+90 532 000 00 00"}""");
        Add("track", 1, "Complaint Filed", "{}");
        (await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{string.Join(',', events)}}]}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
