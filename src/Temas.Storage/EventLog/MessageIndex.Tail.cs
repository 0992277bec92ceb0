using System.Numerics;

namespace Temas.Storage.EventLog;

internal sealed partial class MessageIndex
{
    private sealed class Tail(long from, int size)
    {
        private ulong[] hashes = new ulong[BitOperations.RoundUpToPowerOf2((uint)size * 2)];
        private uint[] offsets = new uint[BitOperations.RoundUpToPowerOf2((uint)size * 2)];

        // All positions in it are greater.
        public long From { get; private set; } = from;

        public int Count { get; private set; }

        // Fresh memory of this size costs the writer ten times as much as clearing memory that it has.
        public void Begin(long from)
        {
            if (Count > 0) Array.Clear(offsets);
            (From, Count) = (from, 0);
        }

        public void Add(ulong hash, long position)
        {
            if (Count * 4 > hashes.Length * 3) Grow();
            Put(hash, checked((uint)(position - From)));
            Count++;
        }

        public int Find(ulong hash, Span<long> into)
        {
            var (mask, found) = (hashes.Length - 1, 0);
            for (var i = (int)hash & mask; offsets[i] != 0 && found < into.Length; i = (i + 1) & mask)
            {
                if (hashes[i] == hash) into[found++] = From + offsets[i];
            }

            return found;
        }

        public (ulong[] Hashes, uint[] Offsets) Sorted()
        {
            var (keys, values, n) = (new ulong[Count], new uint[Count], 0);
            for (var i = 0; i < hashes.Length; i++)
            {
                if (offsets[i] == 0) continue;
                // A segment counts from its first position, the tail from the one before.
                (keys[n], values[n++]) = (hashes[i], offsets[i] - 1);
            }

            Array.Sort(keys, values);
            return (keys, values);
        }

        private void Put(ulong hash, uint offset)
        {
            var mask = hashes.Length - 1;
            var i = (int)hash & mask;
            while (offsets[i] != 0) i = (i + 1) & mask;
            (hashes[i], offsets[i]) = (hash, offset);
        }

        private void Grow()
        {
            var (oldHashes, oldOffsets) = (hashes, offsets);
            (hashes, offsets) = (new ulong[oldHashes.Length * 2], new uint[oldHashes.Length * 2]);
            for (var i = 0; i < oldHashes.Length; i++)
            {
                if (oldOffsets[i] != 0) Put(oldHashes[i], oldOffsets[i]);
            }
        }
    }
}
