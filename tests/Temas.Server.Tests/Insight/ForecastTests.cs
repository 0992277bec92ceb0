using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Kernel;
using Temas.Server.Tests.Collect;

namespace Temas.Server.Tests.Insight;

/// <summary>Who is at risk, over HTTP: customers who order and subscribers arrive, models are fitted, and her page, the API, a computed trait, a list and a segment say the same of each; until then, and of who was erased, nothing.</summary>
public sealed class ForecastTests : IAsyncLifetime
{
    private const int Buyers = 500, Subscribers = 420;

    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly List<string> events = [];

    private TemasServer server = null!;

    public async Task InitializeAsync() => server = await TemasServer.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public async Task Forecasts_OfEachCustomer_AreTheSameWhereverTheyAreAsked()
    {
        using var analyst = await server.TokenClientAsync(Role.Analyst);
        using var manager = await server.TokenClientAsync(Role.Manager);
        using (var kept = await analyst.PutAsync("/api/definitions/computed-trait/still-there", Json("""{"label": {"tr": "Hâlâ müşteri", "en": "Still there"}, "measure": "forecast", "forecast": "alive"}"""))) kept.StatusCode.ShouldBe(HttpStatusCode.OK, await kept.Content.ReadAsStringAsync());
        using (var wrong = await analyst.PutAsync("/api/definitions/computed-trait/wrong", Json("""{"label": {"tr": "x", "en": "x"}, "measure": "forecast", "forecast": "orders"}"""))) (wrong.StatusCode, (await wrong.Content.ReadAsStringAsync()).Contains("forecast_unknown", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true));
        Live();
        await SendAsync();

        // Before anything was fitted nothing is said, and why.
        (await TotalAsync(analyst, """{"profile": "forecast.alive", "is": "exists"}""")).ShouldBe(0);
        (await analyst.GetFromJsonAsync<JsonElement>("/api/customers/user_id:b1/forecast")).GetProperty("orderingWhy").GetString().ShouldBe("forecast_none");
        (await ProfileAsync(analyst, "user_id:b1")).GetProperty("problem").GetString().ShouldBe("forecast_none");
        using (var viewer = await server.TokenClientAsync(Role.Viewer))
        using (var refused = await viewer.PostAsync("/api/forecasts/fit", null)) refused.StatusCode.ShouldBe(HttpStatusCode.Forbidden);

        using (var fitted = await analyst.PostAsync("/api/forecasts/fit", null))
        {
            var models = await fitted.Content.ReadFromJsonAsync<JsonElement>();
            models.EnumerateArray().Select(m => (m.GetProperty("of").GetString(), m.GetProperty("state").GetString())).ShouldBe([("orders", "holds"), ("subscriptions", "holds")], models.GetRawText());
        }

        // Of each buyer by herself, against the formulas written a second time; the segments have as many.
        var fit = server.Main.Part<LiveForecasts>().Orders!;
        var (few, many, atLeast) = (0, 0, 0);
        for (var i = 0; i < Buyers; i++)
        {
            var said = (await analyst.GetFromJsonAsync<JsonElement>($"/api/customers/user_id:b{i}/forecast")).GetProperty("ordering");
            var alive = said.GetProperty("alive").GetDouble();
            alive.ShouldBe(AliveBy(fit.Buying!, DaysOf[i], said.GetProperty("orders").GetInt32()), 1e-3, $"b{i}");
            if (alive <= 0.5) few++;
            else many++;
            if (said.GetProperty("horizons")[1].GetProperty("orders").GetDouble() >= 1) atLeast++;
        }

        few.ShouldBeInRange(20, Buyers - 20);
        (await TotalAsync(analyst, """{"profile": "forecast.alive", "is": "atMost", "value": 0.5}""")).ShouldBe(few);
        (await TotalAsync(analyst, """{"profile": "computed.still-there", "is": "greater", "value": 0.5}""")).ShouldBe(many);
        (await TotalAsync(analyst, """{"profile": "forecast.orders.90", "is": "atLeast", "value": 1}""")).ShouldBe(atLeast);
        (await TotalAsync(analyst, """{"profile": "forecast.alive", "is": "exists"}""")).ShouldBe(Buyers, "who never ordered has no value");

        // Under whatever name: nothing is broken down by what changes by the moment.
        foreach (var name in new[] { "forecast.alive", "computed.still-there" })
        {
            using var refused = await analyst.PostAsync("/api/query", Json($$"""{"kind": "trend", "last": "30d", "measures": [{"measure": "count"}], "breakdown": {"profile": "{{name}}"} }"""));
            (refused.StatusCode, (await refused.Content.ReadAsStringAsync()).Contains("breakdown_by_the_moment", StringComparison.Ordinal)).ShouldBe((HttpStatusCode.BadRequest, true), name);
        }

        // Who is overdue is known of every week; as of now they are those whose profiles say so.
        var overdue = await analyst.GetFromJsonAsync<JsonElement>("/api/indicators/customers-at-risk?last=90d&bucket=week");
        overdue.GetProperty("series").EnumerateArray().Count(p => p.GetProperty("sample").GetInt64() > 0 && p.TryGetProperty("value", out var v) && v.GetDouble() > 0).ShouldBeGreaterThan(5);
        (await TotalAsync(analyst, overdue.GetProperty("customers").GetRawText())).ShouldBe((int)Math.Round(overdue.GetProperty("value").GetDouble() * overdue.GetProperty("sample").GetInt64()));

        // The trait on her page is the same figure, and a list shows it.
        var b1 = (await analyst.GetFromJsonAsync<JsonElement>("/api/customers/user_id:b1/forecast")).GetProperty("ordering").GetProperty("alive").GetDouble();
        (await ProfileAsync(analyst, "user_id:b1")).GetProperty("value").GetDouble().ShouldBe(b1, 1e-4);
        double.Parse((await RowAsync(analyst, "b1"))[4], CultureInfo.InvariantCulture).ShouldBe(b1, 1e-4);

        // Subscribers: who went quiet is more at risk, and that is said.
        var risks = new List<(double Risk, bool IsQuiet)>();
        for (var i = 0; i < Subscribers; i++)
        {
            foreach (var subscription in (await analyst.GetFromJsonAsync<JsonElement>($"/api/customers/user_id:s{i}/forecast")).GetProperty("subscriptions").EnumerateArray())
                risks.Add((subscription.GetProperty("ends30").GetDouble(), subscription.GetProperty("factors").EnumerateArray().Any(f => f.GetProperty("name").GetString() == "quiet")));
        }

        risks.Count.ShouldBeInRange(50, Subscribers);
        var middle = risks.Select(r => r.Risk).Order().ElementAt(risks.Count / 2) + 1e-7;
        (await TotalAsync(analyst, string.Create(CultureInfo.InvariantCulture, $$"""{"profile": "forecast.ends.30", "is": "atLeast", "value": {{middle}}}"""))).ShouldBe(risks.Count(r => r.Risk >= middle));
        (await TotalAsync(analyst, """{"profile": "forecast.ends.90", "is": "exists"}""")).ShouldBe(risks.Count);
        risks.Where(r => r.IsQuiet).Average(r => r.Risk).ShouldBeGreaterThan(risks.Where(r => !r.IsQuiet).Average(r => r.Risk));

        // As a segment of its own it has those who are in it now; a breakdown by it is refused.
        using (var kept = await analyst.PutAsync("/api/definitions/segment/likely-gone", Json("""{"label": {"tr": "Gidenler", "en": "Gone"}, "where": {"profile": "forecast.alive", "is": "atMost", "value": 0.5}}"""))) kept.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await TotalAsync(analyst, """{"segment": "likely-gone"}""")).ShouldBe(few);

        // Pages say it, with the model's own check.
        await server.CreatePersonAsync("analyst@example.org", Role.Analyst, "main", "a word that nobody knows");
        using var browser = await server.SignInAsync("analyst@example.org", "a word that nobody knows");
        var id = (await analyst.GetFromJsonAsync<JsonElement>("/api/customers/user_id:b1")).GetProperty("id").GetString();
        var card = (await PageClient.PageAsync(browser, $"/w/main/customers/{id}")).QuerySelector("#forecast").ShouldNotBeNull();
        card.TextContent.ShouldContain(b1.ToString("P0", CultureInfo.GetCultureInfo("en-GB")).Replace(" ", "", StringComparison.Ordinal));
        (await PageClient.PageAsync(browser, "/w/main/indicators/lifetime")).QuerySelectorAll("#forecasts a").Length.ShouldBeGreaterThan(3);
        (await PageClient.PageAsync(browser, "/w/main/indicators/lifetime/subscriptions")).QuerySelector("#forecasts .badge").ShouldNotBeNull().TextContent.ShouldContain("holds");
        (await PageClient.PageAsync(browser, "/w/main/computed-traits/new?draft=preview&measure=forecast&forecast=alive&labelTr=a&labelEn=b&key=x")).QuerySelector("#preview dl.kv").ShouldNotBeNull();
        (await PageClient.PostAsync(browser, "/w/main/indicators/lifetime/fit", ("of", "subscriptions"))).ShouldBe("/w/main/indicators/lifetime/subscriptions");

        // Nobody knows anything of who was erased.
        using (var erased = await manager.DeleteAsync("/api/customers/user_id:b1?reason=asked")) erased.IsSuccessStatusCode.ShouldBeTrue(await erased.Content.ReadAsStringAsync());
        using (var gone = await analyst.GetAsync("/api/customers/user_id:b1/forecast")) gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await TotalAsync(analyst, """{"profile": "forecast.alive", "is": "exists"}""")).ShouldBe(Buyers - 1);
    }

    private List<DateTimeOffset>[] DaysOf { get; } = new List<DateTimeOffset>[Buyers];

    /// <summary>P(alive | x, t_x, T) as Fader, Hardie and Lee (2008) write it: 1 / (1 + a / (b + x - 1) ((α + T) / (α + t_x))^(r + x)).</summary>
    private static double AliveBy(double[] fit, List<DateTimeOffset> orders, int days)
    {
        var distinct = orders.Select(o => o.UtcDateTime.Date).Distinct().Count();
        days.ShouldBe(distinct);
        var (x, first, last) = (distinct - 1, orders.Min(), orders.Max());
        if (x == 0) return 1;
        var (tx, t) = ((last - first).TotalDays / 7, (TimeProvider.System.GetUtcNow() - first).TotalDays / 7);
        return 1 / (1 + (fit[2] / (fit[3] + x - 1) * Math.Pow((fit[1] + t) / (fit[1] + tx), fit[0] + x)));
    }

    private void Live()
    {
        var random = new Random(11);
        for (var i = 0; i < Buyers; i++)
        {
            var (ago, rate, leaves) = (450 - (random.NextDouble() * 320), -Math.Log(1 - random.NextDouble()) / 25, Math.Pow(random.NextDouble(), 2) * 0.6);
            DaysOf[i] = [];
            do
            {
                DaysOf[i].Add(Track($"b{i}", "Order Completed", ago, $$"""{"order_id":"o{{events.Count}}","total":{{20 + random.Next(100)}},"currency":"TRY"}"""));
                ago -= -Math.Log(1 - random.NextDouble()) / rate;
            }
            while (ago > 0.01 && random.NextDouble() >= leaves);
        }

        for (var i = 0; i < Subscribers; i++)
        {
            var (begin, plan) = (500 - (random.NextDouble() * 420), $$"""{"subscription_id":"{{i}}","plan":"{{(i % 3 == 0 ? "pro" : "basic")}}"}""");
            Track($"s{i}", "Subscription Started", begin, plan);
            for (var month = 1; ; month++)
            {
                // Who is quiet in a month ends more often in the next, and who has the larger plan seldom.
                var (at, isQuiet) = (begin - (month * 30), random.NextDouble() < 0.35);
                if (!isQuiet && at + 10 > 0) Track($"s{i}", "Application Opened", at + 10, "{}");
                if (at <= 0.01) break;
                Track($"s{i}", "Subscription Renewed", at, plan);
                var ends = at - (random.NextDouble() * 28) - 1;
                if (random.NextDouble() >= (isQuiet ? 0.24 : 0.08) * (i % 3 == 0 ? 0.25 : 1) || ends <= 0.01) continue;
                Track($"s{i}", "Subscription Cancelled", ends, plan);
                break;
            }
        }
    }

    private DateTimeOffset Track(string customer, string name, double daysAgo, string properties)
    {
        var at = Now.AddDays(-daysAgo);
        events.Add($$"""{"type":"track","messageId":"f{{events.Count}}","userId":"{{customer}}","event":"{{name}}","timestamp":"{{at.ToString("O", CultureInfo.InvariantCulture)}}","properties":{{properties}}}""");
        return at;
    }

    private async Task SendAsync()
    {
        var source = await server.CreateSourceAsync();
        using var open = server.Anonymous();
        foreach (var some in events.Chunk(400))
        {
            using var body = Json($$"""{"writeKey":"{{source.WriteKey}}","batch":[{{string.Join(',', some)}}]}""");
            using var answer = await open.PostAsync("/v1/batch", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }
    }

    // Lists follow the log behind whoever writes it.
    private static async Task<string[]> RowAsync(HttpClient client, string user)
    {
        for (var tries = 0; ; tries++)
        {
            using var answer = await client.GetAsync("/api/customers/list.csv?columns=id:user_id&columns=computed:still-there");
            var rows = (await answer.Content.ReadAsStringAsync()).Split('\n').Select(l => l.Trim().Split(','));
            if (rows.FirstOrDefault(r => r.Length == 5 && r[3] == user) is { } row) return row;
            tries.ShouldBeLessThan(300, "the list never has her");
            await Task.Delay(100);
        }
    }

    private static async Task<long> TotalAsync(HttpClient client, string where) => (await Asking.AskAsync(client, $$"""{"kind":"segment","where":{{where}}}""")).GetProperty("total").GetInt64();

    private static async Task<JsonElement> ProfileAsync(HttpClient client, string customer) =>
        (await client.GetFromJsonAsync<JsonElement>($"/api/customers/{customer}")).GetProperty("profile").GetProperty("computedTraits").EnumerateArray().Single(t => t.GetProperty("key").GetString() == "still-there");

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");
}
