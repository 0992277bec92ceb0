using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Customers.Contracts;
using Temas.Feedback.FollowUps;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Server.Tests.Mail;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Feedback;

/// <summary>Follow-ups from the event that opens them to the answer afterwards: by API, by page, by mail; once each; and gone with the customer.</summary>
public sealed class FollowUpTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static int told;

    [Fact]
    public async Task LowScore_OpensOne_ThatIsWorkedOnByFormsAndClosed()
    {
        var workspace = await server.CreateWorkspaceAsync("follow");
        await server.CreatePersonAsync("agent@follow.example", Role.Agent, "follow", "a word that nobody knows");
        await TellAsync(workspace, Answered("ada", 2), Answered("bob", 8), Wrote("ada", "Berbat, bir daha asla almam, üyeliğimi iptal edeceğim"));
        await RunAsync(workspace);
        var list = await Client("follow", "/api/follow-ups");
        list.GetProperty("total").GetInt64().ShouldBe(1, "a second trigger is added to the first");
        var one = list.GetProperty("followUps")[0];
        (one.GetProperty("triggers").GetInt32(), one.GetProperty("owner").GetString(), one.GetProperty("reason").GetProperty("code").GetString(), one.GetProperty("reason").GetProperty("value").GetInt32()).ShouldBe((2, "agent@follow.example", "nps", 2));
        var id = one.GetProperty("id").GetString()!;

        using var agent = await server.SignInAsync("agent@follow.example", "a word that nobody knows");
        var page = await PageClient.PageAsync(agent, $"/w/follow/follow-ups/of/{id}");
        page.QuerySelector("h1")!.TextContent.ShouldBe("ada");
        page.QuerySelectorAll(".timeline-list li").Length.ShouldBeGreaterThan(1);
        await PageClient.PostAsync(agent, $"/w/follow/follow-ups/of/{id}/note", ("text", "<b>Aradım</b>, kargoyla konuşuyorum"));
        (await PageClient.PostAsync(agent, $"/w/follow/follow-ups/of/{id}/done", ("done", ""))).ShouldContain("problem=done_length");
        await PageClient.PostAsync(agent, $"/w/follow/follow-ups/of/{id}/done", ("done", "Yenisi gönderildi"), ("cause", "product-faulty"), ("result", "Memnun"));
        page = await PageClient.PageAsync(agent, $"/w/follow/follow-ups/of/{id}");
        page.Body!.TextContent.ShouldContain("<b>Aradım</b>");
        (await PageClient.PageAsync(agent, "/w/follow/follow-ups")).QuerySelectorAll("tbody tr").ShouldBeEmpty();
        (await PageClient.PageAsync(agent, "/w/follow/follow-ups?status=done")).QuerySelectorAll("tbody tr").Length.ShouldBe(1);

        // What became of it is on her timeline and told to other modules, each once.
        await RunAsync(workspace);
        var timeline = await Client("follow", "/api/customers/user_id:ada/timeline");
        timeline.GetProperty("moments").EnumerateArray().Select(m => m.GetProperty("name").GetString()).Where(n => n!.StartsWith("Follow-up", StringComparison.Ordinal)).ShouldBe(["Follow-up Done", "Follow-up Opened"]);
        (await workspace.Events.ReadAsync(0, 100, ["followup.opened", "followup.done"])).Select(e => e.Kind).ShouldBe(["followup.opened", "followup.done"]);

        // She is asked again, and says how it is now; a new complaint opens it once more.
        await TellAsync(workspace, Answered("ada", 9));
        await RunAsync(workspace);
        var closed = await Client("follow", $"/api/follow-ups/{id}");
        (closed.GetProperty("status").GetString(), closed.GetProperty("recovered").GetBoolean(), closed.GetProperty("firstActionAt").GetDateTimeOffset() <= closed.GetProperty("closedAt").GetDateTimeOffset()).ShouldBe(("done", true, true));
        var levels = await Client("follow", "/api/follow-ups/levels");
        levels.GetProperty("all").GetProperty("recovered").GetProperty("count").GetInt32().ShouldBe(1);
        (await PageClient.PageAsync(agent, "/w/follow/follow-ups/levels")).QuerySelectorAll("tbody tr").Length.ShouldBe(2);
        await TellAsync(workspace, """{"type":"track","event":"Complaint Filed","messageId":"again","userId":"ada","properties":{"text":"Yine bozuldu"}}""");
        await RunAsync(workspace);
        closed = await Client("follow", $"/api/follow-ups/{id}");
        (closed.GetProperty("status").GetString(), closed.GetProperty("reopened").GetInt32()).ShouldBe(("open", 1));
        (await PageClient.PageAsync(agent, "/w/follow/customers/user_id:ada")).Body!.TextContent.ShouldContain("NPS 2 (at most 4)");
    }

    [Fact]
    public async Task Rules_ActOnlyOnWhatComesAfterThem_AndOnlyForWhomTheyMean()
    {
        var workspace = await server.CreateWorkspaceAsync("follow-rules");
        using var owner = await server.TokenClientAsync(Role.Owner, "follow-rules");
        foreach (var rule in new[] { "low-score", "complaint", "praise", "promoter" }) (await owner.DeleteAsync($"/api/definitions/follow-up-rule/{rule}")).IsSuccessStatusCode.ShouldBeTrue();
        await TellAsync(workspace, Answered("early", 1));
        var made = await owner.PutAsJsonAsync("/api/definitions/follow-up-rule/delivery", JsonSerializer.Deserialize<JsonElement>(
            """{"label": {"tr": "Teslimat", "en": "Delivery"}, "kind": "recover", "when": {"answer": {"question": "part", "atMost": 2}}, "surveys": ["delivery"], "customers": [{"fact": "trait.city", "values": ["İzmir"]}], "matter": "order_id", "owner": {"by": "store_id", "people": {"S1": "owner@example.com"}}}"""));
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
        await server.CreatePersonAsync("s1@follow.example", Role.Agent, "follow-rules");
        await TellAsync(
            workspace, """{"type":"identify","messageId":"i1","userId":"izmir","traits":{"city":"İzmir"}}""", """{"type":"identify","messageId":"i2","userId":"ankara","traits":{"city":"Ankara"}}""",
            Part("izmir", 2, "O1"), Part("izmir", 1, "O2"), Part("izmir", 1, "O2"), Part("izmir", 4, "O3"), Part("ankara", 1, "O4"), Answered("late", 1));
        await RunAsync(workspace);
        var all = await LiveFollowUps.Of(workspace).Store.ListAsync(new FollowUpFilter(), 10);
        all.Select(f => (f.Matter, f.Triggers)).ShouldBe([("recover order_id O1", 1), ("recover order_id O2", 2)], ignoreOrder: true);
        all.ShouldAllBe(f => f.Owner == null, "nobody of that address works here");

        static string Part(string user, int answer, string order) =>
            $$$"""{"type":"track","event":"Survey Answered","messageId":"f{{{Interlocked.Increment(ref told)}}}","userId":"{{{user}}}","properties":{"survey_id":"delivery","order_id":"{{{order}}}","store_id":"S1","answers":{"part":{{{answer}}}} } }""";
    }

    [Fact]
    public async Task ErasedCustomer_IsGoneFromFollowUps_AlsoUnderAnIdThatSheHadBefore()
    {
        var workspace = await server.CreateWorkspaceAsync("follow-gone");
        await TellAsync(workspace, Answered("one", 1), Answered("two", 1), Answered("other", 1));
        await RunAsync(workspace);
        await TellAsync(workspace, """{"type":"alias","messageId":"joined","userId":"two","previousId":"one"}""");
        using var owner = await server.TokenClientAsync(Role.Owner, "follow-gone");
        (await owner.DeleteAsync("/api/customers/user_id:two?reason=asked")).StatusCode.ShouldBe(HttpStatusCode.OK);
        await RunAsync(workspace);
        var left = await LiveFollowUps.Of(workspace).Store.ListAsync(new FollowUpFilter { All = true }, 10);
        left.ShouldHaveSingleItem().Who.ShouldContain("other");
        (await workspace.Events.ReadAsync(0, 100, ["followup.opened"])).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Segments_OfARule_SayForWhomItOpensAnything()
    {
        var workspace = await server.CreateWorkspaceAsync("follow-segments");
        foreach (var (key, name) in new[] { ("buyers", "Order Completed"), ("staff", "Badge Shown") })
            (await workspace.Definitions.SaveAsync("segment", key, $$$"""{"label": {"tr": "{{{key}}}", "en": "{{{key}}}"}, "where": {"did": {"event": "track:{{{name}}}"} } }""", Actor.System)).Problem.ShouldBeNull();
        (await workspace.Definitions.SaveAsync(FollowUpRuleKind.Name, "low-score", """{"label": {"tr": "D", "en": "L"}, "when": {"nps": {"atMost": 6}}, "segments": ["none"]}""", Actor.System)).Problem!.Code.ShouldBe("segment_unknown");
        foreach (var other in FollowUpRuleKind.Of(workspace.Definitions).Keys.ToList()) (await workspace.Definitions.SaveAsync(FollowUpRuleKind.Name, other, """{"label": {"tr": "D", "en": "L"}, "active": false, "when": {"nps": {"atMost": 6}}}""", Actor.System)).Problem.ShouldBeNull();
        (await workspace.Definitions.SaveAsync(FollowUpRuleKind.Name, "buyers-low", """{"label": {"tr": "D", "en": "L"}, "when": {"nps": {"atMost": 6}}, "segments": ["buyers"], "notSegments": ["staff"]}""", Actor.System)).Problem.ShouldBeNull();
        await TellAsync(workspace, Did("buyer", "Order Completed"), Did("both", "Order Completed"), Did("both", "Badge Shown"), Did("neither", "Page Left"));
        await TellAsync(workspace, Answered("buyer", 1), Answered("both", 1), Answered("neither", 1));
        await RunAsync(workspace);
        var list = await Client("follow-segments", "/api/follow-ups");
        list.GetProperty("total").GetInt64().ShouldBe(1);
        (await Client("follow-segments", "/api/customers/user_id:buyer")).GetProperty("id").GetString().ShouldBe(list.GetProperty("followUps")[0].GetProperty("customer").GetString());

        // The editor ticks segments by name, and keeps what was ticked.
        await server.CreatePersonAsync("owner@segments.example", Role.Owner, "follow-segments", "a word that nobody knows");
        using var owner = await server.SignInAsync("owner@segments.example", "a word that nobody knows");
        var page = await PageClient.PageAsync(owner, "/w/follow-segments/follow-ups/rules/of/buyers-low");
        page.QuerySelectorAll("#segments input[checked]").Select(i => i.GetAttribute("value")).ShouldBe(["buyers"]);
        page.QuerySelectorAll("#notSegments input[checked]").Select(i => i.GetAttribute("value")).ShouldBe(["staff"]);
        await PageClient.PostAsync(owner, "/w/follow-segments/follow-ups/rules/save", ("of", "buyers-low"), ("labelTr", "D"), ("labelEn", "L"), ("kind", "recover"), ("npsMost", "6"), ("segments", "buyers"), ("segments", "staff"), ("dueHours", "9"));
        var rule = FollowUpRuleKind.Of(workspace.Definitions)["buyers-low"];
        rule.Segments.ShouldBe(["buyers", "staff"]);
        rule.NotSegments.ShouldBeEmpty();
    }

    [Fact]
    public async Task Roles_ViewersReadAndAgentsWork()
    {
        var workspace = await server.CreateWorkspaceAsync("follow-roles");
        await server.CreatePersonAsync("viewer@follow.example", Role.Viewer, "follow-roles");
        await TellAsync(workspace, Answered("x", 0));
        await RunAsync(workspace);
        var id = (await Client("follow-roles", "/api/follow-ups")).GetProperty("followUps")[0].GetProperty("id").GetString();
        using var viewer = await server.TokenClientAsync(Role.Viewer, "follow-roles");
        using var agent = await server.TokenClientAsync(Role.Agent, "follow-roles");
        (await viewer.GetAsync($"/api/follow-ups/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await viewer.PostAsJsonAsync($"/api/follow-ups/{id}/notes", new { text = "x" })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await agent.PostAsJsonAsync($"/api/follow-ups/{id}/assign", new { owner = "viewer@follow.example" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await agent.PostAsJsonAsync($"/api/follow-ups/{id}/status", new { status = "waiting" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await agent.PostAsJsonAsync($"/api/follow-ups/{id}/status", new { status = "done" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await agent.PostAsJsonAsync($"/api/follow-ups/{id}/done", new { done = "d", cause = "none" })).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        (await agent.PostAsJsonAsync($"/api/follow-ups/{id}/done", new { done = "d", cause = "staff" })).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await agent.PostAsJsonAsync($"/api/follow-ups/{id}/done", new { done = "d" })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await agent.GetAsync("/api/follow-ups/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await agent.GetAsync("/api/follow-ups?status=lost")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        using var other = await server.TokenClientAsync(Role.Owner);
        (await other.GetAsync($"/api/follow-ups/{id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
    }

    [Fact]
    public async Task Mails_RemindAndEscalateOnce_AndSayNothingOfTheCustomer()
    {
        var clock = new SteppedClock();
        await using var sink = await MailSink.StartAsync();
        await using var own = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock), settings: sink.In);
        await own.CreatePersonAsync("temsilci@example.com", Role.Agent);
        await own.CreatePersonAsync("manager@example.com", Role.Manager);
        (await own.Main.Definitions.SaveAsync(FollowUpDeskKind.Name, FollowUpDeskKind.Key, $$"""{"hours": { {{string.Join(", ", FollowUpDeskKind.Days.Select(d => $"\"{d}\": \"00:00-24:00\""))}} } }""", Actor.System)).IsOk.ShouldBeTrue();
        await TellAsync(own, own.Main, Answered("gizli-kisi", 0));
        await RunAsync(own, own.Main);
        clock.Step(TimeSpan.FromHours(7.5));
        await RunAsync(own, own.Main);
        var reminder = sink.Next();
        reminder.To.ShouldContain("temsilci@example.com");
        reminder.Text.ShouldContain("https://temas.example.com/w/main/follow-ups/of/");
        clock.Step(TimeSpan.FromHours(2));
        await RunAsync(own, own.Main);
        TakenMail[] late = [sink.Next(), sink.Next()];
        late.Select(m => m.To.Trim('<', '>')).Order().ShouldBe(["manager@example.com", "temsilci@example.com"]);
        foreach (var mail in late.Append(reminder)) (mail.Subject + mail.Text + mail.Html).ShouldNotContain("gizli");
        clock.Step(TimeSpan.FromDays(2));
        await RunAsync(own, own.Main);
        var story = await LiveFollowUps.Of(own.Main).Store.LinesAsync((await LiveFollowUps.Of(own.Main).Store.ListAsync(new FollowUpFilter(), 1))[0].Id);
        story.Select(l => l.Kind).ShouldBe(["opened", "reminded", "escalated"]);
    }

    private static string Did(string user, string name) => $$"""{"type":"track","event":"{{name}}","messageId":"f{{Interlocked.Increment(ref told).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}"}""";

    private static string Answered(string user, int score) =>
        $$"""{"type":"track","event":"Survey Answered","messageId":"f{{Interlocked.Increment(ref told).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}","properties":{"survey_id":"brand","survey_type":"nps","score":{{score}} } }""";

    private static string Wrote(string user, string text) =>
        $$"""{"type":"track","event":"Feedback Received","messageId":"f{{Interlocked.Increment(ref told).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}","properties":{"text":{{JsonSerializer.Serialize(text)}},"source":"review"} }""";

    private async Task<JsonElement> Client(string workspace, string address)
    {
        using var client = await server.TokenClientAsync(Role.Owner, workspace);
        return await client.GetFromJsonAsync<JsonElement>(address);
    }

    private Task RunAsync(Workspace workspace) => RunAsync(server, workspace);

    private static async Task RunAsync(TemasServer of, Workspace workspace)
    {
        while (workspace.Part<ICustomerNodes>().Position < workspace.Log.Head) await Task.Delay(5);
        await of.Services.GetRequiredService<FollowUpWatch>().RunAsync(workspace, default);
    }

    private Task TellAsync(Workspace workspace, params string[] events) => TellAsync(server, workspace, events);

    private static async Task TellAsync(TemasServer of, Workspace workspace, params string[] events)
    {
        var made = await of.Services.GetRequiredService<CreateSource>().HandleAsync(workspace, new CreateSourceRequest($"Follow {Interlocked.Increment(ref told)}"), Actor.System);
        using var client = of.Anonymous();
        using var body = new StringContent($$"""{"writeKey":"{{made.Value.WriteKey}}","batch":[{{string.Join(',', events)}}]}""", Encoding.UTF8, "application/json");
        using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
        answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
    }
}
