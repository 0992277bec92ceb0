using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tokens;

/// <summary>Use case: end an API token. Takes effect at once in this process and within a second in any other.</summary>
internal sealed class RevokeToken(WorkspaceRegistry workspaces, CallerStore callers, ListTokens list, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>Revokes the token; doing it again changes nothing.</summary>
    public async Task<Result<bool>> HandleAsync(string id, WorkspaceKey workspace, Actor by, CancellationToken cancel)
    {
        var token = (await list.HandleAsync(workspace, cancel)).FirstOrDefault(t => t.Id == id);
        if (token is null) return Problem.NotFound("token_not_found", "There is no such token in this workspace.", "id", id);
        if (token.RevokedAt is not null) return true;
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            await db.ExecuteAsync(
                "update api_token set revoked_at = coalesce(revoked_at, @now) where id = @id and workspace = @workspace",
                new { id, workspace = workspace.Value, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
        }

        callers.Forget();
        await audit.RecordAsync(
            new AuditEntry(workspace, by, "token.revoked", $"token {id}")
            {
                Before = CreateToken.Facts(token.Name, token.Role, token.ExpiresAt, false),
                After = CreateToken.Facts(token.Name, token.Role, token.ExpiresAt, true),
            },
            cancel);
        return true;
    }
}
