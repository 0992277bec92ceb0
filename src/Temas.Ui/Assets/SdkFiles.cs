using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Net.Http.Headers;
using Temas.Kernel;

namespace Temas.Ui.Assets;

/// <summary>
/// The browser SDK at addresses that websites can rely on: <c>/temas.js</c>, <c>/temas.mjs</c>, the parts that are loaded later, and the types. Open to pages of every origin.
/// Kept for an hour and then asked for by its tag; with <c>?v=</c> and the present version, as the SDK asks for its parts, for good.
/// </summary>
internal static class SdkFiles
{
    private static readonly string[] Names = ["temas.js", "temas.mjs", "temas-capture.mjs", "temas-banner.mjs", "temas-survey.mjs", "temas-frame.js", "temas.d.ts"];

    private static readonly string Version = WebAssets.Find("temas.version") is { } bytes ? Encoding.UTF8.GetString(bytes) : "";

    /// <summary>Address of one of them in the present version, which may be kept for good.</summary>
    public static string Url(string name) => TemasUrls.With($"/{name}", ("v", Version));

    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        foreach (var name in Names)
        {
            var bytes = WebAssets.Find(name) ?? throw new InvalidOperationException($"The web build did not make {name}.");
            var tag = new EntityTagHeaderValue($"\"{Hash64.Of(bytes).ToString("x16", CultureInfo.InvariantCulture)}\"", isWeak: true);
            routes.MapMethods($"/{name}", [HttpMethods.Get, HttpMethods.Head], (HttpContext http) => WriteAsync(http, name, bytes, tag))
                .AllowAnonymous().WithMetadata(new PolicyName(Policies.Open)).ExcludeFromDescription();
        }
    }

    private static Task WriteAsync(HttpContext http, string name, byte[] bytes, EntityTagHeaderValue tag)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = "*";
        headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        headers["Timing-Allow-Origin"] = "*";
        headers.CacheControl = Version.Length > 0 && http.Request.Query["v"] == Version ? "public, max-age=31536000, immutable" : "public, max-age=3600, stale-while-revalidate=86400";
        headers.ETag = tag.ToString();
        if (!http.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known == EntityTagHeaderValue.Any)) return WebAssets.SendAsync(http, name, bytes);
        headers.Vary = HeaderNames.AcceptEncoding;
        http.Response.StatusCode = StatusCodes.Status304NotModified;
        return Task.CompletedTask;
    }
}
