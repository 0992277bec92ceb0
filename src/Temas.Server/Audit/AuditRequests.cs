using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.Audit;

/// <summary>
/// Sees to it that no change goes unrecorded: a request that changed something under a role and wrote no entry of its own gets one that names the
/// endpoint by its pattern. The address itself is not written down, for it may hold an identifier of a customer.
/// </summary>
internal sealed class AuditRequests(RequestDelegate next)
{
    public async Task InvokeAsync(HttpContext http, IAuditTrail audit, CurrentWorkspace current)
    {
        await next(http);
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method)) return;
        if (http.Response.StatusCode >= 400 || !current.IsSet || http.Features.Get<AuditedHere>() is not null) return;
        if (http.GetEndpoint() is RouteEndpoint endpoint && endpoint.Metadata.GetMetadata<ChangesNothing>() is null && EndpointPolicy.Of(endpoint) is { } policy && RolePolicies.Least.ContainsKey(policy))
            await audit.RecordAsync(new AuditEntry(current.Value.Key, current.Actor, "request", $"{http.Request.Method} {endpoint.RoutePattern.RawText}"));
    }
}
