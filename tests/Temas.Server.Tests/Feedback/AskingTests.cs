using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Temas.Feedback.Asking.Definitions;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Server.Tests.Feedback;

/// <summary>Asking rules over HTTP and by forms: written, live, decided, tried, explained.</summary>
public sealed class AskingTests(TemasServer server) : IClassFixture<TemasServer>
{
    private const string Do = "/w/main/surveys/asking/";
    private const string Survey = """{"languages": ["en"], "title": {"en": "Delivery"}, "pages": [{"id": "one", "questions": [{"id": "score", "kind": "nps", "title": {"en": "Would you recommend us?"}}]}]}""";

    private static readonly Actor Tester = new("user", "tester@temas.test");

    [Fact]
    public async Task Rule_Live_DecidesWithinSeconds_AndSaysWhyForTheCustomer()
    {
        using var client = await WorkspaceAsync("asks");
        await PutAsync(client, "asking-rule/delivery", """{"label": {"tr": "Teslimat", "en": "Delivery"}, "state": "live", "survey": "delivery", "trigger": {"events": [{"names": ["Order Delivered"]}]}}""");
        await TrackAsync(client, "u1", "Order Delivered");
        JsonElement asks = default;
        for (var i = 0; i < 100; i++)
        {
            asks = (await client.GetFromJsonAsync<JsonElement>("/api/asking-rules/delivery/decisions")).GetProperty("asks");
            if (asks.GetArrayLength() == 1 && asks[0].GetProperty("state").GetString() == "refused") break;
            await Task.Delay(100);
        }

        // Nothing sends letters here, and that is said.
        asks[0].GetProperty("reason").GetString().ShouldBe("no_channel");
        asks[0].GetProperty("detail").GetString()!.ShouldContain("email:channel_off");
        var hers = (await client.GetFromJsonAsync<JsonElement>("/api/customers/user_id:u1/asks")).GetProperty("asks");
        hers[0].GetProperty("id").GetString().ShouldBe(asks[0].GetProperty("id").GetString());
        var rules = (await client.GetFromJsonAsync<JsonElement>("/api/asking-rules")).GetProperty("rules");
        (rules[0].GetProperty("key").GetString(), rules[0].GetProperty("refused").GetInt32()).ShouldBe(("delivery", 1));
        (await client.GetFromJsonAsync<JsonElement>("/api/asking-rules/decisions?state=asked")).GetProperty("asks").GetArrayLength().ShouldBe(0);

        using var erased = await client.DeleteAsync("/api/customers/user_id:u1?reason=asked");
        erased.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await client.GetFromJsonAsync<JsonElement>("/api/asking-rules/decisions")).GetProperty("asks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Simulate_ADraftOrADocument_AsksNobody()
    {
        using var client = await WorkspaceAsync("tries");
        foreach (var user in new[] { "a", "b", "c" }) await TrackAsync(client, user, "Order Delivered");
        await PutAsync(client, "asking-rule/draft", """{"label": {"tr": "T", "en": "D"}, "survey": "delivery", "trigger": {"events": [{"names": ["Order Delivered"]}]}}""");
        using var tried = await client.PostAsJsonAsync("/api/asking-rules/draft/simulate", new { days = 7 });
        var told = await tried.Content.ReadFromJsonAsync<JsonElement>();
        tried.StatusCode.ShouldBe(HttpStatusCode.OK, told.ToString());
        (told.GetProperty("triggered").GetInt32(), told.GetProperty("asks").GetArrayLength()).ShouldBe((3, 3));
        told.GetProperty("reasons").EnumerateArray().Sum(r => r.GetProperty("count").GetInt32()).ShouldBe(3);
        using var other = await client.PostAsJsonAsync("/api/asking-rules/anything/simulate", new { rule = JsonSerializer.Deserialize<JsonElement>("""{"label": {"tr": "T", "en": "D"}, "survey": "delivery", "trigger": {"touchpoints": ["complaint-filed"]}}""") });
        (await other.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("triggered").GetInt32().ShouldBe(0);
        using var wrong = await client.PostAsJsonAsync("/api/asking-rules/anything/simulate", new { rule = new { survey = "delivery" } });
        wrong.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var days = await client.PostAsJsonAsync("/api/asking-rules/draft/simulate", new { days = 0 });
        days.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await client.GetFromJsonAsync<JsonElement>("/api/asking-rules/decisions")).GetProperty("asks").GetArrayLength().ShouldBe(0);
    }

    [Fact]
    public async Task Roles_ViewersLook_MarketersWriteAndTry_ManagersSetWhatHoldsForAll()
    {
        using var owner = await WorkspaceAsync("ask-roles");
        await PutAsync(owner, "asking-rule/r", """{"label": {"tr": "T", "en": "D"}, "survey": "delivery", "trigger": {"segment": "new-customers"}}""");
        using var viewer = await server.TokenClientAsync(Role.Viewer, "ask-roles");
        using var marketer = await server.TokenClientAsync(Role.Marketer, "ask-roles");
        (await viewer.GetAsync("/api/asking-rules")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await viewer.PostAsJsonAsync("/api/asking-rules/r/simulate", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await marketer.PostAsJsonAsync("/api/asking-rules/r/simulate", new { })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await marketer.DeleteAsync("/api/definitions/asking-rule/r")).StatusCode.ShouldBe(HttpStatusCode.NoContent);
        (await marketer.PutAsJsonAsync("/api/definitions/asking-policy/default", new { coolDown = "P1D" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await owner.PutAsJsonAsync("/api/definitions/asking-policy/default", new { coolDown = "P1D" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await owner.PutAsJsonAsync("/api/definitions/asking-policy/another", new { coolDown = "P1D" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        foreach (var gone in new[] { "/api/asking-rules/none/decisions", "/api/customers/user_id:none/asks" }) (await owner.GetAsync(gone)).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await owner.GetAsync("/api/asking-rules/decisions?reason=because")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Editor_WithoutScripts_SavesShowsFaultsAtTheirFieldsAndGoesBack()
    {
        (await server.Main.Definitions.SaveAsync(SurveyKind.Name, "asked", Survey, Tester)).IsOk.ShouldBeTrue();
        using var browser = await server.SignInAsync();
        (string, string)[] fields = [("of", ""), ("labelTr", "Teslimat"), ("labelEn", "Delivery"), ("key", "by-form"), ("trigger", "event"), ("onType0", "track"), ("onNames0", "Order Delivered"), ("survey", "asked"), ("delay", "2"), ("delayUnit", "d"), ("wait", "14"), ("waitUnit", "d"), ("coolDown", "90"), ("coolDownUnit", "d"), ("channels", "email, sms"), ("order", "fixed"), ("promises", "1"), ("delivery", "1"), ("state", "draft"), ("about", "order_id = order.id")];
        var back = await PageClient.PostAsync(browser, Do + "save", [.. fields.Select(f => f.Item1 is "survey" ? ("survey", "none") : f), ("share", "many"), ("segments", "nobody")]);
        var page = await PageClient.PageAsync(browser, back);
        page.QuerySelector("#share")!.GetAttribute("aria-invalid").ShouldBe("true");
        page.QuerySelector("#labelEn")!.GetAttribute("value").ShouldBe("Delivery");
        ChangeDefinition.InForce(server.Main, AskingRuleKind.Name, "by-form").ShouldBeNull();

        (await PageClient.PostAsync(browser, Do + "save", fields)).ShouldBe("/w/main/surveys/asking");
        var rule = server.Main.Definitions.Current(AskingRuleKind.Instance)["by-form"];
        (rule.Delay, rule.Guards, rule.IsOrderFixed, rule.About!["order_id"].Text, rule.IsLive).ShouldBe((TimeSpan.FromDays(2), new AskGuards(true, false, true), true, "order.id", false));
        page = await PageClient.PageAsync(browser, Do + "of/by-form");
        page.QuerySelector("#preview")!.TextContent.ShouldContain("ask “Delivery”");
        page.QuerySelector("input[name=complaints]")!.HasAttribute("checked").ShouldBeFalse();
        // What is shown and saved again changes nothing.
        await PageClient.PostAsync(browser, Do + "save", [.. fields.Select(f => f.Item1 == "of" ? ("of", "by-form") : f)]);
        (await server.Main.Definitions.HistoryAsync(AskingRuleKind.Name, "by-form")).Count.ShouldBe(1);
        await PageClient.PostAsync(browser, Do + "remove", ("of", "by-form"));
        (await browser.GetAsync(Do + "of/by-form")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        await PageClient.PostAsync(browser, Do + "restore", ("of", "by-form"));
        foreach (var path in new[] { "", "of/by-form", "new", "decisions", "decisions?rule=by-form&state=asked", "policy", "by-form/try?days=7" }) (await PageClient.PageAsync(browser, Do.TrimEnd('/') + (path.Length > 0 ? "/" + path : ""))).QuerySelector("h1").ShouldNotBeNull(path);
        (await browser.GetAsync(Do + "none/try")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Policy_ByForm_SavesAndShowsFaults()
    {
        using var browser = await server.SignInAsync();
        (string, string)[] fields = [("of", "default"), ("coolDown", "10"), ("coolDownUnit", "d"), ("perDay", "50"), ("from", "22:00"), ("to", "08:00"), ("complaintOpened", "Complaint Filed"), ("complaintClosed", "Solved"), ("delivered", "Order Delivered\r\nDelivery Completed\r\nOrder Picked Up"), ("cancelled", "Order Cancelled")];
        var page = await PageClient.PageAsync(browser, await PageClient.PostAsync(browser, Do + "policy/save", [.. fields.Select(f => f.Item1 == "to" ? ("to", "") : f)]));
        page.QuerySelector("#to")!.GetAttribute("aria-invalid").ShouldBe("true");
        (await PageClient.PostAsync(browser, Do + "policy/save", fields)).ShouldBe("/w/main/surveys/asking/policy");
        var policy = AskingPolicy.Of(server.Main);
        (policy.CoolDown, policy.PerDay, policy.Quiet).ShouldBe((TimeSpan.FromDays(10), 50, new QuietHours(new TimeOnly(22, 0), new TimeOnly(8, 0))));
        policy.ComplaintClosed.ShouldBe(["Solved"]);
        policy.Delivered.ShouldBe(new AskingPolicy().Delivered);
        ChangeDefinition.InForce(server.Main, AskingPolicyKind.Name, "default")!.Json.ShouldNotContain("delivered");
    }

    private static async Task PutAsync(HttpClient client, string path, string json)
    {
        using var saved = await client.PutAsJsonAsync("/api/definitions/" + path, JsonSerializer.Deserialize<JsonElement>(json));
        saved.StatusCode.ShouldBe(HttpStatusCode.OK, await saved.Content.ReadAsStringAsync());
    }

    private async Task TrackAsync(HttpClient client, string user, string name)
    {
        using var made = await client.PostAsJsonAsync("/api/sources", new { name = "shop " + Guid.NewGuid() });
        using var writer = server.Anonymous();
        writer.DefaultRequestHeaders.Authorization = new("Bearer", (await made.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("writeKey").GetString());
        using var sent = await writer.PostAsJsonAsync("/v1/track", new { type = "track", @event = name, userId = user, messageId = Guid.NewGuid().ToString() });
        sent.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    private async Task<HttpClient> WorkspaceAsync(string key)
    {
        await server.CreateWorkspaceAsync(key);
        var client = await server.TokenClientAsync(Role.Owner, key);
        await PutAsync(client, "survey/delivery", Survey);
        return client;
    }
}
