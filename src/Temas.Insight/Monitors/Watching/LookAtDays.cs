using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>Looks at the days that are over and were not looked at: anomalies, thresholds, targets. A day that goes on is held against none that is over.</summary>
internal static class LookAtDays
{
    /// <summary>Of what came while nobody looked, and of the past at the first look, so many days are looked at.</summary>
    public const int CatchUp = 14;

    // What came late belongs to its day, too.
    private const int Grace = 3;

    // So many closed days may lie between open ones.
    private const int MostClosed = 28;

    /// <summary>The last day that is over.</summary>
    public static DateOnly LastClosed(Workspace workspace) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone()).DateTime.AddHours(-Grace)).AddDays(-1);

    /// <summary>Whether there is a day to look at.</summary>
    public static bool IsDue(Workspace workspace) => Due(workspace, LastClosed(workspace)).Count > 0;

    /// <summary>Looks; a problem where nothing can be read at the moment.</summary>
    public static async Task<Problem?> RunAsync(Workspace workspace, IReadOnlyList<Colleague> people, Action<Exception> unexplained, CancellationToken cancel)
    {
        var closed = LastClosed(workspace);
        var due = Due(workspace, closed);
        if (due.Count == 0) return null;
        var (sightings, special) = (new List<Sighting>(), SpecialDays.Of(workspace));
        foreach (var some in due.GroupBy(d => (Where: d.Monitor.Where?.GetRawText(), IsTarget: d.Monitor.Watched == Watched.Target, AskOf(d.Monitor, closed).From)))
        {
            var ask = AskOf(some.First().Monitor, closed);
            var read = await workspace.Part<IIndicators>().ReadManyAsync([.. some.Select(d => d.Indicator.Key).Distinct()], ask, cancel);
            var first = await KnownDays.FirstAsync(workspace, ask, cancel);
            foreach (var (monitor, indicator, subject) in some)
            {
                var of = read[indicator.Key];
                // What is not known yet, be it columns, profiles or promises, is looked at when it is.
                if (of.Problem is { Kind: ProblemKind.Unavailable } problem) return problem;
                IReadOnlyList<Observation> observed = of.IsOk && of.Value.Missing is null && !(subject.SilencedUntil > workspace.Clock.GetUtcNow()) ? Observe(monitor, of.Value.From(first), ask.From, closed, subject, special) : [];
                observed = [.. observed.Where(o => o.Day > closed.AddDays(-CatchUp))];
                observed = await LastYear.LookAgainAsync(workspace, monitor, of.Value.From(first), subject.Widening, observed, special, cancel);
                sightings.Add(new Sighting(monitor, subject with { LastDay = closed }, observed, monitor.CoolDownDays, subject.LastDay?.AddDays(1) ?? closed, indicator.Owner));
            }
        }

        await TakeObservations.RunAsync(workspace, sightings, people, new WhatMoved(news => AskFactors.RunAsync(workspace, news, closed, special, cancel), unexplained), cancel);
        return null;
    }

    /// <summary>What a monitor says of the days of a series that were not looked at, each by what was before it.</summary>
    public static IReadOnlyList<Observation> Observe(MonitorDefinition monitor, IndicatorReading reading, DateOnly from, DateOnly closed, WatchedSubject subject, SpecialDays special)
    {
        if (monitor.Watched == Watched.Target) return Target(monitor, reading, closed) is { } missed ? [missed] : [];
        var observed = new List<Observation>();
        var first = subject.LastDay?.AddDays(1) ?? closed.AddDays(1 - CatchUp);
        for (var day = first; day <= closed; day = day.AddDays(1))
        {
            var at = day.DayNumber - from.DayNumber;
            if (at < 0 || at >= reading.Series.Count) continue;
            var one = monitor.Watched == Watched.Anomaly ? Anomaly(monitor, reading, at, subject.Widening, special) : Threshold(monitor, reading, at, special);
            if (one is not null) observed.Add(one);
        }

        return observed;
    }

    /// <summary>What is asked of indicators for a monitor up to a day.</summary>
    public static IndicatorAsk AskOf(MonitorDefinition monitor, DateOnly closed, int more = CatchUp) =>
        monitor.Watched == Watched.Target ? new IndicatorAsk(closed.AddDays(1 - monitor.Days), closed.AddDays(1), null, monitor.Where) : new IndicatorAsk(closed.AddDays(1 - Back(monitor) - more), closed.AddDays(1), "day", monitor.Where);

    // Of as many days as may have to be open, some are closed.
    private static int Back(MonitorDefinition monitor) => monitor.Watched == Watched.Threshold ? Math.Max(DayJudge.History, monitor.Days + MostClosed) : DayJudge.History;

    private static List<(MonitorDefinition Monitor, Indicator Indicator, WatchedSubject Subject)> Due(Workspace workspace, DateOnly closed)
    {
        var (live, indicators) = (LiveAlerts.Of(workspace), workspace.Part<IIndicators>().All);
        return [.. from monitor in MonitorDefinition.Of(workspace).Values
                   where monitor is { IsOn: true, IsOfIndicators: true }
                   from indicator in monitor.IndicatorsOf(indicators)
                   let subject = live.SubjectOf(monitor.Key, indicator.Key)
                   where subject.LastDay is null || subject.LastDay < closed
                   select (monitor, indicator, subject)];
    }

    private static Observation? Anomaly(MonitorDefinition monitor, IndicatorReading reading, int at, double widening, SpecialDays special)
    {
        var limit = monitor.Limit * widening;
        if (DayJudge.Judge(reading.Series, at, reading.Indicator.Unit, limit, special) is not { } verdict) return null;
        var isBetter = verdict.Score > 0 == reading.Indicator.HigherIsBetter;
        var document = Document(monitor, reading.Indicator, reading.Series[at].From) with
        {
            Value = verdict.Value,
            Expected = verdict.Expected,
            Low = verdict.Low,
            High = verdict.High,
            Score = Math.Round(verdict.Score, 2),
            Limit = limit,
            By = verdict.By,
            IsBetter = isBetter,
            Occasion = special.Season(reading.Series[at].From)?.Of.Label,
        };
        return new Observation(document.Day, verdict.IsBeyond(limit) && monitor.Heeds(verdict.Score, reading.Indicator.HigherIsBetter), document, PlanAlerts.SeverityOf(monitor, verdict.Score, limit, isBetter));
    }

    private static Observation? Threshold(MonitorDefinition monitor, IndicatorReading reading, int at, SpecialDays special)
    {
        var isAbove = monitor.Direction == Direction.Above;
        if (reading.Series[at].Value is not { } value || SaysNothing(reading.Series[at])) return null;
        var days = reading.Series.Take(at + 1).Reverse().Where(p => !SaysNothing(p)).Take(monitor.Days).ToList();
        if (days.Count < monitor.Days) return null;
        var isOff = days.TrueForAll(p => p.Value is { } v && (isAbove ? v > monitor.Threshold : v < monitor.Threshold));
        var document = Document(monitor, reading.Indicator, reading.Series[at].From) with { Value = value, Expected = monitor.Threshold, Days = monitor.Days, IsBetter = isAbove == reading.Indicator.HigherIsBetter };
        return new Observation(document.Day, isOff, document, monitor.Severity ?? Severity.Warning);

        // Where everything is closed, little is no surprise, and no sign that it is over: the days before and after it are next to each other.
        bool SaysNothing(IndicatorPoint p) => special.Feast(p.From)?.IsAllClosed == true && !(isAbove && p.Value > monitor.Threshold);
    }

    // A target that is missed by so little that chance may have done it is not missed yet.
    private static Observation? Target(MonitorDefinition monitor, IndicatorReading reading, DateOnly closed)
    {
        if (reading is not { Value: { } value, Indicator.Target: { } target }) return null;
        var higher = reading.Indicator.HigherIsBetter;
        var isOff = higher ? (reading.High ?? value) < target : (reading.Low ?? value) > target;
        var document = Document(monitor, reading.Indicator, closed) with { Value = value, Expected = target, Low = reading.Low, High = reading.High, Days = monitor.Days, IsBetter = false };
        return new Observation(closed, isOff, document, monitor.Severity ?? (reading.State == IndicatorState.Watch ? Severity.Info : Severity.Warning));
    }

    private static AlertDocument Document(MonitorDefinition monitor, Indicator indicator, DateOnly day)
    {
        var id = AlertDocument.IdOf(monitor.Key, indicator.Key, FigureJson.Day(day));
        return new AlertDocument { Id = id, Group = id, Monitor = monitor.Key, Kind = monitor.Watched, Subject = indicator.Key, Name = indicator.Label, Unit = indicator.Unit, Stage = indicator.Stage, Day = day, LastDay = day };
    }
}
