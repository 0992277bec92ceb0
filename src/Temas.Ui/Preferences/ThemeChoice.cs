using Microsoft.AspNetCore.Http;

namespace Temas.Ui.Preferences;

/// <summary>Light, dark, or as the reader's system has it. Remembered in a cookie that the page's script may write as well.</summary>
internal static class ThemeChoice
{
    public const string Cookie = "temas-theme";

    public static string Of(HttpRequest? request) => request?.Cookies[Cookie] is { } theme && IsKnown(theme) ? theme : "auto";

    public static bool IsKnown(string? theme) => theme is "light" or "dark" or "auto";
}
