using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Temas.Collect.Sources;

/// <summary>Write keys: 32 characters of a-z, A-Z, 0-9, hyphen and underscore, 192 random bits.</summary>
internal static class WriteKey
{
    private const int Longest = 200;

    /// <summary>A new key.</summary>
    public static string New() => System.Buffers.Text.Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(24));

    /// <summary>
    /// The digest under which a key is looked up. Comparing digests takes the same time whatever the key, so that none can be guessed letter by letter.
    /// False when the text is too long for a key.
    /// </summary>
    public static bool TryDigest(ReadOnlySpan<char> key, out Digest digest)
    {
        digest = default;
        if (key.IsEmpty || key.Length > Longest) return false;
        Span<byte> utf8 = stackalloc byte[Longest * 3];
        if (Encoding.UTF8.TryGetBytes(key, utf8, out var used) is false) return false;
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(utf8[..used], hash);
        digest = new Digest(
            BitConverter.ToUInt64(hash), BitConverter.ToUInt64(hash[8..]), BitConverter.ToUInt64(hash[16..]), BitConverter.ToUInt64(hash[24..]));
        return true;
    }

    /// <summary>SHA-256 of a key.</summary>
    internal readonly record struct Digest(ulong A, ulong B, ulong C, ulong D);
}
