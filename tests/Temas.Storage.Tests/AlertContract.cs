using Dapper;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Storage.ModuleEvents;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Tests;

/// <summary>What every store must do with alerts.</summary>
public abstract class AlertContract(StoreFixture store) : IAsyncLifetime
{
    private static readonly DateTimeOffset At = new(2026, 11, 2, 9, 0, 0, TimeSpan.Zero);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => store.DisposeAsync();

    [SkippableFact]
    public async Task Save_ThenRead_IsTheSame_AndAgainIsAnUpdate()
    {
        var workspace = await OpenAsync();
        var alerts = new AlertStore(workspace.Database, workspace.Events);
        var kept = new KeptAlert(One("a"), AlertState.Open, Severity.Critical, null, null, At, At, null);
        var changes = new AlertChanges();
        changes.Alerts.Add(kept);
        changes.Lines.Add(("a", new AlertLine(At, "system", "opened", "")));
        changes.Subjects.Add(new WatchedSubject("m", "orders", new DateOnly(2026, 11, 1), 1.125, null));
        changes.Events.Add(new NewModuleEvent("alert.opened", "", """{"id":"a"}"""));
        await alerts.SaveAsync(changes);
        var read = (await alerts.AllAsync()).ShouldHaveSingleItem();
        read.ShouldSatisfyAllConditions(r => r.State.ShouldBe(AlertState.Open), r => r.Severity.ShouldBe(Severity.Critical), r => r.OpenedAt.ShouldBe(At), r => r.ClosedAt.ShouldBeNull(), r => r.Person.ShouldBeNull());
        (read.Document.Name.Tr, read.Document.Score, read.Document.By, read.Document.Unit, read.Document.Since).ShouldBe(("İşçi 😀", -5.5, JudgedBy.Count, IndicatorUnit.Count, At));
        read.Document.Factors.ShouldBe([new AlertFactor("s", new LocalText("t", "e"), 1, 2, -3, 0.5)]);
        (await alerts.SubjectsAsync()).ShouldBe([new WatchedSubject("m", "orders", new DateOnly(2026, 11, 1), 1.125, null)]);
        (await workspace.Events.ReadAsync(0, 10, ["alert.opened"])).ShouldHaveSingleItem();

        changes = new AlertChanges();
        changes.Alerts.Add(kept with { State = AlertState.Closed, Person = "p", CausedBy = "b", ChangedAt = At.AddDays(1), ClosedAt = At.AddDays(1) });
        changes.Lines.Add(("a", new AlertLine(At.AddDays(1), "user p", "note", "ığü")));
        changes.Subjects.Add(new WatchedSubject("m", "orders", null, 2, WatchedSubject.Forever));
        await alerts.SaveAsync(changes);
        read = (await alerts.AllAsync()).ShouldHaveSingleItem();
        (read.State, read.Person, read.CausedBy, read.OpenedAt, read.ClosedAt).ShouldBe((AlertState.Closed, "p", "b", At, At.AddDays(1)));
        (await alerts.LinesAsync("a")).Select(l => (l.By, l.Kind, l.Text)).ShouldBe([("system", "opened", ""), ("user p", "note", "ığü")]);
        (await alerts.SubjectsAsync()).ShouldBe([new WatchedSubject("m", "orders", null, 2, WatchedSubject.Forever)]);

        await alerts.TidyAsync(At.AddDays(1) + AlertStore.KeptFor);
        (await alerts.AllAsync()).Count.ShouldBe(1);
        await alerts.TidyAsync(At.AddDays(2) + AlertStore.KeptFor);
        (await alerts.AllAsync()).ShouldBeEmpty();
        (await alerts.LinesAsync("a")).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Save_ThatFails_LeavesNothing_AndTellsNothing()
    {
        var workspace = await OpenAsync();
        var alerts = new AlertStore(workspace.Database, workspace.Events);
        var changes = new AlertChanges();
        changes.Alerts.Add(new KeptAlert(One("a"), AlertState.Open, Severity.Info, null, null, At, At, null));
        changes.Events.Add(new NewModuleEvent("alert.opened", "", "{}"));
        changes.Lines.Add(("a", new AlertLine(At, "system", "opened", null!)));
        await Should.ThrowAsync<Exception>(() => alerts.SaveAsync(changes));
        (await alerts.AllAsync()).ShouldBeEmpty();
        (await workspace.Events.ReadAsync(0, 10, ["alert.opened"])).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Pulse_CountsHoursAndDays_AndIsTheSameAfterARestart()
    {
        var workspace = await OpenAsync();
        var pulse = new Pulse(workspace);
        await workspace.Log.AppendAsync(Sample.Batch(3, [.. Enumerable.Range(0, 40).Select(i => Sample.Track($"a{i}"))]));
        await pulse.FollowAsync(default);
        await workspace.Log.AppendAsync(Sample.Batch(3, [.. Enumerable.Range(0, 7).Select(i => Sample.Track($"b{i}", name: "Çay"))]));
        await pulse.FollowAsync(default);
        foreach (var of in new[] { pulse, new Pulse(workspace) })
        {
            await of.FollowAsync(default);
            of.IsUpToDate.ShouldBeTrue();
            of.All.Order(StringComparer.Ordinal).ShouldBe(["event:track:Order Completed", "event:track:Çay", "source:3"]);
            of.Find("source:3")!.Counts.Sum().ShouldBe(47);
            of.TypesOf(3).Order(StringComparer.Ordinal).ShouldBe(["track:Order Completed", "track:Çay"]);
        }

        await using var connection = await workspace.Database.OpenAsync(default);
        (await connection.QueryAsync<(string What, long Events)>("select what, cast(sum(events) as bigint) from monitor_day group by what order by what")).OrderBy(d => d.What, StringComparer.Ordinal)
            .ShouldBe([("event:track:Order Completed", 40L), ("event:track:Çay", 7L), ("source:3", 47L)]);
        (await connection.ExecuteScalarAsync<long>("select seen from monitor_place")).ShouldBeGreaterThan(workspace.Clock.GetUtcNow().AddMinutes(-1).ToUnixTimeMilliseconds(), "until then it was there");
    }

    [SkippableFact]
    public async Task Closings_AreLearnedFromWhatIsKept_OfHoursThatWereThereBeforeDaysAsWell()
    {
        await store.InitializeAsync();
        var before = await store.OpenAsync(new Tables(1));
        // Every day from January on, but for the three of the feast; and once at the end of a day.
        var (feast, today) = (new DateOnly(2025, 3, 30), new DateOnly(2026, 3, 20));
        await using (var connection = await before.All[0].Database.OpenAsync(default))
        {
            foreach (var day in Enumerable.Range(0, 200).Select(new DateOnly(2025, 1, 20).AddDays).Where(d => d < feast || d > feast.AddDays(2)))
                await connection.ExecuteAsync("insert into monitor_pulse(what, hour, events) values('source:3', @hour, 50), ('import:source:3', @hour, 50)", new { hour = (day.DayNumber - DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber) * 24L + (day.Day == 1 ? 23 : 0) });
        }

        await before.CloseAsync();
        var workspace = (await store.OpenAsync(new Tables())).All[0];
        var closings = await new Pulse(workspace).ClosingsAsync(today, default);
        var special = SpecialDays.Of(workspace);
        closings.WeightOf("source:3", special.Find(today)!).ShouldBe(0);
        closings.WeightOf("source:4", special.Find(today)!).ShouldBe(OpenHours.OnSpecialDays);
        await using var after = await workspace.Database.OpenAsync(default);
        (await after.QuerySingleAsync<(long Days, long Events, string What)>("select cast(count(*) as bigint), cast(sum(events) as bigint), min(what) from monitor_day")).ShouldBe((197, 9850, "source:3"));
    }

    [SkippableFact]
    public async Task Tidy_TakesAwayWhatWasNotWatchedForLong_AndKeepsWhatWasLearned()
    {
        var workspace = await OpenAsync();
        var alerts = new AlertStore(workspace.Database, workspace.Events);
        var (old, day) = (new DateOnly(2025, 1, 1), new DateOnly(2026, 11, 1));
        var changes = new AlertChanges();
        changes.Subjects.AddRange([new("m", "gone", old, 1, null), new("m", "learned", old, 1.1, null), new("m", "silenced", old, 1, WatchedSubject.Forever), new("m", "now", day, 1, null), new("m", "new", null, 1, null)]);
        await alerts.SaveAsync(changes);
        await alerts.TidyAsync(At);
        var kept = await alerts.SubjectsAsync();
        kept.Select(s => s.Subject).ShouldBe(["learned", "new", "now", "silenced"]);
        changes.Subjects.Where(s => !AlertStore.IsOld(s, At)).Select(s => s.Subject).Order(StringComparer.Ordinal).ShouldBe(kept.Select(s => s.Subject), "in memory as on disk");
    }

    private static AlertDocument One(string id) => new()
    {
        Id = id,
        Group = id,
        Monitor = "m",
        Kind = Watched.Anomaly,
        Subject = "orders",
        Name = new LocalText("İşçi 😀", "e"),
        Unit = IndicatorUnit.Count,
        Day = new DateOnly(2026, 11, 1),
        LastDay = new DateOnly(2026, 11, 1),
        Value = 3,
        Expected = 20,
        Score = -5.5,
        By = JudgedBy.Count,
        Since = At,
        Factors = [new AlertFactor("s", new LocalText("t", "e"), 1, 2, -3, 0.5)],
    };

    private async Task<Workspace> OpenAsync()
    {
        await store.InitializeAsync();
        return (await store.OpenAsync(new Tables())).All[0];
    }

    private sealed class Tables(int steps = int.MaxValue) : IWorkspaceModule
    {
        public IReadOnlyList<Migration> Migrations => [.. AlertStore.Migrations.Take(steps)];

        public IReadOnlyList<IDefinitionKind> DefinitionKinds => [SpecialDayKind.Instance];

        public void Attach(Workspace workspace)
        {
        }
    }
}

public sealed class SqliteAlertTests() : AlertContract(new SqliteStore());

public sealed class PostgresAlertTests() : AlertContract(new PostgresStore());
