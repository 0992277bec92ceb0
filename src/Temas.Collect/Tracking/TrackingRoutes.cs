using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>The paths of the tracking API.</summary>
internal static class TrackingRoutes
{
    private static readonly (string Name, string Short, TrackingCall Call, string Summary)[] Calls =
    [
        ("identify", "i", new(BodyShape.Single, EventType.Identify, false), "Says who somebody is"),
        ("track", "t", new(BodyShape.Single, EventType.Track, false), "Says what somebody did"),
        ("page", "p", new(BodyShape.Single, EventType.Page, false), "Says which page somebody saw"),
        ("screen", "s", new(BodyShape.Single, EventType.Screen, false), "Says which screen of an app somebody saw"),
        ("group", "g", new(BodyShape.Single, EventType.Group, false), "Says to which household or company somebody belongs"),
        ("alias", "a", new(BodyShape.Single, EventType.Alias, false), "Says that two ids are one person"),
        ("batch", "b", new(BodyShape.Batch, EventType.None, false), "Sends up to 2,500 events at once"),
    ];

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var endpoint = routes.ServiceProvider.GetRequiredService<TrackingEndpoint>();
        var settings = routes.ServiceProvider.GetRequiredService<SdkSettings>();
        foreach (var (name, shorter, call, summary) in Calls)
        {
            RequestDelegate take = http => endpoint.TakeAsync(http, call);
            Document(Mark(routes.MapPost($"/v1/{name}", take)), take, call.Shape, summary);
            Mark(routes.MapPost($"/v1/{shorter}", take)).ExcludeFromDescription();
            MapPreflight(routes, $"/v1/{name}");
            MapPreflight(routes, $"/v1/{shorter}");
        }

        var import = new TrackingCall(BodyShape.Batch, EventType.None, true);
        RequestDelegate takeImport = http => endpoint.TakeAsync(http, import);
        Document(Mark(routes.MapPost("/v1/import", takeImport)), takeImport, BodyShape.Batch, "Sends history: as batch, but times stay as they were sent");
        MapPreflight(routes, "/v1/import");

        // Figures that the browser SDK keeps of itself: taken so that it is content, and thrown away.
        Mark(routes.MapPost("/v1/m", TakeMetrics)).ExcludeFromDescription();
        MapPreflight(routes, "/v1/m");
        RequestDelegate tell = settings.TakeAsync;
        Mark(routes.MapGet("/v1/projects/{writeKey}/settings", tell)).WithMetadata(tell.Method).WithTags("Tracking").WithSummary("What an SDK loads before it sends");
        MapPreflight(routes, "/v1/projects/{writeKey}/settings");
    }

    private static void MapPreflight(IEndpointRouteBuilder routes, string path) => Mark(routes.MapMethods(path, [HttpMethods.Options], Cors.Preflight)).ExcludeFromDescription();

    private static Task TakeMetrics(HttpContext http)
    {
        Cors.Allow(http);
        return TrackingAnswer.Done(http);
    }

    // The write key is checked by the endpoint itself; the metadata names the policy for the list of all endpoints. Preflights and metrics bear it too: like the
    // calls they come from pages of other origins, without cookies that count.
    private static IEndpointConventionBuilder Mark(IEndpointConventionBuilder endpoint) => endpoint.AllowAnonymous().WithMetadata(new PolicyName(Policies.Write));

    private static void Document(IEndpointConventionBuilder endpoint, RequestDelegate take, BodyShape shape, string summary)
    {
        // A bare delegate is not described unless it names its method. Any media type is taken: beacons cannot choose theirs.
        endpoint.WithMetadata(take.Method).WithTags("Tracking").WithSummary(summary).WithMetadata(
            new AcceptsMetadata(["application/json", "text/plain", "*/*"], shape == BodyShape.Batch ? typeof(TrackingBatch) : typeof(TrackingEvent)),
            new ProducesResponseTypeMetadata(StatusCodes.Status200OK, typeof(TrackingReply), ["application/json"]));
        foreach (var status in (ReadOnlySpan<int>)[StatusCodes.Status400BadRequest, StatusCodes.Status401Unauthorized, StatusCodes.Status429TooManyRequests, StatusCodes.Status503ServiceUnavailable])
        {
            endpoint.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(TrackingFailure), ["application/json"]));
        }
    }
}
