using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Kernel;

namespace Temas.Server.Tests.Customers;

/// <summary>Customers over HTTP, from the tracking API to the answer.</summary>
public sealed class CustomerApiTests(TemasServer server) : IClassFixture<TemasServer>
{
    [Fact]
    public async Task Story_SentToTheTrackingApi_IsToldByProfileAndTimeline()
    {
        await SendAsync(
            Identify("s1", "ayse", "2026-01-10T09:00:00Z", """{"name": "Ayşe Yılmaz", "email": "ayse@example.com"}"""),
            Track("s2", "ayse", "2026-05-02T19:30:00Z", "Order Completed", """{"order_id": "P7", "total": 4999.00, "currency": "TRY"}"""),
            Track("s3", "ayse", "2026-05-02T19:31:00Z", "Order Confirmed", """{"order_id": "P7", "promised_delivery_date": "2026-05-09"}"""),
            Track("s4", "ayse", "2026-05-10T08:00:00Z", "Message Sent", """{"order_id": "P7", "template": "order_arrived"}"""),
            Track("s5", "ayse", "2026-05-10T12:00:00Z", "Survey Sent", """{"order_id": "P7"}"""),
            Track("s6", "ayse", "2026-05-13T20:59:59Z", "Order Delivered", """{"order_id": "P7"}"""));
        using var client = await server.TokenClientAsync(Role.Viewer);

        var customer = await client.GetFromJsonAsync<JsonElement>("/api/customers/email:ayse@example.com");
        var timeline = await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:ayse/timeline?order=asc");

        customer.GetProperty("name").GetString().ShouldBe("Ayşe Yılmaz");
        customer.GetProperty("identifiers").EnumerateArray().Select(i => $"{i.GetProperty("kind")}:{i.GetProperty("value")}").ShouldBe(["user_id:ayse", "email:ayse@example.com"]);
        var profile = customer.GetProperty("profile");
        var promise = profile.GetProperty("promises").EnumerateArray().Single();
        (promise.GetProperty("status").GetString(), promise.GetProperty("delay").GetString(), promise.GetProperty("misfires").GetInt32()).ShouldBe(("late", "P3DT23H59M59S", 2));
        profile.GetProperty("lifecycle").GetProperty("spent")[0].GetProperty("amount").GetDecimal().ShouldBe(4999m);
        profile.GetProperty("perception").GetProperty("value").GetDouble().ShouldBeLessThan(0);
        timeline.GetProperty("moments").EnumerateArray().Select(m => m.TryGetProperty("touchpoint", out var t) ? t.GetProperty("key").GetString() : m.GetProperty("type").GetString()).ShouldBe(
            ["identify", "order-completed", "order-confirmed", "promise_broken", "order-arrived-message", "survey-sent", "order-delivered"]);
        timeline.GetProperty("moments")[4].GetProperty("evidence")[0].GetProperty("code").GetString().ShouldBe("misfire");
        timeline.GetProperty("moments")[1].GetProperty("event").GetProperty("properties").GetProperty("order_id").GetString().ShouldBe("P7");
    }

    [Fact]
    public async Task Timeline_PageByPageAndFiltered_GivesEachMomentOnce()
    {
        await SendAsync([.. Enumerable.Range(0, 9).Select(i => Track($"p{i}", "pager", $"2026-02-01T00:00:0{i / 2}Z", i % 3 == 0 ? "Order Completed" : "Product Viewed", "{}"))]);
        using var client = await server.TokenClientAsync(Role.Viewer);

        var positions = new List<long>();
        string? after = null;
        do
        {
            var page = await client.GetFromJsonAsync<JsonElement>($"/api/customers/user_id:pager/timeline?limit=2{(after is null ? "" : $"&after={Uri.EscapeDataString(after)}")}");
            page.GetProperty("total").GetInt32().ShouldBe(9);
            positions.AddRange(page.GetProperty("moments").EnumerateArray().Select(m => m.GetProperty("position").GetInt64()));
            after = page.TryGetProperty("next", out var next) ? next.GetString() : null;
        }
        while (after is not null);
        var orders = await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:pager/timeline?touchpoint=order-completed,other&from=2026-02-01T00:00:01Z&stage=purchase&channel=web&type=track");

        positions.ShouldBe(positions.OrderDescending());
        positions.Distinct().Count().ShouldBe(9);
        orders.GetProperty("total").GetInt32().ShouldBe(2);
    }

    [Theory]
    [InlineData("/api/customers/user_id:nobody", HttpStatusCode.NotFound, "customer_unknown")]
    [InlineData("/api/customers/nothing", HttpStatusCode.NotFound, "customer_unknown")]
    [InlineData("/api/customers/user_id:nobody/ledger", HttpStatusCode.NotFound, "customer_unknown")]
    [InlineData("/api/customers/user_id:nobody/export", HttpStatusCode.NotFound, "customer_unknown")]
    [InlineData("/api/customers?limit=0", HttpStatusCode.BadRequest, "limit_invalid")]
    [InlineData("/api/customers/user_id:wrong/timeline?limit=1000", HttpStatusCode.BadRequest, "limit_invalid")]
    [InlineData("/api/customers/user_id:wrong/timeline?after=x", HttpStatusCode.BadRequest, "cursor_invalid")]
    [InlineData("/api/customers/user_id:wrong/timeline?order=up", HttpStatusCode.BadRequest, "order_unknown")]
    public async Task Get_WrongQuestion_IsToldAsAProblem(string address, HttpStatusCode status, string code)
    {
        await SendAsync(Track("w1", "wrong", "2026-02-01T00:00:00Z", "Product Viewed", "{}"));
        using var client = await server.TokenClientAsync(Role.Owner);
        using var answer = await client.GetAsync(address);
        answer.StatusCode.ShouldBe(status);
        answer.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("type").GetString().ShouldBe($"/problems/{code}");
    }

    [Fact]
    public async Task Decisions_ForbidAndWithdraw_PartAndJoinTheTimelines()
    {
        await SendAsync(
            """{"type":"track","event":"Product Viewed","messageId":"d1","anonymousId":"device-9","timestamp":"2026-02-01T00:00:00Z"}""",
            """{"type":"identify","messageId":"d2","anonymousId":"device-9","userId":"dora","timestamp":"2026-02-01T00:01:00Z"}""");
        using var client = await server.TokenClientAsync(Role.Agent);
        var decision = new { decision = "forbid", a = "user_id:dora", b = "anonymous_id:device-9" };

        var together = await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:dora");
        var parted = await (await client.PostAsJsonAsync("/api/customers/user_id:dora/decisions", decision)).Content.ReadFromJsonAsync<JsonElement>();
        var alone = await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:dora");
        var ledger = await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:dora/ledger");
        var joined = await (await client.PostAsJsonAsync("/api/customers/user_id:dora/decisions", decision with { decision = "withdraw" })).Content.ReadFromJsonAsync<JsonElement>();

        together.GetProperty("profile").GetProperty("events").GetInt32().ShouldBe(2);
        parted.GetProperty("areOne").GetBoolean().ShouldBeFalse();
        alone.GetProperty("profile").GetProperty("events").GetInt32().ShouldBe(1);
        ledger.GetProperty("entries")[0].GetProperty("reason").GetString().ShouldBe("forbidden");
        ledger.GetProperty("entries")[0].GetProperty("outcome").GetString().ShouldBe("held");
        joined.GetProperty("areOne").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public async Task Decisions_AboutStrangersOrNonsense_AreRefused()
    {
        await SendAsync(Track("n1", "nil", "2026-02-01T00:00:00Z", "Product Viewed", "{}"), Track("n2", "nal", "2026-02-01T00:00:00Z", "Product Viewed", "{}"));
        using var client = await server.TokenClientAsync(Role.Agent);
        foreach (var (body, code) in new (object, string)[]
        {
            (new { decision = "marry", a = "user_id:nil", b = "user_id:nal" }, "decision_unknown"),
            (new { decision = "forbid", a = "user_id:nil", b = "user_id:nobody" }, "identifier_unknown"),
            (new { decision = "forbid", a = "user_id:nil", b = "user_id:nil" }, "identifiers_equal"),
            (new { decision = "forbid" }, "identifier_unknown"),
        })
        {
            using var answer = await client.PostAsJsonAsync("/api/customers/user_id:nil/decisions", body);
            answer.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
            (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString().ShouldBe(code);
        }
    }

    [Fact]
    public async Task ExportAndErase_OneCustomer_GiveEverythingThenNothing()
    {
        await SendAsync(Identify("e1", "elif", "2026-02-01T00:00:00Z", """{"name": "Elif Çınar", "email": "elif@example.com"}"""), Track("e2", "elif", "2026-02-02T00:00:00Z", "Order Completed", """{"order_id": "E"}"""));
        using var client = await server.TokenClientAsync(Role.Manager);

        using var export = await client.GetAsync("/api/customers/user_id:elif/export");
        var document = await export.Content.ReadFromJsonAsync<JsonElement>();
        using var erased = await client.DeleteAsync("/api/customers/user_id:elif?reason=asked");
        using var gone = await client.GetAsync("/api/customers/email:elif@example.com");
        var found = await client.GetFromJsonAsync<JsonElement>("/api/customers?q=%C3%A7%C4%B1nar");
        var proofs = await client.GetFromJsonAsync<JsonElement>("/api/customers/erasures");

        export.Content.Headers.ContentDisposition!.FileName.ShouldNotBeNull().ShouldStartWith("customer-");
        document.GetProperty("events").EnumerateArray().Select(e => e.GetProperty("event").GetProperty("messageId").GetString()).ShouldBe(["e1", "e2"]);
        document.GetProperty("customer").GetProperty("profile").GetProperty("traits").EnumerateArray().Count().ShouldBe(2);
        (await export.Content.ReadAsStringAsync()).ShouldContain("Elif Çınar");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        gone.StatusCode.ShouldBe(HttpStatusCode.NotFound);
        found.GetProperty("customers").GetArrayLength().ShouldBe(0);
        proofs.GetProperty("erasures").GetRawText().ShouldNotContain("elif");

        using var owner = await server.TokenClientAsync(Role.Owner);
        var trail = (await owner.GetFromJsonAsync<JsonElement>("/api/audit?limit=500")).GetRawText();
        trail.ShouldContain("customer.exported");
        trail.ShouldContain("customer.erased");
        trail.ShouldNotContain(document.GetProperty("customer").GetProperty("id").GetString()!);
    }

    private static string Identify(string id, string user, string time, string traits) =>
        $$"""{"type":"identify","messageId":"{{id}}","userId":"{{user}}","timestamp":"{{time}}","traits":{{traits}}}""";

    private static string Track(string id, string user, string time, string name, string properties) =>
        $$"""{"type":"track","messageId":"{{id}}","userId":"{{user}}","timestamp":"{{time}}","event":"{{name}}","properties":{{properties}}}""";

    private async Task SendAsync(params string[] events)
    {
        var source = await server.Services.GetRequiredService<CreateSource>().HandleAsync(server.Main, new CreateSourceRequest($"test {Guid.NewGuid():N}"), Actor.System);
        using var client = server.Anonymous();
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{source.Value.WriteKey}:")));
        using var answer = await client.PostAsync("/v1/batch", new StringContent($$"""{"batch":[{{string.Join(',', events)}}]}""", Encoding.UTF8, "application/json"));
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.Content.ReadAsStringAsync()).ShouldNotContain("rejected");
    }
}
