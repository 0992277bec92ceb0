using System.Runtime.CompilerServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>What events were as touches, by event type: for each the row of <see cref="TouchTable"/>.</summary>
internal sealed class TouchColumns
{
    private readonly PropertyColumn[] columns;
    private readonly TouchTable touches;

    public TouchColumns(ColumnStore store) => (columns, touches) = ([.. store.Tables.Select(t => t.Touches)], store.Touches);

    /// <summary>The touch that an event was; <see cref="TouchTable.None"/> for none.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int At(int type, int row) => columns[type].TextAt(row);

    /// <summary>The touches that the events of a type were.</summary>
    public PropertyColumn Of(int type) => columns[type];

    /// <summary>By touch: what stands for its value (<see cref="ValueKey"/>).</summary>
    public long[] KeysOf(PropertyColumn column) => [.. Enumerable.Range(0, touches.Rows).Select(touch => ValueKey.At(column, touch))];

    /// <summary>By touch: how it was taken, in hundredths; null where that is not known.</summary>
    public int?[] Perceptions() => [.. Enumerable.Range(0, touches.Rows).Select(touches.PerceptionOf)];
}
