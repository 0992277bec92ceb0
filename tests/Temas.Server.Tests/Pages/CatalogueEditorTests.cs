using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Kernel;
using static Temas.Server.Tests.PageClient;

namespace Temas.Server.Tests.Pages;

/// <summary>The editors of promises, computed traits and touchpoints, and the workspace's settings, as a browser without scripts uses them.</summary>
public sealed class CatalogueEditorTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Promise_TriedRefusedSavedChangedAndTakenBack_IsCountedAndOpensToItsCustomers()
    {
        await SendAsync(
            """{"type":"track","messageId":"ce1","userId":"ce-1","event":"Fitting Booked","timestamp":"2026-03-01T10:00:00Z","properties":{"booking":"B1"}}""",
            """{"type":"track","messageId":"ce2","userId":"ce-1","event":"Fitting Done","timestamp":"2026-03-02T10:00:00Z","properties":{"booking":"B1"}}""",
            """{"type":"track","messageId":"ce3","userId":"ce-2","event":"Fitting Booked","timestamp":"2026-03-01T10:00:00Z","properties":{"booking":"B2"}}""");
        using var owner = await server.SignInAsync();
        (string, string)[] filled =
        [
            ("labelTr", "Prova zamanında"), ("labelEn", "Fitting in time"), ("match", "booking"), ("madeNames0", "Fitting Booked"), ("madeAfter0", "3"), ("madeAfterUnit0", "d"), ("keptByAdd0", "Fitting Done"),
        ];
        var tried = await PageAsync(owner, await PostAsync(owner, "/w/main/promises/preview", filled));
        tried.QuerySelector("#preview")!.TextContent.ShouldContain("Fitting Booked");
        tried.QuerySelectorAll("#preview dd").Select(d => d.TextContent).ShouldBe(["2", "1", "0", "1", "0", "0"]);

        var refused = await PageAsync(owner, await PostAsync(owner, "/w/main/promises/save", [.. filled, ("key", "Not a key"), ("late", "7")]));
        refused.QuerySelector("input[name=late]")!.GetAttribute("aria-invalid").ShouldBeNull("the key is refused before the document is looked at");
        refused.QuerySelector("input[name=key]")!.ParentElement!.QuerySelector(".fault").ShouldNotBeNull();
        var faulty = await PageAsync(owner, await PostAsync(owner, "/w/main/promises/save", [.. filled, ("key", "fitting"), ("late", "7")]));
        faulty.QuerySelector("input[name=late]")!.GetAttribute("aria-invalid").ShouldBe("true");
        faulty.QuerySelector("textarea[name=madeNames0]")!.TextContent.ShouldBe("Fitting Booked");
        (await PostAsync(owner, "/w/main/promises/save", [.. filled, ("key", "fitting")])).ShouldBe("/w/main/promises");
        (await PostAsync(owner, "/w/main/promises/save", [.. filled, ("key", "fitting")])).ShouldEndWith("draft=refused", customMessage: "the key is taken");

        server.Main.Part<Temas.Customers.Census.CustomerCensus>().ReadNow();
        var counts = await owner.GetFromJsonAsync<JsonElement>("/api/promises");
        var count = counts.GetProperty("promises").EnumerateArray().Single(p => p.GetProperty("promise").GetString() == "fitting");
        (count.GetProperty("made").GetInt32(), count.GetProperty("kept").GetInt32(), count.GetProperty("broken").GetInt32()).ShouldBe((2, 1, 1));
        var row = (await PageAsync(owner, "/w/main/promises")).QuerySelectorAll("tr").Single(r => r.TextContent.Contains("Fitting in time", StringComparison.Ordinal) || r.TextContent.Contains("Prova zamanında", StringComparison.Ordinal));
        (await PageAsync(owner, row.QuerySelectorAll("td.num a").Single(a => a.GetAttribute("href")!.EndsWith("outcome=broken", StringComparison.Ordinal)).GetAttribute("href")!)).Body!.TextContent.ShouldContain("ce-2");

        (await owner.PutAsJsonAsync("/api/definitions/segment/fitted", new { label = new { tr = "Provaya gelenler", en = "Came to the fitting" }, where = new { did = new { @event = "track:Fitting Done" } } })).EnsureSuccessStatusCode();
        var ofSegment = (await owner.GetFromJsonAsync<JsonElement>("/api/promises?segment=fitted")).GetProperty("promises").EnumerateArray().Single(p => p.GetProperty("promise").GetString() == "fitting");
        (ofSegment.GetProperty("made").GetInt32(), ofSegment.GetProperty("kept").GetInt32(), ofSegment.GetProperty("broken").GetInt32()).ShouldBe((1, 1, 0));
        var narrowed = (await PageAsync(owner, "/w/main/promises?segment=fitted")).QuerySelectorAll("tr").Single(r => r.QuerySelector("a[href*='promise=fitting']") is not null);
        narrowed.QuerySelectorAll("td.num").Select(c => c.TextContent.Trim()).Take(4).ShouldBe(["1", "1", "0", "0"]);
        var behind = (await PageAsync(owner, narrowed.QuerySelector("td.num a")!.GetAttribute("href")!)).QuerySelector("#results")!.TextContent;
        (behind.Contains("ce-1", StringComparison.Ordinal), behind.Contains("ce-2", StringComparison.Ordinal)).ShouldBe((true, false));
        (await owner.PutAsJsonAsync("/api/definitions/segment/unsaid", new { label = new { tr = "Gitmemiş", en = "Not gone" }, where = new { not = new { profile = "forecast.alive", @is = "less", value = 0.2 } } })).EnsureSuccessStatusCode();
        foreach (var list in new[] { "/api/promises", "/api/customers/list" })
            (await (await owner.GetAsync(list + "?segment=unsaid")).Content.ReadAsStringAsync()).ShouldContain("forecast_unsaid", customMessage: "no model holds, so nobody knows who is in it");
        (await owner.GetAsync("/api/promises?segment=nobody")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await PageAsync(owner, "/w/main/promises?segment=nobody")).QuerySelector("select[name=segment]").ShouldNotBeNull("another one can be chosen");

        (await PostAsync(owner, "/w/main/promises/save", [("of", "fitting"), .. filled.Where(f => !f.Item1.StartsWith("madeAfter", StringComparison.Ordinal)), ("madeAfter0", "12"), ("madeAfterUnit0", "h")])).ShouldBe("/w/main/promises");
        (await owner.GetFromJsonAsync<JsonElement>("/api/definitions/promise/fitting")).GetProperty("document").GetProperty("made")[0].GetProperty("after").GetString().ShouldBe("PT12H");
        (await PostAsync(owner, "/w/main/promises/restore", ("of", "fitting"), ("version", "1"))).ShouldBe("/w/main/promises");
        (await owner.GetFromJsonAsync<JsonElement>("/api/definitions/promise/fitting")).GetProperty("document").GetProperty("made")[0].GetProperty("after").GetString().ShouldBe("P3D");
        (await PostAsync(owner, "/w/main/promises/remove", ("of", "fitting"))).ShouldBe("/w/main/promises");
        (await owner.GetAsync("/w/main/promises/of/fitting")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(owner, "/w/main/promises/restore", ("of", "fitting"))).ShouldBe("/w/main/promises");
        var history = await owner.GetFromJsonAsync<JsonElement>("/api/definitions/promise/fitting/history");
        history.GetProperty("versions").EnumerateArray().Select(v => v.GetProperty("removed").GetBoolean()).ShouldBe([false, true, false, false, false]);
        (await PageAsync(owner, "/w/main/promises/of/fitting")).QuerySelectorAll("button[name=version]").Length.ShouldBe(3);
    }

    [Fact]
    public async Task Promise_OfTheCatalogue_SavedUnchanged_MakesNoVersion()
    {
        using var owner = await server.SignInAsync();
        foreach (var key in new[] { "delivery", "callback", "refund" })
        {
            var before = (await owner.GetFromJsonAsync<JsonElement>($"/api/definitions/promise/{key}")).GetProperty("document").GetRawText();
            var form = (await PageAsync(owner, $"/w/main/promises/of/{key}")).QuerySelector("form[action$='/promises/save']")!;
            (await PostAsync(owner, "/w/main/promises/save", FieldsOf(form))).ShouldBe("/w/main/promises");
            (await owner.GetFromJsonAsync<JsonElement>($"/api/definitions/promise/{key}")).GetProperty("document").GetRawText().ShouldBe(before);
        }
    }

    [Fact]
    public async Task Touchpoint_AndTrait_OfTheCatalogue_SavedUnchanged_StayAsTheyAre()
    {
        using var owner = await server.SignInAsync();
        foreach (var (page, kind, save) in new[] { ("touchpoints/of/order-arrived-message", "touchpoint/order-arrived-message", "touchpoints"), ("computed-traits/of/complaints-90d", "computed-trait/complaints-90d", "computed-traits"), ("computed-traits/of/total-spent", "computed-trait/total-spent", "computed-traits") })
        {
            var before = (await owner.GetFromJsonAsync<JsonElement>($"/api/definitions/{kind}")).GetProperty("document").GetRawText();
            var form = (await PageAsync(owner, $"/w/main/{page}")).QuerySelector($"form[action$='/{save}/save']")!;
            (await PostAsync(owner, $"/w/main/{save}/save", FieldsOf(form))).ShouldBe($"/w/main/{save}");
            JsonElement.DeepEquals(JsonElement.Parse(before), (await owner.GetFromJsonAsync<JsonElement>($"/api/definitions/{kind}")).GetProperty("document")).ShouldBeTrue(before);
        }
    }

    [Fact]
    public async Task Trait_TriedSavedAndRemoved_ShowsRealValuesAndComesBack()
    {
        await SendAsync("""{"type":"track","messageId":"ct1","userId":"ct-1","event":"Plant Watered","timestamp":"2026-03-01T10:00:00Z","properties":{"litres":2.5}}""", """{"type":"track","messageId":"ct2","userId":"ct-1","event":"Plant Watered","timestamp":"2026-03-02T10:00:00Z","properties":{"litres":4}}""");
        await server.CreatePersonAsync("analyst@example.com", Role.Analyst, password: "nine green bottles");
        using var analyst = await server.SignInAsync("analyst@example.com", "nine green bottles");
        (string, string)[] filled = [("labelTr", "Su"), ("labelEn", "Water"), ("measure", "sum"), ("property", "litres"), ("eventNames0", "Plant Watered"), ("where", "litres > 2")];
        var tried = await PageAsync(analyst, await PostAsync(analyst, "/w/main/computed-traits/preview", filled));
        tried.QuerySelectorAll("#preview dd").Select(d => d.TextContent).ShouldBe(["6.5"]);
        (await PostAsync(analyst, "/w/main/computed-traits/save", [.. filled, ("key", "water")])).ShouldBe("/w/main/computed-traits");
        var customer = await analyst.GetFromJsonAsync<JsonElement>("/api/customers/user_id:ct-1");
        customer.GetProperty("profile").GetProperty("computedTraits").EnumerateArray().Single(t => t.GetProperty("key").GetString() == "water").GetProperty("value").GetDecimal().ShouldBe(6.5m);
        (await PostAsync(analyst, "/w/main/computed-traits/remove", ("of", "water"))).ShouldBe("/w/main/computed-traits");
        (await analyst.GetAsync("/api/definitions/computed-trait/water")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PostAsync(analyst, "/w/main/computed-traits/restore", ("of", "water"))).ShouldBe("/w/main/computed-traits");
        (await analyst.GetAsync("/api/definitions/computed-trait/water")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await server.CreatePersonAsync("looks@example.com", Role.Viewer, password: "nine green bottles");
        using var viewer = await server.SignInAsync("looks@example.com", "nine green bottles");
        (await viewer.PostAsync("/w/main/computed-traits/save", Form([.. filled, ("key", "water")]))).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await viewer.GetAsync("/w/main/computed-traits/new")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Trait_ThatIsAQuestion_IsTriedSavedAndKept_WithItsFaultsAtTheirFields()
    {
        await SendAsync("""{"type":"track","messageId":"tq1","userId":"tq-1","event":"Seed Sown","timestamp":"2026-03-01T10:00:00Z"}""", """{"type":"track","messageId":"tq2","userId":"tq-1","event":"Crop Reaped","timestamp":"2026-03-01T22:30:00Z"}""");
        using var owner = await server.SignInAsync();
        (string, string)[] label = [("labelTr", "Hasat"), ("labelEn", "Harvest")];
        (string, string)[] funnel = [.. label, ("measure", "funnel_hours"), ("step0", "Seed Sown"), ("step2", "track:Crop Reaped"), ("funnelWindow", "30"), ("funnelWindowUnit", "d"), ("order", "ordered"), ("where", "left = over")];
        var tried = await PageAsync(owner, await PostAsync(owner, "/w/main/computed-traits/preview", funnel));
        tried.QuerySelectorAll("#preview dd").Select(d => d.TextContent).ShouldBe(["12.5"]);
        (await PostAsync(owner, "/w/main/computed-traits/save", [.. funnel, ("key", "harvest")])).ShouldBe("/w/main/computed-traits");
        var saved = (await owner.GetFromJsonAsync<JsonElement>("/api/definitions/computed-trait/harvest")).GetProperty("document");
        saved.GetProperty("funnel").GetRawText().ShouldBe("""{"steps":[{"event":"track:Seed Sown"},{"event":"track:Crop Reaped"}],"window":"30d"}""");
        saved.TryGetProperty("where", out _).ShouldBeFalse();

        // What the editor has no field for is kept when it is saved as it is shown, or as another measure of the same funnel.
        using (var put = await owner.PutAsync("/api/definitions/computed-trait/harvest", new StringContent("""{"label":{"tr":"Hasat","en":"Harvest"},"measure":"funnel_hours","funnel":{"exclude":[{"event":"track:Hail","after":1,"before":2}],"steps":[{"event":["track:Seed Sown","track:Tree Planted"],"where":{"property":"a","value":1}},{"event":"track:Crop Reaped"}],"same":"field","last":"365d"}}""", System.Text.Encoding.UTF8, "application/json"))) put.IsSuccessStatusCode.ShouldBeTrue();
        var before = (await owner.GetFromJsonAsync<JsonElement>("/api/definitions/computed-trait/harvest")).GetProperty("document").GetRawText();
        var form = (await PageAsync(owner, "/w/main/computed-traits/of/harvest")).QuerySelector("form[action$='/computed-traits/save']")!;
        (await PostAsync(owner, "/w/main/computed-traits/save", FieldsOf(form))).ShouldBe("/w/main/computed-traits");
        JsonElement.DeepEquals(JsonElement.Parse(before), (await owner.GetFromJsonAsync<JsonElement>("/api/definitions/computed-trait/harvest")).GetProperty("document")).ShouldBeTrue();

        // Each fault stands at its field, in the reader's words.
        async Task<string> FaultAsync(string field, params (string, string)[] filled)
        {
            var refused = await PageAsync(owner, await PostAsync(owner, "/w/main/computed-traits/save", [.. label, ("key", "wrong"), .. filled]));
            return refused.QuerySelector($"[name='{field}']")!.GetAttribute("aria-invalid") == "true" ? refused.QuerySelector($"[name='{field}']")!.Closest(".field")!.QuerySelector(".fault")!.TextContent : "";
        }

        (await FaultAsync("condition", ("measure", "condition"), ("condition", "{\"did\": "))).ShouldStartWith("This is no JSON object");
        (await FaultAsync("condition", ("measure", "condition"), ("condition", """{"all":[{"dod":{}}]}"""))).ShouldStartWith("This condition is not known");
        (await FaultAsync("segment", ("measure", "segment"))).ShouldStartWith("This is required");
        (await FaultAsync("step1", ("measure", "funnel_step"), ("step0", "a"), ("step1", "b,,"), ("funnelWindow", "soon"))).ShouldBe("");
        (await FaultAsync("funnelWindow", ("measure", "funnel_step"), ("step0", "a"), ("step1", "b"), ("funnelWindow", "soon"))).ShouldStartWith("Not a length of time");
        (await FaultAsync("unit", ("measure", "active_units"), ("activeEvent", "a"), ("unit", "week"))).ShouldStartWith("Say in which time");
    }

    [Fact]
    public async Task Workspace_Renamed_WithItsCurrencyAndLanguage_IsAuditedAndUsed()
    {
        await server.CreateWorkspaceAsync("brand");
        await server.Services.GetRequiredService<Temas.Server.People.CreatePerson>().HandleAsync(
            new Temas.Server.People.CreatePersonRequest("brand@example.com", null, "nine green bottles", null, Role.Owner, WorkspaceKey.Parse("brand").Value), Actor.System, CancellationToken.None);
        using var owner = await server.SignInAsync("brand@example.com", "nine green bottles");
        const string page = "/w/brand/settings/workspace";
        (await PostAsync(owner, page, ("name", "Marka"), ("timeZone", "Mars/Olympus"), ("currency", "eur"), ("language", "en"))).ShouldContain("draft=refused");
        (await PageAsync(owner, page)).QuerySelector("input[name=name]")!.GetAttribute("value").ShouldBe("brand");
        (await PostAsync(owner, page, ("name", " Marka "), ("timeZone", "Europe/Berlin"), ("currency", "eur"), ("language", "tr"))).ShouldBe(page);
        (await PageAsync(owner, page)).QuerySelector("input[name=currency]")!.GetAttribute("value").ShouldBe("EUR");
        server.Workspaces.Find(WorkspaceKey.Parse("brand").Value)!.Name.ShouldBe("Marka");
        var audit = await owner.GetFromJsonAsync<JsonElement>("/api/audit?workspace=brand&limit=50");
        audit.GetProperty("entries").EnumerateArray().ShouldContain(e => e.GetProperty("action").GetString() == "workspace.renamed" && e.GetProperty("before").GetString() == "{\"name\":\"brand\"}");

        using var browser = await server.SignInAsync("brand@example.com", "nine green bottles");
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("de");
        (await PageAsync(browser, page)).DocumentElement.GetAttribute("lang").ShouldBe("tr");
        browser.DefaultRequestHeaders.AcceptLanguage.Clear();
        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("en-GB");
        (await PageAsync(browser, page)).DocumentElement.GetAttribute("lang").ShouldBe("en");

        (await PostAsync(owner, $"{page}/block", ("kind", "email"), ("value", "kasa@*"))).ShouldBe(page);
        (await PostAsync(owner, $"{page}/block", ("kind", "email"), ("value", "KASA@*"))).ShouldBe($"{page}?problem=blocked_value_known");
        (await PostAsync(owner, $"{page}/block", ("kind", "email"), ("value", "**"))).ShouldBe($"{page}?problem=blocked_value_invalid");
        (await PageAsync(owner, page)).QuerySelector("#blocked")!.TextContent.ShouldContain("kasa@*");
        (await PostAsync(owner, $"{page}/unblock", ("kind", "email"), ("value", "kasa@*"))).ShouldBe(page);
        (await PageAsync(owner, page)).QuerySelector("#blocked")!.TextContent.ShouldNotContain("kasa@*");
    }

    private async Task SendAsync(params string[] events)
    {
        var source = await server.Services.GetRequiredService<CreateSource>().FindOrCreateAsync(server.Main, "editor", Actor.System);
        var sent = await server.Services.GetRequiredService<Temas.Collect.CollectPipeline>().AcceptAsync(server.Main, source.Value, Encoding.UTF8.GetBytes(string.Join('\n', events)), imported: true);
        sent.Value.Accepted.ShouldBe(events.Length);
    }

    private static (string, string)[] FieldsOf(AngleSharp.Dom.IElement form) =>
    [
        .. form.QuerySelectorAll("input[name]").OfType<IHtmlInputElement>().Where(i => i.Type != "checkbox" || i.IsChecked).Select(i => (i.Name!, i.Value)),
        .. form.QuerySelectorAll("textarea[name]").OfType<IHtmlTextAreaElement>().Select(t => (t.Name!, t.Value)),
        .. form.QuerySelectorAll("select[name]").OfType<IHtmlSelectElement>().Select(s => (s.Name!, s.Value ?? "")),
    ];
}
