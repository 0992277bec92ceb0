using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Temas.Kernel;

namespace Temas.Ui.Preferences;

/// <summary>
/// The two forms of the top bar. The language belongs to the person who is signed in, and goes with her to every browser; of somebody who is not it is kept in a
/// cookie for a year. The theme belongs to the screen, and is always a cookie.
/// </summary>
internal static class ChoosePreference
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(TemasUrls.Language, async ([FromForm] string? language, [FromForm] string? returnUrl, HttpContext context, CancellationToken cancel) =>
            {
                if (Languages.IsKnown(language))
                {
                    if (context.RequestServices.GetService<IOwnLanguage>() is { } own && await own.KeepAsync(context, language!, cancel)) Languages.Forget(context);
                    else Languages.Remember(context, language!);
                }

                return Results.LocalRedirect(LocalUrl.Or(returnUrl, "/"));
            })
            .AllowAnonymous().WithMetadata(new PolicyName(Policies.Open)).ExcludeFromDescription();
        routes.MapPost(TemasUrls.Theme, ([FromForm] string? theme, [FromForm] string? returnUrl, HttpContext context) =>
            {
                if (ThemeChoice.IsKnown(theme)) Keep(context, ThemeChoice.Cookie, theme!, httpOnly: false);
                return Results.LocalRedirect(LocalUrl.Or(returnUrl, "/"));
            })
            .AllowAnonymous().WithMetadata(new PolicyName(Policies.Open)).ExcludeFromDescription();
    }

    internal static void Keep(HttpContext context, string cookie, string value, bool httpOnly) =>
        context.Response.Cookies.Append(cookie, value, new CookieOptions
        {
            Path = "/",
            MaxAge = TimeSpan.FromDays(365),
            HttpOnly = httpOnly,
            SameSite = SameSiteMode.Lax,
            Secure = context.Request.IsHttps,
            IsEssential = true,
        });
}

/// <summary>Keeps a choice with the person; the server brings it, who knows people.</summary>
public interface IOwnLanguage
{
    /// <summary>Makes this the language of whoever is signed in. False when nobody is.</summary>
    Task<bool> KeepAsync(HttpContext context, string language, CancellationToken cancel);
}
