using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Server.SignIn;
using Temas.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Temas.Browser.Tests;

/// <summary>What a person does on the pages, in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class PageTests(BrowserFixture browser)
{
    [Fact]
    public async Task SignIn_WithAWrongPassword_SaysSoAndStays()
    {
        var page = await browser.OpenAsync("/w/main/events", email: null);
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sign-in\\?returnUrl="));
        await page.GetByLabel("E-mail address").FillAsync("owner@example.com");
        await page.GetByLabel("Password").FillAsync("not the password");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("do not belong together");
        await page.GetByLabel("E-mail address").FillAsync("owner@example.com");
        await page.GetByLabel("Password").FillAsync(TemasServer.OwnerPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/w/main/events$"));
    }

    [Fact]
    public async Task Search_WhileTyping_FindsTheCustomerWithoutReload()
    {
        var page = await browser.OpenAsync("/w/main/customers", "tr");
        await page.EvaluateAsync("window.sameDocument = true");
        await page.GetByLabel("Müşteri ara").PressSequentiallyAsync("isik");
        await Expect(page.Locator("#results")).ToContainTextAsync("Işık Örnek");
        await Expect(page.Locator("#results")).Not.ToContainTextAsync("Deniz");
        (await page.EvaluateAsync<bool>("window.sameDocument === true")).ShouldBeTrue();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("q=isik"));
    }

    [Fact]
    public async Task Customer_OfThePatioTable_TellsItsStory()
    {
        var page = await browser.OpenStoryAsync();
        var timeline = page.Locator(".timeline");
        await Expect(timeline.Locator(".touch.moment").First).ToBeVisibleAsync();
        await Expect(timeline).ToContainTextAsync("Promise broken: The order is delivered by the promised date");
        await Expect(timeline).ToContainTextAsync("Kept 4 days late");
        await Expect(timeline).ToContainTextAsync("Out of place again (no. 3)");
        await Expect(timeline).ToContainTextAsync("Satisfaction: 1 of 5");
        await page.GetByRole(AriaRole.Link, new() { Name = "Promises" }).ClickAsync();
        await Expect(page.Locator(".promise").First).ToContainTextAsync("Late");
        await Expect(page.Locator(".promise").First).ToContainTextAsync("4 days");
    }

    [Fact]
    public async Task Merge_Undone_PartsTheCustomersAndCanBeTakenBack()
    {
        var page = await browser.OpenStoryAsync("identity");
        var line = page.Locator(".ledger-entry").Filter(new() { HasText = "anon-7c1f" }).Filter(new() { HasText = Story.UserId }).First;
        await line.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
        await Expect(page.GetByText("Parted: the timelines are apart again.")).ToBeVisibleAsync();
        await Expect(page.Locator(".ledger-entry").Filter(new() { HasText = "A person forbade it" })).Not.ToHaveCountAsync(0);
        await page.Locator(".toast-item").GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Expect(page.GetByText("Decision withdrawn: the events decide.")).ToBeVisibleAsync();
        await Expect(page.Locator(".ledger-entry").Filter(new() { HasText = "A person forbade it" })).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task Events_WhenOneArrives_ShowItWithoutReload()
    {
        var page = await browser.OpenAsync("/w/main/events");
        await Expect(page.Locator("temas-feed")).ToHaveAttributeAsync("data-state", "live");
        await Story.SendOneAsync(browser.Address, browser.WriteKey, "Gift Card Checked", $"live-{Guid.NewGuid()}");
        await Expect(page.Locator("[data-feed-rows]")).ToContainTextAsync("Gift Card Checked");
        await page.GotoAsync("/w/main/events?show=dropped");
        await Expect(page.Locator("[data-feed-rows]")).ToContainTextAsync("No identifier");
    }

    [Fact]
    public async Task Source_Made_ShowsItsKeyAndCanBeRevoked()
    {
        var page = await browser.OpenAsync("/w/main/sources");
        var name = $"Kiosk {Guid.NewGuid():N}"[..14];
        await page.GetByRole(AriaRole.Button, new() { Name = "New source" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create source" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        (await page.Locator("#write-key").TextContentAsync())!.Trim().Length.ShouldBe(32);
        await Expect(page.Locator("#snippet-curl")).ToContainTextAsync("/v1/track");
        await page.GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.Locator("dialog[open]").GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await Expect(page.GetByText("The source is revoked.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Source_WithoutScripts_IsMadeAndRevokedToo()
    {
        var page = await browser.OpenAsync("/w/main/sources", scripts: false);
        var name = $"Plain {Guid.NewGuid():N}"[..14];
        await page.GetByRole(AriaRole.Button, new() { Name = "New source" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("dialog=new-source$"));
        await page.GetByRole(AriaRole.Link, new() { Name = "Cancel" }).ClickAsync();
        await Expect(page.Locator("dialog")).ToBeHiddenAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New source" }).ClickAsync();
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create source" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = name })).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "New key" }).Or(page.Locator("[data-open-dialog=rotate]")).First.ClickAsync();
        await page.Locator("dialog[open] .dialog-foot button").ClickAsync();
        await page.Locator("[data-open-dialog=revoke]").ClickAsync();
        await page.Locator("dialog[open] .dialog-foot button").ClickAsync();
        await Expect(page.GetByText("The source is revoked.")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task HeldLinks_ConfirmedOrForbidden_CanBeTakenBack()
    {
        var page = await browser.OpenAsync("/w/main/customers");
        await page.GetByRole(AriaRole.Link, new() { Name = "held back" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Held links" })).ToBeVisibleAsync();
        var line = page.Locator(".ledger-entry").Filter(new() { HasText = "customer-63" }).Filter(new() { HasText = "anon-a90b" });
        await Expect(line).ToContainTextAsync("The customer would have too many of this kind");
        await Expect(line.GetByRole(AriaRole.Link, new() { Name = "Işık Örnek" })).ToBeVisibleAsync();

        await line.GetByRole(AriaRole.Button, new() { Name = "Confirm" }).ClickAsync();
        await Expect(page.GetByText("Confirmed: they are one customer.")).ToBeVisibleAsync();
        await Expect(line).ToHaveCountAsync(0);
        await page.Locator(".toast-item").GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Expect(line).ToHaveCountAsync(1);

        await line.GetByRole(AriaRole.Button, new() { Name = "Forbid" }).ClickAsync();
        await Expect(page.GetByText("Forbidden: they will not become one customer.")).ToBeVisibleAsync();
        var forbidden = page.Locator("section").Filter(new() { Has = page.GetByRole(AriaRole.Heading, new() { Name = "Forbidden by a person" }) });
        await forbidden.GetByRole(AriaRole.Button, new() { Name = "Withdraw" }).ClickAsync();
        await Expect(page.GetByText("Decision withdrawn: the events decide.")).ToBeVisibleAsync();
        await Expect(forbidden).ToHaveCountAsync(0);
        await Expect(line).ToHaveCountAsync(1);
    }

    [Fact]
    public async Task LanguageAndTheme_Switched_StayAcrossPages()
    {
        var page = await browser.OpenAsync("/w/main/customers");
        await page.Locator("summary").Filter(new() { HasText = "Language" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Türkçe" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "tr");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Müşteriler");
        await page.GetByLabel("Tema", new() { Exact = true }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Koyu" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
        await page.GotoAsync("/w/main/sources");
        await Expect(page.Locator("html")).ToHaveAttributeAsync("data-bs-theme", "dark");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Kaynaklar");
        // The choice is the person's, whom all tests share.
        await page.Locator("summary").Filter(new() { HasText = "Dil" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "English" }).ClickAsync();
        await Expect(page.Locator("html")).ToHaveAttributeAsync("lang", "en");
    }

    [Fact]
    public async Task Keyboard_Alone_FindsAndOpensACustomer()
    {
        var page = await browser.OpenAsync("/w/main/sources");
        await page.Keyboard.PressAsync("Tab");
        await Expect(page.Locator(".skip-link")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("/");
        await Expect(page.Locator(".top-search input")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync(Story.UserId);
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.Locator("#results")).ToContainTextAsync(Story.Customer);
        await page.Locator("#q").FocusAsync();
        for (var i = 0; i < 14 && !await page.Locator(".row-link").First.EvaluateAsync<bool>("x => x === document.activeElement"); i++) await page.Keyboard.PressAsync("Tab");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(Story.Customer);
        await page.GetByLabel("Theme").FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Light" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.GetByLabel("Theme")).ToBeFocusedAsync();
    }

    [Fact]
    public async Task SetUp_OfAFreshInstallation_MakesTheOwnerAndSignsIn()
    {
        await using var fresh = await TemasServer.StartAsync(withOwner: false);
        var code = fresh.Services.GetRequiredService<SetUpCode>().Value!;
        var page = await browser.OpenAsync(new Uri(fresh.Address, "/").ToString(), "tr", "dark", email: null);
        // Closed before its server goes: a living page that nobody answers would complain into the other tests.
        await using var context = page.Context;
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/setup$"));
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.Locator("#code").FillAsync("not the code");
        await page.Locator("#name").FillAsync("Ada Örnek");
        await page.Locator("#email").FillAsync("ada@example.com");
        await page.Locator("#password").FillAsync("masanın üstünde dört elma");
        await page.GetByRole(AriaRole.Button, new() { Name = "Başla" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Bu, kurulum kodu değil.");
        await page.GotoAsync(new Uri(fresh.Address, $"/setup?code={Uri.EscapeDataString(code)}").ToString());
        await page.Locator("#name").FillAsync("Ada Örnek");
        await page.Locator("#email").FillAsync("ada@example.com");
        await page.Locator("#password").FillAsync("masanın üstünde dört elma");
        await page.GetByRole(AriaRole.Button, new() { Name = "Başla" }).ClickAsync();
        await Expect(page.GetByText("Henüz müşteri yok")).ToBeVisibleAsync();
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Source_WithoutEvents_WaitsAndTurnsGreenByItself()
    {
        var made = await browser.Server.Services.GetRequiredService<CreateSource>().HandleAsync(browser.Server.Main, new CreateSourceRequest("Kiosk"), Actor.System);
        var page = await browser.OpenAsync($"/w/main/sources/{made.Value.Id}", "tr");
        await Expect(page.GetByText("İlk olayınız bekleniyor")).ToBeVisibleAsync();
        await Expect(page.Locator("temas-feed")).ToHaveAttributeAsync("data-state", "live");
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await SendAsync(made.Value.WriteKey, """{"event":"Kiosk Touched"}""");
        await Expect(page.GetByText("Bir şey geldi, ama kabul edilemedi")).ToBeVisibleAsync();
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await SendAsync(made.Value.WriteKey, """{"userId":"kiosk-1","event":"Kiosk Touched"}""");
        await Expect(page.GetByText("Olaylar geliyor")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-feed-part]")).ToContainTextAsync("Kiosk Touched");
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Touchpoints_FromAnUnknownEvent_AreDraftedCorrectedAndSaved(bool scripts)
    {
        var name = scripts ? "Terrace Planned" : "Terrace Drawn";
        await SendAsync(browser.WriteKey, $$$"""{"userId":"terrace-1","event":"{{{name}}}","properties":{"area":12}}""");
        var page = await browser.OpenAsync("/w/main/touchpoints", "tr", scripts: scripts);
        if (scripts) (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();
        await Expect(page.GetByLabel("İngilizce adı")).ToHaveValueAsync(name);
        await page.GetByLabel("Yolculuk aşaması").FillAsync("consideration");
        await page.GetByLabel("Kanal").FillAsync("web");
        await page.GetByLabel("Algı, -1 ile +1 arası").FillAsync("4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kaydet" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("Kaydedilmedi");
        await Expect(page.GetByText("-1 ile 1 arasında bir sayı olmalı.")).ToBeVisibleAsync();
        if (scripts)
        {
            await page.SetViewportSizeAsync(390, 800);
            (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
            await page.SetViewportSizeAsync(1280, 900);
        }

        await page.GetByLabel("Algı, -1 ile +1 arası").FillAsync("0,4");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kaydet" }).ClickAsync();
        await Expect(page.GetByText("Temas noktası kaydedildi.")).ToBeVisibleAsync();
        await page.Locator(".row-link").Filter(new() { HasText = name }).ClickAsync();
        await Expect(page.GetByLabel("Bilinen özellikler")).ToHaveValueAsync("area: number");
        await Expect(page.GetByText("Sürüm 1")).ToBeVisibleAsync();
        await page.Locator(".content-actions button").ClickAsync();
        await page.Locator("dialog[open] button.btn-danger").ClickAsync();
        await Expect(page.GetByText("Temas noktası kaldırıldı")).ToBeVisibleAsync();
    }

    private async Task SendAsync(string writeKey, string json)
    {
        using var client = new HttpClient { BaseAddress = browser.Address };
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(writeKey + ":")));
        using var body = new StringContent(json, System.Text.Encoding.UTF8, "application/json");
        (await client.PostAsync(new Uri("/v1/track", UriKind.Relative), body)).Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Menu_OfAPhone_LeadsToEveryPage(bool scripts)
    {
        var desk = await browser.OpenAsync("/w/main/overview");
        var wanted = await desk.Locator(".side a.nav-link").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
        await desk.Context.CloseAsync();
        var page = await browser.OpenAsync("/w/main/overview", "tr", width: 390, height: 844, touch: true, scripts: scripts);
        await page.Locator(".tabbar summary").ClickAsync();
        var offered = await page.Locator(".tabbar a.nav-link:visible").EvaluateAllAsync<string[]>("all => all.map(a => a.getAttribute('href'))");
        wanted.Except(offered).ShouldBeEmpty();
        if (scripts) (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.Locator(".more-panel").GetByRole(AriaRole.Link, new() { Name = "Denetim kaydı" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Denetim kaydı");
        await page.Context.CloseAsync();
    }

    [Fact]
    public async Task Page_ThatIsNotThere_SaysSoInTheReadersLanguage()
    {
        var page = await browser.OpenAsync("/no-such-page", "tr");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Sayfa bulunamadı");
        await page.GotoAsync("/w/main/customers/0000000000000000");
        await Expect(page.GetByText("Böyle bir müşteri yok")).ToBeVisibleAsync();
    }
}
