using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using AngleSharp;
using Microsoft.Extensions.DependencyInjection;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Reports;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>Dashboards over HTTP: looked at, arranged, pinned to, shared, and sent.</summary>
public sealed class DashboardPageTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Boards_AreThere_InANewWorkspace()
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/dashboards?whole=1");
        page.QuerySelector("h1")!.TextContent.ShouldBe("Executive");
        page.QuerySelectorAll("[data-tile]").Length.ShouldBeGreaterThan(3);
        page.QuerySelectorAll("[data-pending]").ShouldBeEmpty("who asks for everything gets everything");
        (await PageClient.PageAsync(browser, "/w/main/dashboards/all")).QuerySelectorAll(".board-card").Length.ShouldBeGreaterThanOrEqualTo(ReadyMade.All.Count());
        foreach (var key in ReadyMade.All.Select(b => b.Key)) (await browser.GetAsync($"/w/main/dashboards/of/{key}?whole=1")).StatusCode.ShouldBe(HttpStatusCode.OK, key);
        (await browser.GetAsync("/w/main/dashboards/of/nowhere")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync("/w/main/dashboards/of/executive/wall?every=20")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Tiles_AreArranged_Added_AndSavedAsFiles()
    {
        using var browser = await server.SignInAsync();
        var edit = await PageClient.PostAsync(browser, "/w/main/dashboards/save", ("labelEn", "My own"), ("like", "store"));
        edit.ShouldBe("/w/main/dashboards/of/my-own/edit");
        var tiles = (await PageClient.PageAsync(browser, edit)).QuerySelectorAll("[data-slot]").Length;
        (await PageClient.PostAsync(browser, "/w/main/dashboards/tile", ("of", "my-own"), ("kind", "text"), ("textEn", "Look at the door."))).ShouldBe("/w/main/dashboards/of/my-own");
        (await PageClient.PostAsync(browser, "/w/main/dashboards/tile", ("of", "my-own"), ("kind", "indicator"))).ShouldContain("draft=refused");
        (await PageClient.PostAsync(browser, "/w/main/dashboards/pin", ("board", "my-own"), ("page", "?kind=trend&event=track:Pinned&last=30d"), ("title", "Pinned"))).ShouldBe("/w/main/dashboards/of/my-own");
        var board = Dashboard.Find(server.Main, "my-own")!;
        board.Tiles.Count.ShouldBe(tiles + 2);
        board.Tiles[^1].Question!.Value.GetProperty("kind").GetString().ShouldBe("trend");
        await PageClient.PostAsync(browser, "/w/main/dashboards/save", ("of", "my-own"), ("labelEn", "My own"), ("id0", board.Tiles[^2].Id), ("order0", "1"), ("width0", "12"), ("height0", "1"));
        var arranged = Dashboard.Find(server.Main, "my-own")!.Tiles[0];
        (arranged.Id, arranged.Width, arranged.Height).ShouldBe((board.Tiles[^2].Id, 12, 1), "one that is arranged comes before those that were not named");
        var csv = await browser.GetStringAsync($"/w/main/dashboards/of/my-own/file/{board.Tiles[^2].Id}");
        csv.ShouldContain("Look at the door.");
        (await browser.GetAsync("/w/main/dashboards/of/my-own/file/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        (await viewer.GetFromJsonAsync<JsonElement>("/api/dashboards")).GetProperty("dashboards").EnumerateArray().Select(d => d.GetProperty("key").GetString()).ShouldContain("my-own");
        await PageClient.PostAsync(browser, "/w/main/dashboards/remove", ("of", "my-own"));
        (await browser.GetAsync("/w/main/dashboards/of/my-own")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Answers_AreKept_UntilSomethingOfTheirsHappens()
    {
        var source = await server.CreateSourceAsync();
        using var browser = await server.SignInAsync();
        await browser.PutAsJsonAsync("/api/definitions/dashboard/kept?workspace=main", JsonDocument.Parse("""{"label":{"tr":"K","en":"K"},"tiles":[{"id":"n","kind":"number","title":{"tr":"N","en":"N"},"question":{"kind":"trend","measures":[{"name":"m","event":"track:Kept"}]}}]}""").RootElement);
        await TrackAsync("Kept", "u1");
        (await ValueAsync()).ShouldBe("1");
        var answers = server.Main.Part<TileAnswers>();
        var before = answers.Computed;
        await TrackAsync("Something Else", "u1");
        (await ValueAsync()).ShouldBe("1");
        answers.Computed.ShouldBe(before, "nothing that the tile looks at happened");
        await TrackAsync("Kept", "u2");
        (await ValueAsync()).ShouldBe("2", "what was acknowledged is on the page");

        async Task TrackAsync(string name, string user) => (await server.SendAsync("/v1/track", source.WriteKey, $$"""{"userId":"{{user}}","event":"{{name}}","timestamp":"{{TimeProvider.System.GetUtcNow():O}}"}""")).Status.ShouldBe(HttpStatusCode.OK);

        async Task<string> ValueAsync() => (await PageClient.PageAsync(browser, "/w/main/dashboards/of/kept?whole=1")).QuerySelector(".number-value")!.TextContent.Trim();
    }

    [Fact]
    public async Task Stream_NamesATile_WhenItsNewFiguresAreThere_AndNoOther()
    {
        var source = await server.CreateSourceAsync();
        using var browser = await server.SignInAsync();
        string Tile(string id, string of) => $$$"""{"id": "{{{id}}}", "kind": "number", "title": {"tr": "{{{id}}}", "en": "{{{id}}}"}, "width": 3, "height": 2, "question": {"kind": "trend", "measures": [{"name": "m", "event": "track:{{{of}}}"}]}}""";
        var board = $$"""{"label": {"tr": "Canlı", "en": "Live"}, "order": 900, "period": "7d", "tiles": [{{Tile("rung", "Bell Rung")}}, {{Tile("knocked", "Door Knocked")}}]}""";
        (await browser.PutAsJsonAsync("/api/definitions/dashboard/live-named?workspace=main", JsonDocument.Parse(board).RootElement)).IsSuccessStatusCode.ShouldBeTrue();
        await TrackAsync("Bell Rung");
        await TrackAsync("Door Knocked");
        using var timeout = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        using var stream = await browser.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/w/main/dashboards/of/live-named/stream"), HttpCompletionOption.ResponseHeadersRead, timeout.Token);
        using var lines = new StreamReader(await stream.Content.ReadAsStreamAsync(timeout.Token));
        var named = new Dictionary<string, string>(StringComparer.Ordinal);
        while (named.Count < 2) await NextAsync();
        var before = named["knocked"];
        for (var count = 2; count < 5; count++)
        {
            named.Remove("rung");
            await TrackAsync("Bell Rung");
            while (!named.ContainsKey("rung")) await NextAsync();
            // Whoever fetches what was named does not wait, and is not told again that it is late.
            var html = await browser.GetStringAsync("/w/main/dashboards/of/live-named/tiles?ids=rung");
            var tile = (await BrowsingContext.New().OpenAsync(r => r.Content(html))).QuerySelector("[data-tile=rung]")!;
            (tile.QuerySelector(".number-value")!.TextContent.Trim(), tile.GetAttribute("data-version")).ShouldBe((count.ToString(System.Globalization.CultureInfo.InvariantCulture), named["rung"]));
        }

        named["knocked"].ShouldBe(before, "nothing touched it");

        async Task TrackAsync(string name) => (await server.SendAsync("/v1/track", source.WriteKey, $$"""{"userId":"u1","event":"{{name}}","timestamp":"{{TimeProvider.System.GetUtcNow():O}}"}""")).Status.ShouldBe(HttpStatusCode.OK);

        async Task NextAsync()
        {
            while (await lines.ReadLineAsync(timeout.Token) is { } line)
            {
                if (!line.StartsWith("data: {", StringComparison.Ordinal)) continue;
                foreach (var tile in JsonElement.Parse(line[6..]).EnumerateObject()) named[tile.Name] = tile.Value.GetString()!;
                return;
            }

            throw new EndOfStreamException();
        }
    }

    [Fact]
    public async Task Share_ShowsFigures_ToWhoeverHasTheLink_UntilItIsRevoked()
    {
        using var browser = await server.SignInAsync();
        (await PageClient.PostAsync(browser, "/w/main/dashboards/share", ("of", "executive"), ("name", "Board meeting"), ("days", "7"), ("sites", "https://intranet.example.com"))).ShouldBe("/w/main/dashboards/of/executive/share");
        (await PageClient.PostAsync(browser, "/w/main/dashboards/share", ("of", "executive"), ("days", "7"), ("sites", "javascript:alert(1)"))).ShouldEndWith("problem=site_unreadable");
        var page = await PageClient.PageAsync(browser, "/w/main/dashboards/of/executive/share");
        var link = new Uri(page.QuerySelector("code[id^=link-]")!.TextContent).AbsolutePath;
        using var stranger = server.Anonymous();
        using var answer = await stranger.GetAsync(link);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        string.Join(' ', answer.Headers.GetValues("Content-Security-Policy")).ShouldContain("frame-ancestors https://intranet.example.com");
        answer.Headers.Contains("X-Frame-Options").ShouldBeFalse();
        var html = await answer.Content.ReadAsStringAsync();
        var shown = await BrowsingContext.New().OpenAsync(r => r.Content(html));
        shown.QuerySelectorAll("[data-tile]").Length.ShouldBeGreaterThan(0);
        shown.QuerySelectorAll("[data-tile] a[href^='/w/']").ShouldBeEmpty("nothing opens to a customer");
        (await stranger.GetAsync(link + "/tiles?ids=summary")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await stranger.GetAsync(link[..^2] + "xx")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        var id = page.QuerySelector("button[name=id]")!.GetAttribute("value")!;
        await PageClient.PostAsync(browser, "/w/main/dashboards/revoke", ("of", "executive"), ("id", id));
        (await stranger.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Share_OfWhatWasChosen_ShowsThatAlone_AlsoAfterARefusal()
    {
        using var browser = await server.SignInAsync();
        var board = await PageClient.PageAsync(browser, "/w/main/dashboards/of/executive?period=30d&channel=store&store=%C5%9Ei%C5%9Fli");
        var share = board.QuerySelectorAll("a").Select(a => a.GetAttribute("href")!).Single(h => h.Contains("/share", StringComparison.Ordinal));
        var state = (await PageClient.PageAsync(browser, share)).QuerySelector("input[name=state]")!.GetAttribute("value")!;
        var refused = await PageClient.PostAsync(browser, "/w/main/dashboards/share", ("of", "executive"), ("days", "7"), ("sites", "nowhere"), ("state", state));
        state = (await PageClient.PageAsync(browser, refused)).QuerySelector("input[name=state]")!.GetAttribute("value")!;
        await PageClient.PostAsync(browser, "/w/main/dashboards/share", ("of", "executive"), ("name", "Şişli"), ("days", "7"), ("state", state));
        var made = (await PageClient.PageAsync(browser, "/w/main/dashboards/of/executive/share")).QuerySelectorAll(".share-links li").Single(l => l.QuerySelector(".strong")!.TextContent == "Şişli");
        made.QuerySelector(".share-facts dd")!.TextContent.Trim().ShouldBe("30 days · Channel: Store · Store: Şişli");
        using var stranger = server.Anonymous();
        var shown = await stranger.GetStringAsync(new Uri(made.QuerySelector("code[id^=link-]")!.TextContent).AbsolutePath);
        System.Net.WebUtility.HtmlDecode(shown).ShouldContain("Şişli");
    }

    [Theory]
    [InlineData("tr", "Panoyu aç")]
    [InlineData("en", "Open the dashboard")]
    public async Task Report_IsALetter_InItsLanguage(string language, string words)
    {
        var reports = server.Services.GetRequiredService<SendReports>();
        var letter = await reports.WriteAsync(server.Main, Dashboard.Find(server.Main, "executive")!, new Report("day", 8, ["a@example.com"], language), CancellationToken.None);
        System.Net.WebUtility.HtmlDecode(letter.Html).ShouldContain(words);
        letter.Text.ShouldContain(words);
        letter.Html.ShouldNotContain("<script");
        letter.Pictures.Count.ShouldBe(letter.Html.Split("<img ").Length - 1, "each picture is shown, and comes with the letter");
        letter.Html.ShouldNotContain("<img src=\"http");
    }
}
