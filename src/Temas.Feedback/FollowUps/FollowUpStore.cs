using System.Data.Common;
using System.Globalization;
using System.Text.Json;
using Dapper;
using Temas.Customers.Contracts;
using Temas.Storage;

namespace Temas.Feedback.FollowUps;

/// <summary>Which follow-ups are wanted.</summary>
internal sealed record FollowUpFilter
{
    /// <summary>How far; null for all that are not closed.</summary>
    public FollowUpStatus? Status { get; init; }

    /// <summary>Closed ones, too.</summary>
    public bool All { get; init; }

    /// <summary>Of a rule.</summary>
    public string? Rule { get; init; }

    /// <summary>Of a kind.</summary>
    public FollowUpKind? Kind { get; init; }

    /// <summary>Of a person, by id; empty for nobody's.</summary>
    public string? Owner { get; init; }

    /// <summary>Of a customer, by public id.</summary>
    public string? Customer { get; init; }

    /// <summary>Opened at once with others, as <see cref="FollowUpStore.RoundOf"/> says.</summary>
    public string? Round { get; init; }

    /// <summary>Not closed and due before.</summary>
    public DateTimeOffset? OverdueAt { get; init; }

    /// <summary>Opened from then on.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Opened before.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Only those of one figure of the service levels: <c>first</c>, <c>done</c>, <c>in_time</c>, <c>late</c>, <c>asked</c>, <c>recovered</c>, <c>not_recovered</c>.</summary>
    public string? Figure { get; init; }
}

/// <summary>Keeps follow-ups, what was added to them and their stories.</summary>
internal sealed class FollowUpStore(Database database)
{
    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("followups", 1, """
            create table followup(
                id text primary key, customer text not null, matter text not null, kind integer not null, rule text not null, reason text not null, who text not null, status integer not null, owner text,
                opened_at bigint not null, due_at bigint not null, remind_at bigint, escalate_at bigint, escalated_at bigint, first_at bigint, closed_at bigint, first_took bigint, took bigint, cause text, done text, result text,
                before_kind text, before_value double precision, after_kind text, after_value double precision, after_at bigint, triggers integer not null, reopened integer not null, changed_at bigint not null);
            create unique index followup_matter on followup(customer, matter) where status < 3;
            create index followup_customer on followup(customer, matter, opened_at);
            create index followup_due on followup(status, due_at, id);
            create index followup_opened on followup(opened_at);
            create table followup_trigger(position bigint not null, followup text not null, rule text not null, primary key(position, followup));
            create index followup_trigger_of on followup_trigger(followup);
            create table followup_line(id $identity, followup text not null, at bigint not null, by_whom text not null, kind text not null, text text not null, reason text);
            create index followup_line_of on followup_line(followup, id);
            create table followup_turn(role integer not null, person text not null, turn bigint not null, primary key(role, person));
            create table followup_telling(id text primary key, followup text not null, message text not null);
            create table followup_place(id $key, position bigint not null)
            """),
    ];

    private const string Columns =
        "id, customer, matter, kind, rule, reason, who, status, owner, opened_at as OpenedAt, due_at as DueAt, remind_at as RemindAt, escalate_at as EscalateAt, escalated_at as EscalatedAt, first_at as FirstAt, closed_at as ClosedAt, "
        + "first_took as FirstTook, took, cause, done, result, before_kind as BeforeKind, before_value as BeforeValue, after_kind as AfterKind, after_value as AfterValue, after_at as AfterAt, triggers, reopened, changed_at as ChangedAt";

    /// <summary>A follow-up, or null.</summary>
    public async Task<FollowUp?> FindAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<FollowUpRow>($"select {Columns} from followup where id = @id", new { id }))?.ToFollowUp();
    }

    /// <summary>Some of those that a filter leaves: open ones by when they are due, with closed ones among them the newest first.</summary>
    public async Task<IReadOnlyList<FollowUp>> ListAsync(FollowUpFilter filter, int limit, int skip = 0, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<FollowUpRow>($"select {Columns} from followup {Where(filter)} order by {Order(filter)} limit @limit offset @skip", Values(filter, limit, skip))).Select(r => r.ToFollowUp())];
    }

    /// <summary>Some, in the order of their ids here; who is gone is left out.</summary>
    public async Task<IReadOnlyList<FollowUp>> SomeAsync(IReadOnlyList<string> ids, CancellationToken cancel = default)
    {
        var found = new List<FollowUp>();
        foreach (var id in ids)
        {
            if (await FindAsync(id, cancel) is { } one) found.Add(one);
        }

        return found;
    }

    /// <summary>Why those were opened that a filter leaves, and when they are due: all of them, in the order of <see cref="ListAsync"/>.</summary>
    public async Task<IReadOnlyList<(string Id, FollowUpReason Reason, DateTimeOffset Due)>> ReasonsAsync(FollowUpFilter filter, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<(string Id, string Reason, long Due)>($"select id, reason, due_at from followup {Where(filter)} order by {Order(filter)}", Values(filter, 0, 0)))
            .Select(r => (r.Id, JsonSerializer.Deserialize(r.Reason, FollowUpRowJson.Default.FollowUpReason)!, At(r.Due)))];
    }

    /// <summary>How many a filter leaves.</summary>
    public async Task<long> CountAsync(FollowUpFilter filter, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleAsync<long>($"select count(*) from followup {Where(filter)}", Values(filter, 0, 0));
    }

    /// <summary>How those are that something opened: a rule, or a person for a reason.</summary>
    public async Task<FollowUpTally> TallyAsync(string rule, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = (await connection.QueryAsync<(long Status, long Begun, long Count)>(
            "select cast(status as bigint), cast(case when first_at is null then 0 else 1 end as bigint), count(*) from followup where rule = @rule group by 1, 2", new { rule })).ToList();
        long Sum(Func<(long Status, long Begun, long Count), bool> isMeant) => rows.Where(isMeant).Sum(r => r.Count);
        return new FollowUpTally(Sum(r => r.Status < 3), Sum(r => r is { Status: 0, Begun: 0 }), Sum(r => r.Status == 3), Sum(r => r.Status == 4));
    }

    /// <summary>All of some customers, each with the newest first.</summary>
    public async Task<ILookup<string, FollowUp>> OfCustomersAsync(IReadOnlyCollection<string> customers, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryByIdsAsync<FollowUpRow>($"select {Columns} from followup where customer in (@ids) order by opened_at desc, id", customers.Distinct(StringComparer.Ordinal))).Select(r => r.ToFollowUp()).ToLookup(f => f.Customer, StringComparer.Ordinal);
    }

    /// <summary>The story of a follow-up, the oldest first.</summary>
    public async Task<IReadOnlyList<FollowUpLine>> LinesAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<(long At, string By, string Kind, string Text, string? Reason)>("select at, by_whom, kind, text, reason from followup_line where followup = @id order by id", new { id }))
            .Select(l => new FollowUpLine(At(l.At), l.By, l.Kind, l.Text) { Reason = l.Reason is null ? null : JsonSerializer.Deserialize(l.Reason, FollowUpRowJson.Default.FollowUpReason) })];
    }

    /// <summary>Up to which position of the log follow-ups were opened; null before the first.</summary>
    public async Task<long?> PlaceAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<long?>("select position from followup_place where id = 1");
    }

    /// <summary>Which of some events opened something or were added already.</summary>
    public async Task<IReadOnlySet<(long Position, string FollowUp)>> TriggersAsync(long from, long to, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<(long, string)>("select position, followup from followup_trigger where position between @from and @to", new { from, to })).ToHashSet();
    }

    /// <summary>When each person with a role had a turn, by id.</summary>
    public async Task<Dictionary<string, long>> TurnsAsync(int role, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<(string Person, long Turn)>("select person, turn from followup_turn where role = @role", new { role })).ToDictionary(t => t.Person, t => t.Turn, StringComparer.Ordinal);
    }

    /// <summary>Those whose owner is to be reminded, or others told, by now.</summary>
    public async Task<IReadOnlyList<FollowUp>> PressingAsync(DateTimeOffset now, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<FollowUpRow>($"select {Columns} from followup where status < 3 and (remind_at <= @now or escalate_at <= @now) order by due_at, id limit @limit", new { now = now.ToUnixTimeMilliseconds(), limit })).Select(r => r.ToFollowUp())];
    }

    /// <summary>What is to be told on timelines.</summary>
    public async Task<IReadOnlyList<(string Id, string Message)>> UntoldAsync(int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<(string, string)>("select id, message from followup_telling order by id limit @limit", new { limit })];
    }

    /// <summary>Notes what was told.</summary>
    public async Task ToldAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var id in ids) await connection.ExecuteAsync("delete from followup_telling where id = @id", new { id });
    }

    /// <summary>The customers of all follow-ups, as they are written there.</summary>
    public async Task<IReadOnlyList<string>> CustomersAsync(bool open, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<string>($"select distinct customer from followup{(open ? " where status < 3" : "")}")];
    }

    /// <summary>A customer goes by another id now. Where she has the same matter open under both, both stay as they are.</summary>
    public async Task RenameAsync(string from, string to, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync(
            "update followup set customer = @to where customer = @from and not (status < 3 and exists (select 1 from followup o where o.customer = @to and o.matter = followup.matter and o.status < 3))", new { from, to });
    }

    /// <summary>Takes away everything of erased customers, by the ids that stand here.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> customers, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var customer in customers)
        {
            foreach (var table in (string[])["followup_trigger", "followup_line", "followup_telling"])
                await connection.ExecuteAsync($"delete from {table} where followup in (select id from followup where customer = @customer)", new { customer }, transaction);
            await connection.ExecuteAsync("delete from followup where customer = @customer", new { customer }, transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Writes a follow-up as it is now, with the lines that are new in its story and what opened it or was added.</summary>
    public static async Task WriteAsync(DbConnection connection, DbTransaction transaction, FollowUpChange change)
    {
        var f = change.FollowUp;
        await connection.ExecuteAsync(
            """
            insert into followup(id, customer, matter, kind, rule, reason, who, status, owner, opened_at, due_at, remind_at, escalate_at, escalated_at, first_at, closed_at, first_took, took, cause, done, result,
                before_kind, before_value, after_kind, after_value, after_at, triggers, reopened, changed_at)
            values(@Id, @Customer, @Matter, @kind, @Rule, @reason, @Who, @status, @Owner, @opened, @due, @remind, @escalate, @escalated, @first, @closed, @firstTook, @took, @Cause, @Done, @Result,
                @beforeKind, @beforeValue, @afterKind, @afterValue, @after, @Triggers, @Reopened, @changed)
            on conflict(id) do update set status = excluded.status, owner = excluded.owner, opened_at = excluded.opened_at, due_at = excluded.due_at, remind_at = excluded.remind_at, escalate_at = excluded.escalate_at,
                escalated_at = excluded.escalated_at, first_at = excluded.first_at, closed_at = excluded.closed_at, first_took = excluded.first_took, took = excluded.took, cause = excluded.cause, done = excluded.done,
                result = excluded.result, before_kind = excluded.before_kind, before_value = excluded.before_value, after_kind = excluded.after_kind, after_value = excluded.after_value, after_at = excluded.after_at,
                triggers = excluded.triggers, reopened = excluded.reopened, changed_at = excluded.changed_at
            """,
            new
            {
                f.Id,
                f.Customer,
                f.Matter,
                kind = (int)f.Kind,
                f.Rule,
                reason = Json(f.Reason),
                f.Who,
                status = (int)f.Status,
                f.Owner,
                opened = Time(f.OpenedAt),
                due = Time(f.DueAt),
                remind = Time(f.RemindAt),
                escalate = Time(f.EscalateAt),
                escalated = Time(f.EscalatedAt),
                first = Time(f.FirstAt),
                closed = Time(f.ClosedAt),
                firstTook = (long?)f.FirstTook?.TotalMilliseconds,
                took = (long?)f.Took?.TotalMilliseconds,
                f.Cause,
                f.Done,
                f.Result,
                beforeKind = f.Before?.Kind,
                beforeValue = f.Before?.Value,
                afterKind = f.Afterwards?.Kind,
                afterValue = f.Afterwards?.Value,
                after = Time(f.AfterwardsAt),
                f.Triggers,
                f.Reopened,
                changed = Time(f.ChangedAt),
            },
            transaction);
        foreach (var line in change.Lines)
        {
            await connection.ExecuteAsync(
                "insert into followup_line(followup, at, by_whom, kind, text, reason) values(@Id, @at, @By, @Kind, @Text, @reason)",
                new { f.Id, at = Time(line.At), line.By, line.Kind, line.Text, reason = line.Reason is { } why ? Json(why) : null }, transaction);
        }

        foreach (var reason in change.Added) await connection.ExecuteAsync("insert into followup_trigger(position, followup, rule) values(@Position, @Id, @Rule)", new { reason.Position, f.Id, reason.Rule }, transaction);
        foreach (var (id, message) in change.Telling) await connection.ExecuteAsync("insert into followup_telling(id, followup, message) values(@id, @of, @message)", new { id, of = f.Id, message }, transaction);
    }

    /// <summary>Notes whose turn it was.</summary>
    public static Task WriteTurnAsync(DbConnection connection, DbTransaction transaction, int role, string person, long turn) => connection.ExecuteAsync(
        "insert into followup_turn(role, person, turn) values(@role, @person, @turn) on conflict(role, person) do update set turn = excluded.turn", new { role, person, turn }, transaction);

    /// <summary>Notes up to which position of the log follow-ups were opened.</summary>
    public static Task WritePlaceAsync(DbConnection connection, DbTransaction transaction, long position) =>
        connection.ExecuteAsync("insert into followup_place(id, position) values(1, @position) on conflict(id) do update set position = excluded.position", new { position }, transaction);

    private static string Order(FollowUpFilter f) => !f.All && f.Status is not (FollowUpStatus.Done or FollowUpStatus.GivenUp) ? "due_at, id" : "opened_at desc, id";

    private static string Where(FollowUpFilter f)
    {
        List<string> all = [];
        if (f.Status is not null) all.Add("status = @status");
        else if (!f.All) all.Add("status < 3");
        if (f.Rule is not null) all.Add("rule = @Rule");
        if (f.Round is not null) all.Add("opened_at = @round");
        if (f.Kind is not null) all.Add("kind = @kind");
        if (f.Owner is not null) all.Add(f.Owner.Length == 0 ? "owner is null" : "owner = @Owner");
        if (f.Customer is not null) all.Add("customer = @Customer");
        if (f.OverdueAt is not null) all.Add("status < 3 and due_at < @overdue");
        if (f.From is not null) all.Add("opened_at >= @from");
        if (f.To is not null) all.Add("opened_at < @to");
        if (Figure(f.Figure) is { } figure) all.Add(figure);
        return all.Count == 0 ? "" : "where " + string.Join(" and ", all);
    }

    /// <summary>What is opened at once is known by the moment.</summary>
    public static string RoundOf(DateTimeOffset at) => at.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);

    // What was taken back before anybody had begun was neither in time nor late.
    private static string? Figure(string? figure) => figure switch
    {
        "first" => "first_at is not null",
        "done" => "status = 3",
        "in_time" => "closed_at is not null and closed_at <= due_at and (status <> 4 or first_at is not null)",
        "late" => "(closed_at > due_at or (closed_at is null and due_at < @now)) and (status <> 4 or first_at is not null)",
        "judged" => "(closed_at is not null or due_at < @now) and (status <> 4 or first_at is not null)",
        "asked" => "after_kind is not null",
        "recovered" => "((after_kind = 'nps' and after_value >= 7) or (after_kind = 'csat' and after_value >= 4) or (after_kind = 'ces' and after_value >= 5))",
        "not_recovered" => "((after_kind = 'nps' and after_value < 7) or (after_kind = 'csat' and after_value < 4) or (after_kind = 'ces' and after_value < 5))",
        _ => null,
    };

    private object Values(FollowUpFilter f, int limit, int skip) => new
    {
        status = (int?)f.Status,
        f.Rule,
        kind = (int?)f.Kind,
        round = long.TryParse(f.Round, NumberStyles.None, CultureInfo.InvariantCulture, out var round) ? round : -1,
        f.Owner,
        f.Customer,
        overdue = Time(f.OverdueAt),
        from = Time(f.From),
        to = Time(f.To),
        limit,
        skip,
        now = Clock.GetUtcNow().ToUnixTimeMilliseconds(),
    };

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;

    private static string Json(FollowUpReason reason) => JsonSerializer.Serialize(reason, FollowUpRowJson.Default.FollowUpReason);

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long? Time(DateTimeOffset? at) => at?.ToUnixTimeMilliseconds();
}
