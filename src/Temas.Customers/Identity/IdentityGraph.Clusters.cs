namespace Temas.Customers.Identity;

/// <summary>From links to customers: Kruskal's algorithm over the links in their canonical order, each joining two clusters unless that breaks a rule.</summary>
internal sealed partial class IdentityGraph
{
    /// <summary>
    /// Clusters that held links connect: what becomes of one link there may depend on the others. A cluster without held links is in no tangle,
    /// and further links simply join it as long as no rule breaks.
    /// </summary>
    private sealed class Tangle
    {
        public HashSet<int> Clusters { get; } = [];

        /// <summary>The last of its links in canonical order; -1 when that is not known.</summary>
        public int Last { get; set; } = -1;

        public bool Dirty { get; set; }
    }

    /// <summary>A tangle of more clusters than this is worked out when somebody asks, not at each run of events.</summary>
    private const int LargeTangle = 500;

    private readonly Dictionary<int, Tangle> tangles = [];
    private readonly HashSet<Tangle> dirty = [];
    private readonly HashSet<int> held = [];
    private int[] tallyA = [], tallyB = [];

    // Beyond this it is quicker to look at everybody.
    private const int MaxMoved = 1 << 20;

    private HashSet<int>? moved;

    /// <summary>The nodes that came to another cluster since it was last asked; null for any of them. New nodes are clusters of their own and are not named.</summary>
    public HashSet<int>? TakeMoved()
    {
        var result = moved;
        moved = [];
        return result;
    }

    /// <summary>True when some customers are not worked out yet.</summary>
    public bool HasPending => dirty.Count > 0;

    /// <summary>Works out what has changed: all of it, or only what is quick.</summary>
    public void Settle(bool all)
    {
        if (dirty.Count == 0) return;
        foreach (var tangle in dirty.ToArray())
        {
            if (!all && tangle.Clusters.Count > LargeTangle) continue;
            dirty.Remove(tangle);
            WorkOut(tangle);
        }
    }

    /// <summary>Takes a new link into account.</summary>
    private void Join(int id)
    {
        var link = links.Items[id];
        if (!link.IsConfirmed && (IsShared(link.A) || IsShared(link.B)))
        {
            SetState(id, LinkState.HeldShared);
            return;
        }

        var (ca, cb) = (ClusterOf(link.A), ClusterOf(link.B));
        var (ta, tb) = (tangles.GetValueOrDefault(ca), tangles.GetValueOrDefault(cb));
        if (ta is null && tb is null)
        {
            if (ca == cb || Fits(ca, cb, linkClass: 2, out _) == LinkState.Joined)
            {
                if (ca != cb) Union(ca, cb);
                SetState(id, LinkState.Joined);
                return;
            }
        }
        else if (ta is not { Dirty: true } && tb is not { Dirty: true } && IsLast(id, ca, ta) && IsLast(id, cb, tb))
        {
            // Nothing that stands before it in the canonical order can change.
            ushort limitKind = 0;
            var state = ca == cb ? LinkState.Joined : Fits(ca, cb, link.Class, out limitKind);
            SetState(id, state, limitKind);
            Entangle(ca, cb).Last = id;
            if (ca != cb && state == LinkState.Joined) Union(ca, cb);
            return;
        }

        SetState(id, LinkState.Pending);
        MarkDirty(Entangle(ca, cb));
    }

    private void WorkOut(Tangle tangle) => JoinAfresh(TakeApart(tangle));

    /// <summary>Makes each identifier of a tangle a customer of its own, and gives them.</summary>
    private List<int> TakeApart(Tangle tangle)
    {
        var members = new List<int>();
        foreach (var cluster in tangle.Clusters)
        {
            var first = members.Count;
            AddMembers(cluster, members);
            var visible = 0;
            foreach (var node in members[first..])
            {
                ref var n = ref nodes.Items.Edit(node);
                (n.Cluster, n.Next) = (node, node);
                Moved(node);
                if (!n.IsHidden) visible++;
            }

            if (visible > 0) Customers += visible - 1;
            tangles.Remove(cluster);
        }

        return members;
    }

    /// <summary>Joins identifiers that stand alone, by all their links in canonical order. No link that may join leads out of them.</summary>
    private void JoinAfresh(List<int> members)
    {
        var all = new List<int>();
        foreach (var node in members)
        {
            for (var id = nodes.Items[node].Links; id >= 0; id = links.Items[id].Next(node))
            {
                ref readonly var link = ref links.Items[id];
                if (link.Count == 0 && !link.IsConfirmed) SetState(id, LinkState.Void);
                else if (!link.IsConfirmed && (IsShared(link.A) || IsShared(link.B))) SetState(id, LinkState.HeldShared);
                else if (link.A == node) all.Add(id);
            }
        }

        all.Sort(CompareLinks);
        foreach (var id in all)
        {
            var (ca, cb) = (ClusterOf(links.Items[id].A), ClusterOf(links.Items[id].B));
            ushort limitKind = 0;
            var state = ca == cb ? LinkState.Joined : Fits(ca, cb, links.Items[id].Class, out limitKind);
            SetState(id, state, limitKind);
            if (ca != cb && state == LinkState.Joined) Union(ca, cb);
        }

        foreach (var id in all)
        {
            if (links.Items[id].IsHeld) Entangle(ClusterOf(links.Items[id].A), ClusterOf(links.Items[id].B));
        }

        foreach (var id in all)
        {
            if (tangles.TryGetValue(ClusterOf(links.Items[id].A), out var its)) its.Last = id;
        }
    }

    /// <summary>Whether two clusters may become one by a link of this class, or why not.</summary>
    private LinkState Fits(int ca, int cb, int linkClass, out ushort limitKind)
    {
        limitKind = 0;
        if (forbids.Count > 0 && IsForbidden(ca, cb)) return LinkState.HeldForbidden;
        if (linkClass == 0) return LinkState.Joined;
        if (tallyA.Length < kinds.Count) (tallyA, tallyB) = (new int[kinds.Count * 2], new int[kinds.Count * 2]);
        var size = Tally(ca, tallyA, 1) + Tally(cb, tallyB, 1);
        var broken = -1;
        if (linkClass == 2)
        {
            var node = ca;
            do
            {
                var kind = nodes.Items[node].Kind;
                if (tallyA[kind] > 0 && tallyB[kind] > 0 && tallyA[kind] + tallyB[kind] > kinds.Limit(kind) && (broken < 0 || kinds.Compare(kind, broken) < 0)) broken = kind;
                node = nodes.Items[node].Next;
            }
            while (node != ca);
        }

        Tally(ca, tallyA, 0);
        Tally(cb, tallyB, 0);
        if (broken >= 0)
        {
            limitKind = (ushort)broken;
            return LinkState.HeldLimit;
        }

        return size > rules.MaxIdentifiers ? LinkState.HeldOversize : LinkState.Joined;
    }

    /// <summary>Counts the visible identifiers of a cluster by kind; with <paramref name="step"/> 0 it wipes the counts.</summary>
    private int Tally(int cluster, int[] tally, int step)
    {
        var size = 0;
        var node = cluster;
        do
        {
            ref readonly var n = ref nodes.Items[node];
            if (step == 0)
            {
                tally[n.Kind] = 0;
            }
            else if (!n.IsHidden)
            {
                tally[n.Kind]++;
                size++;
            }

            node = n.Next;
        }
        while (node != cluster);
        return size;
    }

    private void AddMembers(int cluster, List<int> into)
    {
        var node = cluster;
        do
        {
            into.Add(node);
            node = nodes.Items[node].Next;
        }
        while (node != cluster);
    }

    private int VisibleCount(int cluster)
    {
        var count = 0;
        var node = cluster;
        do
        {
            if (!nodes.Items[node].IsHidden) count++;
            node = nodes.Items[node].Next;
        }
        while (node != cluster);
        return count;
    }

    private bool IsForbidden(int ca, int cb)
    {
        if (Smaller(ca, cb) == cb) (ca, cb) = (cb, ca);
        var node = ca;
        do
        {
            if (forbids.TryGetValue(node, out var others))
            {
                foreach (var other in others)
                {
                    if (ClusterOf(other) == cb) return true;
                }
            }

            node = nodes.Items[node].Next;
        }
        while (node != ca);
        return false;
    }

    private int Smaller(int ca, int cb)
    {
        var (x, y) = (ca, cb);
        while (true)
        {
            (x, y) = (nodes.Items[x].Next, nodes.Items[y].Next);
            if (x == ca) return ca;
            if (y == cb) return cb;
        }
    }

    private void Union(int ca, int cb)
    {
        if (Smaller(ca, cb) == ca) (ca, cb) = (cb, ca);
        bool seenA = VisibleCount(ca) > 0, seenB = false;
        var node = cb;
        do
        {
            ref var n = ref nodes.Items.Edit(node);
            n.Cluster = ca;
            Moved(node);
            seenB |= !n.IsHidden;
            node = n.Next;
        }
        while (node != cb);
        var next = nodes.Items[ca].Next;
        nodes.Items.Edit(ca).Next = nodes.Items[cb].Next;
        nodes.Items.Edit(cb).Next = next;
        if (seenA && seenB) Customers--;
        if (tangles.Remove(cb, out var tangle)) tangle.Clusters.Remove(cb);
    }

    private void Moved(int node)
    {
        if (moved is null) return;
        if (moved.Count < MaxMoved) moved.Add(node);
        else moved = null;
    }

    private Tangle TangleOf(int cluster)
    {
        if (tangles.TryGetValue(cluster, out var tangle)) return tangle;
        tangle = new Tangle();
        tangle.Clusters.Add(cluster);
        tangles.Add(cluster, tangle);
        return tangle;
    }

    private Tangle Entangle(int ca, int cb)
    {
        var (ta, tb) = (TangleOf(ca), TangleOf(cb));
        if (ta == tb) return ta;
        if (ta.Clusters.Count < tb.Clusters.Count) (ta, tb) = (tb, ta);
        foreach (var cluster in tb.Clusters) tangles[cluster] = ta;
        ta.Clusters.UnionWith(tb.Clusters);
        if (dirty.Remove(tb)) MarkDirty(ta);
        return ta;
    }

    private void MarkDirty(Tangle tangle)
    {
        tangle.Dirty = true;
        dirty.Add(tangle);
    }

    /// <summary>True when a link stands behind all others of its component.</summary>
    private bool IsLast(int id, int cluster, Tangle? tangle)
    {
        if (tangle is not null) return tangle.Last == id || (tangle.Last >= 0 && CompareLinks(id, tangle.Last) > 0);
        var node = cluster;
        do
        {
            for (var other = nodes.Items[node].Links; other >= 0; other = links.Items[other].Next(node))
            {
                if (other != id && links.Items[other].State == LinkState.Joined && CompareLinks(id, other) < 0) return false;
            }

            node = nodes.Items[node].Next;
        }
        while (node != cluster);
        return true;
    }

    /// <summary>
    /// The canonical order: people's word, the sender's word, evidence; the stronger link first (a link is as strong as its weaker identifier);
    /// the earlier evidence first; then by value.
    /// </summary>
    private int CompareLinks(int x, int y)
    {
        if (x == y) return 0;
        ref readonly var a = ref links.Items[x];
        ref readonly var b = ref links.Items[y];
        var order = a.Class.CompareTo(b.Class);
        if (order == 0) order = kinds.Rule(nodes.Items[a.B].Kind).CompareTo(kinds.Rule(nodes.Items[b.B].Kind));
        if (order == 0) order = kinds.Rule(nodes.Items[a.A].Kind).CompareTo(kinds.Rule(nodes.Items[b.A].Kind));
        if (order == 0) order = a.Order.CompareTo(b.Order);
        if (order == 0) order = CompareNodes(a.A, b.A);
        return order != 0 ? order : CompareNodes(a.B, b.B);
    }

    private void SetState(int id, LinkState state, ushort limitKind = 0)
    {
        ref readonly var before = ref links.Items[id];
        if (before.State == state && before.LimitKind == limitKind) return;
        var was = before.IsHeld;
        ref var link = ref links.Items.Edit(id);
        (link.State, link.LimitKind) = (state, limitKind);
        if (link.IsHeld && !was) held.Add(id);
        else if (was && !link.IsHeld) held.Remove(id);
    }
}
