using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Localization;

namespace Temas.Ui.Preferences;

/// <summary>The languages that every text exists in, and how a request tells which one its reader wants.</summary>
public static class Languages
{
    /// <summary>The claim of a signed-in person's own language.</summary>
    public const string Claim = "temas:language";

    internal const string Cookie = "temas-language";

    /// <summary>A language with its name in itself.</summary>
    /// <param name="Code">ISO 639-1.</param>
    /// <param name="Name">What its speakers call it.</param>
    public sealed record Language(string Code, string Name);

    /// <summary>All of them, equals.</summary>
    public static IReadOnlyList<Language> All { get; } = [new("tr", "Türkçe"), new("en", "English")];

    /// <summary>The language of the page that is being rendered.</summary>
    public static Language Current =>
        All.FirstOrDefault(x => x.Code == CultureInfo.CurrentUICulture.TwoLetterISOLanguageName) ?? All[^1];

    /// <summary>Whether a language code is one of <see cref="All"/>.</summary>
    public static bool IsKnown(string? code) => All.Any(x => x.Code == code);

    /// <summary>The language of a request that something went wrong with before its culture was settled.</summary>
    public static string Of(HttpContext http) =>
        http.Request.Cookies[Cookie] is { } chosen && IsKnown(chosen) ? chosen
        : http.User.FindFirst(Claim)?.Value is { } own && IsKnown(own) ? own
        : http.Request.GetTypedHeaders().AcceptLanguage.OrderByDescending(x => x.Quality ?? 1).Select(x => x.Value.ToString().Split('-')[0]).FirstOrDefault(IsKnown) ?? "en";

    /// <summary>Keeps the language in a cookie: the choice of somebody who is not signed in.</summary>
    public static void Remember(HttpContext http, string code) => ChoosePreference.Keep(http, Cookie, code, httpOnly: true);

    /// <summary>Takes the cookie away: from now on the signed-in person's own language holds, whichever browser that was chosen in.</summary>
    public static void Forget(HttpContext http)
    {
        if (http.Request.Cookies.ContainsKey(Cookie)) http.Response.Cookies.Delete(Cookie, new CookieOptions { Path = "/" });
    }

    /// <summary>Cookie, then the person's setting, then what the browser accepts; the server adds the workspace's own, and English holds when nothing of that tells.</summary>
    internal static void Configure(RequestLocalizationOptions options)
    {
        var cultures = All.Select(x => CultureInfo.GetCultureInfo(x.Code)).ToList();
        options.DefaultRequestCulture = new RequestCulture("en");
        options.SupportedCultures = cultures;
        options.SupportedUICultures = cultures;
        options.ApplyCurrentCultureToResponseHeaders = true;
        options.RequestCultureProviders =
        [
            new CustomRequestCultureProvider(context => Told(context.Request.Cookies[Cookie])),
            new CustomRequestCultureProvider(context => Told(context.User.FindFirst(Claim)?.Value)),
            new AcceptLanguageHeaderRequestCultureProvider(),
        ];
    }

    /// <summary>A language as a provider of cultures answers; null for one that is none of <see cref="All"/>.</summary>
    public static Task<ProviderCultureResult?> Told(string? code) =>
        Task.FromResult(IsKnown(code) ? new ProviderCultureResult(code) : null);
}
