namespace Temas.Timelines.Columns;

/// <summary>Events of one customer, ordered by time and, where times are equal, by log position: the columns, side by side.</summary>
internal readonly ref struct Slice(ReadOnlySpan<long> times, ReadOnlySpan<ushort> types, ReadOnlySpan<int> rows)
{
    /// <summary>When each happened, in milliseconds since 1970 UTC.</summary>
    public readonly ReadOnlySpan<long> Times = times;

    /// <summary>The type of each.</summary>
    public readonly ReadOnlySpan<ushort> Types = types;

    /// <summary>The row of each in the table of its type.</summary>
    public readonly ReadOnlySpan<int> Rows = rows;

    public int Length => Times.Length;

    /// <summary>Those of a stretch of time: most questions are about the last weeks of years.</summary>
    public Slice Within(long from, long to)
    {
        if (Times.Length == 0 || (Times[0] >= from && Times[^1] < to)) return this;
        var (begin, end) = PlacesWithin(from, to);
        return begin < end ? new Slice(Times[begin..end], Types[begin..end], Rows[begin..end]) : default;
    }

    /// <summary>Where those of a stretch of time are.</summary>
    public (int From, int To) PlacesWithin(long from, long to) => Times.Length == 0 || Times[^1] < from || Times[0] >= to ? (0, 0) : (FirstFrom(from), FirstFrom(to));

    private int FirstFrom(long time)
    {
        var (low, high) = (0, Times.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Times[middle] < time) low = middle + 1;
            else high = middle;
        }

        return low;
    }
}

/// <summary>Columns of events that belong together: what a slice is cut from.</summary>
internal sealed class EventArrays(int capacity)
{
    public long[] Times = GC.AllocateUninitializedArray<long>(capacity);
    public long[] Positions = GC.AllocateUninitializedArray<long>(capacity);
    public int[] Rows = GC.AllocateUninitializedArray<int>(capacity);
    public int[] Nodes = GC.AllocateUninitializedArray<int>(capacity);
    public ushort[] Types = GC.AllocateUninitializedArray<ushort>(capacity);

    public int Capacity => Times.Length;

    public Slice Slice(int from, int count) => new(Times.AsSpan(from, count), Types.AsSpan(from, count), Rows.AsSpan(from, count));

    public void Resize(int capacity)
    {
        Array.Resize(ref Times, capacity);
        Array.Resize(ref Positions, capacity);
        Array.Resize(ref Rows, capacity);
        Array.Resize(ref Nodes, capacity);
        Array.Resize(ref Types, capacity);
    }

    public void Copy(EventArrays from, int start, int count, int to)
    {
        Array.Copy(from.Times, start, Times, to, count);
        Array.Copy(from.Positions, start, Positions, to, count);
        Array.Copy(from.Rows, start, Rows, to, count);
        Array.Copy(from.Nodes, start, Nodes, to, count);
        Array.Copy(from.Types, start, Types, to, count);
    }

    public ColumnEvent this[int at]
    {
        get => new(Times[at], Positions[at], Nodes[at], Types[at], Rows[at]);
        set => (Times[at], Positions[at], Nodes[at], Types[at], Rows[at]) = (value.Time, value.Position, value.Node, value.Type, value.Row);
    }
}

/// <summary>One event in columns.</summary>
internal readonly record struct ColumnEvent(long Time, long Position, int Node, ushort Type, int Row)
{
    public bool IsBefore(in ColumnEvent other) => Time != other.Time ? Time < other.Time : Position < other.Position;
}
