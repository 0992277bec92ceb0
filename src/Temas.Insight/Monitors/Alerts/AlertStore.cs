using System.Data.Common;
using System.Text.Json;
using Dapper;
using Temas.Insight.Monitors.Definitions;
using Temas.Storage;
using Temas.Storage.ModuleEvents;

namespace Temas.Insight.Monitors.Alerts;

/// <summary>What a look changes, to be written as one.</summary>
internal sealed record AlertChanges
{
    /// <summary>Alerts that are new or other than they were.</summary>
    public List<KeptAlert> Alerts { get; } = [];

    /// <summary>What is added to stories.</summary>
    public List<(string Alert, AlertLine Line)> Lines { get; } = [];

    /// <summary>How far it was looked.</summary>
    public List<WatchedSubject> Subjects { get; } = [];

    /// <summary>What other modules are told.</summary>
    public List<NewModuleEvent> Events { get; } = [];

    /// <summary>Whether there is nothing to write.</summary>
    public bool IsEmpty => Alerts.Count + Lines.Count + Subjects.Count + Events.Count == 0;
}

/// <summary>Keeps alerts, their stories, and how far it was looked. What is told of them is one transaction with them.</summary>
internal sealed class AlertStore(Database database, ModuleEventStore events)
{
    /// <summary>What is over is kept so long.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(400);

    private const int Thousand = 1000;

    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("monitors", 1, """
            create table alert(id text primary key, state integer not null, severity integer not null, person text, caused_by text, opened_at bigint not null, changed_at bigint not null, closed_at bigint, json text not null);
            create table alert_line(id $identity, alert text not null, at bigint not null, by_whom text not null, kind text not null, text text not null);
            create index alert_line_of on alert_line(alert, id);
            create table monitor_subject(monitor text not null, subject text not null, last_day integer, widening integer not null, silenced_until bigint, primary key(monitor, subject));
            create table monitor_pulse(what text not null, hour bigint not null, events bigint not null, primary key(what, hour));
            create table monitor_arrival(what text primary key, last bigint not null);
            create table monitor_place(id $key, position bigint not null);
            create table alert_letter(id text primary key, person text not null, alerts text not null, state integer not null, attempts integer not null, due_at bigint not null, changed_at bigint not null)
            """),
        // What arrived on which day, for feasts that come again a year later; the hours that are there by days of UTC. 719,162 days lie before 1970.
        new("monitors", 2, """
            create table monitor_day(what text not null, day integer not null, events bigint not null, primary key(what, day));
            insert into monitor_day(what, day, events) select what, cast(hour / 24 + 719162 as integer), cast(sum(events) as bigint) from monitor_pulse where what not like 'import:%' group by what, cast(hour / 24 + 719162 as integer)
            """),
        // When it was followed last: until then the server was there, whether or not anything came.
        new("monitors", 3, "alter table monitor_place add column seen bigint"),
    ];

    /// <summary>All alerts.</summary>
    public async Task<IReadOnlyList<KeptAlert>> AllAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>("select state as State, severity as Severity, person as Person, caused_by as CausedBy, opened_at as OpenedAt, changed_at as ChangedAt, closed_at as ClosedAt, json as Json from alert order by opened_at, id")).Select(r => r.ToAlert())];
    }

    /// <summary>How far it was looked at what is watched.</summary>
    public async Task<IReadOnlyList<WatchedSubject>> SubjectsAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<SubjectRow>("select monitor as Monitor, subject as Subject, last_day as LastDay, widening as Widening, silenced_until as SilencedUntil from monitor_subject order by monitor, subject")).Select(r => r.ToSubject())];
    }

    /// <summary>The story of an alert, the oldest first.</summary>
    public async Task<IReadOnlyList<AlertLine>> LinesAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<LineRow>("select at as At, by_whom as ByWhom, kind as Kind, text as Text from alert_line where alert = @id order by id", new { id }))
            .Select(l => new AlertLine(DateTimeOffset.FromUnixTimeMilliseconds(l.At), l.ByWhom, l.Kind, l.Text))];
    }

    /// <summary>Writes changes, and tells what is to be told: all or nothing.</summary>
    public Task SaveAsync(AlertChanges changes, CancellationToken cancel = default) => events.CommitAsync(changes.Events, async (connection, transaction, _) =>
    {
        foreach (var alert in changes.Alerts) await WriteAsync(connection, transaction, alert);
        foreach (var (alert, line) in changes.Lines)
        {
            await connection.ExecuteAsync(
                "insert into alert_line(alert, at, by_whom, kind, text) values(@alert, @at, @by, @kind, @text)", new { alert, at = line.At.ToUnixTimeMilliseconds(), by = line.By, kind = line.Kind, text = line.Text }, transaction);
        }

        foreach (var subject in changes.Subjects)
        {
            await connection.ExecuteAsync(
                """
                insert into monitor_subject(monitor, subject, last_day, widening, silenced_until) values(@Monitor, @Subject, @day, @widening, @until)
                on conflict(monitor, subject) do update set last_day = excluded.last_day, widening = excluded.widening, silenced_until = excluded.silenced_until
                """,
                new { subject.Monitor, subject.Subject, day = subject.LastDay?.DayNumber, widening = (int)Math.Round(subject.Widening * Thousand), until = subject.SilencedUntil?.ToUnixTimeMilliseconds() }, transaction);
        }
    }, cancel);

    /// <summary>Whether an alert is over for longer than it is kept.</summary>
    public static bool IsOld(KeptAlert alert, DateTimeOffset now) => alert.ClosedAt < now - KeptFor;

    /// <summary>Whether nothing is lost with something that was watched: it was not looked at for as long, nothing was learned of it, and nobody silenced it.</summary>
    public static bool IsOld(WatchedSubject subject, DateTimeOffset now) => subject is { LastDay: { } day, Widening: 1, SilencedUntil: null } && day.DayNumber < OldestDay(now);

    /// <summary>Takes away what is over for longer than <see cref="KeptFor"/>, and what is known of things that were not watched for as long: phrases come and go.</summary>
    public async Task TidyAsync(DateTimeOffset now, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var before = (now - KeptFor).ToUnixTimeMilliseconds();
        await connection.ExecuteAsync("delete from alert_line where alert in (select id from alert where closed_at < @before)", new { before });
        await connection.ExecuteAsync("delete from alert where closed_at < @before", new { before });
        await connection.ExecuteAsync("delete from monitor_subject where last_day < @day and widening = @Thousand and silenced_until is null", new { day = OldestDay(now), Thousand });
    }

    private static int OldestDay(DateTimeOffset now) => DateOnly.FromDateTime((now - KeptFor).UtcDateTime).DayNumber;

    private static Task WriteAsync(DbConnection connection, DbTransaction transaction, KeptAlert alert) => connection.ExecuteAsync(
        """
        insert into alert(id, state, severity, person, caused_by, opened_at, changed_at, closed_at, json) values(@id, @state, @severity, @person, @caused, @opened, @changed, @closed, @json)
        on conflict(id) do update set state = excluded.state, severity = excluded.severity, person = excluded.person, caused_by = excluded.caused_by, changed_at = excluded.changed_at, closed_at = excluded.closed_at, json = excluded.json
        """,
        new
        {
            id = alert.Document.Id,
            state = (int)alert.State,
            severity = (int)alert.Severity,
            person = alert.Person,
            caused = alert.CausedBy,
            opened = alert.OpenedAt.ToUnixTimeMilliseconds(),
            changed = alert.ChangedAt.ToUnixTimeMilliseconds(),
            closed = alert.ClosedAt?.ToUnixTimeMilliseconds(),
            json = JsonSerializer.Serialize(alert.Document, AlertJson.Default.AlertDocument),
        },
        transaction);

    private sealed class Row
    {
        public long State { get; set; }

        public long Severity { get; set; }

        public string? Person { get; set; }

        public string? CausedBy { get; set; }

        public long OpenedAt { get; set; }

        public long ChangedAt { get; set; }

        public long? ClosedAt { get; set; }

        public string Json { get; set; } = "";

        public KeptAlert ToAlert() => new(
            JsonSerializer.Deserialize(Json, AlertJson.Default.AlertDocument)!, (AlertState)State, (Severity)Severity, Person, CausedBy, DateTimeOffset.FromUnixTimeMilliseconds(OpenedAt), DateTimeOffset.FromUnixTimeMilliseconds(ChangedAt),
            ClosedAt is { } closed ? DateTimeOffset.FromUnixTimeMilliseconds(closed) : null);
    }

    private sealed class SubjectRow
    {
        public string Monitor { get; set; } = "";

        public string Subject { get; set; } = "";

        public long? LastDay { get; set; }

        public long Widening { get; set; }

        public long? SilencedUntil { get; set; }

        public WatchedSubject ToSubject() => new(
            Monitor, Subject, LastDay is { } day ? DateOnly.FromDayNumber((int)day) : null, (double)Widening / Thousand, SilencedUntil is { } until ? DateTimeOffset.FromUnixTimeMilliseconds(until) : null);
    }

    private sealed class LineRow
    {
        public long At { get; set; }

        public string ByWhom { get; set; } = "";

        public string Kind { get; set; } = "";

        public string Text { get; set; } = "";
    }
}
