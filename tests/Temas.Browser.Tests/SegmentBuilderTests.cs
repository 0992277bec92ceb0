using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Temas.Browser.Tests;

/// <summary>The builder of segments by keyboard alone, in a real browser, with scripts and without.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SegmentBuilderTests(BrowserFixture browser)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Segment_BuiltByKeyboard_IsCountedAndSaved(bool scripts)
    {
        var page = await browser.OpenAsync("/w/main/segments/new", scripts: scripts);
        await ChooseAsync(page, "[name='r0-event']", "Order placed");
        await ShowAsync(page, scripts);
        await Expect(page.Locator("#audience p.break")).ToContainTextAsync("who did “Order placed”");

        await TypeAsync(page, "[name='r0-least']", "two");
        await ShowAsync(page, scripts);
        await Expect(page.Locator(".seg-fault")).ToContainTextAsync("A whole number is expected");
        await TypeAsync(page, "[name='r0-least']", "1");
        await ShowAsync(page, scripts);
        await Expect(page.Locator("#audience .seg-count")).ToBeVisibleAsync();
        await Expect(page.Locator(".seg-fault")).ToHaveCountAsync(0);

        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Add condition" }));
        await Expect(page.Locator("[name='r1-kind']")).ToBeVisibleAsync();
        await ChooseAsync(page, "[name='r1-kind']", "is not in the segment");
        await ShowAsync(page, scripts);
        await Expect(page.Locator("[name='r1-segment']")).ToBeVisibleAsync();
        await ChooseAsync(page, "[name='r1-segment']", "Lapsed customers");
        await ShowAsync(page, scripts);
        await Expect(page.Locator("#audience p.break")).ToContainTextAsync("who are not in “Lapsed customers”");

        var name = $"Segment {Guid.NewGuid():N}"[..16];
        await TypeAsync(page, "#labelEn", name);
        await ShowAsync(page, scripts);
        await PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = "Save segment" }));
        await Expect(page.GetByText("The segment was saved.")).ToBeVisibleAsync();
        await Expect(page.Locator("h1")).ToHaveTextAsync(name);
        await Expect(page.Locator("[name='r1-segment']")).ToHaveValueAsync("lapsed-customers");
        browser.Faults.ShouldBeEmpty();
    }

    // Without scripts Enter in a field shows the result; with them it comes by itself.
    private static async Task ShowAsync(IPage page, bool scripts)
    {
        if (!scripts) await page.Locator("[name='r0-count']").PressAsync("Enter");
        else await page.WaitForTimeoutAsync(800);
    }

    private static async Task ChooseAsync(IPage page, string field, string label)
    {
        var list = page.Locator(field);
        await list.FocusAsync();

        // A browser takes letters that come more than a second apart for the beginnings of several words, and a busy machine is that slow now and then.
        for (var attempt = 0; attempt < 5; attempt++)
        {
            await page.Keyboard.TypeAsync(label);
            if (await list.EvaluateAsync<string>("list => list.selectedOptions[0].label.trim()") == label) break;
            await page.WaitForTimeoutAsync(1_200);
        }

        await page.Keyboard.PressAsync("Tab");
    }

    private static async Task TypeAsync(IPage page, string field, string text)
    {
        await page.Locator(field).FocusAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.TypeAsync(text);
        await page.Keyboard.PressAsync("Tab");
    }

    private static async Task PressAsync(IPage page, ILocator button)
    {
        await button.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
    }
}
