using System.Runtime.InteropServices;

namespace Temas.Timelines.Findings;

/// <summary>A figure with its 95 % interval.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="P">How probable one so far from nothing would be if there was nothing.</param>
public readonly record struct Estimate(double Value, double Low, double High, double P)
{
    /// <summary>Whether it lies clearly on one side.</summary>
    public bool IsClear => Low > 0 || High < 0;
}

/// <summary>Those who met something held against others who were like them before (<see cref="Compare"/>).</summary>
public sealed record Comparison
{
    /// <summary>How many times it was met, as far as what came after is known.</summary>
    public required int Met { get; init; }

    /// <summary>For how many of them somebody like them was found who did not.</summary>
    public required int Matched { get; init; }

    /// <summary>How many others they were held against.</summary>
    public required int Others { get; init; }

    /// <summary>How closely: 0 for all parts of the history, more where parts had to be left out.</summary>
    public required int Level { get; init; }

    /// <summary>Share who bought after, of those who met it, matched.</summary>
    public required double AgainMet { get; init; }

    /// <summary>The same of the others, weighted to be like them.</summary>
    public required double AgainOthers { get; init; }

    /// <summary>What those who met it spent after, on average.</summary>
    public required double ValueMet { get; init; }

    /// <summary>The same of the others.</summary>
    public required double ValueOthers { get; init; }

    /// <summary>Difference of the shares.</summary>
    public required Estimate Again { get; init; }

    /// <summary>Difference of what was spent.</summary>
    public required Estimate Value { get; init; }

    /// <summary>Difference of how they said it was, soon after; null where too few said anything.</summary>
    public required Estimate? Felt { get; init; }

    /// <summary>How those who met it said it was.</summary>
    public required double FeltMet { get; init; }

    /// <summary>How the others did.</summary>
    public required double FeltOthers { get; init; }

    /// <summary>The difference in buying that there was already before: where it is clear, both were different people.</summary>
    public required Estimate? Before { get; init; }

    /// <summary>The difference in buying beyond the one that there was already before (difference in differences); null where that is not known.</summary>
    public required Estimate? Beyond { get; init; }
}

/// <summary>
/// Coarsened exact matching (Iacus, King and Porro 2012): each unit that met something is held against the mean of those of the same cell of history that did not. The cells are the finest in which nearly all of them find somebody.
/// Intervals come from a bootstrap of customers, taken in a thousand groups, or two hundred where there are very many.
/// </summary>
public static class Compare
{
    /// <summary>Fewer than this say nothing.</summary>
    public const int Least = 25;

    private const int Groups = 1000, FewGroups = 200, Many = 50_000;
    private const double Enough = 0.85, EnoughOthers = 0.6;

    // What those who came back spent is taken to be the same unless it is as clearly different as this, in standard errors: it varies much more than whether they came.
    private const double ClearlyOther = 2.576;

    // More others than this make no interval narrower that anybody could see.
    private const int Plenty = 400_000;

    /// <summary>Compares. Null where there are too few on one side.</summary>
    /// <param name="units">The units.</param>
    /// <param name="isMet">Whether one met it.</param>
    /// <param name="isMeant">Which are looked at; null for all.</param>
    /// <param name="times">How often the bootstrap draws.</param>
    public static Comparison? Of(ReadOnlySpan<Unit> units, Func<Unit, bool> isMet, Func<Unit, bool>? isMeant = null, int times = 200)
    {
        var some = new List<(Unit Unit, bool Met)>();
        var (met, keep) = (0, (uint)Math.Max(1, units.Length / Plenty));
        foreach (ref readonly var unit in units)
        {
            if (!unit.IsKnown || (isMeant is not null && !isMeant(unit))) continue;
            var hers = isMet(unit);
            if (!hers && keep > 1 && ((uint)unit.Customer * 0x9E3779B1u >> 12) % keep != 0) continue;
            some.Add((unit, hers));
            if (hers) met++;
        }

        if (met < Least || some.Count - met < Least) return null;
        var all = new Cells(CollectionsMarshal.AsSpan(some), History.Levels[^1]).Others;
        for (var level = 0; level < History.Levels.Count; level++)
        {
            var cells = new Cells(CollectionsMarshal.AsSpan(some), History.Levels[level]);
            if (level < History.Levels.Count - 1 && (cells.Matched < met * Enough || cells.Others < all * EnoughOthers)) continue;
            return cells.Matched < Least ? null : Estimate(some, cells, met, level, times);
        }

        return null;
    }

    private static Comparison Estimate(List<(Unit Unit, bool Met)> some, Cells cells, int met, int level, int times)
    {
        var groups = some.Count > Many ? FewGroups : Groups;
        var past = PastOf(some, level, groups);
        var values = some.Where(u => u.Unit.Value > 0).Select(u => u.Unit.Value).Order().ToArray();

        // One order of a hundred times the usual size must not decide.
        var most = values.Length == 0 ? float.MaxValue : values[(int)((values.Length - 1) * 0.99)];
        var sums = cells.Sum(CollectionsMarshal.AsSpan(some), most, groups);
        var weights = new double[groups];
        Array.Fill(weights, 1);
        var whole = sums.At(weights);
        var wholePast = past?.At(weights);
        var draws = new List<Figures>(times);
        var (pasts, beyond) = (new List<double>(), new List<double>());
        for (var draw = 0; draw < times; draw++)
        {
            Weigh(weights, draw);
            draws.Add(sums.At(weights));
            if (past?.At(weights) is not { } p) continue;
            pasts.Add(p.AgainMet - p.AgainOthers);
            beyond.Add(draws[^1].AgainMet - draws[^1].AgainOthers - pasts[^1]);
        }

        var each = Interval(whole.EachMet - whole.EachOthers, draws.Select(d => d.EachMet - d.EachOthers));
        var isSameEach = Math.Abs(each.Value) * Normal.Z95 < ClearlyOther * (each.High - each.Value);
        double ValueOf(Figures f) => isSameEach ? (f.AgainMet - f.AgainOthers) * f.Each : f.ValueMet - f.ValueOthers;
        var felt = whole.FeltMetCount >= Least && whole.FeltOthersCount >= Least;
        return new Comparison
        {
            Met = met,
            Matched = cells.Matched,
            Others = cells.Others,
            Level = level,
            AgainMet = whole.AgainMet,
            AgainOthers = whole.AgainOthers,
            ValueMet = whole.ValueMet,
            ValueOthers = whole.ValueOthers,
            Again = Interval(whole.AgainMet - whole.AgainOthers, draws.Select(d => d.AgainMet - d.AgainOthers)),
            Value = Interval(ValueOf(whole), draws.Select(ValueOf)),
            Felt = felt ? Interval(whole.FeltMet - whole.FeltOthers, draws.Select(d => d.FeltMet - d.FeltOthers)) : null,
            FeltMet = whole.FeltMet,
            FeltOthers = whole.FeltOthers,
            Before = wholePast is { } w ? Interval(w.AgainMet - w.AgainOthers, pasts) : null,
            Beyond = wholePast is { } b ? Interval(whole.AgainMet - whole.AgainOthers - (b.AgainMet - b.AgainOthers), beyond) : null,
        };
    }

    // The same people, as they were a while before: did those who were to meet it buy as the others did?
    private static Sums? PastOf(List<(Unit Unit, bool Met)> some, int level, int groups)
    {
        var before = some.ConvertAll(u => (u.Unit with { History = u.Unit.Past, Again = u.Unit.Before, Value = 0, Felt = float.NaN }, u.Met));
        var cells = new Cells(CollectionsMarshal.AsSpan(before), History.Levels[level]);
        return cells.Matched < Least ? null : cells.Sum(CollectionsMarshal.AsSpan(before), float.MaxValue, groups);
    }

    private static Estimate Interval(double value, IEnumerable<double> draws)
    {
        var sorted = draws.Where(double.IsFinite).Order().ToArray();
        if (sorted.Length < 20) return new Estimate(value, double.NegativeInfinity, double.PositiveInfinity, 1);
        var mean = sorted.Average();
        var deviation = Math.Sqrt(sorted.Sum(d => (d - mean) * (d - mean)) / (sorted.Length - 1));
        return new Estimate(value, value - (Normal.Z95 * deviation), value + (Normal.Z95 * deviation), deviation == 0 ? (value == 0 ? 1 : 0) : Normal.TwoSided(value / deviation));
    }

    /// <summary>How often each group is drawn: about as often as chance has it, and the same for every comparison.</summary>
    private static void Weigh(double[] weights, int draw)
    {
        var random = new Random(unchecked((draw * 7919) + 17));
        Array.Clear(weights);
        for (var i = 0; i < weights.Length; i++) weights[random.Next(weights.Length)]++;
    }

    private readonly record struct Figures(double AgainMet, double AgainOthers, double ValueMet, double ValueOthers, double FeltMet, double FeltOthers, double FeltMetCount, double FeltOthersCount)
    {
        /// <summary>What those who came back spent, of those who met it.</summary>
        public double EachMet => AgainMet > 0 ? ValueMet / AgainMet : double.NaN;

        /// <summary>The same of the others.</summary>
        public double EachOthers => AgainOthers > 0 ? ValueOthers / AgainOthers : double.NaN;

        /// <summary>The same of both.</summary>
        public double Each => AgainMet + AgainOthers > 0 ? (ValueMet + ValueOthers) / (AgainMet + AgainOthers) : 0;
    }

    /// <summary>The cells of history in which both kinds are.</summary>
    private sealed class Cells
    {
        private readonly ulong mask;
        private readonly Dictionary<ulong, (int Met, int Others)> counts = [];

        public Cells(ReadOnlySpan<(Unit Unit, bool Met)> units, ulong mask)
        {
            this.mask = mask;
            foreach (ref readonly var unit in units)
            {
                ref var count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, unit.Unit.History & mask, out _);
                if (unit.Met) count.Met++;
                else count.Others++;
            }

            foreach (var (met, others) in counts.Values)
            {
                if (met > 0 && others > 0) (Matched, Others) = (Matched + met, Others + others);
            }
        }

        public int Matched { get; }

        public int Others { get; }

        public Sums Sum(ReadOnlySpan<(Unit Unit, bool Met)> units, float most, int groups)
        {
            var numbers = new Dictionary<ulong, int>();
            foreach (var (key, (met, others)) in counts)
            {
                if (met > 0 && others > 0) numbers.Add(key, numbers.Count);
            }

            var sums = new Sums(numbers.Count);
            foreach (ref readonly var unit in units)
            {
                if (!numbers.TryGetValue(unit.Unit.History & mask, out var cell)) continue;
                var group = (int)((uint)(unit.Unit.Customer * 0x9E3779B1u) >> 8) % groups;
                sums.Add(group, cell, unit.Met, unit.Unit.Again, Math.Min(unit.Unit.Value, most), unit.Unit.Felt);
            }

            return sums;
        }
    }

    /// <summary>Sums by group of customers and cell.</summary>
    private sealed class Sums(int cells)
    {
        private readonly Dictionary<(int Group, int Cell), int> places = [];
        private readonly List<Entry> entries = [];

        public void Add(int group, int cell, bool met, bool again, double value, float felt)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(places, (group, cell), out var exists);
            if (!exists)
            {
                place = entries.Count;
                entries.Add(new Entry { Group = group, Cell = cell });
            }

            ref var entry = ref CollectionsMarshal.AsSpan(entries)[place];
            ref var side = ref met ? ref entry.Met : ref entry.Others;
            side.Count++;
            if (again) side.Again++;
            side.Value += value;
            if (float.IsNaN(felt)) return;
            side.Said++;
            side.Felt += felt;
        }

        public Figures At(double[] weights)
        {
            var (met, others) = (new Side[cells], new Side[cells]);
            foreach (ref readonly var entry in CollectionsMarshal.AsSpan(entries))
            {
                var weight = weights[entry.Group];
                if (weight == 0) continue;
                met[entry.Cell].Add(entry.Met, weight);
                others[entry.Cell].Add(entry.Others, weight);
            }

            var (all, said) = (0.0, 0.0);
            var (againMet, againOthers, valueMet, valueOthers, feltMet, feltOthers, feltCount) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
            for (var cell = 0; cell < cells; cell++)
            {
                ref readonly var m = ref met[cell];
                ref readonly var o = ref others[cell];
                if (m.Count > 0 && o.Count > 0)
                {
                    all += m.Count;
                    (againMet, valueMet) = (againMet + m.Again, valueMet + m.Value);
                    (againOthers, valueOthers) = (againOthers + (m.Count * o.Again / o.Count), valueOthers + (m.Count * o.Value / o.Count));
                }

                if (m.Said <= 0 || o.Said <= 0) continue;
                said += m.Said;
                feltMet += m.Felt;
                feltOthers += m.Said * o.Felt / o.Said;
                feltCount += o.Said;
            }

            return new Figures(againMet / all, againOthers / all, valueMet / all, valueOthers / all, feltMet / said, feltOthers / said, said, feltCount);
        }
    }

    private struct Side
    {
        public double Count, Again, Value, Said, Felt;

        public void Add(in Side other, double weight) =>
            (Count, Again, Value, Said, Felt) = (Count + (weight * other.Count), Again + (weight * other.Again), Value + (weight * other.Value), Said + (weight * other.Said), Felt + (weight * other.Felt));
    }

    private struct Entry
    {
        public int Group, Cell;
        public Side Met, Others;
    }
}
