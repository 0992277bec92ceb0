using System.Globalization;

namespace Temas.Collect.Import.Mapping;

/// <summary>How numbers are written. Their decimal digits are kept as they are: no number goes through a binary fraction.</summary>
/// <param name="Decimal">Between the whole and the fraction.</param>
/// <param name="Group">Between groups of three digits; null: there are none.</param>
internal sealed record NumberFormat(char Decimal, char? Group)
{
    /// <summary>Longest number, in characters.</summary>
    public const int MaxLength = 128;

    /// <summary>A point, no groups.</summary>
    public static NumberFormat Default { get; } = new('.', null);

    /// <summary>
    /// Writes <paramref name="text"/> as a JSON number. False when it is none, also when its groups are not of three digits: <c>12.50</c> read with
    /// the point as the group separator is a wrong mapping, not one thousand two hundred and fifty.
    /// </summary>
    public bool TryNormalize(ReadOnlySpan<char> text, Span<char> target, out int written)
    {
        written = 0;
        text = text.Trim();
        if (text.IsEmpty || text.Length > MaxLength) return false;
        var i = 0;
        if (text[0] is '-' or '\u2212' or '+')
        {
            if (text[0] != '+') target[written++] = '-';
            i++;
        }

        var whole = written;
        int digits = 0, sinceGroup = 0;
        var grouped = false;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsAsciiDigit(c))
            {
                digits++;
                sinceGroup++;
                // A leading zero is no JSON: 007 is 7.
                if (written == whole + 1 && target[whole] == '0') written = whole;
                target[written++] = c;
            }
            else if (IsGroup(c) && digits > 0 && (grouped ? sinceGroup == 3 : sinceGroup <= 3))
            {
                (grouped, sinceGroup) = (true, 0);
            }
            else
            {
                break;
            }
        }

        if (grouped && sinceGroup != 3) return false;
        if (digits == 0) target[written++] = '0';
        if (i < text.Length && text[i] == Decimal)
        {
            i++;
            var from = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            if (i > from)
            {
                target[written++] = '.';
                text[from..i].CopyTo(target[written..]);
                written += i - from;
                digits += i - from;
            }
        }

        if (digits == 0) return false;
        if (i < text.Length && text[i] is 'e' or 'E')
        {
            var from = i++;
            if (i < text.Length && text[i] is '+' or '-') i++;
            var exponent = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            if (i == exponent || i - exponent > 3) return false;
            text[from..i].CopyTo(target[written..]);
            written += i - from;
        }

        return i == text.Length;
    }

    /// <summary>The number as a decimal.</summary>
    public bool TryDecimal(ReadOnlySpan<char> text, out decimal value)
    {
        Span<char> json = stackalloc char[MaxLength + 2];
        value = 0;
        return TryNormalize(text, json, out var length) && decimal.TryParse(json[..length], NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    /// <summary>For messages.</summary>
    public override string ToString() => Group is null ? $"decimal '{Decimal}', no groups" : $"decimal '{Decimal}', group '{Group}'";

    private bool IsGroup(char c) => Group switch
    {
        null => false,
        ' ' => c is ' ' or '\u00A0' or '\u202F',
        '\'' => c is '\'' or '\u2019',
        var group => c == group,
    };
}
