using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Timelines;

namespace Temas.Customers;

/// <summary>A customer as the census finds her: the node that stands for her, her public id, and a sum over the nodes that are hers.</summary>
internal readonly record struct CensusEntry(int Node, ulong Id, ulong Members);

/// <summary>What the census asks.</summary>
internal sealed partial class CustomersProjection
{
    // Beyond this it is quicker to look at everybody.
    private const int MaxTouched = 1 << 20;

    // Null: everybody, or nobody asks.
    private HashSet<int>? touched;

    private long erasures;

    /// <summary>The folder of all that is kept about customers.</summary>
    public string Folder => folder;

    /// <summary>The snapshot of the census. It goes with what it was made of: whenever the customers are cleared or one is erased.</summary>
    public string CensusPath => Path.Combine(folder, "census.snapshot");

    /// <summary>The same while it is being written.</summary>
    public string CensusPart => CensusPath + ".part";

    /// <summary>Changes when node numbers do: after a rebuild.</summary>
    public ulong Generation => Volatile.Read(ref generation);

    /// <summary>Changes with each erasure.</summary>
    public long Erasures => Interlocked.Read(ref erasures);

    /// <summary>Puts a snapshot of the census in its place, unless somebody was erased since <paramref name="asOf"/> or node numbers changed; then it is thrown away.</summary>
    public void PublishCensus(ulong ofGeneration, long asOf)
    {
        gate.EnterReadLock();
        try
        {
            if (generation == ofGeneration && erasures == asOf) File.Move(CensusPart, CensusPath, overwrite: true);
        }
        finally
        {
            gate.ExitReadLock();
            File.Delete(CensusPart);
        }
    }

    /// <summary>The nodes that got events since it was last asked; null for any of them. Their timelines are read afterwards, so nothing is missed.</summary>
    public HashSet<int>? TakeTouched()
    {
        gate.EnterWriteLock();
        try
        {
            var result = touched;
            touched = [];
            return result;
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <summary>Adds the customers that nodes [from, to) stand for; false when there are no more nodes. Also says which customers <paramref name="asked"/> nodes of the same range belong to.</summary>
    public bool Enumerate(int from, int to, HashSet<int>? asked, List<CensusEntry> into, HashSet<int> changed)
    {
        EnterRead();
        try
        {
            var end = Math.Min(to, graph.NodeCount);
            for (var node = from; node < end; node++)
            {
                var canonical = graph.Canonical(node);
                if (canonical < 0) continue;
                if (asked is not null && asked.Contains(node)) changed.Add(canonical);
                if (canonical == node) into.Add(new CensusEntry(node, graph.Nodes.PublicId(node), SumOf(node)));
            }

            return to < graph.NodeCount;
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Notes who got events after a position of the log, which are read from it; false when there are too many of them for that.</summary>
    public bool TouchAfter(long position, IEnumerable<StoredEvent> events, long most)
    {
        IdentifierReader? own = null;
        foreach (var part in events.Chunk(1000))
        {
            if ((most -= part.Length) < 0) return false;
            gate.EnterWriteLock();
            try
            {
                own ??= new IdentifierReader(rules);
                foreach (var stored in part)
                {
                    if (stored.Kind != LogRecordKind.Event || stored.Position <= position) continue;
                    own.Read(stored.AsLogEvent());
                    Touch(graph.FindPrimary(own));
                }
            }
            finally
            {
                gate.ExitWriteLock();
            }
        }

        return true;
    }

    /// <summary>How many events each customer has.</summary>
    public void Count(ReadOnlySpan<CensusEntry> who, Span<int> counts)
    {
        EnterRead();
        try
        {
            for (var i = 0; i < who.Length; i++) counts[i] = timeline.Count(graph.Members(who[i].Node));
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>The timelines of some customers, one after the other; <paramref name="ends"/> gets where each ends.</summary>
    public void Timelines(ReadOnlySpan<CensusEntry> customers, List<TimelineEntry> into, List<int> ends)
    {
        EnterRead();
        try
        {
            foreach (var customer in customers)
            {
                timeline.Read(graph.Members(customer.Node), new TimelineRange(), into);
                ends.Add(into.Count);
            }
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Customers by the nodes that stand for them; those who are gone are left out.</summary>
    public IReadOnlyList<CustomerRef?> RefsOf(IReadOnlyList<int> canonicalNodes) => Ask(() => canonicalNodes.Select(n => n < graph.NodeCount ? RefOf(n) : null).ToArray());

    private void Touch(int node)
    {
        if (touched is null || node < 0) return;
        if (touched.Count < MaxTouched) touched.Add(node);
        else touched = null;
    }

    private ulong SumOf(int node)
    {
        var sum = 0UL;
        foreach (var member in graph.Members(node)) sum += Hash64.Combine(0x9E3779B97F4A7C15, (ulong)(uint)member);
        return sum;
    }
}
