using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Playwright;

namespace Temas.Browser.Tests;

/// <summary>axe-core finds nothing on any page, in both languages, light and dark, on a desk and on a phone; and no page breaks the content security policy.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AccessibilityTests(BrowserFixture browser)
{
    private static readonly Lazy<Task<string>> Axe = new(() => File.ReadAllTextAsync(Path.GetFullPath(Path.Combine(Folder(), "../../web/node_modules/axe-core/axe.min.js"))));

    // At once: a browser is many processes.
    private const int Pages = 2;

    // What can be another in other colours or on a smaller window; everything else was looked at before.
    private const string OfAnotherReader = "'color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable', 'aria-hidden-focus', 'region', 'landmark-unique', 'page-has-heading-one', 'heading-order', 'bypass', 'skip-link'";

    // What words can break in another language, colours included: names that are missing or empty. What stands how in the page is the same.
    private const string OfAnotherLanguage = OfAnotherReader + ", 'html-has-lang', 'html-lang-valid', 'valid-lang', 'document-title', 'button-name', 'link-name', 'input-button-name', 'select-name', 'summary-name', 'label', 'label-title-only', 'label-content-name-mismatch', 'aria-command-name', 'aria-dialog-name', 'aria-input-field-name', 'aria-meter-name', 'aria-progressbar-name', 'aria-toggle-field-name', 'aria-tooltip-name', 'aria-treeitem-name', 'image-alt', 'role-img-alt', 'svg-img-alt', 'frame-title', 'empty-heading', 'empty-table-header'";

    // What stands around every page of a workspace, by the frame's classes.
    private const string Frame = "['.side'], ['.tabbar']";

    /// <summary>Who looks at a page, and so what is looked for.</summary>
    internal enum Reader
    {
        /// <summary>Somebody who is the first: everything is looked for.</summary>
        First,

        /// <summary>Who reads the same page in other colours or on another screen.</summary>
        InAnotherLight,

        /// <summary>Who reads it in another language, and in other colours.</summary>
        OfAnotherLanguage,
    }

    [Theory]
    [InlineData("en")]
    [InlineData("tr")]
    public async Task Pages_ForEveryReader_HaveNoViolation(string language)
    {
        var entrance = await browser.OpenAsync("/sign-in", language, email: null);
        string[] outside = ["/sign-in", "/forgotten", "/forgotten?asked=1", await browser.InviteAsync(), "/invitation?token=none", await browser.PasswordLinkAsync(), "/new-password?token=none"];
        var found = await CheckAllAsync(entrance.Context, outside, language);
        await entrance.Context.CloseAsync();

        var page = await browser.OpenStoryAsync("timeline", language);
        var customer = new Uri(page.Url).AbsolutePath;
        string[] inside =
        [
            customer, $"{customer}?order=asc&stage=delivery", $"{customer}?tab=identity", $"{customer}?tab=traits", $"{customer}?tab=promises", $"{customer}?tab=consent",
            "/w/main/overview?period=365d",
            "/w/main/overview?tour=1",
            $"{customer}?tour=2",
            "/w/main/sources/1?tour=3",
            "/w/main/sources?tour=3",
            "/w/main/events?tour=3",
            "/w/main/customers?tour=2",
            "/w/main/dashboards?period=365d&whole=1",
            "/w/main/dashboards/of/cx?period=365d&whole=1&tour=ended",
            "/w/main/dashboards/of/marketing?period=365d&whole=1&tour=ended",
            "/w/main/dashboards/of/data-quality?period=365d&channel=web&whole=1&tour=ended",
            "/w/main/dashboards/of/none",
            "/w/main/dashboards/of/store?from=2026-02-01&to=2026-01-01&whole=1&tour=ended",
            "/w/main/dashboards/of/executive/wall?every=3600&period=365d",
            "/w/main/dashboards/of/executive/edit",
            "/w/main/dashboards/of/executive/share",
            "/w/main/dashboards/of/executive/tile",
            "/w/main/dashboards/of/executive/tile?kind=perception",
            "/w/main/dashboards/all",
            "/w/main/journeys",
            "/w/main/journeys/new",
            "/w/main/journeys/of/none",
            "/w/main/journeys/new?draft=refused&kept=none",
            "/w/main/journeys/of/online-purchase?period=365d",
            "/w/main/journeys/of/online-purchase?period=365d&view=lived",
            "/w/main/journeys/of/online-purchase/edit",
            "/w/main/framework/personas/new",
            "/w/main/framework?step=2",
            "/w/main/framework?step=5",
            "/w/main/dashboards/new",
            "/w/main/explore?breakdown=nothing",
            "/w/main/explore?compare=previous&cumulative=1&event=track:Order+Completed&last=365d&unit=month",
            "/w/main/explore?kind=funnel&event=track:Order+Completed&event=track:Order+Delivered&last=365d&by=channel",
            "/w/main/explore?kind=funnel",
            "/w/main/explore?kind=retention&last=365d&unit=month",
            "/w/main/explore?kind=paths&last=365d&gap=7d",
            "/w/main/explore?kind=paths&places=touchpoint&last=365d&gap=7d",
            "/w/main/explore?by=channel&last=90d&unit=week",
            "/w/main/explore?event=track:Order+Completed&or0=track:Order+Delivered&last=90d&unit=week",
            "/w/main/explore?kind=rfm",
            "/w/main/explore?kind=habits&last=90d&unit=week&compare=previous",
            "/w/main/explore?kind=habits&habit=interval&event=track:Order+Completed&last=365d",
            "/w/main/explore?kind=habits&habit=frequency&event=nothing",
            "/w/main/explore?kind=rfm&problem=name_missing",
            "/w/main/explore/saved",
            "/w/main/explore/saved?q=nothing-at-all",
            "/w/main/explore/saved/of/none",
            "/w/main/explore?kind=paths&event=nothing&among=page:Home",
            "/w/main/explore?where=total&is=greater&value=much",
            "/w/main/explore/customers?where=%7B%22did%22%3A%7B%7D%7D",
            "/w/main/feedback?period=all",
            "/w/main/feedback?period=all&topic=delivery&sentiment=negative",
            "/w/main/feedback?from=yesterday",
            "/w/main/feedback/scores?period=all",
            "/w/main/feedback/scores?from=2020-01-01&to=2020-01-02",
            "/w/main/feedback/customers?period=all",
            "/w/main/feedback/drivers?period=all",
            "/w/main/feedback/drivers?period=all&score=csat",
            "/w/main/feedback/model",
            "/w/main/feedback/model?problem=too_few_texts",
            "/w/main/feedback/topics",
            "/w/main/feedback/topics?topic=delivery&search=1",
            "/w/main/feedback/topics?topic=new&draft=1&problem=topic_empty",
            "/w/main/surveys",
            "/w/main/surveys/of/none",
            "/w/main/surveys/asking",
            "/w/main/surveys/asking/new",
            "/w/main/surveys/asking/new?draft=refused&share=many&trigger=page&delay=soon",
            "/w/main/surveys/asking/of/none",
            "/w/main/surveys/asking/none/try",
            "/w/main/surveys/asking/decisions",
            "/w/main/surveys/asking/policy?draft=refused&from=late",
            "/w/main/channels",
            "/w/main/channels?state=failed",
            "/w/main/channels/of/email",
            "/w/main/channels/of/none",
            "/w/main/channels/new?draft=refused&route=http&url=nowhere&key=sms",
            "/w/main/webhooks",
            "/w/main/webhooks/new?draft=refused&url=nowhere&key=x",
            "/w/main/webhooks/of/none",
            "/w/main/findings",
            "/w/main/findings?show=wins&state=gone",
            "/w/main/findings/of/none",
            "/w/main/findings/of/none/follow-ups",
            "/w/main/alerts",
            "/w/main/alerts?state=all",
            "/w/main/alerts/of/none",
            "/w/main/monitors",
            "/w/main/monitors/new",
            "/w/main/monitors/of/indicator-anomalies",
            "/w/main/special-days",
            "/w/main/special-days/new",
            "/w/main/special-days/of/ramazan-bayrami",
            "/w/main/follow-ups",
            "/w/main/follow-ups?view=mine&status=all",
            "/w/main/follow-ups/of/none",
            "/w/main/follow-ups/levels",
            "/w/main/follow-ups/rules",
            "/w/main/follow-ups/rules/new?draft=refused&npsMost=99",
            "/w/main/follow-ups/rules/of/low-score",
            "/w/main/follow-ups/rules/of/none",
            "/w/main/indicators",
            "/w/main/indicators?days=365&by=owner",
            "/w/main/indicators/library",
            "/w/main/indicators/library?q=nothing-at-all",
            "/w/main/indicators/of/orders?by=segment",
            "/w/main/indicators/of/none",
            "/w/main/indicators/new",
            "/w/main/indicators/new?draft=refused&kind=formula&formula=a+/",
            "/w/main/indicators/edit/cart-abandonment",
            "/w/main/indicators/lifetime",
            "/w/main/indicators/lifetime/subscriptions",
            "/w/main/framework",
            "/w/main/framework/goals/new",
            "/w/main/framework/goals/new?draft=refused&by=soon&target=much",
            "/w/main/framework/goals/of/none",
            "/w/main/segments",
            "/w/main/segments?q=nothing-at-all",
            "/w/main/segments/new",
            "/w/main/segments/new?where=%7B%22all%22%3A%5B%7B%22did%22%3A%7B%22event%22%3A%22track%3ANope%22%2C%22where%22%3A%7B%22property%22%3A%22total%22%2C%22is%22%3A%22atLeast%22%2C%22value%22%3A%22much%22%7D%7D%7D%2C%7B%22any%22%3A%5B%7B%22profile%22%3A%22lifecycle%22%2C%22is%22%3A%22equal%22%2C%22value%22%3A%22lost%22%7D%2C%7B%22sequence%22%3A%5B%7B%7D%2C%7B%7D%5D%2C%22window%22%3A%222d%22%7D%2C%7B%22odd%22%3A1%7D%5D%7D%5D%7D&draft=refused&json=%7B",
            "/w/main/segments/of/repeat-customers",
            "/w/main/segments/of/repeat-customers?dialog=archive",
            "/w/main/customers",
            "/w/main/customers?stage=new&touchpoint=order-completed&tone=positive&from=2020-01-01",
            "/w/main/customers?q=nobody-at-all",
            "/w/main/customers?q=a&stage=new&columns=stage,trait:city,computed:total-spent",
            "/w/main/customers/held",
            "/w/main/sources?dialog=new-source",
            "/w/main/sources/1?dialog=revoke",
            $"{customer}?dialog=erase",
            "/w/main/events",
            "/w/main/events?show=dropped",
            "/w/main/sources",
            "/w/main/sources/1",
            "/w/main/touchpoints",
            "/w/main/touchpoints/new?draft=refused&value=9",
            "/w/main/touchpoints/of/ad-clicked",
            "/w/main/touchpoints/of/ad-clicked?dialog=remove",
            "/w/main/promises?segment=repeat-customers",
            "/w/main/promises",
            "/w/main/promises/new?draft=refused&late=9",
            "/w/main/promises/of/delivery",
            "/w/main/promises/of/delivery?dialog=remove",
            "/w/main/computed-traits",
            "/w/main/computed-traits/new?draft=preview",
            "/w/main/computed-traits/new?draft=preview&measure=forecast&forecast=alive",
            "/w/main/computed-traits/of/total-spent",
            "/w/main/settings/workspace",
            "/w/main/settings/workspace?draft=refused&timeZone=x",
            "/w/main/settings/account?dialog=everywhere",
            "/w/main/settings/account",
            "/w/main/settings/people",
            "/w/main/settings/people?dialog=invite",
            "/w/main/settings/tokens",
            "/w/main/settings/tokens?dialog=new-token",
            "/w/main/settings/audit",
            "/w/main/settings/operations",
            "/w/main/customers/0000000000000000",
            "/no-such-page",
            "/docs",
            "/docs?q=messageId",
            "/docs?q=nothing-at-all",
            "/docs/importing",
            "/docs/perception",
            "/docs/formats/tracking",
            "/docs/nowhere",
            "/w/main/settings/account/second-factor",
            "/w/main/privacy?q=a",
            "/w/main/privacy?tab=consents",
            "/w/main/privacy?tab=erasures",
            "/w/main/privacy?tab=exports",
            "/w/main/privacy?tab=kept",
            "/w/main/privacy/purposes",
            "/w/main/privacy/purposes/new?draft=refused&labelEn=x",
            "/w/main/privacy/purposes/of/marketing",
            "/w/main/imports",
            "/w/main/imports/0",
        ];
        // The reference of the API is in English for everybody, and as long as all the rest.
        if (language == "en") inside = ["/docs/api", .. inside];
        found.AddRange(await CheckAllAsync(page.Context, inside, language));

        await page.GotoAsync("/w/main/sources");
        await page.Locator("[data-open-dialog]").First.ClickAsync();
        found.AddRange(await CheckAsync(page));
        await page.Context.CloseAsync();
        found.ShouldBeEmpty();
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Focus_WhereverItIs_HasItsRing()
    {
        var page = await browser.OpenAsync("/w/main/journeys/of/online-purchase");
        for (var i = 0; i < 30; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            (await page.EvaluateAsync<bool>("() => document.activeElement === document.body || getComputedStyle(document.activeElement).boxShadow !== 'none'")).ShouldBeTrue(await page.EvaluateAsync<string>("() => document.activeElement.outerHTML.slice(0, 200)"));
        }
    }

    // Each page is loaded once for two readers: English in the light on a desk and in the dark on a phone, Turkish in the dark on a desk and on a phone in the light. The first is asked everything; of the last it is only seen whether the words fit, for no rule has more to say that the three before did not.
    private static async Task<List<string>> CheckAllAsync(IBrowserContext context, IEnumerable<string> paths, string language)
    {
        var (desk, phone) = language == "tr" ? (ColorScheme.Dark, ColorScheme.Light) : (ColorScheme.Light, ColorScheme.Dark);
        var (waiting, looked) = (new ConcurrentQueue<string>(paths), 0);
        var found = await Task.WhenAll(Enumerable.Range(0, Pages).Select(async _ =>
        {
            var page = await context.NewPageAsync();
            var violations = new List<string>();
            while (waiting.TryDequeue(out var path))
            {
                await page.SetViewportSizeAsync(1280, 900);
                await page.EmulateMediaAsync(new() { ColorScheme = desk });
                await page.GotoAsync(path);
                // The frame around them is looked at with the first of them.
                var whole = Interlocked.Increment(ref looked) <= Pages;
                violations.AddRange(await CheckAsync(page, $"{desk}, 1280", whole, language == "tr" ? Reader.OfAnotherLanguage : Reader.First));
                await TurnAsync(page, phone);
                await page.SetViewportSizeAsync(390, 844);
                violations.AddRange(language == "tr" ? await OverflowAsync(page, $"{phone}, 390") : await CheckAsync(page, $"{phone}, 390", whole, Reader.InAnotherLight));
            }

            await page.CloseAsync();
            return violations;
        }));
        return [.. found.SelectMany(f => f)];
    }

    // The page follows the system's colours, by a script.
    private static async Task TurnAsync(IPage page, ColorScheme colours)
    {
        await page.EmulateMediaAsync(new() { ColorScheme = colours });
        await Assertions.Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", colours == ColorScheme.Dark ? "dark" : "light");
    }

    /// <summary>What axe finds on a page, and whether it is wider than its window.</summary>
    /// <param name="page">The page.</param>
    /// <param name="about">For whom, for the message.</param>
    /// <param name="whole">With the frame that stands around every page of a workspace.</param>
    /// <param name="reader">Who looks; the first is asked of every page.</param>
    internal static async Task<IEnumerable<string>> CheckAsync(IPage page, string about = "", bool whole = true, Reader reader = Reader.First)
    {
        // Evaluated by the debugger and so not subject to the page's content security policy, which stays in force.
        if (!await page.EvaluateAsync<bool>("!!window.axe")) await page.EvaluateAsync($"() => {{ {await Axe.Value} }}");
        var rules = reader == Reader.First ? "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']" : $"{{ type: 'rule', values: [{(reader == Reader.OfAnotherLanguage ? OfAnotherLanguage : OfAnotherReader)}] }}";
        var result = await page.EvaluateAsync<JsonElement>($"async () => (await axe.run({(whole ? "document" : $"{{ exclude: [{Frame}] }}")}, {{ runOnly: {rules}, resultTypes: ['violations'], preload: false, selectors: false }})).violations");
        return result.EnumerateArray()
            .Select(x => $"{page.Url} ({about}): {x.GetProperty("id").GetString()}: {string.Join(" | ", x.GetProperty("nodes").EnumerateArray().Take(3).Select(n => n.GetProperty("html").GetString() + " " + n.GetProperty("failureSummary").GetString()))}")
            .Concat(await OverflowAsync(page, about));
    }

    private static async Task<IEnumerable<string>> OverflowAsync(IPage page, string about) =>
        await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1") ? [$"{page.Url} ({about}): wider than its window"] : [];

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
