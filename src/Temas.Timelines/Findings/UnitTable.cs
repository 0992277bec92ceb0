using System.Runtime.InteropServices;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Findings;

/// <summary>The times at which customers might have met one thing.</summary>
public sealed class UnitTable
{
    // So many values of a property are told apart, and of one with more than four times as many none.
    private const int MostValues = 80, TooMany = 4 * MostValues;

    private readonly List<Unit> units = [];

    // Unit by unit, for each dimension the number of its value, until the table is whole.
    private readonly List<short> codes = [];
    private readonly ValueMap[] numbers;
    private Lazy<Ground> ground;

    internal UnitTable(string kind, string place, int days, string[] dimensions)
    {
        (Kind, Place, Days, Dimensions) = (kind, place, days, dimensions);
        numbers = [.. dimensions.Select(_ => new ValueMap())];
        ground = new Lazy<Ground>(() => new Ground(Units));
    }

    /// <summary>What sort of thing it is.</summary>
    public string Kind { get; }

    /// <summary>Where: key of a promise, of a touchpoint, of a step.</summary>
    public string Place { get; internal set; }

    /// <summary>For how many days what comes after is counted.</summary>
    public int Days { get; }

    /// <summary>The properties by which places are told apart.</summary>
    public string[] Dimensions { get; private set; }

    /// <summary>The values of each, by the number that <see cref="Codes"/> gives.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Values { get; private set; } = [];

    /// <summary>Unit by unit, for each dimension the number of its value; -1 where there is none.</summary>
    public short[] Codes { get; private set; } = [];

    /// <summary>How many there are.</summary>
    public int Count => units.Count;

    /// <summary>The units.</summary>
    public ReadOnlySpan<Unit> Units => CollectionsMarshal.AsSpan(units);

    /// <summary>Those of them of whom is known what came after, made ready to be compared. Not before the table is whole.</summary>
    public Ground Ground => ground.Value;

    /// <summary>Lets go of what was made ready: it is made again when it is asked for.</summary>
    public void Rest() => ground = new Lazy<Ground>(() => new Ground(Units));

    internal void Add(in Unit unit, ReadOnlySpan<long> of)
    {
        units.Add(unit);
        for (var d = 0; d < numbers.Length; d++) codes.Add(NumberOf(numbers[d], of[d]));
    }

    internal void Append(UnitTable other)
    {
        units.AddRange(other.units);
        if (numbers.Length == 0) return;
        var mine = other.numbers.Select((theirs, d) => theirs.All.Select(v => NumberOf(numbers[d], v.Key)).ToArray()).ToArray();
        var from = CollectionsMarshal.AsSpan(other.codes);
        var width = numbers.Length;
        codes.EnsureCapacity(codes.Count + from.Length);
        for (var i = 0; i < from.Length; i++) codes.Add(from[i] < 0 ? from[i] : mine[i % width][from[i]]);
    }

    /// <summary>Keeps the values that are frequent, and drops dimensions that tell little apart: with few values, with hundreds, or that most units do not have.</summary>
    internal void Finish(Func<long, string?> nameOf)
    {
        const double LeastCovered = 0.6, LeastOfOne = 0.002;
        var (width, all) = (Dimensions.Length, units.Count);
        var given = CollectionsMarshal.AsSpan(codes);
        var kept = new List<(string Name, short[] Numbers, string[] Values, int At)>();
        for (var d = 0; d < width; d++)
        {
            if (numbers[d].Count is < 2 or > TooMany) continue;
            var (counts, some) = (new int[numbers[d].Count], 0);
            for (var i = 0; i < all; i++)
            {
                if (given[(i * width) + d] is not (>= 0 and var number)) continue;
                some++;
                counts[number]++;
            }

            if (some < all * LeastCovered) continue;
            var often = numbers[d].All.Where(v => counts[v.Number] >= Math.Max(10, all * LeastOfOne)).Select(v => (v.Number, Name: nameOf(v.Key) ?? ""))
                .OrderByDescending(v => counts[v.Number]).ThenBy(v => v.Name, StringComparer.Ordinal).Take(MostValues).ToList();
            if (often.Count < 2) continue;
            var to = new short[counts.Length];
            Array.Fill(to, (short)-1);
            foreach (var (at, value) in often.Index()) to[value.Number] = (short)at;
            kept.Add((Dimensions[d], to, [.. often.Select(v => v.Name)], d));
        }

        var result = new short[all * kept.Count];
        for (var i = 0; i < all; i++)
        {
            for (var d = 0; d < kept.Count; d++) result[(i * kept.Count) + d] = given[(i * width) + kept[d].At] is >= 0 and var number ? kept[d].Numbers[number] : (short)-1;
        }

        (Dimensions, Values, Codes) = ([.. kept.Select(k => k.Name)], [.. kept.Select(k => k.Values)], result);
        codes.Clear();
        codes.TrimExcess();
    }

    /// <summary>The number of a value; -1 for none, and for those of which there are too many.</summary>
    private static short NumberOf(ValueMap map, long key)
    {
        if (key == ValueKey.Missing) return -1;
        var number = map.Find(key);
        if (number >= 0) return (short)number;
        return map.Count > TooMany ? (short)-1 : (short)map.Add(key);
    }
}
