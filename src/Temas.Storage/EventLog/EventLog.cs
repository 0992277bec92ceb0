using System.Buffers;
using System.Data.Common;
using Dapper;
using Microsoft.Extensions.Logging;
using Temas.Kernel;

namespace Temas.Storage.EventLog;

/// <summary>
/// The truth about a workspace: every accepted event, in the order of arrival, on disk before it is acknowledged (docs/formats/log.md).
/// One writer: requests hand in batches, which are committed together; projections are brought up to date before the answer.
/// </summary>
public sealed class EventLog : IAsyncDisposable
{
    private readonly Database database;
    private readonly string folder;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly MessageIndex messages;
    private readonly List<IProjection> projections = [];
    private readonly Dictionary<string, string> told = [];
    private readonly LogReader reader;
    private readonly LogPulse pulse;
    private LogWriter? writer;
    private bool disposed;

    internal EventLog(Database database, string folder, TimeProvider clock, ILogger logger)
    {
        (this.database, this.folder, this.clock, this.logger) = (database, folder, clock, logger);
        reader = new LogReader(database);
        pulse = new LogPulse(Path.GetFileName(folder), clock);
        messages = new MessageIndex(Path.Combine(folder, "messages"));
        projections.Add(messages);
    }

    /// <summary>Position of the last record; 0 when the log is empty.</summary>
    public long Head => writer?.Head ?? 0;

    /// <summary>False while it opens, once it is closed, and after an internal error.</summary>
    public bool IsWritable => writer is { IsBroken: false, IsClosed: false };

    /// <summary>The projections whose snapshots or segments could not be written the last time, with the reason.</summary>
    public IReadOnlyList<ProjectionFault> Faults => [.. from p in projections let fault = p.Fault where fault is not null select new ProjectionFault(p.Name, fault)];

    /// <summary>What it was doing lately.</summary>
    public LogActivity Activity => pulse.Read();

    /// <summary>Batches that wait to be written.</summary>
    public int Waiting => writer?.Waiting ?? 0;

    /// <summary>What is derived from it, with the position up to which each stands, and why it could not be written the last time.</summary>
    public IReadOnlyList<(string Name, long Position, string? Fault)> Standing => [.. projections.Select(p => (p.Name, p.Position, p.Fault))];

    private LogWriter Writer => writer ?? throw new InvalidOperationException("The log is not open.");

    /// <summary>
    /// Stores a batch durably and brings the projections up to date; then each item of the batch has its outcome. Dropped events get their receipts in the same transaction.
    /// On failure nothing of the batch is stored: <see cref="ProblemKind.Unavailable"/> (disk full, database locked, shutting down) or <see cref="ProblemKind.TooMany"/> (queue full).
    /// </summary>
    public Task<Result<int>> AppendAsync(EventBatch batch, CancellationToken cancel = default) => Writer.AppendAsync(batch, cancel);

    /// <summary>Reads records by position, in the order asked for; positions that do not exist are left out, erased ones come with kind <see cref="LogRecordKind.Erased"/>.</summary>
    public IReadOnlyList<StoredEvent> Read(ReadOnlySpan<long> positions) => reader.Read(positions);

    /// <summary>Reads up to <paramref name="limit"/> records before <paramref name="before"/> (exclusive), newest first.</summary>
    public IReadOnlyList<StoredEvent> ReadLatest(int limit, long before = long.MaxValue) => [.. ReadBackwards(before).Take(limit)];

    /// <summary>Reads records before <paramref name="before"/> (exclusive), newest first, for as long as the caller goes on.</summary>
    public IEnumerable<StoredEvent> ReadBackwards(long before = long.MaxValue)
    {
        for (var at = Math.Min(Head, before - 1); at >= 1;)
        {
            if (reader.Block(at) is not { } block) yield break;
            for (; at >= block.First; at--) yield return block[(int)(at - block.First)];
        }
    }

    /// <summary>Reads records from <paramref name="from"/> (inclusive) upwards in log order, up to the head of this moment.</summary>
    public IEnumerable<StoredEvent> ReadFrom(long from)
    {
        var head = Head;
        foreach (var block in reader.Blocks(Math.Max(1, from)))
        {
            for (var i = (int)Math.Max(0, from - block.First); i < block.Count; i++)
            {
                if (block.First + i > head) yield break;
                yield return block[i];
            }
        }
    }

    /// <summary>The position at which a message stands, or null. The sender's id itself is compared, not only its hash; of an erased message only the hash is left.</summary>
    public long? Find(int source, string messageId)
    {
        Span<long> places = stackalloc long[8];
        var found = messages.FindLocked(EventBatch.HashOf(source, System.Text.Encoding.UTF8.GetBytes(messageId)), places);
        foreach (var e in reader.Read(places[..found]))
        {
            if (e.Kind == LogRecordKind.Erased) return e.Position;
            if (e.Source == source && e.AsLogEvent().Fields.MessageId.ToText(e.Json.Span) == messageId) return e.Position;
        }

        return null;
    }

    /// <summary>The newest dropped events, before the receipt <paramref name="before"/> (exclusive).</summary>
    public Task<IReadOnlyList<DropReceipt>> ReadDropsAsync(int limit, long before = long.MaxValue, CancellationToken cancel = default) =>
        LogTables.ReadDropsAsync(database, "id < @before", new { before, limit }, cancel);

    /// <summary>Events dropped since a moment, by source and reason, most first. The receipts of 40 days are counted, no more.</summary>
    public Task<IReadOnlyList<DropCount>> CountDropsAsync(DateTimeOffset since, CancellationToken cancel = default) => LogTables.CountDropsAsync(database, since.ToUnixTimeMilliseconds(), cancel);

    /// <summary>The newest receipt of a dropped message, or null. Receipts of dropped events are kept for 40 days.</summary>
    public async Task<DropReceipt?> FindDropAsync(string messageId, CancellationToken cancel = default) =>
        await LogTables.ReadDropsAsync(database, "message_id = @messageId", new { messageId, limit = 1 }, cancel) is [var newest] ? newest : null;

    /// <summary>Counts per source since the beginning: accepted, duplicates, dropped by reason, erased.</summary>
    public Task<IReadOnlyList<LogCount>> CountAsync(CancellationToken cancel = default) => LogTables.CountAsync(database, cancel);

    /// <summary>
    /// Erases records for good: their bytes are overwritten in the log, and every projection removes what it derived from them. Gives how many were erased;
    /// positions that do not exist or were erased before do not count.
    /// </summary>
    public Task<Result<int>> EraseAsync(IReadOnlyList<long> positions, CancellationToken cancel = default) =>
        Writer.RunAsync(connection => Erase(connection, [.. positions.Distinct().Order()]), cancel);

    /// <summary>Raised after each commit with the new head, for live pages. Handlers must be quick and must not throw.</summary>
    public event Action<long>? Committed;

    /// <summary>Raised when records were erased, with their positions, after every projection removed what it had of them. Handlers must be quick and must not throw.</summary>
    public event Action<IReadOnlyList<long>>? Erased;

    /// <summary>Raised when events were dropped, with how many.</summary>
    public event Action<int>? Refused;

    /// <summary>
    /// Clears one projection, or all, and replays the log into it. Reports the position reached. Events that arrive meanwhile wait; when it is cancelled,
    /// what was cleared is replayed at the next start.
    /// </summary>
    public async Task RebuildAsync(string? projection, IProgress<long>? progress, CancellationToken cancel)
    {
        await Writer.RunAsync(
            _ =>
            {
                var chosen = projections.Where(p => projection is null || p.Name == projection).ToList();
                foreach (var p in chosen) p.Clear();
                Replay(chosen, Writer.Head, progress, cancel);
                foreach (var p in chosen) p.Snapshot(force: true);
                return 0;
            },
            cancel);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (disposed) return;
        disposed = true;
        await Task.Run(() => writer?.Dispose());
        foreach (var p in projections)
        {
            try
            {
                if (writer is { IsBroken: false }) p.Snapshot(force: true);
            }
            catch (IOException e)
            {
                logger.LogWarning("The snapshot of {Projection} was not written: {Reason} The log is replayed at the next start.", p.Name, e.Message);
            }

            TellFault(p);
            (p as IDisposable)?.Dispose();
        }

        reader.Dispose();
    }

    internal void Add(IProjection projection) => projections.Add(projection);

    /// <summary>Loads the snapshots, replays what they lack, and begins to take events.</summary>
    internal void Open()
    {
        var head = reader.Head();
        var mark = Path.Combine(folder, "log.id");
        var identity = LogTables.Identity(database);
        // An erasure that was cut short may have left what it erased in a snapshot.
        var own = File.Exists(mark) && File.ReadAllText(mark) == identity && !LogTables.IsErasing(database);
        foreach (var p in projections)
        {
            if (own) p.Load(Report);
            else p.Clear();
            if (p.Position <= head) continue;
            Report($"The snapshot of {p.Name} is ahead of the log: it is rebuilt.");
            p.Clear();
        }

        if (!own) File.WriteAllText(mark, identity);
        Replay(projections, head, null, CancellationToken.None);
        LogTables.SetErasing(database, false);
        writer = new LogWriter(database, messages, projections, reader, head, clock, logger, pulse, to => Replay(projections, to, null, CancellationToken.None), (at, refused) =>
        {
            foreach (var p in projections) TellFault(p);
            Committed?.Invoke(at);
            if (refused > 0) Refused?.Invoke(refused);
        });

        void Report(string sentence) => logger.LogWarning("{Sentence}", sentence);
    }

    /// <summary>Logs a fault when it appears, changes or goes; not at each attempt.</summary>
    private void TellFault(IProjection projection)
    {
        var fault = projection.Fault;
        if (fault == told.GetValueOrDefault(projection.Name)) return;
        if (fault is not null)
        {
            told[projection.Name] = fault;
            logger.LogWarning("The projection {Projection} could not be written to disk: {Reason} Nothing is lost; it is tried again.", projection.Name, fault);
        }
        else
        {
            told.Remove(projection.Name);
            logger.LogInformation("The projection {Projection} is written to disk again.", projection.Name);
        }
    }

    private void Replay(List<IProjection> into, long head, IProgress<long>? progress, CancellationToken cancel)
    {
        if (into.Count == 0) return;
        var from = into.Min(p => p.Position) + 1;
        if (from > head) return;
        foreach (var block in reader.Blocks(from))
        {
            cancel.ThrowIfCancellationRequested();
            Replay(into, block);
            progress?.Report(block.First + block.Count - 1);
        }
    }

    private static void Replay(List<IProjection> into, LogBlock block)
    {
        foreach (var p in into)
        {
            if (p.Position >= block.First + block.Count - 1) continue;
            p.BeginApply();
            try
            {
                for (var i = (int)Math.Max(0, p.Position + 1 - block.First); i < block.Count; i++) p.Apply(block[i].AsLogEvent());
            }
            finally
            {
                p.EndApply();
            }

            p.Snapshot(force: false);
        }
    }

    private int Erase(DbConnection connection, long[] positions)
    {
        var erased = 0;
        using (var transaction = connection.BeginTransaction())
        {
            for (var i = 0; i < positions.Length;)
            {
                if (reader.Block(positions[i]) is not { } block)
                {
                    i++;
                    continue;
                }

                var chosen = new HashSet<long>();
                for (; i < positions.Length && block.Holds(positions[i]); i++) chosen.Add(positions[i]);
                var counts = new Dictionary<int, int>();
                var rewritten = Rewrite(block, chosen, counts);
                connection.Execute("update log_block set bytes = @bytes where position = @First", new { bytes = rewritten, block.First }, transaction);
                foreach (var (source, count) in counts)
                {
                    LogTables.AddCount(connection, transaction, source, "erased", count);
                    erased += count;
                }
            }

            LogTables.SetErasing(connection, transaction, true);
            transaction.Commit();
        }

        database.Scrub(connection, "log_block");
        foreach (var p in projections) p.Erase(positions);
        Erased?.Invoke(positions);
        LogTables.SetErasing(connection, null, false);
        return erased;
    }

    private static byte[] Rewrite(LogBlock block, HashSet<long> chosen, Dictionary<int, int> counts)
    {
        var target = new LogBlockWriter();
        target.Begin(block.First);
        Span<byte> hash = stackalloc byte[8];
        for (var i = 0; i < block.Count; i++)
        {
            var e = block[i];
            if (!chosen.Contains(e.Position) || e.Kind == LogRecordKind.Erased)
            {
                target.Add(e.Kind, e.Flags, e.Source, e.Time, e.ReceivedAt, e.Json.Span);
                continue;
            }

            var id = e.AsLogEvent().Fields.MessageId;
            var scratch = ArrayPool<byte>.Shared.Rent(id.Length + 1);
            BitConverter.TryWriteBytes(hash, id.Exists ? EventBatch.HashOf(e.Source, id.Text(e.Json.Span, scratch)) : 0);
            ArrayPool<byte>.Shared.Return(scratch, clearArray: true);
            // When it happened would tell something about her; where it stood in the log does not.
            target.Add(LogRecordKind.Erased, EventFlags.None, e.Source, 0, 0, id.Exists ? hash : []);
            counts[e.Source] = counts.GetValueOrDefault(e.Source) + 1;
        }

        return target.Finish().ToArray();
    }
}

/// <summary>A dropped event, as its sender can look it up.</summary>
public sealed record DropReceipt(long Id, int Source, string MessageId, string Reason, string Detail, string? Name, DateTimeOffset ReceivedAt);

/// <summary>How many events of a source were dropped for one reason.</summary>
public sealed record DropCount(int Source, string Reason, long Count);

/// <summary>How many events of a source met which fate: <c>accepted</c>, <c>duplicate</c>, <c>erased</c>, or the reason of a drop.</summary>
public sealed record LogCount(int Source, string Fate, long Count);

/// <summary>Why a projection could not write to disk. Holds no personal data.</summary>
/// <param name="Projection">Its name.</param>
/// <param name="Reason">What the system said.</param>
public sealed record ProjectionFault(string Projection, string Reason);
