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
    // A slot holds the low half of the hash and the node + 1; 0 is free, Dead was erased.
    private const ulong Dead = uint.MaxValue;

    private ulong[] slots = new ulong[1024];
    private int taken;

    public ChunkedList<Node> Items { get; } = new();

    public TextArena Values { get; } = new();

    public int Count => Items.Count;

    public long Bytes => Items.Bytes + Values.Bytes + (slots.Length * 8L);

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
        Insert(node, hash);
        return node;
    }

    /// <summary>The secret hash of an identifier, by which customers are named outside: it tells nothing to those who do not know the workspace's key.</summary>
    public ulong PublicId(int node) => SipHash.Of(kinds.Key(Items[node].Kind), ValueOf(node));

    public int FindPublic(ulong id)
    {
        for (var i = (uint)id & Mask; slots[i] != 0; i = (i + 1) & Mask)
        {
            var node = NodeAt(slots[i]);
            if (slots[i] != Dead && (uint)(slots[i] >> 32) == (uint)id && PublicId(node) == id) return node;
        }

        return -1;
    }

    /// <summary>Removes a node's value for good: it is overwritten, and nobody finds it again.</summary>
    public void Erase(int node)
    {
        var hash = PublicId(node);
        for (var i = (uint)hash & Mask; slots[i] != 0; i = (i + 1) & Mask)
        {
            if (slots[i] != Dead && NodeAt(slots[i]) == node) slots[i] = Dead;
        }

        ref var n = ref Items.Edit(node);
        Values.Erase(n.Address, n.Length);
        n.Length = 0;
    }

    public void Clear()
    {
        Items.Clear();
        Values.Clear();
        (slots, taken) = (new ulong[1024], 0);
    }

    /// <summary>Fills the table from a snapshot.</summary>
    public void Load(ReadOnlySpan<Node> nodes, ReadOnlySpan<byte> values)
    {
        Clear();
        Items.Add(nodes);
        Values.Load(values);
        var size = 1024;
        while (size * 7L < nodes.Length * 10L) size *= 2;
        slots = new ulong[size];
        for (var i = 0; i < nodes.Length; i++)
        {
            if (nodes[i].Length > 0) Insert(i, PublicId(i));
        }
    }

    private uint Mask => (uint)slots.Length - 1;

    private static int NodeAt(ulong slot) => (int)(uint)slot - 1;

    private int Find(int kind, ReadOnlySpan<byte> value, ulong hash)
    {
        var tag = (uint)hash;
        for (var i = tag & Mask; slots[i] != 0; i = (i + 1) & Mask)
        {
            if ((uint)(slots[i] >> 32) != tag || slots[i] == Dead) continue;
            var node = NodeAt(slots[i]);
            ref readonly var n = ref Items[node];
            if (n.Kind == kind && n.Length == value.Length && Values.Text(n.Address, n.Length).SequenceEqual(value)) return node;
        }

        return -1;
    }

    private void Insert(int node, ulong hash)
    {
        if ((taken + 1) * 10L > slots.Length * 7L) Grow();
        Place(slots, ((hash & uint.MaxValue) << 32) | (uint)(node + 1));
        taken++;
    }

    private void Grow()
    {
        // The tag is the low half of the hash and finds the place by itself: no value is hashed again.
        var larger = new ulong[slots.Length * 2];
        taken = 0;
        foreach (var slot in slots)
        {
            if (slot is 0 or Dead) continue;
            Place(larger, slot);
            taken++;
        }

        slots = larger;
    }

    private static void Place(ulong[] slots, ulong slot)
    {
        var mask = (uint)slots.Length - 1;
        var i = (uint)(slot >> 32) & mask;
        while (slots[i] != 0) i = (i + 1) & mask;
        slots[i] = slot;
    }
}
