using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Temas.Browser.Tests;

/// <summary>The board on which journeys are mapped: by keyboard alone, by mouse, and as a plain form.</summary>
[Collection(BrowserCollection.Name)]
public sealed class JourneyBoardTests(BrowserFixture browser)
{
    [Fact]
    public async Task Board_ByKeyboard_MovesTells_IsUndone_AndSaved()
    {
        var page = await browser.OpenAsync("/w/main/journeys/of/store-purchase/edit");
        var stages = page.Locator("[data-journey-stage]:visible");
        await Expect(stages).ToHaveCountAsync(4);
        var said = page.Locator("[data-journey-say]");

        // A stage.
        await stages.Nth(1).Locator("[data-journey-move]").PressAsync("ArrowLeft");
        await Expect(said).ToHaveTextAsync("Looks for it: moved to place 1 of 4");
        await Expect(stages.Nth(0).Locator(".journey-own input").First).ToHaveValueAsync("Looks for it");

        // A touchpoint, to the next stage and down.
        var chip = page.Locator("[data-key='kiosk-used'] .journey-chip-move");
        await chip.PressAsync("ArrowRight");
        await Expect(said).ToHaveTextAsync("Kiosk used was put into Comes");
        await Expect(chip).ToBeFocusedAsync();
        await Expect(page.Locator("[name='touchpoints0']")).ToHaveValueAsync("ad-viewed, ad-clicked, appointment-booked, store-visited, kiosk-used");

        // One more, by its name; and what nobody knows is refused.
        var add = stages.Nth(0).Locator("[data-journey-keys='touchpoints'] .journey-chip-add");
        await add.FillAsync("Order placed");
        await add.PressAsync("Enter");
        await Expect(page.Locator("[name='touchpoints1']")).ToHaveValueAsync("store-associate-helped, store-product-not-found, order-completed");
        await add.FillAsync("No such thing");
        await add.PressAsync("Enter");
        await Expect(said).ToContainTextAsync("is not in the catalogue");
        await add.FillAsync("");

        // Taken out, and back again.
        await page.Locator("[data-key='order-completed'] .journey-chip-move").PressAsync("Delete");
        await Expect(page.Locator("[data-key='order-completed']")).ToHaveCountAsync(0);
        await page.Locator("[data-journey-undo]").PressAsync("Enter");
        await Expect(said).ToHaveTextAsync("Undone");
        await Expect(page.Locator("[data-key='order-completed']")).ToHaveCountAsync(1);
        for (var i = 0; i < 3; i++) await page.Locator("[data-journey-undo]").PressAsync("Enter");
        await Expect(stages.Nth(0).Locator(".journey-own input").First).ToHaveValueAsync("Comes");
        await Expect(page.Locator("[data-journey-undo]")).ToBeDisabledAsync();

        // A stage more, named, is saved where it stands.
        await page.Locator("[data-journey-add]").PressAsync("Enter");
        await page.Keyboard.TypeAsync("Recommends");
        await stages.Nth(4).Locator("[data-journey-move]").PressAsync("ArrowLeft");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save" }).PressAsync("Enter");
        await Expect(page.GetByText("The journey was saved.")).ToBeVisibleAsync();
        await page.GotoAsync("/w/main/journeys/of/store-purchase");
        await Expect(page.Locator(".journey-step")).ToHaveTextAsync(["Comes", "Looks for it", "Buys", "Recommends", "Afterwards"]);
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Board_ByMouse_DragsStagesAndTouchpoints()
    {
        var page = await browser.OpenAsync("/w/main/journeys/of/online-purchase/edit", width: 2200);
        var stages = page.Locator("[data-journey-stage]:visible");
        await DragAsync(page, stages.Nth(0).Locator("[data-journey-move]"), stages.Nth(2), 0.8f, 20);
        await Expect(stages.Nth(2).Locator(".journey-own input").First).ToHaveValueAsync("Looks around");
        await DragAsync(page, page.Locator("[data-key='cart-viewed'] .journey-chip-move"), page.Locator("[data-key='payment-failed']"), 0.5f, 6);
        await Expect(page.Locator("[name='touchpoints1']")).Not.ToHaveValueAsync(new System.Text.RegularExpressions.Regex("cart-viewed"));
        await Expect(page.Locator("[name='touchpoints2']")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("cart-viewed"));
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Drag_EndedByEscape_LeavesEverythingWhereItWas()
    {
        var page = await browser.OpenAsync("/w/main/journeys/of/online-purchase/edit", width: 2200);
        var stages = page.Locator("[data-journey-stage]:visible");
        var order = await stages.Locator(".journey-own input").EvaluateAllAsync<string[]>("all => all.filter(f => f.name.startsWith('name')).map(f => f.value)");
        await DragAsync(page, stages.Nth(0).Locator("[data-journey-move]"), stages.Nth(2), 0.8f, 20, letGo: false);
        await page.Keyboard.PressAsync("Escape");
        await page.Mouse.UpAsync();
        (await stages.Locator(".journey-own input").EvaluateAllAsync<string[]>("all => all.filter(f => f.name.startsWith('name')).map(f => f.value)")).ShouldBe(order);
        await Expect(page.Locator("[data-journey-undo]")).ToBeDisabledAsync();

        var touchpoints = await page.Locator("[name='touchpoints1']").InputValueAsync();
        await DragAsync(page, page.Locator("[data-key='cart-viewed'] .journey-chip-move"), page.Locator("[data-key='payment-failed']"), 0.5f, 6, letGo: false);
        await page.Keyboard.PressAsync("Escape");
        await page.Mouse.UpAsync();
        await Expect(page.Locator("[name='touchpoints1']")).ToHaveValueAsync(touchpoints);
        await Expect(page.Locator(".journey-over, .journey-moving")).ToHaveCountAsync(0);
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Board_ByFinger_IsRolled_AndATouchpointThatIsHeldIsDragged()
    {
        var page = await browser.OpenAsync("/w/main/journeys/of/online-purchase/edit", width: 390, height: 800, touch: true);
        var chip = page.Locator("[data-key='cart-viewed'] .journey-chip-move");
        await chip.ScrollIntoViewIfNeededAsync();
        await using var finger = new Finger(await page.Context.NewCDPSessionAsync(page));
        var touchpoints = await page.Locator("[name='touchpoints1']").InputValueAsync();
        var (box, top) = ((await chip.BoundingBoxAsync())!, await page.EvaluateAsync<double>("() => scrollY"));
        await finger.MoveAsync(box, 0, -120, rests: 0);
        (await page.EvaluateAsync<double>("() => scrollY")).ShouldBeGreaterThan(top + 50);
        await Expect(page.Locator("[name='touchpoints1']")).ToHaveValueAsync(touchpoints);

        await chip.ScrollIntoViewIfNeededAsync();
        (box, top) = ((await chip.BoundingBoxAsync())!, await page.EvaluateAsync<double>("() => scrollY"));
        var above = (await page.Locator("[data-journey-keys='touchpoints']:has([data-key='cart-viewed']) .journey-chip").First.BoundingBoxAsync())!;
        await finger.MoveAsync(box, 0, above.Y - box.Y - (box.Height / 2) - 2, rests: 600);
        (await page.EvaluateAsync<double>("() => scrollY")).ShouldBe(top, 1);
        await Expect(page.Locator("[name='touchpoints1']")).ToHaveValueAsync(new System.Text.RegularExpressions.Regex("^cart-viewed"));
        browser.Faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Board_OnAPhone_AStageIsDraggedBeyondTheScreen_AndSavingIsInReach()
    {
        var page = await browser.OpenAsync("/w/main/journeys/of/online-purchase/edit", "tr", width: 390, height: 800, touch: true);
        var stages = page.Locator("[data-journey-stage]:visible");
        var first = await stages.Nth(0).Locator(".journey-own input").First.InputValueAsync();
        var handle = stages.Nth(0).Locator("[data-journey-move]");
        await handle.ScrollIntoViewIfNeededAsync();
        var (box, session) = ((await handle.BoundingBoxAsync())!, await page.Context.NewCDPSessionAsync(page));
        await using var finger = new Finger(session);
        // It rests at the edge, above what leads to other pages, until the next stage has come there.
        await finger.HoldAsync(box, 0, 720 - box.Y, async () => await Expect(stages.Nth(0).Locator(".journey-own input").First).Not.ToHaveValueAsync(first));
        await Expect(page.Locator("[data-journey-undo]")).ToBeEnabledAsync();
        var save = page.Locator(".board-save .btn-primary");
        await save.ScrollIntoViewIfNeededAsync();
        (await save.EvaluateAsync<bool>("b => { const box = b.getBoundingClientRect(); return b.contains(document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2)); }")).ShouldBeTrue("nothing lies over it");
        browser.Faults.ShouldBeEmpty();
    }

    /// <summary>A finger, as the browser's protocol has it: it rests, moves in steps and is lifted.</summary>
    private sealed class Finger(ICDPSession session) : IAsyncDisposable
    {
        public async Task MoveAsync(LocatorBoundingBoxResult from, float across, float down, int rests)
        {
            const int Steps = 12;
            var (x, y) = (from.X + (from.Width / 2), from.Y + (from.Height / 2));
            await TellAsync("touchStart", x, y);
            await Task.Delay(rests);
            for (var i = 1; i <= Steps; i++) await TellAsync("touchMove", x + (across * i / Steps), y + (down * i / Steps));
            await TellAsync("touchEnd", null, null);
        }

        /// <summary>Goes there and stays until something has happened.</summary>
        public async Task HoldAsync(LocatorBoundingBoxResult from, float across, float down, Func<Task> until)
        {
            var (x, y) = (from.X + (from.Width / 2), from.Y + (from.Height / 2));
            await TellAsync("touchStart", x, y);
            for (var i = 1; i <= 6; i++) await TellAsync("touchMove", x + (across * i / 6), y + (down * i / 6));
            await until();
            await TellAsync("touchEnd", null, null);
        }

        public async ValueTask DisposeAsync() => await session.DetachAsync();

        private Task TellAsync(string type, float? x, float? y) => session.SendAsync("Input.dispatchTouchEvent", new Dictionary<string, object> { ["type"] = type, ["touchPoints"] = x is null ? [] : new object[] { new Dictionary<string, object> { ["x"] = x, ["y"] = y! } } });
    }

    private static async Task DragAsync(IPage page, ILocator from, ILocator to, float across, float down, bool letGo = true)
    {
        await from.ScrollIntoViewIfNeededAsync();
        var (a, b) = ((await from.BoundingBoxAsync())!, (await to.BoundingBoxAsync())!);
        await page.Mouse.MoveAsync(a.X + (a.Width / 2), a.Y + (a.Height / 2));
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(b.X + (b.Width * across), b.Y + down, new() { Steps = 15 });
        await page.Mouse.MoveAsync(b.X + (b.Width * across) + 1, b.Y + down);
        if (letGo) await page.Mouse.UpAsync();
    }
}
