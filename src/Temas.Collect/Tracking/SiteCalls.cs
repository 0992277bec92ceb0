using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Tracking;

/// <summary>A call of temas.js that is no event: who asks, and from the pages of which website.</summary>
/// <param name="Workspace">The workspace of the write key.</param>
/// <param name="Source">The source of the write key.</param>
/// <param name="Site">Origin of the page, as the browser says it.</param>
public sealed record SiteCall(Workspace Workspace, Source Source, string Site);

/// <summary>
/// Opens calls that temas.js makes beside sending events, for the modules that answer them. As with events a write key is all that they need, and no cookie is looked at; other than events they come from a page of a website that the source allows.
/// </summary>
public sealed class SiteCalls(SourceRegistry sources)
{
    /// <summary>Finds out who asks, or what is wrong with it.</summary>
    public async ValueTask<Result<SiteCall>> OpenAsync(HttpContext http, string? writeKey)
    {
        if (string.IsNullOrEmpty(writeKey) || await sources.FindAsync(writeKey, http.RequestAborted) is not { } open)
            return new Problem(ProblemKind.Unauthenticated, "write_key_unknown", "The write key is missing, unknown or revoked.") { Field = "writeKey", WayOut = "Send the key of a source." };
        var origin = http.Request.Headers.Origin;
        // "null" is the origin of files and of frames that are locked up; neither is a website.
        if (origin.Count != 1 || origin[0] is not { Length: > 0 and < 200 } said || SourceRules.Sites([said]) is not { IsOk: true, Value: { Length: > 0 } site })
            return new Problem(ProblemKind.Forbidden, "site_unknown", "Surveys are shown by pages of a website, and the browser says of which.") { Field = "Origin", WayOut = "Ask from a page." };
        if (!open.Source.IsSite(site)) return new Problem(ProblemKind.Forbidden, "site_not_allowed", "The source of this key does not allow surveys on this website.") { Field = "Origin", Value = site, WayOut = "Add the website to the source." };
        return new SiteCall(open.Workspace, open.Source, site);
    }

    /// <summary>Answers that something is wrong, in the way of the tracking API.</summary>
    public static Task FailedAsync(HttpContext http, Problem problem) => TrackingAnswer.Failed(http, problem);

    /// <summary>Maps a call: it is posted, may come from any origin, and is taken without a cookie.</summary>
    public static IEndpointConventionBuilder Map(IEndpointRouteBuilder routes, string path, RequestDelegate take)
    {
        Mark(routes.MapMethods(path, [HttpMethods.Options], Cors.Preflight));
        return Mark(routes.MapPost(path, http =>
        {
            Cors.Allow(http);
            http.Response.Headers.CacheControl = "no-store";
            return take(http);
        }));
    }

    private static IEndpointConventionBuilder Mark(IEndpointConventionBuilder endpoint) => endpoint.AllowAnonymous().WithMetadata(new PolicyName(Policies.Write)).ExcludeFromDescription();
}
