using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Columns;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using static Temas.Server.Tests.Insight.Asking;

namespace Temas.Server.Tests.Insight;

/// <summary>Questions about what events were as touches: the same fold as the timeline on the customer's page, whatever happens to customers, their events and the catalogue.</summary>
public sealed class TouchQuestionTests
{
    private static readonly string[] Facts = ["touchpoint", "stage", "channel", "medium", "perception"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Touches_OfHistoriesByChance_AreThoseOfTheTimelines(int seed)
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync(Role.Owner);
        var random = new Random(seed);
        var now = TimeProvider.System.GetUtcNow();
        var sent = 0;
        async Task Send(string path, object body) => (await server.SendAsync(path, source.WriteKey, JsonSerializer.Serialize(body))).Status.ShouldBe(HttpStatusCode.OK);
        async Task Live(int events)
        {
            for (var i = 0; i < events; i++)
            {
                var who = random.Next(6);
                var properties = new JsonObject { ["n"] = ++sent, ["order_id"] = $"{who}-{random.Next(2)}" };
                var name = new[] { "Order Completed", "Order Delivered", "Order Shipped", "Survey Answered", "Store Visited", "Product Viewed", "Support Contacted", "Nobody Knows This" }[random.Next(8)];
                if (name == "Order Completed") properties["promised_delivery_date"] = now.AddDays(random.Next(-30, 10)).ToString("O");
                if (name == "Survey Answered") properties["nps"] = random.Next(11);
                if (random.Next(3) == 0) properties["channel"] = new[] { "store", "phone", "kiosk" }[random.Next(3)];

                // By and large in order; some come late.
                var time = now.AddHours((random.Next(4) == 0 ? -500 : -300 + sent) + random.NextDouble());
                var identifier = random.Next(3) == 0 ? "anonymousId" : "userId";
                await Send("/v1/track", new JsonObject { ["event"] = name, [identifier] = identifier == "userId" ? $"u{who}" : $"a{who}", ["timestamp"] = time.ToString("O"), ["properties"] = properties });
            }
        }

        await Live(60);
        await ShouldBeTheTimelinesAsync(owner, sent);
        await Live(30);
        await Send("/v1/identify", new { userId = "u1", anonymousId = "a1", traits = new { name = "Ayşe" } });
        await Send("/v1/alias", new { previousId = "u2", userId = "u3" });
        await ShouldBeTheTimelinesAsync(owner, sent);

        // Another catalogue: a touchpoint elsewhere, and one less.
        using (var changed = await owner.GetAsync("/api/definitions/touchpoint/order-completed"))
        {
            var document = JsonNode.Parse(await changed.Content.ReadAsStringAsync())!["document"]!.AsObject();
            (document["stage"], document["channel"], document["medium"]) = ("use", "kiosk", "physical");
            using var saved = await owner.PutAsync("/api/definitions/touchpoint/order-completed", new StringContent(document.ToJsonString(), Encoding.UTF8, "application/json"));
            saved.StatusCode.ShouldBe(HttpStatusCode.OK, await saved.Content.ReadAsStringAsync());
        }

        using (var removed = await owner.DeleteAsync("/api/definitions/touchpoint/product-viewed")) removed.StatusCode.ShouldBe(HttpStatusCode.NoContent);
        await ShouldBeTheTimelinesAsync(owner, sent);
        using (var erased = await owner.DeleteAsync("/api/customers/user_id:u0?reason=asked")) erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        await Live(20);
        await ShouldBeTheTimelinesAsync(owner, sent);

        // After a fold, and after a start from what was saved, which has no touches in it.
        var columns = server.Main.Part<LiveColumns>();
        columns.Store.Fold(force: true);
        await ShouldBeTheTimelinesAsync(owner, sent);
        columns.Store.PropertiesOf("track:Order Completed").ShouldBe(["channel", "n", "order_id", "promised_delivery_date"], ignoreOrder: true);
    }

    [Fact]
    public async Task Touches_InEveryKindOfQuestion_AreAskedForAndCounted()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        var now = TimeProvider.System.GetUtcNow();
        async Task Send(string user, string name, double minutes, string properties = "{}") => (await server.SendAsync(
            "/v1/track", source.WriteKey, $$$"""{"event":"{{{name}}}","userId":"{{{user}}}","timestamp":"{{{now.AddHours(-2).AddMinutes(minutes):O}}}","properties":{{{properties}}}}""")).Status.ShouldBe(HttpStatusCode.OK);

        await Send("ayse", "Product Viewed", 0);
        await Send("ayse", "Nobody Knows This", 1);
        await Send("ayse", "Product Viewed", 2);
        await Send("ayse", "Order Completed", 3, """{"order_id":"1","total":10}""");
        await Send("ayse", "Survey Answered", 4, """{"nps":0}""");
        await Send("ali", "Product Viewed", 0);
        await Send("ali", "Order Completed", 3, """{"order_id":"2","total":10,"channel":"store"}""");
        await Send("ali", "Survey Answered", 4, """{"nps":10}""");

        var byChannel = await AskAsync(analyst, """{"kind":"trend","last":"2d","unit":"year","measures":[{"event":"track:Order Completed"}],"breakdown":{"touch":"channel"}}""");
        byChannel.GetProperty("series").EnumerateArray().Select(s => (s.GetProperty("value").GetString(), s.GetProperty("total").GetInt32())).ShouldBe([("store", 1), ("web", 1)], ignoreOrder: true);
        var byPerception = await AskAsync(analyst, """{"kind":"trend","last":"2d","unit":"year","measures":[{"measure":"customers","event":"track:Survey Answered"}],"breakdown":{"touch":"perception"}}""");
        byPerception.GetProperty("series").EnumerateArray().Select(s => s.GetProperty("value").GetString()).ShouldBe(["negative", "positive"], ignoreOrder: true);
        var felt = await AskAsync(analyst, """{"kind":"trend","last":"2d","unit":"year","measures":[{"measure":"average","touch":"perception"}],"breakdown":{"touch":"stage"}}""");
        felt.GetProperty("series").EnumerateArray().Single(s => s.GetProperty("value").GetString() == "support").GetProperty("total").GetDouble().ShouldBe(0);
        var worst = await AskAsync(analyst, """{"kind":"trend","last":"2d","unit":"year","measures":[{"measure":"minimum","touch":"perception"}]}""");
        worst.GetProperty("series")[0].GetProperty("total").GetDouble().ShouldBe(-1);
        var funnel = await AskAsync(analyst, """{"kind":"funnel","last":"2d","steps":[{"where":{"touch":"touchpoint","value":"product-viewed"}},{"where":{"touch":"stage","value":"purchase"}}],"breakdown":{"touch":"medium"}}""");
        (funnel.GetProperty("groups")[0].GetProperty("value").GetString(), funnel.GetProperty("groups")[0].GetProperty("steps")[1].GetProperty("customers").GetInt32()).ShouldBe(("digital", 2));

        // The event that is no touch is no place, and the same touchpoint twice is one.
        const string ways = """
            "last":"2d","places":"touchpoint","start":{"where":{"touch":"touchpoint","value":"product-viewed"}}
            """;
        var paths = await AskAsync(analyst, $$$"""{"kind":"paths",{{{ways}}}}""");
        paths.GetProperty("places").EnumerateArray().Take(2).Select(p => (p.GetProperty("touch").GetString(), p.GetProperty("ways").GetInt32())).ShouldBe([("product-viewed", 2), ("order-completed", 2)]);
        var last = paths.GetProperty("edges").EnumerateArray().Single(e => e.GetProperty("place").GetInt32() == 1);
        last.GetProperty("from").GetString().ShouldBe("order-completed");
        var edge = last.GetProperty("perception");
        (edge.GetProperty("touches").GetInt32(), edge.GetProperty("negative").GetInt32(), edge.GetProperty("neutral").GetInt32(), edge.GetProperty("positive").GetInt32(), edge.GetProperty("mean").GetDouble()).ShouldBe((2, 1, 0, 1, 0));
        (await WhoAsync(analyst, $$$"""{"path":{{{{ways}}}},"place":1,"touch":"order-completed","next":"{{{last.GetProperty("to").GetString()}}}"}""")).ShouldBe(["ali", "ayse"]);
        (await WhoAsync(analyst, """{"did":{"where":{"all":[{"touch":"channel","value":"store"},{"touch":"stage","value":"purchase"}]}}}""")).ShouldBe(["ali"]);
        (await WhoAsync(analyst, """{"did":{"where":{"touch":"perception","is":"less","value":0}}}""")).ShouldBe(["ayse"]);
        using var csv = new HttpRequestMessage(HttpMethod.Post, "/api/query") { Content = new StringContent($$$"""{"kind":"paths",{{{ways}}}}""", Encoding.UTF8, "application/json") };
        csv.Headers.Accept.ParseAdd("text/csv");
        using var file = await analyst.SendAsync(csv);
        var lines = (await file.Content.ReadAsStringAsync()).Trim('\uFEFF').Split("\r\n");
        lines[0].ShouldBe("place,touch,next,ways,customers,medianSeconds,perception,touches,negative,neutral,positive");
        lines[1].ShouldStartWith("0,product-viewed,,2,2,,");
    }

    [Theory]
    [InlineData("""{"did":{"where":{"touch":"mood","value":"x"}}}""", "where.did.where.touch", "choice_unknown")]
    [InlineData("""{"did":{"where":{"touch":"medium","value":"online"}}}""", "where.did.where.value", "choice_unknown")]
    [InlineData("""{"did":{"where":{"touch":"perception","value":["neutral","good"]}}}""", "where.did.where.value", "choice_unknown")]
    [InlineData("""{"did":{"where":{"touch":"perception","is":"less","value":"negative"}}}""", "where.did.where.value", "number_expected")]
    [InlineData("""{"did":{"where":{"touch":"stage"}}}""", "where.did.where.value", "field_missing")]
    [InlineData("""{"did":{"where":{"touch":"stage","property":"x","value":"use"}}}""", "where.did.where.property", "field_unknown")]
    [InlineData("""{"path":{"places":"page"}}""", "where.path.places", "choice_unknown")]
    [InlineData("""{"path":{"places":"stage"},"place":1,"event":"purchase"}""", "where.touch", "field_missing")]
    public async Task Condition_ThatCannotBe_SaysWhichFieldAndWhy(string condition, string field, string code)
    {
        await using var server = await TemasServer.StartAsync();
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        using var response = await analyst.PostAsync("/api/query", new StringContent($$$"""{"kind":"segment","where":{{{condition}}}}""", Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;
        (problem.GetProperty("field").GetString(), problem.GetProperty("code").GetString()).ShouldBe((field, code));
    }

    /// <summary>For each fact and value, the events (by their number) that questions find must be those that have it on the timelines.</summary>
    private static async Task ShouldBeTheTimelinesAsync(HttpClient client, int sent)
    {
        var expected = new Dictionary<(string Fact, string Value), HashSet<int>>();
        var customers = await client.GetStringAsync("/api/customers?limit=100");
        foreach (var customer in JsonDocument.Parse(customers).RootElement.GetProperty("customers").EnumerateArray())
        {
            var page = JsonDocument.Parse(await client.GetStringAsync($"/api/customers/{customer.GetProperty("id").GetString()}/timeline?limit=200")).RootElement;
            page.TryGetProperty("next", out var more).ShouldBeFalse($"{more}");
            foreach (var moment in page.GetProperty("moments").EnumerateArray())
            {
                if (moment.GetProperty("kind").GetString() != "event" || !moment.GetProperty("event").TryGetProperty("properties", out var properties) || !properties.TryGetProperty("n", out var n)) continue;
                void Add(string fact, string? value)
                {
                    if (value is null) return;
                    if (!expected.TryGetValue((fact, value), out var some)) expected.Add((fact, value), some = []);
                    some.Add(n.GetInt32());
                }

                var hasTouch = moment.TryGetProperty("touchpoint", out var touchpoint);
                if (hasTouch)
                {
                    Add("touchpoint", touchpoint.GetProperty("key").GetString());
                    Add("stage", touchpoint.GetProperty("stage").GetString());
                    Add("medium", touchpoint.GetProperty("medium").GetString());
                    Add("channel", moment.GetProperty("channel").GetString());
                }

                if (hasTouch || moment.GetProperty("evidence").GetArrayLength() > 0) Add("perception", moment.GetProperty("perception").GetDouble() switch { > 0 => "positive", < 0 => "negative", _ => "neutral" });
            }
        }

        expected.Count.ShouldBeGreaterThan(10);
        foreach (var ((fact, value), numbers) in expected) (await NumbersAsync($$"""{"touch":"{{fact}}","value":"{{value}}"}""")).ShouldBe(numbers, ignoreOrder: true, $"{fact} {value}");
        foreach (var fact in Facts)
        {
            (await NumbersAsync($$"""{"touch":"{{fact}}","is":"exists"}""")).ShouldBe(expected.Where(x => x.Key.Fact == fact).SelectMany(x => x.Value), ignoreOrder: true, fact);
            var told = await AskAsync(client, $$$"""{"kind":"trend","last":"100d","unit":"year","top":200,"measures":[{"measure":"count","where":{"property":"n","is":"exists"}}],"breakdown":{"touch":"{{{fact}}}"}}""");
            told.GetProperty("series").EnumerateArray().Where(s => s.GetProperty("value").ValueKind == JsonValueKind.String).Select(s => (s.GetProperty("value").GetString(), s.GetProperty("total").GetInt32()))
                .ShouldBe(expected.Where(x => x.Key.Fact == fact).Select(x => ((string?)x.Key.Value, x.Value.Count)), ignoreOrder: true, fact);
        }

        async Task<List<int>> NumbersAsync(string where)
        {
            var answer = await AskAsync(client, $$$"""{"kind":"trend","last":"100d","unit":"year","top":200,"measures":[{"where":{"all":[{{{where}}},{"property":"n","is":"exists"}]}}],"breakdown":"n"}""");
            answer.GetProperty("series").GetArrayLength().ShouldBeLessThanOrEqualTo(sent);
            return [.. answer.GetProperty("series").EnumerateArray().Where(s => s.GetProperty("total").GetInt32() > 0).Select(s => s.GetProperty("value").GetInt32())];
        }
    }
}
