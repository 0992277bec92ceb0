using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Insight.Dashboards;
using Temas.Insight.Framework;
using Temas.Insight.Journeys;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>Stores, customer service and subscription: events as the Segment specification and its readers write them arrive, the framework is taken into use, and every indicator and the journey have numbers at once. E-commerce stands in <see cref="JourneyPageTests"/>.</summary>
public sealed class ReadyFrameworkTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    private readonly List<string> events = [];

    [Fact]
    public async Task Stores_HaveValues_AsSoonAsTillsAndCountersSpeak()
    {
        for (var i = 0; i < 40; i++)
        {
            var shop = $$"""{"store_id":"S{{i % 3}}"}""";
            Track(i, "Store Visited", 20, shop);
            if (i % 5 == 0) Track(i, "Store Product Not Found", 19.9, """{"store_id":"S1","product_id":"p9"}""");
            if (i % 2 == 0) Track(i, "Store Purchase Completed", 19.8, $$"""{"store_id":"S{{i % 3}}","receipt_id":"r{{i}}","order_id":"r{{i}}","total":{{100 + i}},"revenue":{{100 + i}},"currency":"TRY","products":[{"product_id":"p1","price":{{100 + i}},"quantity":1}]}""");
            if (i % 4 == 0) Track(i, "Store Purchase Completed", 5, $$"""{"store_id":"S1","receipt_id":"again{{i}}","order_id":"again{{i}}","total":50,"revenue":50,"currency":"TRY"}""");
            if (i % 4 == 0) Track(i, "Loyalty Points Earned", 19.7, """{"points":10}""");
            if (i % 8 == 0) Track(i, "Loyalty Points Redeemed", 4, """{"points":5}""");
            if (i % 2 == 0) Track(i, "Survey Sent", 19, """{"survey_id":"store","survey_type":"csat"}""");
            if (i % 4 == 0) Track(i, "Survey Answered", 18, $$"""{"survey_id":"store","survey_type":"csat","score":{{1 + (i / 4 % 5)}}}""");
            if (i % 13 == 0) Track(i, "Complaint Filed", 10, """{"text":"Kasada çok bekledim"}""");
        }

        await HoldsAsync("stores", [("store-visits", 40), ("orders", 30), ("store-conversion", 0.75)], "store-purchase", ["find", "buy"]);
    }

    [Fact]
    public async Task CustomerService_HasValues_AsSoonAsCallsAndTicketsSpeak()
    {
        for (var i = 0; i < 40; i++)
        {
            var (call, ticket) = ($"c{i}", $"t{i}");
            Track(i, "Order Completed", 25, $$"""{"order_id":"o{{i}}","total":100,"revenue":100,"currency":"TRY"}""");
            if (i % 2 == 0) Track(i, "Help Article Viewed", 20.1, """{"article_id":"a1"}""");
            if (i % 4 == 0) Track(i, "Call Started", 20, $$"""{"call_id":"{{call}}","wait_seconds":{{30 + i}}}""");
            if (i % 4 == 0) Track(i, "Call Ended", 19.99, $$"""{"call_id":"{{call}}","resolved":{{(i % 8 == 0 ? "true" : "false")}},"transfers":{{i % 3}}}""");
            if (i % 8 == 4) Track(i, "Call Started", 18, $$"""{"call_id":"{{call}}b","wait_seconds":10}""");
            if (i % 10 == 1) Track(i, "Call Abandoned", 20, $$"""{"call_id":"{{call}}","wait_seconds":200}""");
            if (i % 5 == 0) Track(i, "Support Ticket Opened", 15, $$"""{"ticket_id":"{{ticket}}"}""");
            if (i % 5 == 0) Track(i, "Support Ticket Replied", 14.9, $$"""{"ticket_id":"{{ticket}}"}""");
            if (i % 5 == 0) Track(i, "Support Ticket Resolved", 14, $$"""{"ticket_id":"{{ticket}}"}""");
            if (i % 20 == 0) Track(i, "Support Ticket Reopened", 13, $$"""{"ticket_id":"{{ticket}}"}""");
            if (i % 20 == 3) Track(i, "Complaint Filed", 12, """{"text":"Kimse aramadı"}""");
            if (i % 10 == 5) Track(i, "Follow-up Opened", 11, $$"""{"follow_up_id":"f{{i}}"}""");
            if (i % 10 == 5) Track(i, "Follow-up Done", 10, $$"""{"follow_up_id":"f{{i}}","in_time":true}""");
            if (i % 4 == 0) Track(i, "Survey Answered", 9, $$"""{"survey_id":"call","survey_type":"{{(i % 8 == 0 ? "ces" : "csat")}}","score":{{1 + (i / 4 % 5)}}}""");
        }

        await HoldsAsync("customer-service", [("first-contact-resolution", 0.5), ("resolution-time", null), ("first-response-time", null)], "online-purchase", ["help"]);
    }

    [Fact]
    public async Task Subscription_HasValues_AsSoonAsAppAndBillingSpeak()
    {
        for (var i = 0; i < 40; i++)
        {
            var plan = $$"""{"subscription_id":"s{{i}}","plan":"plus","total":90,"currency":"TRY"}""";
            if (i % 2 == 0) Track(i, "Trial Started", 55, """{"plan":"plus"}""");
            Track(i, "Subscription Started", 50, plan);
            Track(i, "Order Completed", 80, $$"""{"order_id":"o{{i}}","total":90,"revenue":90,"currency":"TRY"}""");
            Track(i, "Application Opened", 79, "{}");
            if (i % 4 > 0) Track(i, "Application Opened", 45, "{}");
            if (i % 4 > 0) Track(i, "Subscription Renewed", 20, plan);
            if (i % 4 == 0) Track(i, "Subscription Cancelled", 20, plan);
            if (i % 10 == 1) Track(i, "Subscription Paused", 18, plan);
            if (i % 20 == 1) Track(i, "Subscription Resumed", 6, plan);
            if (i % 20 == 11) Track(i, "Subscription Upgraded", 6, plan);
            if (i % 20 == 4) Track(i, "Subscription Reactivated", 4, plan);
            Track(i, "Application Opened", 10, "{}");
            if (i % 20 == 0) Track(i, "Application Crashed", 10, "{}");
            if (i % 20 == 1) Track(i, "Error Shown", 10, "{}");
            if (i % 5 == 0) Track(i, "Referral Sent", 15, $$"""{"referral_id":"r{{i}}"}""");
            if (i % 10 == 0) Track(i, "Referral Converted", 12, $$"""{"referral_id":"r{{i}}"}""");
            Track(i, "Email Sent", 14, """{"email_id":"e"}""");
            if (i % 4 == 0) Track(i, "Email Link Clicked", 13, """{"email_id":"e"}""");
            if (i % 20 == 2) Track(i, "Email Unsubscribed", 13, """{"email_id":"e"}""");
            if (i % 2 == 0) Track(i, i % 4 == 0 ? "Consent Given" : "Consent Withdrawn", 30, """{"purpose":"marketing"}""");
            if (i % 4 == 0) Track(i, "Survey Answered", 9, $$"""{"survey_id":"brand","survey_type":"nps","score":{{i % 11}}}""");
            if (i % 20 == 7) Track(i, "Complaint Filed", 8, """{"text":"Fatura yanlış"}""");
            if (i % 20 == 9) Track(i, "Order Completed", 5, $$"""{"order_id":"more{{i}}","total":20,"revenue":20,"currency":"TRY"}""");
        }

        await HoldsAsync("subscription", [("subscription-churn", 0.25), ("active-customers", 40), ("trial-conversion", 1), ("new-subscriptions", 40), ("subscription-pauses", 4 / 34.0)], "subscription", ["try", "start", "use", "renew", "change", "end"]);
    }

    private void Track(int customer, string name, double daysAgo, string properties) => events.Add(string.Create(
        CultureInfo.InvariantCulture, $$"""{"type":"track","messageId":"m{{events.Count}}","userId":"u{{customer}}","event":"{{name}}","timestamp":"{{Now.AddDays(-daysAgo).AddSeconds(customer):O}}","properties":{{properties}}}"""));

    private async Task HoldsAsync(string key, (string Indicator, double? Value)[] known, string? journey, string[] stages)
    {
        var framework = ReadyFrameworks.All.Single(f => f.Key == key);
        var workspace = await server.CreateWorkspaceAsync(key);
        await server.CreatePersonAsync($"analyst@{key}.example", Role.Analyst, key, "a word that nobody knows");
        var source = (await server.Services.GetRequiredService<CreateSource>().HandleAsync(workspace, new CreateSourceRequest("Everything"), Actor.System)).Value;
        using var open = server.Anonymous();
        foreach (var some in events.Chunk(90))
        {
            using var body = new StringContent($$"""{"writeKey":"{{source.WriteKey}}","batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await open.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }

        using var browser = await server.SignInAsync($"analyst@{key}.example", "a word that nobody knows");
        (await PageClient.PostAsync(browser, $"/w/{key}/framework/apply", ("framework", key))).ShouldBe($"/w/{key}/framework");
        using var viewer = await server.TokenClientAsync(Role.Viewer, key);
        var values = new Dictionary<string, double?>(StringComparer.Ordinal);
        foreach (var indicator in framework.Indicators)
        {
            using var answer = await viewer.GetAsync(new Uri($"/api/indicators/{indicator}?last=90d", UriKind.Relative));
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, indicator);
            var value = await answer.Content.ReadFromJsonAsync<JsonElement>();
            values[indicator] = value.TryGetProperty("value", out var number) && number.ValueKind == JsonValueKind.Number ? number.GetDouble() : null;
        }

        ReadyFrameworks.Computable(workspace, framework).ShouldBe(framework.Indicators.Count(), $"of all its indicators something has arrived: {string.Join(", ", framework.Indicators)}");
        values.Where(v => v.Value is null).Select(v => v.Key).ShouldBeEmpty();
        foreach (var (indicator, value) in known)
        {
            if (value is { } right) values[indicator]!.Value.ShouldBe(right, 1e-9, indicator);
            else values[indicator]!.Value.ShouldBeGreaterThan(0, indicator);
        }

        // Its goals are there, with what they are now, and nothing of them lacks data.
        var picture = await viewer.GetFromJsonAsync<JsonElement>("/api/framework");
        picture.GetProperty("goals").EnumerateArray().Select(g => g.GetProperty("key").GetString()).ShouldBe(framework.Goals.Select(g => g.Key), ignoreOrder: true);
        picture.GetProperty("goals").EnumerateArray().Count(g => g.TryGetProperty("value", out _)).ShouldBe(framework.Goals.Count);
        if (journey is null) return;
        var today = DateOnly.FromDateTime(Now.UtcDateTime);
        var lived = (await ReadJourney.RunAsync(workspace, Journey.All(workspace)[journey], new BoardPeriod(today.AddDays(-60), today.AddDays(2), false), default)).Value;
        foreach (var stage in lived.Stages.Where(s => stages.Contains(s.Stage.Key)))
        {
            (stage.Touches > 0, stage.Customers > 0).ShouldBe((true, true), stage.Stage.Key);
            stage.Readings.ShouldContain(r => r.Reading != null && r.Reading.Value != null, stage.Stage.Key);
        }

        lived.Stages.Count(s => stages.Contains(s.Stage.Key)).ShouldBe(stages.Length);
    }
}
