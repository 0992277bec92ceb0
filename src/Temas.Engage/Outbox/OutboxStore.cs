using System.Data.Common;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Temas.Engage.Contracts;
using Temas.Storage;

namespace Temas.Engage.Outbox;

/// <summary>
/// Keeps messages until they are sent, and afterwards what became of them. Whoever sends one takes it first, for a time: of two who want it one has it, and after a crash somebody else may try when the time is over. What happened to a message and
/// that it is to be told are one transaction.
/// </summary>
internal sealed class OutboxStore(Database database, TimeProvider clock)
{
    /// <summary>How long a sender may take before somebody else may try. Longer than any mail server or gateway is waited for.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>How long it is kept what became of a message.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(365);

    /// <summary>Steps of the tables.</summary>
    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("engage", 1, """
            create table engage_key(id $key, bytes $blob not null);
            create table outbox(
                id text primary key, mark text not null, customer text not null, channel text not null, purpose text not null, reference text not null, language text not null, subject text, body text, html text, state integer not null, attempts integer not null,
                queued_at bigint not null, due_at bigint not null, until_at bigint not null, sent_at bigint, changed_at bigint not null, why text, address text, provider text);
            create unique index outbox_mark on outbox(mark);
            create index outbox_due on outbox(channel, due_at) where state < 2;
            create index outbox_list on outbox(queued_at, id);
            create index outbox_customer on outbox(customer, queued_at);
            create index outbox_provider on outbox(channel, provider) where provider is not null;
            create table message_event(id $identity, message text not null, customer text not null, name text not null, channel text not null, purpose text not null, reference text not null, why text, at bigint not null);
            create table unsubscribed(customer text not null, channel text not null, purpose text not null, at bigint not null, primary key(customer, channel, purpose));
            create table bounced_address(channel text not null, address text not null, why text not null, at bigint not null, primary key(channel, address));
            create table engage_secret(owner text not null, name text not null, value text not null, changed_at bigint not null, primary key(owner, name))
            """),
        new("engage-outbox", 1, "create index outbox_reference on outbox(reference, queued_at)"),
        MessageFateStore.Migration,
    ];

    private const string Columns =
        "id, mark, customer, channel, purpose, reference, language, subject, body as Text, html, state, attempts, queued_at as QueuedAt, due_at as DueAt, until_at as Until, sent_at as SentAt, changed_at as ChangedAt, why, opens";

    /// <summary>What mail servers and gateways call a message.</summary>
    public static string MarkOf(string id) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)).AsSpan(0, 16));

    /// <summary>Hands a message in, in the transaction of whoever has it sent; false when it was there.</summary>
    public async Task<bool> AddAsync(DbConnection connection, DbTransaction transaction, ChannelMessage message) => await connection.ExecuteAsync(
        """
        insert into outbox(id, mark, customer, channel, purpose, reference, language, subject, body, html, state, attempts, queued_at, due_at, until_at, changed_at, opens)
        values(@Id, @mark, @Customer, @Channel, @Purpose, @Reference, @Language, @Subject, @Text, @Html, 0, 0, @now, @now, @until, @now, @opens) on conflict(id) do nothing
        """,
        new { message.Id, mark = MarkOf(message.Id), message.Customer, message.Channel, message.Purpose, message.Reference, message.Language, message.Subject, message.Text, message.Html, opens = (int)(message.MayTellOpens ? MessageOpens.May : MessageOpens.Never), now = Now, until = message.Until.ToUnixTimeMilliseconds() },
        transaction) == 1;

    /// <summary>The channels that have something to do now.</summary>
    public async Task<IReadOnlyList<string>> DueChannelsAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<string>("select distinct channel from outbox where state < 2 and due_at <= @now", new { now = Now })];
    }

    /// <summary>Ids of messages of a channel that may be sent now, the longest due first.</summary>
    public async Task<IReadOnlyList<string>> DueAsync(string channel, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. await connection.QueryAsync<string>("select id from outbox where channel = @channel and state < 2 and due_at <= @now order by due_at, id limit @limit", new { channel, now = Now, limit })];
    }

    /// <summary>Takes a message to send it; null when somebody else has it, or it is over.</summary>
    public async Task<OutboxMessage?> TakeAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var taken = await connection.ExecuteAsync(
            "update outbox set state = 1, attempts = attempts + 1, due_at = @lease, changed_at = @now where id = @id and state < 2 and due_at <= @now", new { id, now = Now, lease = Now + (long)Lease.TotalMilliseconds });
        return taken == 1 ? await FindAsync(id, cancel) : null;
    }

    /// <summary>A message, or null.</summary>
    public async Task<OutboxMessage?> FindAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QuerySingleOrDefaultAsync<Row>($"select {Columns} from outbox where id = @id", new { id }))?.ToMessage();
    }

    /// <summary>Puts a message back that is to be tried again.</summary>
    public async Task AgainAsync(OutboxMessage message, DateTimeOffset at, string why, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("update outbox set state = 0, due_at = @due, why = @why, changed_at = @now where id = @Id and state = 1", new { message.Id, due = at.ToUnixTimeMilliseconds(), why, now = Now });
    }

    /// <summary>
    /// Notes what became of a message that was being sent; its text goes, and what happened is to be told. <paramref name="address"/>: digest of where it went, <paramref name="provider"/>: the gateway's id of it, <paramref name="isWatched"/>: it is noticed when she opens it. A bounce closes the address.
    /// </summary>
    public async Task EndAsync(OutboxMessage message, MessageState state, string? why, string? address, string? provider, bool isWatched = false, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var ended = await connection.ExecuteAsync(
            // Whoever is quicker than this note has opened it already.
            $"update outbox set state = @state, why = @why, address = @address, provider = @provider, sent_at = @sent, {(isWatched ? $"opens = case when opens = {(int)MessageOpens.May} then {(int)MessageOpens.Watched} else opens end, " : "")}subject = null, body = null, html = null, changed_at = @now where id = @Id and state = 1",
            new { message.Id, state = (int)state, why, address, provider, sent = state == MessageState.Sent ? Now : (long?)null, now = Now }, transaction);
        if (ended == 1) await TellAsync(connection, transaction, message, state, why, address);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>
    /// Notes what came back of a message that was sent, found by its mark, or on a channel also by the gateway's id: that it arrived, failed or bounced. False when there is no such message, or the same was said before. That it arrived is no longer changed, except by a bounce.
    /// </summary>
    public async Task<bool> ReportAsync(string mark, string? channel, MessageState state, string? why, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var which = channel is null ? "mark = @mark" : "channel = @channel and (mark = @mark or provider = @mark)";
        var found = await connection.QueryFirstOrDefaultAsync<Row>($"select {Columns} from outbox where {which}", new { mark, channel = channel ?? "" }, transaction);
        if (found is null) return false;
        var changed = await connection.ExecuteAsync(
            "update outbox set state = @state, why = @why, changed_at = @now where id = @Id and (state in (1, 2) or (state = 3 and @state = 5))", new { found.Id, state = (int)state, why, now = Now }, transaction);
        if (changed == 1)
        {
            var address = await connection.QuerySingleAsync<string?>("select address from outbox where id = @Id", new { found.Id }, transaction);
            await TellAsync(connection, transaction, found.ToMessage(), state, why, address);
        }

        await transaction.CommitAsync(cancel);
        return changed == 1;
    }

    /// <summary>Has a message that waits for its next attempt tried at once; false when none waits.</summary>
    public async Task<bool> HurryAsync(string id, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.ExecuteAsync("update outbox set due_at = @now, changed_at = @now where id = @id and state = 0", new { id, now = Now }) == 1;
    }

    /// <summary>Messages, the newest first.</summary>
    public async Task<IReadOnlyList<OutboxMessage>> ListAsync(MessageState? state, string? channel, IReadOnlyCollection<string>? customers, int limit, long before = long.MaxValue, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var values = new DynamicParameters(new { state = (int?)state, channel, limit, before });
        foreach (var (i, customer) in (customers ?? []).Index()) values.Add($"c{i}", customer);
        return [.. (await connection.QueryAsync<Row>(
            $"""
            select {Columns} from outbox where queued_at < @before {(state is null ? "" : "and state = @state")} {(channel is null ? "" : "and channel = @channel")}
            {(customers is null ? "" : $"and customer in ({string.Join(", ", customers.Select((_, i) => $"@c{i}"))})")} order by queued_at desc, id desc limit @limit
            """, values)).Select(r => r.ToMessage())];
    }

    /// <summary>How many messages each channel has in each state.</summary>
    public async Task<IReadOnlyDictionary<(string Channel, MessageState State), long>> CountAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryAsync<(string Channel, long State, long Count)>("select channel, state, count(*) from outbox group by channel, state")).ToDictionary(r => (r.Channel, (MessageState)r.State), r => r.Count);
    }

    /// <summary>What is to be told, the oldest first.</summary>
    public async Task<IReadOnlyList<MessageEvent>> UntoldAsync(int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<EventRow>("select id, message, customer, name, channel, purpose, reference, why, at from message_event order by id limit @limit", new { limit }))
            .Select(r => new MessageEvent(r.Id, r.Message, r.Customer, r.Name, r.Channel, r.Purpose, r.Reference, r.Why, r.At))];
    }

    /// <summary>Notes that some things were told.</summary>
    public async Task ToldAsync(IReadOnlyCollection<long> ids, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        // One by one: what has a smaller number may be committed later.
        foreach (var id in ids) await connection.ExecuteAsync("delete from message_event where id = @id", new { id }, transaction);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Takes away what is older than <see cref="KeptFor"/>.</summary>
    public async Task TidyAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("delete from outbox where state >= 2 and changed_at < @before", new { before = Now - (long)KeptFor.TotalMilliseconds });
    }

    /// <summary>Takes away what is kept of an erased customer.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> ids, IReadOnlyCollection<string> addresses, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        foreach (var id in ids)
        {
            foreach (var table in (string[])["outbox", "message_event", "unsubscribed"]) await connection.ExecuteAsync($"delete from {table} where customer = @id", new { id }, transaction);
        }

        foreach (var address in addresses) await connection.ExecuteAsync("delete from bounced_address where address = @address", new { address }, transaction);
        await transaction.CommitAsync(cancel);
    }

    /// <summary>Notes that a customer wants no more of a purpose on a channel, and that it is to be told; false when that is known and she has not changed her mind since <paramref name="agreedAt"/>.</summary>
    public async Task<bool> UnsubscribeAsync(string customer, string channel, string purpose, DateTimeOffset? agreedAt, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var noted = await connection.ExecuteAsync(
            "insert into unsubscribed(customer, channel, purpose, at) values(@customer, @channel, @purpose, @now) on conflict(customer, channel, purpose) do update set at = excluded.at where unsubscribed.at < @agreed",
            new { customer, channel, purpose, now = Now, agreed = agreedAt?.ToUnixTimeMilliseconds() ?? 0 }, transaction);
        if (noted == 1)
        {
            await connection.ExecuteAsync(
                "insert into message_event(message, customer, name, channel, purpose, reference, at) values('', @customer, 'Unsubscribed', @channel, @purpose, '', @now)", new { customer, channel, purpose, now = Now }, transaction);
        }

        await transaction.CommitAsync(cancel);
        return noted == 1;
    }

    /// <summary>Since when a customer, by any of her ids, wants no more of a purpose, by channel.</summary>
    public IReadOnlyDictionary<string, DateTimeOffset> Unsubscribed(IReadOnlyCollection<string> customers, string purpose)
    {
        using var connection = database.Open();
        var found = new Dictionary<string, DateTimeOffset>(StringComparer.Ordinal);
        foreach (var customer in customers)
        {
            foreach (var (channel, at) in connection.Query<(string, long)>("select channel, at from unsubscribed where customer = @customer and purpose = @purpose", new { customer, purpose }))
            {
                var since = DateTimeOffset.FromUnixTimeMilliseconds(at);
                if (!found.TryGetValue(channel, out var known) || known < since) found[channel] = since;
            }
        }

        return found;
    }

    /// <summary>Whether messages to an address, by its digest, came back.</summary>
    public bool HasBounced(string channel, string address)
    {
        using var connection = database.Open();
        return connection.QuerySingleOrDefault<long?>("select at from bounced_address where channel = @channel and address = @address", new { channel, address }) is not null;
    }

    private async Task TellAsync(DbConnection connection, DbTransaction transaction, OutboxMessage message, MessageState state, string? why, string? address)
    {
        if (state == MessageState.Bounced && address is not null)
            await connection.ExecuteAsync("insert into bounced_address(channel, address, why, at) values(@Channel, @address, @why, @now) on conflict(channel, address) do nothing", new { message.Channel, address, why = why ?? "bounced", now = Now }, transaction);
        var name = state switch { MessageState.Sent => "Message Sent", MessageState.Delivered => "Message Delivered", MessageState.Failed => "Message Failed", MessageState.Bounced => "Message Bounced", _ => null };
        if (name is null) return;
        await connection.ExecuteAsync(
            "insert into message_event(message, customer, name, channel, purpose, reference, why, at) values(@Mark, @Customer, @name, @Channel, @Purpose, @Reference, @why, @now)",
            new { message.Mark, message.Customer, name, message.Channel, message.Purpose, message.Reference, why, now = Now }, transaction);
    }

    private long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    private sealed class EventRow
    {
        public long Id { get; set; }

        public string Message { get; set; } = "";

        public string Customer { get; set; } = "";

        public string Name { get; set; } = "";

        public string Channel { get; set; } = "";

        public string Purpose { get; set; } = "";

        public string Reference { get; set; } = "";

        public string? Why { get; set; }

        public long At { get; set; }
    }

    private sealed class Row
    {
        public string Id { get; set; } = "";

        public string Mark { get; set; } = "";

        public string Customer { get; set; } = "";

        public string Channel { get; set; } = "";

        public string Purpose { get; set; } = "";

        public string Reference { get; set; } = "";

        public string Language { get; set; } = "";

        public string? Subject { get; set; }

        public string? Text { get; set; }

        public string? Html { get; set; }

        public int State { get; set; }

        public int Attempts { get; set; }

        public long QueuedAt { get; set; }

        public long DueAt { get; set; }

        public long Until { get; set; }

        public long? SentAt { get; set; }

        public long ChangedAt { get; set; }

        public string? Why { get; set; }

        public int Opens { get; set; }

        public OutboxMessage ToMessage() => new()
        {
            Id = Id,
            Mark = Mark,
            Customer = Customer,
            Channel = Channel,
            Purpose = Purpose,
            Reference = Reference,
            Language = Language,
            Subject = Subject,
            Text = Text,
            Html = Html,
            State = (MessageState)State,
            Attempts = Attempts,
            QueuedAt = At(QueuedAt),
            DueAt = At(DueAt),
            Until = At(Until),
            SentAt = SentAt is { } at ? At(at) : null,
            ChangedAt = At(ChangedAt),
            Why = Why,
            Opens = (MessageOpens)Opens,
        };

        private static DateTimeOffset At(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
    }
}
