using System.Data.Common;
using System.Diagnostics;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Temas.Kernel;

namespace Temas.Storage.EventLog;

/// <summary>
/// The one thread that writes a log. It takes what waits, drops what the log has already, commits, applies to the projections, answers.
/// In memory nothing changes before the commit, so a failed commit needs no undoing.
/// </summary>
internal sealed class LogWriter : IDisposable
{
    // One commit takes at most so many events: beyond, the fsync is amortised and only the wait grows.
    private const int GroupSize = 16_384;

    // Readers of a projection wait at most for so many applied events (well under a millisecond).
    private const int ApplyRun = 256;

    private static readonly TimeSpan DropRetention = TimeSpan.FromDays(40);

    private readonly Database database;
    private readonly IReadOnlyList<IProjection> projections;
    private readonly LogReader reader;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly Action<long> replay;
    private readonly Action<long, int> committed;
    private readonly Channel<Work> queue = Channel.CreateBounded<Work>(new BoundedChannelOptions(4096) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });
    private readonly Thread thread;
    private readonly List<AppendWork> group = [];
    private readonly DuplicateCheck duplicates;
    private readonly LogBlockWriter block = new();
    private readonly LogPulse pulse;
    private DbConnection? connection;
    private IBlockInserter? inserter;
    private DateTimeOffset tidied;
    private string? broken;
    private long head;

    public LogWriter(Database database, MessageIndex messages, IReadOnlyList<IProjection> projections, LogReader reader, long head, TimeProvider clock, ILogger logger, LogPulse pulse, Action<long> replay, Action<long, int> committed)
    {
        this.pulse = pulse;
        (this.database, this.projections, this.reader, this.head, this.clock, this.logger, this.replay, this.committed) =
            (database, projections, reader, head, clock, logger, replay, committed);
        duplicates = new DuplicateCheck(messages, reader);
        thread = new Thread(Run) { Name = "log writer", IsBackground = true };
        thread.Start();
    }

    public long Head => Volatile.Read(ref head);

    public bool IsBroken => broken is not null;

    /// <summary>Batches that wait to be written.</summary>
    public int Waiting => queue.Reader.Count;

    public async Task<Result<int>> AppendAsync(EventBatch batch, CancellationToken cancel)
    {
        if (batch.Count == 0 && batch.Dropped.Count == 0) return 0;
        cancel.ThrowIfCancellationRequested();
        var work = new AppendWork(batch);
        // A full queue answers at once: a sender that waits keeps its memory here.
        if (!queue.Writer.TryWrite(work))
        {
            return queue.Reader.Completion.IsCompleted || IsClosed
                ? Closing
                : new Problem(ProblemKind.TooMany, "queue_full", "More events arrive than can be stored.") { WayOut = "Send them again.", RetryAfter = TimeSpan.FromSeconds(2) };
        }

        // Once it is queued it may be stored, so the wait is not cancelled: the batch belongs to the writer until it answers.
        return await work.Done.Task.ConfigureAwait(false);
    }

    /// <summary>Runs <paramref name="action"/> on the writer's thread, between commits.</summary>
    public async Task<Result<int>> RunAsync(Func<DbConnection, int> action, CancellationToken cancel)
    {
        var work = new ActionWork(action, cancel);
        try
        {
            await queue.Writer.WriteAsync(work, cancel);
        }
        catch (ChannelClosedException)
        {
            return Closing;
        }

        return await work.Done.Task;
    }

    public bool IsClosed { get; private set; }

    public void Dispose()
    {
        IsClosed = true;
        queue.Writer.TryComplete();
        thread.Join();
        inserter?.Dispose();
        connection?.Dispose();
    }

    private static Problem Closing => new(ProblemKind.Unavailable, "shutting_down", "Temas is shutting down.") { WayOut = "Send it again in a moment.", RetryAfter = TimeSpan.FromSeconds(5) };

    private void Run()
    {
        var input = queue.Reader;
        while (input.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            ActionWork? action = null;
            var size = 0;
            while (size < GroupSize && input.TryRead(out var work))
            {
                if (work is AppendWork append)
                {
                    group.Add(append);
                    size += append.Batch.Count;
                }
                else
                {
                    action = (ActionWork)work;
                    break;
                }
            }

            if (group.Count > 0) Append();
            if (action is not null) Act(action);
        }
    }

    private void Append()
    {
        Problem? problem = null;
        var from = head;
        var begun = clock.GetTimestamp();
        using var trace = pulse.Trace();
        try
        {
            if (broken is not null) problem = Broken();
            else StoreInTurn();
        }
        catch (Exception e)
        {
            problem = ProblemOf(e);
            Disconnect();
            pulse.Broke();
            trace?.SetStatus(ActivityStatusCode.Error, problem.Code);
        }

        var took = clock.GetElapsedTime(begun);

        if (problem is null)
        {
            try
            {
                Apply(from + 1);
            }
            catch (Exception e)
            {
                // The log has the events and a projection does not: only a restart, which replays, makes them one again.
                broken = e.GetType().Name;
                logger.LogCritical(e, "A projection failed at position {Position}; the log takes no more events until it is restarted.", head);
                problem = Broken();
            }
        }

        int stored = 0, known = 0, refused = 0;
        foreach (var work in group)
        {
            stored += work.Stored;
            known += work.Duplicates;
            refused += work.Batch.Dropped.Count;
            work.Done.SetResult(problem is null ? work.Batch.Count : problem);
        }

        group.Clear();
        if (problem is not null) return;
        pulse.Committed(took, stored, known, refused);
        committed(head, refused);
        Between();
    }

    private void StoreInTurn()
    {
        database.Turn?.Wait();
        try
        {
            Store();
        }
        finally
        {
            database.Turn?.Release();
        }
    }

    private void Store()
    {
        if (connection is null) Connect();
        inserter ??= database.BlockInserter(connection!, LogTables.InsertBlock);
        using var transaction = connection!.BeginTransaction();
        duplicates.Begin();
        var next = head + 1;
        block.Begin(next);
        foreach (var work in group)
        {
            var batch = work.Batch;
            var (stored, known) = (0, 0);
            for (var i = 0; i < batch.Count; i++)
            {
                ref var item = ref batch.Items[i];
                if (item.Kind == LogRecordKind.Event && duplicates.PlaceOf(batch, i, next) is { } place)
                {
                    (item.Outcome, item.Position) = (AppendOutcome.Duplicate, place);
                    known++;
                    continue;
                }

                (item.Outcome, item.Position) = (AppendOutcome.Stored, next++);
                block.Add(item.Kind, item.Flags, batch.Source, item.Time, batch.ReceivedAt, batch.JsonOf(in item));
                stored++;
                if (block.IsFull) Flush(transaction, next);
            }

            work.Stored = stored;
            work.Duplicates = known;
        }

        Flush(transaction, next);
        inserter.Flush(transaction);
        Count(transaction);
        transaction.Commit();
        Volatile.Write(ref head, next - 1);
    }

    // A connection that broke during a commit leaves open whether it took place: the log knows, and memory follows.
    private void Connect()
    {
        connection = database.Open();
        var stored = reader.Head();
        if (stored <= head) return;
        replay(stored);
        Volatile.Write(ref head, stored);
    }

    private void Flush(DbTransaction transaction, long next)
    {
        if (block.Count > 0) inserter!.Insert(transaction, block.First, block.Count, block.Finish());
        block.Begin(next);
    }

    private void Count(DbTransaction transaction)
    {
        foreach (var source in group.GroupBy(w => w.Batch.Source))
        {
            Add("accepted", source.Sum(w => w.Stored));
            Add("duplicate", source.Sum(w => w.Duplicates));
            foreach (var reason in source.SelectMany(w => w.Batch.Dropped).GroupBy(d => d.Reason)) Add(reason.Key, reason.Count());

            void Add(string fate, int count)
            {
                if (count > 0) LogTables.AddCount(connection!, transaction, source.Key, fate, count);
            }
        }

        foreach (var work in group)
        {
            if (work.Batch.Dropped.Count > 0) LogTables.AddDrops(connection!, transaction, work.Batch.Source, work.Batch.ReceivedAt, work.Batch.Dropped);
        }
    }

    private void Apply(long from)
    {
        foreach (var projection in projections)
        {
            var run = 0;
            var open = false;
            try
            {
                foreach (var work in group)
                {
                    var batch = work.Batch;
                    foreach (ref readonly var item in batch.Items)
                    {
                        if (item.Outcome != AppendOutcome.Stored || item.Position < from) continue;
                        if (!open) projection.BeginApply();
                        open = true;
                        projection.Apply(new LogEvent
                        {
                            Position = item.Position,
                            Kind = item.Kind,
                            Flags = item.Flags,
                            Source = batch.Source,
                            Time = item.Time,
                            ReceivedAt = batch.ReceivedAt,
                            Json = batch.JsonOf(in item),
                            Fields = item.Fields,
                        });
                        if (++run % ApplyRun != 0) continue;
                        open = false;
                        projection.EndApply();
                    }
                }
            }
            finally
            {
                if (open) projection.EndApply();
            }
        }
    }

    private void Between()
    {
        foreach (var projection in projections) projection.Snapshot(force: false);
        var now = clock.GetUtcNow();
        try
        {
            database.Tidy(connection!);
            if (now - tidied < TimeSpan.FromHours(1) && now >= tidied) return;
            tidied = now;
            LogTables.ForgetDrops(connection!, (now - DropRetention).ToUnixTimeMilliseconds());
        }
        catch (DbException e)
        {
            logger.LogWarning("Tidying the log was put off: {Reason}", e.Message);
        }
    }

    private void Act(ActionWork work)
    {
        try
        {
            work.Cancel.ThrowIfCancellationRequested();
            duplicates.Forget();
            if (connection is null) Connect();
            work.Done.SetResult(work.Action(connection!));
        }
        catch (OperationCanceledException e)
        {
            work.Done.SetCanceled(e.CancellationToken);
        }
        catch (Exception e) when (database.IsTransient(e))
        {
            Disconnect();
            work.Done.SetResult(ProblemOf(e));
        }
        catch (Exception e)
        {
            Disconnect();
            work.Done.SetException(e);
        }
        finally
        {
            duplicates.Forget();
        }
    }

    private Problem ProblemOf(Exception e)
    {
        logger.LogError("Events could not be stored: {Error} {Reason}", e.GetType().Name, e.Message);
        var (code, detail) = e.Message.Contains("full", StringComparison.OrdinalIgnoreCase) || e.Message.Contains("No space", StringComparison.OrdinalIgnoreCase)
            ? ("disk_full", "The disk of the event log is full.")
            : e.Message.Contains("locked", StringComparison.OrdinalIgnoreCase)
                ? ("store_locked", "Another process holds the lock of the event log.")
                : ("store_unavailable", "The event log cannot be written.");
        return new Problem(ProblemKind.Unavailable, code, detail) { WayOut = "Nothing was stored: send it again.", RetryAfter = TimeSpan.FromSeconds(5) };
    }

    private static Problem Broken() =>
        new(ProblemKind.Unavailable, "log_stopped", "The event log stopped after an internal error.") { WayOut = "Restart Temas; the log is intact and is replayed.", RetryAfter = TimeSpan.FromSeconds(30) };

    private void Disconnect()
    {
        inserter?.Dispose();
        connection?.Dispose();
        (inserter, connection) = (null, null);
    }

    private abstract class Work
    {
        public TaskCompletionSource<Result<int>> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class AppendWork(EventBatch batch) : Work
    {
        public EventBatch Batch => batch;

        public int Stored { get; set; }

        public int Duplicates { get; set; }
    }

    private sealed class ActionWork(Func<DbConnection, int> action, CancellationToken cancel) : Work
    {
        public Func<DbConnection, int> Action => action;

        public CancellationToken Cancel => cancel;
    }
}
