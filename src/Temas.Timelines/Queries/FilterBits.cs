using System.Runtime.Intrinsics;
using System.Text;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>Works out a filter for all events of a type, column by column: a bit a row. Bits behind the last row mean nothing.</summary>
internal sealed class FilterBits
{
    private static readonly CodeRows Nothing = new();

    private readonly ColumnStore store;
    private readonly EventTable? table;
    private readonly int words;

    public FilterBits(ColumnStore store, EventTable table)
        : this(store, table.Rows) => this.table = table;

    private FilterBits(ColumnStore store, int rows) => (this.store, words) = (store, (rows + 63) / 64);

    /// <summary>Whether a filter looks at nothing but what events were as touches.</summary>
    public static bool IsOfTouches(Filter filter) => filter switch
    {
        AllFilters all => all.Of.All(IsOfTouches),
        AnyFilter any => any.Of.All(IsOfTouches),
        NotFilter not => IsOfTouches(not.Of),
        _ => filter is TouchFilter,
    };

    /// <summary>Such a filter for all touches: a bit for each row of <see cref="TouchTable"/>.</summary>
    public static ulong[] OfTouches(Filter filter, ColumnStore store) => new FilterBits(store, store.Touches.Rows).Of(filter);

    public ulong[] Of(Filter filter)
    {
        switch (filter)
        {
            case AllFilters all:
                var both = new ulong[words];
                Array.Fill(both, ulong.MaxValue);
                foreach (var part in all.Of) Combine(both, Of(part), and: true);
                return both;
            case AnyFilter any:
                var either = new ulong[words];
                foreach (var part in any.Of) Combine(either, Of(part), and: false);
                return either;
            case NotFilter not:
                return Invert(Of(not.Of));
            case PropertyFilter property:
                return Of(property.Operator, property.Values, store.FindName(property.Property) is { } name ? table!.Find(name) : null);
            case TouchFilter touch:
                return table is null ? Of(touch.Operator, touch.Values, store.Touches.Of(touch.Touch)) : OfTouch(touch);
            default:
                throw new ArgumentOutOfRangeException(nameof(filter), filter, null);
        }
    }

    /// <summary>A touch is compared once, however many events were it.</summary>
    private ulong[] OfTouch(TouchFilter filter)
    {
        var touches = OfTouches(filter, store);
        var bits = new ulong[words];
        var none = (touches[0] & 1) != 0;
        if (none) Array.Fill(bits, ulong.MaxValue);
        table!.Touches.Texts.Mark(touch => (touches[touch >> 6] >> touch & 1) != 0 ? 1 : -1, bits);
        return bits;
    }

    private ulong[] Of(FilterOperator op, IReadOnlyList<FilterValue> values, PropertyColumn? column)
    {
        var bits = OfOne(op, values, column);
        if (column is { HasLists: true }) OfLists(op, values, column.Texts, bits);
        return bits;
    }

    /// <summary>A list is compared once, however many customers have it.</summary>
    private void OfLists(FilterOperator op, IReadOnlyList<FilterValue> values, CodeRows texts, ulong[] bits)
    {
        var verdicts = new Dictionary<int, int>();
        texts.Mark(Verdict, bits);

        int Verdict(int code)
        {
            if (code <= TextDictionary.True || !ListText.IsList(store.Texts.Utf8Of(code))) return 0;
            if (!verdicts.TryGetValue(code, out var verdict)) verdicts.Add(code, verdict = ListText.Holds(store.Texts.Utf8Of(code), op, values) ? 1 : -1);
            return verdict;
        }
    }

    private ulong[] OfOne(FilterOperator op, IReadOnlyList<FilterValue> values, PropertyColumn? column)
    {
        var bits = new ulong[words];
        ReadOnlySpan<double> numbers = column is null ? [] : column.Numbers;
        var texts = column is null ? Nothing : column.Texts;
        switch (op)
        {
            case FilterOperator.Equal:
                Equal(values, numbers, texts, bits);
                return bits;
            case FilterOperator.NotEqual:
                Equal(values, numbers, texts, bits);
                return Invert(bits);
            case FilterOperator.Greater:
                Numbers<Greater>(numbers, values[0].Number, bits);
                return bits;
            case FilterOperator.AtLeast:
                Numbers<AtLeast>(numbers, values[0].Number, bits);
                return bits;
            case FilterOperator.Less:
                Numbers<Less>(numbers, values[0].Number, bits);
                return bits;
            case FilterOperator.AtMost:
                Numbers<AtMost>(numbers, values[0].Number, bits);
                return bits;
            case FilterOperator.Contains:
                Texts(values, texts, bits, static (text, piece) => text.IndexOf(piece) >= 0);
                return bits;
            case FilterOperator.StartsWith:
                Texts(values, texts, bits, static (text, piece) => text.StartsWith(piece));
                return bits;
            case FilterOperator.Exists or FilterOperator.Missing:
                Numbers<IsNumber>(numbers, 0, bits);
                texts.Mark(TextDictionary.Missing, equal: false, bits);
                return op == FilterOperator.Exists ? bits : Invert(bits);
            default:
                throw new ArgumentOutOfRangeException(nameof(op), op, null);
        }
    }

    private void Equal(IReadOnlyList<FilterValue> values, ReadOnlySpan<double> numbers, CodeRows texts, ulong[] bits)
    {
        var codes = new HashSet<int>();
        foreach (var value in values)
        {
            if (value.Text is { } text) codes.Add(store.Texts.Find(text));
            else if (value.Flag is { } flag) codes.Add(flag ? TextDictionary.True : TextDictionary.False);
            else Numbers<Same>(numbers, value.Number, bits);
        }

        codes.Remove(TextDictionary.Missing);
        if (codes.Count <= 4)
        {
            foreach (var code in codes) texts.Mark(code, equal: true, bits);
            return;
        }

        texts.Mark(code => codes.Contains(code) ? 1 : 0, bits);
    }

    /// <summary>Texts are read once each, however often they occur.</summary>
    private void Texts(IReadOnlyList<FilterValue> values, CodeRows texts, ulong[] bits, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> holds)
    {
        var pieces = values.Select(v => Encoding.UTF8.GetBytes(v.Text ?? "")).ToArray();
        var verdicts = new sbyte[store.Texts.Count];
        texts.Mark(Verdict, bits);

        int Verdict(int code)
        {
            if (code <= TextDictionary.True) return 0;
            if (verdicts[code] == 0) verdicts[code] = (sbyte)(Holds(store.Texts.Utf8Of(code)) ? 1 : -1);
            return Math.Max(0, (int)verdicts[code]);
        }

        bool Holds(ReadOnlySpan<byte> text)
        {
            foreach (var piece in pieces)
            {
                if (holds(text, piece)) return true;
            }

            return false;
        }
    }

    private static void Numbers<TCompare>(ReadOnlySpan<double> numbers, double value, ulong[] bits)
        where TCompare : struct, ICompare
    {
        var wanted = Vector256.Create(value);
        var row = 0;
        for (; row + 64 <= numbers.Length; row += 64)
        {
            var word = 0UL;
            for (var i = 0; i < 64; i += Vector256<double>.Count) word |= (ulong)TCompare.All(Vector256.Create(numbers.Slice(row + i, Vector256<double>.Count)), wanted).ExtractMostSignificantBits() << i;
            bits[row >> 6] |= word;
        }

        for (; row < numbers.Length; row++)
        {
            if (TCompare.All(Vector256.Create(numbers[row]), wanted).ExtractMostSignificantBits() != 0) bits[row >> 6] |= 1UL << row;
        }
    }

    private static void Combine(ulong[] bits, ulong[] other, bool and)
    {
        for (var i = 0; i < bits.Length; i++) bits[i] = and ? bits[i] & other[i] : bits[i] | other[i];
    }

    private static ulong[] Invert(ulong[] bits)
    {
        for (var i = 0; i < bits.Length; i++) bits[i] = ~bits[i];
        return bits;
    }

    private interface ICompare
    {
        static abstract Vector256<double> All(Vector256<double> x, Vector256<double> y);
    }

    private readonly struct Greater : ICompare
    {
        public static Vector256<double> All(Vector256<double> x, Vector256<double> y) => Vector256.GreaterThan(x, y);
    }

    private readonly struct AtLeast : ICompare
    {
        public static Vector256<double> All(Vector256<double> x, Vector256<double> y) => Vector256.GreaterThanOrEqual(x, y);
    }

    private readonly struct Less : ICompare
    {
        public static Vector256<double> All(Vector256<double> x, Vector256<double> y) => Vector256.LessThan(x, y);
    }

    private readonly struct AtMost : ICompare
    {
        public static Vector256<double> All(Vector256<double> x, Vector256<double> y) => Vector256.LessThanOrEqual(x, y);
    }

    private readonly struct Same : ICompare
    {
        public static Vector256<double> All(Vector256<double> x, Vector256<double> y) => Vector256.Equals(x, y);
    }

    private readonly struct IsNumber : ICompare
    {
        public static Vector256<double> All(Vector256<double> x, Vector256<double> y) => Vector256.Equals(x, x);
    }
}
