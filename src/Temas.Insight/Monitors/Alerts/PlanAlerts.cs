using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;

namespace Temas.Insight.Monitors.Alerts;

/// <summary>What a day, or a silence, says of something that is watched.</summary>
/// <param name="Day">The day.</param>
/// <param name="IsOff">Whether it is what the monitor watches for.</param>
/// <param name="Document">What an alert would say of it; its id and group are filled in.</param>
/// <param name="Severity">How much it presses.</param>
internal sealed record Observation(DateOnly Day, bool IsOff, AlertDocument Document, Severity Severity);

/// <summary>What becomes of the alerts of one thing that is watched.</summary>
/// <param name="Alerts">Those that are new or other than they were.</param>
/// <param name="Lines">What is added to their stories.</param>
/// <param name="Opened">Ids of those of which people are told.</param>
/// <param name="Closed">Ids of those that are over, and of which people had been told.</param>
internal sealed record AlertPlan(IReadOnlyList<KeptAlert> Alerts, IReadOnlyList<(string Alert, AlertLine Line)> Lines, IReadOnlyList<string> Opened, IReadOnlyList<string> Closed);

/// <summary>Decides what becomes of alerts by what was observed: pure. An alert goes on for as long as days are off, and is over with the first that is not; what comes again within the cool-down is the same alert, and nobody is told again.</summary>
internal static class PlanAlerts
{
    /// <summary>The plan for one thing that is watched by one monitor.</summary>
    /// <param name="before">Its alerts so far.</param>
    /// <param name="observed">What was observed since, oldest first.</param>
    /// <param name="coolDown">For so many days nobody is told of the same again.</param>
    /// <param name="tellFrom">What lies before is written down and told to nobody: it is history.</param>
    /// <param name="at">When it was looked.</param>
    public static AlertPlan Of(IEnumerable<KeptAlert> before, IEnumerable<Observation> observed, int coolDown, DateOnly tellFrom, DateTimeOffset at)
    {
        var all = before.ToDictionary(b => b.Document.Id, StringComparer.Ordinal);
        var last = all.Values.OrderBy(b => b.Document.LastDay).ThenBy(b => b.OpenedAt).LastOrDefault();
        var (changed, lines, opened, closed) = (new Dictionary<string, KeptAlert>(StringComparer.Ordinal), new List<(string, AlertLine)>(), new List<string>(), new List<string>());
        // History: who was not told of its beginning is not told of its end.
        var untold = new HashSet<string>(StringComparer.Ordinal);
        foreach (var o in observed)
        {
            if (!o.IsOff)
            {
                // All that goes on: what somebody took back from noise may be older than the last.
                foreach (var over in all.Values.Where(a => a.IsActive).OrderBy(a => a.OpenedAt).ThenBy(a => a.Document.Id, StringComparer.Ordinal).ToList())
                {
                    Set(over with { State = AlertState.Closed, ChangedAt = at, ClosedAt = at }, "closed");
                    if (!opened.Remove(over.Document.Id) && !untold.Contains(over.Document.Id)) closed.Add(over.Document.Id);
                }

                if (last is not null) last = all[last.Document.Id];
                continue;
            }

            // What goes on for days has one id: whatever became of it, it is the same.
            var same = all.GetValueOrDefault(o.Document.Id);
            if (same is not null && last is not { IsActive: true }) last = same;
            if (last is { IsActive: true })
            {
                var worse = o.Severity > last.Severity;
                last = Set(last with { Document = Again(last.Document, o), Severity = worse ? o.Severity : last.Severity, ChangedAt = at });
                TellNow(last, o);
                continue;
            }

            if (last is not null && (last == same || o.Day.DayNumber - last.Document.LastDay.DayNumber <= coolDown))
            {
                // What was called noise stays that until it has been quiet for a while.
                if (last.State != AlertState.Noise) last = Set(last with { Document = Again(last.Document, o), State = AlertState.Open, ChangedAt = at, ClosedAt = null }, "back");
                else if (last.Document.LastDay < o.Day) last = Set(last with { Document = last.Document with { LastDay = o.Day } });
                TellNow(last, o);
                continue;
            }

            last = Set(new KeptAlert(o.Document, AlertState.Open, o.Severity, null, null, at, at, null), "opened");
            if (o.Day >= tellFrom) opened.Add(last.Document.Id);
            else untold.Add(last.Document.Id);
        }

        return new AlertPlan([.. changed.Values], lines, opened, closed);

        // It began before anybody was to be told, and still goes on, or is back: no history.
        void TellNow(KeptAlert alert, Observation o)
        {
            if (o.Day >= tellFrom && alert.State == AlertState.Open && untold.Remove(alert.Document.Id)) opened.Add(alert.Document.Id);
        }

        KeptAlert Set(KeptAlert to, string line = "")
        {
            if (line.Length > 0) lines.Add((to.Document.Id, new AlertLine(at, "system", line, "")));
            return all[to.Document.Id] = changed[to.Document.Id] = to;
        }
    }

    /// <summary>How much it presses that a value is off.</summary>
    public static Severity SeverityOf(MonitorDefinition monitor, double score, double limit, bool isBetter) =>
        monitor.Severity ?? (isBetter ? Severity.Info : Math.Abs(score) >= 2 * limit ? Severity.Critical : Severity.Warning);

    private static AlertDocument Again(AlertDocument known, Observation o) => o.Document with { Id = known.Id, Group = known.Group, Day = known.Day, Since = known.Since ?? o.Document.Since, Factors = known.Factors };
}
