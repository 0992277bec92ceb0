using System.Buffers;
using System.Numerics;
using Temas.Timelines;

namespace Temas.Storage.EventLog;

// Which messages the log has, kept for as long as the log itself.
//
//   tail      a hash table of the newest messages, in memory
//   frozen    the previous tail, while it is being written to a file
//   segments  immutable files, each sorted by hash: hashes u64[], positions u32[] (from the first of the segment), and a
//             blocked Bloom filter: 64-byte blocks, one per ~43 messages (12 bits each), 6 bits of one block set per message
//
// A message that is new, the common case, costs one cache line per segment. Hashes may collide: whoever finds a position compares the message itself.

/// <summary>Finds the positions at which a message hash stands. Written by the log's thread; readable by others.</summary>
internal sealed class MessageIndex(string folder, int tailSize = 1 << 19) : IProjection, IDisposable
{
    private const uint Kind = 0x5844494D; // "MIDX"
    private const int Version = 1, FanIn = 4;

    private readonly Lock gate = new();
    private readonly List<Segment> segments = [];
    private Tail tail = new(0, tailSize);
    private Tail? frozen;
    private Tail? spare;
    private Task retiring = Task.CompletedTask;
    private long frozenTo;
    private long retryAt;
    private Task<(List<Segment> Old, Segment New)>? work;

    public string Name => "messages";

    public long Position { get; private set; }

    public string? Fault { get; private set; }

    public void Load(Action<string> report)
    {
        Directory.CreateDirectory(folder);
        Position = 0;
        // Later segments without the ones before them are of no use: the replay begins at the first gap.
        foreach (var (file, from, to) in Files().OrderBy(f => f.From).ThenByDescending(f => f.To))
        {
            if (to <= Position || from != Position + 1)
            {
                File.Delete(file);
                continue;
            }

            if (Segment.Open(file, from, to, out var fault) is { } segment)
            {
                segments.Add(segment);
                Position = to;
            }
            else
            {
                report($"Snapshot {file} {fault}: it is rebuilt from the log.");
                File.Delete(file);
            }
        }

        tail = new Tail(Position, tailSize);
    }

    public void Clear()
    {
        Settle();
        Task.WaitAny(retiring);
        lock (gate)
        {
            foreach (var s in segments) s.Dispose();
            segments.Clear();
            frozen = null;
            tail = new Tail(0, tailSize);
            Position = 0;
        }

        // A new log is cleared and never loaded, and its first segment needs the folder, too.
        Directory.CreateDirectory(folder);
        foreach (var (file, _, _) in Files()) File.Delete(file);
    }

    public void BeginApply() => gate.Enter();

    public void EndApply() => gate.Exit();

    public void Apply(in LogEvent e)
    {
        Position = e.Position;
        if (e.Kind == LogRecordKind.Erased && e.Json.Length == 8)
        {
            tail.Add(BitConverter.ToUInt64(e.Json), e.Position);
        }
        else if (e.Kind == LogRecordKind.Event && e.Fields.MessageId.Exists)
        {
            var scratch = ArrayPool<byte>.Shared.Rent(e.Fields.MessageId.Length);
            tail.Add(EventBatch.HashOf(e.Source, e.Fields.MessageId.Text(e.Json, scratch)), e.Position);
            ArrayPool<byte>.Shared.Return(scratch);
        }
    }

    /// <summary>Writes up to <c>into.Length</c> positions at which <paramref name="hash"/> stands, oldest first, and gives how many.</summary>
    public int Find(ulong hash, Span<long> into)
    {
        var found = 0;
        foreach (var s in segments) found += s.Find(hash, into[found..]);
        if (frozen is not null) found += frozen.Find(hash, into[found..]);
        return found + tail.Find(hash, into[found..]);
    }

    /// <summary>As <see cref="Find"/>, from any thread.</summary>
    public int FindLocked(ulong hash, Span<long> into)
    {
        lock (gate) return Find(hash, into);
    }

    public void Snapshot(bool force)
    {
        if (work is { IsCompleted: true } || (force && work is not null)) Settle();
        if (work is null && frozen is null && (tail.Count >= tailSize || (force && tail.Count > 0)))
        {
            lock (gate)
            {
                (frozen, frozenTo) = (tail, Position);
                tail = spare ?? new Tail(0, tailSize);
                tail.Begin(Position);
                spare = null;
            }
        }

        if (work is not null || (Environment.TickCount64 < retryAt && !force))
        {
            return;
        }
        else if (frozen is { } full)
        {
            var to = frozenTo;
            work = Housekeeping.Run(() => (new List<Segment>(), Segment.Write(folder, full.From + 1, to, full.Sorted())));
        }
        else if (Mergeable() is { } old)
        {
            work = Housekeeping.Run(() => (old, Segment.Write(folder, old[0].From, old[^1].To, Segment.Merge(old))));
        }

        if (force) Settle();
    }

    // Only hashes are kept, and a late retry of an erased message must stay a duplicate.
    public void Erase(IReadOnlyList<long> positions)
    {
    }

    public void Dispose()
    {
        Settle();
        Task.WaitAny(retiring);
        foreach (var s in segments) s.Dispose();
    }

    private void Settle()
    {
        if (work is null) return;
        List<Segment> old;
        Segment made;
        try
        {
            (old, made) = work.GetAwaiter().GetResult();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nothing is lost: what could not be written stays in memory, and in the log.
            retryAt = Environment.TickCount64 + 10_000;
            Fault = e.Message;
            return;
        }
        finally
        {
            work = null;
        }

        Fault = null;
        lock (gate)
        {
            if (old.Count == 0) (spare, frozen) = (frozen, null);
            foreach (var s in old) segments.Remove(s);
            segments.Add(made);
            segments.Sort((a, b) => a.From.CompareTo(b.From));
        }

        if (old.Count == 0) return;
        Task.WaitAny(retiring);
        retiring = Housekeeping.Run(() =>
        {
            foreach (var s in old)
            {
                s.Dispose();
                File.Delete(s.File);
            }
        });
    }

    private List<Segment>? Mergeable()
    {
        if (segments.Count < FanIn) return null;
        var last = segments[^FanIn..];
        return last.Max(Level) == last.Min(Level) || segments.Count > 24 ? last : null;

        int Level(Segment s) => Math.Max(0, BitOperations.Log2((uint)Math.Max(1, s.Count / tailSize)) / 2);
    }

    private IEnumerable<(string File, long From, long To)> Files()
    {
        foreach (var file in Directory.EnumerateFiles(folder, "messages-*"))
        {
            var parts = Path.GetFileNameWithoutExtension(file).Split('-');
            if (parts.Length == 3 && Path.GetExtension(file) == ".snapshot"
                && long.TryParse(parts[1], out var from) && long.TryParse(parts[2], out var to))
            {
                yield return (file, from, to);
            }
            else
            {
                File.Delete(file);
            }
        }
    }

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
