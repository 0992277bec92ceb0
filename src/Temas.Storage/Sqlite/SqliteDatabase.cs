using System.Data.Common;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Temas.Storage.Sqlite;

/// <summary>A database in one SQLite file: WAL, synchronous=FULL, deleted bytes overwritten.</summary>
internal sealed class SqliteDatabase : Database
{
    // Beyond this the writer moves the journal into the file; small enough that a reader never waits for it, large enough to be rare.
    private const long JournalBytes = 16 << 20;

    private readonly string file;
    private readonly string connectionString;
    private long journalled;

    static SqliteDatabase() => Batteries_V2.Init();

    public SqliteDatabase(string file)
    {
        this.file = file;
        connectionString = new SqliteConnectionStringBuilder { DataSource = file, Pooling = true, DefaultTimeout = 5 }.ToString();
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    }

    public override string Name => file;

    public override Dialect Dialect => Dialect.Sqlite;

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
            using var command = connection.CreateCommand();
            // journal_mode and page_size are kept in the file; the others belong to the connection.
            command.CommandText = "pragma page_size=8192; pragma journal_mode=wal; pragma synchronous=full; pragma foreign_keys=on; pragma secure_delete=on; pragma busy_timeout=5000;";
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

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

    internal override void Scrub(DbConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(truncate)";
        command.ExecuteNonQuery();
    }

    internal override void Tidy(DbConnection connection)
    {
        if (journalled < JournalBytes) return;
        journalled = 0;
        using var command = connection.CreateCommand();
        command.CommandText = "pragma wal_checkpoint(passive)";
        command.ExecuteNonQuery();
    }

    // The file lies in the folder, and goes with it.
    internal override Task DropAsync(CancellationToken cancel) => Task.CompletedTask;

    public override ValueTask DisposeAsync()
    {
        using (var connection = new SqliteConnection(connectionString)) SqliteConnection.ClearPool(connection);
        return ValueTask.CompletedTask;
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

        private void Check(int code)
        {
            if (code != raw.SQLITE_OK) throw new SqliteException(raw.sqlite3_errmsg(database).utf8_to_string(), code & 0xff, code);
        }
    }
}
