using System.Collections.Concurrent;
using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Feedback.Listening;

/// <summary>
/// What customers said, as numbers, which follow the log: by themselves in the background, and at the latest when somebody asks, so that what was acknowledged is in the answer. Always a fold of the log by the definitions and the model in force:
/// when those change, everything is read again; what is erased is gone before anybody is answered. A part of the workspace.
/// </summary>
internal sealed class LiveVoices
{
    private const int Batch = 512;

    // What is read again in a second or two is not worth writing down.
    private const long LeastSaved = 100_000;

    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(1), Patience = TimeSpan.FromSeconds(5), SaveEvery = TimeSpan.FromMinutes(5);

    private readonly Workspace workspace;
    private readonly ICustomerNodes customers;
    private readonly FeltTexts felt;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly ConcurrentQueue<IReadOnlyList<long>> erased = [];
    private readonly int[] nodes = new int[Batch];
    private VoiceRules? rules;
    private VoiceNames names = new();
    private Voice[] rows = new Voice[256];
    private int count;
    private long position;
    private ulong? generation;
    private long erasures;
    private (long Position, long At) saved;
    private volatile Voices? current;

    public LiveVoices(Workspace workspace, FeltTexts felt)
    {
        (this.workspace, this.felt, customers) = (workspace, felt, workspace.Part<ICustomerNodes>());
        workspace.Log.Erased += positions =>
        {
            // First the count: whoever is writing the file looks at it when the file is in its place.
            Interlocked.Increment(ref erasures);
            File.Delete(SnapshotPath);
            erased.Enqueue(positions);
        };
    }

    /// <summary>What was read, on disk, so that a start has only to read what came since; never the truth.</summary>
    internal string SnapshotPath => Path.Combine(workspace.Folder, "voices.snapshot");

    /// <summary>How much of the log was read, from 0 to 1.</summary>
    public double Progress => workspace.Log.Head is var head && head > 0 ? Math.Min(1, (double)Interlocked.Read(ref position) / head) : 1;

    private bool IsBehind => Interlocked.Read(ref position) < workspace.Log.Head || !erased.IsEmpty || generation != customers.Generation || current is null || !IsOf(rules);

    /// <summary>Everything that was said and acknowledged before.</summary>
    public async Task<Result<Voices>> ReadAsync(CancellationToken cancel)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(Patience);
        try
        {
            await CatchUpAsync(patience.Token);
            return current!;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return new Problem(ProblemKind.Unavailable, "voices_loading", FormattableString.Invariant($"What customers said is being read; {Progress:P0} of the events are done.")) { WayOut = "Ask again in a moment.", RetryAfter = Patience };
        }
    }

    /// <summary>Brings it up to the head of the log of this moment.</summary>
    public async Task CatchUpAsync(CancellationToken cancel)
    {
        if (!IsBehind) return;
        var head = workspace.Log.Head;
        await writing.WaitAsync(cancel);
        try
        {
            if (IsBehind) await LongWork.Run(() => CatchUp(head, cancel), cancel);
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>The same in the background, where nobody waits.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        if (!IsBehind) return;
        Action? save = null;
        await writing.WaitAsync(cancel);
        try
        {
            await Housekeeping.Run(() => CatchUp(0, cancel));
            if (position - saved.Position > Math.Max(LeastSaved, saved.Position / 8) && (saved.At == 0 || Stopwatch.GetElapsedTime(saved.At) > SaveEvery)) save = Saving();
        }
        finally
        {
            writing.Release();
        }

        if (save is not null) await Housekeeping.Run(save);
    }

    /// <summary>Writes down what was read.</summary>
    internal async Task SaveAsync()
    {
        await writing.WaitAsync();
        try
        {
            Saving()?.Invoke();
        }
        finally
        {
            writing.Release();
        }
    }

    /// <summary>What writes down all that was read up to now, unless somebody is erased meanwhile; what was read never changes, so others may go on. While nobody else reads on.</summary>
    private Action? Saving()
    {
        var before = Interlocked.Read(ref erasures);
        if (current is not { } known || generation is not { } whose || !erased.IsEmpty) return null;
        var digest = Digest();
        if (!IsOf(known.Rules) || customers.Generation != whose) return null;
        saved = (known.Position, Stopwatch.GetTimestamp());
        return () =>
        {
            VoiceFile.Write(SnapshotPath, new VoiceStamp(whose, digest), known);
            if (Interlocked.Read(ref erasures) != before) File.Delete(SnapshotPath);
        };
    }

    // Of what reads, and by what.
    private ulong Digest()
    {
        var digest = felt.InUse.Digest;
        foreach (var module in new[] { typeof(TouchpointCatalogue), typeof(Hash64) }) digest = Hash64.Combine(digest, Hash64.Of(module.Module.ModuleVersionId.ToByteArray()));
        foreach (var kind in LiveCatalogue.Kinds.Select(k => k.Kind).Append(TopicsKind.Instance.Kind))
        {
            foreach (var definition in workspace.Definitions.List(kind)) digest = Hash64.Combine(digest, Hash64.Of(Encoding.UTF8.GetBytes($"{kind}/{definition.Key} {definition.Json}")));
        }

        return digest;
    }

    private bool IsOf(VoiceRules? some) =>
        some is not null && ReferenceEquals(some.Catalogue, workspace.Part<LiveCatalogue>().Current) && ReferenceEquals(some.Feeling, felt.InUse) && ReferenceEquals(some.Topics, TopicsKind.Of(workspace.Definitions));

    private void CatchUp(long atLeast, CancellationToken cancel)
    {
        try
        {
            Read(atLeast, cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Who failed halfway may have read something twice the next time.
            rules = null;
            throw;
        }
    }

    private void Read(long atLeast, CancellationToken cancel)
    {
        for (var again = false; !again || position < atLeast || generation != customers.Generation || !IsOf(rules); again = true)
        {
            // The log may be a moment ahead of what is known of its customers; who asked about it waits for that.
            if (again && cancel.WaitHandle.WaitOne(Moment)) cancel.ThrowIfCancellationRequested();
            if (generation != customers.Generation || !IsOf(rules)) Begin();
            ReadEvents(customers.Position, cancel);
            Erase();
        }

        current = new Voices(rows, count, position, names, rules!);
    }

    /// <summary>Begins anew: other rules, or other numbers of customers.</summary>
    private void Begin()
    {
        current = null;
        generation = customers.Generation;
        rules = new VoiceRules(workspace.Part<LiveCatalogue>().Current, felt.InUse, TopicsKind.Of(workspace.Definitions));
        (names, rows, count) = (new VoiceNames(), new Voice[256], 0);
        var begun = 0L;
        var digest = Digest();
        if (IsOf(rules) && VoiceFile.Read(SnapshotPath, new VoiceStamp(generation.Value, digest)) is { } kept && kept.Position <= workspace.Log.Head)
        {
            (rows, count, begun, names) = kept;
            saved = (begun, saved.At);
        }

        Interlocked.Exchange(ref position, begun);
    }

    private void ReadEvents(long upto, CancellationToken cancel)
    {
        var pending = new List<StoredEvent>(Batch);
        foreach (var stored in workspace.Log.ReadFrom(position + 1).TakeWhile(e => e.Position <= upto))
        {
            if (rules!.TryRead(stored.AsLogEvent(), names, out var voice))
            {
                pending.Add(stored);
                Add(voice);
            }

            if (pending.Count == Batch) Place(pending);
            if (stored.Position % Batch != 0) continue;

            // Only what knows its customer is kept when somebody has no more patience.
            Place(pending);
            Interlocked.Exchange(ref position, stored.Position);
            cancel.ThrowIfCancellationRequested();
        }

        Place(pending);
        Interlocked.Exchange(ref position, Math.Max(position, upto));
    }

    private void Add(in Voice voice)
    {
        if (count == rows.Length)
        {
            var larger = new Voice[rows.Length * 2];
            rows.AsSpan(0, count).CopyTo(larger);
            rows = larger;
        }

        rows[count++] = voice;
    }

    private void Place(List<StoredEvent> pending)
    {
        if (pending.Count == 0) return;
        customers.NodesOf(CollectionsMarshal.AsSpan(pending), nodes);
        for (var i = 0; i < pending.Count; i++) rows[count - pending.Count + i].Node = nodes[i];
        pending.Clear();
    }

    /// <summary>After what came was read, for some of that may have been erased meanwhile.</summary>
    private void Erase()
    {
        if (erased.IsEmpty) return;
        var gone = new HashSet<long>();
        while (erased.TryDequeue(out var positions)) gone.UnionWith(positions);
        var kept = new Voice[Math.Max(256, count)];
        var left = 0;
        for (var i = 0; i < count; i++)
        {
            if (!gone.Contains(rows[i].Position)) kept[left++] = rows[i];
        }

        (rows, count) = (kept, left);
    }
}
