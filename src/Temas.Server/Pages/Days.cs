using System.Globalization;

namespace Temas.Server.Pages;

/// <summary>Days as forms give them: <c>2026-03-14</c>, in the workspace's time zone.</summary>
internal static class Days
{
    /// <summary>The moment at which a day begins, or the day so many after it; null where the text is no day.</summary>
    public static DateTimeOffset? Begin(string? text, TimeZoneInfo zone, int later = 0)
    {
        if (!DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return null;
        if (day.Year is < 1971 or > 9000) return null;
        var midnight = day.AddDays(later).ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);
        // Where the clock is set forward at midnight, the day begins when it has been.
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(15);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUniversalTime();
    }
}
