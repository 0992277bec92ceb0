using System.Data.Common;
using Dapper;
using Temas.Storage;
using Temas.Storage.ModuleEvents;

namespace Temas.Engage.Webhooks;

/// <summary>How far a delivery is. The numbers are persisted and may only grow.</summary>
internal enum DeliveryState
{
    /// <summary>Is to be sent, now or again later.</summary>
    Waiting = 0,

    /// <summary>Is being sent.</summary>
    Sending = 1,

    /// <summary>Was taken.</summary>
    Done = 2,

    /// <summary>Was given up.</summary>
    Failed = 3,
}

/// <summary>One thing that one webhook is told.</summary>
internal sealed record WebhookDelivery
{
    /// <summary>Its id, the same each time it is sent.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the webhook.</summary>
    public required string Webhook { get; init; }

    /// <summary>What is told: <c>survey.answered</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The body.</summary>
    public required string Body { get; init; }

    /// <summary>How far it is.</summary>
    public required DeliveryState State { get; init; }

    /// <summary>How often it was tried.</summary>
    public int Attempts { get; init; }

    /// <summary>What the other side answered last: <c>http_200</c>, <c>no_answer</c> …</summary>
    public string? Code { get; init; }

    /// <summary>When it happened that is told.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>When it is tried next.</summary>
    public DateTimeOffset DueAt { get; init; }

    /// <summary>When it last changed.</summary>
    public DateTimeOffset ChangedAt { get; init; }

    /// <summary>A state in JSON.</summary>
    public static string NameOf(DeliveryState state) => state switch { DeliveryState.Waiting => "waiting", DeliveryState.Sending => "sending", DeliveryState.Done => "done", _ => "failed" };
}

/// <summary>Keeps what webhooks are told. What a module told and that it is to be delivered are one transaction with the place up to which was heard, so nothing is lost and nothing delivered under two ids.</summary>
internal sealed class WebhookStore(Database database, TimeProvider clock)
{
    /// <summary>How long a sender may take before somebody else may try.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How long a delivery is tried.</summary>
    public static readonly TimeSpan GivenUpAfter = TimeSpan.FromDays(3);

    /// <summary>How long a webhook may fail without a break before it is paused.</summary>
    public static readonly TimeSpan PausedAfter = TimeSpan.FromDays(5);

    /// <summary>How long it is kept what was delivered, to be looked at and sent again.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    /// <summary>Why nothing was sent: the webhook is off, which is no failure of its receiver.</summary>
    public const string Off = "webhook_off";

    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("engage", 2, """
            create table webhook_delivery(
                id text primary key, webhook text not null, kind text not null, subject text not null, body text not null, state integer not null, attempts integer not null, code text, at bigint not null, due_at bigint not null, begun_at bigint not null, changed_at bigint not null);
            create index webhook_delivery_due on webhook_delivery(due_at) where state < 2;
            create index webhook_delivery_list on webhook_delivery(webhook, at, id);
            create index webhook_delivery_subject on webhook_delivery(subject) where subject <> '';
            create table webhook_state(webhook text primary key, failing_since bigint, paused_at bigint)
            """),
    ];

    private const string Columns = "id, webhook, kind, body, state, attempts, code, at as At, due_at as DueAt, changed_at as ChangedAt";

    /// <summary>Notes that a webhook is to be told something, in the transaction of the listener.</summary>
    public Task AddAsync(DbConnection connection, DbTransaction transaction, string webhook, ModuleEvent told, string id, string body) => connection.ExecuteAsync(
        """
        insert into webhook_delivery(id, webhook, kind, subject, body, state, attempts, at, due_at, begun_at, changed_at)
        values(@id, @webhook, @Kind, @Subject, @body, 0, 0, @at, @now, @now, @now) on conflict(id) do nothing
        """,
        new { id, webhook, told.Kind, told.Subject, body, at = told.At.ToUnixTimeMilliseconds(), now = Now }, transaction);

    /// <summary>Ids of what may be sent now, with the webhook of each; none of those that are paused.</summary>
    public async Task<IReadOnlyList<(string Id, string Webhook)>> DueAsync(int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<(string, string)>(
            "select id, webhook from webhook_delivery where state < 2 and due_at <= @now and webhook not in (select webhook from webhook_state where paused_at is not null) order by due_at, id limit @limit", new { now = Now, limit })];
    }

    /// <summary>Takes one to send it; null when somebody else has it.</summary>
    public async Task<WebhookDelivery?> TakeAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var taken = await connection.ExecuteAsync(
            "update webhook_delivery set state = 1, attempts = attempts + 1, due_at = @lease, changed_at = @now where id = @id and state < 2 and due_at <= @now", new { id, now = Now, lease = Now + (long)Lease.TotalMilliseconds });
        return taken == 1 ? await FindAsync(id, cancel) : null;
    }

    /// <summary>A delivery, or null.</summary>
    public async Task<WebhookDelivery?> FindAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from webhook_delivery where id = @id", new { id }))?.ToDelivery();
    }

    /// <summary>Notes what the other side answered. What failed is tried again at <paramref name="next"/>, unless that is too late; a webhook that fails for very long is paused.</summary>
    public async Task EndAsync(WebhookDelivery delivery, bool isDone, string code, DateTimeOffset next, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        await connection.ExecuteAsync(
            """
            update webhook_delivery set state = case when @done = 1 then 2 when @next - begun_at > @patience then 3 else 0 end, code = @code, due_at = @next, changed_at = @now where id = @Id and state = 1
            """,
            new { delivery.Id, done = isDone ? 1 : 0, code, next = next.ToUnixTimeMilliseconds(), patience = (long)GivenUpAfter.TotalMilliseconds, now = Now }, transaction);
        if (isDone) await connection.ExecuteAsync("delete from webhook_state where webhook = @Webhook", new { delivery.Webhook }, transaction);
        else if (code != Off)
        {
            await connection.ExecuteAsync("insert into webhook_state(webhook, failing_since) values(@Webhook, @now) on conflict(webhook) do nothing", new { delivery.Webhook, now = Now }, transaction);
            await connection.ExecuteAsync("update webhook_state set paused_at = @now where webhook = @Webhook and paused_at is null and failing_since < @before", new { delivery.Webhook, now = Now, before = Now - (long)PausedAfter.TotalMilliseconds }, transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    /// <summary>Has one sent again, whatever became of it; false when there is none.</summary>
    public async Task<bool> AgainAsync(string webhook, string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync("update webhook_delivery set state = 0, due_at = @now, begun_at = @now, changed_at = @now where id = @id and webhook = @webhook and state <> 1", new { id, webhook, now = Now }) == 1;
    }

    /// <summary>Ends the pause of a webhook; false when it is not paused.</summary>
    public async Task<bool> ResumeAsync(string webhook, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync("delete from webhook_state where webhook = @webhook and paused_at is not null", new { webhook }) == 1;
    }

    /// <summary>Since when webhooks fail, and since when those are paused that are.</summary>
    public async Task<IReadOnlyDictionary<string, (DateTimeOffset Failing, DateTimeOffset? Paused)>> StatesAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<(string Webhook, long Failing, long? Paused)>("select webhook, failing_since, paused_at from webhook_state"))
            .ToDictionary(r => r.Webhook, r => (At(r.Failing), r.Paused is { } paused ? At(paused) : (DateTimeOffset?)null), StringComparer.Ordinal);
    }

    /// <summary>What a webhook was told, the newest first.</summary>
    public async Task<IReadOnlyList<WebhookDelivery>> ListAsync(string webhook, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from webhook_delivery where webhook = @webhook order by at desc, id desc limit @limit", new { webhook, limit })).Select(r => r.ToDelivery())];
    }

    /// <summary>Takes away what is over for longer than <see cref="KeptFor"/>, and what nobody will be told any more.</summary>
    public async Task TidyAsync(IReadOnlyCollection<string> known, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("delete from webhook_delivery where changed_at < @before", new { before = Now - (long)KeptFor.TotalMilliseconds });
        foreach (var gone in (await connection.QueryAsync<string>("select distinct webhook from webhook_delivery")).Except(known).ToList()) await connection.ExecuteAsync("delete from webhook_delivery where webhook = @gone", new { gone });
    }

    /// <summary>Takes away what was told or is to be told of an erased customer.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        foreach (var id in ids) await connection.ExecuteAsync("delete from webhook_delivery where subject = @id", new { id });
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Webhook { get; set; } = "";

        public string Kind { get; set; } = "";

        public string Body { get; set; } = "";

        public int State { get; set; }

        public int Attempts { get; set; }

        public string? Code { get; set; }

        public long At { get; set; }

        public long DueAt { get; set; }

        public long ChangedAt { get; set; }

        public WebhookDelivery ToDelivery() => new()
        {
            Id = Id,
            Webhook = Webhook,
            Kind = Kind,
            Body = Body,
            State = (DeliveryState)State,
            Attempts = Attempts,
            Code = Code,
            At = WebhookStore.At(At),
            DueAt = WebhookStore.At(DueAt),
            ChangedAt = WebhookStore.At(ChangedAt),
        };
    }
}
