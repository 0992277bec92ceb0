using System.Runtime.InteropServices;

namespace Temas.Customers.Identity;

/// <summary>What a person said of two identifiers. The numbers are persisted in snapshots.</summary>
internal enum DecisionWord : byte
{
    None = 0,

    /// <summary>They are one customer, whatever the limits say.</summary>
    Confirm = 1,

    /// <summary>They are not one customer, whatever links them.</summary>
    Forbid = 2,

    /// <summary>No opinion any more: the rules decide again.</summary>
    Withdraw = 3,
}

/// <summary>A person's decision on a pair of nodes. Of one pair the latest counts (ties: by a hash of the record, not by arrival).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct Decision
{
    public int A;
    public int B;
    public long Time;
    public ulong Hash;
    public long Position;
    public DecisionWord Word;
}

internal sealed partial class IdentityGraph
{
    private readonly Dictionary<(int, int), List<Decision>> decisions = [];
    private readonly Dictionary<int, List<int>> forbids = [];

    private static (int, int) Pair(int x, int y) => x < y ? (x, y) : (y, x);

    private void AddDecision(Decision decision)
    {
        var pair = Pair(decision.A, decision.B);
        if (!decisions.TryGetValue(pair, out var history)) decisions.Add(pair, history = []);
        history.Add(decision);
        history.Sort(static (x, y) => x.Time != y.Time ? x.Time.CompareTo(y.Time) : x.Hash.CompareTo(y.Hash));
        Enforce(history[^1]);
    }

    /// <summary>Brings confirmed link and forbidden pair into line with the decision that counts.</summary>
    private void Enforce(in Decision decision)
    {
        var (x, y) = (decision.A, decision.B);
        Forbid(x, y, decision.Word == DecisionWord.Forbid);
        Confirm(x, y, decision.Word == DecisionWord.Confirm, decision.Time);
    }

    private void Forbid(int x, int y, bool forbidden)
    {
        var was = forbids.TryGetValue(x, out var others) && others.Contains(y);
        if (was == forbidden) return;
        if (forbidden)
        {
            OthersOf(x).Add(y);
            OthersOf(y).Add(x);
        }
        else
        {
            RemoveForbid(x, y);
            RemoveForbid(y, x);
        }

        // Between components that nothing connects it changes nothing yet.
        var (cx, cy) = (ClusterOf(x), ClusterOf(y));
        if (cx == cy || (tangles.TryGetValue(cx, out var tangle) && tangle.Clusters.Contains(cy))) MarkDirty(TangleOf(cx));
    }

    private void Confirm(int x, int y, bool confirmed, long time)
    {
        var id = links.Find(x, y);
        var was = id >= 0 && links.Items[id].IsConfirmed;
        if (!was && !confirmed) return;
        if (id < 0)
        {
            var (a, b) = CompareNodes(x, y) < 0 ? (x, y) : (y, x);
            id = links.Add(a, b);
        }

        ref var link = ref links.Items.Edit(id);
        if (was && confirmed && link.ConfirmedAt == time) return;
        link.Flags = (byte)(confirmed ? link.Flags | Link.ConfirmedFlag : link.Flags & ~Link.ConfirmedFlag);
        link.ConfirmedAt = confirmed ? time : 0;
        MarkDirty(Entangle(ClusterOf(x), ClusterOf(y)));
    }

    private List<int> OthersOf(int node)
    {
        if (!forbids.TryGetValue(node, out var others)) forbids.Add(node, others = []);
        return others;
    }

    private void RemoveForbid(int node, int other)
    {
        if (!forbids.TryGetValue(node, out var others)) return;
        others.Remove(other);
        if (others.Count == 0) forbids.Remove(node);
    }
}
