namespace Temas.Timelines;

// How the folder changes. A segment is written and flushed first, then the manifest that names it, then what is no longer named is deleted; a crash between any two steps
// leaves the state before or after, and files without a name, which Load deletes. Sealing and merging run in the background and publish their manifest there, one after
// the other; memory follows in SealIfFull, where the caller's write lock keeps readers away.
public sealed partial class TimelineStore
{
    private readonly Lock publishing = new();
    private Manifest manifest = new(0, 0, [], ReadOnlyMemory<byte[]>.Empty);
    private long lastId;
    private Tail? spare;
    private long frozenThrough;
    private int retryAt;
    private long mergeFrom;
    private Task<Segment>? sealing;
    private (Task<Segment?> Task, Segment[] Inputs, CancellationTokenSource Stop)? merging;

    private bool HasFrozen => tails.Length == 2;

    /// <summary>
    /// Opens the segments in the folder. A damaged or missing one is thrown away with everything after it, and so is everything of another generation;
    /// each is told to <paramref name="report"/> in a sentence. Afterwards <see cref="Position"/> says from where the log has to be applied again.
    /// </summary>
    public void Load(ulong generation, Action<string> report)
    {
        Dispose();
        Directory.CreateDirectory(folder);
        var found = Manifest.Read(folder, out var fault);
        if (found is null)
        {
            if (File.Exists(Path.Combine(folder, Manifest.FileName)) || OwnFiles().Any()) report($"The list of timeline files {fault}; timelines are rebuilt from the log.");
            Clear(generation);
            return;
        }

        if (found.Generation != generation)
        {
            report("The timelines belong to another state of the customers; they are rebuilt from the log.");
            Clear(generation);
            return;
        }

        List<Segment> whole = [];
        foreach (var reference in found.Segments)
        {
            var segment = Segment.Open(folder, reference.Id, generation, out fault);
            if (segment is null)
            {
                report($"Timeline file {Segment.NameOf(reference.Id)} {fault}; timelines are rebuilt from log position {(whole.Count == 0 ? 0 : whole[^1].Head.Through)} on.");
                break;
            }

            whole.Add(segment);
        }

        segments = [.. whole];
        tails = [new Tail()];
        lastId = found.Segments.Select(reference => reference.Id).DefaultIfEmpty().Max();
        types.Reset(found.Types.Span);
        (manifest, Generation, Fault) = (found, generation, null);
        if (whole.Count < found.Segments.Length)
        {
            Publish(now => now with { Position = whole.Count == 0 ? 0 : whole[^1].Head.Through, Segments = now.Segments[..whole.Count] });
        }

        Position = DurablePosition = manifest.Position;
        DeleteUnnamed();
    }

    /// <summary>Deletes everything and begins anew at position 0 with the given generation.</summary>
    public void Clear(ulong generation)
    {
        Dispose();
        Directory.CreateDirectory(folder);
        tails = [new Tail()];
        types.Reset([]);
        (Generation, Position, DurablePosition, Fault) = (generation, 0, 0, null);
        Publish(_ => new Manifest(generation, 0, [], ReadOnlyMemory<byte[]>.Empty));
        DeleteUnnamed();
    }

    /// <summary>
    /// Keeps house; to be called after each batch. A full tail is set aside and written to a segment file in the background; finished segments and merges are installed; a merge is begun
    /// when one is due. Gives true when <see cref="DurablePosition"/> moved.
    /// </summary>
    /// <param name="force">
    /// Everything up to <see cref="Position"/> is on disk when this returns, full or not; it throws <see cref="IOException"/> when that cannot be done, and loses nothing.
    /// </param>
    public bool SealIfFull(bool force)
    {
        var before = DurablePosition;
        InstallSealed(wait: force);
        InstallMerged();
        if (force)
        {
            // Forced at shutdown and after imports: what comes next is small, so large arrays are let go.
            spare = null;
            if (HasFrozen) SealFrozen();
            spare = null;
            if (Current.Count > 0)
            {
                Freeze();
                SealFrozen();
            }
            else if (Position > DurablePosition)
            {
                Publish(now => now with { Position = Position, Types = types.Utf8 });
                DurablePosition = Position;
            }

            spare = null;
        }
        else
        {
            if (Current.Count >= options.TailEntries)
            {
                // The tail before this one may still be being written: wait for it, or memory would grow without end.
                InstallSealed(wait: true);
                if (!HasFrozen) Freeze();
            }

            if (HasFrozen && sealing is null && Current.Count >= retryAt)
            {
                var (tail, through, names) = (tails[0], frozenThrough, types.Utf8);
                sealing = InBackground(() => WriteTail(tail, through, names));
            }
        }

        MergeIfDue();
        return DurablePosition > before;
    }

    /// <summary>Waits until nothing is under way and nothing is due; for tests and measurements.</summary>
    internal void Settle()
    {
        while (sealing is not null || merging is not null)
        {
            if (merging is { } merge) Wait(merge.Task);
            InstallSealed(wait: true);
            InstallMerged();
            MergeIfDue();
        }
    }

    private static void Wait(Task task) => Task.WaitAny(task);

    private Task<T> InBackground<T>(Func<T> work)
    {
        if (!options.OneThread) return Housekeeping.Run(work);
        var task = new Task<T>(work);
        task.RunSynchronously();
        return task;
    }

    private static long Through(Segment[] some) => some[^1].Head.Through;

    private long NextId() => Interlocked.Increment(ref lastId);

    private void Freeze()
    {
        tails = [Current, spare ?? new Tail()];
        (spare, frozenThrough, retryAt) = (null, Position, 0);
    }

    private void SealFrozen()
    {
        var tail = tails[0];
        sealing = Task.FromResult(WriteTail(tail, frozenThrough, types.Utf8));
        InstallSealed(wait: true);
    }

    private void InstallSealed(bool wait)
    {
        if (sealing is null || !(wait || sealing.IsCompleted)) return;
        Wait(sealing);
        if (sealing.IsCompletedSuccessfully)
        {
            segments = [.. segments, sealing.Result];
            DurablePosition = Through(segments);
            spare = tails[0];
            spare.Reset();
            tails = [Current];
            Fault = null;
        }
        else
        {
            // Repeated when some more has come, not at once: a full disk is not emptied by trying.
            retryAt = Current.Count + Math.Max(1, options.TailEntries / 8);
            Fault = $"A timeline segment could not be written: {sealing.Exception!.InnerException!.Message}";
        }

        sealing = null;
    }

    private void MergeIfDue()
    {
        if (merging is not null || Position < mergeFrom) return;
        var sizes = new int[segments.Length];
        for (var i = 0; i < sizes.Length; i++) sizes[i] = segments[i].Count;
        if (MergePlan.Choose(sizes, options.FanIn, options.TailEntries / 16, options.SegmentEntries) is not { } run) return;
        var (inputs, stop) = (segments[run], new CancellationTokenSource());
        merging = (InBackground(() => Merge(inputs, stop.Token)), inputs, stop);
    }

    private void InstallMerged()
    {
        if (merging is not { Task.IsCompleted: true } merge) return;
        merging = null;
        merge.Stop.Dispose();
        if (merge.Task.IsFaulted)
        {
            mergeFrom = Position + Math.Max(1, options.TailEntries / 8);
            Fault = $"Timeline segments could not be merged: {merge.Task.Exception.InnerException!.Message}";
        }

        if (!merge.Task.IsCompletedSuccessfully || merge.Task.Result is not { } merged) return;
        var at = Array.IndexOf(segments, merge.Inputs[0]);
        segments = [.. segments[..at], merged, .. segments[(at + merge.Inputs.Length)..]];
        foreach (var segment in merge.Inputs) Discard(segment);
    }

    /// <summary>Stops merging and waits for what is being written; what was finished is installed.</summary>
    private void Quiesce()
    {
        if (merging is { } merge)
        {
            merge.Stop.Cancel();
            Wait(merge.Task);
            InstallMerged();
        }

        InstallSealed(wait: true);
    }

    private Segment WriteTail(Tail tail, long through, ReadOnlyMemory<byte[]> names)
    {
        var head = new SegmentHead { Id = NextId(), Generation = Generation, Through = through, Entries = tail.Count };
        if (tail.Count > 0) (head.FirstPosition, head.LastPosition) = (tail.Entries[0].Position, tail.Entries[^1].Position);
        var segment = Write(head, names.Length > ushort.MaxValue + 1, writer => writer.AddAll(tail));
        try
        {
            Publish(now => now with { Position = through, Types = names, Segments = [.. now.Segments, new SegmentReference(head.Id, through)] });
        }
        catch
        {
            Discard(segment);
            throw;
        }

        return segment;
    }

    private Segment? Merge(Segment[] inputs, CancellationToken stop)
    {
        Segment? merged = null;
        try
        {
            var filled = inputs.Where(segment => segment.Count > 0).ToArray();
            var head = new SegmentHead { Id = NextId(), Generation = Generation, Through = Through(inputs), Entries = inputs.Sum(segment => (long)segment.Count) };
            if (filled.Length > 0) (head.FirstPosition, head.LastPosition) = (filled[0].Head.FirstPosition, filled[^1].Head.LastPosition);
            merged = Write(head, inputs.Any(segment => segment.WideTypes), writer => writer.AddAll(filled, null, stop));
            Publish(now =>
            {
                var at = Array.FindIndex(now.Segments, reference => reference.Id == inputs[0].Head.Id);
                return now with { Segments = [.. now.Segments[..at], new SegmentReference(head.Id, head.Through), .. now.Segments[(at + inputs.Length)..]] };
            });
            return merged;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch when (merged is not null)
        {
            Discard(merged);
            throw;
        }
    }

    private Segment Write(SegmentHead head, bool wideTypes, Action<SegmentWriter> fill)
    {
        using (var writer = new SegmentWriter(folder, head, wideTypes))
        {
            fill(writer);
            writer.Complete();
        }

        options.Changed?.Invoke("segment written");
        return Segment.Open(folder, head.Id, head.Generation, out var fault) ?? throw new IOException($"{Segment.NameOf(head.Id)} {fault} though it was just written.");
    }

    private void Publish(Func<Manifest, Manifest> change)
    {
        lock (publishing)
        {
            var next = change(manifest);
            next.Write(folder);
            manifest = next;
            options.Changed?.Invoke("manifest written");
        }
    }

    /// <summary>Closes and deletes a segment that the manifest does not name. One that cannot be deleted now is deleted by the next erasure or start.</summary>
    private void Discard(Segment segment)
    {
        segment.Dispose();
        try
        {
            File.Delete(Path.Combine(folder, Segment.NameOf(segment.Head.Id)));
        }
        catch (IOException)
        {
            return;
        }

        options.Changed?.Invoke("segment deleted");
    }

    private IEnumerable<string> OwnFiles() => Directory.EnumerateFiles(folder, "segment-*.timeline*");

    private void DeleteUnnamed()
    {
        var named = manifest.Segments.Select(reference => Segment.NameOf(reference.Id)).ToHashSet(StringComparer.Ordinal);
        File.Delete(Path.Combine(folder, Manifest.FileName + ".new"));
        foreach (var path in OwnFiles().ToList())
        {
            if (named.Contains(Path.GetFileName(path))) continue;
            File.Delete(path);
            options.Changed?.Invoke("leftover deleted");
        }
    }
}
