using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>Use case: a new workspace for another brand. The person who asks for it owns it.</summary>
internal sealed class AddWorkspace(WorkspaceRegistry workspaces, CallerStore callers, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>Makes it; <paramref name="owner"/> is the id of the person who will own it, or null for nobody yet.</summary>
    public async Task<Result<Workspace>> HandleAsync(WorkspaceKey key, string? name, string? owner, Actor by, CancellationToken cancel)
    {
        if (name is { Length: > 200 }) return Problem.Invalid("name_too_long", "The name has more than 200 characters.", "name");
        var made = await workspaces.CreateAsync(key, string.IsNullOrWhiteSpace(name) ? key.Value : name.Trim(), cancel);
        if (made.Problem is { } problem) return problem;
        if (owner is not null)
        {
            await using var db = await workspaces.System.OpenAsync(cancel);
            await db.ExecuteAsync(
                "insert into membership(person, workspace, role, added_at) values (@owner, @key, @role, @now) on conflict do nothing",
                new { owner, key = key.Value, role = (int)Role.Owner, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            callers.Forget();
        }

        await audit.RecordAsync(new AuditEntry(key, by, "workspace.created", $"workspace {key}"), cancel);
        return made.Value;
    }
}
