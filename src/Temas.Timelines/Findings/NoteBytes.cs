using System.Buffers.Binary;
using System.Numerics;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>
/// One time at which a customer might have met something, as it is kept from look to look. It depends on her events alone and on no clock: at which moments it is seen, and what is known by then, it says itself.
/// </summary>
internal struct Note
{
    /// <summary>What sort (<see cref="NoteKinds"/>).</summary>
    public int Kind;

    /// <summary>Which step, as <see cref="ValueKey"/> has it.</summary>
    public long Step;

    /// <summary>When what comes after begins to count.</summary>
    public long Time;

    /// <summary>It is seen where this lies within the period that is looked at.</summary>
    public long Seen;

    /// <summary>And where the period ends at this moment or after it; the least number for any.</summary>
    public long Due;

    /// <summary>And before this one; the greatest number for any.</summary>
    public long Until;

    /// <summary>The next order after <see cref="Time"/>; the greatest number for none.</summary>
    public long Next;

    public bool Met, Before;
    public int Orders;
    public float Value, Felt;
    public ulong Marks, History, Past;
}

/// <summary>Bytes that notes are written to: a note takes some twenty, as most of it is as in the one before.</summary>
/// <param name="kinds">The sorts of notes.</param>
internal sealed class NoteWriter(NoteKinds kinds)
{
    private readonly NoteMemory before = new(kinds);
    private byte[] bytes = new byte[1 << 16];

    /// <summary>How many bytes there are.</summary>
    public int Length { get; private set; }

    /// <summary>The bytes.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>Begins a new page.</summary>
    public void Clear() => Length = 0;

    /// <summary>From here on notes are another customer's.</summary>
    public void Begin() => before.Clear();

    /// <summary>Takes what is written already.</summary>
    public void Copy(ReadOnlySpan<byte> written)
    {
        Room(written.Length);
        written.CopyTo(bytes.AsSpan(Length));
        Length += written.Length;
    }

    /// <summary>Writes a note.</summary>
    public void Write(in Note note, ReadOnlySpan<long> values)
    {
        Room(160 + (values.Length * 10));
        var kind = kinds.All[note.Kind];
        var (hasFelt, hasNext) = (!float.IsNaN(note.Felt), note.Next != long.MaxValue);
        bytes[Length++] = (byte)((note.Met ? 1 : 0) | (note.Before ? 2 : 0) | (note.Orders > 0 ? 4 : 0) | (hasFelt ? 8 : 0) | (hasNext ? 16 : 0) | (note.Seen != note.Time ? 32 : 0) | (note.Due != long.MinValue ? 64 : 0) | (note.Until != long.MaxValue ? 128 : 0));
        Number((ulong)note.Kind);
        if (kind.HasSteps) Key(note.Step);
        Signed(note.Time - before.Time);
        if (note.Seen != note.Time) Signed(note.Seen - note.Time);
        if (note.Due != long.MinValue) Signed(note.Due - note.Time);
        if (note.Until != long.MaxValue) Signed(note.Until - note.Time);
        Number(note.History ^ before.History);
        Number(note.Past ^ before.Past);
        Number(note.Marks);
        if (note.Orders > 0)
        {
            Number((ulong)note.Orders);
            Float(note.Value);
        }

        if (hasFelt) Float(note.Felt);
        if (hasNext) Signed(note.Next - note.Time);
        (before.Time, before.History, before.Past) = (note.Time, note.History, note.Past);
        if (values.Length == 0) return;

        // Mostly she is where she was before.
        var (same, others) = (before.Of(kind), 0UL);
        for (var d = 0; d < values.Length; d++) others |= values[d] == same[d] ? 0 : 1UL << d;
        Number(others);
        for (; others != 0; others &= others - 1)
        {
            var d = BitOperations.TrailingZeroCount(others);
            Key(same[d] = values[d]);
        }
    }

    /// <summary>Writes a number that is small more often than not.</summary>
    public void Number(ulong value)
    {
        Room(10);
        for (; value >= 0x80; value >>= 7) bytes[Length++] = (byte)(value | 0x80);
        bytes[Length++] = (byte)value;
    }

    /// <summary>The same of one that may be below nothing.</summary>
    public void Signed(long value) => Number((ulong)((value << 1) ^ (value >> 63)));

    /// <summary>Writes a number as it is.</summary>
    public void Double(double value)
    {
        Room(sizeof(double));
        BinaryPrimitives.WriteDoubleLittleEndian(bytes.AsSpan(Length), value);
        Length += sizeof(double);
    }

    private void Float(float value)
    {
        BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(Length), value);
        Length += sizeof(float);
    }

    private void Key(long key)
    {
        if (double.IsNaN(ValueKey.NumberOf(key))) Number((ulong)(uint)key << 1);
        else
        {
            Number(1);
            Double(ValueKey.NumberOf(key));
        }
    }

    private void Room(int more)
    {
        if (Length + more > bytes.Length) Array.Resize(ref bytes, Math.Max(Length + more, bytes.Length * 2));
    }
}

/// <summary>Reads what <see cref="NoteWriter"/> wrote of one customer.</summary>
internal ref struct NoteReader
{
    private readonly NoteKinds kinds;
    private readonly NoteMemory before;
    private ReadOnlySpan<byte> left;

    public NoteReader(NoteKinds kinds, NoteMemory before, ReadOnlySpan<byte> written)
    {
        (this.kinds, this.before) = (kinds, before);
        left = written;
        before.Clear();
    }

    /// <summary>Whether there is nothing more.</summary>
    public readonly bool IsAtEnd => left.IsEmpty;

    /// <summary>Reads a note, and gives the values of its dimensions; those are to be used before the next is read.</summary>
    public ReadOnlySpan<long> Read(out Note note)
    {
        var flags = left[0];
        left = left[1..];
        note = new Note { Kind = (int)Number(), Met = (flags & 1) != 0, Before = (flags & 2) != 0, Felt = float.NaN, Next = long.MaxValue };
        var kind = kinds.All[note.Kind];
        if (kind.HasSteps) note.Step = Key();
        note.Time = before.Time + Signed();
        note.Seen = (flags & 32) != 0 ? note.Time + Signed() : note.Time;
        note.Due = (flags & 64) != 0 ? note.Time + Signed() : long.MinValue;
        note.Until = (flags & 128) != 0 ? note.Time + Signed() : long.MaxValue;
        note.History = before.History ^ Number();
        note.Past = before.Past ^ Number();
        note.Marks = Number();
        if ((flags & 4) != 0) (note.Orders, note.Value) = ((int)Number(), Float());
        if ((flags & 8) != 0) note.Felt = Float();
        if ((flags & 16) != 0) note.Next = note.Time + Signed();
        (before.Time, before.History, before.Past) = (note.Time, note.History, note.Past);
        if (kind.Dimensions.Length == 0) return [];
        var same = before.Of(kind);
        for (var others = Number(); others != 0; others &= others - 1) same[BitOperations.TrailingZeroCount(others)] = Key();
        return same;
    }

    public ulong Number()
    {
        var (value, shift, at) = (0UL, 0, 0);
        for (; left[at] >= 0x80; at++, shift += 7) value |= (ulong)(left[at] & 0x7F) << shift;
        value |= (ulong)left[at] << shift;
        left = left[(at + 1)..];
        return value;
    }

    public long Signed() => Number() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    public double Double()
    {
        var value = BinaryPrimitives.ReadDoubleLittleEndian(left);
        left = left[sizeof(double)..];
        return value;
    }

    private float Float()
    {
        var value = BinaryPrimitives.ReadSingleLittleEndian(left);
        left = left[sizeof(float)..];
        return value;
    }

    private long Key() => Number() is var code && (code & 1) == 0 ? ValueKey.OfText((int)(code >> 1)) : ValueKey.OfNumber(Double());
}

/// <summary>What the note before was like: those who write and those who read go by the same.</summary>
internal sealed class NoteMemory(NoteKinds kinds)
{
    private readonly long[][] values = [.. kinds.All.Select(k => new long[k.Dimensions.Length])];
    private readonly int[] customerOf = new int[kinds.All.Count];
    private int customer;

    public long Time { get; set; }

    public ulong History { get; set; }

    public ulong Past { get; set; }

    /// <summary>For another customer.</summary>
    public void Clear() => (customer, Time, History, Past) = (customer + 1, 0, 0, 0);

    /// <summary>The values that the last note of a sort had; missing at first.</summary>
    public long[] Of(NoteKind kind)
    {
        var own = values[kind.Number];
        if (customerOf[kind.Number] != customer) Array.Fill(own, ValueKey.Missing);
        customerOf[kind.Number] = customer;
        return own;
    }
}
