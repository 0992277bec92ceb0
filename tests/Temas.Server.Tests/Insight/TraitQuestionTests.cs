using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Temas.Kernel;
using Temas.Server.Tests.Collect;
using static Temas.Server.Tests.Insight.Asking;

namespace Temas.Server.Tests.Insight;

/// <summary>Computed traits that are questions: what the customer's page says of her is what the question about everybody finds.</summary>
public sealed class TraitQuestionTests
{
    private static readonly (string Key, string Definition)[] Traits =
    [
        ("heavy", """{"measure":"condition","condition":{"all":[{"any":[{"did":{"event":"track:Bought"},"atLeast":2},{"sequence":[{"event":"track:Looked"},{"event":"track:Bought"}],"window":"2d"}]},{"not":{"did":{"event":"track:Returned"},"within":"5d"}}]}}"""),
        ("aegean", """{"measure":"condition","condition":{"profile":"trait.city","value":"İzmir"}}"""),
        ("in-buyers", """{"measure":"segment","segment":"buyers"}"""),
        ("furthest", """{"measure":"funnel_step","funnel":{"steps":[{"event":"track:Looked"},{"event":"track:Bought"},{"event":"track:Returned"}],"window":"20d"}}"""),
        ("converted", """{"measure":"funnel_converted","funnel":{"steps":[{"event":"track:Looked"},{"event":"track:Bought"}],"window":"3d","last":"30d"}}"""),
        ("hours", """{"measure":"funnel_hours","funnel":{"steps":[{"event":"track:Looked"},{"event":"track:Bought"}],"window":"30d"}}"""),
        ("weeks", """{"measure":"active_units","active":{"event":"track:Bought","unit":"week","within":"60d"}}"""),
        ("of-trait", """{"measure":"condition","condition":{"all":[{"profile":"computed.furthest","is":"atLeast","value":2},{"profile":"computed.in-buyers","value":true}]}}"""),
    ];

    [Fact]
    public async Task Traits_OfAnyHistory_AreThoseOfTheQuestionForAll()
    {
        for (var seed = 1; seed <= 2; seed++)
        {
            var random = new Random(seed);
            var clock = new SteppedClock();
            await using var server = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
            var source = await server.CreateSourceAsync();
            using var owner = await server.TokenClientAsync();
            await SaveAsync(owner, "segment", "buyers", """{"label":{"tr":"a","en":"a"},"where":{"did":{"event":"track:Bought"},"within":"15d"}}""");
            foreach (var (key, definition) in Traits) await SaveAsync(owner, "computed-trait", key, Labelled(definition));
            for (var round = 0; round < 6; round++)
            {
                for (var i = random.Next(6, 20); i > 0; i--) await HappenAsync(server, owner, source.WriteKey, random, clock);
                await CheckAsync(owner, seed, round);

                // Nothing but time passes: windows close.
                clock.Step(TimeSpan.FromDays(random.Next(1, 6)));
                await CheckAsync(owner, seed, round);
            }
        }
    }

    [Fact]
    public async Task Trait_OfOneCustomer_StandsOnEverySurface()
    {
        await using var server = await TemasServer.StartAsync();
        var source = await server.CreateSourceAsync();
        using var owner = await server.TokenClientAsync();
        using var browser = await server.SignInAsync();
        async Task Send(string user, string name, double daysAgo) => (await server.SendAsync("/v1/track", source.WriteKey, $$$"""{"event":"{{{name}}}","userId":"{{{user}}}","timestamp":"{{{Ago(daysAgo)}}}"}""")).Status.ShouldBe(HttpStatusCode.OK);
        await Send("ayse", "Looked", 10);
        await Send("ayse", "Bought", 9.5);
        await Send("ali", "Looked", 3);
        await SaveAsync(owner, "computed-trait", "hours", Labelled(Traits[5].Definition));
        await SaveAsync(owner, "computed-trait", "furthest", Labelled(Traits[3].Definition));
        await SaveAsync(owner, "computed-trait", "aegean", Labelled(Traits[1].Definition));

        (await ValuesAsync(owner, "ayse")).ShouldBe(new() { ["aegean"] = "false", ["furthest"] = "2", ["hours"] = "12" });
        (await ValuesAsync(owner, "ali")).ShouldBe(new() { ["aegean"] = "false", ["furthest"] = "1" });

        // As it was then: what looks at profiles is not known of the past, and says so.
        var before = await ReadAsync(owner, $"/api/customers/user_id:ayse?asOf={Uri.EscapeDataString(Ago(9.8))}");
        Values(before).ShouldBe(new() { ["furthest"] = "1" });
        Trait(before, "aegean").GetProperty("problem").GetString().ShouldBe("trait_not_then");
        Trait(before, "hours").TryGetProperty("problem", out _).ShouldBeFalse();

        (await browser.GetStringAsync("/w/main/customers/user_id:ayse?tab=traits")).ShouldContain(">12<");
        server.Main.Part<Temas.Customers.Census.CustomerCensus>().ReadNow();
        (await browser.GetStringAsync("/w/main/customers?columns=computed:furthest")).ShouldContain(">2<");
        (await owner.GetStringAsync("/api/customers/list.csv?columns=computed:furthest,computed:hours")).ShouldContain(",2,12\r\n");
        (await owner.GetStringAsync("/api/customers/user_id:ayse/export")).ShouldContain("\"value\": 12");

        // In trends and funnels they are a breakdown, for each customer her own.
        var trend = await AskAsync(owner, """{"kind":"trend","last":"30d","unit":"month","measures":[{"event":"track:Looked","measure":"customers"}],"breakdown":{"profile":"computed.furthest"}}""");
        trend.GetProperty("series").EnumerateArray().Select(s => (s.GetProperty("value").GetDouble(), s.GetProperty("total").GetDouble())).Order().ShouldBe([(1.0, 1.0), (2.0, 1.0)]);

        // Tried before it is saved.
        using var body = new StringContent($$$"""{"document":{{{Labelled(Traits[4].Definition)}}}}""", Encoding.UTF8, "application/json");
        using var tried = await owner.PostAsync("/api/computed-traits/preview", body);
        var preview = JsonDocument.Parse(await tried.Content.ReadAsStringAsync()).RootElement;
        (preview.GetProperty("customers").GetInt32(), preview.GetProperty("with").GetInt32()).ShouldBe((2, 1));
    }

    [Theory]
    [InlineData("""{"measure":"condition"}""", "$.condition", "field_missing")]
    [InlineData("""{"measure":"condition","condition":{"did":{"event":5}}}""", "$.condition.did.event", "list_expected")]
    [InlineData("""{"measure":"condition","condition":{"segment":"nobody"}}""", "$.condition.segment", "segment_unknown")]
    [InlineData("""{"measure":"segment","segment":"nobody"}""", "$.segment", "segment_unknown")]
    [InlineData("""{"measure":"funnel_step","funnel":{"steps":[{"event":"a"}]}}""", "$.funnel.steps", "steps_too_few")]
    [InlineData("""{"measure":"funnel_hours","funnel":{"steps":[{"event":"a"},{"event":"b"}],"breakdown":"x"}}""", "$.funnel.breakdown", "breakdown_unused")]
    [InlineData("""{"measure":"active_units","active":{"event":"a"}}""", "$.active.unit", "period_missing")]
    [InlineData("""{"measure":"count","events":[{"names":["a"]}],"funnel":{}}""", "$.funnel", "field_unused")]
    [InlineData("""{"measure":"segment","segment":"buyers","window":"P1D"}""", "$.window", "field_unused")]
    public async Task Definition_ThatCannotBe_NamesFieldAndReason(string definition, string field, string code)
    {
        await using var server = await TemasServer.StartAsync();
        using var owner = await server.TokenClientAsync();
        var refused = await PutAsync(owner, "computed-trait", "tried", Labelled(definition));
        refused.Status.ShouldBe(HttpStatusCode.BadRequest, refused.Text);
        (refused.Text.Contains($"\"{field}\"", StringComparison.Ordinal), refused.Text.Contains(code, StringComparison.Ordinal)).ShouldBe((true, true), refused.Text);
    }

    [Fact]
    public async Task Circle_OfTraitsAndSegments_IsRefusedWithItsChain()
    {
        await using var server = await TemasServer.StartAsync();
        using var owner = await server.TokenClientAsync();
        await SaveAsync(owner, "segment", "a", """{"label":{"tr":"a","en":"a"},"where":{"did":{"event":"track:X"}}}""");
        await SaveAsync(owner, "computed-trait", "t", Labelled("""{"measure":"condition","condition":{"any":[{"segment":"a"}]}}"""));
        await SaveAsync(owner, "computed-trait", "u", Labelled("""{"measure":"condition","condition":{"not":{"profile":"computed.t","value":true}}}"""));
        var circle = await PutAsync(owner, "segment", "a", """{"label":{"tr":"a","en":"a"},"where":{"profile":"computed.u","value":true}}""");
        circle.Status.ShouldBe(HttpStatusCode.BadRequest);
        circle.Text.ShouldContain("trait_in_itself");
        circle.Text.ShouldContain("a → computed.u → computed.t → a");
        (await PutAsync(owner, "computed-trait", "t", Labelled("""{"measure":"condition","condition":{"profile":"computed.u","value":true}}"""))).Text.ShouldContain("computed.t → computed.u → computed.t");

        // One who is removed leaves a trait that says why it has no value, and a question that says so, too.
        var source = await server.CreateSourceAsync();
        await server.SendAsync("/v1/track", source.WriteKey, """{"event":"X","userId":"ayse"}""");
        (await ValuesAsync(owner, "ayse")).ShouldBe(new() { ["t"] = "true", ["u"] = "false" });
        using (var removed = await owner.DeleteAsync("/api/definitions/segment/a")) removed.IsSuccessStatusCode.ShouldBeTrue();
        var left = await ReadAsync(owner, "/api/customers/user_id:ayse");
        Values(left).ShouldBeEmpty();
        Trait(left, "u").GetProperty("problem").GetString().ShouldBe("segment_unknown");
    }

    private static readonly DateTimeOffset Now = DateTimeOffset.FromUnixTimeSeconds(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds());

    private static string Ago(double days) => Now.AddDays(-days).ToString("O", CultureInfo.InvariantCulture);

    private static string Labelled(string definition) => """{"label":{"tr":"x","en":"x"},""" + definition[1..];

    private static async Task HappenAsync(TemasServer server, HttpClient owner, string key, Random random, SteppedClock clock)
    {
        string User() => $"u{random.Next(8)}";
        async Task Send(string path, string body) => (await server.SendAsync(path, key, body)).Status.ShouldBe(HttpStatusCode.OK);
        clock.Step(TimeSpan.FromMinutes(random.Next(1, 600)));
        // Some are late by far.
        var at = clock.GetUtcNow().AddHours(random.Next(3) == 0 ? -random.Next(24 * 40) : 0).ToString("O", CultureInfo.InvariantCulture);
        switch (random.Next(16))
        {
            case 0:
                await Send("/v1/alias", $$$"""{"previousId":"{{{User()}}}","userId":"{{{User()}}}"}""");
                break;
            case 1 or 2:
                await Send("/v1/identify", $$$"""{"userId":"{{{User()}}}","timestamp":"{{{at}}}","traits":{"city":"{{{(random.Next(2) == 0 ? "İzmir" : "Van")}}}"}}""");
                break;
            case 3 when random.Next(3) == 0:
                using (var erased = await owner.DeleteAsync($"/api/customers/user_id:{User()}?reason=asked")) (erased.IsSuccessStatusCode || erased.StatusCode == HttpStatusCode.NotFound).ShouldBeTrue();
                break;
            default:
                string[] names = ["Looked", "Looked", "Bought", "Bought", "Returned"];
                await Send("/v1/track", $$$"""{"event":"{{{names[random.Next(5)]}}}","userId":"{{{User()}}}","timestamp":"{{{at}}}"}""");
                break;
        }
    }

    /// <summary>Each trait of each customer alone is what the question about everybody finds.</summary>
    private static async Task CheckAsync(HttpClient owner, int seed, int round)
    {
        var everybody = (await AskAsync(owner, """{"kind":"segment","where":{"all":[]},"limit":100}""")).GetProperty("customers").EnumerateArray().Select(c => c.GetProperty("id").GetString()!).ToList();
        var hers = new Dictionary<string, Dictionary<string, string>>();
        foreach (var id in everybody) hers.Add(id, Values(await ReadAsync(owner, $"/api/customers/{id}")));
        foreach (var (key, definition) in Traits)
        {
            foreach (var same in hers.GroupBy(h => h.Value.GetValueOrDefault(key)))
            {
                var condition = same.Key is null ? $$$"""{"profile":"computed.{{{key}}}","is":"missing"}""" : $$$"""{"profile":"computed.{{{key}}}","value":{{{same.Key}}}}""";
                (await IdsAsync(owner, condition)).ShouldBe(same.Select(h => h.Key).Order(StringComparer.Ordinal), $"seed {seed} round {round}: {key} {same.Key}");
            }

            // A condition that is a trait is the condition itself.
            if (!definition.Contains("\"measure\":\"condition\"", StringComparison.Ordinal)) continue;
            var plain = JsonDocument.Parse(definition).RootElement.GetProperty("condition").GetRawText();
            (await IdsAsync(owner, plain)).ShouldBe(hers.Where(h => h.Value[key] == "true").Select(h => h.Key).Order(StringComparer.Ordinal), $"seed {seed} round {round}: {key}");
        }
    }

    private static async Task<IEnumerable<string>> IdsAsync(HttpClient owner, string condition) =>
        (await AskAsync(owner, $$$"""{"kind":"segment","where":{{{condition}}},"limit":100}""")).GetProperty("customers").EnumerateArray().Select(c => c.GetProperty("id").GetString()!).Order(StringComparer.Ordinal);

    private static async Task<Dictionary<string, string>> ValuesAsync(HttpClient owner, string user) => Values(await ReadAsync(owner, $"/api/customers/user_id:{user}"));

    private static async Task<JsonElement> ReadAsync(HttpClient client, string url) => JsonDocument.Parse(await client.GetStringAsync(url)).RootElement.GetProperty("profile").GetProperty("computedTraits").Clone();

    private static JsonElement Trait(JsonElement traits, string key) => traits.EnumerateArray().Single(t => t.GetProperty("key").GetString() == key);

    // Those of this test: the defaults are folds.
    private static Dictionary<string, string> Values(JsonElement traits) => traits.EnumerateArray()
        .Where(t => (Traits.Any(known => known.Key == t.GetProperty("key").GetString()) || t.GetProperty("key").GetString() is "t" or "u") && t.TryGetProperty("value", out var value) && value.ValueKind != JsonValueKind.Null)
        .ToDictionary(t => t.GetProperty("key").GetString()!, t => t.GetProperty("value").GetRawText());

    private static async Task SaveAsync(HttpClient owner, string kind, string key, string document)
    {
        var (status, text) = await PutAsync(owner, kind, key, document);
        status.ShouldBeOneOf([HttpStatusCode.OK, HttpStatusCode.Created], text);
    }

    private static async Task<(HttpStatusCode Status, string Text)> PutAsync(HttpClient owner, string kind, string key, string document)
    {
        using var body = new StringContent(document, Encoding.UTF8, "application/json");
        using var saved = await owner.PutAsync($"/api/definitions/{kind}/{key}", body);
        return (saved.StatusCode, await saved.Content.ReadAsStringAsync());
    }
}
