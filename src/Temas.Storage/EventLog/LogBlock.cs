using System.Buffers.Binary;
using Temas.Timelines;

namespace Temas.Storage.EventLog;

// A block of the log, little-endian (docs/formats/log.md). It holds consecutive records; the row beside it says the first position and how many.
//
//   0   4  crc32c of all that follows
//   4   1  version (1)
//   5   3  zero
//   8   …  records, one after the other:
//            0  4  length of the body
//            4  1  kind   (LogRecordKind)
//            5  1  flags  (EventFlags)
//            6  2  zero
//            8  4  source
//           12  8  time        ms since 1970 UTC
//           20  8  receivedAt  ms since 1970 UTC
//           28  …  body: the event's JSON; of an erased record the 8 bytes of its message hash

/// <summary>Fills one block.</summary>
internal sealed class LogBlockWriter
{
    // A timeline's events lie far apart in the log, and reading one means reading its block: small blocks keep a profile quick,
    // larger ones would make the commit a little cheaper.
    public const int TargetSize = 15 * 1024;

    private byte[] bytes = new byte[TargetSize + (64 * 1024)];
    private int used = LogBlock.HeaderSize;

    public long First { get; private set; }

    public int Count { get; private set; }

    public bool IsFull => used >= TargetSize;

    public void Begin(long first) => (First, Count, used) = (first, 0, LogBlock.HeaderSize);

    public void Add(LogRecordKind kind, EventFlags flags, int source, long time, long receivedAt, ReadOnlySpan<byte> body)
    {
        var size = LogBlock.RecordHeaderSize + body.Length;
        if (used + size > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + size));
        var record = bytes.AsSpan(used, size);
        BinaryPrimitives.WriteInt32LittleEndian(record, body.Length);
        record[4] = (byte)kind;
        record[5] = (byte)flags;
        record[6] = record[7] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(record[8..], source);
        BinaryPrimitives.WriteInt64LittleEndian(record[12..], time);
        BinaryPrimitives.WriteInt64LittleEndian(record[20..], receivedAt);
        body.CopyTo(record[LogBlock.RecordHeaderSize..]);
        used += size;
        Count++;
    }

    public ReadOnlySpan<byte> Finish()
    {
        var block = bytes.AsSpan(0, used);
        BinaryPrimitives.WriteUInt32LittleEndian(block[4..], LogBlock.Version);
        BinaryPrimitives.WriteUInt32LittleEndian(block, Crc32C.Append(0, block[4..]));
        return block;
    }
}

/// <summary>Reads one block.</summary>
internal readonly struct LogBlock
{
    public const int HeaderSize = 8, RecordHeaderSize = 28;
    public const uint Version = 1;

    private readonly byte[] bytes;
    private readonly int[] starts;

    /// <summary>Takes a block apart; a damaged one is an <see cref="InvalidDataException"/> that names the position.</summary>
    public LogBlock(long first, int count, byte[] bytes)
    {
        First = first;
        this.bytes = bytes;
        starts = new int[count];
        Check(first, bytes);
        var at = HeaderSize;
        for (var i = 0; i < count; i++)
        {
            starts[i] = at;
            at += RecordHeaderSize + BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(at));
        }
    }

    public long First { get; }

    public int Count => starts?.Length ?? 0;

    public static void Check(long first, ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderSize || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != Crc32C.Append(0, bytes[4..]))
            throw new InvalidDataException($"The log is damaged at position {first}: the block's checksum is wrong. Restore a backup.");
        if (BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) != Version)
            throw new InvalidDataException($"The log block at position {first} was written by a newer release.");
    }

    public bool Holds(long position) => position >= First && position < First + Count;

    public LogRecordKind KindOf(int i) => (LogRecordKind)bytes[starts[i] + 4];

    public EventFlags FlagsOf(int i) => (EventFlags)bytes[starts[i] + 5];

    public int SourceOf(int i) => BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(starts[i] + 8));

    public long TimeOf(int i) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(starts[i] + 12));

    public long ReceivedAtOf(int i) => BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(starts[i] + 20));

    public ReadOnlyMemory<byte> BodyOf(int i) => bytes.AsMemory(starts[i] + RecordHeaderSize, BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(starts[i])));

    public StoredEvent this[int i] => new(First + i, KindOf(i), FlagsOf(i), SourceOf(i), TimeOf(i), ReceivedAtOf(i), BodyOf(i));
}

/// <summary>Picks records out of a block in the order of their positions, and copies only those.</summary>
internal ref struct LogBlockWalk
{
    private readonly ReadOnlySpan<byte> bytes;
    private long at;
    private int start = LogBlock.HeaderSize;

    public LogBlockWalk(long first, ReadOnlySpan<byte> bytes)
    {
        LogBlock.Check(first, bytes);
        at = first;
        this.bytes = bytes;
    }

    /// <summary>The record at <paramref name="position"/>, which the block holds and which is not before the one asked for last.</summary>
    public StoredEvent At(long position)
    {
        for (; at < position; at++) start += LogBlock.RecordHeaderSize + BinaryPrimitives.ReadInt32LittleEndian(bytes[start..]);
        var record = bytes[start..];
        return new StoredEvent(
            position,
            (LogRecordKind)record[4],
            (EventFlags)record[5],
            BinaryPrimitives.ReadInt32LittleEndian(record[8..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[12..]),
            BinaryPrimitives.ReadInt64LittleEndian(record[20..]),
            record.Slice(LogBlock.RecordHeaderSize, BinaryPrimitives.ReadInt32LittleEndian(record)).ToArray());
    }
}
