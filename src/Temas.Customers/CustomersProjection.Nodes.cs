using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Storage.EventLog;

namespace Temas.Customers;

/// <summary>Customers in numbers, for analyses over all of them.</summary>
internal sealed partial class CustomersProjection
{
    // What follows the log asks moments later about what was applied just now.
    private readonly RecentNodes recent = new();

    /// <inheritdoc cref="ICustomerNodes.Position"/>
    public long KnownPosition => Ask(() => Position);

    /// <inheritdoc cref="ICustomerNodes.NodesOf"/>
    public void NodesOf(ReadOnlySpan<StoredEvent> events, Span<int> nodes)
    {
        EnterRead();
        try
        {
            IdentifierReader? own = null;
            for (var i = 0; i < events.Length; i++)
            {
                nodes[i] = -1;
                if (events[i].Kind != LogRecordKind.Event || recent.TryFind(events[i].Position, out nodes[i])) continue;
                own ??= new IdentifierReader(rules);
                own.Read(events[i].AsLogEvent());
                nodes[i] = graph.FindPrimary(own);
            }
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <inheritdoc cref="ICustomerNodes.TakeMoved"/>
    public IReadOnlyList<(int Node, int Customer)> TakeMoved(bool all)
    {
        // What is pending is worked out first, under a lock of its own; what comes in between is named the next time.
        Ask(() => 0);
        gate.EnterWriteLock();
        try
        {
            var moved = graph.TakeMoved();
            return all || moved is null
                ? [.. Enumerable.Range(0, graph.NodeCount).Where(n => graph.Cluster(n) != n).Select(n => (n, graph.Cluster(n)))]
                : [.. moved.Select(n => (n, graph.Cluster(n)))];
        }
        finally
        {
            gate.ExitWriteLock();
        }
    }

    /// <inheritdoc cref="ICustomerNodes.CustomersOf"/>
    public void CustomersOf(ReadOnlySpan<int> nodes, Span<int> into)
    {
        EnterRead();
        try
        {
            for (var i = 0; i < nodes.Length; i++) into[i] = nodes[i] >= 0 && nodes[i] < graph.NodeCount ? graph.Cluster(nodes[i]) : nodes[i];
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <inheritdoc cref="ICustomerNodes.LinksOf"/>
    public IReadOnlyList<CustomerLink?> LinksOf(IReadOnlyList<int> some) => Ask(() => some.Select(LinkOf).ToArray());

    /// <inheritdoc cref="ICustomerNodes.IdsOf"/>
    public IReadOnlyList<ulong?> IdsOf(IReadOnlyList<int> some) => Ask(() => some.Select(PublicIdOf).ToArray());

    /// <inheritdoc cref="ICustomerNodes.Find"/>
    public int? FindNode(string customer) => Resolve(customer) is { Nodes: [var node, ..] } ? Ask(() => graph.Cluster(node)) : null;

    /// <summary>Customers by their numbers, as the census finds them; and the numbers that stand for nobody any more.</summary>
    public (CensusEntry[] Known, List<int> Gone) EntriesOf(IReadOnlyList<int> some) => Ask(() =>
    {
        var gone = new List<int>();
        var known = new List<CensusEntry>(some.Count);
        foreach (var customer in some)
        {
            if (customer >= 0 && customer < graph.NodeCount && graph.Cluster(customer) == customer && graph.Canonical(customer) >= 0) known.Add(new CensusEntry(customer, 0, 0));
            else gone.Add(customer);
        }

        return ((CensusEntry[])[.. known], gone);
    });

    private ulong? PublicIdOf(int node) => node >= 0 && node < graph.NodeCount && graph.Cluster(node) == node && graph.Canonical(node) is >= 0 and var canonical ? graph.Nodes.PublicId(canonical) : null;

    private CustomerLink? LinkOf(int node)
    {
        if (node < 0 || node >= graph.NodeCount) return null;
        var canonical = graph.Canonical(node);
        return canonical < 0 ? null : new CustomerLink(IdentityGraph.FormatId(graph.Nodes.PublicId(canonical)), NameOf(graph.Members(node)) ?? graph.Nodes.TextOf(canonical));
    }
}

/// <summary>Under which node each of the latest records was filed: those who follow the log need not read again who is named. For one writer, while nobody reads.</summary>
internal sealed class RecentNodes
{
    private const int Kept = 1 << 16;

    private readonly int[] nodes = new int[Kept];
    private long from = 1, to;

    /// <summary>Takes a record, which is the one after the last.</summary>
    public void Note(long position, int node)
    {
        // After a gap nothing from before it counts.
        if (position != to + 1) from = position;
        from = Math.Max(from, position - Kept + 1);
        to = position;
        nodes[position & (Kept - 1)] = node;
    }

    /// <summary>The node of a record; false where it is not known any more.</summary>
    public bool TryFind(long position, out int node)
    {
        var isKnown = position >= from && position <= to;
        node = isKnown ? nodes[position & (Kept - 1)] : -1;
        return isKnown;
    }

    /// <summary>The numbers of nodes mean others now.</summary>
    public void Clear() => (from, to) = (1, 0);
}

/// <summary>As another part of the workspace: a projection is one part only.</summary>
internal sealed class CustomerNodes(CustomersProjection customers) : ICustomerNodes
{
    /// <inheritdoc/>
    public ulong Generation => customers.Generation;

    /// <inheritdoc/>
    public long Position => customers.KnownPosition;

    /// <inheritdoc/>
    public void NodesOf(ReadOnlySpan<StoredEvent> events, Span<int> nodes) => customers.NodesOf(events, nodes);

    /// <inheritdoc/>
    public IReadOnlyList<(int Node, int Customer)> TakeMoved(bool all) => customers.TakeMoved(all);

    /// <inheritdoc/>
    public void CustomersOf(ReadOnlySpan<int> nodes, Span<int> into) => customers.CustomersOf(nodes, into);

    /// <inheritdoc/>
    public IReadOnlyList<CustomerLink?> LinksOf(IReadOnlyList<int> some) => customers.LinksOf(some);

    /// <inheritdoc/>
    public IReadOnlyList<ulong?> IdsOf(IReadOnlyList<int> some) => customers.IdsOf(some);

    /// <inheritdoc/>
    public string FormatId(ulong id) => IdentityGraph.FormatId(id);

    /// <inheritdoc/>
    public int? Find(string customer) => customers.FindNode(customer);
}
