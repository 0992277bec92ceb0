using System.Text;

namespace Temas.Customers.Identity;

// A node, 40 bytes:
//   0  4  address of the value in the arena      16  8  time of the last event that names it
//   4  2  length of the value (0: erased)        24  4  cluster: number of one of its nodes
//   6  2  kind                                   28  4  next node of the same cluster, in a circle
//   8  8  time of the first event that names it  32  4  its newest link, or -1
//         (max: none yet, the node is hidden)    36  4  how many user ids it is linked to

/// <summary>An identifier. Nodes have dense numbers in the order in which the log names them first.</summary>
internal struct Node
{
    public uint Address;
    public ushort Length;
    public ushort Kind;
    public long First;
    public long Last;
    public int Cluster;
    public int Next;
    public int Links;
    public int UserLinks;

    /// <summary>Only an alias or a decision has named it so far: no event carries it, so no profile shows it.</summary>
    public readonly bool IsHidden => First == long.MaxValue;
}

/// <summary>The identifiers of a workspace: kind and value to node and back.</summary>
internal sealed class NodeTable(KindTable kinds)
{
    private readonly SlotTable slots = new();

    public ChunkedList<Node> Items { get; } = new();

    public TextArena Values { get; } = new();

    public int Count => Items.Count;

    public long Bytes => Items.Bytes + Values.Bytes + slots.Bytes;

    public ReadOnlySpan<byte> ValueOf(int node)
    {
        ref readonly var n = ref Items[node];
        return n.Length == 0 ? [] : Values.Text(n.Address, n.Length);
    }

    public string TextOf(int node) => Encoding.UTF8.GetString(ValueOf(node));

    public int Find(int kind, ReadOnlySpan<byte> value) => Find(kind, value, SipHash.Of(kinds.Key(kind), value));

    /// <summary>The node, added if it is new.</summary>
    public int GetOrAdd(int kind, ReadOnlySpan<byte> value, out bool added)
    {
        var hash = SipHash.Of(kinds.Key(kind), value);
        var node = Find(kind, value, hash);
        added = node < 0;
        if (!added) return node;
        node = Items.Count;
        Items.Add(new Node
        {
            Address = Values.Add(value),
            Length = (ushort)value.Length,
            Kind = (ushort)kind,
            First = long.MaxValue,
            Last = long.MinValue,
            Cluster = node,
            Next = node,
            Links = -1,
        });
        slots.Add((uint)hash, node);
        return node;
    }

    /// <summary>The secret hash of an identifier, by which customers are named outside: it tells nothing to those who do not know the workspace's key.</summary>
    public ulong PublicId(int node) => SipHash.Of(kinds.Key(Items[node].Kind), ValueOf(node));

    public int FindPublic(ulong id)
    {
        foreach (var node in slots.Find((uint)id))
        {
            if (PublicId(node) == id) return node;
        }

        return -1;
    }

    /// <summary>Removes a node's value for good: it is overwritten, and nobody finds it again.</summary>
    public void Erase(int node)
    {
        slots.Remove((uint)PublicId(node), node);
        ref var n = ref Items.Edit(node);
        Values.Erase(n.Address, n.Length);
        n.Length = 0;
    }

    public void Clear()
    {
        Items.Clear();
        Values.Clear();
        slots.Clear();
    }

    /// <summary>Fills the table from a snapshot.</summary>
    public void Load(ReadOnlySpan<Node> nodes, ReadOnlySpan<byte> values)
    {
        Clear();
        Items.Add(nodes);
        Values.Load(values);
        slots.Clear(nodes.Length);
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Length > 0) slots.Add((uint)PublicId(i), i);
        }
    }

    private int Find(int kind, ReadOnlySpan<byte> value, ulong hash)
    {
        foreach (var node in slots.Find((uint)hash))
        {
            ref readonly var n = ref Items[node];
            if (n.Kind == kind && n.Length == value.Length && Values.Text(n.Address, n.Length).SequenceEqual(value)) return node;
        }

        return -1;
    }
}
