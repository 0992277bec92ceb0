using Temas.Customers.Identity;
using Temas.Kernel;
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

    /// <summary>Changes when node numbers do: after a rebuild, and from process to process.</summary>
    public ulong Generation => Volatile.Read(ref generation);

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
