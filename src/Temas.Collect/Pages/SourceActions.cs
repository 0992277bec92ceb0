using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui;

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
            return made.Problem is { } problem ? FormAnswer.Refused(TemasUrls.Sources(key), problem) : FormAnswer.Done(http, TemasUrls.Source(key, made.Value.Id), "created");
        });
        group.MapPost("/{id:int}/sites", async (int id, [FromForm] string? sites, CurrentWorkspace current, ChangeSource change, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current, id), "sites", (await change.UpdateAsync(current.Value, id, new UpdateSourceRequest(Sites: (sites ?? "").Split([' ', ',', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries)), current.Actor, cancel)).Problem));
        group.MapPost("/{id:int}/owner", async (int id, [FromForm] string? owner, CurrentWorkspace current, ChangeSource change, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current, id), "owner", (await change.UpdateAsync(current.Value, id, new UpdateSourceRequest(Owner: owner ?? ""), current.Actor, cancel)).Problem));
        group.MapPost("/{id:int}/rotate", async (int id, CurrentWorkspace current, ChangeSource change, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current, id), "rotated", (await change.RotateAsync(current.Value, id, current.Actor, cancel)).Problem));
        group.MapPost("/{id:int}/revoke", async (int id, CurrentWorkspace current, ChangeSource change, HttpContext http, CancellationToken cancel) =>
            FormAnswer.After(http, Page(current, id), "revoked", (await change.RevokeAsync(current.Value, id, current.Actor, cancel)).Problem));
    }

    private static string Page(CurrentWorkspace current, int id) => TemasUrls.Source(current.Value.Key.Value, id);
}
