using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;

namespace Temas.Ui.Preferences;

/// <summary>The two forms of the top bar: language and theme, each kept in a cookie for a year.</summary>
internal static class ChoosePreference
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(TemasUrls.Language, ([FromForm] string? language, [FromForm] string? returnUrl, HttpContext context) =>
                Keep(context, Languages.Cookie, Languages.IsKnown(language) ? language : null, returnUrl, httpOnly: true))
            .AllowAnonymous().WithMetadata(new PolicyName(Policies.Open)).ExcludeFromDescription();
        routes.MapPost(TemasUrls.Theme, ([FromForm] string? theme, [FromForm] string? returnUrl, HttpContext context) =>
                Keep(context, ThemeChoice.Cookie, ThemeChoice.IsKnown(theme) ? theme : null, returnUrl, httpOnly: false))
            .AllowAnonymous().WithMetadata(new PolicyName(Policies.Open)).ExcludeFromDescription();
    }

    private static IResult Keep(HttpContext context, string cookie, string? value, string? returnUrl, bool httpOnly)
    {
        if (value is not null)
        {
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

        return Results.LocalRedirect(LocalUrl.Or(returnUrl, "/"));
    }
}
