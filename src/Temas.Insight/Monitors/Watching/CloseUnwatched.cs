using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>Closes alerts that no look can close any more: their monitor is off or gone, or what they are about is not watched now. An outage that nobody watches would be what everything comes of, for ever.</summary>
internal static class CloseUnwatched
{
    /// <summary>Why an alert is over that nothing says is as usual again; in its story, and told to webhooks.</summary>
    public const string Reason = "unwatched";

    /// <summary>Closes them. How many there were.</summary>
    public static async Task<int> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var live = LiveAlerts.Of(workspace);
        await live.LoadAsync(cancel);
        var active = live.All.Values.Where(a => a.IsActive).ToList();
        if (active.Count == 0) return 0;
        var names = active.Exists(a => a.Document.Kind == Watched.Stopped) ? await LookAtSilence.NamesAsync(workspace, cancel) : new Dictionary<string, string>();
        var (monitors, indicators, now) = (MonitorDefinition.Of(workspace), workspace.Part<IIndicators>().All, workspace.Clock.GetUtcNow());
        var over = active.Where(a => !IsWatched(live, a, monitors.GetValueOrDefault(a.Document.Monitor), indicators, names, now)).Select(a => a.Document.Id).ToList();
        if (over.Count == 0) return 0;
        return await live.ChangeAsync(changes =>
        {
            foreach (var alert in over.Select(live.All.GetValueOrDefault).OfType<KeptAlert>().Where(a => a.IsActive))
            {
                var closed = alert with { State = AlertState.Closed, ChangedAt = now, ClosedAt = now };
                changes.Alerts.Add(closed);
                changes.Lines.Add((alert.Document.Id, new AlertLine(now, "system", Reason, "")));
                if (alert.CausedBy is null) changes.Events.Add(live.Tell(LiveAlerts.Closed, closed, Reason));
            }

            return Task.FromResult(changes.Alerts.Count);
        }, cancel);
    }

    private static bool IsWatched(LiveAlerts live, KeptAlert alert, MonitorDefinition? monitor, IReadOnlyDictionary<string, Indicator> indicators, IReadOnlyDictionary<string, string> names, DateTimeOffset now)
    {
        var d = alert.Document;
        if (monitor is not { IsOn: true } || monitor.Watched != d.Kind) return false;
        var subject = live.SubjectOf(d.Monitor, d.Subject);
        // Of an indicator that has no value any more nothing can be said, neither that it is off nor that it is as usual.
        if (monitor.IsOfIndicators) return monitor.IndicatorsOf(indicators).Any(i => i.Key == d.Subject) && !(subject.LastDay > d.LastDay.AddDays(LookAtDays.CatchUp));
        return d.Kind != Watched.Stopped || (LookAtSilence.Watches(monitor, d.Subject, names) && live.Pulse.Find(d.Subject) is { } counts && Silence.IsKnown(counts));
    }
}
