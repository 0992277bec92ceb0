using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Preferences;

namespace Temas.Collect.Pages;

/// <summary>What the forms of the source pages post: the same use cases as the API, answered with the page to show next.</summary>
internal static class SourceActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/sources").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("", async ([FromForm] string? name, CurrentWorkspace current, CreateSource create, HttpContext http, CancellationToken cancel) =>
        {
            var made = await create.HandleAsync(current.Value, new CreateSourceRequest(name), current.Actor, cancel);
            var key = current.Value.Key.Value;
            return made.Problem is { } problem
                ? Results.LocalRedirect(TemasUrls.With(TemasUrls.Sources(key), ("problem", problem.Code)))
                : Done(http, "created", TemasUrls.Source(key, made.Value.Id));
        });
        group.MapPost("/{id:int}/rotate", async (int id, CurrentWorkspace current, RotateSource rotate, HttpContext http, CancellationToken cancel) =>
            After(http, current, id, "rotated", (await rotate.HandleAsync(current.Value, id, cancel)).Problem));
        group.MapPost("/{id:int}/revoke", async (int id, CurrentWorkspace current, RevokeSource revoke, HttpContext http, CancellationToken cancel) =>
            After(http, current, id, "revoked", (await revoke.HandleAsync(current.Value, id, cancel)).Problem));
    }

    private static IResult After(HttpContext http, CurrentWorkspace current, int id, string code, Problem? problem)
    {
        var page = TemasUrls.Source(current.Value.Key.Value, id);
        return problem is null ? Done(http, code, page) : Results.LocalRedirect(TemasUrls.With(page, ("problem", problem.Code)));
    }

    private static IResult Done(HttpContext http, string code, string url)
    {
        new Flash(code).Leave(http);
        return Results.LocalRedirect(url);
    }
}
