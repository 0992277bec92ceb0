using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Temas.Server.People;

/// <summary>Hashes and verifies passwords: PBKDF2 with HMAC-SHA-512, by the framework's hasher.</summary>
internal sealed class Passwords(IOptions<PasswordHasherOptions> options)
{
    /// <summary>Rounds of PBKDF2-HMAC-SHA-512 that the OWASP password storage cheat sheet asks for.</summary>
    public const int Rounds = 210_000;

    private static readonly object Nobody = new();
    private readonly PasswordHasher<object> hasher = new(options);
    private string? decoy;

    /// <summary>The hash to store.</summary>
    public string Hash(string password) => hasher.HashPassword(Nobody, password);

    /// <summary>
    /// Whether <paramref name="password"/> is the one that was hashed. With null for <paramref name="hash"/> it does the same work in vain, so that
    /// the time of the answer does not tell who exists.
    /// </summary>
    /// <param name="hash">The stored hash; null for nobody, empty for whoever has no password.</param>
    /// <param name="password">What was typed.</param>
    /// <param name="stale">True when the hash was made with fewer rounds than are asked for today, and should be made anew.</param>
    public bool Verify(string? hash, string password, out bool stale)
    {
        decoy ??= Hash("a decoy for those who are not there");
        var result = hasher.VerifyHashedPassword(Nobody, string.IsNullOrEmpty(hash) ? decoy : hash, password);
        stale = result == PasswordVerificationResult.SuccessRehashNeeded;
        return !string.IsNullOrEmpty(hash) && result != PasswordVerificationResult.Failed;
    }
}
