using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Server.People;
using Temas.Storage.Workspaces;

namespace Temas.Server.Tokens;

/// <summary>A token to be made.</summary>
/// <param name="Name">What to call it: 1 to 100 characters.</param>
/// <param name="Role">viewer, agent, marketer, analyst, manager or owner.</param>
/// <param name="ExpiresAt">When it ends by itself (RFC 3339); never when left out.</param>
internal sealed record TokenBody(string? Name, string? Role, DateTimeOffset? ExpiresAt = null);

/// <summary>The API tokens of a workspace.</summary>
internal sealed record TokenList(IReadOnlyList<ApiToken> Tokens);

/// <summary><c>/api/tokens</c>.</summary>
internal static class TokenEndpoints
{
    public static void MapTokens(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/tokens").WithTags("Tokens").RequireAuthorization(Policies.Own);
        group.MapGet("", async (CurrentWorkspace current, ListTokens use, CancellationToken cancel) => TypedResults.Ok(new TokenList(await use.HandleAsync(current.Value.Key, cancel))))
            .WithName("ListTokens").WithSummary("API tokens of the workspace, newest first, without their secrets.");
        group.MapPost("", CreateAsync)
            .WithName("CreateToken").WithSummary("Makes an API token. The answer holds its secret, which is shown once.")
            .Produces<CreatedToken>(StatusCodes.Status201Created);
        group.MapDelete("{id}", async (string id, CurrentWorkspace current, RevokeToken use, CancellationToken cancel) =>
                Answers.Of(await use.HandleAsync(id, current.Value.Key, current.Actor, cancel), _ => Results.NoContent()))
            .WithName("RevokeToken").WithSummary("Ends an API token, at once.")
            .Produces(StatusCodes.Status204NoContent);
    }

    private static async Task<IResult> CreateAsync([FromBody] TokenBody body, CurrentWorkspace current, CreateToken use, CancellationToken cancel)
    {
        var role = RoleNames.Parse(body.Role);
        if (role.Problem is { } problem) return Answers.Of(problem);
        var made = await use.HandleAsync(new CreateTokenRequest(body.Name ?? "", role.Value, current.Value.Key, body.ExpiresAt), current.Actor, cancel);
        return Answers.Of(made, m => Results.Created($"/api/tokens/{m.Token.Id}", m));
    }
}
