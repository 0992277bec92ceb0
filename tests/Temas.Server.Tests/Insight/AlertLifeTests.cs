using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Microsoft.Extensions.DependencyInjection;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tests.Insight;

/// <summary>What becomes of alerts whose cause is over, that nobody watches any more, that were noise; and what may be counted of what arrives.</summary>
public sealed class AlertLifeTests(TemasServer server) : IClassFixture<TemasServer>
{
    private static readonly DateOnly Day = new(2026, 3, 2);
    private static int told;

    [Fact]
    public async Task WhatGoesOnWhenItsCauseIsOver_IsToldThen_AndWhatMovedIsAskedOutsideTheLock()
    {
        var workspace = await server.CreateWorkspaceAsync("alone");
        var (live, monitor) = (LiveAlerts.Of(workspace), MonitorDefinition.Of(workspace)["indicator-anomalies"]);
        var outage = Kept("events-stopped", "event:track:Bought", Watched.Stopped) with { State = AlertState.Closed, ClosedAt = workspace.Clock.GetUtcNow() };
        var comes = Kept("indicator-anomalies", "nps", Watched.Anomaly) with { CausedBy = outage.Document.Id };
        await KeepAsync(live, outage, comes);
        live.Open.ShouldBe(0);

        // The day on which the outage ended is still its own.
        await TakeObservations.RunAsync(workspace, [Seen(monitor, comes, Day)], [], null, default);
        (live.All[comes.Document.Id].CausedBy, live.Open).ShouldBe((outage.Document.Id, 0));
        var failures = new List<Exception>();
        var fresh = Kept("indicator-anomalies", "csat", Watched.Anomaly);
        var moved = new WhatMoved(async news =>
        {
            // Who works on an alert meanwhile does not wait for it.
            news.Count.ShouldBe(2);
            await live.ChangeAsync(changes => Task.FromResult(changes.IsEmpty), default).WaitAsync(TimeSpan.FromSeconds(30));
            throw new InvalidOperationException("nothing can be asked");
        }, failures.Add);
        var opened = await TakeObservations.RunAsync(workspace, [Seen(monitor, comes, Day.AddDays(1)), Seen(monitor, fresh, Day.AddDays(1))], [], moved, default);
        failures.ShouldHaveSingleItem().Message.ShouldBe("nothing can be asked");
        opened.Count.ShouldBe(2);
        live.All[comes.Document.Id].CausedBy.ShouldBeNull();
        live.Open.ShouldBe(2);
        (await live.Store.LinesAsync(comes.Document.Id)).Select(l => l.Kind).ShouldBe(["alone"]);
        (await workspace.Events.ReadAsync(0, 100, [LiveAlerts.Opened])).Count.ShouldBe(2);
    }

    [Fact]
    public async Task NoiseOfATarget_TeachesNothing_AndThePageDoesNotSaySo()
    {
        var workspace = await server.CreateWorkspaceAsync("taught");
        KeptAlert[] kept = [Kept("indicator-anomalies", "nps", Watched.Anomaly), Kept("targets-missed", "csat", Watched.Target), Kept("indicator-anomalies", "orders", Watched.Threshold), Kept("new-topics", "topic:x", Watched.Topics)];
        await KeepAsync(LiveAlerts.Of(workspace), kept);
        await server.CreatePersonAsync("marketer@taught.example", Role.Marketer, "taught", "a word that nobody knows");
        using var marketer = await server.SignInAsync("marketer@taught.example", "a word that nobody knows");
        var said = new List<string>();
        foreach (var alert in kept) said.Add((await PageClient.PageAsync(marketer, $"/w/taught/alerts/of/{alert.Document.Id}")).Body!.TextContent);
        said.Select(s => s.Contains("makes the limit of this one thing wider", StringComparison.Ordinal)).ShouldBe([true, false, false, false]);
        said[1].ShouldContain("the target is yours to change");
        said[2].ShouldContain("the limit is yours to change");
        said.ShouldAllBe(s => !s.Contains("NotWorthItWhy", StringComparison.Ordinal));
    }

    [Fact]
    public async Task WhatNobodyWatchesAnyMore_IsClosed_WithALineOfItsOwn()
    {
        var workspace = await server.CreateWorkspaceAsync("unwatched");
        var live = LiveAlerts.Of(workspace);
        using var owner = await server.TokenClientAsync(Role.Owner, "unwatched");
        (await owner.PutAsJsonAsync("/api/definitions/monitor/off", Json("""{"label":{"tr":"K","en":"Off"},"on":false,"watch":"anomaly","indicators":"*"}"""))).EnsureSuccessStatusCode();
        (await owner.PutAsJsonAsync("/api/definitions/monitor/some", Json("""{"label":{"tr":"B","en":"Some"},"watch":"threshold","threshold":1,"indicators":["nps"],"except":["nps"]}"""))).EnsureSuccessStatusCode();
        var watched = Kept("indicator-anomalies", workspace.Part<IIndicators>().All.Keys.First(), Watched.Anomaly);
        KeptAlert[] gone =
        [
            Kept("off", "nps", Watched.Anomaly), Kept("removed", "nps", Watched.Anomaly), Kept("some", "nps", Watched.Threshold), Kept("indicator-anomalies", "no-such-indicator", Watched.Anomaly),
            Kept("targets-missed", workspace.Part<IIndicators>().All.Values.First(i => i.Target is null).Key, Watched.Target), Kept("sources-stopped", "source:77", Watched.Stopped), Kept("events-stopped", "event:track:Retired", Watched.Stopped),
        ];
        await KeepAsync(live, [watched, .. gone]);
        (await CloseUnwatched.RunAsync(workspace, default)).ShouldBe(gone.Length);
        live.All.Values.Where(a => a.IsActive).ShouldHaveSingleItem().Document.Id.ShouldBe(watched.Document.Id);
        (await live.Store.LinesAsync(gone[0].Document.Id)).Select(l => l.Kind).ShouldBe(["unwatched"]);
        (await workspace.Events.ReadAsync(0, 100, [LiveAlerts.Closed])).Count(e => Json(e.Json).GetProperty("reason").GetString() == "unwatched").ShouldBe(gone.Length);
        (await CloseUnwatched.RunAsync(workspace, default)).ShouldBe(0);
    }

    [Fact]
    public async Task WhatWasNoiseAndIsNoneAfterAll_GoesOnOnlyWhereItIsStillSo()
    {
        var workspace = await server.CreateWorkspaceAsync("reopened");
        var live = LiveAlerts.Of(workspace);
        using var marketer = await server.TokenClientAsync(Role.Marketer, "reopened");
        async Task<string> ReopenAsync(KeptAlert noise)
        {
            await KeepAsync(live, noise with { State = AlertState.Noise, ClosedAt = noise.OpenedAt });
            return (await (await marketer.PostAsJsonAsync($"/api/alerts/{noise.Document.Id}/reopen", new { })).Content.ReadFromJsonAsync<JsonElement>()).GetProperty("state").GetString()!;
        }

        var (now, old, newer) = (Kept("m", "nps", Watched.Anomaly), Kept("m", "csat", Watched.Anomaly), Kept("m", "ces", Watched.Anomaly));
        await LookedAsync(live, new WatchedSubject("m", "nps", Day, 1, null), new WatchedSubject("m", "csat", Day.AddDays(3), 1, null), new WatchedSubject("m", "ces", Day, 1, null));
        (await ReopenAsync(now)).ShouldBe("open");
        (await ReopenAsync(old)).ShouldBe("closed", "the days since were as usual");
        await KeepAsync(live, Kept("m", "ces", Watched.Anomaly) with { Document = newer.Document with { Id = "later" }, OpenedAt = newer.OpenedAt.AddDays(1) });
        (await ReopenAsync(newer)).ShouldBe("closed", "there is a newer one");
    }

    [Fact]
    public async Task AfterARestart_TheFirstPageAndTheFirstTile_KnowOfAlerts()
    {
        var workspace = await server.CreateWorkspaceAsync("restarted");
        var live = LiveAlerts.Of(workspace);
        using var owner = await server.TokenClientAsync(Role.Owner, "restarted");
        (await owner.PutAsJsonAsync("/api/definitions/dashboard/now", Json("""{"label":{"tr":"Ş","en":"Now"},"tiles":[{"id":"a","kind":"alerts","width":6,"height":4}]}"""))).EnsureSuccessStatusCode();
        await server.CreatePersonAsync("r@restarted.example", Role.Marketer, "restarted", "a word that nobody knows");
        await KeepAsync(live, Kept("indicator-anomalies", "nps", Watched.Anomaly));
        using var person = await server.SignInAsync("r@restarted.example", "a word that nobody knows");
        live.BeginAgain();
        live.Open.ShouldBe(0);
        var page = await PageClient.PageAsync(person, "/w/restarted/dashboards/of/now?whole=1");
        live.Open.ShouldBe(1);
        page.QuerySelectorAll(".finding-title").Select(t => t.TextContent).ShouldContain(t => t.Contains("nps", StringComparison.Ordinal));
        page.QuerySelector(".tile-empty").ShouldBeNull();
    }

    [Fact]
    public async Task ASilenceThatWasNoise_StaysNoise_WhenMidnightComes_AndIsNotWrittenAgain()
    {
        var clock = new SteppedClock();
        await using var own = await QuietAsync(clock);
        var (workspace, watch) = (own.Main, own.Services.GetRequiredService<MonitorsWatch>());
        // Eight in the evening by the time zone of the workspace, on a day like others.
        Move(clock, workspace, 17);
        var now = clock.GetUtcNow();
        var key = await SourceAsync(own);
        await SendAsync(own, key, Enumerable.Range(0, 30 * 24).SelectMany(h => Enumerable.Range(0, 2).Select(i => Event(now.AddHours(-h).AddMinutes(-10 * i), "Seen"))));
        await watch.RunAsync(workspace, default);
        clock.Step(TimeSpan.FromHours(9));
        await watch.RunAsync(workspace, default);
        var live = LiveAlerts.Of(workspace);
        var alert = live.All.Values.Single(a => a.IsActive && a.Document.Subject.StartsWith("source:", StringComparison.Ordinal));
        using var owner = await own.SignInAsync();
        await PageClient.PostAsync(owner, $"/w/main/alerts/of/{alert.Document.Id}/noise");
        var opened = (await workspace.Events.ReadAsync(0, 100, [LiveAlerts.Opened])).Count;
        clock.Step(TimeSpan.FromHours(30));
        await watch.RunAsync(workspace, default);
        var version = live.Version;
        await watch.RunAsync(workspace, default);
        live.Version.ShouldBe(version, "what is as it was is not written again");
        live.All[alert.Document.Id].State.ShouldBe(AlertState.Noise);
        (await workspace.Events.ReadAsync(0, 100, [LiveAlerts.Opened])).Count(e => Json(e.Json).GetProperty("subject").GetString() == alert.Document.Subject).ShouldBe(1);
        opened.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task NamesThatAreMadeUp_FillNoTable_AndMakeRoomForWhatIsReal()
    {
        var clock = new SteppedClock();
        await using var own = await QuietAsync(clock);
        var workspace = own.Main;
        var pulse = LiveAlerts.Of(workspace).Pulse;
        var key = await SourceAsync(own);
        for (var round = 0; round < 3; round++)
        {
            var at = clock.GetUtcNow();
            await SendAsync(own, key, Enumerable.Range(0, 1000).Select(i => Event(at, $"Made up {round} {i}")));
            await pulse.FollowAsync(default);
        }

        async Task<long> RowsAsync(string like)
        {
            await using var connection = await workspace.Database.OpenAsync();
            return await connection.QuerySingleAsync<long>("select count(*) from monitor_arrival where what like @like", new { like });
        }

        (await RowsAsync("event:%")).ShouldBe(Pulse.MostTypes);
        (await RowsAsync("link:%")).ShouldBe(Pulse.MostTypes);
        pulse.All.Count.ShouldBe(Pulse.MostTypes + 1);
        clock.Step(TimeSpan.FromDays(2));
        await SendAsync(own, key, [Event(clock.GetUtcNow(), "Real")]);
        await pulse.FollowAsync(default);
        pulse.All.ShouldContain("event:track:Real");
        pulse.TypesOf(1).ShouldBe(["track:Real"]);
        (await RowsAsync("%")).ShouldBe(3, "the source, the type, and that the one sends the other");

        // What has not arrived for longer than a silence is judged by is forgotten.
        clock.Step(TimeSpan.FromDays(70));
        await SendAsync(own, key, [Event(clock.GetUtcNow(), "Later")]);
        await pulse.FollowAsync(default);
        pulse.All.Order().ShouldBe(["event:track:Later", "source:1"]);
        (await RowsAsync("%")).ShouldBe(3);
    }

    [Fact]
    public async Task AnImportOfEveryNight_IsWatched_AndOneThatComesOnceIsNot()
    {
        var clock = new SteppedClock();
        await using var own = await QuietAsync(clock);
        var (workspace, watch) = (own.Main, own.Services.GetRequiredService<MonitorsWatch>());
        Move(clock, workspace, 3);
        using var manager = await own.TokenClientAsync(Role.Manager);
        for (var night = 0; night < 20; night++)
        {
            var at = clock.GetUtcNow();
            await ImportAsync(manager, "Nightly", Enumerable.Range(0, 40).Select(i => at.AddHours(-1 - (i % 20))));
            if (night == 0) await ImportAsync(manager, "Once", Enumerable.Range(0, 600).Select(i => at.AddMinutes(-60 - (2 * i))));
            await watch.RunAsync(workspace, default);
            clock.Step(TimeSpan.FromDays(1));
        }

        IEnumerable<string> Silent() => LiveAlerts.Of(workspace).All.Values.Where(a => a.IsActive && a.Document.Kind == Watched.Stopped).Select(a => a.Document.Name.En).Order(StringComparer.Ordinal);
        // The night after the last was stepped to already; an hour late is nothing.
        clock.Step(TimeSpan.FromHours(1));
        await watch.RunAsync(workspace, default);
        Silent().ShouldBeEmpty();
        clock.Step(TimeSpan.FromHours(20));
        await watch.RunAsync(workspace, default);
        Silent().ShouldBe(["Nightly", "import"]);
        clock.Step(TimeSpan.FromHours(4));
        var late = clock.GetUtcNow();
        await ImportAsync(manager, "Nightly", Enumerable.Range(0, 40).Select(i => late.AddHours(-1 - (i % 20))));
        await watch.RunAsync(workspace, default);
        Silent().ShouldBeEmpty();
    }

    private static KeptAlert Kept(string monitor, string subject, Watched kind)
    {
        var (id, at) = (AlertDocument.IdOf(monitor, subject, "x"), new DateTimeOffset(2026, 3, 3, 9, 0, 0, TimeSpan.Zero));
        var document = new AlertDocument { Id = id, Group = id, Monitor = monitor, Kind = kind, Subject = subject, Name = new LocalText(subject, subject), Unit = IndicatorUnit.Score, Day = Day, LastDay = Day, Value = 1, Expected = 9, Low = 5, High = 12, Score = -6, Limit = 4 };
        return new KeptAlert(document, AlertState.Open, Severity.Warning, null, null, at, at, null);
    }

    private static Sighting Seen(MonitorDefinition monitor, KeptAlert of, DateOnly day) => new(
        monitor, new WatchedSubject(monitor.Key, of.Document.Subject, day, 1, null), [new Observation(day, true, of.Document with { Id = AlertDocument.IdOf(monitor.Key, of.Document.Subject, $"{day:O}"), Day = day, LastDay = day }, Severity.Warning)], 3, day, "");

    private static Task KeepAsync(LiveAlerts live, params KeptAlert[] alerts) => live.ChangeAsync(changes =>
    {
        changes.Alerts.AddRange(alerts);
        return Task.FromResult(true);
    }, default);

    private static Task LookedAsync(LiveAlerts live, params WatchedSubject[] subjects) => live.ChangeAsync(changes =>
    {
        changes.Subjects.AddRange(subjects);
        return Task.FromResult(true);
    }, default);

    private static async Task<TemasServer> QuietAsync(SteppedClock clock)
    {
        var own = await TemasServer.StartAsync(configure: b => b.Services.AddSingleton<TimeProvider>(clock));
        // The test says when it is looked.
        await own.Services.GetRequiredService<MonitorsWatch>().StopAsync(default);
        return own;
    }

    /// <summary>Sets the clock to an hour of a day that no feast is near, whenever the test runs.</summary>
    internal static void Move(SteppedClock clock, Workspace workspace, int hour)
    {
        var special = SpecialDays.Of(workspace);
        var day = DateOnly.FromDateTime(clock.GetUtcNow().UtcDateTime).AddDays(1);
        while (Enumerable.Range(-2, 32).Any(i => special.IsSpecial(day.AddDays(i)))) day = day.AddDays(1);
        clock.Step(day.ToDateTime(new TimeOnly(hour, 0)) - clock.GetUtcNow().UtcDateTime);
    }

    /// <summary>A file that is uploaded and imported, as people do it.</summary>
    private static async Task ImportAsync(HttpClient client, string name, IEnumerable<DateTimeOffset> times)
    {
        var csv = new StringBuilder("id,time\n");
        foreach (var (i, time) in times.Index()) csv.Append(CultureInfo.InvariantCulture, $"u-{i},{time.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ}\n");
        using var body = new ByteArrayContent(Encoding.UTF8.GetBytes(csv.ToString()));
        using var added = await client.PostAsync("/api/imports?name=some.csv", body);
        var id = (await added.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
        using var mapping = new StringContent($"key: {id}\nuserId: $id\nevent: {name}\ntime: $time\n");
        (await client.PutAsync($"/api/imports/{id}/mapping", mapping)).EnsureSuccessStatusCode();
        (await client.PostAsync($"/api/imports/{id}/start", null)).EnsureSuccessStatusCode();
        while ((await client.GetFromJsonAsync<JsonElement>($"/api/imports/{id}")).GetProperty("state").GetString() is var state && state != "Done")
        {
            state.ShouldBe("Running");
            await Task.Delay(20);
        }
    }

    private static JsonElement Json(string json) => JsonDocument.Parse(json).RootElement;

    private static string Event(DateTimeOffset at, string name) =>
        $$"""{"type":"track","event":"{{name}}","messageId":"l{{Interlocked.Increment(ref told).ToString(CultureInfo.InvariantCulture)}}","userId":"u1","timestamp":"{{at.ToString("O", CultureInfo.InvariantCulture)}}"}""";

    private static async Task<string> SourceAsync(TemasServer of) => (await of.Services.GetRequiredService<CreateSource>().HandleAsync(of.Main, new CreateSourceRequest($"Source {Interlocked.Increment(ref told)}"), Actor.System)).Value.WriteKey;

    private static async Task SendAsync(TemasServer of, string key, IEnumerable<string> events)
    {
        using var client = of.Anonymous();
        foreach (var some in events.Chunk(500))
        {
            using var body = new StringContent($$"""{"writeKey":"{{key}}","batch":[{{string.Join(',', some)}}]}""", Encoding.UTF8, "application/json");
            (await client.PostAsync(new Uri("/v1/batch", UriKind.Relative), body)).EnsureSuccessStatusCode();
        }

        while (of.Main.Part<ICustomerNodes>().Position < of.Main.Log.Head) await Task.Delay(5);
    }
}
