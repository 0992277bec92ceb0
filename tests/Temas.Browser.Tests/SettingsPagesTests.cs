using Microsoft.Playwright;
using Temas.Kernel;
using Temas.Server.Tests;
using Temas.Server.Tests.SecondFactor;
using static Microsoft.Playwright.Assertions;

namespace Temas.Browser.Tests;

/// <summary>People, tokens, audit trail and account, in a real browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SettingsPagesTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Token_MadeAndRevoked_WithAndWithoutScripts(bool scripts)
    {
        var page = await browser.OpenAsync("/w/main/settings/tokens", scripts: scripts);
        var name = $"Report {Guid.NewGuid():N}"[..15];
        await page.GetByRole(AriaRole.Button, new() { Name = "New token" }).First.ClickAsync();
        await page.GetByLabel("Name").FillAsync(name);
        await page.GetByRole(AriaRole.Button, new() { Name = "Create token" }).ClickAsync();
        await Expect(page.Locator("#token-secret")).ToContainTextAsync("tmt_");
        await page.GetByRole(AriaRole.Button, new() { Name = $"Revoke {name}" }).ClickAsync();
        await page.Locator("dialog[open] .dialog-foot button").ClickAsync();
        await Expect(page.GetByText("The token was revoked.")).ToBeVisibleAsync();
        await Expect(page.Locator("#token-secret")).ToHaveCountAsync(0);
        await page.GotoAsync("/w/main/settings/audit?action=token.revoked");
        await Expect(page.Locator("tbody tr").First).ToContainTextAsync(name);
        await Expect(page.Locator("tbody tr ins").First).ToContainTextAsync("true");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Person_InvitedOnThePage_AcceptsInAnotherBrowser(bool scripts)
    {
        var email = $"davetli-{Guid.NewGuid():N}@example.com";
        var page = await browser.OpenAsync("/w/main/settings/people", "tr", scripts: scripts);
        await page.GetByRole(AriaRole.Button, new() { Name = "Kişi davet et" }).ClickAsync();
        await page.GetByLabel("E-posta adresi").FillAsync(email);
        await page.GetByLabel("Rol", new() { Exact = true }).SelectOptionAsync("analyst");
        await page.Locator("dialog[open] .dialog-foot .btn-primary").ClickAsync();
        await Expect(page.GetByText("Davet oluşturuldu.")).ToBeVisibleAsync();
        var link = await page.Locator("#made-link").TextContentAsync();
        // Without scripts axe waits for ever: its timers do not run.
        if (scripts) (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();

        var guest = await browser.OpenAsync(new Uri(link!).PathAndQuery, "tr", email: null, scripts: scripts);
        await Expect(guest.GetByText(email)).ToBeVisibleAsync();
        await guest.GetByLabel("Adınız").FillAsync("Derya");
        await guest.GetByLabel("Parola", new() { Exact = true }).FillAsync("dokuz yeşil şişe");
        await guest.GetByRole(AriaRole.Button, new() { Name = "Daveti kabul et" }).ClickAsync();
        await Expect(guest).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/w/main/overview$"));
        await page.ReloadAsync();
        await Expect(page.Locator("tbody tr").Filter(new() { HasText = email }).First).ToContainTextAsync("Derya");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task SecondFactor_TurnedOnAndAskedForAtTheNextSignIn(bool scripts)
    {
        var email = $"factor-{Guid.NewGuid():N}@example.com";
        await browser.Server.CreatePersonAsync(email, Role.Viewer, password: TemasServer.OwnerPassword);
        var page = await browser.OpenAsync("/w/main/settings/account", scripts: scripts, email: email);
        await page.GetByRole(AriaRole.Link, new() { Name = "Set up" }).ClickAsync();
        if (scripts) (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.GetByLabel("Current password").FillAsync(TemasServer.OwnerPassword);
        await page.GetByRole(AriaRole.Button, new() { Name = "Set up" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Img, new() { Name = "QR code" })).ToBeVisibleAsync();
        if (scripts) (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        var secret = (await page.Locator("#totp-secret").TextContentAsync())!;
        await page.GetByLabel("Code of the app").FillAsync(Authenticator.Code(secret, TimeProvider.System));
        await page.GetByRole(AriaRole.Button, new() { Name = "Turn on" }).ClickAsync();
        var codes = (await page.Locator("#recovery-codes").TextContentAsync())!.Split('\n');
        codes.Length.ShouldBe(10);
        if (scripts) (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();

        var guest = await browser.OpenAsync("/sign-in", scripts: scripts, email: null);
        await guest.Locator("#email").FillAsync(email);
        await guest.Locator("#password").FillAsync(TemasServer.OwnerPassword);
        await guest.Locator("main button").ClickAsync();
        await guest.GetByLabel("Code").FillAsync("000000");
        await guest.Locator("main button").ClickAsync();
        await Expect(guest.GetByRole(AriaRole.Alert)).ToContainTextAsync("This code is not right");
        if (scripts) (await AccessibilityTests.CheckAsync(guest)).ShouldBeEmpty();
        await guest.GetByLabel("Code").FillAsync(codes[0]);
        await guest.Locator("main button").ClickAsync();
        await Expect(guest).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/overview$"));
    }

    [Fact]
    public async Task Person_RoleChanged_ShowsInTheAuditTrailInTurkish()
    {
        await browser.Server.CreatePersonAsync("deniz@example.com", Role.Viewer, password: TemasServer.OwnerPassword);
        var page = await browser.OpenAsync("/w/main/settings/people", "tr");
        await page.GetByRole(AriaRole.Link, new() { Name = "deniz" }).First.ClickAsync();
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.GetByLabel("Rol", new() { Exact = true }).SelectOptionAsync("analyst");
        await page.GetByRole(AriaRole.Button, new() { Name = "Kaydet" }).ClickAsync();
        await Expect(page.GetByText("Rol değiştirildi.")).ToBeVisibleAsync();
        await page.GotoAsync("/w/main/settings/audit?action=person.changed");
        var row = page.Locator("tbody tr").Filter(new() { HasText = "deniz" }).First;
        await Expect(row.Locator("del")).ToContainTextAsync("viewer");
        await Expect(row.Locator("ins")).ToContainTextAsync("analyst");
    }
}
