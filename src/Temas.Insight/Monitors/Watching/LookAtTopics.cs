using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Definitions;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>Looks once a day at what many customers speak of and no topic covers. What is there at the first look is known; what comes later is told once.</summary>
internal static class LookAtTopics
{
    private const int LeastTexts = 10;

    // The subject that says up to which day was looked.
    private const string Days = "topics";

    /// <summary>Whether there is a day to look at.</summary>
    public static bool IsDue(Workspace workspace) =>
        workspace.FindPart<IDiscoveredTopics>() is not null && MonitorDefinition.Of(workspace).Values.Any(m => m is { IsOn: true, Watched: Watched.Topics } && !(LiveAlerts.Of(workspace).SubjectOf(m.Key, Days).LastDay >= LookAtDays.LastClosed(workspace)));

    /// <summary>Looks; a problem where nothing can be read at the moment.</summary>
    public static async Task<Problem?> RunAsync(Workspace workspace, IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        if (!IsDue(workspace)) return null;
        var (live, closed) = (LiveAlerts.Of(workspace), LookAtDays.LastClosed(workspace));
        var found = await workspace.Part<IDiscoveredTopics>().DiscoverAsync(cancel);
        if (found.Problem is { } problem) return problem;
        var topics = found.Value.Where(t => t.Texts >= LeastTexts).GroupBy(t => $"topic:{t.Phrase.ToLower(CultureInfo.InvariantCulture)}", StringComparer.Ordinal).ToDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
        var sightings = new List<Sighting>();
        foreach (var monitor in MonitorDefinition.Of(workspace).Values.Where(m => m is { IsOn: true, Watched: Watched.Topics }))
        {
            var looked = live.SubjectOf(monitor.Key, Days);
            foreach (var (key, topic) in topics)
            {
                var subject = live.SubjectOf(monitor.Key, key);
                var isKnown = looked.LastDay is null || (subject.LastDay is not null && !live.OfSubject(monitor.Key, key).Any(a => a.IsActive));
                sightings.Add(new Sighting(monitor, subject with { LastDay = closed }, isKnown || subject.SilencedUntil > workspace.Clock.GetUtcNow() ? [] : [new Observation(closed, true, Document(monitor, key, topic, closed), monitor.Severity ?? Severity.Info)], monitor.CoolDownDays, closed, ""));
            }

            // What is named by a topic now, or spoken of no more.
            foreach (var over in live.All.Values.Where(a => a.IsActive && a.Document.Monitor == monitor.Key && a.Document.Kind == Watched.Topics && !topics.ContainsKey(a.Document.Subject)))
                sightings.Add(new Sighting(monitor, live.SubjectOf(monitor.Key, over.Document.Subject) with { LastDay = closed }, [new Observation(closed, false, over.Document, over.Severity)], 0, closed, ""));
            sightings.Add(new Sighting(monitor, looked with { LastDay = closed }, [], 0, closed, ""));
        }

        await TakeObservations.RunAsync(workspace, sightings, people, null, cancel);
        return null;
    }

    private static AlertDocument Document(MonitorDefinition monitor, string key, DiscoveredTopic topic, DateOnly day)
    {
        var id = AlertDocument.IdOf(monitor.Key, key, Indicators.FigureJson.Day(day));
        return new AlertDocument { Id = id, Group = id, Monitor = monitor.Key, Kind = Watched.Topics, Subject = key, Name = new LocalText(topic.Phrase, topic.Phrase), Day = day, LastDay = day, Value = topic.Texts, Score = Math.Round(topic.Sentiment, 2) };
    }
}
