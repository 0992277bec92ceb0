using System.Collections.Concurrent;
using System.Diagnostics;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Columns;

/// <summary>Columns that hold everything that there was, and of which generation (<see cref="ICustomerNodes.Generation"/>) their numbers are.</summary>
internal sealed record WholeColumns(ColumnStore Store, ulong Generation);

/// <summary>Columns that can be asked.</summary>
/// <param name="Store">With all that was acknowledged.</param>
/// <param name="Behind">Of so many customers who changed just now what is known is still from before that.</param>
internal readonly record struct ReadyColumns(ColumnStore Store, int Behind);

/// <summary>
/// The columns of a workspace, which follow its log: by themselves in the background, and at the latest when somebody asks, so that a question sees everything that was acknowledged before it was put.
/// A part of the workspace.
/// </summary>
internal sealed partial class LiveColumns
{
    private const int Batch = 512;

    // Events a second that are very many, and how long somebody who asked may ask again.
    private const long Rush = 20_000;
    private static readonly TimeSpan Interest = TimeSpan.FromMinutes(1);

    // A log with more events than this costs so much memory in columns that the first question has them read in.
    private const long Large = 5_000_000;

    // So many events at once are read in before anybody can ask: then nobody is disturbed by making one piece of them, and memory is what matters.
    private const long Many = 200_000;

    // So many events held apart from the base, or a sixteenth of it, are folded while somebody asks.
    private const long LooseWhileAsked = 150_000;

    private const long LeastSaved = 200_000;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(5);

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1);

    private readonly Workspace workspace;
    private readonly ICustomerNodes customers;
    private readonly SemaphoreSlim writing = new(1, 1);

    // Each question has all processors for itself: more at once would only be slower, and leave nothing for the rest.
    private readonly SemaphoreSlim asking = new(2, 2);
    private readonly ConcurrentQueue<IReadOnlyList<long>> erased = [];
    private readonly ReadProperties properties = new();
    private readonly LiveProfiles profiles;
    private ColumnStore store = new();
    private ulong? generation;
    private WholeColumns? whole;
    private bool isFresh;
    private long lastHead, asked, caughtUpAt, erasures, restsUntil, moved;

    // Up to here events are in the columns, and it is known there whose they are, and which are erased: what is being read in has its events there before that.
    private long followedTo;
    private int waiting;
    private (long Position, long At) saved;

    // One piece of everything is being made, and written to disk perhaps.
    private Task folding = Task.CompletedTask;

    public LiveColumns(Workspace workspace)
    {
        (this.workspace, customers, profiles) = (workspace, workspace.Part<ICustomerNodes>(), new LiveProfiles(workspace));
        workspace.Log.Erased += positions =>
        {
            // First the count: whoever is writing the file looks at it when the file is in its place.
            Interlocked.Increment(ref erasures);
            File.Delete(SnapshotPath);
            erased.Enqueue(positions);
        };
    }

    /// <summary>The columns on disk, so that a start has only to read what came since; never the truth.</summary>
    internal string SnapshotPath => Path.Combine(workspace.Folder, "columns.snapshot");

    /// <summary>As long as this a question waits for the columns.</summary>
    internal TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How much of the log is in the columns, from 0 to 1.</summary>
    public double Progress => workspace.Log.Head is var head && head > 0 ? Math.Min(1, (double)Volatile.Read(ref store).Position / head) : 1;

    /// <summary>Whether something happened that is not in the columns.</summary>
    public bool IsBehind => Interlocked.Read(ref followedTo) < workspace.Log.Head || !erased.IsEmpty || generation != customers.Generation;

    /// <summary>Whether somebody asked lately, and may ask again.</summary>
    public bool IsAsked => Interlocked.Read(ref asked) is var last && last != 0 && Stopwatch.GetElapsedTime(last) < Interest;

    /// <summary>The columns as they are now, for what may be asked about.</summary>
    public ColumnStore Store => Volatile.Read(ref store);

    /// <summary>The columns as they are now, since everything that there was had been read in; null before that.</summary>
    public WholeColumns? Whole => Volatile.Read(ref whole);

    /// <summary>How often a node came to belong to another customer in the columns: by an event that joined two, by a decision, or because all were derived afresh. As long as it is the same, the same events are one customer's.</summary>
    public long Moved => Interlocked.Read(ref moved);

    /// <summary>Of so many customers who changed what is known is still from before that; 0 where nobody asked for it yet.</summary>
    public int ProfilesBehind => profiles.IsWanted ? profiles.Left : 0;

    /// <summary>Whether some property, of whatever event, has a text.</summary>
    internal bool Holds(string text) => Volatile.Read(ref store).Holds(text);

    /// <summary>Brings the columns up to the head of the log of the moment at which it was asked (<see cref="AskedAt"/>): what others brought them up to since then is enough.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        if (Interlocked.Read(ref caughtUpAt) >= AskedAt.Moment && erased.IsEmpty && generation == customers.Generation) return;
        var begun = Stopwatch.GetTimestamp();
        await BringUpAsync(isAsked: true, cancel);
        Interlocked.Exchange(ref caughtUpAt, begun);
    }

    /// <summary>As <see cref="CatchUpAsync"/>, for nobody in particular.</summary>
    public Task KeepUpAsync(CancellationToken cancel) => BringUpAsync(isAsked: false, cancel);

    private async Task BringUpAsync(bool isAsked, CancellationToken cancel)
    {
        if (!IsBehind) return;
        var head = workspace.Log.Head;
        if (isAsked) Interlocked.Increment(ref waiting);
        try
        {
            await writing.WaitAsync(cancel);
        }
        finally
        {
            if (isAsked) Interlocked.Decrement(ref waiting);
        }

        try
        {
            // Never at low priority: whoever asks would wait for a thread that holds the columns and gets no processor.
            if (IsBehind) await LongWork.Run(() => CatchUp(isAsked ? head : 0, cancel), cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>
    /// As <see cref="CatchUpAsync"/>, unless that costs more than it is worth: while very many events pour in and nobody has asked lately (where it is <paramref name="isWanted"/>, as long as it is to
    /// <see cref="Rest"/>), or where nobody ever asked about a large log and it is not wanted. True when it was done.
    /// </summary>
    public async Task<bool> FollowAsync(bool isWanted, CancellationToken cancel)
    {
        var came = workspace.Log.Head - lastHead;
        lastHead += came;
        var isBusy = came > Rush && !IsAsked && (!isWanted || Stopwatch.GetTimestamp() < restsUntil);
        if (isBusy || (Interlocked.Read(ref asked) == 0 && !isWanted && lastHead > Large)) return false;
        await BringUpAsync(isAsked: false, cancel);
        if (folding.IsCompleted)
        {
            var ended = folding;
            folding = Task.CompletedTask;
            await ended;
            var saves = IsWorthSaving;
            // What is held apart costs each question more than a fold costs, as long as there are questions.
            if (saves || (IsAsked ? Store.IsLooser(LooseWhileAsked, 16) : Store.IsLoose)) folding = FoldAsync(saves, cancel);
        }

        if (profiles.IsWanted) await Housekeeping.Run(() => profiles.Follow(Store));
        return true;
    }

    /// <summary>So long somebody worked on following. While very many events pour in three times as long is left to them before the next time.</summary>
    public void Rest(TimeSpan worked) => restsUntil = Stopwatch.GetTimestamp() + (long)(3 * worked.TotalSeconds * Stopwatch.Frequency);

    // Writing costs as much as some minutes of reading: so not often, and not for little.
    private bool IsWorthSaving =>
        (profiles.IsWorthSaving ? store.Position > LeastSaved : store.Position - saved.Position > Math.Max(LeastSaved, saved.Position / 8)) && (saved.At == 0 || Stopwatch.GetElapsedTime(saved.At) > SaveEvery) && erased.IsEmpty;

    /// <summary>Makes one piece of everything while others ask, and writes it to disk on demand, unless somebody is erased meanwhile.</summary>
    internal async Task FoldAsync(bool saves, CancellationToken cancel)
    {
        var before = Interlocked.Read(ref erasures);
        var (columns, known, (fold, rules)) = await WriteAsync(() => (store, generation, saves ? profiles.BeginFold(store) : (store.BeginFold(), null)), cancel);
        await Housekeeping.Run(() =>
        {
            fold.Prepare();
            if (!saves || known is null) return;
            fold.Save(SnapshotPath, known.Value);
            if (columns == Store)
            {
                saved = (fold.Position, Stopwatch.GetTimestamp());
                profiles.Saved(rules);
            }

            if (Interlocked.Read(ref erasures) == before) return;
            File.Delete(SnapshotPath);
            profiles.Saved(null);
        });
        await WriteAsync(fold.Complete, cancel);
    }

    private async Task<T> WriteAsync<T>(Func<T> write, CancellationToken cancel)
    {
        await writing.WaitAsync(cancel);
        try
        {
            return write();
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>Reads what is new, at least up to a log position.</summary>
    private void CatchUp(long atLeast, CancellationToken cancel)
    {
        var head = workspace.Log.Head;

        // Where customers are derived afresh meanwhile, the numbers of before mean others, and everything is read again.
        for (var again = false; again is false || generation != customers.Generation || store.Position < atLeast; again = true)
        {
            // The log may be a moment ahead of what is known of its customers; who asked about it waits for that.
            if (again && cancel.WaitHandle.WaitOne(Moment)) cancel.ThrowIfCancellationRequested();
            if (generation != customers.Generation)
            {
                Volatile.Write(ref whole, null);
                Interlocked.Exchange(ref followedTo, 0);
                var known = customers.Generation;
                Volatile.Write(ref store, ColumnStore.Open(SnapshotPath, known, out _) is { } kept && kept.Position <= workspace.Log.Head ? kept : new ColumnStore());
                (generation, isFresh, saved) = (known, true, (store.Position, saved.At));

                // Before anything is read: events come to the customers whose they are by now. Moved afterwards, all of a large log would stand there twice.
                Move();
            }

            ReadEvents(customers.Position, atLeast, cancel);
            Move();
            Erase();
        }

        Interlocked.Exchange(ref followedTo, store.Position);

        // Of customers who are being derived afresh only a part may be known yet.
        if (whole?.Store != store && store.Position >= head) Volatile.Write(ref whole, new WholeColumns(store, generation!.Value));
    }

    private void ReadEvents(long upto, long atLeast, CancellationToken cancel)
    {
        var nodes = new int[Batch];
        var read = 0L;
        foreach (var events in workspace.Log.ReadFrom(store.Position + 1).TakeWhile(e => e.Position <= upto).Chunk(Batch))
        {
            cancel.ThrowIfCancellationRequested();
            customers.NodesOf(events, nodes);
            using (var write = store.Write()) Add(write, events, nodes);
            read += events.Length;
            if (read > Many) store.Fold();

            // Who asks reads on, and does so as one for whom somebody waits.
            if (store.Position >= atLeast && Volatile.Read(ref waiting) > 0) break;
        }
    }

    private void Move()
    {
        var (others, all) = (customers.TakeMoved(isFresh), isFresh);
        isFresh = false;
        if (others.Count == 0 && !all) return;
        using (var write = store.Write())
        {
            if (all) write.MoveAll(others);
            else foreach (var (node, customer) in others) write.Move(node, customer);
        }

        // Only now: whoever sees the new number asks columns in which they are moved.
        Interlocked.Add(ref moved, others.Count + (all ? 1 : 0));
    }

    /// <summary>After what came was read, for some of that may have been erased meanwhile. As long as it is not done the columns are behind.</summary>
    private void Erase()
    {
        while (erased.TryPeek(out var positions))
        {
            using (var write = store.Write()) write.Erase(positions.ToHashSet());
            _ = erased.TryDequeue(out _);
        }
    }

    private void Add(ColumnStore.Writing write, ReadOnlySpan<StoredEvent> events, ReadOnlySpan<int> nodes)
    {
        Span<byte> type = stackalloc byte[EventTypeName.MaxLength];
        for (var i = 0; i < events.Length; i++)
        {
            if (events[i].Kind != LogRecordKind.Event)
            {
                write.Advance(events[i].Position);
                continue;
            }

            var e = events[i].AsLogEvent();
            var row = write.Add(type[..EventTypeName.Write(e, type)], nodes[i], e.Time, e.Position);
            properties.Read(e, row);
        }
    }
}
