using System.Collections.Frozen;

namespace Temas.Customers.Identity;

/// <summary>Telephone numbers in the one form in which they identify: E.164, <c>+905321234567</c>.</summary>
internal static class PhoneNumber
{
    /// <summary>Longest number that E.164 knows, plus sign included.</summary>
    public const int MaxLength = 16;

    /// <summary>How a country writes its own numbers: calling code, prefix for calls within the country, and digits without it.</summary>
    private sealed record Plan(string Code, string Trunk, int Min, int Max);

    // ITU-T E.164 country codes; trunk prefixes and lengths from the national numbering plans published by the ITU. Italy keeps its 0.
    private static readonly FrozenDictionary<string, Plan> Plans = new Dictionary<string, Plan>(StringComparer.Ordinal)
    {
        ["TR"] = new("90", "0", 10, 10),
        ["AZ"] = new("994", "0", 9, 9),
        ["CY"] = new("357", "", 8, 8),
        ["DE"] = new("49", "0", 6, 12),
        ["AT"] = new("43", "0", 6, 12),
        ["CH"] = new("41", "0", 9, 9),
        ["GB"] = new("44", "0", 9, 10),
        ["IE"] = new("353", "0", 7, 9),
        ["FR"] = new("33", "0", 9, 9),
        ["NL"] = new("31", "0", 9, 9),
        ["BE"] = new("32", "0", 8, 9),
        ["LU"] = new("352", "", 5, 11),
        ["IT"] = new("39", "", 6, 11),
        ["ES"] = new("34", "", 9, 9),
        ["PT"] = new("351", "", 9, 9),
        ["GR"] = new("30", "", 10, 10),
        ["BG"] = new("359", "0", 7, 9),
        ["RO"] = new("40", "0", 9, 9),
        ["PL"] = new("48", "", 9, 9),
        ["CZ"] = new("420", "", 9, 9),
        ["SK"] = new("421", "0", 9, 9),
        ["HU"] = new("36", "06", 8, 9),
        ["SE"] = new("46", "0", 6, 9),
        ["NO"] = new("47", "", 8, 8),
        ["DK"] = new("45", "", 8, 8),
        ["FI"] = new("358", "0", 5, 12),
        ["UA"] = new("380", "0", 9, 9),
        ["RU"] = new("7", "8", 10, 10),
        ["KZ"] = new("7", "8", 10, 10),
        ["GE"] = new("995", "0", 9, 9),
        ["IR"] = new("98", "0", 10, 10),
        ["IQ"] = new("964", "0", 8, 10),
        ["SA"] = new("966", "0", 8, 9),
        ["AE"] = new("971", "0", 8, 9),
        ["EG"] = new("20", "0", 8, 10),
        ["IL"] = new("972", "0", 8, 9),
        ["IN"] = new("91", "0", 10, 10),
        ["PK"] = new("92", "0", 9, 10),
        ["CN"] = new("86", "0", 9, 11),
        ["JP"] = new("81", "0", 9, 10),
        ["KR"] = new("82", "0", 8, 10),
        ["AU"] = new("61", "0", 9, 9),
        ["NZ"] = new("64", "0", 8, 10),
        ["BR"] = new("55", "0", 10, 11),
        ["MX"] = new("52", "", 10, 10),
        ["US"] = new("1", "1", 10, 10),
        ["CA"] = new("1", "1", 10, 10),
        ["ZA"] = new("27", "0", 9, 9),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>The countries that can be the default, as ISO 3166-1 alpha-2 codes.</summary>
    public static IReadOnlyList<string> Countries { get; } = [.. Plans.Keys.Order(StringComparer.Ordinal)];

    /// <summary>
    /// Writes the E.164 form of <paramref name="text"/> into <paramref name="into"/> (at least <see cref="MaxLength"/> bytes) and gives its length;
    /// 0 when it is not a telephone number. <paramref name="text"/> and <paramref name="into"/> may overlap.
    /// </summary>
    public static int Normalize(ReadOnlySpan<byte> text, string country, Span<byte> into)
    {
        Span<byte> digits = stackalloc byte[20];
        if (!TryDigits(text, digits, out var count, out var plus)) return 0;
        ReadOnlySpan<byte> number = digits[..count];
        if (!plus && number.StartsWith("00"u8))
        {
            number = number[2..];
            plus = true;
        }

        var home = Plans[country];
        Span<byte> result = stackalloc byte[24];
        result[0] = (byte)'+';
        int length;
        if (plus)
        {
            length = Append(result, 1, number);
        }
        else if (StartsWith(number, home.Code) && National(number[home.Code.Length..], home) is { Length: > 0 } && !Fits(number, home))
        {
            length = Append(result, 1, number);
        }
        else
        {
            var national = National(number, home);
            if (national.Length == 0) return 0;
            for (var i = 0; i < home.Code.Length; i++) result[i + 1] = (byte)home.Code[i];
            length = Append(result, 1 + home.Code.Length, national);
        }

        if (StartsWith(result[1..length], home.Code))
        {
            // Of our own country we know the lengths, and the habit of "+90 (0) 532".
            var national = National(result[(1 + home.Code.Length)..length], home);
            if (national.Length == 0) return 0;
            length = Append(result, 1 + home.Code.Length, national);
        }

        if (length is < 8 or > MaxLength || result[1] == (byte)'0') return 0;
        result[..length].CopyTo(into);
        return length;
    }

    private static bool TryDigits(ReadOnlySpan<byte> text, Span<byte> digits, out int count, out bool plus)
    {
        (count, plus) = (0, false);
        if (text.StartsWith("tel:"u8)) text = text[4..];
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is >= (byte)'0' and <= (byte)'9')
            {
                if (count == digits.Length) return false;
                digits[count++] = c;
            }
            else if (c == (byte)'+' && count == 0 && !plus)
            {
                plus = true;
            }
            else if (c == 0xC2 && i + 1 < text.Length && text[i + 1] == 0xA0)
            {
                i++;
            }
            else if (c is not ((byte)' ' or (byte)'\t' or (byte)'(' or (byte)')' or (byte)'-' or (byte)'.' or (byte)'/'))
            {
                return false;
            }
        }

        return count >= 6;
    }

    private static bool Fits(ReadOnlySpan<byte> number, Plan plan) => number.Length >= plan.Min && number.Length <= plan.Max;

    /// <summary>The number without the country's own prefix, or nothing when it has the wrong length.</summary>
    private static ReadOnlySpan<byte> National(ReadOnlySpan<byte> number, Plan plan)
    {
        if (plan.Trunk.Length > 0 && StartsWith(number, plan.Trunk) && Fits(number[plan.Trunk.Length..], plan)) return number[plan.Trunk.Length..];
        return Fits(number, plan) && !(plan.Trunk == "0" && number[0] == (byte)'0') ? number : [];
    }

    private static bool StartsWith(ReadOnlySpan<byte> number, string prefix)
    {
        if (number.Length < prefix.Length) return false;
        for (var i = 0; i < prefix.Length; i++)
        {
            if (number[i] != (byte)prefix[i]) return false;
        }

        return true;
    }

    private static int Append(Span<byte> result, int at, ReadOnlySpan<byte> digits)
    {
        digits.CopyTo(result[at..]);
        return at + digits.Length;
    }
}
