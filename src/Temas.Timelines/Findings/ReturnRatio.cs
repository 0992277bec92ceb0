namespace Temas.Timelines.Findings;

/// <summary>
/// How many of those who met something came back for each who would have: within each cell every one of them is held against every other over the days that are known of both, so that who has been followed for long counts for long (the risk ratio
/// of Mantel and Haenszel 1959, of pairs). Who leaves for good is missing by the same share however long one looks, and the longer one looks the plainer that is. Cells of two say what they can, and large ones do not outweigh them by chance.
/// </summary>
internal static class ReturnRatio
{
    // Fewer who came back, on one side, make no ratio.
    private const int LeastCame = 5;
    private const int Year = 366;

    /// <summary>The ratio, with what each customer adds to it; null where too few came back, or where it was not asked when.</summary>
    public static double? Compare(Ground ground, Side[] sides, int shift, Effects effects)
    {
        var (usual, cell, sum) = (Usual(ground, sides), new Cell(), (Met: 0.0, Others: 0.0, CameMet: 0, CameOthers: 0));
        for (var from = 0; from < ground.Now.Length;)
        {
            if (!cell.Read(ground, sides, shift, ref from, usual)) continue;
            foreach (ref readonly var one in cell.Met) sum = (sum.Met + cell.ShareOf(one, cell.Others), sum.Others, sum.CameMet + (one.Came ? 1 : 0), sum.CameOthers);
            foreach (ref readonly var one in cell.Others) sum = (sum.Met, sum.Others + cell.ShareOf(one, cell.Met), sum.CameMet, sum.CameOthers + (one.Came ? 1 : 0));
        }

        if (sum.CameMet < LeastCame || sum.CameOthers < LeastCame || sum.CameMet + sum.CameOthers < Findings.Compare.Least || sum.Others <= 0) return null;
        var ratio = sum.Met / sum.Others;
        for (var from = 0; from < ground.Now.Length;)
        {
            if (!cell.Read(ground, sides, shift, ref from, usual)) continue;

            // How often those of the cell come back, of as many as usual, if the ratio is what it is everywhere; a cell of few lies near each of its own.
            var level = cell.Came / Math.Max(1e-9, (ratio * cell.UsualOf(cell.Met)) + cell.UsualOf(cell.Others));
            var weight = Math.Sqrt(cell.Count / (cell.Count - 1.0)) / sum.Others;
            foreach (ref readonly var one in cell.Met) effects.Add(one.Who, Effects.Ratio, weight * (cell.ShareOf(one, cell.Others) - (ratio * level * cell.UsualOf(one, cell.Others))));
            foreach (ref readonly var one in cell.Others) effects.Add(one.Who, Effects.Ratio, -weight * ratio * (cell.ShareOf(one, cell.Met) - (level * cell.UsualOf(one, cell.Met))));
        }

        return ratio;
    }

    /// <summary>Which share came back up to each day, of everybody (Kaplan and Meier 1958, by days).</summary>
    private static double[] Usual(Ground ground, Side[] sides)
    {
        var (came, gone, left) = (new int[Year + 1], new int[Year + 1], 0);
        for (var i = 0; i < sides.Length; i++)
        {
            ref readonly var unit = ref ground.All[i];
            if (sides[i] == Side.None || unit.Known <= 0) continue;
            left++;
            var day = Math.Clamp((int)unit.Next, 0, Year);
            if (unit.Came) came[day]++;
            else gone[day]++;
        }

        var (usual, stay) = (new double[Year + 1], 1.0);
        for (var day = 0; day <= Year; day++)
        {
            if (left > 0) stay *= 1 - ((double)came[day] / left);
            left -= came[day] + gone[day];
            usual[day] = 1 - stay;
        }

        return usual;
    }

    /// <param name="Who">Whose it is.</param>
    /// <param name="Next">After how many days she came.</param>
    /// <param name="Known">For how many it would be known.</param>
    /// <param name="Came">Whether she came.</param>
    /// <param name="Usual">How many come up to that, usually.</param>
    private readonly record struct One(int Who, float Next, float Known, bool Came, double Usual) : IComparable<One>
    {
        public int CompareTo(One other) => Known.CompareTo(other.Known);
    }

    /// <summary>The units of a cell, those of each side by for how long they are known.</summary>
    private sealed class Cell
    {
        private readonly List<One> met = [], others = [];
        private readonly List<double> sumsOfMet = [], sumsOfOthers = [];

        public Span<One> Met => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(met);

        public Span<One> Others => System.Runtime.InteropServices.CollectionsMarshal.AsSpan(others);

        public int Count => met.Count + others.Count;

        public int Came { get; private set; }

        /// <summary>Reads the cell that begins at a place, and says whether it has both sides.</summary>
        public bool Read(Ground ground, Side[] sides, int shift, ref int from, double[] usual)
        {
            met.Clear();
            others.Clear();
            Came = 0;
            var key = ground.Now[from] >> shift;
            for (; from < ground.Now.Length && ground.Now[from] >> shift == key; from++)
            {
                var unit = ground.OrderNow[from];
                ref readonly var of = ref ground.All[unit];
                if (sides[unit] == Side.None || of.Known <= 0) continue;
                (sides[unit] == Side.Met ? met : others).Add(new One(of.Who, of.Next, of.Known, of.Came, usual[Math.Clamp((int)of.Known, 0, Year)]));
                if (of.Came) Came++;
            }

            if (met.Count == 0 || others.Count == 0) return false;
            Order(met, sumsOfMet);
            Order(others, sumsOfOthers);
            return true;
        }

        /// <summary>How many of the other side are known up to when she came, as a share of the cell; nothing where she did not.</summary>
        public double ShareOf(in One one, Span<One> side) => one.Came ? (double)(side.Length - FirstFrom(side, one.Next)) / Count : 0;

        /// <summary>What that would be if everybody came as is usual.</summary>
        public double UsualOf(in One one, Span<One> side)
        {
            var shorter = FirstFrom(side, one.Known);
            var sums = side == Met ? sumsOfMet : sumsOfOthers;
            return ((shorter == 0 ? 0 : sums[shorter - 1]) + ((side.Length - shorter) * one.Usual)) / Count;
        }

        /// <summary>How many of a side come, usually.</summary>
        public double UsualOf(Span<One> side) => (side == Met ? sumsOfMet : sumsOfOthers)[^1];

        private static void Order(List<One> side, List<double> sums)
        {
            side.Sort();
            sums.Clear();
            var sum = 0.0;
            foreach (var one in side) sums.Add(sum += one.Usual);
        }

        /// <summary>The first that is known for so long.</summary>
        private static int FirstFrom(Span<One> side, float days)
        {
            var (low, high) = (0, side.Length);
            while (low < high)
            {
                var middle = (low + high) >>> 1;
                if (side[middle].Known < days) low = middle + 1;
                else high = middle;
            }

            return low;
        }
    }
}
