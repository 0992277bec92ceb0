using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.FollowUps;

/// <summary>What closing a follow-up says.</summary>
/// <param name="Done">What was done; required.</param>
/// <param name="Cause">Key of the root cause.</param>
/// <param name="Result">What came of it.</param>
/// <param name="GivenUp">It was given up.</param>
internal sealed record ClosingRequest(string? Done, string? Cause, string? Result, bool GivenUp);

/// <summary>What people do with follow-ups: take them, pass them on, note, move, close and open them again. Pages and API call the same.</summary>
internal sealed class WorkOnFollowUp(IColleagues colleagues, IAuditTrail audit)
{
    private const int MostLetters = 4_000;

    /// <summary>Gives it to a person, by e-mail address; null for nobody.</summary>
    public async Task<Result<FollowUp>> AssignAsync(Workspace workspace, string id, string? owner, Actor by, CancellationToken cancel)
    {
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        Colleague? to = null;
        if (!string.IsNullOrWhiteSpace(owner))
        {
            to = PlanFollowUps.Find(people, owner.Trim());
            if (to is null) return Problem.Invalid("owner_unknown", "Nobody who works in this workspace has this e-mail address.", "owner", null, "Name one of its people, or nobody.");
            if (to.Role < Role.Agent) return Problem.Invalid("owner_may_not", "This person may look at follow-ups only.", "owner", null, "Name somebody who is at least an agent.");
        }

        return await ChangeAsync(workspace, id, by, people, "assigned", (f, now, who) => f.Owner == to?.Id
            ? new FollowUpChange(f, [])
            : new FollowUpChange(f with { Owner = to?.Id }, [new FollowUpLine(now, who, "owner", to?.Id ?? "")]) { Events = ["followup.assigned"] }, cancel);
    }

    /// <summary>Adds a note.</summary>
    public async Task<Result<FollowUp>> NoteAsync(Workspace workspace, string id, string? text, Actor by, CancellationToken cancel)
    {
        var note = text?.Trim() ?? "";
        if (note.Length is 0 or > MostLetters) return Problem.Invalid("note_length", "A note has 1 to 4,000 characters.", "text");
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        return await ChangeAsync(workspace, id, by, people, "noted", (f, now, who) => new FollowUpChange(Began(workspace, f, now), [new FollowUpLine(now, who, "note", note)]), cancel);
    }

    /// <summary>Moves it: open, in work, waiting. A closed one is opened again by it.</summary>
    public async Task<Result<FollowUp>> MoveAsync(Workspace workspace, string id, string? status, Actor by, CancellationToken cancel)
    {
        var number = FollowUpWords.Statuses.ToList().IndexOf(status ?? "");
        if (number is < 0 or > (int)FollowUpStatus.Waiting) return Problem.Invalid("status_unknown", "It can be moved to open, in_work or waiting.", "status", status, "Closing it says what was done: POST …/done.");
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        var wanted = (FollowUpStatus)number;
        var open = await LiveFollowUps.Of(workspace).Store.FindAsync(id, cancel) is { IsClosed: true } closed
            ? (await LiveFollowUps.Of(workspace).Store.OfCustomersAsync([closed.Customer], cancel))[closed.Customer].FirstOrDefault(f => f.Matter == closed.Matter && !f.IsClosed)
            : null;
        if (open is not null) return new Problem(ProblemKind.Conflict, "follow_up_open", "Another follow-up of this customer about the same matter is open.") { WayOut = "Work on that one.", Field = "id", Value = open.Id };
        return await ChangeAsync(workspace, id, by, people, "moved", (f, now, who) =>
        {
            if (f.Status == wanted) return new FollowUpChange(f, []);
            var line = new FollowUpLine(now, who, "status", FollowUpWords.Of(wanted));
            if (!f.IsClosed) return new FollowUpChange(wanted == FollowUpStatus.Open ? f with { Status = wanted } : Began(workspace, f, now) with { Status = wanted }, [line]);
            return new FollowUpChange(f with { Status = wanted, ClosedAt = null, Took = null }, [line]) { Events = ["followup.opened"] };
        }, cancel);
    }

    /// <summary>Closes it, with what was done, why it came about and what came of it.</summary>
    public async Task<Result<FollowUp>> CloseAsync(Workspace workspace, string id, ClosingRequest closing, Actor by, CancellationToken cancel)
    {
        var (done, result) = (closing.Done?.Trim() ?? "", closing.Result?.Trim() ?? "");
        if (done.Length is 0 or > MostLetters) return Problem.Invalid("done_length", "What was done is said in 1 to 4,000 characters.", "done");
        if (result.Length > MostLetters) return Problem.Invalid("result_length", "What came of it is said in at most 4,000 characters.", "result");
        var cause = string.IsNullOrEmpty(closing.Cause) ? null : closing.Cause;
        if (cause is not null && FollowUpDeskKind.Of(workspace.Definitions).Causes.All(c => c.Key != cause)) return Problem.Invalid("cause_unknown", "There is no such root cause.", "cause", cause, "They stand in the definition follow-up-desk/default.");
        var status = closing.GivenUp ? FollowUpStatus.GivenUp : FollowUpStatus.Done;
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        return await ChangeAsync(workspace, id, by, people, closing.GivenUp ? "given_up" : "done", (f, now, who) =>
        {
            if (f.IsClosed) return new Problem(ProblemKind.Conflict, "follow_up_closed", "This follow-up is closed already.") { WayOut = "Open it again first." };
            var closed = Began(workspace, f, now) with
            {
                Status = status,
                Cause = cause,
                Done = done,
                Result = result.Length == 0 ? null : result,
                ClosedAt = now,
                Took = LiveFollowUps.Of(workspace).Hours.Between(f.OpenedAt, now),
                RemindAt = null,
                EscalateAt = null,
                Afterwards = null,
                AfterwardsAt = null,
            };
            return new FollowUpChange(closed, [new FollowUpLine(now, who, "status", FollowUpWords.Of(status))])
            {
                Events = [closing.GivenUp ? "followup.given_up" : "followup.done"],
                Telling = closing.GivenUp ? [] : [Once(FollowUpMessage.Of(closed, "Done", now), now)],
            };
        }, cancel);
    }

    /// <summary>How the story writes down who did something.</summary>
    public static string NameOf(Actor by, IReadOnlyList<Colleague> people) => by.Kind switch
    {
        "user" => PlanFollowUps.Find(people, by.Name) is { } person ? $"user {person.Id}" : "user",
        "system" => "system",
        _ => $"{by.Kind} {by.Name}",
    };

    // One that was opened again by hand may be done twice within the same opening.
    private static (string, string) Once((string Id, string Message) message, DateTimeOffset now)
    {
        var id = FormattableString.Invariant($"{message.Id}-{now.ToUnixTimeMilliseconds()}");
        return (id, message.Message.Replace($"\"{message.Id}\"", $"\"{id}\"", StringComparison.Ordinal));
    }

    private static FollowUp Began(Workspace workspace, FollowUp f, DateTimeOffset now) => f.FirstAt is not null || f.IsClosed
        ? f
        : f with { FirstAt = now, FirstTook = LiveFollowUps.Of(workspace).Hours.Between(f.OpenedAt, now), Status = f.Status == FollowUpStatus.Open ? FollowUpStatus.InWork : f.Status };

    private async Task<Result<FollowUp>> ChangeAsync(
        Workspace workspace, string id, Actor by, IReadOnlyList<Colleague> people, string action, Func<FollowUp, DateTimeOffset, string, Result<FollowUpChange>> change, CancellationToken cancel)
    {
        var now = workspace.Clock.GetUtcNow();
        var changed = await LiveFollowUps.Of(workspace).ChangeAsync(id, f =>
        {
            var made = change(f, now, NameOf(by, people));
            return made.Problem is not null || made.Value.Lines.Count == 0 ? made : made.Value with { FollowUp = made.Value.FollowUp with { ChangedAt = now } };
        }, cancel);
        if (changed.IsOk) await audit.RecordAsync(new AuditEntry(workspace.Key, by, $"follow_up.{action}", $"follow-up {id}"), cancel);
        return changed;
    }
}
