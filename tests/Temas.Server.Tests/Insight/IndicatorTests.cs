using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>Indicators on events as a shop sends them that speaks Segment's words: values by the API and on pages, what is missing, own formulas, and history that is worked out anew.</summary>
public sealed class IndicatorTests(TemasServer shared) : IClassFixture<TemasServer>
{
    private const string From = "2026-03-01", To = "2026-04-01";

    [Fact]
    public async Task Values_OfArrivingEvents_AreThoseOfTheEvents()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        Missing(await ReadAsync(analyst, "orders")).ShouldNotBeNull("nothing has arrived");
        await SellAsync(server, source.WriteKey);

        Value(await ReadAsync(analyst, "orders")).ShouldBe(5, "one of six was cancelled");
        Value(await ReadAsync(analyst, "revenue")).ShouldBe(100 + 200 + 300 + 400 + 500);
        var rfm = await Asking.AskAsync(analyst, $$"""{"kind":"rfm","from":"{{From}}","to":"{{To}}"}""");
        (rfm.GetProperty("value").GetDouble(), rfm.GetProperty("customers").GetInt64()).ShouldBe((1500, 4), "the same rule of what an order is");
        var average = await ReadAsync(analyst, "average-order-value");
        Value(average).ShouldBe(300);
        average.GetProperty("low").GetDouble().ShouldBe(300 - (2.776 * 158.1139 / Math.Sqrt(5)), 0.1);
        Value(await ReadAsync(analyst, "new-customers")).ShouldBe(4);
        Value(await ReadAsync(analyst, "cart-abandonment")).ShouldBe(0.5, "of eight who filled a cart four ordered nothing");
        var checkout = await ReadAsync(analyst, "checkout-completion");
        (Value(checkout), checkout.GetProperty("sample").GetInt64()).ShouldBe((1, 4));
        checkout.GetProperty("low").GetDouble().ShouldBe(0.5101, 1e-3);
        Value(await ReadAsync(analyst, "nps")).ShouldBe(100 * (2 - 1) / 4.0);
        Value(await ReadAsync(analyst, "csat")).ShouldBe(0.5);
        Value(await ReadAsync(analyst, "delivery-days")).ShouldBe(3);
        Value(await ReadAsync(analyst, "return-rate")).ShouldBe(1 / 6.0, 1e-9);
        Missing(await ReadAsync(analyst, "damaged-rate"))!.ShouldContain("damaged");
        Missing(await ReadAsync(analyst, "call-wait"))!.ShouldContain("Call Started");
        Value(await ReadAsync(analyst, "perception-index")).ShouldNotBe(0);

        // Who is behind a number is as many as it says.
        var behind = await ReadAsync(analyst, "checkout-completion");
        var who = await Asking.AskAsync(analyst, $$"""{"kind":"segment","where":{{behind.GetProperty("customers").GetRawText()}}}""");
        who.GetProperty("total").GetInt64().ShouldBe(4);

        // With a series its points add up; compared, the month before was empty.
        var series = await ReadAsync(analyst, "orders", "&bucket=day&compare=true");
        series.GetProperty("series").GetArrayLength().ShouldBe(31);
        series.GetProperty("series").EnumerateArray().Sum(p => p.GetProperty("value").GetDouble()).ShouldBe(5);
        series.GetProperty("before").GetDouble().ShouldBe(0);

        // All at once gives the same as one by one, whatever is asked together.
        using var all = JsonDocument.Parse(await analyst.GetStringAsync($"/api/indicators?from={From}&to={To}&bucket=week&compare=true"));
        foreach (var one in all.RootElement.GetProperty("indicators").EnumerateArray())
        {
            var alone = await ReadAsync(analyst, one.GetProperty("indicator").GetProperty("key").GetString()!, "&bucket=week&compare=true");
            foreach (var name in new[] { "value", "low", "high", "sample", "before", "series", "state" })
                Text(one, name).ShouldBe(Text(alone, name), $"{one.GetProperty("indicator").GetProperty("key")} {name}");
        }
    }

    [Fact]
    public async Task Formula_IsChecked_Previewed_AndFollowsWhatItNames()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync();
        await SellAsync(server, source.WriteKey);
        await PutAsync(owner, "online", """{"label":{"tr":"Çevrim içi","en":"Online"},"unit":"count","figure":{"measure":"count","event":"track:Order Completed"}}""");
        const string Formula = """{"label":{"tr":"Pay","en":"Part"},"unit":"ratio","target":1,"warning":0.5,"formula":"orders / online * 1"}""";
        using (var preview = await PostAsync(owner, $"/api/indicators/preview?from={From}&to={To}", Formula)) (await preview.Content.ReadAsStringAsync()).ShouldContain("0.8333");
        await PutAsync(owner, "part", Formula);
        var part = await ReadAsync(owner, "part");
        Value(part).ShouldBe(5 / 6.0, 1e-9);
        part.GetProperty("state").GetString().ShouldBe("watch");

        // A circle, a name that is not there, and units that do not go together are refused with their reasons.
        (await RefusedAsync(owner, "online", """{"label":{"tr":"x","en":"x"},"unit":"ratio","formula":"part + 1"}""")).ShouldContain("formula_circle");
        (await RefusedAsync(owner, "more", """{"label":{"tr":"x","en":"x"},"unit":"ratio","formula":"nobody + 1"}""")).ShouldContain("formula_name_unknown");
        (await RefusedAsync(owner, "more", """{"label":{"tr":"x","en":"x"},"unit":"ratio","formula":"revenue + orders"}""")).ShouldContain("formula_units");

        // The definition changes, and so does history, for nothing but the definition is kept.
        await PutAsync(owner, "online", """{"label":{"tr":"Çevrim içi","en":"Online"},"unit":"count","figure":{"measure":"count","event":"track:Order Completed","where":{"property":"total","is":"atLeast","value":400}}}""");
        Value(await ReadAsync(owner, "part")).ShouldBe(5 / 3.0, 1e-9);
        (await owner.GetAsync("/api/indicators/not-there")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Pages_ShowValues_WhatIsMissing_TheLibraryAndTheEditor_InBothLanguages()
    {
        var source = await shared.CreateSourceAsync();
        await SellAsync(shared, source.WriteKey, TimeProvider.System.GetUtcNow().AddDays(-6));
        using var browser = await shared.SignInAsync();
        var list = await PageClient.PageAsync(browser, "/w/main/indicators");
        list.QuerySelectorAll(".indicator-table a.seg-name").Select(a => a.TextContent).ShouldContain("Average order value");
        list.QuerySelector("#missing")!.TextContent.ShouldContain("No event named “Call Started” has arrived.");

        // From the library, with what its formula names.
        var library = await PageClient.PageAsync(browser, "/w/main/indicators/library?q=per+visitor");
        library.QuerySelectorAll(".library-list > li").Length.ShouldBe(1);
        await PageClient.PostAsync(browser, "/w/main/indicators/add", ("key", "revenue-per-visitor"));
        shared.Main.Part<IIndicators>().All.Keys.ShouldContain("revenue-per-visitor");

        // One's own: refused with its faults at their fields, previewed, saved, opened.
        var refused = await PageClient.PostAsync(browser, "/w/main/indicators/save", ("labelEn", "Mine"), ("kind", "formula"), ("formula", "orders /"), ("unit", "count"));
        var editor = await PageClient.PageAsync(browser, refused);
        editor.QuerySelector("#formula")!.GetAttribute("aria-invalid").ShouldBe("true");
        var preview = await PageClient.PageAsync(browser, await PageClient.PostAsync(browser, "/w/main/indicators/preview", ("kind", "formula"), ("formula", "orders * 2"), ("unit", "count")));
        preview.QuerySelector("#preview .indicator-now")!.TextContent.ShouldBe("10");
        (await PageClient.PostAsync(browser, "/w/main/indicators/save", ("labelEn", "Twice the orders"), ("kind", "formula"), ("formula", "orders * 2"), ("unit", "count"), ("target", "8"))).ShouldBe("/w/main/indicators");
        var one = await PageClient.PageAsync(browser, "/w/main/indicators/of/twice-the-orders?by=segment");
        one.QuerySelector(".indicator-now")!.TextContent.ShouldBe("10");
        one.QuerySelector(".indicator-head")!.TextContent.ShouldContain("On target");
        one.QuerySelector("#segments")!.TextContent.ShouldContain("New customers");

        // A ready-made framework brings goals and what they are measured by, and changes nothing that is there.
        (await PageClient.PostAsync(browser, "/w/main/framework/apply", ("framework", "e-commerce"))).ShouldBe("/w/main/framework");
        var framework = await PageClient.PageAsync(browser, "/w/main/framework");
        framework.QuerySelectorAll(".framework-steps > li").Length.ShouldBe(6);
        framework.QuerySelector("#goals")!.TextContent.ShouldContain("Sell more online");
        framework.QuerySelector(".framework-steps")!.TextContent.ShouldContain("has no worth or no date");
        shared.Main.Part<IIndicators>().All["conversion"].Goal.ShouldBe("more-online-sales");
        shared.Main.Part<IIndicators>().All["twice-the-orders"].Goal.ShouldBeNull();
        (await PageClient.PostAsync(browser, "/w/main/framework/goals/save", ("of", "more-online-sales"), ("labelEn", "Sell more online"), ("indicator", "conversion"), ("target", "0.2"), ("worth", "2000000"), ("by", "2026-12-31"), ("owner", "cx@example.com"))).ShouldBe("/w/main/framework");
        (await PageClient.PostAsync(browser, "/w/main/framework/goals/save", ("labelEn", "Odd"), ("by", "soon"))).ShouldContain("draft=refused");
        (await PageClient.PageAsync(browser, "/w/main/framework")).QuerySelector("#goals")!.TextContent.ShouldContain("31 Dec 2026");

        browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd("tr");
        foreach (var path in new[] { "indicators", "indicators/library", "indicators/of/orders", "indicators/new", "indicators/edit/nps", "indicators/lifetime", "indicators/lifetime/subscriptions", "framework", "framework/goals/new", "framework/goals/of/more-online-sales" })
            (await PageClient.PageAsync(browser, "/w/main/" + path)).QuerySelector("h1")!.TextContent.Trim().ShouldNotBeEmpty(path);
        (await browser.GetAsync("/w/main/indicators/of/nothing")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    private static async Task SellAsync(TemasServer server, string key, DateTimeOffset? at = null)
    {
        var start = at ?? new DateTimeOffset(2026, 3, 10, 9, 0, 0, TimeSpan.Zero);
        var events = new List<string>();
        for (var i = 1; i <= 8; i++)
        {
            Add(i, "Product Viewed", i, "");
            Add(i, "Product Added", i + 1, "");
            if (i > 4) continue;
            Add(i, "Checkout Started", i + 2, "");
            Order(i, i, i + 3);
        }

        Order(1, 5, 600);
        Order(2, 6, 700);
        Add(2, "Order Cancelled", 800, "\"order_id\":\"o6\"");
        for (var i = 1; i <= 4; i++) Add(i, "Order Delivered", i + 3 + (3 * 24 * 60), $"\"order_id\":\"o{i}\"");
        Add(3, "Return Requested", 5000, "\"order_id\":\"o3\"");
        foreach (var (who, score) in new[] { (1, 10), (2, 9), (3, 8), (4, 3) }) Add(who, "Survey Answered", 6000 + who, $"\"survey_type\":\"nps\",\"score\":{score}");
        foreach (var (who, score) in new[] { (1, 5), (2, 2) }) Add(who, "Survey Answered", 6100 + who, $"\"survey_type\":\"csat\",\"score\":{score}");
        (await server.SendAsync("/v1/batch", key, $$"""{"batch":[{{string.Join(',', events)}}]}""")).Status.ShouldBe(HttpStatusCode.OK);

        void Order(int who, int number, int minutes) => Add(who, "Order Completed", minutes, string.Create(CultureInfo.InvariantCulture, $"\"order_id\":\"o{number}\",\"total\":{number * 100},\"currency\":\"TRY\""));

        void Add(int who, string name, int minutes, string properties) => events.Add(
            $$$"""{"type":"track","event":"{{{name}}}","userId":"u{{{who}}}","timestamp":"{{{start.AddMinutes(minutes):yyyy-MM-ddTHH:mm:ssZ}}}","properties":{ {{{properties}}} }}""");
    }

    [Fact]
    public async Task Behind_EachMeasureOfOrders_AreAsManyAsItSays()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        var (random, events) = (new Random(3), new List<string>());
        for (var who = 0; who < 150; who++)
        {
            for (var order = 0; order < 1 + (who % 3 == 0 ? 0 : random.Next(12)); order++)
            {
                var at = new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(455 * 24 * 60));
                events.Add(string.Create(CultureInfo.InvariantCulture, $$"""{"type":"track","event":"Order Completed","userId":"u{{who}}","timestamp":"{{at:yyyy-MM-ddTHH:mm:ssZ}}","properties":{"order_id":"o{{who}}-{{order}}","total":10} }"""));
            }
        }

        (await server.SendAsync("/v1/batch", source.WriteKey, $$"""{"batch":[{{string.Join(',', events)}}]}""")).Status.ShouldBe(HttpStatusCode.OK);
        foreach (var (name, unit) in new[] { ("customers", "count"), ("new-customers", "count"), ("repeat-rate", "share"), ("retention", "share"), ("churn", "share"), ("win-back", "share"), ("second-days", "days"), ("since-last-days", "days") })
        {
            await IsSoAsync($$"""{"provided":"orders.{{name}}"}""", unit);
        }

        await IsSoAsync("""{"retention":{"start":{"event":"track:Order Completed"},"return":{"event":"track:Order Completed"},"unit":"month"},"after":1}""", "share", "2026-03-01");

        async Task IsSoAsync(string figure, string unit, string from = From)
        {
            using var answer = await PostAsync(analyst, $"/api/indicators/preview?from={from}&to={To}", $$$"""{"label":{"tr":"x","en":"x"},"unit":"{{{unit}}}","figure":{{{figure}}}}""");
            var read = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            var expected = unit switch { "share" => Math.Round(Value(read) * read.GetProperty("sample").GetInt64()), "days" => read.GetProperty("sample").GetInt64(), _ => Value(read) };
            expected.ShouldBeGreaterThan(0, figure);
            var who = await Asking.AskAsync(analyst, $$"""{"kind":"segment","where":{{read.GetProperty("customers").GetRawText()}}}""");
            who.GetProperty("total").GetDouble().ShouldBe(expected, figure);
        }
    }

    private static async Task<JsonElement> ReadAsync(HttpClient client, string key, string more = "")
    {
        using var answer = await client.GetAsync($"/api/indicators/{key}?from={From}&to={To}{more}");
        var text = await answer.Content.ReadAsStringAsync();
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, $"{key}: {text}");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    private static async Task PutAsync(HttpClient client, string key, string document)
    {
        using var body = new StringContent(document, Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync($"/api/definitions/indicator/{key}", body);
        answer.IsSuccessStatusCode.ShouldBeTrue(await answer.Content.ReadAsStringAsync());
    }

    private static async Task<string> RefusedAsync(HttpClient client, string key, string document)
    {
        using var body = new StringContent(document, Encoding.UTF8, "application/json");
        using var answer = await client.PutAsync($"/api/definitions/indicator/{key}", body);
        answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        return await answer.Content.ReadAsStringAsync();
    }

    private static Task<HttpResponseMessage> PostAsync(HttpClient client, string path, string document) => client.PostAsync(path, new StringContent(document, Encoding.UTF8, "application/json"));

    private static double Value(JsonElement of) => of.TryGetProperty("value", out var value) ? value.GetDouble() : throw new InvalidOperationException(of.GetRawText());

    private static string? Missing(JsonElement of) => of.TryGetProperty("missing", out var missing) ? missing.GetString() : null;

    private static string Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetRawText() : "";
}
