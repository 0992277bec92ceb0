using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Sources;
using Temas.Customers.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Server.Tests.Engage;
using Temas.Server.Tests.Mail;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>Monitors from the events to the alert: judged, put together, told by mail and webhook once, worked on by page and API.</summary>
public sealed class MonitorTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static int told;

    [Fact]
    public async Task ADayWithoutOrders_IsOneAlert_ToldOnceByMailAndWebhook_AndOverWhenItIsUsualAgain()
    {
        var clock = new SteppedClock();
        await using var sink = await MailSink.StartAsync();
        using var receiver = new FakeGateway { Answer = _ => (200, "") };
        await using var own = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock), settings: s => sink.In(s) with { PrivateTargets = true });
        // The test says when it is looked.
        await own.Services.GetRequiredService<MonitorsWatch>().StopAsync(default);
        // In the middle of a day, so that it is the same day all through the test.
        var workspace = own.Main;
        AlertLifeTests.Move(clock, workspace, 10);
        using var owner = await own.SignInAsync();
        (await owner.PutAsJsonAsync("/api/definitions/indicator/bought?workspace=main", Json("""{"label":{"tr":"Alınan","en":"Bought"},"unit":"count","figure":{"measure":"count","event":"track:Bought"}}"""))).EnsureSuccessStatusCode();
        (await owner.PutAsJsonAsync("/api/definitions/indicator/buyers?workspace=main", Json("""{"label":{"tr":"Alanlar","en":"Buyers"},"unit":"count","figure":{"measure":"customers","event":"track:Bought"}}"""))).EnsureSuccessStatusCode();
        (await owner.PutAsJsonAsync("/api/definitions/webhook/ops?workspace=main", Json($$"""{"label":{"tr":"O","en":"O"},"url":"{{receiver.Root}}/hook","events":["alert.opened","alert.closed"]}"""))).EnsureSuccessStatusCode();
        // 60 days with some 40 a day, and one with two.
        var today = clock.GetUtcNow().Date;
        await TellAsync(own, workspace, Enumerable.Range(2, 60).SelectMany(d => Bought(today.AddDays(-d), 38 + (d * 7 % 5))));
        await TellAsync(own, workspace, Bought(today.AddDays(-1), 2));
        await RunAsync(own, workspace);

        var list = (await owner.GetFromJsonAsync<JsonElement>("/api/alerts?workspace=main")).GetProperty("alerts").EnumerateArray().ToList();
        list.Select(a => a.GetProperty("alert").GetProperty("subject").GetString()).Where(s => s is "bought" or "buyers").Order().ShouldBe(["bought", "buyers"]);
        var alert = list.Single(a => a.GetProperty("alert").GetProperty("subject").GetString() == "bought");
        var id = alert.GetProperty("alert").GetProperty("id").GetString()!;
        (alert.GetProperty("state").GetString(), alert.GetProperty("severity").GetString(), alert.GetProperty("alert").GetProperty("value").GetDouble()).ShouldBe(("open", "warning", 2));
        list.Where(a => a.GetProperty("alert").GetProperty("subject").GetString() is "bought" or "buyers").Select(a => a.GetProperty("alert").GetProperty("group").GetString()).Distinct().ShouldHaveSingleItem("what moves together is one group");

        var opened = (await workspace.Events.ReadAsync(0, 1000, [LiveAlerts.Opened])).Select(e => Json(e.Json)).ToList();
        var mails = opened.Select(o => o.GetProperty("group").GetString()).Distinct().Select(_ => sink.Next()).ToList();
        var mail = mails.Where(m => m.Text.Contains("Bought: unusually low", StringComparison.Ordinal)).ShouldHaveSingleItem("one mail for a group");
        mail.To.ShouldContain(TemasServer.OwnerEmail);
        mail.Text.ShouldContain("https://temas.example.com/w/main/alerts/of/");
        mails.ShouldAllBe(m => !m.Html.Contains("user1", StringComparison.Ordinal));
        var hooks = opened.Select(_ => Json(receiver.Next().Body)).ToList();
        hooks.Select(h => h.GetProperty("type").GetString()).Distinct().ShouldBe(["alert.opened"]);
        hooks.Select(h => h.GetProperty("data").GetProperty("id").GetString()).Order().ShouldBe(opened.Select(o => o.GetProperty("id").GetString()).Order());

        // Neither looking again nor a loss of memory tells anything again.
        LiveAlerts.Of(workspace).BeginAgain();
        await RunAsync(own, workspace);
        await RunAsync(own, workspace);
        (await workspace.Events.ReadAsync(0, 1000, [LiveAlerts.Opened])).Count.ShouldBe(opened.Count);

        // The page says the same in both languages, and works without scripts.
        var page = await PageClient.PageAsync(owner, $"/w/main/alerts/of/{id}");
        page.QuerySelector("h1")!.TextContent.ShouldBe("Bought: unusually low");
        page.QuerySelectorAll("[data-charted] tbody tr").Length.ShouldBe(56);
        (await PageClient.PageAsync(owner, "/w/main/alerts")).QuerySelectorAll("tbody tr").Length.ShouldBeGreaterThan(0);
        (await PageClient.PageAsync(owner, "/w/main/monitors")).QuerySelectorAll("tbody tr").Length.ShouldBe(5);
        await PageClient.PostAsync(owner, $"/w/main/alerts/of/{id}/acknowledge", ("note", "Kargo grevi"));
        (await owner.GetFromJsonAsync<JsonElement>($"/api/alerts/{id}?workspace=main")).GetProperty("state").GetString().ShouldBe("acknowledged");

        // The next day is as usual: it is over, and nobody has to do anything.
        clock.Step(TimeSpan.FromDays(1));
        await TellAsync(own, workspace, Bought(today, 40));
        await RunAsync(own, workspace);
        var over = await owner.GetFromJsonAsync<JsonElement>($"/api/alerts/{id}?workspace=main");
        over.GetProperty("state").GetString().ShouldBe("closed");
        over.GetProperty("story").EnumerateArray().Select(l => l.GetProperty("kind").GetString()).ShouldBe(["opened", "state", "note", "closed"]);
    }

    [Fact]
    public async Task ASourceThatGoesSilent_IsTold_AndOverWhenItSpeaksAgain()
    {
        var clock = new SteppedClock();
        await using var own = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        var workspace = own.Main;
        AlertLifeTests.Move(clock, workspace, 10);
        var now = clock.GetUtcNow();
        var key = await TellAsync(own, workspace, Enumerable.Range(0, 30 * 24).SelectMany(h => Enumerable.Range(0, 4).Select(i => Event(now.AddHours(-h).AddMinutes(-10 * i), "Seen", "u1"))));
        await RunAsync(own, workspace);
        LiveAlerts.Of(workspace).Pulse.All.ShouldContain("event:track:Seen");
        LiveAlerts.Of(workspace).All.Values.ShouldNotContain(a => a.Document.Kind == Temas.Insight.Monitors.Definitions.Watched.Stopped);
        clock.Step(TimeSpan.FromHours(6));
        await RunAsync(own, workspace);
        var stopped = LiveAlerts.Of(workspace).All.Values.Where(a => a.Document.Kind == Temas.Insight.Monitors.Definitions.Watched.Stopped && a.IsActive).ToList();
        var source = stopped.Single(a => a.Document.Subject.StartsWith("source:", StringComparison.Ordinal));
        stopped.Single(a => a.Document.Subject == "event:track:Seen").CausedBy.ShouldBe(source.Document.Id, "the events come from that source alone");
        using var owner = await own.SignInAsync();
        (await PageClient.PageAsync(owner, $"/w/main/alerts/of/{source.Document.Id}")).QuerySelector("h1")!.TextContent.ShouldContain("gone silent");
        await SendAsync(own, key, [Event(clock.GetUtcNow(), "Seen", "u1")]);
        await RunAsync(own, workspace);
        LiveAlerts.Of(workspace).All[source.Document.Id].State.ShouldBe(AlertState.Closed);
        (await workspace.Events.ReadAsync(0, 100, [LiveAlerts.Opened, LiveAlerts.Closed])).Where(e => Json(e.Json).GetProperty("watch").GetString() == "stopped").Select(e => e.Kind).ShouldBe([LiveAlerts.Opened, LiveAlerts.Closed]);
    }

    [Fact]
    public async Task Noise_WidensTheLimit_IsShown_AndTakenBack_AndRolesHold()
    {
        var workspace = await server.CreateWorkspaceAsync("monitors");
        var live = LiveAlerts.Of(workspace);
        var at = workspace.Clock.GetUtcNow();
        var id = AlertDocument.IdOf("indicator-anomalies", "nps", "x");
        await live.ChangeAsync(changes =>
        {
            changes.Alerts.Add(new KeptAlert(
                new AlertDocument
                {
                    Id = id,
                    Group = id,
                    Monitor = "indicator-anomalies",
                    Kind = Temas.Insight.Monitors.Definitions.Watched.Anomaly,
                    Subject = "nps",
                    Name = new Temas.Collect.Contracts.LocalText("NPS", "NPS"),
                    Unit = Temas.Insight.Contracts.IndicatorUnit.Score,
                    Day = new DateOnly(2026, 1, 2),
                    LastDay = new DateOnly(2026, 1, 2),
                    Value = -20,
                    Expected = 30,
                    Low = 10,
                    High = 50,
                    Score = -5,
                    Limit = 4,
                },
                AlertState.Open, Temas.Insight.Monitors.Definitions.Severity.Warning, null, null, at, at, null));
            return Task.FromResult(true);
        }, default);
        using var viewer = await server.TokenClientAsync(Role.Viewer, "monitors");
        using var marketer = await server.TokenClientAsync(Role.Marketer, "monitors");
        (await viewer.GetAsync($"/api/alerts/{id}")).StatusCode.ShouldBe(HttpStatusCode.OK);
        (await viewer.PostAsJsonAsync($"/api/alerts/{id}/noise", new { })).StatusCode.ShouldBe(HttpStatusCode.Forbidden);
        (await marketer.GetAsync("/api/alerts/none")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await marketer.GetAsync("/api/alerts?state=lost")).StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var noise = await (await marketer.PostAsJsonAsync($"/api/alerts/{id}/noise", new { note = "Bayram" })).Content.ReadFromJsonAsync<JsonElement>();
        (noise.GetProperty("state").GetString(), noise.GetProperty("widening").GetDouble()).ShouldBe(("noise", 1.275));
        (await marketer.PostAsJsonAsync($"/api/alerts/{id}/acknowledge", new { })).StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await (await marketer.PostAsJsonAsync($"/api/alerts/{id}/unlearn", new { })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("widening").GetDouble().ShouldBe(1);
        await marketer.PostAsJsonAsync($"/api/alerts/{id}/silence", new { days = 7 });
        using var owner = await server.SignInAsync();
        await server.CreatePersonAsync("m@monitors.example", Role.Marketer, "monitors", "a word that nobody knows");
        using var person = await server.SignInAsync("m@monitors.example", "a word that nobody knows");
        (await PageClient.PageAsync(person, "/w/monitors/monitors")).QuerySelector("#learned").ShouldNotBeNull();
        (await PageClient.PageAsync(person, "/w/monitors/alerts?state=noise")).QuerySelectorAll("tbody tr").Length.ShouldBe(1);
        (await PageClient.PostAsync(person, "/w/monitors/monitors/save", ("labelEn", "My own"), ("watch", "threshold"), ("on", "yes"), ("indicators", "nps"), ("threshold", "0,5"), ("direction", "below"))).ShouldBe("/w/monitors/monitors");
        var kept = Temas.Insight.Monitors.Definitions.MonitorDefinition.Of(workspace)["my-own"];
        (kept.Threshold, kept.Direction).ShouldBe((0.5, Temas.Insight.Monitors.Definitions.Direction.Below));
        (await PageClient.PostAsync(person, "/w/monitors/monitors/save", ("labelEn", "Wrong"), ("watch", "threshold"), ("indicators", "nobody"))).ShouldContain("draft=refused");
        // A second one of the same name has a key of its own: nobody chose it, so nobody can choose another.
        (await PageClient.PostAsync(person, "/w/monitors/monitors/save", ("labelEn", "My own"), ("watch", "threshold"), ("on", "yes"), ("indicators", "nps"), ("threshold", "0,5"), ("direction", "above"))).ShouldBe("/w/monitors/monitors");
        (await PageClient.PageAsync(person, "/w/monitors/monitors")).QuerySelectorAll("a[href='/w/monitors/monitors/of/my-own-2']").Length.ShouldBe(1);
        // The share of those who buy is no 25, and the field says so.
        var percent = await PageClient.PostAsync(person, "/w/monitors/monitors/save", ("labelEn", "Too much"), ("watch", "threshold"), ("indicators", "conversion"), ("threshold", "25"));
        (await PageClient.PageAsync(person, percent)).QuerySelector("#threshold")!.GetAttribute("aria-invalid").ShouldBe("true");
        (await PageClient.PostAsync(person, "/w/monitors/monitors/save", ("labelEn", "Too much"), ("watch", "threshold"), ("on", "yes"), ("indicators", "conversion"), ("threshold", "25 %"))).ShouldBe("/w/monitors/monitors");
        (await PageClient.PageAsync(person, "/w/monitors/monitors/of/my-own")).QuerySelector("h1")!.TextContent.ShouldBe("My own");
    }

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    private static IEnumerable<string> Bought(DateTime day, int count) => Enumerable.Range(0, count).Select(i => Event(new DateTimeOffset(day.AddHours(9).AddMinutes(i), TimeSpan.Zero), "Bought", $"user{i}"));

    private static string Event(DateTimeOffset at, string name, string user) =>
        $$"""{"type":"track","event":"{{name}}","messageId":"m{{Interlocked.Increment(ref told).ToString(CultureInfo.InvariantCulture)}}","userId":"{{user}}","timestamp":"{{at.ToString("O", CultureInfo.InvariantCulture)}}"}""";

    private static async Task RunAsync(TemasServer of, Workspace workspace)
    {
        while (workspace.Part<ICustomerNodes>().Position < workspace.Log.Head) await Task.Delay(5);
        await of.Services.GetRequiredService<MonitorsWatch>().RunAsync(workspace, default);
    }

    private static async Task<string> TellAsync(TemasServer of, Workspace workspace, IEnumerable<string> events)
    {
        var made = await of.Services.GetRequiredService<CreateSource>().HandleAsync(workspace, new CreateSourceRequest($"Source {Interlocked.Increment(ref told)}"), Actor.System);
        await SendAsync(of, made.Value.WriteKey, events);
        return made.Value.WriteKey;
    }

    private static async Task SendAsync(TemasServer of, string key, IEnumerable<string> events)
    {
        using var client = of.Anonymous();
        foreach (var some in events.Chunk(500))
        {
            using var body = new StringContent($$"""{"writeKey":"{{key}}","batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            using var answer = await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body);
            answer.StatusCode.ShouldBe(HttpStatusCode.OK, await answer.Content.ReadAsStringAsync());
        }
    }
}
