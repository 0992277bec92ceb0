using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Temas.Feedback.Asking;
using Temas.Feedback.Asking.Decisions;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Figures;
using Temas.Feedback.Surveys.Links;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;

namespace Temas.Browser.Tests;

/// <summary>Surveys for every reader: the pages of those who ask, and the page of those who answer, which has no script at all.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SurveyTests(BrowserFixture browser)
{
    private const string Everything = """
        {"languages": ["tr", "en"], "title": {"tr": "Her tür soru", "en": "Every kind of question"},
         "pages": [{"id": "all", "title": {"tr": "Sayfa", "en": "Page"}, "questions": [
           {"id": "nps", "kind": "nps", "required": true, "title": {"tr": "Önerir misiniz?", "en": "Would you recommend us?"}, "low": {"tr": "Hayır", "en": "No"}, "high": {"tr": "Evet", "en": "Yes"}},
           {"id": "stars", "kind": "csat", "style": "stars", "required": true, "title": {"tr": "Yıldız", "en": "Stars"}, "help": {"tr": "Açıklama", "en": "Explained"}},
           {"id": "faces", "kind": "csat", "style": "smileys", "title": {"tr": "Yüz", "en": "Faces"}},
           {"id": "ces", "kind": "ces", "title": {"tr": "Kolaydı", "en": "It was easy"}},
           {"id": "single", "kind": "single", "other": true, "required": true, "title": {"tr": "Tek", "en": "One"}, "choices": [{"id": "a", "text": {"tr": "A", "en": "A"}}, {"id": "b", "text": {"tr": "B", "en": "B"}}]},
           {"id": "matrix", "kind": "matrix", "title": {"tr": "Matris", "en": "Matrix"}, "rows": [{"id": "x", "text": {"tr": "X", "en": "X"}}, {"id": "y", "text": {"tr": "Y", "en": "Y"}}], "choices": [{"id": "a", "text": {"tr": "İyi", "en": "Good"}}, {"id": "b", "text": {"tr": "Kötü", "en": "Bad"}}]},
           {"id": "ranking", "kind": "ranking", "title": {"tr": "Sıra", "en": "Order"}, "choices": [{"id": "a", "text": {"tr": "A", "en": "A"}}, {"id": "b", "text": {"tr": "B", "en": "B"}}]},
           {"id": "slider", "kind": "slider", "max": 10, "title": {"tr": "Ölçek", "en": "Scale"}},
           {"id": "text", "kind": "text", "required": true, "title": {"tr": "Metin", "en": "Text"}},
           {"id": "number", "kind": "number", "title": {"tr": "Sayı", "en": "Number"}},
           {"id": "date", "kind": "date", "title": {"tr": "Gün", "en": "Day"}},
           {"id": "contact", "kind": "contact", "fields": ["name", "email", "phone"], "title": {"tr": "İletişim", "en": "Contact"}, "consent": {"tr": "Kabul", "en": "I agree"}},
           {"id": "note", "kind": "message", "title": {"tr": "Not", "en": "Note"}}]},
          {"id": "last", "questions": [{"id": "more", "kind": "text", "title": {"tr": "Başka?", "en": "More?"}}]}]}
        """;

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    public async Task RespondentsPage_ForEveryReader_HasNoViolation_AndWorksByKeyboardWithoutScripts(string language)
    {
        await browser.Server.Main.Definitions.SaveAsync(SurveyKind.Name, "axe", Everything, Actor.System);
        var page = await browser.OpenAsync($"/s/main/axe?lang={language}", language, email: null);
        var found = await CheckAsync(page);
        await page.Locator("button[value=next]").PressAsync("Enter");
        (await page.Locator(".sum li").CountAsync()).ShouldBe(4);
        found.AddRange(await CheckAsync(page));
        await page.Locator("input[name='q.nps'][value='9']").FocusAsync();
        await page.Keyboard.PressAsync("Space");
        (await page.Locator("input[name='q.nps']:checked").GetAttributeAsync("value")).ShouldBe("9");
        await page.GotoAsync("/s/main/none");
        found.AddRange(await CheckAsync(page));
        await page.Context.CloseAsync();

        var plain = await browser.OpenAsync($"/s/main/axe?lang={language}", language, email: null, scripts: false);
        await plain.Locator("input[name='q.nps'][value='9']").CheckAsync(new() { Force = true });
        await plain.Locator("input[name='q.stars'][value='4']").CheckAsync(new() { Force = true });
        await plain.Locator("input[name='q.single'][value='a']").CheckAsync();
        await plain.Locator("textarea").FillAsync("tamam");
        await plain.Locator("button[value=next]").ClickAsync();
        await plain.Locator("button[value=next]").ClickAsync();
        (await plain.Locator("h1").TextContentAsync()).ShouldBe(language == "tr" ? "Teşekkür ederiz" : "Thank you");
        await plain.Context.CloseAsync();
        found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    public async Task Kiosk_ForEveryReader_HasNoViolation_AndBeginsAnewWithoutScripts(string language)
    {
        await browser.Server.Main.Definitions.SaveAsync(SurveyKind.Name, "axe", Everything, Actor.System);
        var link = MakeLink.ForKiosk(browser.Server.Main, "axe", "izmir-1").Value;
        var page = await browser.OpenAsync($"{link}&lang={language}", language, email: null, scripts: false, touch: true);
        var found = new List<string>();
        for (var i = 0; i < 5; i++)
        {
            found.AddRange(await TouchedAsync(page));
            if (Environment.GetEnvironmentVariable("TEMAS_PICTURES") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"kiosk-{language}-{i}.png") });
            if (i == 4) await page.Locator("input[value=a]").CheckAsync();
            await page.Locator(i < 4 ? "button.tap >> nth=3" : "main button[value=next]").ClickAsync();
        }

        // The way back, once the page is whole, shows nothing of what was answered.
        await page.WaitForLoadStateAsync();
        await page.GoBackAsync();
        (await page.Locator("input[type=radio]:checked, input[type=checkbox]:checked").CountAsync()).ShouldBe(0);
        await page.Context.CloseAsync();
        var read = await browser.OpenAsync($"{link}&lang={language}", language, email: null);
        found.AddRange(await CheckAsync(read));
        await read.Context.CloseAsync();
        found.ShouldBeEmpty();
    }

    [Fact]
    public async Task Answers_ThatAreCode_RunNowhere()
    {
        const string Hostile = "\"><img src=x onerror=\"window.caught=1\"><script>window.caught=1</script><svg onload=window.caught=1>' onmouseover='window.caught=1 {{7*7}} javascript:window.caught=1";
        var (main, now) = (browser.Server.Main, TimeProvider.System.GetUtcNow());
        await main.Definitions.SaveAsync(SurveyKind.Name, "hostile", Everything, Actor.System);
        var response = new SurveyResponse
        {
            Id = "hostile-1",
            Survey = "hostile",
            Version = SurveyBook.Of(main).Published("hostile")!.Value.Version,
            Customer = "user_id:hostile",
            Language = "en",
            Channel = "web",
            Score = 1,
            StartedAt = now.AddMinutes(-2),
            ChangedAt = now,
            About = new Dictionary<string, string> { ["order_id"] = Hostile },
            Answers = new Dictionary<string, Answer> { ["nps"] = Answer.Of("1"), ["text"] = Answer.Of(Hostile), ["more"] = Answer.Of(Hostile), ["single"] = new Answer { Values = [Choice.Other], Other = Hostile }, ["contact"] = new Answer { Parts = new Dictionary<string, string> { ["name"] = Hostile, ["email"] = "javascript:alert(1)@example.com" } } },
        };
        await SurveyBook.Of(main).Responses.FinishAsync(response, [], isTold: true);
        await browser.Server.Services.GetRequiredService<TellAnswers>().RunAsync(main);
        await LiveAnswers.Of(main).FollowAsync(default);
        await LiveAnswers.Of(main).Marks.TagAsync("hostile", ["hostile-1"], "<b onclick=window.caught=1>", off: false, default);
        var before = browser.Faults.Count;
        var page = await browser.OpenAsync("/w/main/surveys");
        foreach (var path in new[] { "/surveys/of/hostile/responses", "/surveys/of/hostile/responses?r=hostile-1", "/surveys/of/hostile/scores?period=all", "/surveys/of/hostile/scores/answers?period=all", "/feedback", "/feedback?text=img", "/feedback/customers", "/feedback/topics", "/feedback/drivers", "/follow-ups", "/customers/user_id:hostile", "/live" })
        {
            await page.GotoAsync("/w/main" + path);
            // What runs when it is pointed at or clicked counts, too.
            foreach (var row in await page.Locator("main td, main blockquote, main q, main .quote").AllAsync()) await row.DispatchEventAsync("mouseover");
            (await page.EvaluateAsync<bool>("() => window.caught === undefined")).ShouldBeTrue(path);
            (await page.Locator("main img[src=x], main svg[onload], main [onerror], main [onmouseover], main [onclick], main a[href^='javascript:']").CountAsync()).ShouldBe(0, path);
        }

        await page.GotoAsync("/w/main/surveys/of/hostile/responses?r=hostile-1");
        (await page.Locator("main").TextContentAsync())!.ShouldContain("onerror=\"window.caught=1\"", Case.Sensitive, "it is shown, as text");
        await page.Context.CloseAsync();
        browser.Faults.Skip(before).ShouldBeEmpty();
    }

    // Who stands before it touches with a finger: whatever can be touched is large.
    private static async Task<IEnumerable<string>> TouchedAsync(IPage page)
    {
        var small = new List<string>();
        foreach (var button in await page.Locator("main button").AllAsync())
        {
            if (await button.BoundingBoxAsync() is { Height: < 60 } box) small.Add($"{await button.TextContentAsync()}: {box.Height}");
        }

        return small;
    }

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    public async Task Pages_ForEveryReader_HaveNoViolation(string language)
    {
        var definitions = browser.Server.Main.Definitions;
        await definitions.SaveAsync(SurveyKind.Name, "axe", Everything, Actor.System);
        await definitions.SaveAsync(SurveyDraftKind.Name, "axe", Everything.Replace("\"Every kind of question\"", "\"\"", StringComparison.Ordinal), Actor.System);
        await AnswerAsync();
        var page = await browser.OpenAsync("/w/main/surveys", language);
        var found = new List<string>();
        foreach (var path in new[] { "/of/axe/scores?period=all", "/of/axe/scores?period=all&weigh=1&channel=store", "/of/axe/scores?period=never", "/of/axe/scores/answers?period=all", "/of/axe/scores/answers?question=nps&least=99", "/of/axe/scores/people?period=all", "/of/axe/scores/people?figure=nothing", "/of/none/scores/people", "/of/axe/responses?r=axe-1", "/of/axe/responses?quality=doubtful", "/of/none/scores", "", "/of/axe?refused=1", "/of/axe?q=single", "/of/axe?q=matrix", "/of/axe?q=contact", "/of/axe?q=json", "/of/axe?q=page:last", "/of/axe?q=more", "/of/axe/enter?lang=tr", "/of/axe/enter?customer=nobody", "/enter?customer=email:nobody@x.example", "/of/axe/links", "/of/axe/links?problem=customer_unknown", "/of/axe/responses", "/of/axe/responses?least=much&r=none", "/of/axe/preview" })
        {
            await page.GotoAsync("/w/main/surveys" + path);
            found.AddRange(await CheckAsync(page));
        }

        await page.Context.CloseAsync();
        found.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("tr")]
    [InlineData("en")]
    public async Task AskingRules_ForEveryReader_HaveNoViolation(string language)
    {
        var definitions = browser.Server.Main.Definitions;
        await definitions.SaveAsync(SurveyKind.Name, "axe", Everything, Actor.System);
        await definitions.SaveAsync("asking-rule", "axe", """{"label": {"tr": "Teslimat", "en": "Delivery"}, "survey": "axe", "trigger": {"events": [{"names": ["Order Delivered"]}]}, "channels": ["email"], "share": 50}""", Actor.System);
        var page = await browser.OpenAsync("/w/main/surveys/asking", language);
        var found = new List<string>();
        await DecideAsync();
        foreach (var path in new[] { "", "/decisions", "/of/axe", "/of/axe?draft=preview&trigger=segment&segment=gone&segments=repeat-customers,gone&remindMost=2&remindAfter=2", "/of/axe?dialog=remove", "/axe/try?days=365", "/axe/try?days=365&state=refused", "/policy" })
        {
            await page.GotoAsync("/w/main/surveys/asking" + path);
            found.AddRange(await CheckAsync(page));
        }

        await page.GotoAsync($"/w/main/customers/user_id:{Uri.EscapeDataString(Story.UserId)}");
        found.AddRange(await CheckAsync(page));

        await page.Context.CloseAsync();
        found.ShouldBeEmpty();
    }

    /// <summary>Two who answered, one of them with a doubt and a tag; one who left; and who was asked.</summary>
    private async Task AnswerAsync()
    {
        var (main, now) = (browser.Server.Main, TimeProvider.System.GetUtcNow());
        var version = SurveyBook.Of(main).Published("axe")!.Value.Version;
        var customer = "user_id:" + Story.UserId;
        for (var i = 0; i < 3; i++)
        {
            var response = new SurveyResponse
            {
                Id = $"axe-{i}",
                Survey = "axe",
                Version = version,
                Customer = i == 1 ? customer : null,
                Language = i == 2 ? "en" : "tr",
                Channel = i == 2 ? "store" : "email",
                Page = i == 2 ? "last" : null,
                Score = 9 - i,
                StartedAt = now.AddSeconds(i == 1 ? -1 : -90),
                ChangedAt = now,
                About = new Dictionary<string, string> { ["order_id"] = "O-1" },
                Answers = new Dictionary<string, Answer> { ["nps"] = Answer.Of($"{9 - i}"), ["text"] = Answer.Of("Kargo hızlıydı ama kutu ezilmişti."), ["single"] = new Answer { Values = [Choice.Other], Other = "…" } },
            };
            if (i == 2) await SurveyBook.Of(main).Responses.SaveAsync(response);
            else await SurveyBook.Of(main).Responses.FinishAsync(response, [], isTold: false);
        }

        await LiveAnswers.Of(main).FollowAsync(default);
        await LiveAnswers.Of(main).Marks.TagAsync("axe", ["axe-1"], "Kargo", off: false, default);
        (await MakeLink.RunAsync(main, "axe", new LinkRequest(customer, 30, "email", null), default)).IsOk.ShouldBeTrue();
        (await MakeLink.RunAsync(main, "axe", new LinkRequest(customer, 30, "sms", null), default)).IsOk.ShouldBeTrue();
    }

    /// <summary>Decisions of every sort about the customer of the story, which her page shows, too.</summary>
    private async Task DecideAsync()
    {
        var (desk, now) = (AskingDesk.Of(browser.Server.Main), TimeProvider.System.GetUtcNow());
        var her = Temas.Customers.Api.ReadCustomer.Find(browser.Server.Main, "user_id:" + Story.UserId).Value.Id;
        var ask = new Ask { Id = "axe-ask", Rule = "axe", Survey = "axe", Customer = her, Cause = "Order Delivered", TriggeredAt = now.AddDays(-3), DueAt = now.AddDays(-3), DecidedAt = now.AddDays(-3), State = AskState.Asked, Channel = "email" };
        await desk.Store.NoteAsync(
            [
                ask, ask with { Id = "axe-ask-r1", Reminds = "axe-ask", Reminder = 1, State = AskState.Waiting, DueAt = now.AddDays(1), DecidedAt = now }, ask with { Id = "axe-held", State = AskState.Held, Reason = AskReason.PromiseBroken, Detail = "delivery", Channel = null },
                ask with { Id = "axe-out", State = AskState.Refused, Reason = AskReason.NotInAudience, Detail = "repeat-customers", Channel = null }, ask with { Id = "axe-closed", State = AskState.Refused, Reason = AskReason.NoChannel, Detail = "email:channel_off,sms:no_address", Channel = null },
            ],
            0, [], now, default);
    }

    private static async Task<List<string>> CheckAsync(IPage page)
    {
        var found = new List<string>();
        foreach (var (scheme, width) in new[] { (ColorScheme.Light, 1280), (ColorScheme.Dark, 390) })
        {
            await page.SetViewportSizeAsync(width, 900);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            found.AddRange(await AccessibilityTests.CheckAsync(page, $"{scheme}, {width}", whole: false, width == 390 ? AccessibilityTests.Reader.InAnotherLight : AccessibilityTests.Reader.First));
        }

        return found;
    }
}
