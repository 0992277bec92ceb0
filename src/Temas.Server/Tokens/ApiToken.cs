using Temas.Kernel;

namespace Temas.Server.Tokens;

/// <summary>An API token, without its secret.</summary>
/// <param name="Id">Opaque id.</param>
/// <param name="Name">What its owner calls it.</param>
/// <param name="Workspace">Key of the workspace that it opens; no other.</param>
/// <param name="Role">What it may do there.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="CreatedBy">By whom.</param>
/// <param name="ExpiresAt">When it ends by itself, or null for never.</param>
/// <param name="LastUsedAt">Its last use, exact to the minute, or null before the first.</param>
/// <param name="RevokedAt">When it was revoked, or null.</param>
internal sealed record ApiToken(
    string Id, string Name, string Workspace, Role Role, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt);
