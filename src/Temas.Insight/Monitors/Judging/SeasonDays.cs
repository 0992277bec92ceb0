using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Calendar;

namespace Temas.Insight.Monitors.Judging;

/// <summary>
/// Judges a day of a season that moves through the year (Ramadan): pure. What the weeks before it let expect is shifted by as much as the season's own last days were, robustly; so its change of level is no alert, and what is unlike the season is one. In its
/// first days, of which that is not known, a half to twice as much is nothing unusual; with what is known of the season before, what lies between a day like others and that.
/// </summary>
internal static class SeasonDays
{
    /// <summary>So many days of a season have to be known before they say what it is like.</summary>
    public const int Learned = 4;

    /// <summary>By so many of its last days it is judged.</summary>
    public const int Newest = 10;

    // Days to either side of the same day of the season before.
    private const int Around = 3;

    // Days of a season may scatter more than others, so many times as much at most; what that is takes so many days to see.
    private const int EnoughForScatter = 7;
    private const double MostScatter = 2, FirstFactor = 2, FirstSpreads = 2;

    // The variance of a median of n is so much that of one value, over n.
    private const double OfMedian = Math.PI / 2;

    /// <summary>The verdict by this season alone.</summary>
    public static Verdict? Judge(IReadOnlyList<IndicatorPoint> series, int at, IndicatorUnit unit, double limit, SpecialDays special, Occasion season)
    {
        if (DayJudge.ByDaysLikeOthers(series, at, unit, limit, special, null) is not { } plain) return null;
        var days = DaysOf(series, at - Newest, at - 1, unit, limit, special, season);
        return Shift.Of(days, unit, Learned) is { } shift ? By(series, at, unit, limit, special, shift, days) ?? plain : First(plain, series, at, unit, limit, special);
    }

    /// <summary>The verdict with what the season before says, too; null where nothing is known of that.</summary>
    /// <param name="now">The series, up to the day.</param>
    /// <param name="at">Which of it.</param>
    /// <param name="then">The series of the season before and the weeks before that.</param>
    /// <param name="unit">How the value is read.</param>
    /// <param name="limit">How many standard deviations are nothing unusual.</param>
    /// <param name="special">The days that are special ones.</param>
    /// <param name="season">Which season the day is in.</param>
    public static Verdict? Judge(IReadOnlyList<IndicatorPoint> now, int at, IReadOnlyList<IndicatorPoint> then, IndicatorUnit unit, double limit, SpecialDays special, Occasion season)
    {
        if (then.Count == 0 || SpecialDays.Before(season) is not { } same || special.Season(same) is not { } before) return null;
        var index = same.DayNumber - then[0].From.DayNumber;
        if (Shift.Of(DaysOf(then, index - Around, index + Around, unit, limit, special, before), unit, Learned) is not { IsStandstill: false } was) return null;
        if (DayJudge.ByDaysLikeOthers(now, at, unit, limit, special, null) is not { } plain) return null;
        var days = DaysOf(now, at - Newest, at - 1, unit, limit, special, season);
        if (Shift.Of(days, unit, Learned) is not { } shift)
            return By(now, at, unit, limit, special, was, []) is { } asThen ? Verdict.Between(asThen, plain) : null;
        if (By(now, at, unit, limit, special, shift, days) is not { } byNow) return null;

        // The season has a course of its own: the last ten days before a feast are not like its first.
        return Shift.Of(DaysOf(then, index - Newest, index - 1, unit, limit, special, before), unit, Learned) is { IsStandstill: false } earlier && By(now, at, unit, limit, special, shift.With(earlier, was), days) is { } onCourse
            ? Verdict.Between(onCourse, byNow) : null;
    }

    /// <summary>The days of the series of the year before that are asked for a day.</summary>
    public static IReadOnlyList<DateOnly> DaysFor(Occasion season) => SpecialDays.Before(season) is { } same ? [.. Enumerable.Range(-Newest, Newest + Around + 1).Select(same.AddDays)] : [];

    // Days of one season, each by what was before it.
    private static List<Verdict> DaysOf(IReadOnlyList<IndicatorPoint> series, int from, int to, IndicatorUnit unit, double limit, SpecialDays special, Occasion season) =>
        [.. Enumerable.Range(Math.Max(0, from), Math.Max(0, Math.Min(to, series.Count - 1) - Math.Max(0, from) + 1))
            .Where(i => special.Season(series[i].From) is { } of && of.First == season.First && of.Of.Key == season.Of.Key)
            .Select(i => DayJudge.ByDaysLikeOthers(series, i, unit, limit, special, null)).OfType<Verdict>()];

    private static Verdict? By(IReadOnlyList<IndicatorPoint> series, int at, IndicatorUnit unit, double limit, SpecialDays special, Shift shift, List<Verdict> days)
    {
        // What stands still in the season may do so today, and anything between that and a day like others.
        if (shift.IsStandstill) return DayJudge.ByDaysLikeOthers(series, at, unit, limit, special, null) is { } like ? Verdict.Between(like with { Expected = 0, Low = 0, Score = Math.Max(0, like.Score) }, like) : null;
        var value = series[at].Value!.Value;
        return DayJudge.ByDaysLikeOthers(series, at, unit, limit, special, shift.Undo(value)) is { } without ? shift.On(value, without.LessSure(Math.Max(Unsure(days, shift, limit), ByChance(without, shift, limit)))) : null;
    }

    /// <summary>How much less sure it is: the shift is a median of few days, and days of the season may scatter more than others.</summary>
    private static double Unsure(List<Verdict> days, Shift shift, double limit)
    {
        var known = Math.Sqrt(1 + (OfMedian / Math.Max(1, days.Count)));
        if (days.Count < EnoughForScatter) return known;
        var left = days.Select(d => (shift.Undo(d.Value) - d.Expected) * 2 * limit / (d.High - d.Low)).Where(double.IsFinite).ToList();
        return known * Math.Clamp(Robust.Spread(left), 1, MostScatter);
    }

    // Fewer scatter more by chance: of a count that the season divides, the part of the variance that is chance (its mean) is so many times as large when that is undone.
    private static double ByChance(Verdict without, Shift shift, double limit)
    {
        if (shift.Unit != IndicatorUnit.Count || shift.By >= 1) return 1;
        var spread = (without.High - without.Low) / (2 * limit);
        return spread > 0 ? Math.Sqrt(1 + (Math.Min(1, without.Expected / (spread * spread)) * ((1 / shift.By) - 1))) : 1;
    }

    private static Verdict First(Verdict plain, IReadOnlyList<IndicatorPoint> series, int at, IndicatorUnit unit, double limit, SpecialDays special)
    {
        if (!Shift.IsMadeOf(unit)) return plain.LessSure(FirstSpreads);
        var (half, twice) = (By(series, at, unit, limit, special, new Shift(unit, 1 / FirstFactor), []), By(series, at, unit, limit, special, new Shift(unit, FirstFactor), []));
        return half is null || twice is null ? plain : Verdict.Between(plain, half, twice);
    }
}
