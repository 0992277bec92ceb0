using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>Looks at what stopped arriving. Asked every minute; writes only when something changed.</summary>
internal static class LookAtSilence
{
    // What came so long ago is not asked for: whether it was closed then changes nothing any more.
    private const int Learned = 14;

    /// <summary>Looks.</summary>
    public static async Task RunAsync(Workspace workspace, IReadOnlyList<Colleague> people, CancellationToken cancel)
    {
        var live = LiveAlerts.Of(workspace);
        var monitors = MonitorDefinition.Of(workspace).Values.Where(m => m is { IsOn: true, Watched: Watched.Stopped }).ToList();
        if (monitors.Count == 0) return;
        var (now, zone) = (workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone());
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var names = await NamesAsync(workspace, cancel);
        var sightings = new List<Sighting>();
        var special = SpecialDays.Of(workspace);
        var (open, closings) = (new OpenHours(zone, special), Enumerable.Range(0, Learned).Any(back => special.Feast(today.AddDays(-back)) is not null) ? await live.Pulse.ClosingsAsync(today, cancel) : Closings.None);
        foreach (var monitor in monitors)
        {
            foreach (var what in live.Pulse.All.Where(w => Watches(monitor, w, names)))
            {
                var subject = live.SubjectOf(monitor.Key, what);
                var active = live.OfSubject(monitor.Key, what).FirstOrDefault(a => a.IsActive);
                // What was silent before the server went down goes on; what was not may have spoken to nobody.
                var down = active is null ? live.Pulse.Down : null;
                if (live.Pulse.Find(what) is not { } counts || Silence.Judge(counts, now, subject.Widening, open, day => closings.WeightOf(what, day), down) is not { } verdict) continue;
                var isOff = verdict.IsOff && !(subject.SilencedUntil > now);
                // What is as it was is not written again; once an hour it is said how long it is by now.
                if (!isOff && active is null && subject.LastDay is not null) continue;
                if (isOff && active is not null && Math.Floor(active.Document.Value ?? 0) == Math.Floor(verdict.Hours)) continue;
                // A silence that was called noise is that for as long as it lasts; the next is another.
                var (document, last) = (Document(monitor, what, names, verdict, today, zone), live.OfSubject(monitor.Key, what).MaxBy(a => a.OpenedAt));
                if (isOff && live.All.GetValueOrDefault(document.Id) is { State: AlertState.Noise }) continue;
                var observation = new Observation(today, isOff, document, monitor.Severity ?? Severity.Warning);
                // The same silence is one; another on the same day is told once.
                sightings.Add(new Sighting(monitor, subject with { LastDay = subject.LastDay ?? today }, [observation], last?.State == AlertState.Noise ? -1 : 0, subject.LastDay is null && verdict.Hours > 24 ? today.AddDays(1) : today, ""));
            }
        }

        if (sightings.Count > 0) await TakeObservations.RunAsync(workspace, sightings, people, null, cancel);
    }

    /// <summary>What something is called for people.</summary>
    public static LocalText NameOf(string what, IReadOnlyDictionary<string, string> names)
    {
        if (names.TryGetValue(what, out var name)) return new LocalText(name, name);
        var type = what.StartsWith("event:", StringComparison.Ordinal) ? what[6..] : what;
        var plain = type.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? type[(colon + 1)..] : type;
        return new LocalText(plain, plain);
    }

    /// <summary>The names of the sources that may send, by what they are called here.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> NamesAsync(Workspace workspace, CancellationToken cancel) =>
        (await new ListSources().HandleAsync(workspace, cancel)).Where(s => s.Source.RevokedAt is null).ToDictionary(s => Pulse.OfSource(s.Source.Id), s => s.Source.Name, StringComparer.Ordinal);

    /// <summary>Whether a monitor watches a source or a type of event.</summary>
    public static bool Watches(MonitorDefinition monitor, string what, IReadOnlyDictionary<string, string> names)
    {
        if (what.StartsWith("source:", StringComparison.Ordinal))
            return names.ContainsKey(what) && (monitor.Sources.Contains(MonitorDefinition.All) || monitor.Sources.Contains(what[7..])) && !monitor.Except.Contains(what[7..]) && !monitor.Except.Contains(what);
        return (monitor.Events.Contains(MonitorDefinition.All) || monitor.Events.Contains(what[6..])) && !monitor.Except.Contains(what[6..]) && !monitor.Except.Contains(what);
    }

    private static AlertDocument Document(MonitorDefinition monitor, string what, IReadOnlyDictionary<string, string> names, SilenceVerdict verdict, DateOnly today, TimeZoneInfo zone)
    {
        var id = AlertDocument.IdOf(monitor.Key, what, verdict.Since.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return new AlertDocument
        {
            Id = id,
            Group = id,
            Monitor = monitor.Key,
            Kind = Watched.Stopped,
            Subject = what,
            Name = NameOf(what, names),
            Day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(verdict.Since, zone).DateTime),
            LastDay = today,
            Value = Math.Round(verdict.Hours, 2),
            Expected = Math.Round(verdict.Missed, 1),
            High = Math.Round(verdict.LeastHours, 2),
            Score = Math.Round(verdict.Score, 2),
            Limit = 1,
            Since = verdict.Since,
            IsBetter = false,
        };
    }
}
