using System.Data;
using System.Data.Common;
using Dapper;

namespace Temas.Storage.ModuleEvents;

/// <summary>What a module tells others: that a customer entered a segment, say.</summary>
/// <param name="Id">Ascending in the order in which they were told.</param>
/// <param name="Kind">What it is: <c>segment.entered</c>.</param>
/// <param name="Subject">The public id of the customer whom it is about; it goes when she is erased. Empty for nobody.</param>
/// <param name="Json">What else there is to say, as a JSON object.</param>
/// <param name="At">When it was told.</param>
public sealed record ModuleEvent(long Id, string Kind, string Subject, string Json, DateTimeOffset At);

/// <summary>A <see cref="ModuleEvent"/> that is to be told.</summary>
public sealed record NewModuleEvent(string Kind, string Subject, string Json);

/// <summary>
/// What modules told each other, kept until everybody has heard it. It is written in one transaction with what the module itself writes about it, so either both are there or neither; whoever
/// listens keeps the place up to which it has heard, and hears the rest after a crash. Nothing is told twice unless the listener failed, so a listener tells by the id what it had already.
/// </summary>
public sealed class ModuleEventStore
{
    /// <summary>Told things are kept so long for those who ask later; and longer for a listener that is behind.</summary>
    public static readonly TimeSpan KeptFor = TimeSpan.FromDays(30);

    internal static IReadOnlyList<Migration> Migrations { get; } =
    [
        new("events", 1, """
            create table module_event(id $identity, kind text not null, subject text not null, json text not null, at bigint not null);
            create index module_event_subject on module_event(subject, id);
            create table module_listener(name text primary key, position bigint not null)
            """),
    ];

    private const string Columns = "id as Id, kind as Kind, subject as Subject, json as Json, at as At";

    private readonly Database database;
    private readonly TimeProvider clock;

    // Ids must become visible in their order, or a listener would pass one over: one writes at a time.
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly SemaphoreSlim hearing = new(1, 1);

    internal ModuleEventStore(Database database, TimeProvider clock) => (this.database, this.clock) = (database, clock);

    /// <summary>Tells things, and then does what <paramref name="with"/> does on the same connection, given the id of the last that was told: all or nothing.</summary>
    public async Task CommitAsync(IReadOnlyCollection<NewModuleEvent> events, Func<DbConnection, DbTransaction, long, Task>? with = null, CancellationToken cancel = default)
    {
        await writing.WaitAsync(cancel);
        try
        {
            // Those who write often take turns: the log's writer would try again and again, and sleep in between.
            if (database.Turn is { } turn) await turn.WaitAsync(cancel);
            try
            {
                await using var connection = await database.OpenAsync(cancel);
                await using var transaction = await connection.BeginTransactionAsync(cancel);
                await InsertAsync(connection, transaction, events, cancel);
                if (with is not null) await with(connection, transaction, await LastAsync(connection, transaction));
                await transaction.CommitAsync(cancel);
            }
            finally
            {
                database.Turn?.Release();
            }
        }
        finally
        {
            writing.Release();
        }
    }

    private async Task InsertAsync(DbConnection connection, DbTransaction transaction, IReadOnlyCollection<NewModuleEvent> events, CancellationToken cancel)
    {
        // PostgreSQL is asked over a wire, so many rows at once. SQLite is not, and finds the place of each parameter by comparing its name with all others'; either way the statement is read once.
        var together = database.Dialect == Dialect.Sqlite ? 1 : 100;
        var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
        DbCommand? command = null;
        try
        {
            foreach (var some in events.Chunk(together))
            {
                if (command?.Parameters.Count != some.Length * 4)
                {
                    if (command is not null) await command.DisposeAsync();
                    command = Insertion(connection, transaction, some.Length);
                }

                for (var i = 0; i < some.Length; i++)
                {
                    (command.Parameters[i * 4].Value, command.Parameters[(i * 4) + 1].Value) = (some[i].Kind, some[i].Subject);
                    (command.Parameters[(i * 4) + 2].Value, command.Parameters[(i * 4) + 3].Value) = (some[i].Json, at);
                }

                await command.ExecuteNonQueryAsync(cancel);
            }
        }
        finally
        {
            if (command is not null) await command.DisposeAsync();
        }
    }

    private static DbCommand Insertion(DbConnection connection, DbTransaction transaction, int rows)
    {
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"insert into module_event(kind, subject, json, at) values {string.Join(',', Enumerable.Range(0, rows).Select(i => $"(@k{i}, @s{i}, @j{i}, @a{i})"))}";
        for (var i = 0; i < rows; i++)
        {
            foreach (var (name, type) in (ReadOnlySpan<(string, DbType)>)[("k", DbType.String), ("s", DbType.String), ("j", DbType.String), ("a", DbType.Int64)])
            {
                var parameter = command.CreateParameter();
                (parameter.ParameterName, parameter.DbType) = ($"{name}{i}", type);
                command.Parameters.Add(parameter);
            }
        }

        return command;
    }

    /// <summary>What was told after an id, in order; of these kinds, or of any.</summary>
    public async Task<IReadOnlyList<ModuleEvent>> ReadAsync(long after, int limit, IReadOnlyCollection<string>? kinds = null, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await ReadAsync(connection, after, limit, kinds);
    }

    /// <summary>The newest that was told of a customer, newest first.</summary>
    public async Task<IReadOnlyList<ModuleEvent>> OfAsync(string subject, int limit, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from module_event where subject = @subject order by id desc limit @limit", new { subject, limit })).Select(r => r.ToEvent())];
    }

    /// <summary>How often each of these kinds was told since a moment, by what was said.</summary>
    public async Task<IReadOnlyDictionary<(string Kind, string Json), long>> CountAsync(DateTimeOffset since, IReadOnlyCollection<string> kinds, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var from = await FirstAsync(connection, null, since);
        var values = new DynamicParameters(new { from });
        foreach (var (i, kind) in kinds.Index()) values.Add($"k{i}", kind);
        var rows = await connection.QueryAsync<(string Kind, string Json, long Times)>(
            $"select kind, json, count(*) from module_event where id >= @from and kind in ({string.Join(", ", kinds.Select((_, i) => $"@k{i}"))}) group by kind, json", values);
        return rows.ToDictionary(r => (r.Kind, r.Json), r => r.Times);
    }

    /// <summary>The id of the last that was told; 0 when nothing was.</summary>
    public async Task<long> LastAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        return await LastAsync(connection, null);
    }

    /// <summary>
    /// Gives a listener what it has not heard of these kinds, or of any, in order, as much as there is now; true when it was something. What <paramref name="hear"/> does on the connection and that it was heard is one
    /// transaction; what it does elsewhere may happen again after a crash. A listener who is new hears from now on.
    /// </summary>
    public Task<bool> HearAsync(string listener, IReadOnlyCollection<string>? kinds, int limit, Func<DbConnection, DbTransaction, IReadOnlyList<ModuleEvent>, Task> hear, CancellationToken cancel = default) =>
        HearAsync(listener, kinds, limit, null, hear, cancel);

    /// <summary>The same; a listener who is new hears what was told since a moment.</summary>
    public async Task<bool> HearAsync(
        string listener, IReadOnlyCollection<string>? kinds, int limit, DateTimeOffset? since, Func<DbConnection, DbTransaction, IReadOnlyList<ModuleEvent>, Task> hear, CancellationToken cancel = default)
    {
        await hearing.WaitAsync(cancel);
        try
        {
            // Mostly there is nothing, and nobody's turn has to be taken to know that.
            await using var connection = await database.OpenAsync(cancel);
            if (await connection.QuerySingleOrDefaultAsync<long?>("select position from module_listener where name = @listener", new { listener }) is { } known && await LastAsync(connection, null) <= known) return false;
            if (database.Turn is { } turn) await turn.WaitAsync(cancel);
            try
            {
                return await HearAsync(connection, listener, kinds, limit, since, hear, cancel);
            }
            finally
            {
                database.Turn?.Release();
            }
        }
        finally
        {
            hearing.Release();
        }
    }

    /// <summary>A listener does without what was told up to an id, for nothing of it is for anybody.</summary>
    public async Task PassAsync(string listener, long upto, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var position = await connection.QuerySingleOrDefaultAsync<long?>("select position from module_listener where name = @listener", new { listener });
        if (position >= upto) return;
        await connection.ExecuteAsync(
            "insert into module_listener(name, position) values(@listener, @upto) on conflict(name) do update set position = case when module_listener.position < excluded.position then excluded.position else module_listener.position end", new { listener, upto });
    }

    private static async Task<bool> HearAsync(
        DbConnection connection, string listener, IReadOnlyCollection<string>? kinds, int limit, DateTimeOffset? since, Func<DbConnection, DbTransaction, IReadOnlyList<ModuleEvent>, Task> hear, CancellationToken cancel)
    {
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        var position = await connection.QuerySingleOrDefaultAsync<long?>("select position from module_listener where name = @listener", new { listener }, transaction);
        // Asked before anything is read: what is told meanwhile is heard the next time.
        var (isNew, last) = (position is null, await LastAsync(connection, transaction));
        position ??= since is { } from ? await FirstAsync(connection, transaction, from) - 1 : last;
        var heard = isNew && since is null ? [] : await ReadAsync(connection, position.Value, limit, kinds, transaction);
        if (heard.Count > 0) await hear(connection, transaction, heard);
        // Where there was room for more, nothing up to the last is of these kinds: it is not read again, nor kept for this one.
        var upto = heard.Count > 0 ? heard[^1].Id : position.Value;
        if (heard.Count < limit) upto = Math.Max(upto, last);
        await connection.ExecuteAsync("insert into module_listener(name, position) values(@listener, @upto) on conflict(name) do update set position = excluded.position", new { listener, upto }, transaction);
        await transaction.CommitAsync(cancel);
        return heard.Count > 0;
    }

    /// <summary>Forgets a listener who listens no more: what is told is not kept for it any longer.</summary>
    public async Task DismissAsync(string listener, CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        await connection.ExecuteAsync("delete from module_listener where name = @listener", new { listener });
    }

    /// <summary>Takes away what was told of erased customers.</summary>
    public async Task ForgetAsync(IReadOnlyCollection<string> subjects)
    {
        await using var connection = await database.OpenAsync();
        foreach (var subject in subjects) await connection.ExecuteAsync("delete from module_event where subject = @subject", new { subject });
    }

    /// <summary>Takes away what is older than <see cref="KeptFor"/> and what every listener has heard; a little at a time, for others write, too.</summary>
    public async Task TidyAsync(CancellationToken cancel = default)
    {
        await using var connection = await database.OpenAsync(cancel);
        var before = (clock.GetUtcNow() - KeptFor).ToUnixTimeMilliseconds();
        while (await connection.ExecuteAsync(
            "delete from module_event where id in (select id from module_event where at < @before and id <= coalesce((select min(position) from module_listener), id) order by id limit 500)", new { before }) > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(20), cancel);
        }
    }

    /// <summary>The id of the first that was told since a moment; the one after the last when none was. Ids ascend with time: a few looks find where the time begins, however much was told before.</summary>
    private static async Task<long> FirstAsync(DbConnection connection, DbTransaction? transaction, DateTimeOffset since)
    {
        var (from, to) = (await connection.QuerySingleAsync<long?>("select min(id) from module_event", transaction: transaction) ?? 0, await LastAsync(connection, transaction) + 1);
        while (from < to)
        {
            var middle = from + ((to - from) / 2);
            var at = await connection.QueryFirstOrDefaultAsync<long?>("select at from module_event where id >= @middle order by id limit 1", new { middle }, transaction);
            if (at is { } time && time < since.ToUnixTimeMilliseconds()) from = middle + 1;
            else to = middle;
        }

        return from;
    }

    private static async Task<long> LastAsync(DbConnection connection, DbTransaction? transaction) =>
        await connection.QuerySingleAsync<long?>("select max(id) from module_event", transaction: transaction) ?? 0;

    private static async Task<IReadOnlyList<ModuleEvent>> ReadAsync(DbConnection connection, long after, int limit, IReadOnlyCollection<string>? kinds, DbTransaction? transaction = null)
    {
        var values = new DynamicParameters(new { after, limit });
        foreach (var (i, kind) in (kinds ?? []).Index()) values.Add($"k{i}", kind);
        var among = kinds is null ? "" : $" and kind in ({string.Join(", ", kinds.Select((_, i) => $"@k{i}"))})";
        return [.. (await connection.QueryAsync<Row>($"select {Columns} from module_event where id > @after{among} order by id limit @limit", values, transaction)).Select(r => r.ToEvent())];
    }

    private sealed class Row
    {
        public long Id { get; set; }

        public string Kind { get; set; } = "";

        public string Subject { get; set; } = "";

        public string Json { get; set; } = "";

        public long At { get; set; }

        public ModuleEvent ToEvent() => new(Id, Kind, Subject, Json, DateTimeOffset.FromUnixTimeMilliseconds(At));
    }
}
