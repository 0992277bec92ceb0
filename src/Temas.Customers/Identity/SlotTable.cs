namespace Temas.Customers.Identity;

/// <summary>
/// From hashes to numbers, by open addressing; who asks compares what the numbers stand for. It grows a little with each insertion: copying all of it at once would
/// keep everybody waiting for a tenth of a second when it holds a million.
/// </summary>
internal sealed class SlotTable
{
    // A slot holds the hash in its upper half and the number + 1 in its lower; 0 is free, Dead was removed.
    private const ulong Dead = uint.MaxValue;

    // Two per insertion would be enough to have copied all before the larger table is full.
    private const int Smallest = 1024, Step = 16;

    private ulong[] slots = new ulong[Smallest];

    // While it grows: the table before, which stays as it was until all of it is copied, so that both may be searched.
    private ulong[] old = [];
    private int copied;
    private int taken;

    public long Bytes => (slots.LongLength + old.LongLength) * sizeof(ulong);

    public void Clear(int expected = 0)
    {
        var size = Smallest;
        while (size * 7L < expected * 10L) size *= 2;
        (slots, old, copied, taken) = (new ulong[size], [], 0, 0);
    }

    /// <summary>Adds a number under a hash under which it does not stand yet.</summary>
    public void Add(uint hash, int number)
    {
        if ((taken + 1) * 10L > slots.Length * 7L) Grow();
        if (old.Length > 0) Copy(Step);
        Place(((ulong)hash << 32) | (uint)(number + 1));
    }

    public void Remove(uint hash, int number)
    {
        var slot = ((ulong)hash << 32) | (uint)(number + 1);
        Bury(slots, slot);
        if (old.Length > 0) Bury(old, slot);
    }

    /// <summary>The numbers under a hash; while the table grows one may come twice.</summary>
    public Matches Find(uint hash) => new(this, hash);

    private static void Bury(ulong[] table, ulong slot)
    {
        var mask = (uint)table.Length - 1;
        for (var i = (uint)(slot >> 32) & mask; table[i] != 0; i = (i + 1) & mask)
        {
            if (table[i] == slot) table[i] = Dead;
        }
    }

    private void Grow()
    {
        if (old.Length > 0) Copy(old.Length);
        (old, copied, slots, taken) = (slots, 0, new ulong[slots.Length * 2], 0);
    }

    private void Copy(int step)
    {
        var end = Math.Min(old.Length, copied + step);
        for (; copied < end; copied++)
        {
            if (old[copied] is not (0 or Dead)) Place(old[copied]);
        }

        if (copied == old.Length) old = [];
    }

    private void Place(ulong slot)
    {
        var mask = (uint)slots.Length - 1;
        var i = (uint)(slot >> 32) & mask;
        while (slots[i] != 0) i = (i + 1) & mask;
        slots[i] = slot;
        taken++;
    }

    internal ref struct Matches(SlotTable table, uint hash)
    {
        private ulong[] slots = table.slots;
        private uint at = hash - 1;

        public int Current { get; private set; }

        public readonly Matches GetEnumerator() => this;

        public bool MoveNext()
        {
            while (true)
            {
                var mask = (uint)slots.Length - 1;
                for (at = (at + 1) & mask; slots[at] != 0; at = (at + 1) & mask)
                {
                    var slot = slots[at];
                    if ((uint)(slot >> 32) != hash || slot == Dead) continue;
                    Current = (int)(uint)slot - 1;
                    return true;
                }

                if (slots == table.old || table.old.Length == 0) return false;
                (slots, at) = (table.old, hash - 1);
            }
        }
    }
}
