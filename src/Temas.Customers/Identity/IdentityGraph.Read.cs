using System.Globalization;
using System.Text;

namespace Temas.Customers.Identity;

/// <summary>What is asked of the graph, under the owner's read lock and after <see cref="Settle"/>.</summary>
internal sealed partial class IdentityGraph
{
    /// <summary>Number of held links.</summary>
    public int HeldCount => held.Count;

    public static string FormatId(ulong id) => id.ToString("x16", CultureInfo.InvariantCulture);

    /// <summary>The node that a public id names, or -1.</summary>
    public int FindPublic(string id) =>
        id.Length == 16 && ulong.TryParse(id, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) ? nodes.FindPublic(number) : -1;

    /// <summary>A lasting order of nodes: by strength of the kind, then by value.</summary>
    public int CompareByValue(int x, int y) => CompareNodes(x, y);

    /// <summary>The cluster of a node: equal for two nodes when they are one customer.</summary>
    public int Cluster(int node) => ClusterOf(node);

    /// <summary>All nodes of a node's customer, hidden ones included.</summary>
    public int[] Members(int node)
    {
        var members = new List<int>();
        AddMembers(ClusterOf(node), members);
        return [.. members];
    }

    /// <summary>The node that stands for the customer: the strongest identifier, of equals the earliest, then by value; -1 when no event carries any.</summary>
    public int Canonical(int node)
    {
        var best = -1;
        var at = node;
        do
        {
            if (!nodes.Items[at].IsHidden && (best < 0 || CompareIdentifiers(at, best) < 0)) best = at;
            at = nodes.Items[at].Next;
        }
        while (at != node);
        return best;
    }

    /// <summary>The public id of a customer with this one identifier.</summary>
    public string IdAlone(int node) => FormatId(nodes.PublicId(node));

    /// <summary>Public id of the node's customer, or null when no event carries any of its identifiers.</summary>
    public string? PublicId(int node)
    {
        var canonical = Canonical(node);
        return canonical < 0 ? null : FormatId(nodes.PublicId(canonical));
    }

    /// <summary>The visible identifiers among some nodes, strongest first.</summary>
    public IReadOnlyList<CustomerIdentifier> IdentifiersOf(ReadOnlySpan<int> members)
    {
        var visible = new List<int>();
        foreach (var node in members)
        {
            if (!nodes.Items[node].IsHidden) visible.Add(node);
        }

        visible.Sort(CompareIdentifiers);
        return [.. visible.Select(Identifier)];
    }

    public CustomerIdentifier Identifier(int node)
    {
        ref readonly var n = ref nodes.Items[node];
        return new CustomerIdentifier(kinds.Name(n.Kind), nodes.TextOf(node), n.First, n.Last);
    }

    /// <summary>All links and decisions of a customer, in the order of their time.</summary>
    public List<LedgerEntry> Ledger(ReadOnlySpan<int> members)
    {
        var ids = new HashSet<int>();
        var pairs = new HashSet<(int, int)>();
        foreach (var node in members)
        {
            for (var id = nodes.Items[node].Links; id >= 0; id = links.Items[id].Next(node))
            {
                if (links.Items[id].State != LinkState.Void) ids.Add(id);
            }
        }

        var entries = ids.Select(EntryOf).ToList();
        if (decisions.Count > 0)
        {
            var mine = new HashSet<int>(members.ToArray());
            foreach (var (pair, history) in decisions)
            {
                if (!mine.Contains(pair.Item1) && !mine.Contains(pair.Item2)) continue;
                var id = links.Find(pair.Item1, pair.Item2);
                if (id < 0 || links.Items[id].State == LinkState.Void) entries.Add(EntryOf(history));
            }
        }

        entries.Sort(static (x, y) => x.Time != y.Time ? x.Time.CompareTo(y.Time) : x.Position.CompareTo(y.Position));
        return entries;
    }

    /// <summary>Held links, the latest evidence first.</summary>
    public List<LedgerEntry> Held(int limit) =>
        [.. held.OrderByDescending(id => links.Items[id].Time).ThenByDescending(id => links.Items[id].Position).Take(limit).Select(EntryOf)];

    /// <summary>Positions of all decisions that name one of some nodes.</summary>
    public List<long> DecisionPositions(IReadOnlyCollection<int> members) =>
        [.. from d in decisions where members.Contains(d.Key.Item1) || members.Contains(d.Key.Item2) from one in d.Value select one.Position];

    private LedgerEntry EntryOf(int id)
    {
        var link = links.Items[id];
        var (outcome, reason) = link.State switch
        {
            LinkState.Joined => (LedgerOutcome.Joined, link.IsConfirmed ? "confirmed" : link.IsAsserted ? "alias" : "same_event"),
            LinkState.HeldShared => (LedgerOutcome.Held, "shared_identifier"),
            LinkState.HeldLimit => (LedgerOutcome.Held, kinds.Name(link.LimitKind) + "_limit"),
            LinkState.HeldForbidden => (LedgerOutcome.Held, "forbidden"),
            LinkState.HeldOversize => (LedgerOutcome.Held, "oversize"),
            _ => (LedgerOutcome.Held, "pending"),
        };
        var history = decisions.GetValueOrDefault(Pair(link.A, link.B), []);
        var evidence = link.Count > 0;
        return new LedgerEntry
        {
            A = NameOf(link.A),
            B = NameOf(link.B),
            CustomerOfA = PublicId(link.A),
            CustomerOfB = PublicId(link.B),
            Outcome = outcome,
            Reason = reason,
            Call = link.Why,
            Time = evidence ? link.Time : link.ConfirmedAt,
            Position = evidence ? link.Position : history.Count > 0 ? history[^1].Position : 0,
            Count = link.Count,
            Decisions = [.. history.Select(Told)],
        };
    }

    private LedgerEntry EntryOf(List<Decision> history)
    {
        var last = history[^1];
        var (a, b) = CompareNodes(last.A, last.B) < 0 ? (last.A, last.B) : (last.B, last.A);
        return new LedgerEntry
        {
            A = NameOf(a),
            B = NameOf(b),
            CustomerOfA = PublicId(a),
            CustomerOfB = PublicId(b),
            Outcome = LedgerOutcome.Decided,
            Reason = Word(last.Word),
            Time = last.Time,
            Position = last.Position,
            Decisions = [.. history.Select(Told)],
        };
    }

    private static LedgerDecision Told(Decision decision) => new(Word(decision.Word), decision.Time, decision.Position);

    private static string Word(DecisionWord word) => word switch
    {
        DecisionWord.Confirm => "confirm",
        DecisionWord.Forbid => "forbid",
        _ => "withdraw",
    };

    /// <summary>Strongest first, of equals the one seen earliest, then by kind and value.</summary>
    private int CompareIdentifiers(int x, int y)
    {
        ref readonly var a = ref nodes.Items[x];
        ref readonly var b = ref nodes.Items[y];
        var order = kinds.Rule(a.Kind).CompareTo(kinds.Rule(b.Kind));
        if (order == 0) order = a.First.CompareTo(b.First);
        return order != 0 ? order : CompareNodes(x, y);
    }

    /// <summary>The nodes whose value is exactly this text, whatever their kind.</summary>
    public List<int> FindAnyKind(string text)
    {
        var result = new List<int>();
        var reader = new IdentifierReader(rules);
        for (var kind = 0; kind < kinds.Count; kind++)
        {
            if (kind == rules.AnyKind || !reader.TryRead(kinds.Name(kind), text)) continue;
            var node = FindPrimary(reader);
            if (node >= 0 && !nodes.Items[node].IsHidden) result.Add(node);
        }

        return result;
    }
}
