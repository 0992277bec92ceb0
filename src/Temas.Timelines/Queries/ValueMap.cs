namespace Temas.Timelines.Queries;

/// <summary>Numbers values (as <see cref="ValueKey"/> has them) from 0 in the order in which they were added. To find one costs a few instructions where there are few.</summary>
internal sealed class ValueMap
{
    private readonly List<long> keys = [];

    // A key and its number plus one; 0 for nothing here. At most half full.
    private (long Key, int Number)[] slots = new (long, int)[16];

    public int Count => keys.Count;

    /// <summary>The values and their numbers.</summary>
    public IEnumerable<(long Key, int Number)> All => keys.Select((key, number) => (key, number));

    /// <summary>The number of a value; -1 when it has none.</summary>
    public int Find(long key)
    {
        for (var at = SlotOf(key); ; at = (at + 1) & (slots.Length - 1))
        {
            ref readonly var slot = ref slots[at];
            if (slot.Number == 0 || slot.Key == key) return slot.Number - 1;
        }
    }

    /// <summary>Gives a value that has none the next number.</summary>
    public int Add(long key)
    {
        keys.Add(key);
        if (keys.Count * 2 > slots.Length)
        {
            slots = new (long, int)[slots.Length * 2];
            for (var i = 0; i < keys.Count - 1; i++) Put(keys[i], i + 1);
        }

        Put(key, keys.Count);
        return keys.Count - 1;
    }

    private void Put(long key, int number)
    {
        var at = SlotOf(key);
        while (slots[at].Number != 0) at = (at + 1) & (slots.Length - 1);
        slots[at] = (key, number);
    }

    // Values are chosen by senders, so the upper half of a product is taken, and a secret of this process is in it.
    private int SlotOf(long key) => (int)(((ulong)(key ^ Secret) * 0x9E37_79B9_7F4A_7C15) >> 32) & (slots.Length - 1);

    private static readonly long Secret = Random.Shared.NextInt64();
}
