using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Http;

/// <summary>What the answers of pages carry whose address is a secret, and that may stand in a frame of a website.</summary>
public static class SecretPages
{
    /// <summary>Keeps the address to those who have it: it is neither kept, nor found by search engines, nor told to where a link leads.</summary>
    public static void Hide(HttpContext http)
    {
        http.Response.Headers.CacheControl = "no-store";
        http.Response.Headers["X-Robots-Tag"] = "noindex";
        http.Response.Headers["Referrer-Policy"] = "no-referrer";
    }

    /// <summary>Lets the page stand in frames of some websites, and of no others.</summary>
    /// <param name="http">The answer.</param>
    /// <param name="sites">The websites, as a policy names them.</param>
    public static void AllowFrames(HttpContext http, string sites)
    {
        http.Response.Headers.Remove("X-Frame-Options");
        http.Response.Headers.ContentSecurityPolicy = http.Response.Headers.ContentSecurityPolicy.ToString().Replace("frame-ancestors 'none'", $"frame-ancestors {sites}", StringComparison.Ordinal);
        ForFrames(http);
    }

    /// <summary>Lets a frame load it that is locked up, and so has no origin of its own.</summary>
    public static void ForFrames(HttpContext http) => http.Response.Headers["Cross-Origin-Resource-Policy"] = "cross-origin";
}
