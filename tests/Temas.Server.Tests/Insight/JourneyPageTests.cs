using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps;
using Temas.Insight.Framework;
using Temas.Insight.Journeys;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>Maps of journeys over HTTP, what was lived over them, and frameworks that work on what arrives.</summary>
public sealed class JourneyPageTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Map_ShowsWhatWasLived_AndOpensToItsCustomers()
    {
        await BuyAsync("map", 30);
        using var browser = await server.SignInAsync();
        var map = await PageClient.PageAsync(browser, "/w/main/journeys/of/online-purchase?period=30d");
        map.QuerySelectorAll(".journey-map thead th").Length.ShouldBe(8);
        foreach (var link in map.QuerySelectorAll(".journey-map a").Select(a => a.GetAttribute("href")!).Where(h => h.Contains("/explore/customers", StringComparison.Ordinal)).Distinct().Take(12)) (await browser.GetAsync(link)).StatusCode.ShouldBe(HttpStatusCode.OK, link);
        map.QuerySelectorAll(".journey-band").Length.ShouldBeGreaterThan(0, "the curve has its interval");

        var lived = await PageClient.PageAsync(browser, "/w/main/journeys/of/online-purchase?period=30d&view=lived");
        lived.QuerySelector("#variants")!.TextContent.ShouldContain("Looks around");
        lived.QuerySelector("#contacts").ShouldNotBeNull();
        var who = lived.QuerySelector("#variants td a[href*='who=v']")!.GetAttribute("href")!;
        (await PageClient.PageAsync(browser, who.Split('#')[0])).QuerySelectorAll("#who .way-who a").Length.ShouldBeGreaterThan(0);
        foreach (var wrong in new[] { "who=v99", "who=l9-9", "who=x", "who=" + new string('v', 300), "period=abc", "view=none" }) (await browser.GetAsync("/w/main/journeys/of/online-purchase?view=lived&" + wrong)).StatusCode.ShouldBe(HttpStatusCode.OK, wrong);
        (await browser.GetAsync("/w/main/journeys/of/none?view=lived")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Editor_SavesStagesInTheirPlaces_AsAVersion_AndShowsWhatIsWrong()
    {
        using var browser = await server.SignInAsync();
        var saved = await PageClient.PostAsync(
            browser, "/w/main/journeys/save", ("labelEn", "Delivery"), ("version", "to-be"), ("beside", "online-purchase"), ("nameEn0", "Receives"), ("place0", "2"), ("touchpoints0", "order-delivered"), ("nameEn1", "Waits"), ("place1", "1"),
            ("touchpoints1", "order-shipped, order-tracked"), ("partnerEn1", "Carrier"));
        saved.ShouldBe("/w/main/journeys");
        var journey = Journey.All(server.Main)["delivery"];
        journey.Stages.Select(s => s.Label.En).ShouldBe(["Waits", "Receives"], "places say the order");
        (journey.Version, journey.Beside, journey.Stages[0].Partner!.Tr).ShouldBe((JourneyVersion.ToBe, "online-purchase", "Carrier"));
        var beside = await PageClient.PageAsync(browser, "/w/main/journeys/of/delivery?view=beside");
        beside.QuerySelectorAll(".versions thead th").Length.ShouldBe(3, "a column a version");
        beside.QuerySelectorAll(".versions .version-new").Length.ShouldBeGreaterThan(0);
        (await PageClient.PageAsync(browser, "/w/main/journeys/of/online-purchase?view=beside&only=1")).QuerySelectorAll(".versions thead th").Length.ShouldBe(3, "whichever of them one comes from");
        var editor = await PageClient.PageAsync(browser, "/w/main/journeys/of/delivery/edit");
        editor.QuerySelectorAll("temas-journey [data-journey-stage]").Length.ShouldBe(3, "one more, for who adds a stage without scripts");
        editor.QuerySelector("input[name=touchpoints0]")!.GetAttribute("value").ShouldBe("order-shipped, order-tracked");

        // A touchpoint in two stages is told by the name of the place, not by its path.
        var refused = await PageClient.PostAsync(browser, "/w/main/journeys/save", ("of", "delivery"), ("labelEn", "Delivery"), ("nameEn0", "A"), ("touchpoints0", "order-delivered"), ("nameEn1", "B"), ("touchpoints1", "order-delivered"));
        refused.ShouldContain("draft=refused");
        var draft = await PageClient.PageAsync(browser, refused);
        draft.QuerySelector("[role=alert]")!.TextContent.ShouldContain("A touchpoint stands in two stages.");
        draft.QuerySelector("[role=alert]")!.TextContent.ShouldNotContain("$.");
        Journey.All(server.Main)["delivery"].Stages.Count.ShouldBe(2);
        (await browser.GetAsync("/w/main/journeys/of/none/edit")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await PageClient.PostAsync(browser, "/w/main/journeys/remove", ("of", "delivery"));
        (await browser.GetAsync("/w/main/journeys/of/delivery")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Persona_StandsForCustomers_AndHasHerJourney()
    {
        await BuyAsync("persona", 25);
        using var browser = await server.SignInAsync();
        (await PageClient.PostAsync(browser, "/w/main/framework/personas/save", ("labelEn", "Ayşe, looks in the evening"), ("key", "ayse"), ("segment", "new-customers"), ("needsEn", "To know when it comes"), ("icon", "home"), ("channels", "web, phone"))).ShouldBe("/w/main/framework");
        (await PageClient.PostAsync(browser, "/w/main/framework/personas/save", ("labelEn", "Nobody"), ("segment", "no-such-segment"))).ShouldContain("draft=refused");
        (await PageClient.PostAsync(browser, "/w/main/framework/personas/save", ("labelEn", new string('x', 5000)))).ShouldContain("draft=refused");
        await PageClient.PostAsync(browser, "/w/main/journeys/save", ("labelEn", "Hers"), ("persona", "ayse"), ("nameEn0", "Looks"), ("touchpoints0", "product-viewed"), ("nameEn1", "Buys"), ("touchpoints1", "order-completed"));
        Journey.All(server.Main)["hers"].OwnerIn(server.Main).Value.Segment.ShouldBe("new-customers");
        var card = (await PageClient.PageAsync(browser, "/w/main/framework")).QuerySelector(".persona-card")!.TextContent;
        card.ShouldContain("To know when it comes");
        card.ShouldContain("Hers");
        card.ShouldMatch(@"\d+ customers");
        (await browser.GetAsync("/w/main/journeys/of/hers")).StatusCode.ShouldBe(HttpStatusCode.OK);
        for (var step = 0; step <= 7; step++) (await browser.GetAsync($"/w/main/framework?step={step}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await browser.GetAsync("/w/main/framework/personas/of/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await browser.GetAsync("/w/main/framework/personas/of/ayse")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Editor_AStageWithoutAName_IsRefused_AndNothingOfItIsLost()
    {
        using var browser = await server.SignInAsync();
        var refused = await PageClient.PostAsync(
            browser, "/w/main/journeys/save", ("labelEn", "Nameless"), ("nameEn0", "Second"), ("place0", "2"), ("nameEn1", "First"), ("place1", "1"), ("place2", "3"), ("key2", "kept"), ("place3", "4"), ("touchpoints3", "order-shipped, order-tracked"),
            ("actionsTr3", "Paketi izler."));
        refused.ShouldContain("draft=refused");
        var draft = await PageClient.PageAsync(browser, refused);
        draft.QuerySelector("[role=alert]")!.TextContent.ShouldContain("Stage 3, Name", Case.Sensitive, "a row that says nothing is none, and one that says something is one");
        draft.QuerySelector("input[name=touchpoints2]")!.GetAttribute("value").ShouldBe("order-shipped, order-tracked");
        draft.QuerySelector("textarea[name=actionsTr2]")!.TextContent.ShouldBe("Paketi izler.");
        new[] { "nameEn0", "nameEn1" }.Select(n => draft.QuerySelector($"input[name={n}]")!.GetAttribute("value")).ShouldBe(["First", "Second"], "they stand as they were arranged");
        Journey.All(server.Main).ContainsKey("nameless").ShouldBeFalse();
    }

    [Fact]
    public async Task Editor_WhatIsRefused_IsNoLongerThanAnAddress_AndNobodyElses()
    {
        using var browser = await server.SignInAsync();
        var fields = new List<(string, string)> { ("labelEn", "Long") };
        for (var i = 0; i < JourneyKind.MostStages; i++) fields.AddRange([($"nameEn{i}", i == 4 ? "" : $"Stage {i}"), ($"actionsTr{i}", new string('ş', 1900)), ($"actionsEn{i}", new string('s', 1900)), ($"noteEn{i}", new string('n', 1900))]);
        var refused = await PageClient.PostAsync(browser, "/w/main/journeys/save", [.. fields]);
        refused.Length.ShouldBeLessThan(300);
        (await PageClient.PageAsync(browser, refused)).QuerySelectorAll("textarea[name^=actionsTr]").Count(t => t.TextContent.Length == 1900).ShouldBe(JourneyKind.MostStages);
        using var other = await server.TokenClientAsync(Role.Manager);
        (await PageClient.PageAsync(other, refused)).QuerySelectorAll("textarea[name^=actionsTr]").ShouldAllBe(t => t.TextContent.Length == 0);
    }

    [Fact]
    public async Task Journey_WhosePersonaOrSegmentIsGone_SaysSo_AndIsNobodyElses()
    {
        using var browser = await server.SignInAsync();
        await PageClient.PostAsync(browser, "/w/main/framework/personas/save", ("labelEn", "Gone soon"), ("key", "gone-soon"), ("segment", "new-customers"));
        (string, string)[] stages = [("nameEn0", "Looks"), ("touchpoints0", "product-viewed"), ("nameEn1", "Buys"), ("touchpoints1", "order-completed")];
        (await PageClient.PostAsync(browser, "/w/main/journeys/save", [("labelEn", "Orphan"), ("persona", "gone-soon"), .. stages])).ShouldBe("/w/main/journeys");
        foreach (var (field, key) in new[] { ("persona", "nobody"), ("segment", "no-such-segment") })
        {
            var refused = await PageClient.PostAsync(browser, "/w/main/journeys/save", [("labelEn", "Of nobody"), (field, key), .. stages]);
            refused.ShouldContain("draft=refused");
            var draft = await PageClient.PageAsync(browser, refused);
            draft.QuerySelector("[role=alert]")!.TextContent.ShouldContain($"There is no such {field} any more.");
            draft.QuerySelector($"select[name={field}] option[selected]")!.GetAttribute("value").ShouldBe(key, "what is gone stays chosen until another is");
        }

        await PageClient.PostAsync(browser, "/w/main/framework/personas/remove", ("of", "gone-soon"));
        foreach (var view in new[] { "", "?view=lived" })
        {
            var page = await PageClient.PageAsync(browser, "/w/main/journeys/of/orphan" + view);
            page.QuerySelector("[role=alert]")!.TextContent.ShouldContain("The persona whose journey this is was removed.");
            page.QuerySelectorAll(".journey-map, #variants").ShouldBeEmpty("nothing is shown of everybody");
        }

        await PageClient.PostAsync(browser, "/w/main/journeys/remove", ("of", "orphan"));
    }

    [Fact]
    public async Task Map_WhatWasSaid_AndWhatIsOpen_OpenToWhatTheyCount()
    {
        var source = await server.CreateSourceAsync();
        using var browser = await server.SignInAsync();
        var at = TimeProvider.System.GetUtcNow().AddHours(-3);
        var batch = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            string Event(string name, string properties) => string.Create(CultureInfo.InvariantCulture, $$"""{"type":"track","userId":"heard-{{i}}","event":"{{name}}","timestamp":"{{at.AddMinutes(i):O}}","properties":{{properties}}}""");
            batch.Add(Event("NPS Answered", """{"score":2,"text":"Kargo çok geç geldi, berbat bir deneyimdi."}"""));
            if (i % 2 == 0) batch.Add(Event("CSAT Answered", """{"score":1,"text":"Kimse ilgilenmedi, çok kötü."}"""));
            if (i % 3 == 0) batch.Add(Event("Complaint Filed", """{"text":"Ürün kırık geldi, iade istiyorum."}"""));
        }

        (await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{string.Join(',', batch)}}]}""")).Status.ShouldBe(HttpStatusCode.OK);
        while (server.Main.Part<ICustomerNodes>().Position < server.Main.Log.Head) await Task.Delay(5);
        await server.Services.GetRequiredService<FollowUpWatch>().RunAsync(server.Main, default);
        var map = await PageClient.PageAsync(browser, "/w/main/journeys/of/online-purchase");
        var opened = 0;
        foreach (var link in map.QuerySelectorAll(".journey-map a.journey-all, .journey-map a[href*='/follow-ups?']"))
        {
            var (number, href) = (int.Parse(new string([.. link.TextContent.Where(char.IsAsciiDigit)]), CultureInfo.InvariantCulture), link.GetAttribute("href")!);
            var list = await PageClient.PageAsync(browser, href);
            var behind = href.Contains("/feedback", StringComparison.Ordinal) ? list.QuerySelector("dl.facts a[href='#quotes']")!.TextContent.Trim() : list.QuerySelectorAll("tbody tr").Length.ToString(CultureInfo.InvariantCulture);
            behind.ShouldBe(number.ToString(CultureInfo.InvariantCulture), href);
            opened++;
        }

        opened.ShouldBeGreaterThan(1);
    }

    [Fact]
    public async Task Framework_ReadyMade_HasValues_AsSoonAsEventsOfTheSegmentSpecificationArrive()
    {
        await BuyAsync("spec", 40);
        using var browser = await server.SignInAsync();
        (await PageClient.PostAsync(browser, "/w/main/framework/apply", ("framework", "e-commerce"))).ShouldBe("/w/main/framework");
        using var viewer = await server.TokenClientAsync(Role.Viewer);
        var values = new Dictionary<string, double?>();
        foreach (var key in ReadyFrameworks.All.Single(f => f.Key == "e-commerce").Indicators)
        {
            using var answer = await viewer.GetAsync($"/api/indicators/{key}?last=30d");
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, key);
            var value = await answer.Content.ReadFromJsonAsync<JsonElement>();
            values[key] = value.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;
        }

        foreach (var key in new[] { "visitors", "add-to-cart-rate", "cart-abandonment", "checkout-completion", "average-order-value", "orders", "revenue", "conversion", "new-customers", "repeat-purchase-rate" }) values[key].ShouldNotBeNull(key);
        values["orders"]!.Value.ShouldBeGreaterThanOrEqualTo(40);
    }

    private async Task BuyAsync(string who, int customers)
    {
        var source = await server.CreateSourceAsync();
        var begin = TimeProvider.System.GetUtcNow().AddDays(-5);
        var batch = new List<string>();
        for (var i = 0; i < customers; i++)
        {
            string Event(string name, int minutes, string properties) => string.Create(
                CultureInfo.InvariantCulture, $$"""{"type":"track","userId":"{{who}}-{{i}}","event":"{{name}}","timestamp":"{{begin.AddMinutes(minutes + i):O}}","properties":{{properties}}}""");
            var order = $$"""{"order_id":"{{who}}-o-{{i}}","checkout_id":"{{who}}-c-{{i}}","total":{{100 + i}},"revenue":{{90 + i}},"currency":"TRY","products":[{"product_id":"p1","price":{{90 + i}},"quantity":1}]}""";
            batch.Add(Event("Products Searched", 0, """{"query":"table"}"""));
            batch.Add(Event("Product Viewed", 1, """{"product_id":"p1","price":99}"""));
            batch.Add(Event("Product Added", 2, """{"product_id":"p1","price":99,"quantity":1,"cart_id":"c"}"""));
            batch.Add(Event("Checkout Started", 3, order));
            batch.Add(Event("Payment Info Entered", 4, order));
            batch.Add(Event("Order Completed", 5, order));
            if (i % 4 == 0) batch.Add(Event("Order Completed", 4000, order.Replace("-o-", "-again-", StringComparison.Ordinal)));
            if (i % 3 == 0) batch.Add(Event("Order Refunded", 3000, order));
        }

        foreach (var some in batch.Chunk(90)) (await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{string.Join(',', some)}}]}""")).Status.ShouldBe(HttpStatusCode.OK);
    }
}
