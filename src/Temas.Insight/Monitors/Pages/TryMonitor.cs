using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Pages;

/// <summary>What a monitor would have said of the past of an indicator.</summary>
/// <param name="Indicator">The indicator.</param>
/// <param name="Days">The days that were looked at, with what was expected of them.</param>
/// <param name="Alerts">What would have been alerts: the first day and the last of each.</param>
internal sealed record MonitorTrial(Indicator Indicator, IReadOnlyList<AlertChart.ChartDay> Days, IReadOnlyList<(DateOnly From, DateOnly To)> Alerts);

/// <summary>Tries a monitor on the past before it is kept: the same rule, day by day, each by what was before it.</summary>
internal static class TryMonitor
{
    /// <summary>Days that are looked at.</summary>
    public const int Looked = 90;

    private const int MostIndicators = 3;

    /// <summary>Tries it on the first indicators that have something to say.</summary>
    public static async Task<Result<IReadOnlyList<MonitorTrial>>> RunAsync(Workspace workspace, MonitorDefinition monitor, CancellationToken cancel)
    {
        var (closed, part) = (LookAtDays.LastClosed(workspace), workspace.Part<IIndicators>());
        var keys = monitor.IndicatorsOf(part.All).Select(i => i.Key).Take(MostIndicators * 3).ToList();
        if (keys.Count == 0 || monitor.Watched == Watched.Target) return new List<MonitorTrial>();
        var ask = LookAtDays.AskOf(monitor, closed, Looked);
        var read = await part.ReadManyAsync(keys, ask, cancel);
        var (trials, first, special) = (new List<MonitorTrial>(), await KnownDays.FirstAsync(workspace, ask, cancel), SpecialDays.Of(workspace));
        foreach (var key in keys)
        {
            if (read[key].Problem is { } problem)
            {
                if (problem.Code is "columns_loading" or "profiles_loading") return problem;
                continue;
            }

            if (read[key].Value.From(first) is not { Missing: null } reading || reading.Series.All(p => p.Value is null)) continue;
            var subject = new WatchedSubject(monitor.Key, key, closed.AddDays(-Looked), 1, null);
            var observed = await LastYear.LookAgainAsync(workspace, monitor, reading, 1, LookAtDays.Observe(monitor, reading, ask.From, closed, subject, special), special, cancel);
            var off = observed.Where(o => o.IsOff).Select(o => o.Day).ToHashSet();
            var days = DrawAlert.Days(reading, Looked, monitor.Watched == Watched.Anomaly ? monitor.Limit : null, special)
                .ConvertAll(d => d with { IsOff = off.Contains(d.Day), Expected = monitor.Watched == Watched.Threshold ? monitor.Threshold : d.Expected });
            trials.Add(new MonitorTrial(reading.Indicator, days, Runs(off)));
            if (trials.Count == MostIndicators) break;
        }

        return trials;
    }

    private static List<(DateOnly From, DateOnly To)> Runs(HashSet<DateOnly> off)
    {
        var runs = new List<(DateOnly From, DateOnly To)>();
        foreach (var day in off.Order())
        {
            if (runs.Count > 0 && runs[^1].To.AddDays(1) == day) runs[^1] = (runs[^1].From, day);
            else runs.Add((day, day));
        }

        return runs;
    }
}
