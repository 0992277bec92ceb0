using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts;

/// <summary>Kinds of personal data that are recognised in texts.</summary>
public enum PersonalDataKind : byte
{
    /// <summary>An address of mail.</summary>
    Email,

    /// <summary>A telephone number: Turkish, or with a country code.</summary>
    Phone,

    /// <summary>A Turkish identity number whose two check digits are right.</summary>
    NationalId,

    /// <summary>An account number (IBAN, ISO 13616) whose check digits are right.</summary>
    Iban,

    /// <summary>A payment card number whose check digit (Luhn, ISO/IEC 7812) is right.</summary>
    Card,

    /// <summary>A Turkish number plate.</summary>
    Plate,
}

/// <summary>Personal data in a text.</summary>
public readonly record struct PersonalDataSpan(PersonalDataKind Kind, TextSpan Span);

/// <summary>
/// Finds personal data and masks it character by character, so that every place in the text stays where it is. What has check digits is recognised by them, so that an order number is seldom taken for an identity number.
/// Names and addresses are not recognised.
/// </summary>
internal static class PersonalData
{
    private const char Mask = '•';
    private static readonly string[] Units = ["TL", "KG", "GR", "GB", "MB", "TB", "CM", "MM", "ML", "LT", "KM", "MP", "HZ", "AH", "AD", "TRY", "USD", "EUR", "RAM", "SSD", "GHZ", "MAH", "LIK"];

    /// <summary>All of it, in the order of the text; nothing overlaps.</summary>
    public static List<PersonalDataSpan> Find(ReadOnlySpan<char> text)
    {
        var found = new List<PersonalDataSpan>();
        for (var i = 0; i < text.Length;)
        {
            var isStart = i == 0 || !char.IsLetterOrDigit(text[i - 1]);
            var length = 0;
            var kind = PersonalDataKind.Email;
            if (isStart)
            {
                if ((length = EmailAt(text, i)) > 0) kind = PersonalDataKind.Email;
                else if ((length = IbanAt(text, i)) > 0) kind = PersonalDataKind.Iban;
                else if (char.IsAsciiDigit(text[i]) || text[i] is '+' or '(') length = NumberAt(text, i, out kind);
            }

            if (length == 0)
            {
                i++;
                continue;
            }

            found.Add(new(kind, new TextSpan(i, length)));
            i += length;
        }

        return found;
    }

    /// <summary>The text with its personal data made unreadable: letters and digits become dots, what stands between them stays.</summary>
    public static string MaskAll(string text)
    {
        var found = Find(text);
        if (found.Count == 0) return text;
        return string.Create(text.Length, (text, found), static (into, state) =>
        {
            state.text.CopyTo(into);
            foreach (var (_, span) in state.found)
            {
                for (var i = span.Start; i < span.End; i++)
                {
                    if (char.IsLetterOrDigit(into[i])) into[i] = Mask;
                }
            }
        });
    }

    private static int EmailAt(ReadOnlySpan<char> text, int i)
    {
        var at = i;
        while (at < text.Length && at - i < 65 && (char.IsLetterOrDigit(text[at]) || text[at] is '.' or '_' or '-' or '+' or '%')) at++;
        if (at == i || at >= text.Length || text[at] != '@') return 0;
        var end = at + 1;
        var dots = 0;
        while (end < text.Length && end - at < 255 && (char.IsLetterOrDigit(text[end]) || (text[end] is '.' or '-' && end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1]))))
        {
            if (text[end] == '.') dots++;
            end++;
        }

        return dots > 0 && end > at + 3 ? end - i : 0;
    }

    private static int IbanAt(ReadOnlySpan<char> text, int i)
    {
        if (i + 4 > text.Length || !char.IsAsciiLetter(text[i]) || !char.IsAsciiLetter(text[i + 1]) || !char.IsAsciiDigit(text[i + 2]) || !char.IsAsciiDigit(text[i + 3])) return 0;
        Span<char> iban = stackalloc char[34];
        var (count, end, best) = (0, i, 0);
        for (; end < text.Length && count < 34; end++)
        {
            if (char.IsAsciiLetterOrDigit(text[end])) iban[count++] = char.ToUpperInvariant(text[end]);
            else if (text[end] != ' ' || end + 1 >= text.Length || !char.IsAsciiLetterOrDigit(text[end + 1])) break;
            // A word may follow: every length at which the check digits are right and something ends is one.
            var isEnd = end + 1 == text.Length || !char.IsLetterOrDigit(text[end + 1]);
            if (count >= 15 && isEnd && char.IsAsciiLetterOrDigit(text[end]) && IsIban(iban[..count])) best = end + 1 - i;
        }

        return best;
    }

    private static bool IsIban(ReadOnlySpan<char> iban)
    {
        if (iban is ['T', 'R', ..] && iban.Length != 26) return false;
        var rest = 0;
        for (var k = 0; k < iban.Length; k++)
        {
            var c = iban[(k + 4) % iban.Length];
            rest = char.IsAsciiDigit(c) ? ((rest * 10) + (c - '0')) % 97 : ((rest * 100) + (c - 'A' + 10)) % 97;
        }

        return rest == 1;
    }

    /// <summary>Reads digits with what may stand between them, and says what they are: the longest beginning of them that is something.</summary>
    private static int NumberAt(ReadOnlySpan<char> text, int i, out PersonalDataKind kind)
    {
        kind = PersonalDataKind.Phone;
        if (PlateAt(text, i) is > 0 and var plate)
        {
            kind = PersonalDataKind.Plate;
            return plate;
        }

        Span<char> digits = stackalloc char[20];
        var (count, end, best) = (0, i, 0);
        var isGrouped = false;
        for (; end < text.Length && count < 20; end++)
        {
            if (char.IsAsciiDigit(text[end]))
            {
                digits[count++] = text[end];
            }
            else
            {
                var isBetween = text[end] is ' ' or '-' or '.' or '(' or ')' or '/' || (text[end] == '+' && end == i);
                if (!isBetween || (end > i && text[end] is ' ' && text[end - 1] is ' ')) break;
                if (text[end] is '.' or '/' && (end + 1 >= text.Length || !char.IsAsciiDigit(text[end + 1]))) break;
                isGrouped |= count > 0;
                continue;
            }

            if (end + 1 < text.Length && char.IsLetterOrDigit(text[end + 1])) continue;
            if (KindOf(digits[..count], text[i] == '+', isGrouped, text[i..(end + 1)]) is not { } found) continue;
            (kind, best) = (found, end + 1 - i);
        }

        return best;
    }

    private static PersonalDataKind? KindOf(ReadOnlySpan<char> digits, bool hasPlus, bool isGrouped, ReadOnlySpan<char> written)
    {
        if (!hasPlus && digits.Length is >= 13 and <= 19 && digits[0] is >= '2' and <= '6' && !written.ContainsAny('.', '/', '(') && IsLuhn(digits)) return PersonalDataKind.Card;
        if (!hasPlus && !isGrouped && digits.Length == 11 && IsNationalId(digits)) return PersonalDataKind.NationalId;
        return IsPhone(digits, hasPlus) ? PersonalDataKind.Phone : null;
    }

    /// <summary>Eleven digits, the first not 0; the tenth and eleventh follow from those before them.</summary>
    private static bool IsNationalId(ReadOnlySpan<char> d)
    {
        if (d[0] == '0') return false;
        int Digit(ReadOnlySpan<char> of, int i) => of[i] - '0';
        var odd = Digit(d, 0) + Digit(d, 2) + Digit(d, 4) + Digit(d, 6) + Digit(d, 8);
        var even = Digit(d, 1) + Digit(d, 3) + Digit(d, 5) + Digit(d, 7);
        var tenth = ((((odd * 7) - even) % 10) + 10) % 10;
        return tenth == Digit(d, 9) && (odd + even + tenth) % 10 == Digit(d, 10);
    }

    private static bool IsLuhn(ReadOnlySpan<char> digits)
    {
        var sum = 0;
        for (var k = 0; k < digits.Length; k++)
        {
            var digit = digits[digits.Length - 1 - k] - '0';
            if (k % 2 == 1 && (digit *= 2) > 9) digit -= 9;
            sum += digit;
        }

        return sum % 10 == 0;
    }

    /// <summary>Turkish numbers with or without 0, +90 or 0090 before them (mobile 5xx, areas 2xx to 4xx, 850), and foreign ones with a plus.</summary>
    private static bool IsPhone(ReadOnlySpan<char> digits, bool hasPlus)
    {
        if (hasPlus && !digits.StartsWith("90")) return digits.Length is >= 8 and <= 15;
        if (digits.StartsWith("0090")) digits = digits[4..];
        else if (digits.StartsWith("90") && digits.Length == 12) digits = digits[2..];
        else if (digits.StartsWith("0") && digits.Length == 11) digits = digits[1..];
        else if (digits.Length != 10 || digits[0] != '5') return false;
        return digits.Length == 10 && (digits[0] is >= '2' and <= '5' || digits.StartsWith("850"));
    }

    /// <summary>The province from 01 to 81, one to three letters without Turkish ones, two to five digits, five to six characters after the province in all; "64 GB 2020" is none.</summary>
    private static int PlateAt(ReadOnlySpan<char> text, int i)
    {
        if (i + 5 > text.Length || !char.IsAsciiDigit(text[i]) || !char.IsAsciiDigit(text[i + 1])) return 0;
        var province = ((text[i] - '0') * 10) + (text[i + 1] - '0');
        if (province is < 1 or > 81) return 0;
        var at = i + 2;
        if (text[at] is ' ' or '-') at++;
        var letters = at;
        while (at < text.Length && at - letters < 4 && text[at] is (>= 'A' and <= 'Z') and not ('Q' or 'W' or 'X')) at++;
        var series = text[letters..at];
        if (series.Length is < 1 or > 3) return 0;
        foreach (var unit in Units)
        {
            if (series.SequenceEqual(unit)) return 0;
        }

        if (at < text.Length && text[at] is ' ' or '-') at++;
        var numbers = at;
        while (at < text.Length && at - numbers < 6 && char.IsAsciiDigit(text[at])) at++;
        var count = at - numbers;
        var fits = series.Length switch { 1 => count is 4 or 5, 2 => count is 3 or 4, _ => count is 2 or 3 };
        return fits && (at == text.Length || !char.IsLetterOrDigit(text[at])) ? at - i : 0;
    }
}
