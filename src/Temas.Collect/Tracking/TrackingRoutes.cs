using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
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
            Describe(routes.MapPost($"/v1/{name}", take), Policies.Write).WithSummary(summary);
            Describe(routes.MapPost($"/v1/{shorter}", take), Policies.Write).ExcludeFromDescription();
            Describe(routes.MapMethods($"/v1/{name}", [HttpMethods.Options], Cors.Preflight), Policies.Open).ExcludeFromDescription();
            Describe(routes.MapMethods($"/v1/{shorter}", [HttpMethods.Options], Cors.Preflight), Policies.Open).ExcludeFromDescription();
        }

        var import = new TrackingCall(BodyShape.Batch, EventType.None, true);
        Describe(routes.MapPost("/v1/import", http => endpoint.TakeAsync(http, import)), Policies.Write).WithSummary("Sends history: as batch, but times stay as they were sent");
        Describe(routes.MapMethods("/v1/import", [HttpMethods.Options], Cors.Preflight), Policies.Open).ExcludeFromDescription();

        // Figures that the browser SDK keeps of itself: taken so that it is content, and thrown away.
        Describe(routes.MapPost("/v1/m", TakeMetrics), Policies.Open).ExcludeFromDescription();
        Describe(routes.MapMethods("/v1/m", [HttpMethods.Options], Cors.Preflight), Policies.Open).ExcludeFromDescription();
        Describe(routes.MapGet("/v1/projects/{writeKey}/settings", settings.TakeAsync), Policies.Write).WithSummary("What an SDK loads before it sends");
        Describe(routes.MapMethods("/v1/projects/{writeKey}/settings", [HttpMethods.Options], Cors.Preflight), Policies.Open).ExcludeFromDescription();
    }

    private static Task TakeMetrics(HttpContext http)
    {
        Cors.Allow(http);
        return TrackingAnswer.Done(http);
    }

    // The write key is checked by the endpoint itself; the metadata names the policy for the list of all endpoints.
    private static IEndpointConventionBuilder Describe(IEndpointConventionBuilder endpoint, string policy) =>
        endpoint.AllowAnonymous().WithMetadata(new PolicyName(policy)).WithTags("Tracking");
}
