using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Calendar;

namespace Temas.Insight.Monitors.Judging;

/// <summary>By which rule a day was judged.</summary>
public enum JudgedBy
{
    /// <summary>Median, season, trend and the spread of what is left.</summary>
    Spread,

    /// <summary>The limits of a small count.</summary>
    Count,

    /// <summary>The limits of a share of few.</summary>
    Share,
}

/// <summary>What was expected of a day, and what came.</summary>
/// <param name="Value">What came.</param>
/// <param name="Expected">What was expected.</param>
/// <param name="Low">Lower end of what would have been nothing unusual.</param>
/// <param name="High">Upper end.</param>
/// <param name="Score">How far off it is, as a number of standard deviations of a normal distribution that is exceeded as seldom; below 0 where it is less than expected.</param>
/// <param name="By">The rule.</param>
public sealed record Verdict(double Value, double Expected, double Low, double High, double Score, JudgedBy By)
{
    /// <summary>Whether it is further off than a limit.</summary>
    public bool IsBeyond(double limit) => Math.Abs(Score) > limit;

    /// <summary>What several expectations say of one value: whatever lies between them is nothing unusual. What was expected is that of the first.</summary>
    internal static Verdict Between(params IReadOnlyList<Verdict> all)
    {
        var nearest = all.MinBy(v => Math.Abs(v.Score))!;
        return all[0] with
        {
            Score = all.Any(v => Math.Sign(v.Score) != Math.Sign(nearest.Score)) ? 0 : nearest.Score,
            Low = all.Min(v => v.Low),
            High = all.Max(v => v.High),
        };
    }

    /// <summary>The same, so many times less sure.</summary>
    internal Verdict LessSure(double times) => this with { Score = Score / times, Low = Expected - (times * (Expected - Low)), High = Expected + (times * (High - Expected)) };
}

/// <summary>
/// Judges a day of a series by the twelve weeks before it, and by nothing that came later (docs/monitors.md has the formulas). It is a pure function: the order in which events came, and how often it is asked, change nothing.
/// </summary>
internal static class DayJudge
{
    /// <summary>The days that a day is held against.</summary>
    public const int History = 84;

    /// <summary>With fewer of them that have a value nothing is said.</summary>
    public const int LeastHistory = 21;

    // So long after a season the weeks before it and those of it are both a measure.
    private const int Settling = 14;

    // From here on the distribution of a count is so near to a normal one that its spread is better known from the data.
    private const double SmallCount = 40, SmallShare = 25, LeastSample = 5;

    /// <summary>The verdict on point <paramref name="at"/>; null where nothing can be said: too little history, no value, or a value of too few.</summary>
    /// <param name="series">Days without gaps, oldest first.</param>
    /// <param name="at">Which of them.</param>
    /// <param name="unit">How the value is read.</param>
    /// <param name="limit">How many standard deviations are nothing unusual, for the ends of what was expected.</param>
    /// <param name="special">Days that are no measure for others; null for none.</param>
    public static Verdict? Judge(IReadOnlyList<IndicatorPoint> series, int at, IndicatorUnit unit, double limit, SpecialDays? special = null)
    {
        if (special is null || series[at].Value is not { } value) return ByDaysLikeOthers(series, at, unit, limit, null, null);
        var day = series[at].From;
        if (special.Season(day) is { } season) return SeasonDays.Judge(series, at, unit, limit, special, season);
        var verdict = ByDaysLikeOthers(series, at, unit, limit, special, null);
        // A season that is just over may have left what it was like; what lies between that and the weeks before it is nothing unusual.
        bool IsOfSeason(int back) => special.Season(day.AddDays(-back)) is not null;
        if (verdict?.IsBeyond(limit) != true || special.Feast(day) is not null || !Enumerable.Range(1, Settling).Any(IsOfSeason) || Enumerable.Range(1, History).Count(IsOfSeason) < LeastHistory) return verdict;
        return ByDays(series, at, unit, limit, d => special.Season(d) is null, value) is { } bySeason ? Verdict.Between(verdict, bySeason) : verdict;
    }

    /// <summary>The verdict by the days that are neither special nor of a season, unless too few are left; on another value than the day's own where one is given.</summary>
    internal static Verdict? ByDaysLikeOthers(IReadOnlyList<IndicatorPoint> series, int at, IndicatorUnit unit, double limit, SpecialDays? special, double? value) =>
        (value ?? series[at].Value) is { } judged ? ByDays(series, at, unit, limit, special is null ? _ => false : special.IsSpecial, judged) : null;

    private static Verdict? ByDays(IReadOnlyList<IndicatorPoint> series, int at, IndicatorUnit unit, double limit, Func<DateOnly, bool> isNoMeasure, double value)
    {
        var past = new List<Day>(History);
        for (var i = Math.Max(0, at - History); i < at; i++)
        {
            if (series[i].Value is { } v) past.Add(new Day(i - at, ((i % 7) + 7) % 7, v, series[i].Sample));
        }

        // What began later was none before: as long as enough is known of it since, that is its past.
        if (unit is IndicatorUnit.Count or IndicatorUnit.Money && past.FindIndex(d => d.Value != 0) is > 0 and var begun && past.Count - begun >= LeastHistory) past.RemoveRange(0, begun);
        if (past.Count < LeastHistory) return null;
        var measures = past.FindAll(d => !isNoMeasure(series[at + d.At].From));
        if (measures.Count >= LeastHistory) past = measures;
        var today = new Day(0, at % 7, value, series[at].Sample);
        return unit switch
        {
            IndicatorUnit.Count => past.All(d => d.Value >= 0 && d.Value == Math.Floor(d.Value)) && Robust.Mean(past.Select(d => d.Value)) < SmallCount ? SmallNumbers.Count(past, today, limit) : Forecast.Judge(past, today, limit, expected => Math.Sqrt(Math.Max(0, expected)), unit),
            IndicatorUnit.Share => Share(past, today, limit),
            IndicatorUnit.Money => Forecast.Judge(past, today, limit, _ => 0, unit),
            _ => today.Sample < LeastSample ? null : Forecast.Judge(past, today, limit, _ => 0, unit),
        };
    }

    private static Verdict? Share(List<Day> past, Day today, double limit)
    {
        if (today.Sample < LeastSample) return null;
        // A share of nobody knows is a value like any other.
        if (past.Exists(d => d.Value is < 0 or > 1) || past.Sum(d => d.Sample) == 0) return Forecast.Judge(past, today, limit, _ => 0, IndicatorUnit.Share);
        var (share, typical) = (past.Sum(d => d.Value * d.Sample) / past.Sum(d => d.Sample), Robust.Median(past.Select(d => (double)d.Sample)));
        return Math.Min(typical, today.Sample) * share * (1 - share) < SmallShare
            ? SmallNumbers.Share(past, today, limit)
            : Forecast.Judge(past, today, limit, expected => Math.Clamp(expected, 0, 1) is var p ? Math.Sqrt(p * (1 - p) / today.Sample) : 0, IndicatorUnit.Share);
    }
}

/// <summary>A day of a series.</summary>
/// <param name="At">How many days before the one that is judged; below 0.</param>
/// <param name="Weekday">Which of seven: what is seven days apart has the same.</param>
/// <param name="Value">Its value.</param>
/// <param name="Sample">Of how many.</param>
internal readonly record struct Day(int At, int Weekday, double Value, long Sample);
