using System.Runtime.InteropServices;

namespace Temas.Timelines.Findings;

/// <summary>
/// One time that a customer might have met something: whether she did, what she was like before, and what came after. What she was like is packed, four to eight bits for each part (<see cref="History"/>), so that
/// leaving parts out is a mask.
/// </summary>
public struct Unit
{
    /// <summary>Whose it is, by the node that stands for her.</summary>
    public int Customer;

    /// <summary>When what comes after begins to count, in milliseconds since 1970 UTC.</summary>
    public long Time;

    /// <summary>What she was like before.</summary>
    public ulong History;

    /// <summary>What she was like a while before that, to see whether those who met it were alike already then.</summary>
    public ulong Past;

    /// <summary>What else she met, a bit for each of <see cref="JourneyStudy.Marks"/> or <see cref="JourneyStudy.Troubles"/>.</summary>
    public ulong Marks;

    /// <summary>What she spent after.</summary>
    public float Value;

    /// <summary>How many orders that was.</summary>
    public float Orders;

    /// <summary>How she said it was, soon after, from -1 to 1; NaN where she said nothing.</summary>
    public float Felt;

    /// <summary>Whether she met it.</summary>
    public bool Met;

    /// <summary>Whether the time in which what comes after is counted has passed.</summary>
    public bool IsKnown;

    /// <summary>Whether she bought after.</summary>
    public bool Again;

    /// <summary>Whether she had bought in the while before.</summary>
    public bool Before;

    /// <summary>After how many days she bought next or, where she has not, for how many that is known, up to a year; 0 where it is not asked.</summary>
    public float Next;

    /// <summary>Whether she bought at the end of that.</summary>
    public bool Came;
}

/// <summary>What a customer was like, packed into 64 bits.</summary>
public static class History
{
    // Where each part begins: what is left out first is lowest, so that those who are alike in what is left lie together once they are sorted, however coarsely they are compared.
    private const int MonthAt = 0, RegionAt = 8, ChannelAt = 16, ValueAt = 20, RecencyAt = 24, ActivityAt = 28, OrdersAt = 32, ContextAt = 36, TroubleAt = 48;

    /// <summary>What is compared, the finest first; the coarser leave more and more out: by how many bits a history is shifted for it.</summary>
    public static IReadOnlyList<int> Levels { get; } = [0, ChannelAt, RecencyAt, ActivityAt, OrdersAt, ContextAt];

    /// <summary>Packs.</summary>
    public static ulong Of(int orders, int recency, int value, int activity, int trouble, int channel, int region, int context, int month) =>
        ((ulong)(orders & 15) << OrdersAt) | ((ulong)(recency & 15) << RecencyAt) | ((ulong)(value & 15) << ValueAt) | ((ulong)(activity & 15) << ActivityAt) | ((ulong)(trouble & 15) << TroubleAt)
        | ((ulong)(channel & 15) << ChannelAt) | ((ulong)(region & 255) << RegionAt) | ((ulong)(context & 4095) << ContextAt) | ((ulong)(month & 255) << MonthAt);

    /// <summary>The same with the season as what must be the same of those who are compared.</summary>
    public static ulong InSeason(ulong history) => (history & ~(4095UL << ContextAt)) | ((history >> MonthAt & 255) << ContextAt);

    /// <summary>How many orders she had: 0, 1, 2, then 3 for up to four, and 4.</summary>
    public static int OrdersOf(ulong history) => (int)(history >> OrdersAt & 15);
}

/// <summary>The times at which customers might have met one thing.</summary>
public sealed class UnitTable
{
    private readonly List<Unit> units = [];
    private readonly List<long> keys = [];
    private readonly Lazy<Ground> ground;

    internal UnitTable(string kind, string place, int days, string[] dimensions)
    {
        (Kind, Place, Days, Dimensions) = (kind, place, days, dimensions);
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

    internal void Add(in Unit unit, ReadOnlySpan<long> of)
    {
        units.Add(unit);
        keys.AddRange(of);
    }

    internal void Append(UnitTable other)
    {
        units.AddRange(other.units);
        keys.AddRange(other.keys);
    }

    /// <summary>Replaces what stands for values by small numbers, and drops dimensions that tell little apart: with few values, with hundreds, or that most units do not have.</summary>
    internal void Finish(Func<long, string?> nameOf)
    {
        const int MostValues = 80;
        const double LeastCovered = 0.6, LeastOfOne = 0.002;
        var (width, all) = (Dimensions.Length, units.Count);
        var kept = new List<(string Name, Dictionary<long, short> Numbers, string[] Values, int At)>();
        for (var d = 0; d < width; d++)
        {
            var counts = new Dictionary<long, int>();
            var some = 0;
            for (var i = 0; i < all && counts.Count <= 4 * MostValues; i++)
            {
                var key = keys[(i * width) + d];
                if (key == Queries.ValueKey.Missing) continue;
                some++;
                CollectionsMarshal.GetValueRefOrAddDefault(counts, key, out _)++;
            }

            if (counts.Count is < 2 or > 4 * MostValues || some < all * LeastCovered) continue;
            var often = counts.Where(c => c.Value >= Math.Max(10, all * LeastOfOne)).OrderByDescending(c => c.Value).ThenBy(c => nameOf(c.Key), StringComparer.Ordinal).Take(MostValues).Select(c => c.Key).ToList();
            if (often.Count < 2) continue;
            kept.Add((Dimensions[d], often.Select((k, n) => (k, n)).ToDictionary(k => k.k, k => (short)k.n), [.. often.Select(k => nameOf(k) ?? "")], d));
        }

        var codes = new short[all * kept.Count];
        for (var i = 0; i < all; i++)
        {
            for (var d = 0; d < kept.Count; d++) codes[(i * kept.Count) + d] = kept[d].Numbers.GetValueOrDefault(keys[(i * width) + kept[d].At], (short)-1);
        }

        (Dimensions, Values, Codes) = ([.. kept.Select(k => k.Name)], [.. kept.Select(k => k.Values)], codes);
        keys.Clear();
        keys.TrimExcess();
    }
}
