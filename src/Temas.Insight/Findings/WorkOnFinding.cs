using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Findings;

/// <summary>Use case: a person acknowledges a finding, takes it into work, gives it to somebody, notes something.</summary>
internal sealed class WorkOnFinding(IColleagues colleagues, IAuditTrail audit)
{
    private const int LongestNote = 4000;

    /// <summary>Changes it; what the request leaves out stays as it is.</summary>
    public async Task<Result<KeptFinding>> RunAsync(Workspace workspace, string id, FindingChange change, Actor by, CancellationToken cancel)
    {
        FindingState? state = null;
        if (!string.IsNullOrEmpty(change.State))
        {
            if (!FindingWords.Chosen.Contains(change.State)) return Problem.Invalid("state_unknown", "A person cannot put a finding into this state.", "state", change.State, $"It is one of {string.Join(", ", FindingWords.Chosen)}; that it is gone or back the data say.");
            state = FindingWords.Read(change.State);
        }

        if (change.Note?.Length > LongestNote) return Problem.Invalid("note_too_long", $"A note has at most {LongestNote} characters.", "note");
        string? person = null;
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        if (!string.IsNullOrEmpty(change.Person))
        {
            person = people.FirstOrDefault(p => p.Email == change.Person || p.Id == change.Person)?.Id;
            if (person is null) return Problem.Invalid("person_unknown", "Nobody with this address works in the workspace.", "person", change.Person);
        }

        var changed = await LiveFindings.Of(workspace).ChangeAsync(id, state, person, change.Person is not null, change.Note, people.FirstOrDefault(p => p.Email == by.Name) is { } me ? $"user {me.Id}" : by.Kind, cancel);
        if (changed.IsOk) await audit.RecordAsync(new AuditEntry(workspace.Key, by, "finding.changed", $"finding {id}"), cancel);
        return changed;
    }
}
