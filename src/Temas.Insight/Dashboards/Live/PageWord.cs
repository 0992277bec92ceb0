using System.Security.Cryptography;
using System.Text;

namespace Temas.Insight.Dashboards.Live;

/// <summary>What a page is told so that it knows when something is no longer as it was: a word that changes with it and tells nothing of it. Whoever was sent a link would otherwise read off how much happens here, and when somebody was erased.</summary>
internal static class PageWord
{
    // Of this process alone: with the next start every page asks again.
    private static readonly byte[] Key = RandomNumberGenerator.GetBytes(32);

    /// <summary>The word for a state.</summary>
    public static string Of(string state)
    {
        Span<byte> digest = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Key, Encoding.UTF8.GetBytes(state), digest);
        return Convert.ToHexStringLower(digest[..8]);
    }
}
