using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Preferences;

/// <summary>Light, dark, or as the reader's system has it. Remembered in a cookie that the page's script may write as well.</summary>
public static class ThemeChoice
{
    internal const string Cookie = "temas-theme";

    /// <summary><c>light</c>, <c>dark</c> or <c>auto</c>.</summary>
    public static string Of(HttpRequest? request) => request?.Cookies[Cookie] is { } theme && IsKnown(theme) ? theme : "auto";

    internal static bool IsKnown(string? theme) => theme is "light" or "dark" or "auto";
}
