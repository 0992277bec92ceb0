using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>What a day of the year before says of one that is unusual: pure but for what is read.</summary>
internal static class LastYear
{
    /// <summary>The same weekday a year before.</summary>
    public const int Back = 364;

    // A time of the year is longer than a day: three days to either side. With fewer of them nothing is said.
    private const int Around = 3, LeastDays = 4;

    // A feast comes once: how far off it was then is as uncertain as how far off it is now.
    private static readonly double OfOne = Math.Sqrt(2);

    /// <summary>The days of the year before that say something of a day.</summary>
    public static IReadOnlyList<DateOnly> DaysFor(DateOnly day, SpecialDays special)
    {
        if (special.Season(day) is { } season) return SeasonDays.DaysFor(season);
        if (special.Feast(day) is { } feast) return SpecialDays.Before(feast) is { } then ? [then] : [];
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
        if (special.Season(now[at].From) is { } season) return SeasonDays.Judge(now, at, then, unit, limit, special, season) is { } asThen ? (asThen, asThen.Expected) : null;
        if (then.Count == 0 || DayJudge.Judge(now, at, unit, limit, special) is not { } verdict) return null;
        var (days, isFeast) = (DaysFor(now[at].From, special), special.Feast(now[at].From) is not null);
        var was = days.Select(d => d.DayNumber - then[0].From.DayNumber).Where(i => i >= 0 && i < then.Count).Select(i => DayJudge.Judge(then, i, unit, limit, special)).OfType<Verdict>();
        if (Shift.Of(was, unit, isFeast ? 1 : LeastDays) is not { } shift) return null;
        var expected = shift.Do(verdict.Expected);
        // What stood still then may stand still now, and anything between that and a day like others.
        if (shift.IsStandstill) return (verdict.Score < 0 ? verdict with { Score = 0, Low = 0 } : verdict, expected);
        if (DayJudge.ByDaysLikeOthers(now, at, unit, limit, special, shift.Undo(verdict.Value)) is not { } without) return null;
        return (Verdict.Between(verdict, shift.On(verdict.Value, isFeast ? without.LessSure(OfOne) : without)), expected);
    }

    /// <summary>
    /// Looks at unusual days, and at the first days of a season, again with what was so a year before. What comes of the time of the year or of a feast as it did then is none; of a feast of which nothing is known of then, nothing is said. Reads only what is needed.
    /// </summary>
    public static async Task<IReadOnlyList<Observation>> LookAgainAsync(
        Workspace workspace, MonitorDefinition monitor, IndicatorReading reading, double widening, IReadOnlyList<Observation> observed, SpecialDays special, CancellationToken cancel)
    {
        if (monitor.Watched != Watched.Anomaly || !observed.Any(IsAsked)) return observed;
        var (looked, limit, of) = (new List<Observation>(observed.Count), monitor.Limit * widening, reading.Indicator);
        foreach (var o in observed)
        {
            if (!IsAsked(o))
            {
                looked.Add(o);
                continue;
            }

            var (feast, days) = (special.Feast(o.Day), DaysFor(o.Day, special));
            var at = o.Day.DayNumber - reading.Series[0].From.DayNumber;
            var again = days.Count == 0 ? null : Judge(reading.Series, at, await ThenAsync(workspace, monitor, of.Key, days, cancel), of.Unit, limit, special);
            if (again is not { } known)
            {
                if (feast is null) looked.Add(o);
                continue;
            }

            var (verdict, expected) = known;
            var isBetter = verdict.Score > 0 == of.HigherIsBetter;
            looked.Add(o with
            {
                IsOff = verdict.IsBeyond(limit) && monitor.Heeds(verdict.Score, of.HigherIsBetter) && !(verdict.Score < 0 && feast?.IsAllClosed == true),
                Document = o.Document with
                {
                    Expected = special.Season(o.Day) is null ? o.Document.Expected : verdict.Expected,
                    Score = Math.Round(verdict.Score, 2),
                    Low = verdict.Low,
                    High = verdict.High,
                    LastYear = expected,
                    IsBetter = isBetter,
                    Occasion = special.Find(o.Day)?.Of.Label,
                },
                Severity = PlanAlerts.SeverityOf(monitor, verdict.Score, limit, isBetter),
            });
        }

        return looked;

        // In its first days a season is known by the one before alone.
        bool IsAsked(Observation o) => o.IsOff || special.Season(o.Day)?.Offset < SeasonDays.Learned;
    }

    private static async Task<IReadOnlyList<IndicatorPoint>> ThenAsync(Workspace workspace, MonitorDefinition monitor, string key, IReadOnlyList<DateOnly> days, CancellationToken cancel)
    {
        var ask = new IndicatorAsk(days.Min().AddDays(-DayJudge.History), days.Max().AddDays(1), "day", monitor.Where);
        var read = await workspace.Part<IIndicators>().ReadAsync(key, ask, cancel);
        return read is { IsOk: true, Value: { Missing: null } then } ? then.From(await KnownDays.FirstAsync(workspace, ask, cancel)).Series : [];
    }
}
