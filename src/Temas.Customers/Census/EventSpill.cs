using System.Buffers.Binary;
using Microsoft.Win32.SafeHandles;
using Temas.Storage.EventLog;

namespace Temas.Customers.Census;

/// <summary>
/// Events set aside by part in one temporary file, so that the log has to be read only once. The file has no name: it is gone when it is closed, however that happens.
/// A part is a list of extents; a record may go on in the next one.
/// </summary>
internal sealed class EventSpill : IDisposable
{
    private const int Extent = 1 << 16, Head = 8 + 1 + 4 + 8 + 8 + 4;

    private readonly SafeFileHandle file;
    private readonly byte[]?[] buffers;
    private readonly int[] used;
    private readonly List<long>[] extents;
    private readonly byte[] head = new byte[Head];
    private long end;
    private byte[] whole = [];

    public EventSpill(string folder, int parts)
    {
        var path = Path.Combine(folder, $"census-{Guid.NewGuid():N}.tmp");
        file = File.OpenHandle(path, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.Delete, FileOptions.DeleteOnClose);
        File.Delete(path);
        buffers = new byte[]?[parts];
        used = new int[parts];
        extents = [.. Enumerable.Range(0, parts).Select(_ => new List<long>())];
    }

    /// <summary>Sets an event aside. Those of one part are added in log order.</summary>
    public void Add(int part, StoredEvent e)
    {
        BinaryPrimitives.WriteInt64LittleEndian(head, e.Position);
        head[8] = (byte)e.Flags;
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(9), e.Source);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(13), e.Time);
        BinaryPrimitives.WriteInt64LittleEndian(head.AsSpan(21), e.ReceivedAt);
        BinaryPrimitives.WriteInt32LittleEndian(head.AsSpan(29), e.Json.Length);
        Write(part, head);
        Write(part, e.Json.Span);
    }

    /// <summary>Reads a part. What it gives is valid until the next part is read.</summary>
    public SpilledEvents Read(int part)
    {
        var length = checked((int)(extents[part].Count * (long)Extent) + used[part]);
        if (whole.Length < length) whole = GC.AllocateUninitializedArray<byte>(length);
        var at = 0;
        foreach (var offset in extents[part])
        {
            for (var to = at + Extent; at < to;)
            {
                var read = RandomAccess.Read(file, whole.AsSpan(at, to - at), offset + Extent - (to - at));
                if (read == 0) throw new EndOfStreamException("A temporary file of the census ended early.");
                at += read;
            }
        }

        buffers[part]?.AsSpan(0, used[part]).CopyTo(whole.AsSpan(at));
        buffers[part] = null;
        return new SpilledEvents(whole.AsMemory(0, length));
    }

    public void Dispose() => file.Dispose();

    private void Write(int part, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var buffer = buffers[part] ??= new byte[Extent];
            var some = Math.Min(bytes.Length, Extent - used[part]);
            bytes[..some].CopyTo(buffer.AsSpan(used[part]));
            bytes = bytes[some..];
            used[part] += some;
            if (used[part] < Extent) continue;
            RandomAccess.Write(file, buffer, end);
            extents[part].Add(end);
            end += Extent;
            used[part] = 0;
        }
    }

    /// <summary>A part that was read back.</summary>
    internal sealed class SpilledEvents
    {
        private readonly ReadOnlyMemory<byte> bytes;
        private readonly List<long> positions = [];
        private readonly List<int> starts = [];

        public SpilledEvents(ReadOnlyMemory<byte> bytes)
        {
            this.bytes = bytes;
            for (var at = 0; at < bytes.Length; at += Head + BinaryPrimitives.ReadInt32LittleEndian(bytes.Span[(at + 29)..]))
            {
                positions.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes.Span[at..]));
                starts.Add(at);
            }
        }

        /// <summary>The event at a position of the log; null when it was not set aside.</summary>
        public StoredEvent? Find(long position)
        {
            var found = positions.BinarySearch(position);
            if (found < 0) return null;
            var record = bytes[starts[found]..];
            var span = record.Span;
            return new StoredEvent(
                position, LogRecordKind.Event, (EventFlags)span[8], BinaryPrimitives.ReadInt32LittleEndian(span[9..]), BinaryPrimitives.ReadInt64LittleEndian(span[13..]),
                BinaryPrimitives.ReadInt64LittleEndian(span[21..]), record.Slice(Head, BinaryPrimitives.ReadInt32LittleEndian(span[29..])));
        }
    }
}
