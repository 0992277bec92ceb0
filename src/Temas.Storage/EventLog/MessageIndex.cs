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
internal sealed partial class MessageIndex(string folder, int tailSize = 1 << 19) : IProjection, IDisposable
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
}
