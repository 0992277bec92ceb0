namespace Temas.Timelines.Findings;

/// <summary>
/// Coarsened exact matching (Iacus, King and Porro 2012): each unit that met something is held against the mean of those of the same cell of history that did not. The cells are the finest in which nearly all of them find somebody.
/// Intervals come from what each customer adds to the difference (its linearisation, summed by customer, for what happens to one customer several times is no news several times).
/// </summary>
public static class Compare
{
    /// <summary>Fewer than this say nothing.</summary>
    public const int Least = 25;

    // So many must find somebody, and so much of what all who could be compared would tell must be told by those who are.
    private const double Enough = 0.85, EnoughTold = 0.8;

    // What those who came back spent, or an order is worth, is taken to be the same unless it is as clearly different as this, in standard errors (one in a thousand: many comparisons are made): it varies much more than whether they came.
    private const double ClearlyOther = 3.291;

    /// <summary>Compares those who met something with the others. Null where there are too few on one side.</summary>
    /// <param name="ground">The units.</param>
    /// <param name="mark">Met is what has this bit; 0 for what is noted as met.</param>
    /// <param name="alone">Whether only those count as others who have no bit at all.</param>
    /// <param name="byOrder">Whether what is at stake is one order and not the customer: who loses it may have bought others anyway, so that orders are counted and not who came back.</param>
    public static Comparison? Of(Ground ground, ulong mark = 0, bool alone = false, bool byOrder = false)
    {
        // Of some it is known in part when they came back, but not yet all that they spent.
        var (sides, soFar) = (new Side[ground.All.Length], new Side[ground.All.Length]);
        var (met, others) = (0, 0);
        for (var i = 0; i < sides.Length; i++)
        {
            ref readonly var unit = ref ground.All[i];
            soFar[i] = (mark == 0 ? unit.Met : (unit.Marks & mark) != 0) ? Side.Met : !alone || unit.Marks == 0 ? Side.Other : Side.None;
            if (!unit.IsKnown || soFar[i] == Side.None) continue;
            sides[i] = soFar[i];
            if (sides[i] == Side.Met) met++;
            else others++;
        }

        if (met < Least || others < Least) return null;
        var comparable = Cells.Count(ground.Now, ground.OrderNow, sides, History.Levels[^1]).Told;
        for (var level = 0; level < History.Levels.Count; level++)
        {
            var (matched, like, told) = Cells.Count(ground.Now, ground.OrderNow, sides, History.Levels[level]);
            if (level < History.Levels.Count - 1 && (matched < met * Enough || told < comparable * EnoughTold)) continue;
            return matched < Least ? null : Estimate(ground, sides, soFar, met, like, level, byOrder);
        }

        return null;
    }

    private static Comparison Estimate(Ground ground, Side[] sides, Side[] soFar, int met, int others, int level, bool byOrder)
    {
        var shift = History.Levels[level];
        var sums = new Effects(ground.Customers);
        var means = Cells.Differ(ground, sides, level, isPast: false, byOrder ? [Figure.Again, Figure.Value, Figure.Felt, Figure.Orders] : [Figure.Again, Figure.Value, Figure.Felt], sums);
        var (again, value, felt, orders) = (means[0], means[1], means[2], byOrder ? means[3] with { ByChance = 0 } : default);

        // The same people, as they were a while before: did those who were to meet it buy as the others did?
        var before = Cells.Differ(ground, sides, level, isPast: true, [Figure.Before], sums)[0];
        var ratio = byOrder ? null : ReturnRatio.Compare(ground, soFar, shift, sums);
        var spread = sums.Spread();
        var difference = spread.Of(again.Met - again.Others, [(Effects.AgainMet, 1), (Effects.AgainOthers, -1)], again.ByChance);
        var had = before.Matched < Least ? (Estimate?)null : spread.Of(before.Met - before.Others, [(Effects.BeforeMet, 1), (Effects.BeforeOthers, -1)], before.ByChance);
        var (sooner, worth) = (TimeToReturn.Compare(ground, soFar, shift, out var added), byOrder ? ValueOf(orders, Effects.OrdersMet, value, null, spread, out var slopes) : ValueOf(again, Effects.AgainMet, value, ratio, spread, out slopes));
        var hasFelt = felt.Matched >= Least && felt.Like >= Least;
        return new Comparison
        {
            Met = met,
            Matched = again.Matched,
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

    /// <summary>
    /// The difference in what was spent: of all that was, or, where those who came back spent the same each, of how many came back; the same of orders. How many came back is said by the ratio over all the time that is known, unless it is
    /// clearly another than that within the days that are shown.
    /// </summary>
    private static Estimate ValueOf(Difference again, int ofMet, Difference value, double? ratio, Spread spread, out (int Mean, double Slope)[] slopes)
    {
        slopes = [(Effects.ValueMet, 1), (Effects.ValueOthers, -1)];
        var whole = spread.Of(value.Met - value.Others, slopes);
        if (again.Met <= 0 || again.Others <= 0) return whole;
        var (each, other) = (value.Met / again.Met, value.Others / again.Others);
        var apart = spread.Of(
            each - other, [(Effects.ValueMet, 1 / again.Met), (ofMet, -each / again.Met), (Effects.ValueOthers, -1 / again.Others), (ofMet + 1, other / again.Others)]);
        if (Math.Abs(apart.Value) * Normal.Z95 >= ClearlyOther * (apart.High - apart.Value)) return whole;
        if (ratio is { } share)
        {
            var soon = spread.Of((again.Met / again.Others) - share, [(ofMet, 1 / again.Others), (ofMet + 1, -again.Met / again.Others / again.Others), (Effects.Ratio, -1)]);
            if (Math.Abs(soon.Value) * Normal.Z95 < ClearlyOther * (soon.High - soon.Value))
            {
                var (spent, less) = ((value.Met + value.Others) / (1 + share), (share - 1) / (1 + share));
                slopes = [(Effects.ValueMet, less), (Effects.ValueOthers, less), (Effects.Ratio, 2 * spent / (1 + share))];
                return spread.Of(spent * (share - 1), slopes);
            }
        }

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
    /// <summary>How many who met it, and how many others, are in cells with both; and how much they tell: a difference between as many pairs, more or less.</summary>
    public static (int Matched, int Others, double Told) Count(ulong[] histories, int[] order, Side[] sides, int shift)
    {
        var (matched, like, told) = (0, 0, 0.0);
        for (var from = 0; from < histories.Length;)
        {
            var (cell, met, others) = (histories[from] >> shift, 0, 0);
            for (; from < histories.Length && histories[from] >> shift == cell; from++)
            {
                var side = sides[order[from]];
                if (side == Side.Met) met++;
                else if (side == Side.Other) others++;
            }

            if (met > 0 && others > 0) (matched, like, told) = (matched + met, like + others, told + ((double)met * others / (met + others)));
        }

        return (matched, like, told);
    }

    /// <summary>
    /// Holds both sides against each other, cell by cell, by several figures at once, and adds what each customer does to both means of each. Units without a value (NaN) are left out. Only cells that have units of both sides say anything.
    /// </summary>
    public static Difference[] Differ(Ground ground, Side[] sides, int level, bool isPast, ReadOnlySpan<Figure> figures, Effects effects)
    {
        var (histories, order) = isPast ? (ground.Past, ground.OrderPast) : (ground.Now, ground.OrderNow);
        var (totals, sums) = (new Total[figures.Length], new List<Sum>());
        var cells = Match(histories, order, sides, level, out var roundOf);
        Span<Sum> here = stackalloc Sum[figures.Length];
        foreach (var (begin, end, round) in cells)
        {
            here.Clear();
            for (var i = begin; i < end; i++)
            {
                if (!IsOf(round, order[i])) continue;
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

            for (var f = 0; f < here.Length; f++)
            {
                totals[f].Add(here[f]);
                sums.Add(here[f]);
            }
        }

        var means = new Difference[figures.Length];
        for (var f = 0; f < means.Length; f++) means[f] = totals[f].Mean();
        Span<Part> parts = stackalloc Part[figures.Length];
        foreach (var (at, (from, to, round)) in cells.Index())
        {
            for (var f = 0; f < parts.Length; f++) parts[f] = new Part(sums[(at * figures.Length) + f], means[f]);
            for (var i = from; i < to; i++)
            {
                if (!IsOf(round, order[i])) continue;
                var side = sides[order[i]];
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

        bool IsOf(int round, int unit) => sides[unit] == Side.Other || (sides[unit] == Side.Met && roundOf[unit] == round);
    }

    /// <summary>
    /// The cells at a level that have both sides; and, for who met it and is left there without anybody alike, those of the coarser levels one after the other, down to the number of orders: those who are like nobody buy more than others do.
    /// In each cell those are meant who met it and are matched in its round, and all others.
    /// </summary>
    private static List<(int From, int To, int Round)> Match(ulong[] histories, int[] order, Side[] sides, int level, out byte[] roundOf)
    {
        var (cells, rounds, left) = (new List<(int, int, int)>(), new byte[sides.Length], 1);
        var last = Math.Max(level, History.Levels.Count - 2);
        for (var round = level + 1; round <= last + 1 && left > 0; round++)
        {
            var shift = History.Levels[round - 1];
            left = 0;
            for (var from = 0; from < histories.Length;)
            {
                var (key, begin, met, others) = (histories[from] >> shift, from, 0, 0);
                for (; from < histories.Length && histories[from] >> shift == key; from++)
                {
                    var side = sides[order[from]];
                    if (side == Side.Other) others++;
                    else if (side == Side.Met && rounds[order[from]] == 0) met++;
                }

                if (met == 0) continue;
                if (others == 0)
                {
                    left += met;
                    continue;
                }

                cells.Add((begin, from, round));
                for (var i = begin; i < from; i++)
                {
                    if (sides[order[i]] == Side.Met && rounds[order[i]] == 0) rounds[order[i]] = (byte)round;
                }
            }
        }

        roundOf = rounds;
        return cells;
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
