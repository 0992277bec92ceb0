using Temas.Insight.Contracts;

namespace Temas.Insight.Monitors.Judging;

/// <summary>By how much days stood apart from what the days before them let expect: what is made (counts, money) by a factor, everything else by a sum.</summary>
/// <param name="Unit">How the values are read.</param>
/// <param name="By">The factor, or the sum.</param>
internal readonly record struct Shift(IndicatorUnit Unit, double By)
{
    // Of what had nearly come to nothing, nothing can be scaled.
    private const double Least = 0.02;

    // Below this the factor of a day is mostly chance, and that of their sums is not; with so much of a day on both sides it is drawn to one.
    private const double Few = 10, Drawn = 0.5;

    /// <summary>Whether values of a unit are made: twice as many are twice as much.</summary>
    public static bool IsMadeOf(IndicatorUnit unit) => unit is IndicatorUnit.Count or IndicatorUnit.Money;

    /// <summary>The shift of some days, robustly; null where fewer than <paramref name="least"/> of them say something.</summary>
    public static Shift? Of(IEnumerable<Verdict> days, IndicatorUnit unit, int least)
    {
        var isMade = IsMadeOf(unit);
        var all = days.Where(d => !isMade || d.Expected > 0).ToList();
        if (all.Count == 0 || all.Count < least) return null;
        if (!isMade) return new Shift(unit, Robust.Median(all.Select(d => d.Value - d.Expected)));
        return new Shift(unit, unit == IndicatorUnit.Count && Robust.Median(all.Select(d => d.Expected)) < Few
            ? (Robust.Mean(all.Select(d => d.Value)) + (Drawn / all.Count)) / (Robust.Mean(all.Select(d => d.Expected)) + (Drawn / all.Count))
            : Math.Max(0, Robust.Median(all.Select(d => d.Value / d.Expected))));
    }

    /// <summary>Whether everything had come to nothing.</summary>
    public bool IsStandstill => IsMadeOf(Unit) && By < Least;

    /// <summary>This shift, with what lies between two others beside it.</summary>
    public Shift With(Shift from, Shift to) => this with { By = IsMadeOf(Unit) ? By * to.By / from.By : By + to.By - from.By };

    /// <summary>What a value becomes.</summary>
    public double Do(double value) => Within(IsMadeOf(Unit) ? value * By : value + By);

    /// <summary>What a value would have been without it.</summary>
    public double Undo(double value) => Within(IsMadeOf(Unit) ? value / By : value - By);

    /// <summary>A verdict on a value without the shift, as one on the value itself.</summary>
    public Verdict On(double value, Verdict without) => without with { Value = value, Expected = Do(without.Expected), Low = Do(without.Low), High = Do(without.High) };

    // A share stays one.
    private double Within(double value) => Unit == IndicatorUnit.Share ? Math.Clamp(value, 0, 1) : value;
}
