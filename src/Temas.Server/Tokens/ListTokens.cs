using Dapper;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tokens;

/// <summary>Use case: the API tokens of a workspace, newest first, revoked and ended ones included.</summary>
internal sealed class ListTokens(WorkspaceRegistry workspaces)
{
    private sealed class Row
    {
        public string Id { get; init; } = "";

        public string Name { get; init; } = "";

        public string Workspace { get; init; } = "";

        public long Role { get; init; }

        public long CreatedAt { get; init; }

        public string CreatedBy { get; init; } = "";

        public long? ExpiresAt { get; init; }

        public long? LastUsedAt { get; init; }

        public long? RevokedAt { get; init; }
    }

    /// <summary>Lists them.</summary>
    public async Task<IReadOnlyList<ApiToken>> HandleAsync(WorkspaceKey workspace, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        var rows = await db.QueryAsync<Row>(
            """
            select id, name, workspace, role, created_at as CreatedAt, created_by as CreatedBy, expires_at as ExpiresAt, last_used_at as LastUsedAt, revoked_at as RevokedAt
            from api_token where workspace = @workspace order by created_at desc, id desc
            """,
            new { workspace = workspace.Value });
        return [.. rows.Select(r => new ApiToken(r.Id, r.Name, r.Workspace, (Role)r.Role, At(r.CreatedAt)!.Value, r.CreatedBy, At(r.ExpiresAt), At(r.LastUsedAt), At(r.RevokedAt)))];
    }

    private static DateTimeOffset? At(long? ms) => ms is { } value ? DateTimeOffset.FromUnixTimeMilliseconds(value) : null;
}
