using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Server.Tests.Insight;

/// <summary>Explorations that are saved: by the page without scripts, and by the API; opened, changed, archived and brought back.</summary>
public sealed class ExplorationTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Asked = "kind=paths&last=90d&gap=4h&event=&event=track:Order+Completed&among=page:Home";

    [Fact]
    public async Task Exploration_SavedOnThePage_OpensAsItWas_AndTellsWhatChanged()
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, $"/w/main/explore?{Asked}");
        var form = page.QuerySelectorAll("form[action$='/explore/saved/keep']").ShouldHaveSingleItem();
        var address = form.QuerySelector("input[name=page]")!.GetAttribute("value")!;
        (await PageClient.PostAsync(browser, "/w/main/explore/saved/keep", ("page", address))).ShouldEndWith("problem=name_missing");

        var opened = await PageClient.PostAsync(browser, "/w/main/explore/saved/keep", ("page", address), ("labelTr", "Siparişe varan yollar"));
        opened.ShouldEndWith("saved=siparise-varan-yollar");
        page = await PageClient.PageAsync(browser, opened);
        page.QuerySelector(".saved-name")!.TextContent.ShouldContain("As saved");
        page.QuerySelector("select[name=event]")!.QuerySelector("[selected]").ShouldBeNull("ways end with an order; they begin anywhere");

        // What the list opens is the same.
        var list = await PageClient.PageAsync(browser, "/w/main/explore/saved?q=siparise");
        page = await PageClient.PageAsync(browser, list.QuerySelectorAll("#results .seg-name").ShouldHaveSingleItem().GetAttribute("href")!);
        page.QuerySelector(".saved-name")!.TextContent.ShouldContain("As saved");
        var document = (await browser.GetFromJsonAsync<JsonElement>("/api/definitions/exploration/siparise-varan-yollar?workspace=main")).GetProperty("document");
        document.GetProperty("question").GetProperty("end").GetProperty("event").GetString().ShouldBe("track:Order Completed");
        document.GetProperty("question").TryGetProperty("start", out _).ShouldBeFalse();
        document.GetProperty("owner").GetString().ShouldNotBeNullOrEmpty();

        // Changed, then saved over it: a second version with the new question.
        page = await PageClient.PageAsync(browser, opened.Replace("gap=4h", "gap=1d", StringComparison.Ordinal));
        page.QuerySelector(".saved-name")!.TextContent.ShouldContain("Changed since");
        form = page.QuerySelectorAll("form[action$='/explore/saved/keep']").First(f => f.QuerySelector("input[name=of]") is not null);
        await PageClient.PostAsync(browser, "/w/main/explore/saved/keep", ("of", "siparise-varan-yollar"), ("page", form.QuerySelector("input[name=page]")!.GetAttribute("value")!));
        var definition = await browser.GetFromJsonAsync<JsonElement>("/api/definitions/exploration/siparise-varan-yollar?workspace=main");
        definition.GetProperty("version").GetInt32().ShouldBe(2);
        definition.GetProperty("document").GetProperty("question").GetProperty("gap").GetString().ShouldBe("1d");
        definition.GetProperty("document").GetProperty("label").GetProperty("tr").GetString().ShouldBe("Siparişe varan yollar");

        // Renamed, archived, brought back; and a new one of the same name does not go on with its history.
        await PageClient.PostAsync(browser, "/w/main/explore/saved/save", ("of", "siparise-varan-yollar"), ("labelTr", "Yollar"), ("labelEn", "Ways"), ("owner", "cx@example.com"));
        page = await PageClient.PageAsync(browser, "/w/main/explore/saved/of/siparise-varan-yollar");
        page.QuerySelector("h1")!.TextContent.ShouldBe("Ways");
        page.QuerySelectorAll("details.version").Length.ShouldBe(3);
        await PageClient.PostAsync(browser, "/w/main/explore/saved/remove", ("of", "siparise-varan-yollar"));
        (await browser.GetAsync("/w/main/explore/saved/of/siparise-varan-yollar")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await PageClient.PostAsync(browser, "/w/main/explore/saved/keep", ("page", address), ("labelTr", "Siparişe varan yollar"))).ShouldEndWith("saved=siparise-varan-yollar-2");
        await PageClient.PostAsync(browser, "/w/main/explore/saved/restore", ("of", "siparise-varan-yollar"));
        (await PageClient.PageAsync(browser, "/w/main/explore/saved/of/siparise-varan-yollar")).QuerySelector("h1")!.TextContent.ShouldBe("Ways");
    }

    [Theory]
    [InlineData("kind=trend&event=track:A&measure=customers&compare=previous&unit=week")]
    [InlineData("kind=funnel&event=track:A&event=track:B&order=any&window=1h")]
    [InlineData("kind=retention&event=track:A&event=*&first=1&unit=month")]
    [InlineData("kind=paths&event=track:A&event=&depth=8")]
    [InlineData("kind=rfm&property=&last=90d")]
    [InlineData("kind=habits&habit=interval&event=&where=city&is=contains&value=iz")]
    public async Task Page_OfAnyKind_ComesBackTheSame(string asked)
    {
        using var browser = await server.SignInAsync();
        var answer = await PageClient.PostAsync(browser, "/w/main/explore/saved/keep", ("page", "?" + asked), ("labelEn", "Any"));
        var page = await PageClient.PageAsync(browser, answer);
        page.QuerySelector(".saved-name")!.TextContent.ShouldContain("As saved");
        // The form of the page itself, sent as it is, changes nothing.
        var form = (IHtmlFormElement)page.QuerySelector("form.explore-form")!;
        var fields = form.Elements.OfType<IHtmlInputElement>().Where(i => i.Type is not "checkbox" || i.IsChecked).Select(i => (i.Name!, i.Value))
            .Concat(form.Elements.OfType<IHtmlSelectElement>().Select(s => (s.Name!, s.Value ?? ""))).Where(f => f.Item1.Length > 0);
        var again = await PageClient.PageAsync(browser, "/w/main/explore?" + string.Join('&', fields.Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2)}")));
        again.QuerySelector(".saved-name")!.TextContent.ShouldContain("As saved");
    }

    [Fact]
    public async Task Api_WritesListsAndAnswers_ForTheirRoles()
    {
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        const string Good = """{"label":{"tr":"Günler","en":"Days"},"owner":"crm","question":{"kind":"stickiness","event":"page:Home","last":"7d","rolling":7}}""";
        (await PutAsync(viewer, "days", Good)).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await PutAsync(marketer, "days", Good)).StatusCode.ShouldBe(HttpStatusCode.OK);
        var listed = (await viewer.GetFromJsonAsync<JsonElement>("/api/explorations?q=days")).GetProperty("explorations").EnumerateArray().ShouldHaveSingleItem();
        listed.GetProperty("kind").GetString().ShouldBe("stickiness");
        var answer = await viewer.GetFromJsonAsync<JsonElement>("/api/explorations/days/answer");
        answer.GetProperty("counts").GetArrayLength().ShouldBe(7);
        (await viewer.GetAsync("/api/explorations/none/answer")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        ((StickinessAnswer)(await server.Main.Part<IExplorations>().AnswerAsync("days", default)).Value).Counts.Count.ShouldBe(7);

        // One without a page of the explorer has its own.
        using var browser = await server.SignInAsync();
        var list = await PageClient.PageAsync(browser, "/w/main/explore/saved?q=days");
        var page = await PageClient.PageAsync(browser, list.QuerySelector("#results .seg-name")!.GetAttribute("href")!);
        page.QuerySelector("h1")!.TextContent.ShouldBe("Days");
    }

    [Theory]
    [InlineData("""{"label":{"tr":"a","en":"a"},"owner":"x"}""", "field_missing", "$.question")]
    [InlineData("""{"label":{"tr":"a","en":"a"},"question":{"kind":"stickiness"}}""", "field_missing", "$.owner")]
    [InlineData("""{"owner":"x","question":{"kind":"stickiness"}}""", "field_missing", "$.label")]
    [InlineData("""{"label":{"tr":"a","en":"a"},"owner":"x","question":{"kind":"funnel","steps":[{}]}}""", "steps_too_few", "$.question.steps")]
    [InlineData("""{"label":{"tr":"a","en":"a"},"owner":"x","question":{"kind":"stickiness"},"page":"?kind=trend"}""", "page_unreadable", "$.page")]
    [InlineData("""{"label":{"tr":"a","en":"a"},"owner":"x","question":{"kind":"stickiness"},"page":{"event":[1]}}""", "page_unreadable", "$.page.event")]
    [InlineData("""{"label":{"tr":"a","en":"a"},"owner":"x","question":{"kind":"stickiness"},"colour":"red"}""", "field_unknown", "$.colour")]
    public async Task Document_WithAFault_IsRefusedByItsPlace(string document, string code, string field)
    {
        using var marketer = await server.TokenClientAsync(Role.Marketer);
        var answer = await PutAsync(marketer, "wrong", document);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = await answer.Content.ReadFromJsonAsync<JsonElement>();
        problem.GetRawText().ShouldContain($"\"{code}\"");
        problem.GetRawText().ShouldContain(field);
    }

    private static Task<HttpResponseMessage> PutAsync(HttpClient client, string key, string json) =>
        client.PutAsync($"/api/definitions/exploration/{key}", new StringContent(json, Encoding.UTF8, "application/json"));
}
