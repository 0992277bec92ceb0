using Temas.Storage.EventLog;

namespace Temas.Customers.Identity;

/// <summary>What became of a link. The numbers are persisted in snapshots.</summary>
internal enum LinkState : byte
{
    /// <summary>Not worked out yet.</summary>
    Pending = 0,

    /// <summary>Its two identifiers are one customer.</summary>
    Joined = 1,

    /// <summary>One of them is linked to so many user ids that it tells nothing.</summary>
    HeldShared = 2,

    /// <summary>The customer would have more identifiers of a kind than the rules allow.</summary>
    HeldLimit = 3,

    /// <summary>A person said that two of the identifiers are not one customer.</summary>
    HeldForbidden = 4,

    /// <summary>The customer would have more identifiers than the rules allow.</summary>
    HeldOversize = 5,

    /// <summary>No evidence and no word of a person stands behind it any more.</summary>
    Void = 6,
}

// A link, 56 bytes. A is the stronger identifier (by kind, then value). Time, Message, Position and Why tell of the evidence that counts: an alias before
// other events, then the earliest, ties by the hash of source and message id - never by arrival.
internal struct Link
{
    public const byte AssertedFlag = 0x10, ConfirmedFlag = 0x20;

    public int A;
    public int B;
    public int NextOfA;
    public int NextOfB;
    public long Time;
    public ulong Message;
    public long Position;
    public int Count;
    public ushort LimitKind;
    public LinkState State;
    public byte Flags;
    public long ConfirmedAt;

    /// <summary>An alias stands behind it.</summary>
    public readonly bool IsAsserted => (Flags & AssertedFlag) != 0;

    /// <summary>A person confirmed it.</summary>
    public readonly bool IsConfirmed => (Flags & ConfirmedFlag) != 0;

    public readonly bool IsHeld => State is >= LinkState.HeldShared and <= LinkState.HeldOversize;

    /// <summary>The call that gave the evidence.</summary>
    public readonly EventType Why => (EventType)(Flags & 0x0F);

    /// <summary>0: a person's word, 1: the sender's (alias), 2: evidence.</summary>
    public readonly int Class => IsConfirmed ? 0 : IsAsserted ? 1 : 2;

    /// <summary>The time that puts it in order.</summary>
    public readonly long Order => IsConfirmed ? ConfirmedAt : Time;

    public readonly int Other(int node) => node == A ? B : A;

    public readonly int Next(int node) => node == A ? NextOfA : NextOfB;
}

/// <summary>The links between nodes: by pair, and from each node.</summary>
internal sealed class LinkTable(NodeTable nodes)
{
    private readonly SlotTable slots = new();

    public ChunkedList<Link> Items { get; } = new();

    public long Bytes => Items.Bytes + slots.Bytes;

    /// <summary>The link of a pair, or -1.</summary>
    public int Find(int x, int y)
    {
        // Mostly a device meets the same user again: its newest link is the one.
        var newest = nodes.Items[y].Links;
        if (newest >= 0 && Items[newest].Other(y) == x) return newest;
        foreach (var id in slots.Find(Hash(x, y)))
        {
            ref readonly var link = ref Items[id];
            if ((link.A == x && link.B == y) || (link.A == y && link.B == x)) return id;
        }

        return -1;
    }

    /// <summary>Adds a link from <paramref name="a"/>, the stronger, to <paramref name="b"/>. There is none yet.</summary>
    public int Add(int a, int b)
    {
        var id = Items.Add(new Link { A = a, B = b, NextOfA = nodes.Items[a].Links, NextOfB = nodes.Items[b].Links, Time = long.MaxValue, Message = ulong.MaxValue });
        nodes.Items.Edit(a).Links = id;
        nodes.Items.Edit(b).Links = id;
        slots.Add(Hash(a, b), id);
        return id;
    }

    /// <summary>Takes a link out of both nodes' lists and empties it.</summary>
    public void Remove(int id)
    {
        var link = Items[id];
        slots.Remove(Hash(link.A, link.B), id);
        Unlink(id, link.A, link.NextOfA);
        Unlink(id, link.B, link.NextOfB);
        Items.Edit(id) = new Link { A = -1, B = -1, NextOfA = -1, NextOfB = -1, State = LinkState.Void };
    }

    public void Clear()
    {
        Items.Clear();
        slots.Clear();
    }

    public void Load(ReadOnlySpan<Link> links)
    {
        Clear();
        Items.Add(links);
        slots.Clear(links.Length);
        for (var i = 0; i < links.Length; i++)
        {
            if (links[i].A >= 0) slots.Add(Hash(links[i].A, links[i].B), i);
        }
    }

    private static uint Hash(int x, int y)
    {
        var (low, high) = x < y ? (x, y) : (y, x);
        var h = (((ulong)(uint)low << 32) | (uint)high) * 0x9E3779B97F4A7C15;
        h = (h ^ (h >> 29)) * 0xBF58476D1CE4E5B9;
        return (uint)(h >> 32);
    }

    private void Unlink(int id, int node, int next)
    {
        var at = nodes.Items[node].Links;
        if (at == id)
        {
            nodes.Items.Edit(node).Links = next;
            return;
        }

        while (Items[at].Next(node) != id) at = Items[at].Next(node);
        ref var before = ref Items.Edit(at);
        if (before.A == node) before.NextOfA = next;
        else before.NextOfB = next;
    }
}
