using System.Net;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>The explorer: every number on it opens to as many customers as it says.</summary>
public sealed partial class ExplorePageTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Theory]
    [InlineData("?last=90d&unit=week&measure=customers&event=track:Seen", "table.data")]
    [InlineData("?last=90d&unit=month&measure=customers&event=track:Seen&breakdown=city", "table.data")]
    [InlineData("?last=30d&unit=week&measure=customers&event=track:Seen&compare=previous", "table.data")]
    [InlineData("?last=30d&unit=week&measure=customers&event=track:Seen&compare=previous&breakdown=city", "table.data")]
    [InlineData("?last=90d&unit=week&measure=customers&event=track:Seen&cumulative=1&compare=previous", "table.data")]
    [InlineData("?last=30d&measure=customers&event=track:Seen&where=city&is=equal&value=%C4%B0zmir", "table.data")]
    [InlineData("?kind=funnel&last=90d&event=track:Seen&event=track:Bought&window=30d", ".funnel")]
    [InlineData("?kind=funnel&last=90d&event=track:Seen&event=track:Bought&window=30d&breakdown=city", "section.card")]
    [InlineData("?kind=funnel&last=90d&event=track:Seen&event=track:Bought&window=30d&by=touchpoint", "table.data")]
    [InlineData("?kind=funnel&last=90d&event=track:Seen&event=track:Bought&event=track:Seen&order=any&window=90d&where=city&is=exists", ".funnel")]
    [InlineData("?kind=retention&last=90d&unit=week&event=track:Seen", "table.heat")]
    [InlineData("?kind=retention&last=90d&unit=month&event=track:Seen&event=track:Bought&first=1", "table.heat")]
    [InlineData("?kind=retention&last=90d&unit=month&event=track:Bought&event=*&where=city&is=exists", "table.heat")]
    [InlineData("?kind=retention&last=90d&unit=month&event=track:Bought&event=&where=city&is=exists", "table.heat")]
    [InlineData("?kind=paths&last=90d&gap=30d&depth=3", "[data-charted]")]
    [InlineData("?kind=paths&last=90d&gap=7d&event=track:Bought&event=", "[data-charted]")]
    [InlineData("?kind=paths&last=90d&gap=30d&event=&event=track:Bought&where=city&is=exists", "[data-charted]")]
    [InlineData("?kind=paths&last=90d&gap=30d&event=track:Seen&event=track:Bought&among=track:Order+Completed", "[data-charted]")]
    [InlineData("?kind=paths&places=touchpoint&last=90d&gap=30d", "[data-charted]")]
    [InlineData("?kind=paths&places=channel&last=90d&gap=30d&event=channel:web&among=channel:store", "[data-charted]")]
    [InlineData("?kind=paths&places=touchpoint&last=90d&gap=30d&event=&event=touchpoint:order-completed&where=city&is=exists", "[data-charted]")]
    [InlineData("?last=90d&unit=month&measure=customers&by=touchpoint", "table.data")]
    [InlineData("?last=90d&unit=month&measure=customers&by=perception&where=city&is=exists", "table.data")]
    [InlineData("?kind=rfm&last=90d&event=track:Seen&property=", "section.card")]
    [InlineData("?kind=rfm&last=90d&event=track:Bought&where=city&is=exists", "section.card")]
    [InlineData("?kind=habits&last=90d&event=track:Seen&unit=week", "section.card")]
    [InlineData("?kind=habits&last=30d&event=track:Seen&unit=day&compare=previous", "section.card")]
    [InlineData("?kind=habits&habit=frequency&last=90d&event=track:Seen&where=city&is=exists", "section.card")]
    [InlineData("?kind=habits&habit=frequency&last=30d&event=track:Seen&compare=previous", "section.card")]
    [InlineData("?last=90d&unit=month&measure=customers&event=track:Seen&or0=track:Bought", "table.data")]
    [InlineData("?kind=funnel&last=90d&event=track:Seen&event=track:Bought&or1=track:Order+Completed&window=30d", ".funnel")]
    [InlineData("?kind=retention&last=90d&unit=month&event=track:Seen&or0=track:Bought&event=track:Bought&or1=track:Order+Completed", "table.heat")]
    [InlineData("?kind=rfm&last=90d&event=track:Seen&or0=track:Bought&property=", "section.card")]
    [InlineData("?kind=habits&habit=frequency&last=90d&event=track:Seen&or0=track:Bought", "section.card")]
    public async Task Number_Opened_ShowsAsManyCustomers(string question, string where)
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, $"/w/main/explore{question}");
        // A total over groups or buckets is not a number of customers only where it is a share: those carry their number as title.
        var links = page.QuerySelectorAll($"{where} a").Where(a => a.GetAttribute("href")!.Contains("/explore/customers", StringComparison.Ordinal)).ToList();
        links.Count.ShouldBeGreaterThan(1);
        foreach (var link in links)
        {
            var said = int.Parse(Digits().Match(link.GetAttribute("title") ?? link.TextContent).Value, System.Globalization.CultureInfo.InvariantCulture);
            var list = await PageClient.PageAsync(browser, link.GetAttribute("href")!);
            list.QuerySelectorAll(".customer-lines li").Length.ShouldBe(said, $"{link.TextContent} on {question}");
        }
    }

    [Fact]
    public async Task Trend_OfSeveralTypes_CountsThemAsOne()
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        async Task<int> TotalAsync(string events)
        {
            var page = await PageClient.PageAsync(browser, $"/w/main/explore?last=90d&unit=month&{events}");
            return int.Parse(Digits().Match(page.QuerySelector("tr.total-row td.num")!.TextContent).Value, System.Globalization.CultureInfo.InvariantCulture);
        }

        var both = await TotalAsync("event=track:Seen&or0=track:Bought");
        both.ShouldBe(await TotalAsync("event=track:Seen") + await TotalAsync("event=track:Bought"));
        var form = await PageClient.PageAsync(browser, "/w/main/explore?last=90d&event=track:Seen&or0=track:Bought");
        form.QuerySelectorAll("select[name=or0] option[selected]").Select(o => o.GetAttribute("value")).ShouldContain("track:Bought");
    }

    [Fact]
    public async Task Intervals_Opened_ShowTheCustomersBesideThem()
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/explore?kind=habits&habit=interval&last=90d&event=track:Seen&compare=previous");
        var rows = page.QuerySelectorAll("tr[data-at]").Where(r => r.QuerySelector("td:nth-child(2) a") is not null).ToList();
        rows.Count.ShouldBeGreaterThan(1);
        foreach (var row in rows)
        {
            var list = await PageClient.PageAsync(browser, row.QuerySelector("td:nth-child(2) a")!.GetAttribute("href")!);
            list.QuerySelectorAll(".customer-lines li").Length.ShouldBe(int.Parse(row.QuerySelector("td:nth-child(4)")!.TextContent, System.Globalization.CultureInfo.InvariantCulture), row.TextContent);
        }
    }

    [Fact]
    public async Task Retention_SentByTheForm_ComesBackWithTheSameEventUnlessAnotherIsChosen()
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        // The form sends an empty choice for "the same event".
        async Task<string> CellsAsync(string back) =>
            string.Join('|', (await PageClient.PageAsync(browser, $"/w/main/explore?kind=retention&last=90d&unit=week&event=track:Bought{back}")).QuerySelectorAll("table.heat td").Select(c => c.TextContent));
        var same = await CellsAsync("");
        (await CellsAsync("&event=")).ShouldBe(same);
        (await CellsAsync("&event=track:Bought")).ShouldBe(same);
        (await CellsAsync("&event=*")).ShouldNotBe(same);
    }

    [Fact]
    public async Task Retention_InBrackets_OpensToWhoCameBackInOne()
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, "/w/main/explore?kind=retention&last=90d&unit=day&event=track:Seen&brackets=3,+7,30");
        page.QuerySelectorAll("table.heat thead th").Skip(2).Select(h => h.TextContent).ShouldBe(["0", "1–3", "4–7", "8–30"]);
        var cells = page.QuerySelectorAll("table.heat td a[title]").ToList();
        cells.Count.ShouldBeGreaterThan(1);
        foreach (var cell in cells.Take(6))
        {
            var list = await PageClient.PageAsync(browser, cell.GetAttribute("href")!);
            list.QuerySelectorAll(".customer-lines li").Length.ShouldBe(int.Parse(cell.GetAttribute("title")!, System.Globalization.CultureInfo.InvariantCulture));
        }

        foreach (var (wrong, said) in new[] { ("7,3", "Each bracket must end later"), ("3,x", "whole numbers above 0"), ("0,3", "whole numbers above 0") })
        {
            var refused = await PageClient.PageAsync(browser, $"/w/main/explore?kind=retention&last=90d&unit=day&event=track:Seen&brackets={wrong}");
            refused.QuerySelector("#x-brackets-fault")!.TextContent.ShouldContain(said);
            refused.QuerySelector("#x-brackets")!.GetAttribute("value").ShouldBe(wrong);
        }
    }

    [Fact]
    public async Task Touches_OnThePage_AreNamedAsTheCatalogueCallsThem()
    {
        await LiveAsync();
        await server.CreatePersonAsync("temasci@example.com", Role.Viewer, password: "dokuz yeşil şişe");
        using var browser = await server.SignInAsync("temasci@example.com", "dokuz yeşil şişe");
        await PageClient.PostAsync(browser, "/w/main/settings/account", ("name", "Temasçı"), ("language", "tr"));
        var trend = await PageClient.PageAsync(browser, "/w/main/explore?by=channel&last=90d");
        trend.QuerySelectorAll("ul.legend li").Select(l => l.TextContent.Trim().Split(' ')[0]).ShouldBe(["E-posta", "Mağaza", "Web", "Temas"], ignoreOrder: true, "channels in words, and what is no touch");
        var paths = await PageClient.PageAsync(browser, "/w/main/explore?kind=paths&places=touchpoint&last=90d&gap=30d");
        paths.QuerySelectorAll("select[name=event] option").Select(o => o.TextContent).ShouldContain("Sipariş verildi");
        paths.QuerySelectorAll("tr[data-at] td.strong").Select(c => c.TextContent.TrimStart('→', ' ')).ShouldContain("Sipariş verildi");
        paths.QuerySelector("[data-charted] .perception")!.TextContent.ShouldNotBeEmpty();

        // What was chosen among events means nothing among touchpoints.
        var changed = await PageClient.PageAsync(browser, "/w/main/explore?kind=paths&places=stage&last=90d&gap=30d&event=track:Seen&event=touchpoint:order-completed&among=page:Home");
        changed.QuerySelectorAll("select[name=event] option[selected]").ShouldBeEmpty();
    }

    [Fact]
    public async Task Page_InTurkish_SpeaksOfEventsInWords()
    {
        await LiveAsync();
        await server.CreatePersonAsync("kesfeden@example.com", Role.Viewer, password: "dokuz yeşil şişe");
        using var browser = await server.SignInAsync("kesfeden@example.com", "dokuz yeşil şişe");
        await PageClient.PostAsync(browser, "/w/main/settings/account", ("name", "Keşfeden"), ("language", "tr"));
        var page = await PageClient.PageAsync(browser, "/w/main/explore?kind=funnel");
        page.QuerySelector("h1")!.TextContent.ShouldBe("Keşfet");
        page.QuerySelectorAll("select[name=event] option").Select(o => o.TextContent).ShouldContain("Sipariş verildi");
        page.QuerySelector(".card .empty, .empty-state, [class*=empty]")!.TextContent.ShouldContain("En az iki adım seçin");
    }

    [Theory]
    [InlineData("/w/main/explore?where=city&is=greater&value=%C3%A7ok", "value")]
    [InlineData("/w/main/explore?measure=sum", "property")]
    [InlineData("/w/main/explore?kind=paths&where=city&is=less&value=%C3%A7ok", "value")]
    [InlineData("/w/main/explore/customers?where=%7B", null)]
    [InlineData("/w/main/explore/customers?where=%7B%22did%22%3A1%7D", null)]
    public async Task Question_ThatIsWrong_IsExplainedOnThePageAndBesideTheField(string address, string? field)
    {
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, address);
        page.QuerySelector(".notice-danger").ShouldNotBeNull();
        if (field is null) return;
        var input = page.QuerySelector($"input[name={field}][aria-invalid=true]").ShouldNotBeNull();
        page.GetElementById(input.GetAttribute("aria-describedby")!)!.TextContent.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("?last=30d&unit=week&event=track:Seen&breakdown=city&compare=previous", "time,measure,value,figure,previousTime,previousFigure")]
    [InlineData("?last=30d&event=track:Seen", "time,measure,figure")]
    [InlineData("?kind=funnel&last=90d&event=track:Seen&event=track:Bought", "step,customers,medianSeconds,p90Seconds")]
    [InlineData("?kind=retention&last=90d", "start,customers,later,returned")]
    [InlineData("?kind=rfm&last=90d&event=track:Seen", "recency,frequency,monetary,customers,value")]
    [InlineData("?kind=paths&last=90d&gap=30d", "place,event,next,ways,customers,medianSeconds,perception,touches,negative,neutral,positive")]
    [InlineData("?kind=paths&places=touchpoint&last=90d&gap=30d", "place,touch,next,ways,customers,medianSeconds,perception,touches,negative,neutral,positive")]
    [InlineData("?last=90d&by=stage", "time,measure,value,figure")]
    [InlineData("?kind=habits&last=30d&event=track:Seen", "units,time,customers,within")]
    [InlineData("?kind=habits&last=30d&event=track:Seen&compare=previous", "units,time,customers,within,previousCustomers,previousWithin")]
    [InlineData("?kind=habits&habit=frequency&last=90d&event=track:Seen&compare=previous", "least,upto,customers,times,previousCustomers,previousTimes")]
    [InlineData("?kind=habits&habit=interval&last=90d&event=track:Seen", "fromSeconds,toSeconds,intervals,customers")]
    public async Task File_OfAPage_HasItsFigures(string question, string head)
    {
        await LiveAsync();
        using var browser = await server.SignInAsync();
        var page = await PageClient.PageAsync(browser, $"/w/main/explore{question}");
        var link = page.QuerySelectorAll("a[download]").Single().GetAttribute("href")!;
        var bytes = await browser.GetByteArrayAsync(link);
        bytes[..3].ShouldBe([0xEF, 0xBB, 0xBF]);
        var lines = System.Text.Encoding.UTF8.GetString(bytes[3..]).Split("\r\n");
        lines[0].ShouldBe(head);
        lines.Length.ShouldBeGreaterThan(3);
        lines[^1].ShouldBeEmpty();
        lines[1..^1].ShouldAllBe(l => l.Split(',').Length == head.Split(',').Length);
        (await browser.GetByteArrayAsync(link + "&separator=semicolon"))[3..].AsSpan().IndexOf((byte)';').ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task File_OfWhatLooksLikeAFormula_LeadsItIn()
    {
        await LiveAsync();
        var source = await server.CreateSourceAsync();
        await server.SendAsync("/v1/track", source.WriteKey, """{"event":"Formula","userId":"u0","properties":{"cell":"=1+\"2\""}}""");
        using var browser = await server.SignInAsync();
        (await browser.GetStringAsync("/w/main/explore/file?last=7d&event=track:Formula&breakdown=cell")).ShouldContain(",\"'=1+\"\"2\"\"\",1\r\n");
    }

    /// <summary>Twelve customers who look around for ten weeks, and buy now and then.</summary>
    private async Task LiveAsync()
    {
        if (server.Main.Log.Head > 0) return;
        var source = await server.CreateSourceAsync();
        var now = TimeProvider.System.GetUtcNow();
        var random = new Random(7);
        var events = new List<string>();
        for (var i = 0; i < 240; i++)
        {
            var who = random.Next(12);
            var city = (who % 4) switch { 0 => "\"İzmir\"", 1 => "\"Iğdır\"", 2 => "35", _ => "null" };
            events.Add($$$"""{"type":"track","event":"{{{(random.Next(4) == 0 ? "Bought" : "Seen")}}}","userId":"u{{{who}}}","timestamp":"{{{now.AddHours(-random.Next(1, 1600)):O}}}","properties":{"city":{{{city}}}}}""");
        }

        for (var i = 0; i < 60; i++)
        {
            var (name, rest) = random.Next(3) switch { 0 => ("Product Viewed", ""), 1 => ("Survey Answered", $",\"nps\":{random.Next(11)}"), _ => ("Order Completed", ",\"channel\":\"store\"") };
            events.Add($$$"""{"type":"track","event":"{{{name}}}","userId":"u{{{random.Next(6)}}}","timestamp":"{{{now.AddHours(-random.Next(1, 1600)):O}}}","properties":{"city":"Van"{{{rest}}}}}""");
        }

        events.Add("""{"type":"track","event":"Order Completed","userId":"u0"}""");
        (await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{string.Join(',', events)}}]}""")).Status.ShouldBe(HttpStatusCode.OK);
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Digits();
}
