using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Storage.Definitions;

/// <summary>Writes and removes definitions, with an entry in the audit trail: what stands behind the API and the editors.</summary>
public sealed class ChangeDefinition(IAuditTrail audit)
{
    /// <summary>Writes a version. The same document again makes neither a version nor an entry.</summary>
    public async Task<Result<Definition>> SaveAsync(Workspace workspace, string kind, string key, string json, Actor by, CancellationToken cancel = default)
    {
        var before = InForce(workspace, kind, key);
        var saved = await workspace.Definitions.SaveAsync(kind, key, json, by, cancel: cancel);
        if (saved.IsOk && before?.Version != saved.Value.Version)
        {
            await audit.RecordAsync(
                new AuditEntry(workspace.Key, by, before is null ? "definition.created" : "definition.changed", FormattableString.Invariant($"{kind} {key} version {saved.Value.Version}"))
                {
                    Before = before?.Json,
                    After = saved.Value.Json,
                },
                cancel);
        }

        return saved;
    }

    /// <summary>Writes a version that removes the definition; its history stays.</summary>
    public async Task<Result<Definition>> RemoveAsync(Workspace workspace, string kind, string key, Actor by, CancellationToken cancel = default)
    {
        var before = InForce(workspace, kind, key);
        var removed = await workspace.Definitions.RemoveAsync(kind, key, by, cancel);
        if (removed.IsOk) await audit.RecordAsync(new AuditEntry(workspace.Key, by, "definition.removed", $"{kind} {key}") { Before = before?.Json }, cancel);
        return removed;
    }

    /// <summary>
    /// Goes back to a version by writing it once more; without one to the last that was not removed, which is the way back from a removal. A version that its kind no longer takes is refused as it would be if it were written now.
    /// </summary>
    public async Task<Result<Definition>> RestoreAsync(Workspace workspace, string kind, string key, int? version, Actor by, CancellationToken cancel = default)
    {
        var history = await workspace.Definitions.HistoryAsync(kind, key, cancel);
        return history.FirstOrDefault(d => !d.Removed && (version is null || d.Version == version)) is { } found
            ? await SaveAsync(workspace, kind, key, found.Json, by, cancel)
            : Problem.NotFound("definition_version_unknown", $"There is no such version of this {kind}.", "version", version?.ToString(System.Globalization.CultureInfo.InvariantCulture), "Read its history to see the versions.");
    }

    /// <summary>The version in force, or null.</summary>
    public static Definition? InForce(Workspace workspace, string kind, string key) => workspace.Definitions.List(kind).FirstOrDefault(d => d.Key == key);
}
