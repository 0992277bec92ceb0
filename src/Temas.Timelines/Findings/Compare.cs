namespace Temas.Timelines.Findings;

/// <summary>
/// Coarsened exact matching (Iacus, King and Porro 2012): each unit that met something is held against the mean of those of the same cell of history that did not. The cells are the finest in which nearly all of them find somebody.
/// Intervals come from what each customer adds to the difference (its linearisation, summed by customer, for what happens to one customer several times is no news several times).
/// </summary>
public static class Compare
{
    /// <summary>Fewer than this say nothing.</summary>
    public const int Least = 25;

    private const double Enough = 0.85, EnoughOthers = 0.6;

    // What those who came back spent, or an order is worth, is taken to be the same unless it is as clearly different as this, in standard errors: it varies much more than whether they came.
    private const double ClearlyOther = 2.576;

    /// <summary>Compares those who met something with the others. Null where there are too few on one side.</summary>
    /// <param name="ground">The units.</param>
    /// <param name="mark">Met is what has this bit; 0 for what is noted as met.</param>
    /// <param name="alone">Whether only those count as others who have no bit at all.</param>
    /// <param name="byOrder">Whether what is at stake is one order and not the customer: who loses it may have bought others anyway, so that orders are counted and not who came back.</param>
    public static Comparison? Of(Ground ground, ulong mark = 0, bool alone = false, bool byOrder = false)
    {
        var sides = new Side[ground.All.Length];
        var (met, others) = (0, 0);
        for (var i = 0; i < sides.Length; i++)
        {
            ref readonly var unit = ref ground.All[i];
            if (mark == 0 ? unit.Met : (unit.Marks & mark) != 0) (sides[i], met) = (Side.Met, met + 1);
            else if (!alone || unit.Marks == 0) (sides[i], others) = (Side.Other, others + 1);
        }

        if (met < Least || others < Least) return null;
        var comparable = Cells.Count(ground.Now, ground.OrderNow, sides, History.Levels[^1]).Others;
        for (var level = 0; level < History.Levels.Count; level++)
        {
            var (matched, like) = Cells.Count(ground.Now, ground.OrderNow, sides, History.Levels[level]);
            if (level < History.Levels.Count - 1 && (matched < met * Enough || like < comparable * EnoughOthers)) continue;
            return matched < Least ? null : Estimate(ground, sides, met, matched, like, level, byOrder);
        }

        return null;
    }

    private static Comparison Estimate(Ground ground, Side[] sides, int met, int matched, int others, int level, bool byOrder)
    {
        var shift = History.Levels[level];
        var sums = new Effects(ground.Customers);
        var means = Cells.Differ(ground, sides, shift, isPast: false, byOrder ? [Figure.Again, Figure.Value, Figure.Felt, Figure.Orders] : [Figure.Again, Figure.Value, Figure.Felt], sums);
        var (again, value, felt, orders) = (means[0], means[1], means[2], byOrder ? means[3] with { ByChance = 0 } : default);

        // The same people, as they were a while before: did those who were to meet it buy as the others did?
        var before = Cells.Differ(ground, sides, shift, isPast: true, [Figure.Before], sums)[0];
        var spread = sums.Spread();
        var difference = spread.Of(again.Met - again.Others, [(Effects.AgainMet, 1), (Effects.AgainOthers, -1)], again.ByChance);
        var had = before.Matched < Least ? (Estimate?)null : spread.Of(before.Met - before.Others, [(Effects.BeforeMet, 1), (Effects.BeforeOthers, -1)], before.ByChance);
        var (sooner, worth) = (TimeToReturn.Compare(ground, sides, shift, out var added), byOrder ? ValueOf(orders, Effects.OrdersMet, value, spread, out var slopes) : ValueOf(again, Effects.AgainMet, value, spread, out slopes));
        var hasFelt = felt.Matched >= Least && felt.Like >= Least;
        return new Comparison
        {
            Met = met,
            Matched = matched,
            Others = others,
            Level = level,
            AgainMet = again.Met,
            AgainOthers = again.Others,
            ValueMet = value.Met,
            ValueOthers = value.Others,
            Again = difference,
            Sooner = sooner,
            Value = worth,
            Together = sooner is null ? 1 : sums.Together(slopes, added),
            Felt = hasFelt ? spread.Of(felt.Met - felt.Others, [(Effects.FeltMet, 1), (Effects.FeltOthers, -1)]) : null,
            FeltMet = felt.Met,
            FeltOthers = felt.Others,
            Before = had,
            Beyond = had is { } h
                ? spread.Of(difference.Value - h.Value, [(Effects.AgainMet, 1), (Effects.AgainOthers, -1), (Effects.BeforeMet, -1), (Effects.BeforeOthers, 1)], again.ByChance + before.ByChance)
                : null,
        };
    }

    /// <summary>The difference in what was spent: of all that was, or, where those who came back spent the same each, of how many came back; the same of orders.</summary>
    private static Estimate ValueOf(Difference again, int ofMet, Difference value, Spread spread, out (int Mean, double Slope)[] slopes)
    {
        slopes = [(Effects.ValueMet, 1), (Effects.ValueOthers, -1)];
        var whole = spread.Of(value.Met - value.Others, slopes);
        if (again.Met <= 0 || again.Others <= 0) return whole;
        var (each, other) = (value.Met / again.Met, value.Others / again.Others);
        var apart = spread.Of(
            each - other, [(Effects.ValueMet, 1 / again.Met), (ofMet, -each / again.Met), (Effects.ValueOthers, -1 / again.Others), (ofMet + 1, other / again.Others)]);
        if (Math.Abs(apart.Value) * Normal.Z95 >= ClearlyOther * (apart.High - apart.Value)) return whole;
        var (bought, difference) = (again.Met + again.Others, again.Met - again.Others);
        var mean = (value.Met + value.Others) / bought;
        var slope = difference / bought;
        slopes = [(ofMet, mean - (slope * mean)), (ofMet + 1, -mean - (slope * mean)), (Effects.ValueMet, slope), (Effects.ValueOthers, slope)];
        return spread.Of(difference * mean, slopes, again.ByChance * mean * mean);
    }
}

/// <summary>On which side of a comparison a unit stands.</summary>
internal enum Side : byte
{
    /// <summary>It is not looked at.</summary>
    None,

    /// <summary>Among the others.</summary>
    Other,

    /// <summary>It met what is looked at.</summary>
    Met,
}

/// <summary>The means of two sides, those of the others weighted to be like those who met it.</summary>
/// <param name="Met">Of those who met it, matched.</param>
/// <param name="Others">Of the others.</param>
/// <param name="Matched">How many who met it.</param>
/// <param name="Like">How many others.</param>
/// <param name="ByChance">The variance that the difference would have if both sides of each cell were alike: of shares.</param>
internal readonly record struct Difference(double Met, double Others, int Matched, int Like, double ByChance);

/// <summary>Passes over cells: units whose customers were alike, which lie together.</summary>
internal static class Cells
{
    /// <summary>How many who met it, and how many others, are in cells with both.</summary>
    public static (int Matched, int Others) Count(ulong[] histories, int[] order, Side[] sides, int shift)
    {
        var (matched, like) = (0, 0);
        for (var from = 0; from < histories.Length;)
        {
            var (cell, met, others) = (histories[from] >> shift, 0, 0);
            for (; from < histories.Length && histories[from] >> shift == cell; from++)
            {
                var side = sides[order[from]];
                if (side == Side.Met) met++;
                else if (side == Side.Other) others++;
            }

            if (met > 0 && others > 0) (matched, like) = (matched + met, like + others);
        }

        return (matched, like);
    }

    /// <summary>
    /// Holds both sides against each other, cell by cell, by several figures at once, and adds what each customer does to both means of each. Units without a value (NaN) are left out. Only cells that have units of both sides say anything.
    /// </summary>
    public static Difference[] Differ(Ground ground, Side[] sides, int shift, bool isPast, ReadOnlySpan<Figure> figures, Effects effects)
    {
        var (histories, order) = isPast ? (ground.Past, ground.OrderPast) : (ground.Now, ground.OrderNow);
        var (totals, cells, sums) = (new Total[figures.Length], new List<(int From, int To)>(), new List<Sum>());
        Span<Sum> here = stackalloc Sum[figures.Length];
        for (var from = 0; from < histories.Length;)
        {
            var (key, begin, met, others) = (histories[from] >> shift, from, 0, 0);
            for (; from < histories.Length && histories[from] >> shift == key; from++)
            {
                var side = sides[order[from]];
                if (side == Side.Met) met++;
                else if (side == Side.Other) others++;
            }

            if (met == 0 || others == 0) continue;
            here.Clear();
            for (var i = begin; i < from; i++)
            {
                if (sides[order[i]] == Side.None) continue;
                ref readonly var unit = ref ground.All[order[i]];
                for (var f = 0; f < figures.Length; f++)
                {
                    var value = ValueOf(unit, figures[f]);
                    if (double.IsNaN(value)) continue;
                    ref var sum = ref here[f];
                    if (sides[order[i]] == Side.Met) (sum.Met, sum.OfMet) = (sum.Met + 1, sum.OfMet + value);
                    else (sum.Others, sum.OfOthers) = (sum.Others + 1, sum.OfOthers + value);
                }
            }

            cells.Add((begin, from));
            for (var f = 0; f < here.Length; f++)
            {
                totals[f].Add(here[f]);
                sums.Add(here[f]);
            }
        }

        var means = new Difference[figures.Length];
        for (var f = 0; f < means.Length; f++) means[f] = totals[f].Mean();
        Span<Part> parts = stackalloc Part[figures.Length];
        foreach (var (at, (from, to)) in cells.Index())
        {
            for (var f = 0; f < parts.Length; f++) parts[f] = new Part(sums[(at * figures.Length) + f], means[f]);
            for (var i = from; i < to; i++)
            {
                var side = sides[order[i]];
                if (side == Side.None) continue;
                ref readonly var unit = ref ground.All[order[i]];
                for (var f = 0; f < figures.Length; f++)
                {
                    ref readonly var part = ref parts[f];
                    var value = ValueOf(unit, figures[f]);
                    if (double.IsNaN(value) || !part.Counts) continue;
                    if (side == Side.Other)
                    {
                        effects.Add(unit.Who, Effects.OfOthers(figures[f]), (value - part.Centre) * part.Weight);
                        continue;
                    }

                    effects.Add(unit.Who, Effects.OfMet(figures[f]), (value - means[f].Met) / means[f].Matched);
                    effects.Add(unit.Who, Effects.OfOthers(figures[f]), part.OfEach);
                }
            }
        }

        return means;
    }

    private static double ValueOf(in Outcome unit, Figure figure) => figure switch
    {
        Figure.Again => unit.Again ? 1 : 0,
        Figure.Value => unit.Value,
        Figure.Felt => unit.Felt,
        Figure.Before => unit.Before ? 1 : 0,
        _ => unit.Orders,
    };

    /// <summary>What the units of a cell come to.</summary>
    private struct Sum
    {
        public int Met, Others;
        public double OfMet, OfOthers;

        public readonly bool HasBoth => Met > 0 && Others > 0;
    }

    /// <summary>What the units of a cell add to the means.</summary>
    private readonly struct Part
    {
        public readonly bool Counts;
        public readonly double OfEach, Centre, Weight;

        public Part(in Sum cell, in Difference mean)
        {
            if (!(Counts = cell.HasBoth)) return;
            OfEach = ((cell.OfOthers / cell.Others) - mean.Others) / mean.Matched;

            // The mean of few lies near each of them; of a single one nothing is known but that it is one of all.
            Centre = cell.Others == 1 ? mean.Others : cell.OfOthers / cell.Others;
            Weight = (cell.Others == 1 ? 1 : Math.Sqrt(cell.Others / (cell.Others - 1.0))) * cell.Met / cell.Others / mean.Matched;
        }
    }

    /// <summary>What all cells come to.</summary>
    private struct Total
    {
        private int matched, like;
        private double met, others, chance;

        public void Add(in Sum cell)
        {
            if (!cell.HasBoth) return;
            (matched, like) = (matched + cell.Met, like + cell.Others);
            (met, others) = (met + cell.OfMet, others + (cell.Met * cell.OfOthers / cell.Others));
            var (all, share) = (cell.Met + cell.Others, (cell.OfMet + cell.OfOthers) / (cell.Met + cell.Others));
            chance += share * (1 - share) * all / (all - 1.0) * (cell.Met + ((double)cell.Met * cell.Met / cell.Others));
        }

        public readonly Difference Mean() => matched == 0 ? default : new Difference(met / matched, others / matched, matched, like, Math.Max(0, chance) / matched / matched);
    }
}

/// <summary>What two sides are held against each other by.</summary>
internal enum Figure
{
    /// <summary>Whether she bought after.</summary>
    Again,

    /// <summary>What she spent.</summary>
    Value,

    /// <summary>How she said it was.</summary>
    Felt,

    /// <summary>Whether she had bought before.</summary>
    Before,

    /// <summary>How many orders there were after.</summary>
    Orders,
}

/// <summary>What each customer adds to each mean.</summary>
internal sealed class Effects(int customers)
{
    /// <summary>The means.</summary>
    public const int AgainMet = 0, AgainOthers = 1, ValueMet = 2, ValueOthers = 3, FeltMet = 4, FeltOthers = 5, BeforeMet = 6, BeforeOthers = 7, OrdersMet = 8, OrdersOthers = 9;

    private const int Means = 10;

    /// <summary>The mean of a figure among those who met it.</summary>
    public static int OfMet(Figure figure) => (int)figure * 2;

    /// <summary>The same of the others.</summary>
    public static int OfOthers(Figure figure) => ((int)figure * 2) + 1;

    private readonly double[] effects = new double[customers * Means];

    /// <summary>Adds what a customer does to a mean.</summary>
    public void Add(int customer, int mean, double effect) => effects[(customer * Means) + mean] += effect;

    /// <summary>How far a figure that depends on the means by some slopes errs as another does of which it is known what each customer adds: their correlation, as far as it is positive.</summary>
    public double Together((int Mean, double Slope)[] slopes, double[] added)
    {
        var (both, own, other) = (0.0, 0.0, 0.0);
        for (var customer = 0; customer < added.Length; customer++)
        {
            var hers = 0.0;
            foreach (var (mean, slope) in slopes) hers += slope * effects[(customer * Means) + mean];
            (both, own, other) = (both + (hers * added[customer]), own + (hers * hers), other + (added[customer] * added[customer]));
        }

        return own <= 0 || other <= 0 ? 1 : Math.Clamp(both / Math.Sqrt(own * other), 0, 1);
    }

    /// <summary>How the means vary, together.</summary>
    public Spread Spread()
    {
        var covariance = new double[Means, Means];
        for (var from = 0; from < effects.Length; from += Means)
        {
            var hers = effects.AsSpan(from, Means);
            for (var a = 0; a < Means; a++)
            {
                if (hers[a] == 0) continue;
                for (var b = 0; b <= a; b++) covariance[a, b] += hers[a] * hers[b];
            }
        }

        for (var a = 0; a < Means; a++)
        {
            for (var b = a + 1; b < Means; b++) covariance[a, b] = covariance[b, a];
        }

        return new Spread(covariance, customers);
    }
}

/// <summary>How means vary, together: their covariances.</summary>
internal sealed class Spread(double[,] covariance, int customers)
{
    /// <summary>A figure that depends on the means by some slopes, with its interval; chance counts for at least as much as it would if both sides were alike.</summary>
    public Estimate Of(double value, ReadOnlySpan<(int Mean, double Slope)> slopes, double atLeast = 0)
    {
        var variance = 0.0;
        foreach (var (a, slope) in slopes)
        {
            foreach (var (b, other) in slopes) variance += slope * other * covariance[a, b];
        }

        variance *= customers / Math.Max(1.0, customers - 1.0);
        if (!double.IsFinite(variance) || !double.IsFinite(value)) return new Estimate(value, double.NegativeInfinity, double.PositiveInfinity, 1);
        var (deviation, byChance) = (Math.Sqrt(variance), Math.Sqrt(Math.Max(variance, atLeast)));
        return new Estimate(value, value - (Normal.Z95 * deviation), value + (Normal.Z95 * deviation), byChance == 0 ? (value == 0 ? 1 : 0) : Normal.TwoSided(value / byChance));
    }
}
