using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Playwright;

namespace Temas.Browser.Tests;

/// <summary>axe-core finds nothing on any page, in both languages, light and dark, on a desk and on a phone; and no page breaks the content security policy.</summary>
[Collection(BrowserCollection.Name)]
public sealed class AccessibilityTests(BrowserFixture browser)
{
    private static readonly string Axe = Path.GetFullPath(Path.Combine(Folder(), "../../web/node_modules/axe-core/axe.min.js"));

    public static TheoryData<string, string, int> Readers => new()
    {
        { "en", "light", 1280 }, { "en", "dark", 1280 }, { "tr", "light", 1280 }, { "tr", "dark", 1280 }, { "tr", "light", 390 }, { "en", "dark", 390 },
    };

    [Theory]
    [MemberData(nameof(Readers))]
    public async Task Pages_ForEveryReader_HaveNoViolation(string language, string theme, int width)
    {
        var found = new List<string>();
        var entrance = await browser.OpenAsync("/sign-in", language, theme, width, email: null);
        found.AddRange(await CheckAsync(entrance));
        foreach (var path in new[] { "/forgotten", "/forgotten?asked=1", await browser.InviteAsync(), "/invitation?token=none", await browser.PasswordLinkAsync(), "/new-password?token=none" })
        {
            await entrance.GotoAsync(path);
            found.AddRange(await CheckAsync(entrance));
        }

        await entrance.Context.CloseAsync();

        var page = await browser.OpenStoryAsync("timeline", language, theme, width);
        var customer = new Uri(page.Url).AbsolutePath;
        foreach (var path in new[]
                 {
                     customer, $"{customer}?order=asc&stage=delivery", $"{customer}?tab=identity", $"{customer}?tab=traits", $"{customer}?tab=promises", $"{customer}?tab=consent",
                     "/w/main/overview?period=365d",
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
                     "/w/main/promises",
                     "/w/main/promises/new?draft=refused&late=9",
                     "/w/main/promises/of/delivery",
                     "/w/main/promises/of/delivery?dialog=remove",
                     "/w/main/computed-traits",
                     "/w/main/computed-traits/new?draft=preview",
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
                     "/docs/api",
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
                     "/w/main/imports",
                     "/w/main/imports/0",
                 })
        {
            await page.GotoAsync(path);
            found.AddRange(await CheckAsync(page));
        }

        await page.GotoAsync("/w/main/sources");
        await page.Locator("[data-open-dialog]").First.ClickAsync();
        found.AddRange(await CheckAsync(page));
        await page.Context.CloseAsync();
        found.ShouldBeEmpty();
        browser.Faults.ShouldBeEmpty();
    }

    internal static async Task<IEnumerable<string>> CheckAsync(IPage page)
    {
        // Evaluated by the debugger and so not subject to the page's content security policy, which stays in force.
        await page.EvaluateAsync(await File.ReadAllTextAsync(Axe));
        var result = await page.EvaluateAsync<JsonElement>("async () => (await axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })).violations");
        var overflow = await page.EvaluateAsync<bool>("document.documentElement.scrollWidth > document.documentElement.clientWidth + 1");
        return result.EnumerateArray()
            .Select(x => $"{page.Url}: {x.GetProperty("id").GetString()}: {string.Join(" | ", x.GetProperty("nodes").EnumerateArray().Take(3).Select(n => n.GetProperty("html").GetString() + " " + n.GetProperty("failureSummary").GetString()))}")
            .Concat(overflow ? [$"{page.Url}: wider than its window"] : []);
    }

    private static string Folder([CallerFilePath] string file = "") => Path.GetDirectoryName(file)!;
}
