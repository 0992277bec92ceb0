using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Preferences;

/// <summary>
/// What was just done, told once on the page that follows: a code for the page's own words and one opaque argument for the way back.
/// Lives in a cookie for a minute, so it may hold no personal data.
/// </summary>
/// <param name="Code">What happened, as the page knows it.</param>
/// <param name="Argument">What the way back needs; empty if there is none.</param>
public sealed record Flash(string Code, string Argument = "")
{
    private const string Cookie = "temas-flash";

    /// <summary>Leaves it for the next page.</summary>
    public void Leave(HttpContext context) =>
        context.Response.Cookies.Append(Cookie, $"{Code}~{Argument}", new CookieOptions
        {
            Path = "/",
            HttpOnly = true,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            MaxAge = TimeSpan.FromMinutes(1),
        });

    /// <summary>Takes what was left, if anything was; it is not told again.</summary>
    public static Flash? Take(HttpContext? context)
    {
        if (context?.Request.Cookies[Cookie] is not { Length: > 0 } value) return null;
        if (!context.Response.HasStarted) context.Response.Cookies.Delete(Cookie);
        var at = value.IndexOf('~', StringComparison.Ordinal);
        return at < 0 ? new Flash(value) : new Flash(value[..at], value[(at + 1)..]);
    }
}
