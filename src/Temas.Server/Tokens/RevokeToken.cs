using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tokens;

/// <summary>Use case: end an API token. Takes effect at once in this process and within a second in any other.</summary>
internal sealed class RevokeToken(WorkspaceRegistry workspaces, CallerStore callers, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>Revokes the token; doing it again changes nothing.</summary>
    public async Task<Result<bool>> HandleAsync(string id, WorkspaceKey workspace, Actor by, CancellationToken cancel)
    {
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            var changed = await db.ExecuteAsync(
                "update api_token set revoked_at = coalesce(revoked_at, @now) where id = @id and workspace = @workspace",
                new { id, workspace = workspace.Value, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
            if (changed == 0) return Problem.NotFound("token_not_found", "There is no such token in this workspace.", "id", id);
        }

        callers.Forget();
        await audit.RecordAsync(new AuditEntry(workspace, by, "token.revoked", $"token {id}"), cancel);
        return true;
    }
}
