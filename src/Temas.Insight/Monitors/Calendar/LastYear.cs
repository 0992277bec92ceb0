using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>What a day of the year before says of one that is unusual: pure.</summary>
internal static class LastYear
{
    /// <summary>The same weekday a year before.</summary>
    public const int Back = 364;

    // A season is longer than a day: three days to either side. With fewer of them nothing is said.
    private const int Around = 3, LeastDays = 4;

    // A feast comes once: how far off it was then is as uncertain as how far off it is now.
    private static readonly double OfOne = Math.Sqrt(2);

    // Of what had nearly come to nothing a year before, nothing can be scaled.
    private const double LeastFactor = 0.02;

    /// <summary>The days of the year before that say something of a day.</summary>
    public static IReadOnlyList<DateOnly> DaysFor(DateOnly day, SpecialDays special)
    {
        if (special.Find(day) is { } occasion) return SpecialDays.Before(occasion) is { } then ? [then] : [];
        return [.. Enumerable.Range(-Around, (2 * Around) + 1).Select(i => day.AddDays(i - Back)).Where(d => !special.IsSpecial(d))];
    }

    /// <summary>
    /// The verdict with what was so a year before as well: nothing is unusual from what the weeks before let expect to what follows when the day stands to them as it did then. Null where nothing is known of then.
    /// </summary>
    /// <param name="now">The series, up to the day.</param>
    /// <param name="at">Which of it.</param>
    /// <param name="then">The series of the year before.</param>
    /// <param name="unit">How the value is read.</param>
    /// <param name="limit">How many standard deviations are nothing unusual.</param>
    /// <param name="special">The days that are special ones.</param>
    public static (Verdict Verdict, double Expected)? Judge(IReadOnlyList<IndicatorPoint> now, int at, IReadOnlyList<IndicatorPoint> then, IndicatorUnit unit, double limit, SpecialDays special)
    {
        if (then.Count == 0 || DayJudge.Judge(now, at, unit, limit, special) is not { } verdict) return null;
        var (days, isSpecial) = (DaysFor(now[at].From, special), special.IsSpecial(now[at].From));
        var isMade = unit is IndicatorUnit.Count or IndicatorUnit.Money;
        var moves = new List<double>();
        foreach (var i in days.Select(d => d.DayNumber - then[0].From.DayNumber).Where(i => i >= 0 && i < then.Count))
        {
            if (DayJudge.Judge(then, i, unit, limit, special) is { } was && (!isMade || was.Expected > 0)) moves.Add(isMade ? Math.Max(0, was.Value / was.Expected) : was.Value - was.Expected);
        }

        if (moves.Count < (isSpecial ? 1 : LeastDays)) return null;
        var move = Robust.Median(moves);
        var expected = isMade ? verdict.Expected * move : verdict.Expected + move;
        // What stood still then may stand still now, and anything between that and a day like others.
        if (isMade && move < LeastFactor) return (verdict.Score < 0 ? verdict with { Score = 0, Low = 0 } : verdict, expected);
        double Undo(double value) => isMade ? value / move : value - move;
        double Do(double value) => isMade ? value * move : value + move;
        if (DayJudge.Judge([.. now.Take(at), now[at] with { Value = Undo(verdict.Value) }], at, unit, limit, special) is not { } season) return null;
        var (one, two) = (verdict.Score, isSpecial ? season.Score / OfOne : season.Score);
        var score = Math.Sign(one) != Math.Sign(two) ? 0 : Math.Abs(one) < Math.Abs(two) ? one : two;
        return (verdict with { Score = score, Low = Math.Min(verdict.Low, Do(season.Low)), High = Math.Max(verdict.High, Do(season.High)) }, expected);
    }

    /// <summary>
    /// Looks at unusual days again with what was so a year before. What comes of the season or of a feast as it did then is none; of a special day of which nothing is known of then, nothing is said. Reads only where something is unusual.
    /// </summary>
    public static async Task<IReadOnlyList<Observation>> LookAgainAsync(
        Workspace workspace, MonitorDefinition monitor, IndicatorReading reading, double widening, IReadOnlyList<Observation> observed, SpecialDays special, CancellationToken cancel)
    {
        if (monitor.Watched != Watched.Anomaly || !observed.Any(o => o.IsOff)) return observed;
        var (looked, limit) = (new List<Observation>(observed.Count), monitor.Limit * widening);
        foreach (var o in observed)
        {
            if (!o.IsOff)
            {
                looked.Add(o);
                continue;
            }

            var occasion = special.Find(o.Day);
            var (at, days) = (o.Day.DayNumber - reading.Series[0].From.DayNumber, DaysFor(o.Day, special));
            var again = days.Count == 0 ? null : Judge(reading.Series, at, await ThenAsync(workspace, monitor, reading.Indicator.Key, days, cancel), reading.Indicator.Unit, limit, special);
            if (again is not { } known)
            {
                if (occasion is null) looked.Add(o);
                continue;
            }

            var (verdict, expected) = known;
            looked.Add(o with
            {
                IsOff = verdict.IsBeyond(limit),
                Document = o.Document with { Score = Math.Round(verdict.Score, 2), Low = verdict.Low, High = verdict.High, LastYear = expected, Occasion = occasion?.Of.Label },
                Severity = PlanAlerts.SeverityOf(monitor, verdict.Score, limit, o.Document.IsBetter == true),
            });
        }

        return looked;
    }

    private static async Task<IReadOnlyList<IndicatorPoint>> ThenAsync(Workspace workspace, MonitorDefinition monitor, string key, IReadOnlyList<DateOnly> days, CancellationToken cancel)
    {
        var ask = new IndicatorAsk(days.Min().AddDays(-DayJudge.History), days.Max().AddDays(1), "day", monitor.Where);
        var read = await workspace.Part<IIndicators>().ReadAsync(key, ask, cancel);
        return read is { IsOk: true, Value: { Missing: null } then } ? then.From(await KnownDays.FirstAsync(workspace, ask, cancel)).Series : [];
    }
}
