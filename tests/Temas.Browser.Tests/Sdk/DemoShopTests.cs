using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Temas.Collect.Contracts;
using Temas.Collect.Feed;
using Temas.Collect.Sources;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Demo.Shop;
using Temas.Kernel;
using Temas.Server.Tests;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;

namespace Temas.Browser.Tests.Sdk;

/// <summary>Veranda's web shop: clicked through, seen by Temas, and closed where there is no demo.</summary>
public sealed class DemoShopTests(SdkFixture sdk) : IClassFixture<SdkFixture>
{
    private async Task<(Workspace Workspace, Source Source)> DemoAsync()
    {
        var services = sdk.Server.Services;
        var workspace = (await services.GetRequiredService<OpenDemo>().HandleAsync(WorkspaceKey.Parse("veranda").Value, Actor.System, CancellationToken.None)).Value;
        (await services.GetRequiredService<LoadDemo>().HandleAsync(workspace, new DemoRequest(Customers: 5, Days: 2), Actor.System, null, CancellationToken.None)).IsOk.ShouldBeTrue();
        // The name by which the shop finds its source is the one by which the demo makes it.
        return (workspace, DemoShop.Source(services.GetRequiredService<SourceRegistry>(), workspace).ShouldNotBeNull());
    }

    private IReadOnlyList<FeedEvent> EventsOf(Workspace workspace, string anonymousId) =>
        [.. sdk.Server.Services.GetRequiredService<ReadFeed>().Events(workspace, new FeedQuery(Limit: 500)).Events.Reverse().Where(e => e.AnonymousId == anonymousId)];

    private async Task<IPage> EnterAsync(string language, int width, ColorScheme colours = ColorScheme.Light)
    {
        var context = await sdk.Browser.NewContextAsync(new()
        {
            BaseURL = sdk.Server.Address.ToString(),
            Locale = language == "tr" ? "tr-TR" : "en-GB",
            ViewportSize = new() { Width = width, Height = 860 },
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
        });
        context.SetDefaultTimeout(20_000);
        return await context.NewPageAsync();
    }

    [Fact]
    public async Task Shop_OfAWorkspaceThatIsNoDemo_IsNotThere()
    {
        using var anonymous = sdk.Server.Anonymous();
        (await anonymous.GetAsync("/w/main/shop")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await anonymous.GetAsync("/w/main/shop/catalogue.json")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await anonymous.GetAsync("/w/%3Cb%3E/shop")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var owner = await sdk.Server.SignInAsync();
        (await owner.GetAsync("/w/main/shop")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Visitor_WhoAgreesAndOrders_IsOneCustomerWithTheWholeJourney()
    {
        var (workspace, source) = await DemoAsync();
        var page = await EnterAsync("en", 1200);
        var faults = new List<string>();
        page.PageError += (_, fault) => faults.Add(fault);
        page.Console += (_, m) =>
        {
            if (m.Type is "error" or "warning") faults.Add(m.Text);
        };
        await page.GotoAsync("/w/veranda/shop?utm_source=google&utm_medium=cpc&utm_campaign=bahar");
        await page.GetByRole(AriaRole.Button, new() { Name = "Accept all" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "To the garden furniture" }).ClickAsync();
        await page.Locator(".card").First.ClickAsync();
        await page.Locator("#add").ClickAsync();
        await page.Locator("header a[href$='/basket']").ClickAsync();
        await page.Locator("#to-checkout").ClickAsync();
        await page.Locator("#email").FillAsync("deniz@shop.example");
        await page.Locator("#name").FillAsync("Deniz Örnek");
        await page.Locator("#next").ClickAsync();
        await page.Locator("#city").FillAsync("İzmir");
        await page.Locator("#street").FillAsync("Kordon 1");
        await page.Locator("#next").ClickAsync();
        // Not chosen: the browser refuses the field, and that is told.
        await page.Locator("#next").ClickAsync();
        await page.Locator("#slot").SelectOptionAsync("evening");
        await page.Locator("#next").ClickAsync();
        await page.Locator("#payment").SelectOptionAsync("card");
        await page.Locator("#next").ClickAsync();
        await page.GetByRole(AriaRole.Heading, new() { Name = "Thank you for your order" }).WaitForAsync();
        await page.EvaluateAsync("() => temas.flush()");
        var me = await page.EvaluateAsync<string>("() => temas.user().anonymousId");
        for (var i = 0; i < 100 && EventsOf(workspace, me).All(e => e.Name != "Order Completed"); i++) await Task.Delay(100);

        var events = EventsOf(workspace, me);
        var names = events.Select(e => e.Name ?? e.Type).ToList();
        foreach (var name in (string[])["page", "Consent Given", "Product List Viewed", "Product Viewed", "Product Added", "Cart Viewed", "Checkout Started", "identify", "Checkout Step Completed", "Payment Info Entered", "Order Completed", "Element Clicked", "Form Error Shown"])
            names.ShouldContain(name);
        events.ShouldAllBe(e => e.Source.Id == source.Id);
        var order = events.Single(e => e.Name == "Order Completed").Event!.Value;
        order.GetProperty("properties").GetProperty("promised_delivery_date").GetString()!.Length.ShouldBe(10);
        order.GetProperty("context").GetProperty("campaign").GetProperty("name").GetString().ShouldBe("bahar");
        events.Where(e => e.Name is "Element Clicked" or "Form Error Shown").Select(e => e.Event!.Value.GetRawText()).ShouldAllBe(e => !e.Contains("deniz", StringComparison.OrdinalIgnoreCase) && !e.Contains("Kordon", StringComparison.Ordinal));

        await page.Locator("#see-toggle").ClickAsync();
        await Assertions.Expect(page.Locator("#see-box")).ToContainTextAsync(me);
        await Assertions.Expect(page.Locator("#see-box")).ToContainTextAsync("Order Completed");
        await Assertions.Expect(page.Locator("#see-box a[href^='/sign-in']")).ToHaveCountAsync(1);
        faults.ShouldBeEmpty();

        // Who is signed in to Temas comes from the shop to the own timeline.
        await page.GotoAsync("/sign-in?returnUrl=/w/veranda/shop");
        await page.Locator("#email").FillAsync(TemasServer.OwnerEmail);
        await page.Locator("#password").FillAsync(TemasServer.OwnerPassword);
        await page.Locator("main button").ClickAsync();
        await page.Locator("#see-toggle").ClickAsync();
        var href = await page.Locator(".see-links a").Last.GetAttributeAsync("href");
        await page.GotoAsync(href!);
        await Assertions.Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/w/veranda/customers/[0-9a-f]+"));
        await Assertions.Expect(page.Locator("main")).ToContainTextAsync("Deniz");
        await page.Context.CloseAsync();
    }

    [Theory]
    [InlineData("en", 1200, ColorScheme.Light)]
    [InlineData("tr", 390, ColorScheme.Light)]
    [InlineData("tr", 1200, ColorScheme.Dark)]
    public async Task Shop_ForEveryReader_HasNoAccessibilityFault(string language, int width, ColorScheme colours)
    {
        await DemoAsync();
        var page = await EnterAsync(language, width, colours);
        var found = new List<string>();
        await page.GotoAsync("/w/veranda/shop");
        await page.Locator("temas-banner").WaitForAsync(new() { State = WaitForSelectorState.Attached });
        found.AddRange(await AccessibilityTests.CheckAsync(page));
        await page.EvaluateAsync("() => { document.querySelector('temas-banner').remove(); temas.consent('granted') }");
        await page.Locator("#see-toggle").ClickAsync();
        found.AddRange(await AccessibilityTests.CheckAsync(page));
        await page.Locator("#see-toggle").ClickAsync();
        if (Environment.GetEnvironmentVariable("TEMAS_PICTURES") is { Length: > 0 } folder) await page.ScreenshotAsync(new() { Path = Path.Combine(folder, $"shop-{language}-{width}-{colours}.png") });
        foreach (var path in (string[])["/category/saksi", "/product/VRD-BM-001", "/search?q=masa", "/account", "/basket", "/nowhere"])
        {
            await page.GotoAsync("/w/veranda/shop" + path);
            await page.Locator("h1").WaitForAsync();
            found.AddRange(await AccessibilityTests.CheckAsync(page));
            if (path.StartsWith("/product", StringComparison.Ordinal)) await page.Locator("#add").ClickAsync();
        }

        await page.GotoAsync("/w/veranda/shop/basket");
        await page.Locator("#to-checkout").ClickAsync();
        await page.Locator("#next").WaitForAsync();
        found.AddRange(await AccessibilityTests.CheckAsync(page));
        await page.Context.CloseAsync();
        found.ShouldBeEmpty();
    }
}
