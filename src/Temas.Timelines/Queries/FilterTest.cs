using System.Runtime.CompilerServices;
using System.Text;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>A filter on the rows of a table, made ready: as bits of all rows, or of all touches, where many are asked about, else by looking at the row. All say the same.</summary>
internal sealed class FilterTest
{
    private readonly ulong[]? bits;
    private readonly PropertyColumn? touches;
    private readonly Func<int, bool>? look;

    private FilterTest(ulong[]? bits, PropertyColumn? touches, Func<int, bool>? look) => (this.bits, this.touches, this.look) = (bits, touches, look);

    public static FilterTest Of(Filter filter, ColumnStore store, EventTable table, bool forFew) =>
        forFew ? new FilterTest(null, null, Look(filter, store, table)) : new FilterTest(new FilterBits(store, table).Of(filter), null, null);

    /// <summary>Of what the events of a type were as touches: a bit for each touch.</summary>
    public static FilterTest Of(ulong[] bits, PropertyColumn touches) => new(bits, touches, null);

    /// <summary>Whether it holds for a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Holds(int row)
    {
        if (bits is not { } all) return look!(row);
        var at = touches is null ? row : touches.TextAt(row);
        return (all[at >> 6] >> at & 1) != 0;
    }

    private static Func<int, bool> Look(Filter filter, ColumnStore store, EventTable table)
    {
        switch (filter)
        {
            case AllFilters all:
                var every = all.Of.Select(f => Look(f, store, table)).ToArray();
                return row => Array.TrueForAll(every, f => f(row));
            case AnyFilter any:
                var some = any.Of.Select(f => Look(f, store, table)).ToArray();
                return row => Array.Exists(some, f => f(row));
            case NotFilter not:
                var inner = Look(not.Of, store, table);
                return row => !inner(row);
            case PropertyFilter property:
                return Look(property.Operator, property.Values, store, store.FindName(property.Property) is { } name ? table.Find(name) : null);
            case TouchFilter touch:
                var known = Look(touch.Operator, touch.Values, store, store.Touches.Of(touch.Touch));
                return row => known(table.Touches.TextAt(row));
            default:
                throw new ArgumentOutOfRangeException(nameof(filter), filter, null);
        }
    }

    private static Func<int, bool> Look(FilterOperator op, IReadOnlyList<FilterValue> values, ColumnStore store, PropertyColumn? column)
    {
        var plain = LookAtOne(op, values, store, column);
        if (column is not { HasLists: true }) return plain;
        return row => column.TextAt(row) is > TextDictionary.True and var code && ListText.IsList(store.Texts.Utf8Of(code)) ? ListText.Holds(store.Texts.Utf8Of(code), op, values) : plain(row);
    }

    private static Func<int, bool> LookAtOne(FilterOperator op, IReadOnlyList<FilterValue> values, ColumnStore store, PropertyColumn? column)
    {
        if (column is null)
        {
            var verdict = op is FilterOperator.NotEqual or FilterOperator.Missing;
            return _ => verdict;
        }

        var limit = values.Count > 0 ? values[0].Number : double.NaN;
        return op switch
        {
            FilterOperator.Equal => Equal(values, store, column),
            FilterOperator.NotEqual when Equal(values, store, column) is var equal => row => !equal(row),
            FilterOperator.Greater => row => column.NumberAt(row) > limit,
            FilterOperator.AtLeast => row => column.NumberAt(row) >= limit,
            FilterOperator.Less => row => column.NumberAt(row) < limit,
            FilterOperator.AtMost => row => column.NumberAt(row) <= limit,
            FilterOperator.Contains => Text(values, store, column, static (text, piece) => text.IndexOf(piece) >= 0),
            FilterOperator.StartsWith => Text(values, store, column, static (text, piece) => text.StartsWith(piece)),
            FilterOperator.Exists => row => Exists(column, row),
            FilterOperator.Missing => row => !Exists(column, row),
            _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
        };
    }

    private static bool Exists(PropertyColumn column, int row) => column.TextAt(row) != TextDictionary.Missing || !double.IsNaN(column.NumberAt(row));

    private static Func<int, bool> Equal(IReadOnlyList<FilterValue> values, ColumnStore store, PropertyColumn column)
    {
        var codes = values.Where(v => double.IsNaN(v.Number))
            .Select(v => v.Text is { } text ? store.Texts.Find(text) : v.Flag is true ? TextDictionary.True : TextDictionary.False).Where(c => c != TextDictionary.Missing).ToHashSet();
        var numbers = values.Where(v => !double.IsNaN(v.Number)).Select(v => v.Number).ToHashSet();
        return row => codes.Contains(column.TextAt(row)) || numbers.Contains(column.NumberAt(row));
    }

    private static Func<int, bool> Text(IReadOnlyList<FilterValue> values, ColumnStore store, PropertyColumn column, Func<ReadOnlySpan<byte>, ReadOnlySpan<byte>, bool> holds)
    {
        var pieces = values.Select(v => Encoding.UTF8.GetBytes(v.Text ?? "")).ToArray();
        return row => column.TextAt(row) is > TextDictionary.True and var code && Array.Exists(pieces, piece => holds(store.Texts.Utf8Of(code), piece));
    }
}
