using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Temas.Engage.Pages;

/// <summary>Keys that sign, on their way from the form that made them to the page that shows them: in memory for two minutes, for the person who made them, and once. So none is ever in an address, a cookie or on disk in clear.</summary>
internal sealed class OnceShown(TimeProvider clock)
{
    private const int Most = 1_000;
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(2);

    private readonly ConcurrentDictionary<string, (string Person, string Secret, DateTimeOffset Until)> kept = new(StringComparer.Ordinal);

    /// <summary>Keeps a secret; gives the ticket that fetches it.</summary>
    public string Keep(string person, string secret)
    {
        if (kept.Count >= Most) kept.Clear();
        var ticket = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));
        kept[ticket] = (person, secret, clock.GetUtcNow() + Life);
        return ticket;
    }

    /// <summary>The secret, once; null when it was shown, is somebody else's, or has waited too long.</summary>
    public string? Take(string person, string? ticket) =>
        ticket is not null && kept.TryGetValue(ticket, out var entry) && entry.Person == person && kept.TryRemove(ticket, out entry) && entry.Until >= clock.GetUtcNow() ? entry.Secret : null;
}
