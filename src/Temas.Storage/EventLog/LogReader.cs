using System.Collections.Concurrent;

namespace Temas.Storage.EventLog;

/// <summary>Reads blocks of the log by position. Keeps a few connections.</summary>
internal sealed class LogReader(Database database) : IDisposable
{
    private const int Kept = 16;

    private readonly ConcurrentBag<IBlockReader> idle = [];

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
        var order = new int[positions.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        var sorted = positions.ToArray();
        sorted.AsSpan().Sort(order.AsSpan());

        // In log order, so that records of one block cost one read; then back into the order asked for.
        var found = new StoredEvent?[positions.Length];
        var next = 0;
        Read(sorted, (first, count, bytes) =>
        {
            while (next < sorted.Length && sorted[next] < first) next++;
            var records = new LogBlockWalk(first, bytes);
            for (; next < sorted.Length && sorted[next] < first + count; next++) found[order[next]] = records.At(sorted[next]);
        });

        var result = new List<StoredEvent>(positions.Length);
        foreach (var e in found)
        {
            if (e is not null) result.Add(e);
        }

        return result;
    }

    /// <summary>The block that holds <paramref name="position"/>, or null.</summary>
    public LogBlock? Block(long position)
    {
        LogBlock? block = null;
        Read([position], (first, count, bytes) => block = new LogBlock(first, count, bytes.ToArray()));
        return block is { } found && found.Holds(position) ? found : null;
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
        while (idle.TryTake(out var connection)) connection.Dispose();
    }

    private void Read(ReadOnlySpan<long> positions, BlockSink sink)
    {
        if (!idle.TryTake(out var connection)) connection = database.BlockReader();
        try
        {
            connection.Read(positions, sink);
        }
        catch
        {
            // It may be the connection that is broken: the next read begins with another.
            connection.Dispose();
            throw;
        }

        if (idle.Count < Kept) idle.Add(connection);
        else connection.Dispose();
    }
}
