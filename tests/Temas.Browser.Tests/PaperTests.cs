using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using Temas.Insight.Journeys;
using Temas.Kernel;
using static Microsoft.Playwright.Assertions;

namespace Temas.Browser.Tests;

/// <summary>Maps and boards on paper and side by side: one page is one page, and what stands side by side does.</summary>
[Collection(BrowserCollection.Name)]
public sealed partial class PaperTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(5, 12)]
    [InlineData(12, 5)]
    public async Task Map_OfManyStagesWithLongNames_PrintsOnOnePage_AndIsAsWideAsItNeeds(int stages, int each)
    {
        var key = $"paper-{stages}";
        await SaveAsync(key, Map(stages, each));
        var page = await browser.OpenAsync($"/w/main/journeys/of/{key}?period=365d", "tr");
        await Expect(page.Locator(".journey-step")).ToHaveCountAsync(stages);
        (await PagesAsync(page)).ShouldBe(1);
        (await page.Locator("[data-print-page]").EvaluateAsync<string>("e => e.style.zoom")).ShouldBe("", "what held for the paper is gone");
        // On the screen a stage has room for its words; what does not fit is reached by scrolling, with the names of lanes and stages in sight.
        (await page.Locator(".journey-map thead th").Nth(1).EvaluateAsync<double>("e => e.getBoundingClientRect().width")).ShouldBeGreaterThan(110);
        await page.Locator(".journey-map-card .table-wrap").EvaluateAsync("e => e.scrollTo(e.scrollWidth, 400)");
        await Expect(page.Locator(".journey-map thead th").Last).ToBeInViewportAsync();
        await Expect(page.Locator(".journey-map tbody th").Nth(6)).ToBeInViewportAsync();
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Board_OnPaper_KeepsItsColumns()
    {
        var page = await browser.OpenAsync("/w/main/dashboards/of/executive?period=365d&whole=1&tour=ended");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(1047, 718);
        var widths = await page.Locator(".board > .tile").EvaluateAllAsync<double[]>("all => all.map(t => t.getBoundingClientRect().width / t.parentElement.getBoundingClientRect().width)");
        widths.Min().ShouldBeLessThan(0.3, "a number has a quarter of the row, as on the screen");
        (await PagesAsync(page)).ShouldBeLessThanOrEqualTo(3);
    }

    [Fact]
    public async Task Charts_OfABoard_AreDrawnForTheRoomThatTheyHaveOnPaper()
    {
        var page = await browser.OpenAsync("/w/main/dashboards/of/executive?period=365d&whole=1&tour=ended", width: 1280);
        await Expect(page.Locator(".board temas-chart svg").First).ToBeVisibleAsync();
        await page.EvaluateAsync("() => window.dispatchEvent(new Event('beforeprint'))");
        await page.EmulateMediaAsync(new() { Media = Media.Print });
        await page.SetViewportSizeAsync(1047, 718);
        var filled = await page.Locator(".board temas-chart svg").EvaluateAllAsync<double[]>(
            "all => all.map(s => { const [, , w, h] = s.getAttribute('viewBox').split(' ').map(Number); const box = s.getBoundingClientRect(); return Math.min(box.width / w, box.height / h) * w / box.width; })");
        filled.Length.ShouldBeGreaterThan(0);
        filled.Min().ShouldBeGreaterThan(0.9, "a chart takes the width of its tile");
        await page.EvaluateAsync("() => window.dispatchEvent(new Event('afterprint'))");
        (await page.Locator(".board temas-chart svg[viewBox]").CountAsync()).ShouldBe(0);
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Picture_OfAChart_SaysWhatItsLinesAre()
    {
        var page = await browser.OpenAsync("/w/main/dashboards/of/executive?period=365d&whole=1&tour=ended");
        await page.EvaluateAsync("() => { window.written = []; const write = CanvasRenderingContext2D.prototype.fillText; CanvasRenderingContext2D.prototype.fillText = function (...what) { window.written.push(what[0]); return write.apply(this, what); }; }");
        var tile = page.Locator("[data-tile='course']");
        await tile.Locator(".tile-menu > summary").ClickAsync();
        var download = await page.RunAndWaitForDownloadAsync(() => tile.Locator("[data-picture]").ClickAsync());
        download.SuggestedFilename.ShouldBe("executive-course.png");
        (await page.EvaluateAsync<string[]>("() => window.written")).ShouldSatisfyAllConditions(w => w.Count(t => t == "Revenue over time").ShouldBe(2, "the title, and its line"), w => w.ShouldContain("Before"));
        browser.Faults.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(1920, 1080, "tr")]
    [InlineData(3840, 2160, "en")]
    [InlineData(1280, 720, "en")]
    public async Task Wall_FillsTheScreen_PageByPage_AndCutsNothingOff(int width, int height, string language)
    {
        var page = await browser.OpenAsync("/w/main/dashboards/of/executive/wall?every=5&period=365d", language, width: width, height: height);
        await Expect(page.Locator("[data-tile][data-pending]")).ToHaveCountAsync(0);
        var place = page.Locator("[data-wall-page]");
        await Expect(place).ToContainTextAsync("1 / ");
        foreach (var at in new[] { "1 / ", "2 / " })
        {
            await Expect(place).ToContainTextAsync(at);
            await Expect(page.Locator(".wall-foot")).ToBeInViewportAsync(new() { Ratio = 1 });
            var bottom = await page.Locator(".board > [data-tile]:visible").EvaluateAllAsync<double>("all => Math.max(...all.map(t => t.getBoundingClientRect().bottom)) / innerHeight");
            bottom.ShouldBeInRange(0.86, 1, at);
            var figures = await page.Locator(".number-value:visible").EvaluateAllAsync<double[]>("all => all.map(n => n.getBoundingClientRect().height / innerHeight)");
            if (figures.Length > 0) figures.Min().ShouldBeGreaterThan(0.033, "read from across the room, however many points the screen has");
        }

        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Versions_StandSideBySide_AndOneBelowTheOtherOnAPhone()
    {
        await SaveAsync("paper-once", Map(3, 2));
        var later = Map(4, 2);
        later["version"] = "to-be";
        later["beside"] = "paper-once";
        later["stages"]!.AsArray().RemoveAt(1);
        await SaveAsync("paper-later", later);
        var page = await browser.OpenAsync("/w/main/journeys/of/paper-once?view=beside", "tr");
        var cells = page.Locator(".versions tbody tr").First.Locator("td");
        await Expect(cells).ToHaveCountAsync(2);
        var (left, right) = ((await cells.Nth(0).BoundingBoxAsync())!, (await cells.Nth(1).BoundingBoxAsync())!);
        right.Y.ShouldBe(left.Y, 1);
        right.X.ShouldBeGreaterThanOrEqualTo(left.X + left.Width - 1);
        await Expect(page.Locator(".version-gone")).ToHaveCountAsync(1);
        await Expect(page.Locator(".version-new")).ToHaveCountAsync(1);
        (await AccessibilityTests.CheckAsync(page, "light, 1280")).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Link, new() { Name = "Yalnızca farklar" }).ClickAsync();
        await Expect(page.Locator(".versions tbody tr")).ToHaveCountAsync(2);
        (await PagesAsync(page)).ShouldBe(1);

        await page.EmulateMediaAsync(new() { Media = Media.Screen, ColorScheme = ColorScheme.Dark });
        await page.SetViewportSizeAsync(390, 844);
        (left, right) = ((await cells.Nth(0).BoundingBoxAsync())!, (await cells.Nth(1).BoundingBoxAsync())!);
        right.Y.ShouldBeGreaterThanOrEqualTo(left.Y + left.Height - 1);
        (await AccessibilityTests.CheckAsync(page, "dark, 390")).ShouldBeEmpty();
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Share_WithALink_FitsItsWindow_AndKeepsWhatWasTypedWrong()
    {
        var page = await browser.OpenAsync("/w/main/dashboards/of/service/share");
        await page.Locator("#name").FillAsync("For the intranet");
        await page.Locator("#sites").FillAsync("not a website");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        await Expect(page.Locator("#name")).ToHaveValueAsync("For the intranet");
        await page.Locator("#sites").FillAsync("https://intranet.example.com");
        await page.GetByRole(AriaRole.Button, new() { Name = "Make the link" }).ClickAsync();
        await Expect(page.Locator("code[id^=embed-]")).ToContainTextAsync("<iframe");
        (await AccessibilityTests.CheckAsync(page, "light, 1280")).ShouldBeEmpty();
        await page.SetViewportSizeAsync(390, 844);
        (await AccessibilityTests.CheckAsync(page, "light, 390")).ShouldBeEmpty();
        browser.Faults.ShouldBeEmpty();
    }

    [GeneratedRegex(@"/Type\s*/Page[^s]")]
    private static partial Regex PdfPage();

    private static async Task<int> PagesAsync(IPage page) => PdfPage().Count(Encoding.Latin1.GetString(await page.PdfAsync(new() { PreferCSSPageSize = true })));

    private async Task SaveAsync(string key, JsonObject map) => (await browser.Server.Main.Definitions.SaveAsync(JourneyKind.Name, key, map.ToJsonString(), Actor.System)).Problem.ShouldBeNull();

    private static JsonObject Map(int stages, int each) => new()
    {
        ["label"] = Both("Uçtan uca müşteri yolculuğu, bütün aşamalarıyla"),
        ["stages"] = new JsonArray([.. Enumerable.Range(0, stages).Select(i => (JsonNode)new JsonObject
        {
            ["key"] = $"s{i}",
            ["label"] = Both($"{i + 1}. Değerlendirme ve karşılaştırma aşaması"),
            ["actions"] = Both("Uzun uzun karşılaştırır, arkadaşlarına sorar, mağazada dener; kararsızlığını gidermek için değerlendirmeleri okur."),
            ["note"] = Both("Burada müşterilerimizin sabırsızlandığını, bilgilendirilmediklerinden yakındıklarını biliyoruz."),
            ["touchpoints"] = new JsonArray([.. Enumerable.Range(0, each).Select(t => (JsonNode)$"temas-noktasi-{(i * each) + t}-uzun-adiyla")]),
            ["indicators"] = new JsonArray("nps", "on-time-promises", "repeat-purchase-rate"),
            ["team"] = Both("Müşteri deneyimi ve operasyonel mükemmellik ekibi"),
            ["system"] = Both("Sipariş yönetim sistemi, müşteri ilişkileri yönetimi"),
            ["partner"] = Both("Kargo ve lojistik iş ortakları"),
        })]),
    };

    private static JsonObject Both(string text) => new() { ["tr"] = text, ["en"] = text };
}
