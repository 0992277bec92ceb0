using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Temas.Server.SecondFactor;

/// <summary>
/// Time-based one-time passwords (RFC 6238) as the usual apps make them: HMAC-SHA-1, six digits, steps of 30 seconds.
/// </summary>
internal static class Totp
{
    /// <summary>Digits of a code.</summary>
    public const int Digits = 6;

    /// <summary>Bytes of a secret: as many as the hash has, which is what RFC 4226 recommends.</summary>
    public const int SecretBytes = 20;

    private const int StepSeconds = 30, Skew = 1;
    private const string Alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

    /// <summary>A new secret.</summary>
    public static byte[] NewSecret() => RandomNumberGenerator.GetBytes(SecretBytes);

    /// <summary>The step in which a moment lies.</summary>
    public static long StepOf(DateTimeOffset at) => Math.DivRem(at.ToUnixTimeSeconds(), StepSeconds).Quotient;

    /// <summary>The code of a step.</summary>
    public static string CodeOf(ReadOnlySpan<byte> secret, long step)
    {
        Span<byte> message = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(message, step);
        Span<byte> hash = stackalloc byte[HMACSHA1.HashSizeInBytes];
        // RFC 6238 as authenticator apps speak it; HMAC with SHA-1 is not what SHA-1 is broken for.
#pragma warning disable CA5350
        HMACSHA1.HashData(secret, message, hash);
#pragma warning restore CA5350
        var number = (BinaryPrimitives.ReadInt32BigEndian(hash[(hash[^1] & 15)..]) & int.MaxValue) % 1_000_000;
        return number.ToString("D6", CultureInfo.InvariantCulture);
    }

    /// <summary>
    /// The step whose code was typed, one before and one after now included, for clocks are never quite right; null when it is none of them or not
    /// after <paramref name="last"/>, the step that was accepted before.
    /// </summary>
    public static long? Match(ReadOnlySpan<byte> secret, string typed, DateTimeOffset now, long last)
    {
        var bytes = Encoding.ASCII.GetBytes(typed);
        long? found = null;
        var middle = StepOf(now);
        for (var step = middle - Skew; step <= middle + Skew; step++)
        {
            // All are tried, so that the time does not tell which one it was.
            if (CryptographicOperations.FixedTimeEquals(bytes, Encoding.ASCII.GetBytes(CodeOf(secret, step))) && step > last) found ??= step;
        }

        return found;
    }

    /// <summary>The address that the QR code holds; apps show issuer and account.</summary>
    public static string Uri(ReadOnlySpan<byte> secret, string account) =>
        $"otpauth://totp/Temas:{System.Uri.EscapeDataString(account)}?secret={Base32(secret)}&issuer=Temas&algorithm=SHA1&digits=6&period=30";

    /// <summary>Bytes in base 32 (RFC 4648) without padding, as apps take a secret that is typed.</summary>
    public static string Base32(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder((bytes.Length * 8 + 4) / 5);
        int bits = 0, held = 0;
        foreach (var b in bytes)
        {
            held = (held << 8) | b;
            for (bits += 8; bits >= 5; bits -= 5) text.Append(Alphabet[(held >> (bits - 5)) & 31]);
            held &= (1 << bits) - 1;
        }

        if (bits > 0) text.Append(Alphabet[(held << (5 - bits)) & 31]);
        return text.ToString();
    }
}
