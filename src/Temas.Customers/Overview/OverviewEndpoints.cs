using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;
using Temas.Ui.Layout;

namespace Temas.Customers.Overview;

/// <summary>The HTTP API of the overview.</summary>
internal static class OverviewEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/overview").WithTags("Overview");
        group.MapGet("", async Task<Results<JsonHttpResult<OverviewFigures>, ProblemResult>> (string? period, CurrentWorkspace current, PageContext who, CancellationToken cancel) =>
            {
                var read = await ReadOverview.RunAsync(current.Value, period, who.Role, cancel);
                return read.Problem is { } problem ? problem.ToResult() : TypedResults.Json(read.Value, OverviewJson.Default.OverviewFigures);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<OverviewFigures>()
            .WithSummary("Reads the state of the workspace in a period (24h, 7d, 30d, 90d, 365d): customers, perception over time, promises, best and worst touchpoints, what needs attention");
        group.MapGet("/stream", (HttpContext http, CurrentWorkspace current) => EventStream.TellAsync(http, TimeSpan.FromSeconds(2), () => Pulse.Of(current.Value), OverviewJson.Default.Pulse))
            .RequireAuthorization(Policies.Read)
            .WithSummary("Tells events a minute and the number of customers as they change (server-sent events)")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
    }
}
