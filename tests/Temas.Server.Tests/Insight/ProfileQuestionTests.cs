using System.Net;
using System.Text;
using System.Text.Json;
using Temas.Insight.Columns;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using static Temas.Server.Tests.Insight.Asking;

namespace Temas.Server.Tests.Insight;

/// <summary>Questions about what profiles say: the same fold as on the customer's page, as of this moment.</summary>
public sealed class ProfileQuestionTests
{
    [Fact]
    public async Task Facts_OfWhatWasAcknowledged_AreInTheNextAnswer()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        async Task Send(string path, string body) => (await server.SendAsync(path, source.WriteKey, body)).Status.ShouldBe(HttpStatusCode.OK);
        async Task<string[]> Who(string condition) => await WhoAsync(analyst, condition);
        var now = TimeProvider.System.GetUtcNow();
        string Ago(int days) => now.AddDays(-days).ToString("O", System.Globalization.CultureInfo.InvariantCulture);

        await Send("/v1/identify", """{"userId":"ayse","traits":{"name":"Ayşe","city":"İzmir","age":31,"vip":true,"address":{"district":"Bornova"},"tags":["a","b"]}}""");
        await Send("/v1/identify", """{"userId":"ali","traits":{"name":"Ali","city":"izmir","age":28}}""");
        (await Who("""{"profile":"trait.city","value":"İzmir"}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"trait.city","value":["İzmir","izmir"]}""")).ShouldBe(["Ali", "Ayşe"]);
        (await Who("""{"profile":"trait.age","is":"atLeast","value":30}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"trait.vip","is":"missing"}""")).ShouldBe(["Ali"]);
        (await Who("""{"profile":"trait.vip","value":true}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"trait.address.district","is":"startsWith","value":"Bor"}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"trait.tags","value":"b"}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"trait.tags","value":["x","a"]}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"trait.tags","is":"notEqual","value":"a"}""")).ShouldBe(["Ali"]);
        (await Who("""{"profile":"trait.tags","is":"exists"}""")).ShouldBe(["Ayşe"]);

        // A trait that is told anew, and one that is taken away; an older telling that arrives late changes nothing.
        await Send("/v1/identify", """{"userId":"ali","traits":{"city":"Muğla","age":null}}""");
        await Send("/v1/identify", $$$"""{"userId":"ali","timestamp":"{{{Ago(3)}}}","traits":{"city":"Sivas"}}""");
        (await Who("""{"profile":"trait.city","value":"Muğla"}""")).ShouldBe(["Ali"]);
        (await Who("""{"profile":"trait.age","is":"missing"}""")).ShouldBe(["Ali"]);
        (await Who("""{"profile":"trait.city","value":"Sivas"}""")).ShouldBeEmpty();

        await Send("/v1/track", $$$"""{"event":"Order Completed","userId":"ayse","timestamp":"{{{Ago(40)}}}","properties":{"order_id":"1","total":150,"currency":"TRY"}}""");
        (await Who("""{"profile":"lifecycle","value":"new"}""")).ShouldBe(["Ayşe"]);
        await Send("/v1/track", $$$"""{"event":"Order Completed","userId":"ayse","timestamp":"{{{Ago(20)}}}","properties":{"order_id":"2","total":50.5}}""");
        (await Who("""{"profile":"lifecycle","is":"notEqual","value":"prospect"}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"orders","value":2}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"spent.TRY","is":"greater","value":200}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"daysSinceLastOrder","is":"atLeast","value":20}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"daysSinceLastOrder","value":20}""")).ShouldBe(["Ayşe"]);
        (await Who("""{"profile":"daysSinceLastOrder","is":"greater","value":20}""")).ShouldBeEmpty();
        (await Who("""{"profile":"daysSinceLastOrder","is":"less","value":21}""")).ShouldBe(["Ayşe"]);

        await Send("/v1/track", """{"event":"Consent Given","userId":"ali","properties":{"purposes":["marketing"],"channel":"email"}}""");
        (await Who("""{"profile":"consent.marketing.email","value":true}""")).ShouldBe(["Ali"]);
        await Send("/v1/track", """{"event":"Consent Withdrawn","userId":"ali","properties":{"purposes":["marketing"]}}""");
        (await Who("""{"profile":"consent.marketing.email","value":true}""")).ShouldBeEmpty();
        (await Who("""{"profile":"consent.marketing","value":false}""")).ShouldBe(["Ali"]);

        // Together with what she did, in every kind of question.
        (await Who("""{"all":[{"did":{"event":"track:Order Completed"},"atLeast":2},{"not":{"profile":"trait.city","value":"Muğla"}}]}""")).ShouldBe(["Ayşe"]);
        var trend = await AskAsync(analyst, """{"kind":"trend","last":"60d","unit":"month","measures":[{"event":"track:Order Completed"}],"customers":{"profile":"trait.vip","value":true}}""");
        trend.GetProperty("series")[0].GetProperty("total").GetInt32().ShouldBe(2);

        var byCity = await AskAsync(analyst, """{"kind":"trend","last":"60d","unit":"year","measures":[{"event":"track:Order Completed","measure":"sum","property":"total"}],"breakdown":{"profile":"trait.city"}}""");
        (byCity.GetProperty("series")[0].GetProperty("value").GetString(), byCity.GetProperty("series")[0].GetProperty("total").GetDouble()).ShouldBe(("İzmir", 200.5));

        // They turn out to be one person: the newest telling of each trait holds.
        await Send("/v1/alias", """{"previousId":"ali","userId":"ayse"}""");
        (await Who("""{"all":[{"profile":"trait.vip","value":true},{"profile":"trait.city","value":"Muğla"}]}""")).Length.ShouldBe(1);
        (await Who("""{"profile":"events","is":"atLeast","value":1}""")).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Lists_OfTraitsAndComputedTraits_AreOfferedComparedAndForgotten_AndNothingIsBrokenDownByThem()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync();
        using var browser = await server.SignInAsync();
        await server.SendAsync("/v1/identify", source.WriteKey, """{"userId":"ayse","traits":{"interests":["garden","kitchen",7,true,{"no":1},["no"]]}}""");
        await server.SendAsync("/v1/identify", source.WriteKey, """{"userId":"ali","traits":{"interests":"kitchen"}}""");
        await server.SendAsync("/v1/identify", source.WriteKey, """{"userId":"can","traits":{"interests":[]}}""");
        await server.SendAsync("/v1/track", source.WriteKey, """{"event":"Product Viewed","userId":"can","properties":{"category":"lamps"}}""");
        using (var body = new StringContent("""{"label":{"tr":"a","en":"a"},"measure":"unique_list","property":"category","events":[{"names":["Product Viewed"]}]}""", Encoding.UTF8, "application/json"))
        using (var saved = await owner.PutAsync("/api/definitions/computed-trait/seen", body)) saved.IsSuccessStatusCode.ShouldBeTrue();
        (await WhoAsync(owner, """{"profile":"trait.interests","value":"kitchen"}""")).ShouldBe(["ali", "ayse"]);
        (await WhoAsync(owner, """{"profile":"trait.interests","value":"garden"}""")).ShouldBe(["ayse"]);
        (await WhoAsync(owner, """{"profile":"trait.interests","is":"atLeast","value":7}""")).ShouldBe(["ayse"]);
        (await WhoAsync(owner, """{"profile":"trait.interests","value":true}""")).ShouldBe(["ayse"]);
        (await WhoAsync(owner, """{"profile":"trait.interests","is":"contains","value":"itch"}""")).ShouldBe(["ali", "ayse"]);
        (await WhoAsync(owner, """{"profile":"trait.interests","is":"missing"}""")).ShouldBe(["can"]);
        (await WhoAsync(owner, """{"profile":"computed.seen","value":"lamps"}""")).ShouldBe(["can"]);
        (await browser.GetStringAsync($"/w/main/segments/new?where={Uri.EscapeDataString("""{"profile":"trait.interests","value":"x"}""")}")).ShouldContain("<option value=\"garden\">");

        using var refused = await owner.PostAsync("/api/query", new StringContent("""{"kind":"trend","measures":[{"event":"identify"}],"breakdown":{"profile":"trait.interests"}}""", Encoding.UTF8, "application/json"));
        var problem = await refused.Content.ReadAsStringAsync();
        (refused.StatusCode, problem.Contains("breakdown_of_lists", StringComparison.Ordinal), problem.Contains("trait.interests", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true, true));

        // What only stood in a list is a trace, too, and gone with her.
        server.Main.Part<LiveColumns>().Holds("garden").ShouldBeTrue();
        using (var erased = await owner.DeleteAsync("/api/customers/user_id:ayse?reason=asked")) erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await WhoAsync(owner, """{"profile":"trait.interests","value":"garden"}""")).ShouldBeEmpty();
        server.Main.Part<LiveColumns>().Holds("garden").ShouldBeFalse();
    }

    [Fact]
    public async Task Rfm_WithoutAnEvent_CountsTheOrdersOfProfiles()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync();
        var now = TimeProvider.System.GetUtcNow();
        async Task Send(string user, string name, int daysAgo, string properties) =>
            (await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"{{{name}}}","userId":"{{{user}}}","timestamp":"{{{now.AddDays(-daysAgo):O}}}","properties":{{{properties}}}}""")).Status.ShouldBe(HttpStatusCode.OK);
        await Send("ayse", "Order Completed", 20, """{"order_id":7,"total":100}""");
        await Send("ayse", "Order Completed", 19, """{"order_id":"7","total":"90.5"}""");
        await Send("ayse", "Order Completed", 5, """{"order_id":"8","revenue":10}""");
        await Send("ali", "Order Completed", 9, """{"order_id":"9","total":500}""");
        await Send("ali", "Order Cancelled", 1, """{"order_id":"9"}""");
        await Send("can", "Store Purchase Completed", 400, """{"receipt_id":"r","total":5}""");
        var rfm = await AskAsync(owner, """{"kind":"rfm","last":"90d"}""");
        (rfm.GetProperty("customers").GetInt32(), rfm.GetProperty("value").GetDouble(), rfm.GetProperty("frequency")[0].GetProperty("most").GetDouble()).ShouldBe((1, 100.5, 2.0));
        foreach (var (user, orders) in new[] { ("ayse", 2), ("ali", 0), ("can", 1) })
        {
            JsonDocument.Parse(await owner.GetStringAsync($"/api/customers/user_id:{user}")).RootElement.GetProperty("profile").GetProperty("lifecycle").GetProperty("orders").GetInt32().ShouldBe(orders);
            (await WhoAsync(owner, $$$"""{"orders":{},"atLeast":{{{orders}}},"atMost":{{{orders}}}}""")).ShouldBe([user]);
        }

        (await WhoAsync(owner, """{"orders":{"where":{"property":"total","is":"atLeast","value":50}},"within":"90d"}""")).ShouldBe(["ayse"]);
        (await WhoAsync(owner, """{"orders":{},"atMost":0,"within":"90d"}""")).ShouldBe(["ali", "can"]);

        // With an event it is about that event, each of which counts; the explorer opens its numbers to their customers in both.
        (await AskAsync(owner, """{"kind":"rfm","last":"90d","event":"track:Order Completed","property":"total"}""")).GetProperty("customers").GetInt32().ShouldBe(2);
        using var browser = await server.SignInAsync();
        var page = await browser.GetStringAsync("/w/main/explore?kind=rfm&last=90d");
        page.ShouldContain("cancelled ones are left out");
        var cell = System.Text.RegularExpressions.Regex.Match(page, "href=\"(/w/main/explore/customers[^\"]+orders[^\"]+)\"").Groups[1].Value;
        (await browser.GetStringAsync(WebUtility.HtmlDecode(cell))).ShouldContain("ayse");
    }

    [Fact]
    public async Task Facts_OfPerceptionScoresAndPromises_AreThoseOfHerPage()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        var now = TimeProvider.System.GetUtcNow();
        string At(double days) => now.AddDays(days).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        for (var i = 0; i < 12; i++)
        {
            await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"Survey Answered","userId":"u{{{i}}}","timestamp":"{{{At(-i * 20)}}}","properties":{"nps":{{{i % 11}}}}}""");
            if (i % 3 == 0) await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"Order Completed","userId":"u{{{i}}}","timestamp":"{{{At(-i * 20)}}}","properties":{"order_id":"o{{{i}}}","total":10,"promised_delivery_date":"{{{At(i % 2 == 0 ? -1 : 3)}}}"}}""");
        }

        var profiles = new Dictionary<string, JsonElement>();
        for (var i = 0; i < 12; i++) profiles[$"u{i}"] = JsonDocument.Parse(await analyst.GetStringAsync($"/api/customers/user_id:u{i}")).RootElement.GetProperty("profile");
        var felt = profiles.Where(p => p.Value.GetProperty("perception").GetProperty("value").ValueKind == JsonValueKind.Number).ToDictionary(p => p.Key, p => p.Value.GetProperty("perception").GetProperty("value").GetDouble());
        felt.Count.ShouldBeGreaterThan(5);
        foreach (var limit in (double[])[-0.5, -0.1, 0, 0.1, 0.5])
        {
            var text = limit.ToString(System.Globalization.CultureInfo.InvariantCulture);
            (await WhoAsync(analyst, $$$"""{"profile":"perception","is":"atLeast","value":{{{text}}}}""")).ShouldBe(felt.Where(f => f.Value >= limit).Select(f => f.Key).Order(StringComparer.Ordinal));
            (await WhoAsync(analyst, $$$"""{"profile":"perception","is":"less","value":{{{text}}}}""")).ShouldBe(felt.Where(f => f.Value < limit).Select(f => f.Key).Order(StringComparer.Ordinal));
        }

        var scores = profiles.Where(p => p.Value.GetProperty("scores").GetProperty("nps") is { ValueKind: JsonValueKind.Object } nps && nps.GetProperty("value").GetDouble() <= 6).Select(p => p.Key).Order(StringComparer.Ordinal).ToList();
        scores.ShouldNotBeEmpty();
        (await WhoAsync(analyst, """{"profile":"score.nps","is":"atMost","value":6}""")).ShouldBe(scores);
        foreach (var status in (string[])["open", "broken"])
        {
            var some = profiles.Where(p => p.Value.GetProperty("promises").EnumerateArray().Any(x => x.GetProperty("status").GetString() == status)).Select(p => p.Key).Order(StringComparer.Ordinal);
            (await WhoAsync(analyst, $$$"""{"profile":"promises.{{{status}}}","is":"atLeast","value":1}""")).ShouldBe(some);
        }
    }

    [Fact]
    public async Task Segment_WithinAnother_IsWhatItSaysNow()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync(Role.Owner);
        foreach (var (user, city) in ((string, string)[])[("ayse", "İzmir"), ("ali", "Van")]) await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId":"{{{user}}}","traits":{"city":"{{{city}}}"}}""");
        async Task SaveAsync(string where)
        {
            using var saved = await owner.PutAsync("/api/definitions/segment/aegean", new StringContent($$$"""{"label":{"tr":"Ege","en":"Aegean"},"where":{{{where}}}}""", Encoding.UTF8, "application/json"));
            saved.StatusCode.ShouldBeOneOf(HttpStatusCode.OK, HttpStatusCode.Created);
        }

        await SaveAsync("""{"profile":"trait.city","value":"İzmir"}""");
        (await WhoAsync(owner, """{"segment":"aegean"}""")).ShouldBe(["ayse"]);
        (await WhoAsync(owner, """{"not":{"segment":"aegean"}}""")).ShouldBe(["ali"]);
        var split = await AskAsync(owner, """{"kind":"trend","last":"2d","unit":"year","measures":[{"measure":"customers"}],"breakdown":{"segment":"aegean"}}""");
        split.GetProperty("series").EnumerateArray().Select(s => (s.GetProperty("value").GetBoolean(), s.GetProperty("total").GetInt32())).ShouldBe([(true, 1), (false, 1)], ignoreOrder: true);
        await SaveAsync("""{"profile":"trait.city","value":"Van"}""");
        (await WhoAsync(owner, """{"segment":"aegean"}""")).ShouldBe(["ali"]);
    }

    [Fact]
    public async Task Facts_SavedAndReadAgainAfterARestart_AreGoneOnWith_AndWorkedOutAnewWhereRulesChanged()
    {
        var folder = Directory.CreateTempSubdirectory("temas-facts-").FullName;
        string key;
        const string FromVan = """{"profile":"trait.city","value":"Van"}""";
        await using (var first = await TemasServer.StartAsync(folder))
        {
            key = (await first.CreateSourceAsync()).WriteKey;
            using var owner = await first.TokenClientAsync(Role.Owner);
            foreach (var user in (string[])["ayse", "ali", "can"]) await first.SendAsync("/v1/identify", key, $$$"""{"userId":"{{{user}}}","traits":{"name":"{{{user}}}","city":"Van"}}""");
            (await WhoAsync(owner, FromVan)).ShouldBe(["ali", "ayse", "can"]);
            await first.Main.Part<LiveColumns>().FoldAsync(saves: true, CancellationToken.None);
            await first.SendAsync("/v1/identify", key, """{"userId":"ali","traits":{"city":"Sivas"}}""");
        }

        await using (var second = await TemasServer.StartAsync(folder))
        {
            using var owner = await second.TokenClientAsync(Role.Owner);
            await second.SendAsync("/v1/identify", key, """{"userId":"can","traits":{"city":"Muğla"}}""");
            await second.SendAsync("/v1/track", key, """{"userId":"ali","event":"Told"}""");
            var columns = second.Main.Part<LiveColumns>();
            await columns.CatchUpAsync(CancellationToken.None);
            columns.Store.Facts.ShouldContain("trait.city");
            (await WhoAsync(owner, FromVan)).ShouldBe(["ayse"]);
            (await WhoAsync(owner, """{"profile":"trait.city","value":["Sivas","Muğla"]}""")).ShouldBe(["ali", "can"]);
            await columns.FoldAsync(saves: true, CancellationToken.None);
            using var body = new StringContent("""{"label":{"tr":"Anılanlar","en":"Told"},"measure":"count","events":[{"names":["Told"]}]}""", Encoding.UTF8, "application/json");
            using var saved = await owner.PutAsync("/api/definitions/computed-trait/told", body);
            saved.IsSuccessStatusCode.ShouldBeTrue(await saved.Content.ReadAsStringAsync());
        }

        await using (var third = await TemasServer.StartAsync(folder))
        {
            using var owner = await third.TokenClientAsync(Role.Owner);
            (await WhoAsync(owner, """{"profile":"computed.told","value":1}""")).ShouldBe(["ali"]);
            (await WhoAsync(owner, FromVan)).ShouldBe(["ayse"]);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Facts_OfSomebodyErased_AreGone()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync(Role.Owner);
        foreach (var user in (string[])["ayse", "mehmet"]) await server.SendAsync("/v1/identify", source.WriteKey, $$$"""{"userId":"{{{user}}}","traits":{"secret":"known of {{{user}}} alone"}}""");
        (await WhoAsync(owner, """{"profile":"trait.secret","is":"exists"}""")).Length.ShouldBe(2);
        using (var erased = await owner.DeleteAsync("/api/customers/user_id:ayse?reason=asked")) erased.StatusCode.ShouldBe(HttpStatusCode.OK);

        (await WhoAsync(owner, """{"profile":"trait.secret","is":"exists"}""")).ShouldBe(["mehmet"]);
        var columns = server.Main.Part<LiveColumns>();
        columns.Holds("known of ayse alone").ShouldBeFalse();
        columns.Holds("known of mehmet alone").ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"profile":"lifecicle","value":"new"}""", "where.profile", "fact_unknown")]
    [InlineData("""{"profile":"trait.","value":"new"}""", "where.profile", "fact_unknown")]
    [InlineData("""{"profile":"perception","value":0.5}""", "where.is", "comparison_impossible")]
    [InlineData("""{"profile":"daysSinceLastSeen","is":"contains","value":"x"}""", "where.is", "comparison_impossible")]
    [InlineData("""{"profile":"orders","is":"atLeast","value":"two"}""", "where.value", "number_expected")]
    [InlineData("""{"profile":"orders"}""", "where.value", "field_missing")]
    [InlineData("""{"segment":"nobody-knows"}""", "where.segment", "segment_unknown")]
    [InlineData("""{"funnel":{"steps":[{"event":"a"},{"event":"b"}],"breakdown":{"profile":"perception"}}}""", "where.funnel.breakdown.profile", "breakdown_by_the_moment")]
    public async Task Condition_ThatCannotBe_SaysWhichFieldAndWhy(string condition, string field, string code)
    {
        await using var server = await TemasServer.StartAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        using var response = await analyst.PostAsync("/api/query", new StringContent($$$"""{"kind":"segment","where":{{{condition}}}}""", Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        problem.GetProperty("code").GetString().ShouldBe(code);
        problem.GetProperty("field").GetString().ShouldBe(field);
    }
}
