using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Server.Workspaces;

/// <summary>Where to go on after leaving a demo.</summary>
/// <param name="Workspace">Key of the workspace.</param>
internal sealed record DemoLeftView(string Workspace);

/// <summary><c>/api/demo</c>: what is known of the demo, and the way out of it.</summary>
internal static class DemoEndpoints
{
    public static void MapDemo(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/demo").WithTags("Workspaces");
        group.MapGet("", (CurrentWorkspace current) => DemoState.Of(current.Value).Status is { } status ? Results.Ok(status) : Answers.Of(DemoState.NotADemo(current.Value)))
            .RequireAuthorization(Policies.Read).WithName("ReadDemo").WithSummary("What the workspace is as a demo: its world, how far it is told, whether it lives.")
            .Produces<DemoStatus>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapGet("/truth", async (CurrentWorkspace current, CancellationToken cancel) =>
                await DemoState.Of(current.Value).ReadTruthAsync(cancel) is { } truth ? Results.Content(truth, "application/json") : Answers.Of(DemoState.NotADemo(current.Value)))
            .RequireAuthorization(Policies.Read).WithName("ReadDemoTruth").WithSummary("What is planted in the demo: causes, non-causes and true effects.")
            .Produces(StatusCodes.Status200OK, contentType: "application/json").ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/leave", async (HttpContext http, CurrentWorkspace current, LeaveDemo use, CancellationToken cancel) =>
                Answers.Of(await LeaveAsync(http, current, use, cancel), to => Results.Ok(new DemoLeftView(to.Key.Value))))
            .RequireAuthorization(Policies.Own).WithName("LeaveDemo").WithSummary("Stops the demo and gives a workspace of one's own, which is made where there is none.")
            .Produces<DemoLeftView>().ProducesProblem(StatusCodes.Status404NotFound);

        // The button on the pages of a demo.
        routes.MapPost("/w/{workspace}/demo/leave", async (HttpContext http, CurrentWorkspace current, LeaveDemo use, CancellationToken cancel) =>
                Answers.Of(await LeaveAsync(http, current, use, cancel), to => Results.LocalRedirect(TemasUrls.Sources(to.Key.Value))))
            .RequireAuthorization(Policies.Own).ExcludeFromDescription();
    }

    private static Task<Result<Workspace>> LeaveAsync(HttpContext http, CurrentWorkspace current, LeaveDemo use, CancellationToken cancel)
    {
        var caller = http.Features.Get<Caller>();
        return use.HandleAsync(current.Value, caller?.Roles, caller is { IsPerson: true } ? caller.Id : null, current.Actor, cancel);
    }
}
