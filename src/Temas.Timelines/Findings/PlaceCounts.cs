namespace Temas.Timelines.Findings;

/// <summary>
/// How many units of a table there are at each place, and how many of them were met: at single values week by week, at pairs of values in all. Counted once, in one pass; what is taken out is counted off, so that to search what is left costs
/// as much as was taken out.
/// </summary>
internal sealed class PlaceCounts
{
    /// <summary>So many weeks back from the end are told apart.</summary>
    public const int Weeks = 64;

    private const long Week = 7 * JourneyPlan.Day;

    private readonly UnitTable table;
    private readonly bool[] left, met;
    private readonly byte[] weeks;
    private readonly short[] codes;
    private readonly int width;

    // Pairs of numbers, all and met, next to each other: of single values by week, and of pairs of dimensions, in which each begins somewhere.
    private readonly int[][] singles;
    private readonly int[] pairs, columns;
    private readonly int[,] begins;

    public PlaceCounts(UnitTable table, long end)
    {
        (this.table, codes, width) = (table, table.Codes, table.Dimensions.Length);
        (left, met, weeks) = (new bool[table.Count], new bool[table.Count], new byte[table.Count]);
        columns = [.. table.Values.Select(v => v.Count)];
        singles = [.. columns.Select(c => new int[2 * c * Weeks])];
        begins = new int[width, width];
        var room = 0;
        for (var a = 0; a < width; a++)
        {
            for (var b = a + 1; b < width; b++) (begins[a, b], room) = (room, room + (columns[a] * columns[b]));
        }

        pairs = new int[2 * room];
        var units = table.Units;
        for (var i = 0; i < units.Length; i++)
        {
            (left[i], met[i], weeks[i]) = (true, units[i].Met, (byte)Math.Clamp((end - units[i].Time) / Week, 0, Weeks - 1));
            Count(i, 1);
        }
    }

    /// <summary>How many units are left.</summary>
    public int All { get; private set; }

    /// <summary>How many of them were met.</summary>
    public int Met { get; private set; }

    /// <summary>Whether a unit is left.</summary>
    public bool IsLeft(int unit) => left[unit];

    /// <summary>Takes a unit out.</summary>
    public void Take(int unit)
    {
        if (!left[unit]) return;
        left[unit] = false;
        Count(unit, -1);
    }

    /// <summary>Pairs of values with how many units are left there and how many of them were met, pair by pair of dimensions.</summary>
    public IEnumerable<(Place Place, int All, int Met)> Pairs()
    {
        for (var a = 0; a < width; a++)
        {
            for (var b = a + 1; b < width; b++)
            {
                var begin = begins[a, b];
                for (var cell = 0; cell < columns[a] * columns[b]; cell++)
                {
                    var at = 2 * (begin + cell);
                    if (pairs[at] > 0) yield return (new Place(a, cell / columns[b], b, cell % columns[b]), pairs[at], pairs[at + 1]);
                }
            }
        }
    }

    /// <summary>How many units each place has in each week back from the end, and how many of them were met.</summary>
    public (int[] All, int[] Met)[] Histories(IReadOnlyList<Place> places)
    {
        var found = places.Select(_ => (All: new int[Weeks], Met: new int[Weeks])).ToArray();
        var seek = new List<(int A, int B, int[] PlaceAt)>();
        var everywhere = -1;
        foreach (var (at, place) in places.Index())
        {
            if (place.First < 0)
            {
                everywhere = at;
            }
            else if (place.Second < 0)
            {
                for (var week = 0; week < Weeks; week++) (found[at].All[week], found[at].Met[week]) = (singles[place.First][2 * ((place.FirstValue * Weeks) + week)], singles[place.First][(2 * ((place.FirstValue * Weeks) + week)) + 1]);
            }
            else
            {
                var known = seek.FindIndex(s => s.A == place.First && s.B == place.Second);
                if (known < 0)
                {
                    known = seek.Count;
                    seek.Add((place.First, place.Second, new int[columns[place.First] * columns[place.Second]]));
                }

                seek[known].PlaceAt[(place.FirstValue * columns[place.Second]) + place.SecondValue] = at + 1;
            }
        }

        // All pairs in one pass.
        var all = seek.ToArray();
        for (var i = 0; i < left.Length; i++)
        {
            if (!left[i]) continue;
            if (everywhere >= 0) Add(everywhere, i);
            foreach (var (a, b, placeAt) in all)
            {
                var (x, y) = (codes[(i * width) + a], codes[(i * width) + b]);
                if (x >= 0 && y >= 0 && placeAt[(x * columns[b]) + y] is > 0 and var at) Add(at - 1, i);
            }
        }

        return found;

        void Add(int at, int unit)
        {
            found[at].All[weeks[unit]]++;
            if (met[unit]) found[at].Met[weeks[unit]]++;
        }
    }

    private void Count(int unit, int by)
    {
        var row = codes.AsSpan(unit * width, width);
        var wasMet = met[unit] ? by : 0;
        (All, Met) = (All + by, Met + wasMet);
        for (var a = 0; a < row.Length; a++)
        {
            if (row[a] < 0) continue;
            var single = singles[a];
            var at = 2 * ((row[a] * Weeks) + weeks[unit]);
            single[at] += by;
            single[at + 1] += wasMet;
            for (var b = a + 1; b < row.Length; b++)
            {
                if (row[b] < 0) continue;
                var pair = 2 * (begins[a, b] + (row[a] * columns[b]) + row[b]);
                pairs[pair] += by;
                pairs[pair + 1] += wasMet;
            }
        }
    }
}
