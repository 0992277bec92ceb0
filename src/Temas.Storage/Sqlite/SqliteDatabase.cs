using System.Data.Common;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;
using Temas.Timelines;

namespace Temas.Storage.Sqlite;

/// <summary>A database in one SQLite file: WAL, synchronous=FULL, deleted bytes overwritten.</summary>
internal sealed partial class SqliteDatabase : Database
{
    // Each time this much was written the journal is copied into the file, beside the writer. The journal can begin anew only while nothing of it is left to copy,
    // which the writer has to wait for: rarely, and when little is left.
    private const long CheckpointBytes = 4 << 20, RestartBytes = 128 << 20, LittleBytes = 2 << 20;

    private readonly string file;
    private readonly string connectionString;
    private long uncopied;
    private long journalled;
    private Task? checkpoint;

    static SqliteDatabase() => Batteries_V2.Init();

    private readonly ConditionalWeakTable<SQLitePCL.sqlite3, object> ready = [];

    public SqliteDatabase(string file)
    {
        this.file = file;
        connectionString = new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = 5 }.ToString();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    }

    public override string Name => file;

    public override Dialect Dialect => Dialect.Sqlite;

    public override SemaphoreSlim? Turn { get; } = new(1, 1);

    public override Task<DbConnection> OpenAsync(CancellationToken cancel = default)
    {
        cancel.ThrowIfCancellationRequested();
        return Task.FromResult(Open());
    }

    public override DbConnection Open()
    {
        var connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            // The provider keeps connections open in its pool, and what was set stays set.
            if (ready.TryGetValue(connection.Handle!, out _)) return connection;
            using var command = connection.CreateCommand();
            // journal_mode and page_size are kept in the file; the others belong to the connection. A page takes a whole block of the log, so that it is read at once.
            command.CommandText = "pragma page_size=16384; pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma secure_delete=on; pragma busy_timeout=5000;";
            command.ExecuteNonQuery();
            ready.TryAdd(connection.Handle!, ready);
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public override Task<long> BytesAsync(CancellationToken cancel) => Task.FromResult(new[] { file, file + "-wal" }.Select(f => new FileInfo(f)).Where(f => f.Exists).Sum(f => f.Length));

    public override Task BackupAsync(string file, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var from = (SqliteConnection)Open();
            using var to = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false }.ToString());
            to.Open();
            from.BackupDatabase(to);
        },
        cancel);

    public override Task RestoreAsync(string file, CancellationToken cancel) => Task.Run(
        () =>
        {
            using var from = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Pooling = false, Mode = SqliteOpenMode.ReadOnly }.ToString());
            from.Open();
            using var to = (SqliteConnection)Open();
            from.BackupDatabase(to);
        },
        cancel);

    public override bool IsTransient(Exception error) =>
        error is SqliteException { SqliteErrorCode: raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_FULL or raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_NOMEM };

    internal override IBlockInserter BlockInserter(DbConnection connection, string sql) => new Inserter(this, (SqliteConnection)connection, sql);

    internal override IBlockReader BlockReader() => new Reader((SqliteConnection)Open());

    internal override void Scrub(DbConnection connection, string table)
    {
        if (checkpoint is { } running) Task.WaitAny(running);
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(truncate)";
        command.ExecuteNonQuery();
    }

    internal override void Tidy(DbConnection connection)
    {
        if (checkpoint is null)
        {
            if (uncopied >= CheckpointBytes) BeginCheckpoint();
            return;
        }

        if (!checkpoint.IsCompleted) return;
        var ended = checkpoint;
        checkpoint = null;
        ended.GetAwaiter().GetResult();
        if (journalled < RestartBytes) return;
        if (uncopied > LittleBytes)
        {
            BeginCheckpoint();
            return;
        }

        (journalled, uncopied) = (0, 0);
        Checkpoint((SqliteConnection)connection);
    }

    // The file lies in the folder, and goes with it.
    internal override Task DropAsync(CancellationToken cancel) => Task.CompletedTask;

    public override async ValueTask DisposeAsync()
    {
        if (checkpoint is { } running) await Task.WhenAny(running);
        using (var connection = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(connection);
    }

    private static void Checkpoint(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(passive)";
        command.ExecuteNonQuery();
    }

    // A checkpoint behind which the writer wrote on leaves the bytes to the operating system: the one that restarts the journal would have to wait for all of them.
    private static unsafe void Sync(SqliteConnection connection)
    {
        const int filePointer = 7, syncNormal = 2, xSync = 5;
        nint* file;
        Check(connection.Handle!, Native.FileControl(connection.Handle!.DangerousGetHandle(), "main", filePointer, (nint)(&file)));
        // sqlite3_io_methods: a number, padded to the size of a pointer, then functions in a fixed order (https://sqlite.org/c3ref/io_methods.html).
        var methods = (nint*)*file;
        var code = ((delegate* unmanaged[Cdecl]<nint*, int, int>)methods[xSync])(file, syncNormal);
        if (code != raw.SQLITE_OK) throw new SqliteException("The database file could not be flushed.", code & 0xff, code);
    }

    private void BeginCheckpoint()
    {
        uncopied = 0;
        checkpoint = Housekeeping.Run(() =>
        {
            using var own = (SqliteConnection)Open();
            Checkpoint(own);
            Sync(own);
        });
    }

    private static partial class Native
    {
        [LibraryImport("e_sqlite3", EntryPoint = "sqlite3_file_control", StringMarshalling = StringMarshalling.Utf8)]
        [UnmanagedCallConv(CallConvs = [typeof(CallConvCdecl)])]
        internal static partial int FileControl(nint database, string schema, int operation, nint argument);
    }

    // Straight to the C API: the provider would copy each block into an array of its own.
    private sealed class Inserter : IBlockInserter
    {
        private readonly SqliteDatabase owner;
        private readonly sqlite3 database;
        private readonly sqlite3_stmt statement;

        public Inserter(SqliteDatabase owner, SqliteConnection connection, string sql)
        {
            (this.owner, database) = (owner, connection.Handle!);
            using var command = connection.CreateCommand();
            command.CommandText = "pragma wal_autocheckpoint=0";
            command.ExecuteNonQuery();
            Check(raw.sqlite3_prepare_v2(database, sql, out statement));
        }

        public void Insert(DbTransaction transaction, long position, int count, ReadOnlySpan<byte> bytes)
        {
            owner.uncopied += bytes.Length;
            owner.journalled += bytes.Length;
            Check(raw.sqlite3_bind_int64(statement, 1, position));
            Check(raw.sqlite3_bind_int(statement, 2, count));
            Check(raw.sqlite3_bind_blob(statement, 3, bytes));
            var done = raw.sqlite3_step(statement);
            // Reset gives the step's error again, with its extended code.
            var reset = raw.sqlite3_reset(statement);
            if (done != raw.SQLITE_DONE) Check(reset == raw.SQLITE_OK ? done : reset);
        }

        public void Flush(DbTransaction transaction)
        {
        }

        public void Dispose() => statement.Dispose();

        private void Check(int code) => SqliteDatabase.Check(database, code);
    }

    private sealed class Reader : IBlockReader
    {
        private readonly SqliteConnection connection;
        private readonly sqlite3 database;
        private readonly sqlite3_stmt begin, select, end;

        public Reader(SqliteConnection connection)
        {
            (this.connection, database) = (connection, connection.Handle!);
            Check(database, raw.sqlite3_prepare_v2(database, "begin", out begin));
            Check(database, raw.sqlite3_prepare_v2(database, "select position, count, bytes from log_block where position <= ? order by position desc limit 1", out select));
            Check(database, raw.sqlite3_prepare_v2(database, "commit", out end));
        }

        public void Read(ReadOnlySpan<long> positions, BlockSink sink)
        {
            // One transaction: one lock of the file for all, and all blocks of one moment.
            Step(begin);
            try
            {
                long first = 0, count = 0;
                foreach (var position in positions)
                {
                    if (position < first + count) continue;
                    Check(database, raw.sqlite3_bind_int64(select, 1, position));
                    try
                    {
                        var code = raw.sqlite3_step(select);
                        if (code == raw.SQLITE_DONE) continue;
                        if (code != raw.SQLITE_ROW) Check(database, code);
                        var before = first;
                        (first, count) = (raw.sqlite3_column_int64(select, 0), raw.sqlite3_column_int64(select, 1));
                        if (first != before) sink(first, checked((int)count), raw.sqlite3_column_blob(select, 2));
                    }
                    finally
                    {
                        _ = raw.sqlite3_reset(select);
                    }
                }
            }
            finally
            {
                Step(end);
            }
        }

        public void Dispose()
        {
            begin.Dispose();
            select.Dispose();
            end.Dispose();
            connection.Dispose();
        }

        private void Step(sqlite3_stmt statement)
        {
            var code = raw.sqlite3_step(statement);
            _ = raw.sqlite3_reset(statement);
            if (code != raw.SQLITE_DONE) Check(database, code);
        }
    }

    private static void Check(sqlite3 database, int code)
    {
        if (code != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(database).utf8_to_string(), code & 0xff, code);
    }
}
