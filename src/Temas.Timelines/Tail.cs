using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Temas.Timelines;

// The latest events, in memory, in the order of the log. Each knows the entry of the same node before it, so one node is read without the others:
//
//   slots   (open addressing by node)      entries (28 bytes each, ascending by position)
//   ┌──────┬──────┬───────┐                 0  t=10 p=100 node 7  previous -1
//   │ node │ head │ count │                 1  t=12 p=101 node 9  previous -1
//   │   7  │   3 ─┼───2───┼──────────┐      2  t=11 p=104 node 9  previous  1
//   │   9  │   2  │   2   │          └───▶  3  t=15 p=105 node 7  previous  0
//   └──────┴──────┴───────┘

/// <summary>The latest events, in memory. Appending allocates only when the arrays grow.</summary>
internal sealed class Tail
{
    private const int Smallest = 1024;

    /// <summary>From here on the entries grow by this many: a tail is frozen soon after it is full, and doubling then would leave half of it empty.</summary>
    private const int LargestStep = 1 << 17;

    private Entry[] entries = [];
    private Slot[] slots = new Slot[Smallest];
    private int shift = 64 - 10;

    /// <summary>The number of events.</summary>
    public int Count { get; private set; }

    /// <summary>The number of different nodes.</summary>
    public int Nodes { get; private set; }

    public long Managed => (entries.LongLength * Unsafe.SizeOf<Entry>()) + (slots.LongLength * Unsafe.SizeOf<Slot>());

    public ReadOnlySpan<Entry> Entries => entries.AsSpan(0, Count);

    public void Append(int node, long time, int type, long position)
    {
        ref var slot = ref Find(node);
        if (slot.Count == 0)
        {
            if ((Nodes + 1L) * 10 > slots.Length * 7L)
            {
                Rehash();
                slot = ref Find(node);
            }

            (slot.Node, slot.Head) = (node, -1);
            Nodes++;
        }

        if (Count == entries.Length) Array.Resize(ref entries, Count + Math.Clamp(Count, Smallest, LargestStep));
        ref var entry = ref entries[Count];
        (entry.Time, entry.Position, entry.Node, entry.Type, entry.Previous) = (time, position, node, type, slot.Head);
        slot.Head = Count++;
        slot.Count++;
    }

    public int CountOf(int node) => Find(node).Count;

    /// <summary>The latest appended entry of the node, from which <see cref="Entry.Previous"/> leads on; -1 when there is none.</summary>
    public int HeadOf(int node)
    {
        ref var slot = ref Find(node);
        return slot.Count == 0 ? -1 : slot.Head;
    }

    public int[] SortedNodes()
    {
        var nodes = new int[Nodes];
        var at = 0;
        foreach (ref readonly var slot in slots.AsSpan())
        {
            if (slot.Count > 0) nodes[at++] = slot.Node;
        }

        Array.Sort(nodes);
        return nodes;
    }

    public bool Holds(Erasure erasure)
    {
        foreach (var node in erasure.Nodes)
        {
            if (CountOf(node) > 0) return true;
        }

        foreach (var position in erasure.Positions)
        {
            if (HasPosition(position)) return true;
        }

        return false;
    }

    public void Remove(Erasure erasure)
    {
        var count = Count;
        Reset();
        for (var i = 0; i < count; i++)
        {
            // Entries move only towards the front, so what is still to be read is never overwritten.
            var entry = entries[i];
            if (!erasure.Covers(entry.Node, entry.Position)) Append(entry.Node, entry.Time, entry.Type, entry.Position);
        }

        entries.AsSpan(Count, count - Count).Clear();
    }

    /// <summary>Empties the tail and keeps its arrays.</summary>
    public void Reset()
    {
        (Count, Nodes) = (0, 0);
        Array.Clear(slots);
    }

    private bool HasPosition(long position)
    {
        var (low, high) = (0, Count);
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (entries[middle].Position < position) low = middle + 1;
            else high = middle;
        }

        return low < Count && entries[low].Position == position;
    }

    /// <summary>The node's slot, or the empty one where it belongs.</summary>
    private ref Slot Find(int node)
    {
        var at = (int)(((uint)node * 0x9E3779B97F4A7C15UL) >> shift);
        while (true)
        {
            ref var slot = ref slots[at];
            if (slot.Count == 0 || slot.Node == node) return ref slot;
            at = (at + 1) & (slots.Length - 1);
        }
    }

    private void Rehash()
    {
        var old = slots;
        slots = new Slot[old.Length * 2];
        shift--;
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (slot.Count > 0) Find(slot.Node) = slot;
        }
    }

    [StructLayout(LayoutKind.Sequential, Pack = 4)]
    internal struct Entry
    {
        public long Time;
        public long Position;
        public int Node;
        public int Type;
        public int Previous;
    }

    private struct Slot
    {
        public int Node;
        public int Head;
        public int Count;
    }
}
