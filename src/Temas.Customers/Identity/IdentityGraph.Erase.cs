using Temas.Storage.EventLog;

namespace Temas.Customers.Identity;

/// <summary>
/// Erasure. What follows from the events that remain is all that may be left, so that a rebuild gives the same: identifiers of the erased customer that other people's
/// events carry (a shared device, say) stay with these people, with what their events tell and no more.
/// </summary>
internal sealed partial class IdentityGraph
{
    /// <summary>The nodes outside that a link connects with one of <paramref name="members"/>.</summary>
    public HashSet<int> Neighbours(IReadOnlySet<int> members)
    {
        var result = new HashSet<int>();
        foreach (var node in members)
        {
            for (var id = nodes.Items[node].Links; id >= 0; id = links.Items[id].Next(node))
            {
                var other = links.Items[id].Other(node);
                if (!members.Contains(other)) result.Add(other);
            }
        }

        return result;
    }

    /// <summary>Those of some nodes whose first or last event may be one of the erased ones.</summary>
    public HashSet<int> SeenAt(IEnumerable<int> some, IReadOnlySet<long> times) =>
        [.. some.Where(n => times.Contains(nodes.Items[n].First) || times.Contains(nodes.Items[n].Last))];

    /// <summary>Drops the decisions at some log positions, and gives the nodes that they named.</summary>
    public HashSet<int> DropDecisions(IReadOnlySet<long> positions)
    {
        var named = new HashSet<int>();
        foreach (var (pair, history) in decisions.ToArray())
        {
            if (history.RemoveAll(d => positions.Contains(d.Position)) == 0) continue;
            named.Add(pair.Item1);
            named.Add(pair.Item2);
            if (history.Count == 0) decisions.Remove(pair);
            Enforce(history.Count > 0 ? history[^1] : new Decision { A = pair.Item1, B = pair.Item2, Word = DecisionWord.Withdraw });
        }

        Settle(all: true);
        return named;
    }

    /// <summary>
    /// Forgets all that is known of <paramref name="erased"/>, and when <paramref name="unsure"/> were seen.
    /// Then <see cref="ObserveAgain"/> takes in the remaining events that name one of them, and <see cref="Wipe"/> ends it.
    /// </summary>
    public void Forget(IReadOnlySet<int> erased, IReadOnlySet<int> unsure)
    {
        if (erased.Count == 0) return;
        Settle(all: true);
        var tangle = TangleOf(ClusterOf(erased.First()));
        foreach (var node in erased.Concat(unsure)) tangle = Entangle(ClusterOf(node), tangle.Clusters.First());
        foreach (var node in erased)
        {
            for (var id = nodes.Items[node].Links; id >= 0; id = links.Items[id].Next(node)) tangle = Entangle(ClusterOf(links.Items[id].Other(node)), tangle.Clusters.First());
        }

        dirty.Remove(tangle);
        var members = TakeApart(tangle);
        foreach (var node in erased.Concat(unsure)) Unsee(node);
        foreach (var node in erased)
        {
            while (nodes.Items[node].Links >= 0) Cut(nodes.Items[node].Links, members);
            nodes.Items.Edit(node).UserLinks = 0;
        }

        JoinAfresh([.. members.Distinct()]);

        // What people said of pairs that remain still holds.
        foreach (var (pair, history) in decisions.ToArray())
        {
            if (erased.Contains(pair.Item1) || erased.Contains(pair.Item2)) Enforce(history[^1]);
        }
    }

    /// <summary>Takes in again what an event tells of some nodes: of those in <paramref name="seen"/> that they were seen, of those in <paramref name="linked"/> their links.</summary>
    public void ObserveAgain(IdentifierReader reader, in LogEvent e, IReadOnlySet<int> seen, IReadOnlySet<int> linked)
    {
        if (reader.Primary < 0) return;
        Span<int> found = stackalloc int[IdentifierReader.MaxFound];
        for (var i = 0; i < reader.Count; i++)
        {
            var kind = kinds.Of(reader, i, add: false);
            found[i] = kind < 0 ? -1 : nodes.Find(kind, reader.ValueOf(i));
            if (found[i] >= 0 && seen.Contains(found[i]) && !reader.IsPrevious(i)) See(found[i], e.Time);
        }

        var primary = found[reader.Primary];
        ulong? message = null;
        for (var i = 0; i < reader.Count; i++)
        {
            if (primary < 0 || found[i] < 0 || found[i] == primary || !(linked.Contains(primary) || linked.Contains(found[i]))) continue;
            Witness(primary, found[i], reader.IsAsserted(i), e, ref message);
        }
    }

    /// <summary>Those of some nodes that nothing names any more.</summary>
    public List<int> Unnamed(IEnumerable<int> some) =>
        [.. some.Where(n => nodes.Items[n].IsHidden && nodes.Items[n].Links < 0 && nodes.Items[n].Length > 0 && !decisions.Keys.Any(p => p.Item1 == n || p.Item2 == n))];

    /// <summary>Overwrites the value of a node that nothing names any more.</summary>
    public void Wipe(int node) => nodes.Erase(node);

    private void Unsee(int node)
    {
        if (nodes.Items[node].IsHidden) return;
        ref var n = ref nodes.Items.Edit(node);
        (n.First, n.Last) = (long.MaxValue, long.MinValue);
        Customers--;
        Identifiers--;
    }

    private void Cut(int id, List<int> members)
    {
        var link = links.Items[id];
        var (userA, userB) = (IsUser(link.A), IsUser(link.B));
        SetState(id, LinkState.Void);
        links.Remove(id);
        if (userA == userB || link.Count == 0) return;
        var other = userA ? link.B : link.A;
        if (--nodes.Items.Edit(other).UserLinks != rules.SharedLimit) return;

        // It is shared no more, and its links count again: everything around it is worked out afresh.
        var tangle = TangleOf(ClusterOf(other));
        for (var l = nodes.Items[other].Links; l >= 0; l = links.Items[l].Next(other)) tangle = Entangle(ClusterOf(links.Items[l].Other(other)), tangle.Clusters.First());
        dirty.Remove(tangle);
        members.AddRange(TakeApart(tangle));
    }
}
