using Temas.Customers.Identity;
using Temas.Storage.EventLog;
using Temas.Timelines;

namespace Temas.Customers;

internal sealed partial class CustomersProjection
{
    // Beyond this it is quicker, and as exact, to derive everything afresh.
    private const int MaxReadAgain = 200_000;

    private sealed record Announcement(ulong Generation, int[] Nodes);

    private Announcement? expected;

    /// <summary>One erasure at a time: each announces whose events it erases.</summary>
    public SemaphoreSlim Erasing { get; } = new(1, 1);

    /// <summary>True when an erasure touched so much that only a rebuild gives the exact state; whoever erased asks the log for it.</summary>
    public bool NeedsRebuild { get; private set; }

    /// <summary>Every public id that a customer has, or had while not all of her identifiers were joined.</summary>
    public IReadOnlyList<string> EveryIdOf(CustomerRef customer) => Ask(() => (IReadOnlyList<string>)[.. customer.Nodes.Select(graph.IdAlone)]);

    /// <summary>All log positions that hold something of a customer: her events, and the decisions on her identifiers. Announces that they are about to be erased.</summary>
    public (IReadOnlyList<long> Events, IReadOnlyList<long> Decisions) PrepareErase(CustomerRef customer) => Ask(() =>
    {
        var entries = new List<TimelineEntry>();
        timeline.Read(customer.Nodes, new TimelineRange(), entries);
        Volatile.Write(ref expected, new Announcement(generation, customer.Nodes));
        return ((IReadOnlyList<long>)[.. entries.Select(e => e.Position)], (IReadOnlyList<long>)graph.DecisionPositions(customer.Nodes));
    });

    /// <inheritdoc/>
    public void Erase(IReadOnlyList<long> positions)
    {
        EndSnapshot();
        gate.EnterWriteLock();
        try
        {
            graph.Settle(all: true);
            touched = null;
            // Nobody may find her in what was counted before.
            erasures++;
            File.Delete(CensusPath);
            var gone = positions.ToHashSet();
            Erase(positions, gone, NodesOf(gone));
        }
        finally
        {
            gate.ExitWriteLock();
        }

        // What was sealed before holds texts that must not stay on disk.
        snapshotPosition = -1;
        Snapshot(force: true);
    }

    private void Erase(IReadOnlyList<long> positions, HashSet<long> gone, HashSet<int> erased)
    {
        var entries = new List<TimelineEntry>();
        timeline.Read([.. erased], new TimelineRange(), entries);
        var times = entries.Where(e => gone.Contains(e.Position)).Select(e => e.Time).ToHashSet();
        timeline.Erase([], positions);

        var neighbours = graph.Neighbours(erased);
        var unsure = graph.SeenAt(neighbours, times);
        var around = new HashSet<int>(neighbours.Concat(graph.Neighbours(unsure)).Concat(unsure).Concat(erased));
        entries.Clear();
        if (timeline.Count([.. around]) > MaxReadAgain) NeedsRebuild = true;
        else timeline.Read([.. around], new TimelineRange(), entries);

        var named = graph.DropDecisions(gone);
        graph.Forget(erased, unsure);
        foreach (var node in erased) search.Erase(node, nameOnly: true);
        var seen = new HashSet<int>(erased.Concat(unsure));
        foreach (var part in entries.Select(e => e.Position).Order().Chunk(1000))
        {
            foreach (var stored in readLog(part))
            {
                if (stored.Kind != LogRecordKind.Event) continue;
                var e = stored.AsLogEvent();
                reader.Read(e);
                graph.ObserveAgain(reader, e, seen, erased);
                var primary = graph.FindPrimary(reader);
                if (erased.Contains(primary) && reader.HasName) search.SetName(primary, e.Time, reader.PersonName, reader.Company);
            }
        }

        graph.Settle(all: true);
        foreach (var node in graph.Unnamed(erased.Concat(neighbours).Concat(named).Distinct()))
        {
            search.Erase(node, nameOnly: false);
            graph.Wipe(node);
        }
    }

    /// <summary>Whose events stand at some positions: as announced, or found by looking at everybody.</summary>
    private HashSet<int> NodesOf(HashSet<long> positions)
    {
        if (Interlocked.Exchange(ref expected, null) is { } announced && announced.Generation == generation) return [.. announced.Nodes];
        var result = new HashSet<int>();
        var entries = new List<TimelineEntry>();
        for (var node = 0; node < graph.NodeCount; node++)
        {
            entries.Clear();
            timeline.Read([node], new TimelineRange(), entries);
            if (entries.Exists(e => positions.Contains(e.Position))) result.Add(node);
        }

        return result;
    }

    /// <summary>Called once the rebuild that <see cref="NeedsRebuild"/> asked for is done.</summary>
    public void Rebuilt() => NeedsRebuild = false;
}
