using System.Collections.Concurrent;
using System.Data.Common;

namespace Temas.Storage.EventLog;

/// <summary>Reads blocks of the log by position. Keeps a few connections with prepared statements.</summary>
internal sealed class LogReader(Database database) : IDisposable
{
    private const int Kept = 16;

    private readonly ConcurrentBag<Cursor> idle = [];

    public long Head()
    {
        using var connection = database.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "select position, count from log_block order by position desc limit 1";
        using var reader = command.ExecuteReader();
        return reader.Read() ? reader.GetInt64(0) + reader.GetInt64(1) - 1 : 0;
    }

    /// <summary>The records at these positions, in the order asked for; positions beyond the log are left out.</summary>
    public List<StoredEvent> Read(ReadOnlySpan<long> positions)
    {
        var result = new List<StoredEvent>(positions.Length);
        Span<int> order = positions.Length <= 256 ? stackalloc int[positions.Length] : new int[positions.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var sorted = positions.ToArray();
        sorted.AsSpan().Sort(order);

        // In log order, so that records of one block cost one read; then back into the order asked for.
        var found = new StoredEvent?[positions.Length];
        var cursor = Rent();
        try
        {
            LogBlock block = default;
            for (var i = 0; i < sorted.Length; i++)
            {
                if (!block.Holds(sorted[i]))
                {
                    if (cursor.BlockOf(sorted[i]) is not { } next) continue;
                    block = next;
                    if (!block.Holds(sorted[i])) continue;
                }

                found[order[i]] = block[(int)(sorted[i] - block.First)];
            }
        }
        finally
        {
            Return(cursor);
        }

        foreach (var e in found)
        {
            if (e is not null) result.Add(e);
        }

        return result;
    }

    /// <summary>The block that holds <paramref name="position"/>, or null.</summary>
    public LogBlock? Block(long position)
    {
        var cursor = Rent();
        try
        {
            return cursor.BlockOf(position) is { } block && block.Holds(position) ? block : null;
        }
        finally
        {
            Return(cursor);
        }
    }

    /// <summary>All blocks from the one that holds <paramref name="from"/> upwards, as of now.</summary>
    public IEnumerable<LogBlock> Blocks(long from)
    {
        var at = from;
        while (Block(at) is { } block)
        {
            yield return block;
            at = block.First + block.Count;
        }
    }

    public void Dispose()
    {
        while (idle.TryTake(out var cursor)) cursor.Dispose();
    }

    private Cursor Rent() => idle.TryTake(out var cursor) ? cursor : new Cursor(database);

    private void Return(Cursor cursor)
    {
        if (idle.Count < Kept && !cursor.IsBroken) idle.Add(cursor);
        else cursor.Dispose();
    }

    private sealed class Cursor : IDisposable
    {
        private readonly DbConnection connection;
        private readonly DbCommand command;
        private readonly DbParameter position;

        public Cursor(Database database)
        {
            connection = database.Open();
            command = connection.CreateCommand();
            command.CommandText = "select position, count, bytes from log_block where position <= @position order by position desc limit 1";
            position = command.CreateParameter();
            position.ParameterName = "position";
            position.Value = 0L;
            command.Parameters.Add(position);
            command.Prepare();
        }

        public bool IsBroken { get; private set; }

        public LogBlock? BlockOf(long at)
        {
            position.Value = at;
            try
            {
                using var reader = command.ExecuteReader();
                return reader.Read() ? new LogBlock(reader.GetInt64(0), checked((int)reader.GetInt64(1)), reader.GetFieldValue<byte[]>(2)) : null;
            }
            catch (DbException)
            {
                IsBroken = true;
                throw;
            }
        }

        public void Dispose()
        {
            command.Dispose();
            connection.Dispose();
        }
    }
}
