using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>What was observed of one thing that a monitor watches.</summary>
/// <param name="Monitor">The monitor.</param>
/// <param name="Subject">The thing, as it is kept from now on.</param>
/// <param name="Observed">What was observed, oldest first.</param>
/// <param name="CoolDown">For so many days nobody is told of the same again.</param>
/// <param name="TellFrom">What lies before is history, and told to nobody.</param>
/// <param name="Owner">Who answers for the thing itself.</param>
internal sealed record Sighting(MonitorDefinition Monitor, WatchedSubject Subject, IReadOnlyList<Observation> Observed, int CoolDown, DateOnly TellFrom, string Owner);

/// <summary>What moved most, of alerts that are new.</summary>
/// <param name="Ask">Asks for it, by id of the alert. It may take a while.</param>
/// <param name="Failed">Told of what went wrong: an alert without it is one all the same.</param>
internal sealed record WhatMoved(Func<IReadOnlyList<KeptAlert>, Task<IReadOnlyDictionary<string, IReadOnlyList<AlertFactor>>>> Ask, Action<Exception> Failed);

/// <summary>Makes alerts of what was observed: opens, goes on, closes, puts together, and tells. One transaction for all of a look.</summary>
internal static class TakeObservations
{
    // What was over so long ago may still be what something comes of.
    private static readonly TimeSpan Lately = TimeSpan.FromDays(3);

    /// <summary>Takes them. Ids of the alerts of which people are told.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="sightings">What was observed.</param>
    /// <param name="people">Who works there.</param>
    /// <param name="moved">What moved most, for alerts that are new; null where nobody asks.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<IReadOnlyList<string>> RunAsync(Workspace workspace, IReadOnlyList<Sighting> sightings, IReadOnlyList<Colleague> people, WhatMoved? moved, CancellationToken cancel)
    {
        var live = LiveAlerts.Of(workspace);
        await live.LoadAsync(cancel);
        // It is asked before anything is held: whoever works on an alert does not wait for it.
        var factors = await FactorsAsync(workspace, sightings, people, moved, cancel);
        return await live.ChangeAsync<IReadOnlyList<string>>(changes =>
        {
            var (alerts, opened, closed) = Plan(workspace, sightings, people, changes);
            foreach (var id in opened.Where(factors.ContainsKey)) alerts[id] = alerts[id] with { Document = alerts[id].Document with { Factors = factors[id] } };
            changes.Alerts.AddRange(alerts.Values);
            changes.Events.AddRange(opened.Select(id => live.Tell(LiveAlerts.Opened, alerts[id])));
            changes.Events.AddRange(closed.Where(id => alerts[id].CausedBy is null).Select(id => live.Tell(LiveAlerts.Closed, alerts[id])));
            return Task.FromResult<IReadOnlyList<string>>(opened);
        }, cancel);
    }

    private static async Task<IReadOnlyDictionary<string, IReadOnlyList<AlertFactor>>> FactorsAsync(Workspace workspace, IReadOnlyList<Sighting> sightings, IReadOnlyList<Colleague> people, WhatMoved? moved, CancellationToken cancel)
    {
        var none = new Dictionary<string, IReadOnlyList<AlertFactor>>();
        if (moved is null || Plan(workspace, sightings, people, new AlertChanges()) is not { Opened: { Count: > 0 } opened, Alerts: var alerts }) return none;
        try
        {
            return await moved.Ask([.. opened.Select(o => alerts[o])]);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            moved.Failed(e);
            return none;
        }
    }

    /// <summary>What becomes of the alerts as they are at this moment; pure but for the lines and places that it adds to <paramref name="changes"/>.</summary>
    private static (Dictionary<string, KeptAlert> Alerts, List<string> Opened, List<string> Closed) Plan(Workspace workspace, IReadOnlyList<Sighting> sightings, IReadOnlyList<Colleague> people, AlertChanges changes)
    {
        var (live, at) = (LiveAlerts.Of(workspace), workspace.Clock.GetUtcNow());
        var (alerts, opened, closed) = (new Dictionary<string, KeptAlert>(StringComparer.Ordinal), new List<string>(), new List<string>());
        foreach (var (monitor, subject, observed, coolDown, tellFrom, owner) in sightings)
        {
            // Meanwhile somebody else may have looked, and a person may have said something.
            var known = live.SubjectOf(subject.Monitor, subject.Subject);
            if (known.LastDay != subject.LastDay) changes.Subjects.Add(known with { LastDay = subject.LastDay });
            var fresh = monitor.IsOfIndicators && known.LastDay is { } done ? observed.Where(o => o.Day > done) : observed;
            var plan = PlanAlerts.Of(live.OfSubject(monitor.Key, subject.Subject), fresh, coolDown, tellFrom, at);
            foreach (var alert in plan.Alerts) alerts[alert.Document.Id] = live.All.ContainsKey(alert.Document.Id) ? alert : alert with { Person = PersonOf(people, monitor.Owner.Length > 0 ? monitor.Owner : owner) };
            changes.Lines.AddRange(plan.Lines);
            opened.AddRange(plan.Opened);
            closed.AddRange(plan.Closed);
        }

        var news = alerts.Values.Where(a => !live.All.ContainsKey(a.Document.Id)).ToList();
        var standing = live.All.Values.Select(a => alerts.GetValueOrDefault(a.Document.Id, a)).Where(a => a.IsActive || at - a.ChangedAt < Lately).ToList();
        foreach (var (id, (group, cause)) in GroupAlerts.Of(news, standing, a => KinOf(workspace, a)))
        {
            var alert = alerts[id] = alerts[id] with { Document = alerts[id].Document with { Group = group } };
            if (cause is null || IsOver(cause, alert)) continue;
            // It comes of what people are told of already.
            alerts[id] = alert with { CausedBy = cause };
            opened.Remove(id);
            changes.Lines.Add((id, new AlertLine(at, "system", "caused", cause)));
        }

        // What goes on when that of which it came is over is an alert of its own from now on.
        foreach (var alert in alerts.Values.Where(a => a.IsActive && a.CausedBy is { } cause && IsOver(cause, a)).ToList())
        {
            alerts[alert.Document.Id] = alert with { CausedBy = null };
            changes.Lines.Add((alert.Document.Id, new AlertLine(at, "system", "alone", "")));
            if (alert.State == AlertState.Open) opened.Add(alert.Document.Id);
        }

        return (alerts, opened, closed);

        bool IsOver(string cause, KeptAlert alert) => (alerts.GetValueOrDefault(cause) ?? live.All.GetValueOrDefault(cause)) is not { } of || (!of.IsActive && alert.Document.LastDay > of.Document.LastDay);
    }

    /// <summary>The person who is named by address or name; null for nobody of the workspace.</summary>
    public static string? PersonOf(IReadOnlyList<Colleague> people, string owner) =>
        owner.Length == 0 ? null : people.FirstOrDefault(p => string.Equals(p.Email, owner, StringComparison.OrdinalIgnoreCase) || string.Equals(p.Name, owner, StringComparison.OrdinalIgnoreCase))?.Id;

    /// <summary>By what an alert is kin to others.</summary>
    private static AlertKin KinOf(Workspace workspace, KeptAlert alert)
    {
        var d = alert.Document;
        if (d.Subject.StartsWith("source:", StringComparison.Ordinal)) return new AlertKin(null, LiveAlerts.Of(workspace).Pulse.TypesOf(int.Parse(d.Subject.AsSpan(7), System.Globalization.CultureInfo.InvariantCulture)), new HashSet<string>());
        if (d.Subject.StartsWith("event:", StringComparison.Ordinal)) return new AlertKin(null, new HashSet<string>(StringComparer.Ordinal) { d.Subject[6..] }, new HashSet<string>());
        if (d.Kind == Watched.Topics) return new AlertKin(null, new HashSet<string>(), new HashSet<string>());
        var (types, indicators) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        return new AlertKin(d.Stage, Gather(workspace, d.Subject, types, indicators) ? types : null, indicators);
    }

    /// <summary>Gathers the types of events behind an indicator; false where they are not known.</summary>
    private static bool Gather(Workspace workspace, string key, HashSet<string> types, HashSet<string> indicators)
    {
        if (!indicators.Add(key)) return true;
        if (((WorkspaceIndicators)workspace.Part<IIndicators>()).Definitions.GetValueOrDefault(key) is not { } definition || ChangeDefinition.InForce(workspace, IndicatorKind.Name, key) is not { } document) return false;
        if (definition.Figure is ProvidedFigure) return false;
        if (definition.Figure is FormulaFigure formula) return formula.Formula.Names.Aggregate(true, (known, name) => Gather(workspace, name, types, indicators) && known);
        using var json = System.Text.Json.JsonDocument.Parse(document.Json);
        Walk(json.RootElement, types);
        return types.Count > 0;
    }

    private static void Walk(System.Text.Json.JsonElement of, HashSet<string> types)
    {
        if (of.ValueKind == System.Text.Json.JsonValueKind.Array) foreach (var item in of.EnumerateArray()) Walk(item, types);
        if (of.ValueKind != System.Text.Json.JsonValueKind.Object) return;
        foreach (var field in of.EnumerateObject())
        {
            if (field.Name != "event") Walk(field.Value, types);
            else if (field.Value.ValueKind == System.Text.Json.JsonValueKind.String) types.Add(field.Value.GetString()!);
            else if (field.Value.ValueKind == System.Text.Json.JsonValueKind.Array) types.UnionWith(field.Value.EnumerateArray().Where(t => t.ValueKind == System.Text.Json.JsonValueKind.String).Select(t => t.GetString()!));
        }
    }
}
