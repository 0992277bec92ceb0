using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Server.Tests.Feedback;

/// <summary>Surveys as people make them: by forms, as a browser without scripts sends them.</summary>
public sealed class SurveyPagesTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Do = "/w/main/surveys/do/";

    [Fact]
    public async Task Editor_FromATemplateToAnAnswerableSurvey()
    {
        using var browser = await server.SignInAsync();
        var editor = await PageClient.PostAsync(browser, Do + "create", ("template", "delivery"));
        editor.ShouldBe("/w/main/surveys/of/delivery");
        var page = await PageClient.PageAsync(browser, editor);
        page.QuerySelectorAll(".survey-parts li").Length.ShouldBe(5);
        page.QuerySelectorAll("iframe").Length.ShouldBe(2);
        (await browser.GetAsync("/s/main/delivery")).StatusCode.ShouldBe(HttpStatusCode.NotFound, "nobody is asked before it is published");

        // A question more, filled in; what is missing in one language is told at its field.
        editor = await PageClient.PostAsync(browser, Do + "edit", ("of", "delivery"), ("do", "add"), ("newkind", "single"), ("page", "0"));
        editor.ShouldBe("/w/main/surveys/of/delivery?q=question-1");
        (string, string)[] fields = [("of", "delivery"), ("q", "question-1"), ("kind", "single"), ("title.en", "Who took it?"), ("has.choices", "1"), ("c0.id", "1"), ("c0.text.tr", "Ben"), ("c0.text.en", "I did"), ("c1.id", ""), ("c1.text.tr", "Komşum İpek"), ("c1.text.en", "My neighbour"), ("c2.id", ""), ("has.required", "1"), ("required", "on")];
        await PageClient.PostAsync(browser, Do + "edit", [.. fields, ("title.tr", "")]);
        page = await PageClient.PageAsync(browser, editor);
        page.QuerySelector("[id='title.tr']")!.GetAttribute("aria-invalid").ShouldBe("true");
        page.QuerySelectorAll("iframe").ShouldBeEmpty();
        (await PageClient.PostAsync(browser, Do + "publish", ("of", "delivery"))).ShouldContain("refused=1");
        await PageClient.PostAsync(browser, Do + "edit", [.. fields.Select(f => f.Item1 == "c1.id" ? ("c1.id", "komsum-ipek") : f), ("title.tr", "Kim teslim aldı?"), ("do", "up:question-1")]);
        var draft = JsonDocument.Parse(ChangeDefinition.InForce(server.Main, SurveyDraftKind.Name, "delivery")!.Json).RootElement.GetProperty("pages")[0].GetProperty("questions")[1];
        draft.GetProperty("choices").EnumerateArray().Select(c => c.GetProperty("id").GetString()).ShouldBe(["1", "komsum-ipek"]);

        (await PageClient.PostAsync(browser, Do + "publish", ("of", "delivery"))).ShouldBe("/w/main/surveys/of/delivery/links");
        ChangeDefinition.InForce(server.Main, SurveyDraftKind.Name, "delivery").ShouldBeNull();
        (await PageClient.PageAsync(browser, "/s/main/delivery?lang=en")).QuerySelector("#q-question-1 .t")!.TextContent.ShouldStartWith("Who took it?");
        (await PageClient.PageAsync(browser, "/w/main/surveys")).QuerySelector(".badge")!.TextContent.ShouldBe("Open");
        (await PageClient.PageAsync(browser, "/w/main/surveys/of/delivery/links")).QuerySelector("#public-link")!.TextContent.ShouldEndWith("/s/main/delivery");
    }

    [Fact]
    public async Task Preview_IsWalkedThrough_AndKeepsNothing()
    {
        using var browser = await server.SignInAsync();
        var editor = await PageClient.PostAsync(browser, Do + "create", ("template", "support"));
        using var shown = await browser.GetAsync(editor + "/preview");
        shown.Headers.GetValues("X-Frame-Options").ShouldHaveSingleItem().ShouldBe("SAMEORIGIN");
        var page = await PageClient.PageAsync(browser, editor + "/preview?lang=en&p=effort&go=next&q.effort=2&q.solved=no");
        page.QuerySelector("#q-open").ShouldNotBeNull("she said that it was not solved");
        page.QuerySelector("form")!.GetAttribute("method").ShouldBe("get");
        page.QuerySelector("input[type=hidden][name='q.effort']")!.GetAttribute("value").ShouldBe("2");
        (await browser.GetFromJsonAsync<JsonElement>("/api/surveys?workspace=main")).GetProperty("surveys").EnumerateArray().Single(s => s.GetProperty("key").GetString() == editor.Split('/')[^1]).GetProperty("begun").GetInt64().ShouldBe(0);
    }

    [Fact]
    public async Task Responses_AsCsv_HaveAColumnForEachQuestion_AndNoFormula()
    {
        using var browser = await server.SignInAsync();
        await server.Main.Definitions.SaveAsync(SurveyKind.Name, "table", """{"languages":["en"],"title":"T","pages":[{"id":"p","questions":[{"id":"why","kind":"text","title":"Why?"}]}]}""", Actor.System);
        using var client = server.Anonymous();
        var page = await PageClient.PageAsync(client, "/s/main/table");
        using var sent = await client.PostAsync("/s/main/table", PageClient.Form(("r", page.QuerySelector("input[name=r]")!.GetAttribute("value")!), ("p", "p"), ("go", "next"), ("q.why", "=1+1,\"x\"")));
        sent.StatusCode.ShouldBe(HttpStatusCode.Found);
        var csv = await browser.GetStringAsync("/api/surveys/table/responses.csv?workspace=main");
        csv.ShouldStartWith("response_id,version,state,");
        csv.Split("\r\n")[0].ShouldEndWith(",why");
        csv.ShouldContain("\"'=1+1,\"\"x\"\"\"");
        var list = await PageClient.PageAsync(browser, "/w/main/surveys/of/table/responses?state=complete");
        var one = list.QuerySelector("tbody a")!.GetAttribute("href")!;
        (await PageClient.PageAsync(browser, one)).QuerySelector(".survey-answers dd")!.TextContent.ShouldBe("=1+1,\"x\"");
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await viewer.GetAsync("/api/surveys/table/responses.csv")).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await viewer.GetAsync("/api/surveys/table/qr.svg")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await viewer.GetAsync("/api/surveys/table/qr.gif")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }
}
