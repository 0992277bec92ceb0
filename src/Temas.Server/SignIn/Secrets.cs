using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Temas.Server.SignIn;

/// <summary>Random secrets, and the digests by which they are kept.</summary>
internal static class Secrets
{
    /// <summary>A new secret of <paramref name="bytes"/> random bytes in base64url.</summary>
    public static string New(int bytes) => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(bytes));

    /// <summary>SHA-256 of a secret, in hexadecimal. Right for random secrets only: a password needs a slow hash.</summary>
    public static string Digest(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));
}
