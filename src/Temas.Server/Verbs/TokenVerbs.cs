using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.People;
using Temas.Server.Tokens;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Name">What to call it.</param>
/// <param name="Role">viewer, agent, marketer, analyst, manager or owner.</param>
/// <param name="ExpiresAt">When it ends by itself, or null for never.</param>
internal sealed record TokenCreateRequest(string? Workspace, string Name, string Role, DateTimeOffset? ExpiresAt);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
internal sealed record TokenListRequest(string? Workspace);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Token">Id of the token, or its name where only one that is not revoked bears it.</param>
internal sealed record TokenChoice(string? Workspace, string Token);

/// <summary>A token, as the command line shows it. <see cref="Token"/> is the secret, given once, when it is made.</summary>
internal sealed record TokenLine(
    string Id, string Name, string Workspace, string Role, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, DateTimeOffset? RevokedAt, string? Token = null)
{
    public static TokenLine Of(ApiToken t, string? secret = null) =>
        new(t.Id, t.Name, t.Workspace, RoleNames.Of(t.Role), t.CreatedAt, t.CreatedBy, t.ExpiresAt, t.LastUsedAt, t.RevokedAt, secret);
}

internal sealed record TokenListAnswer(IReadOnlyList<TokenLine> Tokens);

/// <summary>API tokens.</summary>
internal static class TokenVerbs
{
    public static Verb<TokenCreateRequest, TokenLine> Create { get; } = new("token.create", VerbJson.Default.TokenCreateRequest, VerbJson.Default.TokenLine, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var role = RoleNames.Parse(request.Role);
        if (!role.IsOk) return role.Problem!;
        var made = await context.Services.GetRequiredService<CreateToken>().HandleAsync(new CreateTokenRequest(request.Name, role.Value, found.Value.Key, request.ExpiresAt), context.Actor, cancel);
        return made.IsOk ? TokenLine.Of(made.Value.Token, made.Value.Secret) : made.Problem!;
    });

    public static Verb<TokenListRequest, TokenListAnswer> List { get; } = new("token.list", VerbJson.Default.TokenListRequest, VerbJson.Default.TokenListAnswer, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var all = await context.Services.GetRequiredService<ListTokens>().HandleAsync(found.Value.Key, cancel);
        return new TokenListAnswer([.. all.Select(t => TokenLine.Of(t))]);
    });

    public static Verb<TokenChoice, TokenLine> Revoke { get; } = new("token.revoke", VerbJson.Default.TokenChoice, VerbJson.Default.TokenLine, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var list = context.Services.GetRequiredService<ListTokens>();
        var all = await list.HandleAsync(found.Value.Key, cancel);
        var named = all.Where(t => t.Id == request.Token).Concat(all.Where(t => t.Name == request.Token && t.RevokedAt is null)).ToList();
        if (named.Count == 0) return Problem.NotFound("token_not_found", "There is no such token in this workspace.", "token", request.Token, "List them with temas token list.");
        if (named.Count > 1 && named[0].Id != request.Token)
            return new Problem(ProblemKind.Conflict, "token_ambiguous", "Several tokens bear this name.") { Field = "token", Value = request.Token, WayOut = "Name it by its id; temas token list shows them." };
        var id = named[0].Id;
        var revoked = await context.Services.GetRequiredService<RevokeToken>().HandleAsync(id, found.Value.Key, context.Actor, cancel);
        if (!revoked.IsOk) return revoked.Problem!;
        return TokenLine.Of((await list.HandleAsync(found.Value.Key, cancel)).First(t => t.Id == id));
    });
}
