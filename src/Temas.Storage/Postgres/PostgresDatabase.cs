using System.Data.Common;
using System.IO.Compression;
using System.Net.Sockets;
using Dapper;
using Npgsql;
using NpgsqlTypes;
using Temas.Kernel;

namespace Temas.Storage.Postgres;

/// <summary>A database in one schema of a PostgreSQL 15 or later.</summary>
internal sealed class PostgresDatabase : Database
{
    private readonly NpgsqlDataSource source;
    private readonly string schema;

    private PostgresDatabase(NpgsqlDataSource source, string schema) => (this.source, this.schema) = (source, schema);

    public override string Name => $"postgres schema {schema}";

    public override Dialect Dialect => Dialect.Postgres;

    /// <summary>Reads <c>postgres://user:password@host:port/database</c>.</summary>
    public static Result<NpgsqlConnectionStringBuilder> Parse(string store)
    {
        if (!Uri.TryCreate(store, UriKind.Absolute, out var uri) || uri.Scheme is not ("postgres" or "postgresql") || uri.AbsolutePath.Length < 2)
        {
            return Problem.Invalid("store_invalid", "The store is neither sqlite nor postgres://user:password@host:port/database.", "TEMAS_STORE", null, "Correct the setting.");
        }

        var user = uri.UserInfo.Split(':', 2);
        return new NpgsqlConnectionStringBuilder
        {
            Host = uri.Host,
            Port = uri.Port > 0 ? uri.Port : 5432,
            Database = Uri.UnescapeDataString(uri.AbsolutePath[1..]),
            Username = Uri.UnescapeDataString(user[0]),
            Password = user.Length > 1 ? Uri.UnescapeDataString(user[1]) : null,
            ApplicationName = "temas",
            Timeout = 5,
            CommandTimeout = 60,
        };
    }

    public static async Task<PostgresDatabase> OpenAsync(NpgsqlConnectionStringBuilder settings, string schema, CancellationToken cancel)
    {
        var own = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { SearchPath = $"\"{schema}\"" };
        var source = NpgsqlDataSource.Create(own.ConnectionString);
        await using var connection = await source.OpenConnectionAsync(cancel);
        await connection.ExecuteAsync($"create schema if not exists \"{schema}\"");
        return new PostgresDatabase(source, schema);
    }

    internal override async Task DropAsync(CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await connection.ExecuteAsync($"drop schema if exists \"{schema}\" cascade");
    }

    public override async Task<DbConnection> OpenAsync(CancellationToken cancel = default) => await source.OpenConnectionAsync(cancel);

    public override DbConnection Open() => source.OpenConnection();

    public override async Task<long> BytesAsync(CancellationToken cancel)
    {
        await using var connection = await OpenAsync(cancel);
        return await connection.ExecuteScalarAsync<long>(new CommandDefinition(
            "select coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = current_schema() and c.relkind = 'r'",
            cancellationToken: cancel));
    }

    public override async Task BackupAsync(string file, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(System.Data.IsolationLevel.RepeatableRead, cancel);
        await using var stream = new GZipStream(File.Create(file), CompressionLevel.Fastest);
        await using var target = new BinaryWriter(stream);
        foreach (var table in await TablesAsync(connection))
        {
            cancel.ThrowIfCancellationRequested();
            target.Write(table);
            await using var copy = await connection.BeginRawBinaryCopyAsync($"copy \"{table}\" to stdout (format binary)", cancel);
            var buffer = new byte[1 << 16];
            int read;
            while ((read = await copy.ReadAsync(buffer, cancel)) > 0)
            {
                target.Write(read);
                target.Write(buffer, 0, read);
            }

            target.Write(0);
        }

        target.Write("");
    }

    public override async Task RestoreAsync(string file, CancellationToken cancel)
    {
        await using var connection = await source.OpenConnectionAsync(cancel);
        await using var transaction = await connection.BeginTransactionAsync(cancel);
        using var from = new BinaryReader(new GZipStream(File.OpenRead(file), CompressionMode.Decompress));
        var tables = await TablesAsync(connection);
        // All at once: one after the other would break the references between them.
        await connection.ExecuteAsync($"truncate {string.Join(", ", tables.Select(t => $"\"{t}\""))}", transaction: transaction);
        for (var table = from.ReadString(); table.Length > 0; table = from.ReadString())
        {
            if (!tables.Contains(table)) throw new StoreException(Problem.Invalid("backup_unknown_table", "The backup has a table that this release does not know.", "table", table, "Restore it with the release that wrote it."));
            await using (var copy = await connection.BeginRawBinaryCopyAsync($"copy \"{table}\" from stdin (format binary)", cancel))
            {
                for (var length = from.ReadInt32(); length > 0; length = from.ReadInt32()) await copy.WriteAsync(from.ReadBytes(length), cancel);
            }

            var counter = await connection.QuerySingleOrDefaultAsync<string?>(
                "select a.attname from pg_attribute a where a.attrelid = @table::regclass and a.attidentity <> ''", new { table = $"\"{table}\"" }, transaction);
            if (counter is not null)
                await connection.ExecuteAsync($"select setval(pg_get_serial_sequence('\"{table}\"', '{counter}'), coalesce((select max(\"{counter}\") from \"{table}\"), 0) + 1, false)", transaction: transaction);
        }

        await transaction.CommitAsync(cancel);
    }

    public override bool IsTransient(Exception error) => error switch
    {
        PostgresException p => p.IsTransient || p.SqlState is "53100" or "53200" or "55P03" or "57P01" or "57P03",
        NpgsqlException or SocketException or IOException or TimeoutException => true,
        _ => false,
    };

    internal override IBlockInserter BlockInserter(DbConnection connection, string sql) => new Inserter((NpgsqlConnection)connection, sql);

    internal override IBlockReader BlockReader() => new Reader((NpgsqlConnection)Open());

    internal override void Scrub(DbConnection connection, string table) => connection.Execute($"vacuum full \"{table}\"");

    public override async ValueTask DisposeAsync() => await source.DisposeAsync();

    /// <summary>The tables, those that others refer to before those others: in this order they can be filled.</summary>
    private async Task<List<string>> TablesAsync(NpgsqlConnection connection)
    {
        var waiting = (await connection.QueryAsync<string>("select table_name from information_schema.tables where table_schema = @schema and table_type = 'BASE TABLE' order by 1", new { schema })).ToList();
        var references = (await connection.QueryAsync<(string From, string To)>(
            """
            select f.relname, t.relname from pg_constraint c join pg_class f on f.oid = c.conrelid join pg_class t on t.oid = c.confrelid join pg_namespace n on n.oid = f.relnamespace
            where c.contype = 'f' and n.nspname = @schema and f.oid <> t.oid
            """,
            new { schema })).ToLookup(r => r.From, r => r.To);
        var ordered = new List<string>();
        while (waiting.Count > 0)
        {
            var ready = waiting.Where(t => references[t].All(to => !waiting.Contains(to))).ToList();
            if (ready.Count == 0) throw new InvalidOperationException($"The tables {string.Join(", ", waiting)} refer to each other in a circle.");
            ordered.AddRange(ready);
            waiting.RemoveAll(ready.Contains);
        }

        return ordered;
    }

    // One message for all blocks of a commit: a round trip per block would cost more than the block.
    private sealed class Inserter(NpgsqlConnection connection, string sql) : IBlockInserter
    {
        private readonly NpgsqlBatch batch = new(connection);

        public void Insert(DbTransaction transaction, long position, int count, ReadOnlySpan<byte> bytes)
        {
            var command = new NpgsqlBatchCommand(sql);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = position });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = count });
            command.Parameters.Add(new NpgsqlParameter<byte[]> { TypedValue = bytes.ToArray(), NpgsqlDbType = NpgsqlDbType.Bytea });
            batch.BatchCommands.Add(command);
        }

        public void Flush(DbTransaction transaction)
        {
            if (batch.BatchCommands.Count == 0) return;
            batch.Transaction = (NpgsqlTransaction)transaction;
            try
            {
                batch.ExecuteNonQuery();
            }
            finally
            {
                batch.BatchCommands.Clear();
            }
        }

        public void Dispose() => batch.Dispose();
    }

    // One question for all: a round trip per block would cost more than the block.
    private sealed class Reader : IBlockReader
    {
        private readonly NpgsqlConnection connection;
        private readonly NpgsqlCommand command;
        private readonly NpgsqlParameter<long[]> positions = new();

        public Reader(NpgsqlConnection connection)
        {
            this.connection = connection;
            command = new NpgsqlCommand(
                """
                select position, count, bytes from log_block
                where position in (select (select max(b.position) from log_block b where b.position <= p) from unnest($1) p)
                order by position
                """,
                connection);
            command.Parameters.Add(positions);
            command.Prepare();
        }

        public void Read(ReadOnlySpan<long> positions, BlockSink sink)
        {
            this.positions.TypedValue = positions.ToArray();
            using var reader = command.ExecuteReader();
            while (reader.Read()) sink(reader.GetInt64(0), reader.GetInt32(1), reader.GetFieldValue<byte[]>(2));
        }

        public void Dispose()
        {
            command.Dispose();
            connection.Dispose();
        }
    }
}
