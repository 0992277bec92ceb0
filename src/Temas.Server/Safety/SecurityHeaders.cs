namespace Temas.Server.Safety;

/// <summary>Headers that tell the browser what a page of Temas never does. Set on every answer.</summary>
internal sealed class SecurityHeaders(RequestDelegate next)
{
    /// <summary>Scripts, styles, pictures and connections from this server alone; nothing inline, no frames, no plug-ins.</summary>
    public const string ContentSecurityPolicy =
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

    private const string PermissionsPolicy = "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), payment=(), usb=(), browsing-topics=()";

    public Task InvokeAsync(HttpContext http)
    {
        Apply(http);
        return next(http);
    }

    /// <summary>Sets them; needed again where the answer was begun anew, as after a failure.</summary>
    public static void Apply(HttpContext http)
    {
        var headers = http.Response.Headers;
        headers.ContentSecurityPolicy = ContentSecurityPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Permissions-Policy"] = PermissionsPolicy;
        headers.XFrameOptions = "DENY";
        // The tracking API is called by pages of other origins; everything else stays among its own.
        if (!http.Request.Path.StartsWithSegments("/v1", StringComparison.Ordinal))
        {
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Resource-Policy"] = "same-origin";
        }

        if (http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=31536000";
    }
}
