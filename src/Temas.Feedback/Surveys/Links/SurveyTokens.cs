using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Temas.Feedback.Surveys.Links;

/// <summary>
/// Signs what respondents bring along: the token of a response to a public survey, and personal links. A token is what it says and a message authentication code (HMAC-SHA-256, 128 bits) over that, the survey and what the token is for; the key is the
/// workspace's own. Whoever changes a letter, or takes a token to another survey, has none. What must not even be read on its way (who a visitor is, say) is sealed: AES-GCM with a key drawn from the same.
/// </summary>
internal sealed class SurveyTokens(byte[] key)
{
    /// <summary>Size of the key, in bytes.</summary>
    public const int KeySize = 32;

    private const int CodeSize = 16, Longest = 1_000, LongestSeal = 6_000, NonceSize = 12;

    private readonly byte[] sealing = HKDF.DeriveKey(HashAlgorithmName.SHA256, key, KeySize, info: "temas survey seal"u8.ToArray());

    /// <summary>Signs something said.</summary>
    public string Sign(string purpose, string survey, string said)
    {
        var text = Encoding.UTF8.GetBytes(said);
        return Base64Url.EncodeToString([.. Code(purpose, survey, text), .. text]);
    }

    /// <summary>What a token says, or null when it is none of ours for this purpose and survey. Takes the same time whatever is wrong with it.</summary>
    public string? Open(string purpose, string survey, string? token)
    {
        if (token is not { Length: > 0 and <= Longest } || !Base64Url.IsValid(token)) return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= CodeSize) return null;
        var said = bytes.AsSpan(CodeSize).ToArray();
        return CryptographicOperations.FixedTimeEquals(bytes.AsSpan(0, CodeSize), Code(purpose, survey, said)) ? Encoding.UTF8.GetString(said) : null;
    }

    /// <summary>Seals something said: nobody else can read or change it.</summary>
    public string Seal(string purpose, string survey, string said)
    {
        var text = Encoding.UTF8.GetBytes(said);
        var kept = new byte[NonceSize + CodeSize + text.Length];
        RandomNumberGenerator.Fill(kept.AsSpan(0, NonceSize));
        using var aes = new AesGcm(sealing, CodeSize);
        aes.Encrypt(kept.AsSpan(0, NonceSize), text, kept.AsSpan(NonceSize + CodeSize), kept.AsSpan(NonceSize, CodeSize), Encoding.UTF8.GetBytes($"{purpose}\0{survey}"));
        return Base64Url.EncodeToString(kept);
    }

    /// <summary>What is sealed, or null when it is none of ours for this purpose and survey.</summary>
    public string? Unseal(string purpose, string survey, string? token)
    {
        if (token is not { Length: > 0 and <= LongestSeal } || !Base64Url.IsValid(token)) return null;
        var bytes = Base64Url.DecodeFromChars(token);
        if (bytes.Length <= NonceSize + CodeSize) return null;
        var text = new byte[bytes.Length - NonceSize - CodeSize];
        using var aes = new AesGcm(sealing, CodeSize);
        try
        {
            aes.Decrypt(bytes.AsSpan(0, NonceSize), bytes.AsSpan(NonceSize + CodeSize), bytes.AsSpan(NonceSize, CodeSize), text, Encoding.UTF8.GetBytes($"{purpose}\0{survey}"));
            return Encoding.UTF8.GetString(text);
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }

    // Parts of different lengths must not run into each other: a NUL is in none of the first two.
    private byte[] Code(string purpose, string survey, byte[] said) => HMACSHA256.HashData(key, (byte[])[.. Encoding.UTF8.GetBytes($"{purpose}\0{survey}\0"), .. said])[..CodeSize];
}
