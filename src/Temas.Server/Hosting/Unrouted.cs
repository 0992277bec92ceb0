namespace Temas.Server.Hosting;

/// <summary>
/// Answers requests that met no endpoint of ours before authorisation sees them: without this the policy that denies by default would ask for a sign-in
/// where there is nothing to see. What routing puts in place of an endpoint (method not allowed, media type not supported) is let through.
/// </summary>
internal sealed class Unrouted(RequestDelegate next)
{
    public Task InvokeAsync(HttpContext http)
    {
        var endpoint = http.GetEndpoint();
        if (endpoint is RouteEndpoint) return next(http);
        if (endpoint?.RequestDelegate is { } answer) return answer(http);
        http.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
