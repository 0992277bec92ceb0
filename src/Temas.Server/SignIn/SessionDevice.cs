namespace Temas.Server.SignIn;

/// <summary>A session, as its person sees it.</summary>
/// <param name="Id">Names it in the list; opens nothing.</param>
/// <param name="Device">Browser and system, or null where the browser did not say.</param>
/// <param name="Address">The address from which it was begun.</param>
/// <param name="CreatedAt">When it was begun.</param>
/// <param name="SeenAt">Its last use, exact to the minute.</param>
/// <param name="IsHere">Whether it is the one that asks.</param>
internal sealed record OwnSession(string Id, string? Device, string? Address, DateTimeOffset CreatedAt, DateTimeOffset SeenAt, bool IsHere);

/// <summary>What a browser calls itself, in words by which a person recognises it.</summary>
internal static class SessionDevice
{
    private const int Longest = 300;

    // Browsers name those that they descend from, too: the first that fits is the one. So do systems: Android says Linux, an iPhone says Mac OS X.
    private static readonly (string Mark, string Name)[] Browsers =
        [("Edg", "Edge"), ("OPR/", "Opera"), ("SamsungBrowser/", "Samsung Internet"), ("YaBrowser/", "Yandex"), ("Firefox/", "Firefox"), ("FxiOS/", "Firefox"), ("CriOS/", "Chrome"), ("Chrome/", "Chrome"), ("Safari/", "Safari")];

    private static readonly (string Mark, string Name)[] Systems =
        [("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("CrOS", "ChromeOS"), ("Windows", "Windows"), ("Macintosh", "macOS"), ("Linux", "Linux")];

    /// <summary>What is kept of a <c>User-Agent</c>: nothing where it is empty, and never more than 300 characters.</summary>
    public static string? Kept(string agent) => agent.Length == 0 ? null : agent.Length > Longest ? agent[..Longest] : agent;

    /// <summary>Browser and system, such as <c>Firefox · Windows</c>; the first word of what it said where neither is known.</summary>
    public static string? Of(string? agent)
    {
        if (string.IsNullOrWhiteSpace(agent)) return null;
        var browser = NameIn(Browsers, agent);
        var system = NameIn(Systems, agent);
        return (browser, system) switch
        {
            ({ } one, { } other) => $"{one} · {other}",
            ({ } one, null) => one,
            (null, { } other) => other,
            _ => agent.Split(' ', 2)[0],
        };
    }

    private static string? NameIn((string Mark, string Name)[] known, string agent) => known.FirstOrDefault(k => agent.Contains(k.Mark, StringComparison.Ordinal)).Name;
}
