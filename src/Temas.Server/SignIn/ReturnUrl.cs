namespace Temas.Server.SignIn;

/// <summary>Where to go after signing in: only to a page of this server.</summary>
internal static class ReturnUrl
{
    /// <summary><paramref name="url"/> if it is a path on this server, else <c>/</c>.</summary>
    public static string Local(string? url) =>
        url is { Length: > 0 and <= 2000 } && url[0] == '/' && (url.Length == 1 || (url[1] != '/' && url[1] != '\\')) && !url.Any(char.IsControl) ? url : "/";
}
