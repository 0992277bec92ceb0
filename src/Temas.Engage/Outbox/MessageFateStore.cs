using Dapper;
using Temas.Engage.Contracts;
using Temas.Storage;

namespace Temas.Engage.Outbox;

/// <summary>Says what became of messages that were handed in, and notes that they were opened.</summary>
internal sealed class MessageFateStore(Database database)
{
    /// <summary>The step of the table <c>outbox</c>.</summary>
    public static Migration Migration { get; } = new("engage-outbox", 2, "alter table outbox add column opens integer not null default 0");

    /// <summary>How far the messages are that belong to something, by channel; <paramref name="kind"/>: what their ids begin with, before the colon.</summary>
    public async Task<IReadOnlyList<MessageCount>> CountAsync(string kind, string reference, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var counts = (await connection.QueryAsync<(string Channel, long State, long Opens, long Count)>(
            "select channel, state, opens, count(*) from outbox where reference = @reference and queued_at >= @from and queued_at < @to and id like @ids group by channel, state, opens",
            new { reference, from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds(), ids = kind + ":%" })).Select(c => (c.Channel, State: (MessageState)c.State, Opens: (MessageOpens)c.Opens, c.Count));
        return [.. counts.GroupBy(c => c.Channel).Select(g => new MessageCount(
            g.Key, g.Where(c => c.State <= MessageState.Sending).Sum(c => c.Count), g.Where(c => c.State == MessageState.Sent).Sum(c => c.Count), g.Where(c => c.State == MessageState.Delivered).Sum(c => c.Count),
            g.Where(c => c.State >= MessageState.Failed).Sum(c => c.Count))
        {
            Watched = g.Where(c => c.Opens >= MessageOpens.Watched).Sum(c => c.Count),
            Opened = g.Where(c => c.Opens == MessageOpens.Opened).Sum(c => c.Count),
            PerhapsOpened = g.Where(c => c.Opens == MessageOpens.Perhaps).Sum(c => c.Count),
        })];
    }

    /// <summary>The same messages one by one, the newest first.</summary>
    public async Task<IReadOnlyList<MessageFate>> ListAsync(string kind, string reference, DateTimeOffset from, DateTimeOffset to, string? channel, MessageFates? fate, int skip, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var which = fate switch
        {
            MessageFates.Waiting => "and state <= 1",
            MessageFates.NotSent => "and state >= 4",
            MessageFates.Delivered => "and state = 3",
            MessageFates.Watched => "and opens >= 2",
            MessageFates.Opened => "and opens = 4",
            MessageFates.PerhapsOpened => "and opens = 3",
            _ => "",
        };
        return [.. (await connection.QueryAsync<(string, string, long, string?, long)>(
            $"""
            select id, channel, state, why, opens from outbox where reference = @reference and queued_at >= @from and queued_at < @to and id like @ids {(channel is null ? "" : "and channel = @channel")} {which}
            order by queued_at desc, id desc limit @limit offset @skip
            """,
            new { reference, from = from.ToUnixTimeMilliseconds(), to = to.ToUnixTimeMilliseconds(), ids = kind + ":%", channel, skip, limit })).Select(Fate)];
    }

    /// <summary>What became of some messages, by their ids.</summary>
    public async Task<IReadOnlyDictionary<string, MessageFate>> FindAsync(IReadOnlyCollection<string> ids, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return (await connection.QueryByIdsAsync<(string, string, long, string?, long)>("select id, channel, state, why, opens from outbox where id in (@ids)", ids.Distinct(StringComparer.Ordinal))).Select(Fate).ToDictionary(f => f.Id, StringComparer.Ordinal);
    }

    /// <summary>Whose a message is whose opening may be noted, and its channel; null where there is none.</summary>
    public async Task<(string Customer, string Channel)?> WhoseAsync(string mark, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await connection.QuerySingleOrDefaultAsync<(string, string)?>($"select customer, channel from outbox where mark = @mark and opens >= {(int)MessageOpens.Watched}", new { mark });
    }

    /// <summary>Notes that the picture of a message was asked for. Who asked is not known here, and when is kept nowhere. What was opened for certain stays so.</summary>
    /// <param name="mark">What mail servers call the message.</param>
    /// <param name="isProgram">Whoever asks looks like a program.</param>
    /// <param name="sentBefore">A message that was sent later than this, or of which that is not noted yet, has hardly been read by a person.</param>
    /// <param name="cancel">Stops it.</param>
    public async Task OpenedAsync(string mark, bool isProgram, DateTimeOffset sentBefore, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var found = await connection.QuerySingleOrDefaultAsync<(long Opens, long? Sent)?>("select opens, sent_at from outbox where mark = @mark", new { mark });
        if (found is not { } message) return;
        var now = isProgram || message.Sent is not { } sent || sent > sentBefore.ToUnixTimeMilliseconds() ? MessageOpens.Perhaps : MessageOpens.Opened;
        if (message.Opens == (long)MessageOpens.Never || message.Opens >= (long)now) return;
        await connection.ExecuteAsync("update outbox set opens = @now where mark = @mark and opens > 0 and opens < @now", new { mark, now = (int)now });
    }

    private static MessageFate Fate((string Id, string Channel, long State, string? Why, long Opens) row) => new(
        row.Id, row.Channel, OutboxMessage.NameOf((MessageState)row.State), row.Why,
        (MessageOpens)row.Opens switch { MessageOpens.Watched => "not", MessageOpens.Perhaps => "perhaps", MessageOpens.Opened => "opened", _ => null });
}
