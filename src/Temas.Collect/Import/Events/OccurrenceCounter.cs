namespace Temas.Collect.Import.Events;

/// <summary>
/// Counts how often each row has occurred, by a 64-bit hash of its content. Open addressing, two thirds full at most: 12 bytes a slot, so 18 to 36 bytes
/// for each distinct row. Two different rows with one hash would only number their repetitions together, always in the same way: their message ids stay apart, because those hold 128 bits of content.
/// </summary>
internal sealed class OccurrenceCounter
{
    private ulong[] keys = new ulong[1024];
    private int[] counts = new int[1024];
    private int used;

    /// <summary>How often <paramref name="hash"/> was counted before: 0 for the first time.</summary>
    public int Next(ulong hash)
    {
        if (used * 3L > keys.Length * 2L) Grow();
        var slot = SlotOf(keys, counts, hash);
        if (counts[slot] == 0)
        {
            keys[slot] = hash;
            used++;
        }

        return counts[slot]++;
    }

    private static int SlotOf(ulong[] keys, int[] counts, ulong hash)
    {
        var mask = keys.Length - 1;
        var slot = (int)(hash & (ulong)mask);
        while (counts[slot] != 0 && keys[slot] != hash) slot = (slot + 1) & mask;
        return slot;
    }

    private void Grow()
    {
        var (newKeys, newCounts) = (new ulong[keys.Length * 2], new int[keys.Length * 2]);
        for (var i = 0; i < keys.Length; i++)
        {
            if (counts[i] == 0) continue;
            var slot = SlotOf(newKeys, newCounts, keys[i]);
            (newKeys[slot], newCounts[slot]) = (keys[i], counts[i]);
        }

        (keys, counts) = (newKeys, newCounts);
    }
}
