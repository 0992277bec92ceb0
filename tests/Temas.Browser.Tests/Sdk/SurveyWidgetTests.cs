using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Temas.Collect.Sources;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Feedback.Surveys;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Responses;
using Temas.Kernel;
using Temas.Server.Tests;
using Temas.Server.Tests.Feedback;
using Temas.Server.Workspaces;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Browser.Tests.Sdk;

/// <summary>Surveys in the pages of a website, as visitors meet them: on an origin of its own, and in the demo's shop.</summary>
public sealed class SurveyWidgetTests : IAsyncLifetime
{
    private const string Document = """
        {"languages": ["tr", "en"], "title": {"tr": "Sitemiz nasıl?", "en": "How is our site?"},
         "pages": [{"id": "one", "questions": [{"id": "score", "kind": "csat", "style": "smileys", "required": true, "title": {"tr": "Memnun musunuz?", "en": "Are you satisfied?"}}]},
                   {"id": "two", "questions": [{"id": "why", "kind": "text", "title": {"tr": "Neden?", "en": "Why?"}}]}]}
        """;

    private readonly AskingDouble asking = new();
    private TemasServer server = null!;
    private IPlaywright playwright = null!;
    private IBrowser browser = null!;

    public async Task InitializeAsync()
    {
        server = await AskingDouble.ServerAsync(asking);
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
    }

    public async Task DisposeAsync()
    {
        await browser.DisposeAsync();
        playwright.Dispose();
        await server.DisposeAsync();
    }

    [Theory]
    [InlineData("popover", 1280)]
    [InlineData("slide_in", 390)]
    [InlineData("tab", 1280)]
    [InlineData("tab", 390)]
    public async Task Form_OnAWebsite_IsAnswered_MinimisesAndComesBack(string form, int width)
    {
        await using var site = await SiteAsync();
        var (page, faults) = await VisitAsync(site, $"/?ask=site&form={form}", width, form == "popover" ? ColorScheme.Light : ColorScheme.Dark);
        var widget = page.Locator("temas-survey");
        await widget.Locator(form == "tab" ? ".edge" : ".ask").WaitForAsync();
        var found = (await AccessibilityTests.CheckAsync(page, form)).ToList();
        // Nobody's focus is taken by being asked.
        (await page.EvaluateAsync<string>("() => document.activeElement.tagName")).ShouldBe("BODY");
        await ShootAsync(page, $"{form}-{width}-ask");
        await page.GetByRole(AriaRole.Button, new() { Name = form == "tab" ? "Your opinion" : "Answer" }).ClickAsync();
        var frame = page.FrameLocator("temas-survey iframe");
        await frame.Locator(".scale").WaitForAsync();
        (await page.EvaluateAsync<string>("() => document.activeElement.shadowRoot?.activeElement?.id")).ShouldBe("title");
        // As high as what is asked, and on a phone never the whole of it.
        await Assertions.Expect(widget.Locator("iframe")).Not.ToHaveCSSAsync("height", "420px");
        var box = (await widget.Locator("section.box").BoundingBoxAsync())!;
        if (width < 600) box.Height.ShouldBeLessThan(844 * 0.67f);
        await ShootAsync(page, $"{form}-{width}-open");
        found.AddRange(await AccessibilityTests.CheckAsync(page, form));

        // Escape makes it small, inside the frame as well, and the focus goes along.
        await frame.Locator("input[value='4']").FocusAsync();
        await page.Keyboard.PressAsync("Escape");
        var back = page.GetByRole(AriaRole.Button, new() { Name = "Back to the survey" });
        await back.WaitForAsync();
        (await page.EvaluateAsync<string>("() => document.activeElement.shadowRoot?.activeElement?.textContent")).ShouldBe("Back to the survey");
        // Small on the next page, too, and where it was.
        await page.GotoAsync(new Uri(site.Address, "/next").ToString());
        await back.ClickAsync();
        await frame.Locator("input[value='4']").CheckAsync(new() { Force = true });
        await frame.GetByRole(AriaRole.Button, new() { Name = "Next" }).ClickAsync();
        await frame.Locator("textarea").FillAsync("quick");
        await page.GotoAsync(new Uri(site.Address, "/third").ToString());
        await frame.Locator("textarea").FillAsync("quick");
        await frame.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Assertions.Expect(frame.Locator("h1")).ToHaveTextAsync("Thank you");
        await ShootAsync(page, $"{form}-{width}-thanks");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).ClickAsync();
        await Assertions.Expect(widget).ToHaveCountAsync(0);
        await page.GotoAsync(new Uri(site.Address, "/?ask=site").ToString());
        await page.EvaluateAsync("() => temas.flush()");
        await Assertions.Expect(widget).ToHaveCountAsync(0);

        var me = await page.EvaluateAsync<string>("() => temas.user().anonymousId");
        var kept = (await SurveyBook.Of(server.Main).Responses.ListAsync("site", new ResponseFilter(), 10)).ShouldHaveSingleItem();
        (kept.Customer, kept.State, kept.Score).ShouldBe(($"anonymous_id:{me}", ResponseState.Complete, 4));
        var names = NamesOf(server.Main, me);
        names.ShouldBe(["Survey Answered", "Survey Opened", "Survey Shown"], ignoreOrder: true);
        found.ShouldBeEmpty();
        faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Inline_StandsWhereThePageSays_WorksByKeyboard_AndIsDismissed()
    {
        await using var site = await SiteAsync();
        site.Body = "<main><h1>Shop</h1><p>Text</p><div id=\"here\"></div></main>";
        var (page, faults) = await VisitAsync(site, "/?ask=site&form=inline", 1280, ColorScheme.Light);
        var frame = page.FrameLocator("#here temas-survey iframe");
        await frame.Locator(".scale").WaitForAsync();
        (await AccessibilityTests.CheckAsync(page, "inline")).ShouldBeEmpty();
        await ShootAsync(page, "inline");
        await page.GetByRole(AriaRole.Button, new() { Name = "Close" }).PressAsync("Enter");
        await Assertions.Expect(page.Locator("temas-survey")).ToHaveCountAsync(0);
        await page.EvaluateAsync("() => temas.flush()");
        NamesOf(server.Main, await page.EvaluateAsync<string>("() => temas.user().anonymousId")).ShouldContain("Survey Dismissed");
        (await SurveyBook.Of(server.Main).Responses.ListAsync("site", new ResponseFilter(), 10)).ShouldBeEmpty();
        faults.ShouldBeEmpty();
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Nothing_IsAskedOrLoaded_WithoutConsentOrWhereNoRuleAsks_AndItGoesWithTheConsent()
    {
        await using var site = await SiteAsync();
        site.Options = "{ surveys: true, flushAfter: 50 }";
        var (page, _) = await VisitAsync(site, "/?ask=site&form=slide_in", 1280, ColorScheme.Light);
        var asked = new List<string>();
        page.Request += (_, request) =>
        {
            if (request.Url.Contains("survey", StringComparison.Ordinal)) asked.Add(request.Url);
        };
        await page.GotoAsync(new Uri(site.Address, "/plain").ToString());
        await page.WaitForTimeoutAsync(300);
        asked.ShouldBeEmpty();
        await page.EvaluateAsync("() => temas.consent('granted')");
        await page.WaitForTimeoutAsync(300);
        asked.ShouldAllBe(url => url.EndsWith("/offer", StringComparison.Ordinal));
        await page.GotoAsync(new Uri(site.Address, "/?ask=site&form=slide_in").ToString());
        await page.Locator("temas-survey .ask").WaitForAsync();
        await page.EvaluateAsync("() => temas.consent('denied')");
        await Assertions.Expect(page.Locator("temas-survey")).ToHaveCountAsync(0);
        (await page.EvaluateAsync<int>("() => sessionStorage.length")).ShouldBe(0);
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task DemoShop_OfferedAndAnswered_TheAnswerIsOnTheVisitorsTimeline()
    {
        var workspace = (await server.Services.GetRequiredService<OpenDemo>().HandleAsync(WorkspaceKey.Parse("veranda").Value, Actor.System, CancellationToken.None)).Value;
        (await server.Services.GetRequiredService<LoadDemo>().HandleAsync(workspace, new DemoRequest(Customers: 5, Days: 2), Actor.System, null, CancellationToken.None)).IsOk.ShouldBeTrue();
        (await workspace.Definitions.SaveAsync(SurveyKind.Name, "site", Document, Actor.System)).Problem.ShouldBeNull();
        var context = await browser.NewContextAsync(new() { BaseURL = server.Address.ToString(), Locale = "tr-TR", ReducedMotion = ReducedMotion.Reduce, ViewportSize = new() { Width = 1280, Height = 860 } });
        context.SetDefaultTimeout(20_000);
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, m) =>
        {
            if (m.Type is "error" or "warning") faults.Add(m.Text);
        };
        await page.GotoAsync("/w/veranda/shop?ask=site&form=slide_in");
        await page.GetByRole(AriaRole.Button, new() { Name = "Tümünü kabul et" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Yanıtla" }).ClickAsync();
        var frame = page.FrameLocator("temas-survey iframe");
        await frame.Locator("input[value='5']").CheckAsync(new() { Force = true });
        await ShootAsync(page, "shop");
        await frame.GetByRole(AriaRole.Button, new() { Name = "İleri" }).ClickAsync();
        await frame.Locator("textarea").FillAsync("Bahçe takımı çok güzel");
        await frame.GetByRole(AriaRole.Button, new() { Name = "Gönder" }).ClickAsync();
        await Assertions.Expect(frame.Locator("h1")).ToHaveTextAsync("Teşekkür ederiz");
        var me = await page.EvaluateAsync<string>("() => temas.user().anonymousId");
        await page.GotoAsync("/sign-in?returnUrl=/w/veranda/shop/me?id=" + me);
        await page.Locator("#email").FillAsync(TemasServer.OwnerEmail);
        await page.Locator("#password").FillAsync(TemasServer.OwnerPassword);
        await page.Locator("main button").ClickAsync();
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Bahçe takımı çok güzel");
        faults.ShouldBeEmpty();
        await context.CloseAsync();
    }

    private static List<string> NamesOf(Workspace workspace, string visitor) =>
        [.. workspace.Log.ReadFrom(1).Where(e => e.Kind == LogRecordKind.Event).Select(e => JsonDocument.Parse(e.Json).RootElement)
            .Where(e => e.TryGetProperty("anonymousId", out var id) && id.GetString() == visitor && e.TryGetProperty("event", out var name) && name.GetString()!.StartsWith("Survey", StringComparison.Ordinal)).Select(e => e.GetProperty("event").GetString()!)];

    private static async Task ShootAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("TEMAS_PICTURES") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"widget-{name}.png") });
    }

    private async Task<Site> SiteAsync()
    {
        (await server.Main.Definitions.SaveAsync(SurveyKind.Name, "site", Document, Actor.System)).Problem.ShouldBeNull();
        var source = (await server.Services.GetRequiredService<CreateSource>().HandleAsync(server.Main, new CreateSourceRequest("Site"), Actor.System)).Value;
        var site = await Site.OpenAsync(server.Address);
        (site.WriteKey, site.Options) = (source.WriteKey, "{ consent: 'granted', surveys: true, pages: true, flushAfter: 50 }");
        await server.Services.GetRequiredService<ChangeSource>().UpdateAsync(server.Main, source.Id, new UpdateSourceRequest(Sites: [site.Address.GetLeftPart(UriPartial.Authority)]), Actor.System);
        return site;
    }

    private async Task<(IPage Page, List<string> Faults)> VisitAsync(Site site, string path, int width, ColorScheme colours)
    {
        var context = await browser.NewContextAsync(new() { Locale = "en-GB", ViewportSize = new() { Width = width, Height = 844 }, ColorScheme = colours, ReducedMotion = ReducedMotion.Reduce });
        context.SetDefaultTimeout(15_000);
        var faults = new List<string>();
        context.WebError += (_, error) => faults.Add(error.Error);
        context.Console += (_, message) =>
        {
            if (message.Type is "error") faults.Add(message.Text);
        };
        return (await site.VisitAsync(context, path), faults);
    }
}
