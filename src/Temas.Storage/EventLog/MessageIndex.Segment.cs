using System.Numerics;
using Temas.Timelines;

namespace Temas.Storage.EventLog;

internal sealed partial class MessageIndex
{
    private sealed class Segment(SnapshotFile snapshot, string file, long from, long to) : IDisposable
    {
        private const int BitsPerMessage = 12, BlockWords = 8;

        public string File => file;

        public long From => from;

        public long To => to;

        public int Count { get; } = snapshot.Section<ulong>(1).Length;

        public static Segment? Open(string file, long from, long to, out string? fault) =>
            SnapshotFile.Open(file, Kind, Version, out fault) is { } snapshot ? new Segment(snapshot, file, from, to) : null;

        public static Segment Write(string folder, long from, long to, (ulong[] Hashes, uint[] Offsets) content)
        {
            var file = Path.Combine(folder, $"messages-{from}-{to}.snapshot");
            using (var writer = new SnapshotWriter(file, Kind, Version, to))
            {
                writer.Section<ulong>(1, content.Hashes);
                writer.Section<uint>(2, content.Offsets);
                writer.Section<ulong>(3, Filter(content.Hashes));
                writer.Complete();
            }

            return Open(file, from, to, out var fault) ?? throw new InvalidDataException($"{file} {fault} right after it was written.");
        }

        public static (ulong[] Hashes, uint[] Offsets) Merge(List<Segment> parts)
        {
            var total = parts.Sum(p => p.Count);
            var (keys, values, at) = (new ulong[total], new uint[total], new int[parts.Count]);
            for (var n = 0; n < total; n++)
            {
                var best = -1;
                var least = ulong.MaxValue;
                for (var p = 0; p < parts.Count; p++)
                {
                    if (at[p] == parts[p].Count) continue;
                    var hash = parts[p].Hashes[at[p]];
                    if (best >= 0 && hash >= least) continue;
                    (best, least) = (p, hash);
                }

                keys[n] = least;
                values[n] = checked((uint)(parts[best].From - parts[0].From) + parts[best].Offsets[at[best]++]);
            }

            return (keys, values);
        }

        public int Find(ulong hash, Span<long> into)
        {
            if (!MayHold(hash)) return 0;
            var hashes = Hashes;
            // Hashes are spread evenly, so the place is known to within a few thousand: begin there and widen.
            var guess = (int)Math.BigMul(hash, (ulong)hashes.Length, out _);
            int low = guess, high = guess, step = 64;
            while (low > 0 && hashes[low] >= hash) (low, step) = (Math.Max(0, low - step), step * 4);
            step = 64;
            while (high < hashes.Length && hashes[high] < hash) (high, step) = (Math.Min(hashes.Length, high + step), step * 4);
            var window = hashes[low..high];
            var i = window.BinarySearch(hash);
            i = low + (i < 0 ? ~i : i);
            while (i > 0 && hashes[i - 1] == hash) i--;
            var found = 0;
            for (; i < hashes.Length && hashes[i] == hash && found < into.Length; i++) into[found++] = from + Offsets[i];
            return found;
        }

        public void Dispose() => snapshot.Dispose();

        private ReadOnlySpan<ulong> Hashes => snapshot.Section<ulong>(1);

        private ReadOnlySpan<uint> Offsets => snapshot.Section<uint>(2);

        private bool MayHold(ulong hash)
        {
            var filter = snapshot.Section<ulong>(3);
            var block = filter.Slice(BlockOf(hash, filter.Length / BlockWords) * BlockWords, BlockWords);
            for (int i = 0, bits = (int)hash; i < 6; i++, bits = (int)BitOperations.RotateRight((uint)bits, 5) * 0x2545F491)
            {
                var bit = (bits >>> 8) & 511;
                if ((block[bit >> 6] & (1UL << (bit & 63))) == 0) return false;
            }

            return true;
        }

        private static ulong[] Filter(ReadOnlySpan<ulong> hashes)
        {
            var blocks = Math.Max(1, hashes.Length * (long)BitsPerMessage / 512);
            var filter = new ulong[blocks * BlockWords];
            foreach (var hash in hashes)
            {
                var block = filter.AsSpan(BlockOf(hash, (int)blocks) * BlockWords, BlockWords);
                for (int i = 0, bits = (int)hash; i < 6; i++, bits = (int)BitOperations.RotateRight((uint)bits, 5) * 0x2545F491)
                {
                    var bit = (bits >>> 8) & 511;
                    block[bit >> 6] |= 1UL << (bit & 63);
                }
            }

            return filter;
        }

        private static int BlockOf(ulong hash, int blocks) => (int)(((hash >> 32) * (ulong)blocks) >> 32);
    }
}
