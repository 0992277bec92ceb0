using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Receipts;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Collect.Feed;

/// <summary>The HTTP API of what arrived, and of receipts.</summary>
internal static class FeedEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/events", (long? before, int? limit, int? source, CurrentWorkspace current, ReadFeed feed) =>
                TypedResults.Ok(feed.Events(current.Value, new FeedQuery(before, limit, source))))
            .RequireAuthorization(Policies.Read)
            .WithTags("Events")
            .WithSummary("Lists what arrived, newest first");
        routes.MapGet("/api/events/dropped", async (long? before, int? limit, int? source, CurrentWorkspace current, ReadFeed feed, CancellationToken cancel) =>
                TypedResults.Ok(await feed.DroppedAsync(current.Value, new FeedQuery(before, limit, source), cancel)))
            .RequireAuthorization(Policies.Read)
            .WithTags("Events")
            .WithSummary("Lists what was refused and why, newest first");
        routes.MapGet("/api/events/stream", (HttpContext http, CurrentWorkspace current, FeedStream stream) => stream.SendAsync(http, current.Value))
            .RequireAuthorization(Policies.Read)
            .WithTags("Events")
            .WithSummary("Tells what arrives and what is refused while it happens (server-sent events)")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream");
        routes.MapGet("/api/receipts/{messageId}", async Task<Results<Ok<Receipt>, ProblemResult>> (string messageId, CurrentWorkspace current, ReadReceipt read, CancellationToken cancel) =>
            {
                // The server leaves an encoded slash as it is, for it would be another path.
                var receipt = await read.HandleAsync(current.Value, messageId.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase), cancel);
                return receipt.Problem is { } problem ? problem.ToResult() : TypedResults.Ok(receipt.Value);
            })
            .RequireAuthorization(Policies.Read)
            .WithTags("Events")
            .WithSummary("Tells what became of a message: stored where and attributed to whom, erased, or dropped with which reason");
    }
}
