using Temas.Collect.Contracts;
using Temas.Customers.Identity;
using Temas.Customers.Search;
using Temas.Storage.EventLog;
using Temas.Timelines;

namespace Temas.Customers;

/// <summary>What pages and API ask. Each answer is of one moment.</summary>
internal sealed partial class CustomersProjection
{
    /// <summary>The customer who has an identifier, or null.</summary>
    public CustomerRef? Resolve(string kind, string value) => Ask(() => RefOf(graph.Find(kind, value)));

    /// <summary>The customer with a public id (also one that stood for her before she was joined with another), or with an identifier written <c>kind:value</c>; null when there is none.</summary>
    public CustomerRef? Resolve(string customer)
    {
        var colon = customer.IndexOf(':', StringComparison.Ordinal);
        return Ask(() => RefOf(colon < 0 ? graph.FindPublic(customer) : graph.Find(customer[..colon], customer[(colon + 1)..])));
    }

    /// <summary>A piece of a customer's timeline; all her identifiers' events as one, ordered by time and log position.</summary>
    public IReadOnlyList<TimelineEntry> Timeline(CustomerRef customer, TimelineRange range) => Ask(() =>
    {
        var entries = new List<TimelineEntry>();
        timeline.Read(Current(customer), range, entries);
        return entries;
    });

    /// <summary>Every public id that leads to a customer now; none when she is gone.</summary>
    public IReadOnlyList<string> IdsNowOf(CustomerRef customer) => Ask(() => (IReadOnlyList<string>)[.. Current(customer).Select(graph.IdAlone)]);

    /// <summary>What joined her identifiers and what was held back, and why; by time.</summary>
    public IReadOnlyList<LedgerEntry> Ledger(CustomerRef customer) => Ask(() => graph.Ledger(Current(customer)));

    /// <summary>Links held back in the whole workspace, latest evidence first.</summary>
    public IReadOnlyList<LedgerEntry> Held(int limit) => Ask(() => graph.Held(limit));

    /// <summary>The customers of the latest events, newest first.</summary>
    public IReadOnlyList<CustomerRef> Recent(int limit) => Ask(() =>
    {
        var recent = new List<int>();
        timeline.RecentNodes(Math.Min(limit * 4, 1024), recent);
        return Distinct(recent, limit);
    });

    /// <summary>Customers by a piece of a name or identifier, the best first: the very identifier, then the beginning of a word, then any piece; of equals the one active last.</summary>
    public IReadOnlyList<CustomerRef> Search(string text, int limit) => Ask(() =>
    {
        text = text.Trim();
        if (text.Length == 0 || limit <= 0) return [];
        var hits = new List<(int Node, SearchRank Rank)>();
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon > 0 && graph.Find(text[..colon], text[(colon + 1)..]) is >= 0 and var named) hits.Add((named, SearchRank.Exact));
        if (graph.FindPublic(text) is >= 0 and var known) hits.Add((known, SearchRank.Exact));
        foreach (var node in graph.FindAnyKind(text)) hits.Add((node, SearchRank.Exact));
        search.Find(text, limit * 8, hits);
        hits.Sort((x, y) => x.Rank != y.Rank ? x.Rank.CompareTo(y.Rank)
            : graph.Nodes.Items[y.Node].Last != graph.Nodes.Items[x.Node].Last ? graph.Nodes.Items[y.Node].Last.CompareTo(graph.Nodes.Items[x.Node].Last)
            : graph.CompareByValue(x.Node, y.Node));
        return Distinct(hits.Select(h => h.Node), limit);
    });

    /// <summary>How much there is.</summary>
    public CustomerCounts Counts() => Ask(() => new CustomerCounts(graph.Customers, graph.Identifiers, timeline.Memory.Entries, graph.HeldCount));

    /// <summary>Bytes in memory of identifiers, links and search texts, and what the timelines take.</summary>
    public (long Identity, long Search, TimelineMemory Timelines) Memory() => Ask(() => (graph.Bytes, search.Bytes, timeline.Memory));

    /// <summary>Name of an event type of the timelines, such as <c>track:Order Completed</c>.</summary>
    public string TypeName(int type) => timeline.NameOf(type);

    /// <summary>Number of an event type; null when no event had it.</summary>
    public int? FindType(string name) => timeline.FindType(name);

    /// <summary>The names of all event types, by number.</summary>
    public IReadOnlyList<string> Types => timeline.Types;

    /// <summary>The public id of the customer to whom a timeline entry belongs, or null.</summary>
    public string? Attribute(TimelineEntry entry) => Ask(() => entry.Node >= 0 && entry.Node < graph.NodeCount ? graph.PublicId(entry.Node) : null);

    /// <summary>The customer to whom the event at a log position belongs now, or null.</summary>
    public CustomerLink? Of(long position) => readLog([position]) is [{ Kind: LogRecordKind.Event } stored] ? Of(stored) : null;

    /// <summary>The customer of an event that was read already.</summary>
    public CustomerLink? Of(StoredEvent stored)
    {
        var own = new IdentifierReader(rules);
        own.Read(stored.AsLogEvent());
        return Ask(() => LinkOf(graph.FindPrimary(own)));
    }

    private T Ask<T>(Func<T> question)
    {
        EnterRead();
        try
        {
            return question();
        }
        finally
        {
            gate.ExitReadLock();
        }
    }

    /// <summary>Enters the read lock with everything worked out.</summary>
    private void EnterRead()
    {
        gate.EnterReadLock();
        if (closed)
        {
            gate.ExitReadLock();
            throw new ObjectDisposedException(nameof(CustomersProjection), "The log of the workspace is closed.");
        }

        if (!graph.HasPending) return;
        gate.ExitReadLock();
        gate.EnterUpgradeableReadLock();
        try
        {
            if (graph.HasPending)
            {
                gate.EnterWriteLock();
                try
                {
                    graph.Settle(all: true);
                }
                finally
                {
                    gate.ExitWriteLock();
                }
            }

            gate.EnterReadLock();
        }
        finally
        {
            gate.ExitUpgradeableReadLock();
        }
    }

    /// <summary>The nodes of a customer now: she may have been joined or parted since she was resolved.</summary>
    private int[] Current(CustomerRef customer)
    {
        var node = graph.FindPublic(customer.Id);
        return node < 0 ? [] : graph.Members(node);
    }

    private CustomerRef? RefOf(int node)
    {
        if (node < 0) return null;
        var canonical = graph.Canonical(node);
        if (canonical < 0) return null;
        var members = graph.Members(node);
        return new CustomerRef(IdentityGraph.FormatId(graph.Nodes.PublicId(canonical)), NameOf(members), graph.IdentifiersOf(members), timeline.Count(members)) { Nodes = members };
    }

    private string? NameOf(int[] members)
    {
        (string Name, long Time)? best = null;
        foreach (var node in members)
        {
            if (search.NameOf(node) is not { } name) continue;
            if (best is not { } known || name.Time > known.Time || (name.Time == known.Time && string.CompareOrdinal(name.Name, known.Name) > 0)) best = name;
        }

        return best?.Name;
    }

    private List<CustomerRef> Distinct(IEnumerable<int> nodes, int limit)
    {
        var result = new List<CustomerRef>();
        var seen = new HashSet<int>();
        foreach (var node in nodes)
        {
            if (result.Count == limit) break;
            if (seen.Add(graph.Cluster(node)) && RefOf(node) is { } customer) result.Add(customer);
        }

        return result;
    }
}
