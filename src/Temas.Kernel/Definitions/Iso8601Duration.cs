using System.Globalization;
using System.Text;

namespace Temas.Kernel;

/// <summary>Lengths of time as ISO 8601 writes them, from weeks to seconds. A day has 24 hours. Months and years, whose length varies, are not taken.</summary>
public static class Iso8601Duration
{
    private const long Second = 1000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour, Week = 7 * Day, Longest = 3660 * Day;

    /// <summary>Reads <c>P1DT12H</c> as milliseconds; false when it is malformed or longer than ten years.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out long milliseconds)
    {
        milliseconds = 0;
        if (text.Length < 3 || text[0] != 'P') return false;
        var rest = text[1..];
        var inTime = false;
        var last = long.MaxValue;
        while (rest.Length > 0)
        {
            if (rest[0] == 'T')
            {
                if (inTime || rest.Length == 1) return false;
                inTime = true;
                rest = rest[1..];
                continue;
            }

            var digits = rest.IndexOfAnyExceptInRange('0', '9');
            if (digits is < 1 or > 9) return false;
            var unit = (rest[digits], inTime) switch { ('W', false) => Week, ('D', false) => Day, ('H', true) => Hour, ('M', true) => Minute, ('S', true) => Second, _ => 0L };
            if (unit == 0 || unit >= last) return false;
            last = unit;
            milliseconds += long.Parse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture) * unit;
            if (milliseconds > Longest) return false;
            rest = rest[(digits + 1)..];
        }

        return true;
    }

    /// <summary>The shortest form in days, hours, minutes and seconds.</summary>
    public static string Format(long milliseconds)
    {
        var text = new StringBuilder("P");
        Take(ref milliseconds, Day, 'D');
        if (milliseconds >= Second || text.Length == 1)
        {
            text.Append('T');
            Take(ref milliseconds, Hour, 'H');
            Take(ref milliseconds, Minute, 'M');
            Take(ref milliseconds, Second, 'S');
            if (text.Length == 2) text.Append("0S");
        }

        return text.ToString();

        void Take(ref long left, long unit, char letter)
        {
            if (left < unit) return;
            text.Append(CultureInfo.InvariantCulture, $"{left / unit}").Append(letter);
            left %= unit;
        }
    }
}
