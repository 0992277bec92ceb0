using System.Collections.Concurrent;

namespace Temas.Server.SignIn;

/// <summary>
/// Secrets on their way from the form that made them to the page that shows them. In memory for two minutes, for the person who made them and nobody else;
/// what was shown is gone. So no secret is ever in an address, a cookie or on disk.
/// </summary>
internal sealed class ShownOnce(TimeProvider clock)
{
    private const int Most = 1_000;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, Kept> kept = new(StringComparer.Ordinal);

    private readonly record struct Kept(string Person, string Secret, DateTimeOffset Until);

    /// <summary>Keeps <paramref name="secret"/>; gives the ticket that fetches it.</summary>
    public string Keep(string person, string secret)
    {
        var now = clock.GetUtcNow();
        foreach (var (old, entry) in kept)
        {
            if (entry.Until < now) kept.TryRemove(old, out _);
        }

        if (kept.Count >= Most) kept.Clear();
        var ticket = Secrets.New(16);
        kept[ticket] = new Kept(person, secret, now + Life);
        return ticket;
    }

    /// <summary>The secret, once; null when it was shown, is somebody else's, or has waited too long.</summary>
    public string? Take(string person, string? ticket)
    {
        if (ticket is null || !kept.TryGetValue(ticket, out var entry) || entry.Person != person || !kept.TryRemove(ticket, out entry)) return null;
        return entry.Until >= clock.GetUtcNow() ? entry.Secret : null;
    }
}
