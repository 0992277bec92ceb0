namespace Temas.Insight.Monitors.Alerts;

/// <summary>By what an alert is kin to others.</summary>
/// <param name="Stage">Stage of the journey; null for none.</param>
/// <param name="Events">The types of events behind it; null where it may be any.</param>
/// <param name="Indicators">Indicators that its formula names, and itself.</param>
internal sealed record AlertKin(string? Stage, IReadOnlySet<string>? Events, IReadOnlySet<string> Indicators)
{
    /// <summary>Whether they have a stage, an event or a formula in common.</summary>
    public bool IsKinTo(AlertKin other) =>
        (Stage is not null && Stage == other.Stage) || (Events is not null && other.Events is not null && Events.Overlaps(other.Events)) || Indicators.Overlaps(other.Indicators);
}

/// <summary>
/// Puts together what belongs together: pure. What moved within a day of each other and shares a stage, an event or a formula is one group; and what moved while its events did not arrive comes of that, and is no alert of its own, as long as that goes on.
/// </summary>
internal static class GroupAlerts
{
    /// <summary>Days that two alerts of a group may be apart.</summary>
    private const int Apart = 1;

    /// <summary>The group of each new alert by id, and what it comes of.</summary>
    /// <param name="news">New alerts.</param>
    /// <param name="standing">Alerts that go on, or were over a short while ago.</param>
    /// <param name="kin">What each of them is kin to.</param>
    public static IReadOnlyDictionary<string, (string Group, string? CausedBy)> Of(IReadOnlyList<KeptAlert> news, IReadOnlyList<KeptAlert> standing, Func<KeptAlert, AlertKin> kin)
    {
        var kins = news.Concat(standing).DistinctBy(a => a.Document.Id).ToDictionary(a => a.Document.Id, kin, StringComparer.Ordinal);
        var outages = news.Concat(standing).Where(a => a.Document.Kind == Definitions.Watched.Stopped && a.State != AlertState.Noise).ToList();
        var result = new Dictionary<string, (string Group, string? CausedBy)>(StringComparer.Ordinal);
        var free = new List<KeptAlert>();
        foreach (var alert in news.OrderBy(a => a.Document.Day).ThenByDescending(a => a.Severity).ThenBy(a => a.Document.Id, StringComparer.Ordinal))
        {
            // A source is above its events, and both are above what is reckoned of them.
            var cause = !MayComeOf(alert) ? null : outages.Where(o => o.Document.Id != alert.Document.Id && Rank(o) < Rank(alert) && During(alert, o) && Shares(kins[alert.Document.Id], kins[o.Document.Id])).OrderBy(Rank).ThenBy(o => o.Document.Day).FirstOrDefault();
            if (cause is not null) result[alert.Document.Id] = (result.TryGetValue(cause.Document.Id, out var of) ? of.Group : cause.Document.Group, cause.Document.Id);
            else free.Add(alert);
        }

        var placed = standing.Where(s => s.IsActive && s.CausedBy is null).Select(s => (Alert: s, s.Document.Group)).ToList();
        foreach (var alert in free)
        {
            var near = placed.Where(p => Math.Abs(p.Alert.Document.Day.DayNumber - alert.Document.Day.DayNumber) <= Apart && Comparable(p.Alert, alert) && kins[p.Alert.Document.Id].IsKinTo(kins[alert.Document.Id])).ToList();
            var group = near.Count > 0 ? near[0].Group : alert.Document.Id;
            // Whoever is kin to two groups that were made now makes one of them.
            foreach (var other in near.Select(n => n.Group).Distinct().Where(g => g != group && free.Exists(f => f.Document.Id == g)).ToList())
            {
                for (var i = 0; i < placed.Count; i++)
                {
                    if (placed[i].Group == other) placed[i] = (placed[i].Alert, group);
                }
            }

            placed.Add((alert, group));
        }

        foreach (var (alert, group) in placed.Where(p => free.Contains(p.Alert))) result[alert.Document.Id] = (group, null);
        foreach (var (id, (group, cause)) in result.Where(r => r.Value.CausedBy is not null).ToList())
        {
            if (result.TryGetValue(cause!, out var of)) result[id] = (of.Group, cause);
        }

        return result;
    }

    private static int Rank(KeptAlert alert) => alert.Document.Subject.StartsWith("source:", StringComparison.Ordinal) ? 0 : alert.Document.Kind == Definitions.Watched.Stopped ? 1 : 2;

    private static bool Comparable(KeptAlert one, KeptAlert other) => (one.Document.Kind == Definitions.Watched.Topics) == (other.Document.Kind == Definitions.Watched.Topics) && Rank(one) == Rank(other);

    private static bool During(KeptAlert alert, KeptAlert outage) => alert.Document.Day >= outage.Document.Day && (outage.IsActive || alert.Document.Day <= outage.Document.LastDay);

    // An outage makes fewer of what is counted, never more; and a limit that somebody has set is told of whatever the reason.
    private static bool MayComeOf(KeptAlert alert) => alert.Document.Kind switch
    {
        Definitions.Watched.Stopped => true,
        Definitions.Watched.Anomaly => alert.Document.Unit is not (Contracts.IndicatorUnit.Count or Contracts.IndicatorUnit.Money) || alert.Document.Score < 0,
        _ => false,
    };

    // Of what is reckoned of nobody knows what, it is not known either that it comes of an outage.
    private static bool Shares(AlertKin alert, AlertKin outage) => outage.Events is not null && alert.Events is not null && alert.Events.Overlaps(outage.Events);
}
