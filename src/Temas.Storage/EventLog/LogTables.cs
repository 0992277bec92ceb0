using System.Data.Common;
using Dapper;

namespace Temas.Storage.EventLog;

/// <summary>The tables of the log, and the SQL on all but the blocks.</summary>
internal static class LogTables
{
    public const string InsertBlock = "insert into log_block(position, count, bytes) values($1, $2, $3)";

    public static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("log", 1, """
            create table log_block(position $key, count integer not null, bytes $blob not null);
            create table log_count(source bigint not null, fate text not null, count bigint not null, primary key(source, fate));
            create table log_drop(
                id $identity, source bigint not null, message_id text not null, reason text not null, detail text not null, name text, received_at bigint not null);
            create index log_drop_message on log_drop(message_id);
            create index log_drop_received on log_drop(received_at);
            create table log_identity(id text not null, erasing integer not null)
            """),
    ];

    public static void AddCount(DbConnection connection, DbTransaction transaction, int source, string fate, long count) =>
        connection.Execute(
            "insert into log_count(source, fate, count) values(@source, @fate, @count) on conflict(source, fate) do update set count = log_count.count + excluded.count",
            new { source, fate, count },
            transaction);

    public static void AddDrops(DbConnection connection, DbTransaction transaction, int source, long receivedAt, IEnumerable<DroppedEvent> drops) =>
        connection.Execute(
            "insert into log_drop(source, message_id, reason, detail, name, received_at) values(@source, @MessageId, @Reason, @Detail, @Name, @receivedAt)",
            drops.Select(d => new { source, d.MessageId, d.Reason, d.Detail, d.Name, receivedAt }),
            transaction);

    public static int ForgetDrops(DbConnection connection, long before) => connection.Execute("delete from log_drop where received_at < @before", new { before });

    public static async Task<IReadOnlyList<DropReceipt>> ReadDropsAsync(Database database, string where, object arguments, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<DropRow>(new CommandDefinition(
            $"select id, source, message_id as MessageId, reason, detail, name, received_at as ReceivedAt from log_drop where {where} order by id desc limit @limit", arguments, cancellationToken: cancel));
        return [.. rows.Select(r => new DropReceipt(r.Id, (int)r.Source, r.MessageId, r.Reason, r.Detail, r.Name, DateTimeOffset.FromUnixTimeMilliseconds(r.ReceivedAt)))];
    }

    public static async Task<IReadOnlyList<DropCount>> CountDropsAsync(Database database, long since, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<CountRow>(new CommandDefinition(
            "select source, reason as fate, count(*) as count from log_drop where received_at >= @since group by source, reason order by count(*) desc, reason, source", new { since }, cancellationToken: cancel));
        return [.. rows.Select(r => new DropCount((int)r.Source, r.Fate, r.Count))];
    }

    public static async Task<IReadOnlyList<LogCount>> CountAsync(Database database, CancellationToken cancel)
    {
        await using var connection = await database.OpenAsync(cancel);
        var rows = await connection.QueryAsync<CountRow>(new CommandDefinition("select source, fate, count from log_count order by source, fate", cancellationToken: cancel));
        return [.. rows.Select(r => new LogCount((int)r.Source, r.Fate, r.Count))];
    }

    /// <summary>A name for this log that no other has, so that snapshots of another are never taken for its own.</summary>
    public static string Identity(Database database)
    {
        using var connection = database.Open();
        using var transaction = connection.BeginTransaction();
        var id = connection.QueryFirstOrDefault<string>("select id from log_identity", transaction: transaction);
        if (id is null)
        {
            id = Guid.NewGuid().ToString("N");
            connection.Execute("insert into log_identity(id, erasing) values(@id, 0)", new { id }, transaction);
        }

        transaction.Commit();
        return id;
    }

    /// <summary>Whether an erasure has left the log but perhaps not yet the snapshots.</summary>
    public static bool IsErasing(Database database)
    {
        using var connection = database.Open();
        return connection.QuerySingle<long>("select erasing from log_identity") != 0;
    }

    public static void SetErasing(Database database, bool erasing)
    {
        using var connection = database.Open();
        SetErasing(connection, null, erasing);
    }

    public static void SetErasing(DbConnection connection, DbTransaction? transaction, bool erasing) =>
        connection.Execute("update log_identity set erasing = @erasing where erasing <> @erasing", new { erasing = erasing ? 1 : 0 }, transaction);

    private sealed class DropRow
    {
        public long Id { get; set; }

        public long Source { get; set; }

        public string MessageId { get; set; } = "";

        public string Reason { get; set; } = "";

        public string Detail { get; set; } = "";

        public string? Name { get; set; }

        public long ReceivedAt { get; set; }
    }

    private sealed class CountRow
    {
        public long Source { get; set; }

        public string Fate { get; set; } = "";

        public long Count { get; set; }
    }
}
