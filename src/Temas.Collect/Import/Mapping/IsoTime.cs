using System.Globalization;
using NodaTime;

namespace Temas.Collect.Import.Mapping;

/// <summary>
/// ISO 8601 as exports write it: <c>2024-05-01</c>, <c>2024-05-01T10:20</c>, <c>2024-05-01 10:20:30.123456</c>, each time with or without <c>Z</c>,
/// <c>+03</c>, <c>+0300</c> or <c>+03:00</c>.
/// </summary>
internal static class IsoTime
{
    /// <summary>Reads <paramref name="text"/>; null when it is nothing of the kind.</summary>
    public static (LocalDateTime Local, Offset? Offset, bool DateOnly)? Parse(string text)
    {
        var s = text.AsSpan();
        if (s.Length < 10 || s[4] != '-' || s[7] != '-' || !Digits(s[..4], out var year) || !Digits(s[5..7], out var month) || !Digits(s[8..10], out var day)) return null;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > CalendarSystem.Iso.GetDaysInMonth(year, month)) return null;
        var date = new LocalDate(year, month, day);
        s = s[10..];
        if (s.IsEmpty) return (date.AtMidnight(), null, true);
        if (s.Length < 6 || s[0] is not ('T' or 't' or ' ') || s[3] != ':' || !Digits(s[1..3], out var hour) || !Digits(s[4..6], out var minute)) return null;
        s = s[6..];
        var second = 0;
        long nanosecond = 0;
        if (s.Length >= 3 && s[0] == ':')
        {
            if (!Digits(s[1..3], out second)) return null;
            s = s[3..];
            if (s.Length > 1 && s[0] is '.' or ',')
            {
                var length = s[1..].IndexOfAnyExceptInRange('0', '9');
                if (length < 0) length = s.Length - 1;
                if (length is 0 or > 18) return null;
                for (var i = 0; i < 9; i++) nanosecond = (nanosecond * 10) + (i < length ? s[1 + i] - '0' : 0);
                s = s[(1 + length)..];
            }
        }

        if (hour > 23 || minute > 59 || second > 59) return null;
        var local = date.At(new LocalTime(hour, minute, second).PlusNanoseconds(nanosecond));
        s = s.TrimStart();
        if (s.IsEmpty) return (local, null, false);
        return ReadOffset(s) is { } offset ? (local, offset, false) : null;
    }

    private static Offset? ReadOffset(ReadOnlySpan<char> s)
    {
        if (s is "Z" or "z") return Offset.Zero;
        if (s[0] is not ('+' or '-') || s.Length is not (3 or 5 or 6) || (s.Length == 6 && s[3] != ':')) return null;
        var minutes = 0;
        if (!Digits(s[1..3], out var hours) || (s.Length > 3 && !Digits(s[^2..], out minutes)) || hours > 17 || minutes > 59) return null;
        return Offset.FromHoursAndMinutes(s[0] == '-' ? -hours : hours, s[0] == '-' ? -minutes : minutes);
    }

    private static bool Digits(ReadOnlySpan<char> s, out int value) => int.TryParse(s, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
