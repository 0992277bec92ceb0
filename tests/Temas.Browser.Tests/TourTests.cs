using Microsoft.Playwright;
using Temas.Kernel;
using Temas.Server.Tests;
using static Microsoft.Playwright.Assertions;

namespace Temas.Browser.Tests;

/// <summary>The tour in a real browser: with the keyboard alone, on a phone, and without scripts.</summary>
[Collection(BrowserCollection.Name)]
public sealed class TourTests(BrowserFixture browser)
{
    [Theory]
    [InlineData("en", 1280, true)]
    [InlineData("tr", 390, true)]
    [InlineData("tr", 1280, false)]
    public async Task Tour_OfSomebodyNew_LeadsToTheFirstEventAndIsOver(string language, int width, bool scripts)
    {
        var email = $"new-{Guid.NewGuid():N}@example.com";
        await browser.Server.CreatePersonAsync(email, Role.Manager, password: TemasServer.OwnerPassword);
        var page = await browser.OpenAsync("/w/main/overview", language, width: width, email: email, scripts: scripts);
        var tour = page.Locator("#tour");
        await Expect(tour).ToContainTextAsync(language == "tr" ? "Adım 1 / 3" : "Step 1 of 3");
        await PressAsync(page, tour, language == "tr" ? "İleri" : "Next");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/customers/[0-9a-f]+\\?tour=2"));
        await Expect(page.Locator("h1")).ToHaveTextAsync(Story.Customer);
        // What is spoken of lies in view, beside the panel.
        await Expect(page.Locator(".tour-stop").First).ToBeInViewportAsync();
        await Expect(tour).ToBeInViewportAsync(new() { Ratio = 1 });
        if (scripts) (await page.EvaluateAsync<string>("document.activeElement.id")).ShouldBe("tour");
        await PressAsync(page, tour, language == "tr" ? "İleri" : "Next");
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sources/1\\?tour=3"));
        if (width < 600)
        {
            var (bar, sheet) = (await page.Locator(".tabbar").BoundingBoxAsync(), await tour.BoundingBoxAsync());
            (sheet!.Y + sheet.Height).ShouldBeLessThanOrEqualTo(bar!.Y + 1);
        }

        await tour.GetByRole(AriaRole.Button, new() { Name = language == "tr" ? "Bitir" : "Done" }).ClickAsync();
        await Expect(page).ToHaveURLAsync(new System.Text.RegularExpressions.Regex("/sources/1$"));
        await Expect(tour).ToHaveCountAsync(0);
        await page.GotoAsync("/w/main/overview");
        await Expect(tour).ToHaveCountAsync(0);
        browser.Faults.ShouldBeEmpty();
    }

    // As somebody does who has no mouse.
    private static async Task PressAsync(IPage page, ILocator tour, string link)
    {
        await tour.GetByRole(AriaRole.Link, new() { Name = link }).FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
