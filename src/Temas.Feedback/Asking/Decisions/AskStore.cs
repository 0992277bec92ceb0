using System.Data.Common;
using System.Text.Json;
using Dapper;
using Temas.Storage;

namespace Temas.Feedback.Asking.Decisions;

/// <summary>What a list of asks leaves; every filter that is given must hold.</summary>
/// <param name="Rule">Key of the rule.</param>
/// <param name="State">What became of it.</param>
/// <param name="Reason">Why.</param>
internal sealed record AskFilter(string? Rule = null, AskState? State = null, string? Reason = null);

/// <summary>How many asks of a rule came to something.</summary>
internal sealed record AskCount(string Rule, AskState State, string? Reason, long Count);

/// <summary>
/// The asks of a workspace, each a row from the moment at which it is triggered: what was decided and why, and what waits. So an ask is never noted twice (its id is made of what triggered it) and never settled twice (only what is not settled
/// can be), and who was asked when is the same row.
/// </summary>
internal sealed class AskStore(Database database) : IAskRecord
{
    private const string Columns =
        "id, rule, survey, customer, visitor, cause, position, triggered_at as TriggeredAt, due_at as DueAt, next_at as NextAt, state, reason, detail, decided_at as DecidedAt, held_reason as HeldReason, held_at as HeldAt, channel, about, reminds, reminder";

    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("asking", 1, """
            create table asking_decision(
                id text primary key, rule text not null, survey text not null, customer text, visitor text, cause text not null, position bigint not null, triggered_at bigint not null, due_at bigint not null, next_at bigint,
                state integer not null, reason text, detail text, decided_at bigint not null, held_reason text, held_at bigint, channel text, about text not null);
            create index asking_decision_next on asking_decision(next_at, id) where next_at is not null;
            create index asking_decision_customer on asking_decision(customer, decided_at) where customer is not null;
            create index asking_decision_visitor on asking_decision(visitor, decided_at) where visitor is not null;
            create index asking_decision_rule on asking_decision(rule, decided_at, id);
            create index asking_decision_all on asking_decision(decided_at, id);
            create index asking_decision_asked on asking_decision(decided_at) where state = 2;
            create table asking_checkpoint(id $key, position bigint not null)
            """),
        new("asking-reminders", 1, """
            alter table asking_decision add column reminds text;
            alter table asking_decision add column reminder integer not null default 0
            """),
    ];

    /// <summary>The database that asks are kept in.</summary>
    public Database Database => database;

    /// <summary>Up to where the log was read for triggers; null where it never was.</summary>
    public async Task<long?> PositionAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<long?>("select position from asking_checkpoint where id = 1");
    }

    /// <summary>Notes what was triggered, and up to where the log was read: both or neither. What is known stays as it is.</summary>
    public async Task NoteAsync(IReadOnlyCollection<Ask> asks, long position, IReadOnlyCollection<string> woken, DateTimeOffset now, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await InsertAsync(connection, transaction, asks);
        foreach (var customer in woken) await WakeAsync(connection, transaction, customer, now);
        await connection.ExecuteAsync("insert into asking_checkpoint(id, position) values(1, @position) on conflict(id) do update set position = excluded.position", new { position }, transaction);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Notes what was triggered, in a transaction of somebody else.</summary>
    public static async Task InsertAsync(DbConnection connection, DbTransaction transaction, IReadOnlyCollection<Ask> asks)
    {
        foreach (var ask in asks)
        {
            await connection.ExecuteAsync(
                """
                insert into asking_decision(id, rule, survey, customer, visitor, cause, position, triggered_at, due_at, next_at, state, reason, detail, decided_at, held_reason, held_at, channel, about, reminds, reminder)
                values(@Id, @Rule, @Survey, @Customer, @Visitor, @Cause, @Position, @triggered, @due, @next, @state, @Reason, @Detail, @decided, @HeldReason, @held, @Channel, @about, @Reminds, @Reminder) on conflict(id) do nothing
                """,
                Values(ask),
                transaction);
        }
    }

    /// <summary>
    /// Keeps what was decided, if it is not settled already; then does what <paramref name="with"/> does, in the same transaction. False when it was settled by somebody else, and nothing was done.
    /// </summary>
    public async Task<bool> DecideAsync(Ask ask, Func<DbConnection, DbTransaction, Task>? with, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var changed = await connection.ExecuteAsync(
            """
            update asking_decision set survey = @Survey, next_at = @next, state = @state, reason = @Reason, detail = @Detail, decided_at = @decided, held_reason = @HeldReason, held_at = @held, channel = @Channel
            where id = @Id and state in (0, 1, 5)
            """,
            Values(ask),
            transaction);
        if (changed == 0) return false;
        if (with is not null) await with(connection, transaction);
        await transaction.CommitAsync(cancel);
        return true;
    }

    /// <summary>Keeps a decision about somebody on a page: that of today is written anew as long as she was not asked.</summary>
    public async Task PutAsync(Ask ask, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await InsertAsync(connection, transaction, [ask]);
        await connection.ExecuteAsync(
            "update asking_decision set customer = @Customer, cause = @Cause, state = @state, reason = @Reason, detail = @Detail, decided_at = @decided, survey = @Survey where id = @Id and state <> 2", Values(ask), transaction);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>An ask by its id, or null.</summary>
    public async Task<Ask?> FindAsync(string id, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from asking_decision where id = @id", new { id }))?.ToAsk();
    }

    /// <summary>What is to be looked at by a moment, the longest due first; of those due at once, as by an event that frees several, the one triggered first.</summary>
    public async Task<IReadOnlyList<Ask>> DueAsync(DateTimeOffset now, int limit, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from asking_decision where next_at <= @now order by next_at, triggered_at, id limit @limit", new { now = now.ToUnixTimeMilliseconds(), limit })).Select(r => r.ToAsk())];
    }

    /// <summary>Looks at something later: what could not be decided now.</summary>
    public async Task PostponeAsync(string id, DateTimeOffset to, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("update asking_decision set next_at = @to where id = @id and next_at is not null", new { id, to = to.ToUnixTimeMilliseconds() });
    }

    /// <summary>When something is to be looked at next; null when nothing waits.</summary>
    public async Task<DateTimeOffset?> NextAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return At(await connection.QuerySingleAsync<long?>("select min(next_at) from asking_decision where next_at is not null"));
    }

    /// <summary>The public ids under which something is held back that an event may free.</summary>
    public async Task<IReadOnlyList<string>> HeldAsync(CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<string>("select distinct customer from asking_decision where next_at is not null and state = 1 and customer is not null")];
    }

    /// <inheritdoc/>
    public async Task<(DateTimeOffset? Anything, DateTimeOffset? Surveys)> LastAsync(AskedPerson person, IReadOnlyList<string> surveys, DateTimeOffset moment, string? butOf, CancellationToken cancel) =>
        await LastAsync(person, surveys, moment, butOf, null, cancel);

    /// <summary>The same, without the asks of a rule.</summary>
    public async Task<(DateTimeOffset? Anything, DateTimeOffset? Surveys)> LastAsync(AskedPerson person, IReadOnlyList<string> surveys, DateTimeOffset moment, string? butOf, string? without, CancellationToken cancel)
    {
        var (values, who) = Who(person);
        if (who.Length == 0) return (null, null);
        values.Add("moment", moment.ToUnixTimeMilliseconds());
        values.Add("without", without ?? "");
        values.Add("first", butOf ?? "");
        await using var connection = await database.OpenAsync(cancel);
        var rows = (await connection.QueryAsync<(string Survey, long At)>(
            $"select survey, max(decided_at) from asking_decision where ({who}) and state = 2 and decided_at <= @moment and rule <> @without and id <> @first and (reminds is null or reminds <> @first) group by survey", values)).ToList();
        return (rows.Count == 0 ? null : At(rows.Max(r => r.At)), rows.Where(r => surveys.Contains(r.Survey)).Select(r => (long?)r.At).Max() is { } same ? At(same) : null);
    }

    /// <inheritdoc/>
    public Task<long> CountAsync(DateTimeOffset from, DateTimeOffset to, CancellationToken cancel) => CountAsync(from, to, null, cancel);

    /// <summary>The same, without the asks of a rule.</summary>
    public async Task<long> CountAsync(DateTimeOffset from, DateTimeOffset to, string? without, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleAsync<long>(
            "select count(*) from asking_decision where state = 2 and decided_at >= @from and decided_at <= @to and rule <> @without", new { from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds(), without = without ?? "" });
    }

    /// <summary>The asks of a customer, the newest first.</summary>
    public async Task<IReadOnlyList<Ask>> OfAsync(AskedPerson person, int limit, CancellationToken cancel)
    {
        var (values, who) = Who(person);
        if (who.Length == 0) return [];
        values.Add("limit", limit);
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from asking_decision where {who} order by decided_at desc, id desc limit @limit", values)).Select(r => r.ToAsk())];
    }

    /// <summary>Some asks, the newest first, after <paramref name="after"/> (when decided, and id) if it is given.</summary>
    public async Task<IReadOnlyList<Ask>> ListAsync(AskFilter filter, int limit, (long DecidedAt, string Id)? after, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>(
            $"""
            select {Columns} from asking_decision where 1 = 1 {(filter.Rule is null ? "" : "and rule = @Rule")} {(filter.State is null ? "" : "and state = @state")} {(filter.Reason is null ? "" : "and reason = @Reason")}
            {(after is null ? "" : "and (decided_at < @at or (decided_at = @at and id < @id))")} order by decided_at desc, id desc limit @limit
            """,
            new { filter.Rule, state = (int?)filter.State, filter.Reason, at = after?.DecidedAt ?? 0, id = after?.Id ?? "", limit })).Select(r => r.ToAsk())];
    }

    /// <summary>How many asks decided since a moment came to what, by rule, state and reason, reminders apart; of one rule, or of all.</summary>
    public async Task<IReadOnlyList<AskCount>> CountsAsync(DateTimeOffset since, string? rule, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<(string Rule, long State, string? Reason, long Count)>(
            $"select rule, state, reason, count(*) from asking_decision where decided_at >= @since and reminder = 0 {(rule is null ? "" : "and rule = @rule")} group by rule, state, reason", new { since = since.ToUnixTimeMilliseconds(), rule }))
            .Select(r => new AskCount(r.Rule, (AskState)r.State, r.Reason, r.Count))];
    }

    /// <summary>Takes away what was decided about an erased customer. How many there were.</summary>
    public async Task<int> ForgetAsync(AskedPerson person, CancellationToken cancel)
    {
        var (values, who) = Who(person);
        if (who.Length == 0) return 0;
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync($"delete from asking_decision where {who}", values);
    }

    /// <summary>Takes away what was refused or given up long ago; a little at a time, for others write, too.</summary>
    public async Task TidyAsync(DateTimeOffset before, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        while (await connection.ExecuteAsync(
            "delete from asking_decision where id in (select id from asking_decision where decided_at < @before and next_at is null and state <> 2 order by decided_at, id limit 500)", new { before = before.ToUnixTimeMilliseconds() }) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
        }
    }

    private static async Task WakeAsync(DbConnection connection, DbTransaction transaction, string customer, DateTimeOffset now) =>
        await connection.ExecuteAsync(
            $"update asking_decision set next_at = @now where customer = @customer and state = 1 and next_at > @now and reason in ({string.Join(", ", AskReason.All.Where(AskReason.IsContext).Select(r => $"'{r}'"))})",
            new { customer, now = now.ToUnixTimeMilliseconds() },
            transaction);

    private static (DynamicParameters Values, string Where) Who(AskedPerson person)
    {
        var values = new DynamicParameters();
        var parts = new List<string>();
        foreach (var (column, some) in new[] { ("customer", person.Ids), ("visitor", person.Visitors) })
        {
            if (some.Count == 0) continue;
            for (var i = 0; i < some.Count; i++) values.Add($"{column}{i}", some[i]);
            parts.Add($"{column} in ({string.Join(", ", some.Select((_, i) => $"@{column}{i}"))})");
        }

        return (values, string.Join(" or ", parts));
    }

    private static object Values(Ask a) => new
    {
        a.Id,
        a.Rule,
        a.Survey,
        a.Customer,
        a.Visitor,
        a.Cause,
        a.Position,
        triggered = a.TriggeredAt.ToUnixTimeMilliseconds(),
        due = a.DueAt.ToUnixTimeMilliseconds(),
        next = a.NextAt?.ToUnixTimeMilliseconds(),
        state = (int)a.State,
        a.Reason,
        a.Detail,
        decided = a.DecidedAt.ToUnixTimeMilliseconds(),
        a.HeldReason,
        held = a.HeldAt?.ToUnixTimeMilliseconds(),
        a.Channel,
        a.Reminds,
        a.Reminder,
        about = JsonSerializer.Serialize(a.About, AskingJson.Default.IReadOnlyDictionaryStringString),
    };

    private static DateTimeOffset? At(long? milliseconds) => milliseconds is { } known ? DateTimeOffset.FromUnixTimeMilliseconds(known) : null;

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Rule { get; set; } = "";

        public string Survey { get; set; } = "";

        public string? Customer { get; set; }

        public string? Visitor { get; set; }

        public string Cause { get; set; } = "";

        public long Position { get; set; }

        public long TriggeredAt { get; set; }

        public long DueAt { get; set; }

        public long? NextAt { get; set; }

        public long State { get; set; }

        public string? Reason { get; set; }

        public string? Detail { get; set; }

        public long DecidedAt { get; set; }

        public string? HeldReason { get; set; }

        public long? HeldAt { get; set; }

        public string? Channel { get; set; }

        public string About { get; set; } = "{}";

        public string? Reminds { get; set; }

        public long Reminder { get; set; }

        public Ask ToAsk() => new()
        {
            Id = Id,
            Rule = Rule,
            Survey = Survey,
            Customer = Customer,
            Visitor = Visitor,
            Cause = Cause,
            Position = Position,
            TriggeredAt = At(TriggeredAt)!.Value,
            DueAt = At(DueAt)!.Value,
            NextAt = At(NextAt),
            State = (AskState)State,
            Reason = Reason,
            Detail = Detail,
            DecidedAt = At(DecidedAt)!.Value,
            HeldReason = HeldReason,
            HeldAt = At(HeldAt),
            Channel = Channel,
            Reminds = Reminds,
            Reminder = (int)Reminder,
            About = JsonSerializer.Deserialize(About, AskingJson.Default.IReadOnlyDictionaryStringString)!,
        };
    }
}
