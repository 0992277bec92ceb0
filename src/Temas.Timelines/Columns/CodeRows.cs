using System.Numerics;
using System.Runtime.Intrinsics;

namespace Temas.Timelines.Columns;

/// <summary>
/// Numbers of texts, row by row. Most properties say few different things millions of times: a row takes one byte as long as there are no more than 256 different numbers, two up to 65,536, four beyond. Which number one or two bytes
/// stand for says a palette. Rows beyond the end are missing. One thread adds; what was taken down (<see cref="Freeze"/>) may be read meanwhile.
/// </summary>
internal sealed class CodeRows
{
    private const int MostFew = 1 << 8, MostSome = 1 << 16;

    // Fewer rows than this are no matter: a palette of thousands would take as much.
    private const int Plenty = 200_000;

    private byte[] few = [];
    private ushort[] some = [];
    private int[] many = [];
    private int bytes = 1;

    // What the bytes stand for, and where each number stands; the first is that of what is missing. Made when somebody writes: what is only read needs no places.
    private int[] palette = [TextDictionary.Missing];
    private int different = 1;
    private ushort[] places = [];

    public CodeRows()
    {
    }

    /// <summary>As it was saved: one of the three has rows, and the palette is that of the first two.</summary>
    public CodeRows(ReadOnlySpan<byte> few, ReadOnlySpan<ushort> some, ReadOnlySpan<int> many, ReadOnlySpan<int> palette)
    {
        (this.few, this.some, this.many) = (WithRoom(few), WithRoom(some), WithRoom(many));
        (Count, bytes) = (few.Length + some.Length + many.Length, many.Length > 0 ? 4 : some.Length > 0 ? 2 : 1);
        if (palette.Length > 0) (this.palette, different) = (palette.ToArray(), palette.Length);
    }

    /// <summary>Rows so far.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => few.LongLength + (some.LongLength * 2) + (many.LongLength * 4) + (palette.LongLength * 4) + (places.LongLength * 2);

    /// <summary>The rows, where they take one byte.</summary>
    public ReadOnlySpan<byte> Few => bytes == 1 ? few.AsSpan(0, Count) : [];

    /// <summary>The rows, where they take two bytes.</summary>
    public ReadOnlySpan<ushort> Some => bytes == 2 ? some.AsSpan(0, Count) : [];

    /// <summary>The rows, where they take four bytes: the numbers themselves.</summary>
    public ReadOnlySpan<int> Many => bytes == 4 ? many.AsSpan(0, Count) : [];

    /// <summary>What one or two bytes stand for.</summary>
    public ReadOnlySpan<int> Palette => bytes == 4 ? [] : palette.AsSpan(0, different);

    /// <summary>Rows with these numbers, in as few bytes as they need.</summary>
    public static CodeRows Of(ReadOnlySpan<int> codes) => Of(WithRoom(codes), codes.Length);

    public int At(int row)
    {
        if ((uint)row >= (uint)Count) return TextDictionary.Missing;
        if (bytes == 4) return many[row];
        var place = bytes == 1 ? few[row] : some[row];

        // What was taken down knows nothing of what was written over it since.
        return place < palette.Length ? palette[place] : TextDictionary.Missing;
    }

    public void Set(int row, int code)
    {
        var place = bytes == 4 ? 0 : Place(code);
        if (place < 0)
        {
            Widen();
            Set(row, code);
            return;
        }

        if (bytes == 1) Set(ref few, row, (byte)place);
        else if (bytes == 2) Set(ref some, row, (ushort)place);
        else Set(ref many, row, code);
    }

    /// <summary>What there is now, which does not change when rows are added.</summary>
    public CodeRows Freeze() => new() { few = few, some = some, many = many, bytes = bytes, palette = palette, different = different, Count = Count };

    /// <summary>The same with other row numbers: row i is what was <paramref name="order"/>[i]. They get the numbers of <paramref name="recode"/>, if any.</summary>
    public CodeRows Reorder(ReadOnlySpan<int> order, Func<int, int>? recode)
    {
        if (Count == 0) return new CodeRows();
        if (bytes == 4)
        {
            var codes = Gather(many, order);
            if (recode is not null) foreach (ref var code in codes.AsSpan(0, order.Length)) code = code == TextDictionary.Missing ? code : recode(code);
            return Of(codes, order.Length);
        }

        var result = new CodeRows { bytes = bytes, Count = order.Length, palette = palette[..different], different = different };
        if (bytes == 1) result.few = Gather(few, order);
        else result.some = Gather(some, order);

        // What was written over since this was taken down may be in no palette here. It must not come to mean what gets that place later.
        if (bytes == 1) foreach (ref var place in result.few.AsSpan(0, order.Length)) place = place < different ? place : (byte)0;
        else foreach (ref var place in result.some.AsSpan(0, order.Length)) place = place < different ? place : (ushort)0;

        // What no row says any more may have no number any more either.
        var isUsed = result.IsUsed();
        for (var place = 1; place < different; place++) result.palette[place] = !isUsed[place] ? TextDictionary.Missing : recode?.Invoke(palette[place]) ?? palette[place];
        return result;
    }

    /// <summary>Gives all other numbers.</summary>
    public void Recode(int[] codes)
    {
        foreach (ref var code in many.AsSpan(0, bytes == 4 ? Count : 0)) code = codes[code];
        if (bytes == 4) return;
        (palette, places) = ([.. Palette], []);
        foreach (ref var code in palette.AsSpan()) code = codes[code];
    }

    /// <summary>The different numbers that rows have; of more than so many the first.</summary>
    public HashSet<int> Different(int most = int.MaxValue)
    {
        var result = new HashSet<int>();
        if (bytes == 4)
        {
            foreach (var code in Many)
            {
                if (result.Add(code) && result.Count == most) break;
            }
        }
        else
        {
            var isUsed = IsUsed();
            for (var place = 0; place < different && result.Count < most; place++)
            {
                if (isUsed[place]) result.Add(palette[place]);
            }
        }

        return result;
    }

    /// <summary>Sets the bits of rows that have a number, or of those that do not.</summary>
    public void Mark(int code, bool equal, ulong[] bits)
    {
        if (bytes == 4)
        {
            Mark(Many, code, equal, bits);
            return;
        }

        for (var place = 0; place < different; place++)
        {
            if (palette[place] != code) continue;
            if (bytes == 1) Mark(Few, (byte)place, equal, bits);
            else Mark(Some, (ushort)place, equal, bits);
            return;
        }

        if (!equal) Mark(_ => 1, bits);
    }

    /// <summary>Sets the bits of rows for whose number it is 1, clears them where it is -1, and leaves others. Of rows of one or two bytes each different number is asked once.</summary>
    public void Mark(Func<int, int> verdict, ulong[] bits)
    {
        if (bytes == 4)
        {
            var rows = Many;
            for (var row = 0; row < rows.Length; row++) Mark(bits, row, verdict(rows[row]));
            return;
        }

        var verdicts = new sbyte[different];
        for (var place = 0; place < different; place++) verdicts[place] = (sbyte)verdict(palette[place]);
        for (var row = 0; row < Few.Length; row++) Mark(bits, row, verdicts[few[row]]);
        for (var row = 0; row < Some.Length; row++) Mark(bits, row, verdicts[some[row]]);
    }

    private static void Mark(ulong[] bits, int row, int verdict)
    {
        if (verdict > 0) bits[row >> 6] |= 1UL << row;
        else if (verdict < 0) bits[row >> 6] &= ~(1UL << row);
    }

    private static void Mark<T>(ReadOnlySpan<T> rows, T value, bool equal, ulong[] bits)
        where T : unmanaged, IEqualityOperators<T, T, bool>
    {
        var wanted = Vector256.Create(value);
        var row = 0;
        for (; row + 64 <= rows.Length; row += 64)
        {
            var word = 0UL;
            for (var i = 0; i < 64; i += Vector256<T>.Count) word |= (ulong)Vector256.Equals(Vector256.Create(rows.Slice(row + i, Vector256<T>.Count)), wanted).ExtractMostSignificantBits() << i;
            bits[row >> 6] |= equal ? word : ~word;
        }

        for (; row < rows.Length; row++)
        {
            if (rows[row] == value == equal) bits[row >> 6] |= 1UL << row;
        }
    }

    private static CodeRows Of(int[] codes, int count)
    {
        var result = new CodeRows { Count = count };
        var rows = codes.AsSpan(0, count);
        if (!result.Note(rows)) return new CodeRows { Count = count, bytes = 4, many = codes };
        if (result.different <= MostFew)
        {
            result.few = Room<byte>(count);
            for (var i = 0; i < count; i++) result.few[i] = (byte)result.PlaceOf(rows[i]);
        }
        else
        {
            (result.bytes, result.some) = (2, Room<ushort>(count));
            for (var i = 0; i < count; i++) result.some[i] = (ushort)result.PlaceOf(rows[i]);
        }

        return result;
    }

    private bool[] IsUsed()
    {
        var result = new bool[bytes == 1 ? MostFew : MostSome];
        foreach (var place in Few) result[place] = true;
        foreach (var place in Some) result[place] = true;
        return result;
    }

    /// <summary>Takes numbers into the palette; false where there are more different ones than are worth it.</summary>
    private bool Note(ReadOnlySpan<int> codes)
    {
        var (most, last) = (codes.Length >= Plenty ? MostSome : MostFew, TextDictionary.Missing);
        foreach (var code in codes)
        {
            if (code == last) continue;
            last = code;
            if (PlaceOf(code) >= 0) continue;
            if (different == most) return false;
            Add(code);
        }

        return true;
    }

    /// <summary>The place of a number in the palette, a new one if need be; less than nothing where there is no more room.</summary>
    private int Place(int code)
    {
        if (PlaceOf(code) is >= 0 and var place) return place;
        if (different == (bytes == 1 ? MostFew : MostSome)) return -1;
        Add(code);
        return different - 1;
    }

    private int PlaceOf(int code)
    {
        if (code == TextDictionary.Missing) return 0;
        if (places.Length == 0) Replace();
        for (var slot = SlotOf(code); places[slot] != 0; slot = (slot + 1) & (places.Length - 1))
        {
            if (palette[places[slot]] == code) return places[slot];
        }

        return -1;
    }

    private void Add(int code)
    {
        if (different == palette.Length) Array.Resize(ref palette, Math.Max(4, different * 2));
        palette[different++] = code;
        if (different * 2 > places.Length) Replace();
        else Put(different - 1);
    }

    private void Replace()
    {
        places = new ushort[(int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(8, different * 4))];
        for (var place = 1; place < different; place++)
        {
            if (palette[place] != TextDictionary.Missing) Put(place);
        }
    }

    private void Put(int place)
    {
        var slot = SlotOf(palette[place]);
        while (places[slot] != 0) slot = (slot + 1) & (places.Length - 1);
        places[slot] = (ushort)place;
    }

    private int SlotOf(int code) => (int)(((uint)code * 2_654_435_769u) >> (BitOperations.LeadingZeroCount((uint)places.Length) + 1));

    private void Widen()
    {
        if (bytes == 1 && Count >= Plenty)
        {
            some = Room<ushort>(Count);
            for (var row = 0; row < Count; row++) some[row] = few[row];
            (bytes, few) = (2, []);
            return;
        }

        var wide = Room<int>(Count);
        for (var row = 0; row < Count; row++) wide[row] = At(row);
        (bytes, few, some, many, palette, different, places) = (4, [], [], wide, [TextDictionary.Missing], 1, []);
    }

    private void Set<T>(ref T[] rows, int row, T value)
        where T : unmanaged
    {
        if (row >= Count)
        {
            if (row >= rows.Length) Array.Resize(ref rows, PropertyColumn.LengthFor(row, rows.Length));
            rows.AsSpan(Count, row + 1 - Count).Clear();
            Count = row + 1;
        }

        rows[row] = value;
    }

    private T[] Gather<T>(T[] from, ReadOnlySpan<int> order)
        where T : unmanaged
    {
        var result = Room<T>(order.Length);
        for (var i = 0; i < order.Length; i++) result[i] = order[i] < Count ? from[order[i]] : default;
        return result;
    }

    private static T[] Room<T>(int rows) => rows == 0 ? [] : GC.AllocateUninitializedArray<T>(PropertyColumn.WithRoom(rows));

    private static T[] WithRoom<T>(ReadOnlySpan<T> rows)
    {
        var result = Room<T>(rows.Length);
        rows.CopyTo(result);
        return result;
    }
}
