using Microsoft.AspNetCore.Http;

namespace Temas.Collect.Tracking;

/// <summary>
/// Lets pages of any origin send events. The tracking API looks at no cookie and answers nothing that is secret, so a foreign page gains nothing by it;
/// credentials are allowed because beacons always carry them.
/// </summary>
internal static class Cors
{
    private const string UsualHeaders = "Authorization, Content-Type, Content-Encoding, X-Retry-Count";

    /// <summary>Adds what a browser needs to read the answer.</summary>
    public static void Allow(HttpContext http)
    {
        var origin = http.Request.Headers.Origin;
        var headers = http.Response.Headers;
        if (origin.Count == 1 && origin[0] is { Length: > 0 and < 500 } from)
        {
            headers.AccessControlAllowOrigin = from;
            headers.AccessControlAllowCredentials = "true";
            headers.Vary = "Origin";
        }
        else
        {
            headers.AccessControlAllowOrigin = "*";
        }

        headers.AccessControlExposeHeaders = "Retry-After";
    }

    /// <summary>Answers a browser that asks before it sends.</summary>
    public static Task Preflight(HttpContext http)
    {
        Allow(http);
        var request = http.Request.Headers;
        var headers = http.Response.Headers;
        headers.AccessControlAllowMethods = "GET, POST, OPTIONS";
        headers.AccessControlAllowHeaders = request.AccessControlRequestHeaders is [{ Length: > 0 and < 1000 } asked] ? asked : UsualHeaders;
        headers.AccessControlMaxAge = "86400";
        if (request["Access-Control-Request-Private-Network"] == "true") headers["Access-Control-Allow-Private-Network"] = "true";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
