using Temas.Server.SecondFactor;

namespace Temas.Server.Tests.SecondFactor;

/// <summary>What an authenticator app does with the secret that it is shown.</summary>
internal static class Authenticator
{
    /// <summary>The secret, from base 32.</summary>
    public static byte[] Decode(string base32)
    {
        var bytes = new List<byte>();
        int held = 0, bits = 0;
        foreach (var c in base32.Where(c => c != ' '))
        {
            held = (held << 5) | "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".IndexOf(c, StringComparison.Ordinal);
            if ((bits += 5) < 8) continue;
            bytes.Add((byte)(held >> (bits -= 8)));
            held &= (1 << bits) - 1;
        }

        return [.. bytes];
    }

    /// <summary>The code that it shows now.</summary>
    public static string Code(string base32, TimeProvider clock) => Totp.CodeOf(Decode(base32), Totp.StepOf(clock.GetUtcNow()));
}
