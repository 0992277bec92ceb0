using System.Globalization;
using System.Text.Json.Nodes;
using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.People;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tokens;

/// <summary>A token to be made.</summary>
/// <param name="Name">What to call it: 1 to 100 characters.</param>
/// <param name="Role">What it may do.</param>
/// <param name="Workspace">The workspace that it opens.</param>
/// <param name="ExpiresAt">When it ends by itself, or null for never.</param>
internal sealed record CreateTokenRequest(string Name, Role Role, WorkspaceKey Workspace, DateTimeOffset? ExpiresAt = null);

/// <summary>A token that was made.</summary>
/// <param name="Token">The token.</param>
/// <param name="Secret">The secret, which is shown now and never again.</param>
internal sealed record CreatedToken(ApiToken Token, string Secret);

/// <summary>Use case: make an API token.</summary>
internal sealed class CreateToken(WorkspaceRegistry workspaces, IAuditTrail audit, TimeProvider clock)
{
    /// <summary>What every token begins with, so that it is recognised where it should not be: in a log, in a repository.</summary>
    public const string Prefix = "tmt_";

    /// <summary>Makes it.</summary>
    public async Task<Result<CreatedToken>> HandleAsync(CreateTokenRequest request, Actor by, CancellationToken cancel)
    {
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 100) return Problem.Invalid("name_invalid", "A token's name has 1 to 100 characters.", "name", request.Name);
        if (!Enum.IsDefined(request.Role)) return Problem.Invalid("role_unknown", "There is no such role.", "role", wayOut: $"The roles are {RoleNames.All}.");
        if (workspaces.Find(request.Workspace) is null) return WorkspaceProblems.NotFound(request.Workspace.Value);
        var now = clock.GetUtcNow();
        if (request.ExpiresAt <= now) return Problem.Invalid("expiry_past", "The token would have ended already.", "expiresAt", request.ExpiresAt.Value.ToString("O"), "Name a moment in the future.");

        var secret = Prefix + Secrets.New(32);
        var token = new ApiToken(
            Guid.CreateVersion7(now).ToString("N"), request.Name.Trim(), request.Workspace.Value, request.Role, ToMilliseconds(now), by.Name, request.ExpiresAt, null, null);
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            await db.ExecuteAsync(
                """
                insert into api_token(id, name, digest, workspace, role, created_at, created_by, expires_at)
                values (@Id, @Name, @digest, @Workspace, @role, @created, @CreatedBy, @expires)
                """,
                new
                {
                    token.Id,
                    token.Name,
                    digest = Secrets.Digest(secret),
                    token.Workspace,
                    role = (int)token.Role,
                    created = now.ToUnixTimeMilliseconds(),
                    token.CreatedBy,
                    expires = token.ExpiresAt?.ToUnixTimeMilliseconds(),
                });
        }

        await audit.RecordAsync(new AuditEntry(request.Workspace, by, "token.created", $"token {token.Id}") { After = Facts(token.Name, token.Role, token.ExpiresAt, false) }, cancel);
        return new CreatedToken(token, secret);
    }

    /// <summary>What the audit trail holds of a token.</summary>
    internal static string Facts(string name, Role role, DateTimeOffset? expiresAt, bool revoked) => new JsonObject
    {
        ["name"] = name,
        ["role"] = RoleNames.Of(role),
        ["expiresAt"] = expiresAt?.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["revoked"] = revoked,
    }.ToJsonString();

    private static DateTimeOffset ToMilliseconds(DateTimeOffset at) => DateTimeOffset.FromUnixTimeMilliseconds(at.ToUnixTimeMilliseconds());
}
