using System.Security.Cryptography;
using System.Text;

namespace Temas.Server.SignIn;

/// <summary>
/// The one-time code that proves that whoever sets Temas up can read what the server printed. Made at start while nobody can sign in; lives in
/// memory alone, works until the first person is added, and is never logged.
/// </summary>
internal sealed class SetUpCode
{
    private volatile string? code;

    /// <summary>The code, for the terminal that started the server; null when set-up is over.</summary>
    public string? Value => code;

    /// <summary>Makes a code: 123 bits in groups that can be typed.</summary>
    public string Make()
    {
        var text = RandomNumberGenerator.GetString("abcdefghjkmnpqrstuvwxyz23456789", 25);
        return code = string.Join('-', Enumerable.Range(0, 5).Select(i => text.Substring(i * 5, 5)));
    }

    /// <summary>Whether <paramref name="typed"/> is the code, in a time that does not tell how much of it is right.</summary>
    public bool Matches(string? typed)
    {
        var expected = code;
        if (expected is null || typed is null) return false;
        return CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(typed.Trim().ToLowerInvariant())), SHA256.HashData(Encoding.UTF8.GetBytes(expected)));
    }

    /// <summary>Ends set-up: there is somebody now.</summary>
    public void Spend() => code = null;
}
