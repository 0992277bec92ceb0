using System.Runtime.CompilerServices;
using Temas.Timelines.Columns;

namespace Temas.Timelines.Queries;

/// <summary>What stands at the places of ways, by numbers from 0: event types, or what events were as touches.</summary>
internal sealed class PathPlaces
{
    /// <summary>No place.</summary>
    public const int None = -1;

    private readonly ColumnStore store;

    // By touch: what stands there; null where types do. And the other way round.
    private readonly int[]? numbers;
    private readonly List<string> names = [];
    private readonly TouchColumns? touches;

    public PathPlaces(ColumnStore store, PathsQuery query)
    {
        (this.store, Count) = (store, store.Tables.Count);
        if (query.Places is null && !query.Perception) return;
        touches = new TouchColumns(store);
        if (query.Perception) Perceptions = touches.Perceptions();
        if (query.Places is not { } fact) return;
        var known = new ValueMap();
        numbers = Array.ConvertAll(touches.KeysOf(store.Touches.Of(fact)), key =>
        {
            if (key == ValueKey.Missing) return None;
            if (known.Find(key) is >= 0 and var number) return number;
            names.Add((string)ValueKey.ValueOf(key, store.Texts)!);
            return known.Add(key);
        });
        Count = names.Count;
    }

    /// <summary>How many different ones there are.</summary>
    public int Count { get; }

    /// <summary>Whether touches are looked at.</summary>
    public bool LooksAtTouches => touches is not null;

    /// <summary>By touch, how it was taken in hundredths, null where that is not known; none where that is not asked.</summary>
    public int?[] Perceptions { get; } = [];

    /// <summary>The touch that an event was.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TouchAt(int type, int row) => touches!.At(type, row);

    /// <summary>What an event of a type, that was this touch, is as a place.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(int type, int touch) => numbers is { } known ? known[touch] : type;

    public string NameOf(int number) => numbers is null ? store.TypeName(number) : names[number];

    /// <summary>The number of a name; <see cref="None"/> when nothing is called so.</summary>
    public int Find(string name) => numbers is null ? store.FindType(name) ?? None : names.IndexOf(name);
}
