using System.Text.Json;
using Microsoft.Playwright;
using Temas.Server.Tests.Collect;

namespace Temas.Browser.Tests.Sdk;

/// <summary>temas.js in Chromium, on pages of another origin.</summary>
public sealed class TemasJsTests(SdkFixture sdk) : IClassFixture<SdkFixture>
{
    private const string Stored = "() => JSON.stringify({ ...localStorage })";
    private const string Gpc = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => true })";
    private const string NoLocks = "Object.defineProperty(Navigator.prototype, 'locks', { get: () => undefined })";

    /// <summary>Waits until what the page keeps is so: it lets go of an event when the answer is there, a moment after the site has received it.</summary>
    private static async Task StoredAsync(IPage page, Func<string, bool> isSo)
    {
        var stored = await page.EvaluateAsync<string>(Stored);
        for (var i = 0; i < 100 && !isSo(stored); i++)
        {
            await Task.Delay(50);
            stored = await page.EvaluateAsync<string>(Stored);
        }

        isSo(stored).ShouldBeTrue(stored);
    }

    private Task<Site> OpenAsync() => Site.OpenAsync(sdk.Server.Address);

    [Fact]
    public async Task Calls_BeforeTheScriptIsLoaded_ArriveInTemasWithTheirContext()
    {
        var source = await sdk.Server.CreateSourceAsync();
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        (site.WriteKey, site.Options) = (source.WriteKey, "{ consent: 'granted', flushAfter: 50 }");
        site.Calls = "temas.track('Product Viewed', { product_id: 'masa-1', note: '😀 İ' }); temas.identify('ayşe-1', { email: 'ayse@shop.example' }); temas.group('hane-2', { size: 2 }); temas.alias('ayşe-2');";
        var page = await site.VisitAsync(context, "/list?utm_source=google&utm_medium=cpc&utm_campaign=bahar&gclid=secret&email=a@b.example");
        (await context.CookiesAsync()).ShouldBeEmpty();
        for (var i = 0; i < 200 && sdk.Server.EventsOf(source).Count < 5; i++) await Task.Delay(50);

        var events = sdk.Server.EventsOf(source);
        events.Select(e => e.Type).ShouldBe(["track", "identify", "group", "alias", "page"], ignoreOrder: true);
        var viewed = events.Single(e => e.Type == "track");
        viewed.Name.ShouldBe("Product Viewed");
        viewed.AnonymousId.ShouldNotBeNullOrEmpty();
        var told = viewed.Event!.Value;
        told.GetProperty("properties").GetProperty("note").GetString().ShouldBe("😀 İ");
        var about = told.GetProperty("context");
        about.GetProperty("library").GetProperty("name").GetString().ShouldBe("temas.js");
        about.GetProperty("campaign").GetRawText().ShouldBe("""{"source":"google","medium":"cpc","name":"bahar"}""");
        about.GetProperty("page").GetProperty("path").GetString().ShouldBe("/list");
        about.GetProperty("page").GetProperty("title").GetString().ShouldBe("A shop");
        about.GetProperty("locale").GetString().ShouldBe("tr-TR");
        about.GetProperty("timezone").GetString().ShouldBe("Europe/Istanbul");
        about.GetProperty("screen").GetProperty("width").GetInt32().ShouldBeGreaterThan(0);
        about.GetProperty("userAgent").GetString()!.ShouldContain("Chrome");
        about.GetProperty("sessionId").GetString()!.Length.ShouldBe(32);
        events.Single(e => e.Type == "group").UserId.ShouldBe("ayşe-1");
        // consent: 'granted' by the site's own decision covers everything; what tells of a person in an address is left out nonetheless.
        told.GetRawText().ShouldNotContain("a@b.example");
        await page.CloseAsync();
    }

    [Fact]
    public async Task Pages_OfASinglePageApplication_AreSeenOnceEach()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Options = "{ host: HOST, consent: 'granted', flushAfter: 50 }";
        var page = await site.VisitAsync(context, "/a");
        await site.ReceiveAsync(1);
        await page.EvaluateAsync("() => { history.pushState({}, '', '/b'); document.title = 'B'; history.replaceState({ scroll: 1 }, ''); history.replaceState({}, '', '/b?filter=x') }");
        await site.ReceiveAsync(2);
        await page.EvaluateAsync("() => { location.hash = '#reviews'; history.pushState({}, '', '/c') }");
        await site.ReceiveAsync(3);
        await page.GoBackAsync();
        await site.ReceiveAsync(4);
        await Task.Delay(300);
        var seen = site.Taken.Select(e => e.GetProperty("properties")).ToList();
        seen.Select(p => p.GetProperty("path").GetString()).ShouldBe(["/a", "/b", "/c", "/b"]);
        seen[1].GetProperty("title").GetString().ShouldBe("B");
        seen[1].GetProperty("referrer").GetString()!.ShouldEndWith("/a");
    }

    [Fact]
    public async Task Sessions_EndBySilence_AndByANewCampaign()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Options = "{ host: HOST, consent: 'granted', pages: false, flushAfter: 20, sessionMinutes: 0.02 }";
        site.Calls = "temas.track('A')";
        var page = await site.VisitAsync(context);
        await page.EvaluateAsync("() => temas.track('B')");
        await Task.Delay(1_500);
        await page.EvaluateAsync("() => temas.track('C')");
        await page.EvaluateAsync("() => { history.pushState({}, '', '/?utm_source=news&utm_id=7'); temas.track('D'); history.pushState({}, '', '/deep'); temas.track('E') }");
        var sessions = (await site.ReceiveAsync(5)).OrderBy(e => e.GetProperty("event").GetString()).Select(e => e.GetProperty("context").GetProperty("sessionId").GetString()).ToList();
        sessions[0].ShouldBe(sessions[1]);
        sessions.Distinct().Count().ShouldBe(3);
        sessions[3].ShouldBe(sessions[4]);
        var last = site.Taken.Single(e => e.GetProperty("event").GetString() == "E");
        last.GetProperty("context").GetProperty("campaign").GetProperty("id").GetString().ShouldBe("7");
        site.Taken.Select(e => e.GetProperty("anonymousId").GetString()).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Consent_WhilePending_StoresAndSendsNothing_AndAYesSendsWhatWaited()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Options = "{ host: HOST, flushAfter: 50 }";
        site.Calls = "temas.track('Early')";
        var page = await site.VisitAsync(context);
        await Task.Delay(500);
        site.Requests.ShouldBeEmpty();
        (await page.EvaluateAsync<string>(Stored)).ShouldBe("{}");
        (await page.EvaluateAsync<string>("() => temas.consent().status")).ShouldBe("pending");

        await page.EvaluateAsync("() => temas.consent({ analytics: true })");
        var events = await site.ReceiveAsync(3);
        site.Names.ShouldBe(["Early", "page", "Consent Given"]);
        events[2].GetProperty("properties").GetRawText().ShouldBe("""{"purposes":["analytics"],"channel":"web","method":"api"}""");
        // What the page has not heard of yet it would send again when it closes.
        await StoredAsync(page, stored => !stored.Contains("messageId", StringComparison.Ordinal));
        await page.ReloadAsync();
        await site.ReceiveAsync(5);
        (await page.EvaluateAsync<string>("() => JSON.stringify(temas.consent())")).ShouldBe("""{"status":"granted","purposes":{"analytics":true,"personalization":false,"marketing":false},"chosen":true,"signal":false}""");
    }

    [Fact]
    public async Task Consent_Denied_ForgetsWhatWaited_AndWithdrawnErasesWhatWasStored()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        (site.Options, site.Calls) = ("{ host: HOST, pages: false, flushAfter: 50 }", "temas.track('Early')");
        var page = await site.VisitAsync(context);
        await page.EvaluateAsync("() => { temas.consent('denied'); temas.track('Late') }");
        await page.ReloadAsync();
        await page.EvaluateAsync("() => temas.track('Later')");
        await Task.Delay(400);
        site.Requests.ShouldBeEmpty();
        (await page.EvaluateAsync<string>(Stored)).ShouldBe("""{"temas.k1234567.c":"{\"analytics\":false,\"personalization\":false,\"marketing\":false}"}""");

        await page.EvaluateAsync("() => { temas.consent('granted'); temas.track('Now') }");
        await site.ReceiveAsync(2);
        await page.EvaluateAsync("() => temas.optOut()");
        await site.ReceiveAsync(3);
        site.Names.ShouldBe(["Consent Given", "Now", "Consent Withdrawn"]);
        await StoredAsync(page, stored => stored == """{"temas.k1234567.c":"{\"analytics\":false,\"personalization\":false,\"marketing\":false}"}""");
        (await page.EvaluateAsync<string>("() => JSON.stringify(temas.user())")).ShouldBe("{}");
    }

    [Theory]
    [InlineData(Gpc)]
    [InlineData("Object.defineProperty(Navigator.prototype, 'doNotTrack', { get: () => '1' })")]
    public async Task Signals_OfTheBrowser_CountAsNo_UntilTheVisitorChooses(string signal)
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync(signal);
        site.Calls = "temas.track('Early')";
        var page = await site.VisitAsync(context);
        await Task.Delay(300);
        (await page.EvaluateAsync<string>("() => temas.consent().status")).ShouldBe("denied");
        site.Requests.ShouldBeEmpty();
        (await page.EvaluateAsync<string>(Stored)).ShouldBe("{}");
        await page.EvaluateAsync("() => { temas.consent('granted'); temas.track('Chosen') }");
        await site.ReceiveAsync(2);

        site.Options = "{ host: HOST, consent: 'granted', pages: false, flushAfter: 50, respectSignals: false }";
        await using var another = await sdk.ContextAsync(signal);
        await site.VisitAsync(another);
        await site.ReceiveAsync(3);
        site.Names.ShouldBe(["Consent Given", "Chosen", "Early"]);
    }

    [Fact]
    public async Task Offline_WaitsAndSendsWhenTheNetworkIsBack()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        var page = await site.VisitAsync(context);
        await context.SetOfflineAsync(true);
        await page.EvaluateAsync("() => { for (let i = 0; i < 3; i++) temas.track('Offline', { i }) }");
        await Task.Delay(300);
        site.Requests.ShouldBeEmpty();
        await context.SetOfflineAsync(false);
        await site.ReceiveAsync(3);
        await StoredAsync(page, stored => !stored.Contains("Offline", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Page_ThatCloses_SendsWhatIsLeft()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Options = "{ host: HOST, consent: 'granted', pages: false, flushAfter: 60000 }";
        var page = await site.VisitAsync(context);
        await page.EvaluateAsync("() => { for (let i = 0; i < 5; i++) temas.track('Last', { i, text: 'ğ'.repeat(500) }) }");
        await page.CloseAsync(new() { RunBeforeUnload = true });
        await site.ReceiveAsync(5);
        site.Taken.Select(e => e.GetProperty("properties").GetProperty("i").GetInt32()).ShouldBe(Enumerable.Range(0, 5));
    }

    [Fact]
    public async Task Queue_SurvivesAReload_WithTheSameMessageIds()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        for (var i = 0; i < 6; i++) site.Answers.Enqueue((503, "300"));
        var page = await site.VisitAsync(context);
        var ids = await page.EvaluateAsync<string[]>("() => { const ids = []; temas.on('event', (e) => ids.push(e.messageId)); for (let i = 0; i < 4; i++) temas.track('Kept', { i }); return ids }");
        for (var i = 0; i < 100 && site.Requests.IsEmpty; i++) await Task.Delay(50);
        // The answer is awaited, so that the pause is written down.
        await page.WaitForFunctionAsync("() => Object.keys(localStorage).some((k) => k.endsWith('.w'))");
        await page.EvaluateAsync("() => { for (const k of Object.keys(localStorage)) if (k.endsWith('.w')) localStorage.removeItem(k) }");
        site.Answers.Clear();
        await context.SetOfflineAsync(true);
        await page.GotoAsync("about:blank");
        await context.SetOfflineAsync(false);
        await page.GotoAsync(site.Address.ToString());
        var events = await site.ReceiveAsync(4);
        events.Select(e => e.GetProperty("messageId").GetString()).ShouldBe(ids);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(NoLocks)]
    public async Task Tabs_OfOneSite_ShareTheQueueAndTheVisitor_AndSendNothingTwice(string? script)
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync(script);
        var tabs = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => site.VisitAsync(context)));
        await tabs[0].EvaluateAsync("() => temas.track('First')");
        await site.ReceiveAsync(1);
        site.Slowness = TimeSpan.FromMilliseconds(60);
        await Task.WhenAll(tabs.Select((tab, n) => tab.EvaluateAsync("async (n) => { for (let i = 0; i < 40; i++) { temas.track('Tab', { n, i }); await new Promise((t) => setTimeout(t, 10)) } }", n)));
        await site.ReceiveAsync(121);
        await Task.Delay(800);
        site.Taken.Count.ShouldBe(121);
        site.Taken.Select(e => e.GetProperty("messageId").GetString()).Distinct().Count().ShouldBe(121);
        site.Taken.Select(e => e.GetProperty("context").GetProperty("sessionId").GetString()).Distinct().ShouldHaveSingleItem();
        site.Taken.Select(e => e.GetProperty("anonymousId").GetString()).Distinct().ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Answers_429And500_AreTriedAgainAfterTheTimeThatTheServerAsks_And400IsGivenUp()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Answers.Enqueue((429, "2"));
        site.Answers.Enqueue((500, null));
        var page = await site.VisitAsync(context);
        await page.EvaluateAsync("() => { window.dropped = []; temas.on('dropped', (d) => dropped.push(d)); temas.track('Again') }");
        await site.ReceiveAsync(1);
        var requests = site.Requests.ToList();
        requests.Select(r => r.Status).ShouldBe([429, 500, 200]);
        (requests[1].At - requests[0].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.8));
        (requests[2].At - requests[1].At).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        // Plain text: a browser sends it without asking first.
        requests.ShouldAllBe(r => r.ContentType == "text/plain");

        site.Answers.Enqueue((400, null));
        await page.EvaluateAsync("() => temas.track('Refused')");
        await page.WaitForFunctionAsync("() => dropped.length === 1");
        (await page.EvaluateAsync<string>("() => JSON.stringify(dropped)")).ShouldBe("""[{"count":1,"reason":"400"}]""");
        await page.EvaluateAsync("() => temas.track('Huge', { text: 'x'.repeat(40000) })");
        (await page.EvaluateAsync<string>("() => dropped[1].reason")).ShouldBe("too_large");
        site.Names.ShouldBe(["Again"]);
    }

    [Fact]
    public async Task Queue_ThatIsFull_GivesUpTheOldest()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Options = "{ host: HOST, consent: 'granted', pages: false, flushAfter: 60000, queueEvents: 10 }";
        var page = await site.VisitAsync(context);
        await page.EvaluateAsync("() => { window.dropped = 0; temas.on('dropped', (d) => dropped += d.count); for (let i = 0; i < 25; i++) temas.track('Many', { i }); temas.flush() }");
        var events = await site.ReceiveAsync(10);
        events.Select(e => e.GetProperty("properties").GetProperty("i").GetInt32()).ShouldBe(Enumerable.Range(15, 10));
        (await page.EvaluateAsync<int>("() => dropped")).ShouldBe(15);
    }

    [Fact]
    public async Task Capture_TellsClicksRageAndFormErrors_AndNothingThatWasTyped()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Options = "{ host: HOST, consent: 'granted', pages: false, capture: true, flushAfter: 50 }";
        site.Body = """
            <main><h1>Shop</h1><p id="dead">Not a button</p><button id="buy">Add to <b>basket</b></button><button>ada@shop.example</button>
            <form name="address" onsubmit="return false"><input name="city" value="Typed secret"><input name="mail" type="email" required><textarea name="note">Typed note</textarea><button>Send</button></form>
            <div data-temas-off><button id="private">Hidden</button></div></main>
            """;
        var page = await site.VisitAsync(context);
        await page.WaitForFunctionAsync("() => performance.getEntriesByType('resource').some((r) => r.name.includes('temas-capture'))");
        await Task.Delay(200);
        await page.Locator("#buy").ClickAsync();
        await page.Locator("[name=city]").ClickAsync();
        await page.Locator("#private").ClickAsync();
        await page.GetByText("ada@shop.example").ClickAsync();
        await page.GetByText("Send").ClickAsync();
        for (var i = 0; i < 5; i++) await page.Locator("#dead").ClickAsync(new() { Delay = 5 });
        await site.ReceiveAsync(6);
        await Task.Delay(300);
        var told = site.Taken.Select(e => (e.GetProperty("event").GetString(), e.GetProperty("properties"))).ToList();
        told.Select(t => t.Item1).ShouldBe(["Element Clicked", "Element Clicked", "Element Clicked", "Element Clicked", "Form Error Shown", "Rage Clicked"]);
        told[0].Item2.GetRawText().ShouldBe("""{"tag":"button","id":"buy","label":"Add to basket","path":"/"}""");
        told[1].Item2.GetRawText().ShouldBe("""{"tag":"input","input":"text","field":"city","path":"/"}""");
        told[4].Item2.GetRawText().ShouldBe("""{"field":"mail","input":"email","reason":"valueMissing","form":"address","path":"/"}""");
        told[5].Item2.GetProperty("clicks").GetInt32().ShouldBe(3);
        var everything = string.Join('\n', site.Taken.Select(e => e.GetRawText()));
        everything.ShouldNotContain("Typed");
        everything.ShouldNotContain("ada@");
        everything.ShouldNotContain("Hidden");
    }

    [Fact]
    public async Task Banner_UnderAStrictPolicy_AsksOnceAndHasNoAccessibilityFault()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        var origin = sdk.Server.Address.GetLeftPart(UriPartial.Authority);
        var source = await sdk.Server.CreateSourceAsync();
        site.ContentSecurityPolicy = $"default-src 'none'; script-src {origin}; connect-src {origin}; img-src 'self'";
        site.Head = $"<script async src=\"{origin}/temas.js\" data-write-key=\"{source.WriteKey}\" data-banner data-capture></script>";
        var page = await context.NewPageAsync();
        var faults = new List<string>();
        page.Console += (_, m) =>
        {
            if (m.Type == "error") faults.Add(m.Text);
        };
        await page.GotoAsync(site.Address.ToString());
        var accept = page.GetByRole(AriaRole.Button, new() { Name = "Accept all" });
        await accept.WaitForAsync();
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Let me choose" }).ClickAsync();
        await page.GetByRole(AriaRole.Checkbox, new() { Name = "Measurement" }).CheckAsync();
        (await AccessibilityTests.CheckAsync(page)).ShouldBeEmpty();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save my choice" }).ClickAsync();
        (await page.Locator("temas-banner").CountAsync()).ShouldBe(0);
        for (var i = 0; i < 200 && sdk.Server.EventsOf(source).Count < 2; i++) await Task.Delay(50);
        sdk.Server.EventsOf(source).Select(e => e.Type == "page" ? "page" : e.Name).ShouldBe(["page", "Consent Given"], ignoreOrder: true);
        await page.ReloadAsync();
        await Task.Delay(500);
        (await page.Locator("temas-banner").CountAsync()).ShouldBe(0);
        faults.ShouldBeEmpty();
    }

    [Fact]
    public async Task Module_Imported_DoesTheSame()
    {
        await using var site = await OpenAsync();
        await using var context = await sdk.ContextAsync();
        site.Head = "";
        var page = await context.NewPageAsync();
        await page.GotoAsync(site.Address.ToString());
        await page.EvaluateAsync(
            """
            async ([url]) => {
              const { temas } = await import(url)
              temas.track('Before')
              temas.load('k1234567890', { host: location.origin, consent: 'granted', pages: false })
              temas.track('After')
              await temas.flush()
            }
            """,
            new[] { new Uri(sdk.Server.Address, "/temas.mjs").ToString() });
        await site.ReceiveAsync(2);
        site.Names.ShouldBe(["Before", "After"]);
    }
}
