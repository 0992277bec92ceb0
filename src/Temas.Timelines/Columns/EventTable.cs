namespace Temas.Timelines.Columns;

/// <summary>The properties of the events of one type: a row an event, a column a property.</summary>
internal sealed class EventTable
{
    /// <summary>More properties than this are not kept for one event type: a hostile sender must not fill the memory with names.</summary>
    public const int MaxColumns = 256;

    // By number of the property's name.
    private PropertyColumn?[] columns = [];

    /// <summary>Events so far, those that were erased since the last fold included.</summary>
    public int Rows { get; private set; }

    /// <summary>Different properties.</summary>
    public int Columns { get; private set; }

    /// <summary>Values that were left out because the type had <see cref="MaxColumns"/> properties.</summary>
    public long LeftOut { get; private set; }

    /// <summary>The touch that each event was, by the row of <see cref="TouchTable"/>. It is no property: no sender can write it, and none of its names is in the way of a property's.</summary>
    public PropertyColumn Touches { get; private set; } = new();

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => columns.Sum(c => c?.Bytes ?? 0) + Touches.Bytes;

    /// <summary>The properties that it has, by number of their names.</summary>
    public IEnumerable<int> Names => Enumerable.Range(0, columns.Length).Where(name => columns[name] is not null);

    public int Add() => Rows++;

    /// <summary>As it was saved.</summary>
    public static EventTable Restore(int rows, long leftOut, IEnumerable<(int Name, PropertyColumn Column)> columns, PropertyColumn? touches = null)
    {
        var table = new EventTable { Rows = rows, LeftOut = leftOut, Touches = touches ?? new PropertyColumn() };
        foreach (var (name, column) in columns)
        {
            table.Open(name);
            table.columns[name] = column;
        }

        return table;
    }

    public PropertyColumn? Find(int name) => name >= 0 && name < columns.Length ? columns[name] : null;

    /// <summary>The column of a property, a new one if need be; null when there are too many.</summary>
    public PropertyColumn? Open(int name)
    {
        if (Find(name) is { } known) return known;
        if (Columns == MaxColumns)
        {
            LeftOut++;
            return null;
        }

        if (name >= columns.Length) Array.Resize(ref columns, Math.Max(name + 1, columns.Length * 2));
        Columns++;
        return columns[name] = new PropertyColumn();
    }

    /// <summary>What there is now, which does not change when events are added.</summary>
    public EventTable Freeze() => new() { Rows = Rows, Columns = Columns, LeftOut = LeftOut, columns = Array.ConvertAll(columns, c => c?.Freeze()), Touches = Touches.Freeze() };

    /// <summary>Adds the events of another table from a row on, which has all properties that this one has.</summary>
    public void Append(EventTable other, int from)
    {
        foreach (var name in other.Names) Open(name)?.Append(other.columns[name]!, from, Rows);
        Touches.Append(other.Touches, from, Rows);
        (Rows, LeftOut) = (Rows + other.Rows - from, other.LeftOut);
    }

    /// <summary>
    /// The same events with other row numbers: row i is what was <paramref name="order"/>[i]; rows not named there are gone. Texts get the numbers of <paramref name="recode"/>, if any;
    /// touches keep theirs.
    /// </summary>
    public EventTable Reorder(ReadOnlySpan<int> order, Func<int, int>? recode)
    {
        var result = new EventTable { Rows = order.Length, Columns = Columns, LeftOut = LeftOut, columns = new PropertyColumn?[columns.Length], Touches = Touches.Reorder(order, null) };
        for (var name = 0; name < columns.Length; name++) result.columns[name] = columns[name]?.Reorder(order, recode);
        return result;
    }
}
