namespace Temas.Ui.Preferences;

/// <summary>Addresses to come back to: only of this server, so that no link can send a person elsewhere.</summary>
public static class LocalUrl
{
    /// <summary><paramref name="url"/> if it is a path of this server, otherwise <paramref name="fallback"/>.</summary>
    public static string Or(string? url, string fallback) =>
        url is ['/', ..] && !(url.Length > 1 && url[1] is '/' or '\\') && !url.AsSpan().ContainsAnyInRange('\0', '\x1f') ? url : fallback;
}
