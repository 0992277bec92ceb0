using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Server.SignIn;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>A workspace to be made.</summary>
/// <param name="Key">Name in addresses: 1 to 40 of a-z, 0-9 and hyphen, beginning with a letter.</param>
/// <param name="Name">Name to show; the key when left out.</param>
internal sealed record WorkspaceBody(string? Key, string? Name = null);

/// <summary>A workspace that is open to the caller.</summary>
/// <param name="Key">Name in addresses.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Role">The caller's role in it.</param>
internal sealed record WorkspaceView(string Key, string Name, Role Role)
{
    /// <summary>All that are open to a caller, by key.</summary>
    public static IReadOnlyList<WorkspaceView> Of(Caller caller, WorkspaceRegistry workspaces) =>
        [.. workspaces.All.Where(w => caller.Roles.ContainsKey(w.Key.Value)).Select(w => new WorkspaceView(w.Key.Value, w.Name, caller.Roles[w.Key.Value])).OrderBy(w => w.Key, StringComparer.Ordinal)];
}

/// <summary>The workspaces that are open to the caller.</summary>
internal sealed record WorkspaceList(IReadOnlyList<WorkspaceView> Workspaces);

/// <summary><c>/api/workspaces</c>.</summary>
internal static class WorkspaceEndpoints
{
    public static void MapWorkspaces(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/workspaces").WithTags("Workspaces");
        group.MapGet("", (HttpContext http, WorkspaceRegistry workspaces) => TypedResults.Ok(new WorkspaceList(WorkspaceView.Of(http.Features.GetRequiredFeature<Caller>(), workspaces))))
            .RequireAuthorization(Policies.SignedIn).WithName("ListWorkspaces").WithSummary("The workspaces that are open to the caller, with the caller's role in each.");
        group.MapPost("", CreateAsync)
            .RequireAuthorization(Policies.Own).WithName("CreateWorkspace").WithSummary("Makes a new, empty workspace; the person who asks owns it.")
            .Produces<WorkspaceView>(StatusCodes.Status201Created).ProducesProblem(StatusCodes.Status409Conflict);
        group.MapGet("/settings", (CurrentWorkspace current) => TypedResults.Ok(WorkspaceSettingsView.Of(current.Value)))
            .RequireAuthorization(Policies.Read).WithName("ReadWorkspaceSettings").WithSummary("What holds for the whole workspace: name, time zone, currency, language.");
        group.MapPatch("/settings", async ([FromBody] WorkspaceChanges body, CurrentWorkspace current, ChangeWorkspace use, CancellationToken cancel) =>
                Answers.Of(await use.HandleAsync(current.Value, body, current.Actor, cancel), Results.Ok))
            .RequireAuthorization(Policies.Own).WithName("ChangeWorkspaceSettings").WithSummary("Changes what holds for the whole workspace; what is absent stays as it is.")
            .Produces<WorkspaceSettingsView>();
    }

    private static async Task<IResult> CreateAsync([FromBody] WorkspaceBody body, HttpContext http, CurrentWorkspace current, AddWorkspace use, CancellationToken cancel)
    {
        if (http.Features.Get<Caller>() is not { IsPerson: true } caller) return Answers.Of(SessionEndpoints.PersonNeeded);
        var key = WorkspaceKey.Parse(body.Key);
        if (key.Problem is { } problem) return Answers.Of(problem);
        var made = await use.HandleAsync(key.Value, body.Name, caller.Id, current.Actor, cancel);
        return Answers.Of(made, w => Results.Created($"/w/{w.Key}/", new WorkspaceView(w.Key.Value, w.Name, Role.Owner)));
    }
}
