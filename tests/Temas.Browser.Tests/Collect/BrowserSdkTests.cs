using Microsoft.Playwright;
using Temas.Server.Tests;
using Temas.Server.Tests.Collect;

namespace Temas.Browser.Tests.Collect;

/// <summary><c>@segment/analytics-next</c>, unmodified, in Chromium, on a page of another origin.</summary>
public sealed class BrowserSdkTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task AnalyticsNext_EveryCall_ArrivesWhole()
    {
        var source = await server.CreateSourceAsync();
        await InShopAsync(async (page, faults) =>
        {
            await page.EvaluateAsync(
                """
                async ([writeKey, cdnURL]) => {
                  const analytics = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL })
                  await analytics.page('Home', { section: 'garden' })
                  await analytics.identify('browser-ayşe', { email: 'ayse@shop.example' })
                  await analytics.track('Product Viewed', { product_id: 'patio-table', price: 1299.9, note: '😀' })
                  await analytics.group('household-2', { size: 2 })
                  await analytics.alias('browser-ayse-2')
                  await analytics.screen('Basket')
                }
                """,
                new[] { source.WriteKey, server.Address.GetLeftPart(UriPartial.Authority) });
            await EventsAsync(source, 6);
            faults.ShouldBeEmpty();
        });
        var events = server.EventsOf(source);
        events.Select(e => e.Type).ShouldBe(["page", "identify", "track", "group", "alias", "screen"], ignoreOrder: true);
        var viewed = events.Single(e => e.Type == "track");
        (viewed.Name, viewed.UserId).ShouldBe(("Product Viewed", "browser-ayşe"));
        viewed.AnonymousId.ShouldNotBeNullOrEmpty();
        viewed.Event!.Value.GetProperty("properties").GetProperty("note").GetString().ShouldBe("😀");
        viewed.Event!.Value.GetProperty("context").GetProperty("library").GetProperty("name").GetString().ShouldBe("analytics.js");
        viewed.Event!.Value.GetRawText().ShouldNotContain(source.WriteKey);

        // Chromium says that nobody sits before it.
        viewed.Flags.ShouldContain("bot");
    }

    [Fact]
    public async Task AnalyticsNext_InBatches_ArrivesWholeWhenThePageIsLeft()
    {
        var source = await server.CreateSourceAsync();
        await InShopAsync(async (page, faults) =>
        {
            await page.EvaluateAsync(
                """
                async ([writeKey, cdnURL]) => {
                  const analytics = window.AnalyticsNext.AnalyticsBrowser.load({ writeKey, cdnURL },
                    { integrations: { 'Segment.io': { deliveryStrategy: { strategy: 'batching', config: { size: 10, timeout: 60000 } } } } })
                  for (let i = 0; i < 25; i++) await analytics.track('Product Added', { position: i })
                }
                """,
                new[] { source.WriteKey, server.Address.GetLeftPart(UriPartial.Authority) });
            await page.GotoAsync("about:blank");
            await EventsAsync(source, 25);
            faults.ShouldBeEmpty();
        });
        server.EventsOf(source).Select(e => e.Event!.Value.GetProperty("properties").GetProperty("position").GetInt32()).Order().ShouldBe(Enumerable.Range(0, 25));
    }

    [Fact]
    public async Task Beacon_WithTheKeyInTheBody_IsTaken()
    {
        var source = await server.CreateSourceAsync();
        await InShopAsync(async (page, _) =>
        {
            await page.EvaluateAsync(
                "([key, host]) => navigator.sendBeacon(host + '/v1/t', JSON.stringify({ event: 'Page Left', anonymousId: 'a', writeKey: key }))",
                new[] { source.WriteKey, server.Address.GetLeftPart(UriPartial.Authority) });
            await EventsAsync(source, 1);
        });
    }

    private static async Task InShopAsync(Func<IPage, List<string>, Task> act)
    {
        await using var shop = await Shop.OpenAsync();
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = "/usr/bin/chromium", Args = ["--no-sandbox"] });
        var page = await browser.NewPageAsync();
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, message) =>
        {
            if (message.Type == "error") faults.Add(message.Text);
        };
        page.Response += (_, answer) =>
        {
            if (answer.Status >= 400) faults.Add($"{answer.Status} {answer.Url}");
        };
        await page.GotoAsync(shop.Address.ToString());
        await act(page, faults);
    }

    private async Task EventsAsync(Temas.Collect.Contracts.Source source, int count)
    {
        for (var i = 0; i < 300 && server.EventsOf(source).Count < count; i++) await Task.Delay(100);
        server.EventsOf(source).Count.ShouldBe(count);
    }
}
