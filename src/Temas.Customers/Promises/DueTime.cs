using System.Globalization;
using NodaTime;
using Temas.Collect.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Promises;

/// <summary>Reads when a promise is due.</summary>
internal static class DueTime
{
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyyMMdd", "dd.MM.yyyy", "yyyy/MM/dd"];

    // Between 1973 and 5138 in seconds, or the same digits in milliseconds: the two ranges do not meet.
    private const decimal SmallestMilliseconds = 100_000_000_000m, LargestMilliseconds = 100_000_000_000_000m;

    /// <summary>
    /// A date (the end of that day in <paramref name="zone"/>), a time with an offset, a local time in <paramref name="zone"/>, or a number of seconds or milliseconds since 1970 UTC.
    /// Milliseconds since 1970 UTC, or null when it is none of these.
    /// </summary>
    public static long? Read(ReadOnlySpan<byte> json, JsonSlice value, DateTimeZone zone)
    {
        if (!value.Exists) return null;
        if (!value.IsString(json))
        {
            if (!EventJson.TryNumber(json, value, out var number) || number <= 0 || number >= LargestMilliseconds) return null;
            return (long)(number >= SmallestMilliseconds ? number : number * 1000);
        }

        var text = value.ToText(json)!.Trim();
        if (DateOnly.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var date))
        {
            if (date.Year > 9000) return null;
            var next = new LocalDate(date.Year, date.Month, date.Day).PlusDays(1);
            return zone.AtStartOfDay(next).ToInstant().ToUnixTimeMilliseconds() - 1;
        }

        const DateTimeStyles style = DateTimeStyles.AllowWhiteSpaces | DateTimeStyles.RoundtripKind;
        if (text.Length < 10 || !DateTime.TryParse(text, CultureInfo.InvariantCulture, style, out var time) || time.Year > 9000) return null;
        if (time.Kind == DateTimeKind.Unspecified) return LocalDateTime.FromDateTime(time).InZoneLeniently(zone).ToInstant().ToUnixTimeMilliseconds();
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AllowWhiteSpaces, out var instant) ? instant.ToUnixTimeMilliseconds() : null;
    }
}
