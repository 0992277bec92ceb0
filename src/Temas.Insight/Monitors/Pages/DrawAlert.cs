using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Pages;

/// <summary>The days around an alert, with what was expected of each, and the customers behind its last day.</summary>
internal static class DrawAlert
{
    private const int After = 7;

    public static async Task<(List<AlertChart.ChartDay> Days, string? Behind)> RunAsync(Workspace workspace, KeptAlert alert, MonitorDefinition? monitor, WatchedSubject subject, int shown, CancellationToken cancel)
    {
        var d = alert.Document;
        if (d.Kind == Watched.Stopped) return (Arrived(workspace, d), null);
        var indicators = (WorkspaceIndicators)workspace.Part<IIndicators>();
        if (d.Unit is null || indicators.Definitions.GetValueOrDefault(d.Subject) is not { } definition) return ([], null);
        var closed = LookAtDays.LastClosed(workspace);
        var last = d.LastDay.AddDays(After) < closed ? d.LastDay.AddDays(After) : closed;
        if (last < d.LastDay) last = d.LastDay;
        var ask = new IndicatorAsk(last.AddDays(1 - shown - DayJudge.History), last.AddDays(1), "day", monitor?.Where);
        var read = await indicators.ReadAsync(definition, ask, cancel);
        var behind = indicators.Behind(definition, new IndicatorAsk(d.Kind == Watched.Target ? d.LastDay.AddDays(1 - (d.Days ?? 1)) : d.LastDay, d.LastDay.AddDays(1), null, monitor?.Where))?.GetRawText();
        if (!read.IsOk || read.Value.Missing is not null || read.Value.Series.Count < shown) return ([], behind);
        var days = Days(read.Value.From(await KnownDays.FirstAsync(workspace, ask, cancel)), shown, d.Kind == Watched.Anomaly ? (d.Limit ?? DayLimits.Usual) : null, SpecialDays.Of(workspace));
        return ([.. days.Select(day => day with { IsOff = day.Day >= d.Day && day.Day <= d.LastDay && d.Kind != Watched.Target, Expected = d.Kind == Watched.Anomaly ? day.Expected : d.Expected })], behind);
    }

    /// <summary>The last days of a series, each with what was expected of it; without a limit nothing was.</summary>
    public static List<AlertChart.ChartDay> Days(IndicatorReading reading, int shown, double? limit, SpecialDays special)
    {
        var days = new List<AlertChart.ChartDay>(shown);
        for (var i = Math.Max(0, reading.Series.Count - shown); i < reading.Series.Count; i++)
        {
            var verdict = limit is { } l ? DayJudge.Judge(reading.Series, i, reading.Indicator.Unit, l, special) : null;
            days.Add(new AlertChart.ChartDay(reading.Series[i].From, reading.Series[i].Value, verdict?.Expected, verdict?.Low, verdict?.High, limit is { } of && verdict?.IsBeyond(of) == true));
        }

        return days;
    }

    private static List<AlertChart.ChartDay> Arrived(Workspace workspace, AlertDocument d)
    {
        if (LiveAlerts.Of(workspace).Pulse.Find(d.Subject) is not { } hours) return [];
        var zone = WorkspaceSettings.Of(workspace).Zone();
        var sums = new SortedDictionary<DateOnly, double>();
        for (var i = 0; i < hours.Counts.Count; i++)
        {
            var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds((hours.First + i) * 3600), zone).DateTime);
            sums[day] = sums.GetValueOrDefault(day) + hours.Counts[i];
        }

        for (var day = sums.Keys.Last(); day <= d.LastDay; day = day.AddDays(1)) sums.TryAdd(day, 0);
        return [.. sums.TakeLast(35).Select(s => new AlertChart.ChartDay(s.Key, s.Value, null, null, null, s.Key >= d.Day && s.Key <= d.LastDay))];
    }
}
