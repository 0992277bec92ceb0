using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Alerts;

/// <summary>What a person says of an alert; what is left out stays.</summary>
/// <param name="Note">A note, up to 2,000 characters.</param>
/// <param name="Person">E-mail address or id of whose it is; empty for nobody.</param>
/// <param name="Days">Of silencing: for how many days; 0 until somebody says otherwise, below 0 to end it.</param>
internal sealed record AlertChange(string? Note = null, string? Person = null, int? Days = null);

/// <summary>Use case: a person acknowledges an alert, calls it noise, gives it to somebody, silences what it is about.</summary>
internal sealed class WorkOnAlert(IColleagues colleagues, IAuditTrail audit)
{
    private const int LongestNote = 2000, MostDays = 365;

    /// <summary>What may be done.</summary>
    public static IReadOnlyList<string> Actions { get; } = ["acknowledge", "noise", "reopen", "owner", "note", "silence", "unlearn"];

    /// <summary>Does it.</summary>
    public async Task<Result<KeptAlert>> RunAsync(Workspace workspace, string id, string action, AlertChange change, Actor by, CancellationToken cancel)
    {
        var live = LiveAlerts.Of(workspace);
        await live.LoadAsync(cancel);
        if (!Actions.Contains(action)) return Problem.NotFound("action_unknown", "This cannot be done with an alert.", "action", action, $"It is one of {string.Join(", ", Actions)}.");
        if (!live.All.ContainsKey(id)) return Unknown();
        if (change.Note?.Length > LongestNote) return Problem.Invalid("note_too_long", $"A note has at most {LongestNote} characters.", "note");
        if (change.Days > MostDays) return Problem.Invalid("days_too_many", $"At most {MostDays} days.", "days", $"{change.Days}", "Use 0 for until you say otherwise.");
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        var person = string.IsNullOrEmpty(change.Person) ? null : people.FirstOrDefault(p => p.Email == change.Person || p.Id == change.Person)?.Id;
        if (!string.IsNullOrEmpty(change.Person) && person is null) return Problem.Invalid("person_unknown", "Nobody with this address works in the workspace.", "person", change.Person);
        var who = people.FirstOrDefault(p => p.Email == by.Name) is { } me ? $"user {me.Id}" : by.Kind;
        var done = await live.ChangeAsync(changes => Task.FromResult(Do(live, changes, id, action, change, person, who, workspace.Clock.GetUtcNow())), cancel);
        if (done.IsOk) await audit.RecordAsync(new AuditEntry(workspace.Key, by, $"alert.{action}", $"alert {id}"), cancel);
        return done;
    }

    /// <summary>Takes back what was learned of something that is watched, or ends its silence.</summary>
    public async Task<bool> ForgetAsync(Workspace workspace, string monitor, string subject, Actor by, CancellationToken cancel)
    {
        var live = LiveAlerts.Of(workspace);
        await live.LoadAsync(cancel);
        if (!live.Subjects.ContainsKey((monitor, subject))) return false;
        await live.ChangeAsync(changes =>
        {
            changes.Subjects.Add(live.SubjectOf(monitor, subject) with { Widening = 1, SilencedUntil = null });
            return Task.FromResult(true);
        }, cancel);
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "monitor.unlearned", $"monitor {monitor}"), cancel);
        return true;
    }

    /// <summary>There is no such alert.</summary>
    public static Problem Unknown() => new(ProblemKind.NotFound, "alert_unknown", "There is no such alert.") { WayOut = "GET /api/alerts lists them." };

    // What was noise and is none after all goes on only where it is still so: no look closes what is over.
    private static bool IsOver(LiveAlerts live, KeptAlert alert, WatchedSubject subject)
    {
        var d = alert.Document;
        if (live.OfSubject(d.Monitor, d.Subject).Any(a => a.OpenedAt > alert.OpenedAt)) return true;
        return d.Kind switch
        {
            Watched.Stopped => live.Pulse.Find(d.Subject)?.Last > d.Since,
            Watched.Topics => false,
            _ => subject.LastDay > d.LastDay,
        };
    }

    private static Result<KeptAlert> Do(LiveAlerts live, AlertChanges changes, string id, string action, AlertChange change, string? person, string who, DateTimeOffset at)
    {
        var alert = live.All[id];
        var (d, subject) = (alert.Document, live.SubjectOf(alert.Document.Monitor, alert.Document.Subject));
        switch (action)
        {
            case "acknowledge" when alert.State == AlertState.Open:
                Set(alert with { State = AlertState.Acknowledged }, "state", "acknowledged");
                changes.Events.Add(live.Tell(LiveAlerts.Acknowledged, alert));
                break;
            case "acknowledge" when alert.State != AlertState.Acknowledged:
                return new Problem(ProblemKind.Conflict, "alert_over", "It is over.") { WayOut = "Only what goes on can be acknowledged." };
            case "noise" when alert.State != AlertState.Noise:
                Set(alert with { State = AlertState.Noise, ClosedAt = alert.ClosedAt ?? at }, "state", "noise");
                if (d is { Score: { } score, Limit: { } limit } && d.Kind is Watched.Anomaly or Watched.Stopped)
                {
                    // A limit that was widened already stands in the alert.
                    subject = subject with { Widening = Math.Round(DayLimits.Widen(subject.Widening, score, limit / (d.Kind == Watched.Stopped ? 1 : subject.Widening)), 3) };
                    changes.Subjects.Add(subject);
                    Add("widened", subject.Widening.ToString(System.Globalization.CultureInfo.InvariantCulture));
                }

                break;
            case "reopen" when !alert.IsActive && alert.State == AlertState.Noise:
                if (IsOver(live, alert, subject)) Set(alert with { State = AlertState.Closed }, "state", "closed");
                else Set(alert with { State = AlertState.Open, ClosedAt = null }, "state", "open");
                break;
            case "owner":
                if (person != alert.Person) Set(alert with { Person = person }, "person", person ?? "");
                break;
            case "silence":
                subject = subject with { SilencedUntil = change.Days switch { < 0 => null, null or 0 => WatchedSubject.Forever, var days => at.AddDays(days.Value) } };
                changes.Subjects.Add(subject);
                if (subject.SilencedUntil is not null && alert.IsActive) Set(alert with { State = AlertState.Closed, ClosedAt = at }, "silenced", subject.SilencedUntil == WatchedSubject.Forever ? "" : subject.SilencedUntil.Value.ToString("O", System.Globalization.CultureInfo.InvariantCulture));
                else Add("silenced", subject.SilencedUntil is null ? "end" : "");
                break;
            case "unlearn":
                changes.Subjects.Add(subject with { Widening = 1 });
                Add("widened", "1");
                break;
        }

        if (!string.IsNullOrWhiteSpace(change.Note)) Add("note", change.Note.Trim());
        return alert;

        void Set(KeptAlert to, string kind, string text)
        {
            alert = to with { ChangedAt = at };
            changes.Alerts.Add(alert);
            Add(kind, text);
        }

        void Add(string kind, string text) => changes.Lines.Add((id, new AlertLine(at, who, kind, text)));
    }
}
