using Temas.Customers.Search;
using Temas.Kernel;
using Temas.Timelines;

namespace Temas.Customers.Identity;

internal sealed partial class IdentityGraph
{
    /// <summary>Takes the state of this moment, under the write lock.</summary>
    public GraphSnapshot Freeze(SearchIndex search, long position, ulong generation)
    {
        Settle(all: true);
        var (entries, folded, told, frozen) = search.Freeze();
        return new GraphSnapshot
        {
            Position = position,
            Head = new GraphHead { Generation = generation, Rules = rules.Digest, KeyCheck = KeyCheck, Customers = Customers, Identifiers = Identifiers },
            Kinds = kinds.Extra(),
            Nodes = nodes.Items.Freeze(),
            Values = nodes.Values.Freeze(),
            Links = links.Items.Freeze(),
            Decisions = [.. decisions.Values.SelectMany(d => d)],
            Entries = entries,
            Folded = folded,
            Told = told,
            Thaw = () =>
            {
                nodes.Items.Thaw();
                links.Items.Thaw();
                frozen.Thaw();
            },
        };
    }

    /// <summary>Loads a snapshot into this empty graph and into <paramref name="search"/>; says why not in <paramref name="fault"/>, and then both stay empty.</summary>
    public bool TryLoad(string path, SearchIndex search, out long position, out ulong generation, out string? fault)
    {
        (position, generation) = (0, 0);
        using var file = SnapshotFile.Open(path, GraphSnapshot.Kind, GraphSnapshot.Version, out fault);
        if (file is null) return false;
        if (file.Section<GraphHead>(1) is not [var head])
        {
            fault = "is damaged (head)";
            return false;
        }

        if (head.Rules != rules.Digest || head.KeyCheck != KeyCheck)
        {
            fault = head.Rules != rules.Digest ? "was made under other identity rules" : "belongs to another workspace";
            return false;
        }

        kinds.AddExtra(file.Section<byte>(2));
        nodes.Load(file.Section<Node>(3), file.Section<byte>(4));
        links.Load(file.Section<Link>(5));
        foreach (ref readonly var decision in file.Section<Decision>(6))
        {
            var pair = Pair(decision.A, decision.B);
            if (!decisions.TryGetValue(pair, out var history)) decisions.Add(pair, history = []);
            history.Add(decision);
        }

        foreach (var history in decisions.Values)
        {
            if (history[^1].Word != DecisionWord.Forbid) continue;
            OthersOf(history[^1].A).Add(history[^1].B);
            OthersOf(history[^1].B).Add(history[^1].A);
        }

        search.Load(file.Section<SearchEntry>(7), file.Section<byte>(8), file.Section<byte>(9));
        (Customers, Identifiers, position, generation) = (head.Customers, head.Identifiers, file.Position, head.Generation);
        FindTangles();
        return true;
    }

    private ulong KeyCheck => Hash64.Of(BitConverter.GetBytes(kinds.Key(rules.UserIdKind).K0));

    /// <summary>Tangles are what held links connect, so they follow from the links.</summary>
    private void FindTangles()
    {
        for (var id = 0; id < links.Items.Count; id++)
        {
            ref readonly var link = ref links.Items[id];
            if (!link.IsHeld) continue;
            held.Add(id);
            if (link.State != LinkState.HeldShared) Entangle(ClusterOf(link.A), ClusterOf(link.B));
        }

        if (tangles.Count == 0) return;
        for (var id = 0; id < links.Items.Count; id++)
        {
            ref readonly var link = ref links.Items[id];
            if (link.State is LinkState.HeldShared or LinkState.Void || !tangles.TryGetValue(ClusterOf(link.A), out var tangle)) continue;
            if (tangle.Last < 0 || CompareLinks(id, tangle.Last) > 0) tangle.Last = id;
        }
    }
}
