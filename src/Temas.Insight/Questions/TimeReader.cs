using System.Globalization;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Reads the times of a question.</summary>
/// <param name="now">What "the last 30 days" counts from.</param>
/// <param name="zone">In which days begin.</param>
/// <param name="faults">What is wrong with the question.</param>
internal sealed class TimeReader(DateTimeOffset now, TimeZoneInfo zone, JsonReading.Faults faults)
{
    /// <summary>A day, in milliseconds.</summary>
    public const long Day = 86_400_000;

    /// <summary>Whether something in the question counted from now.</summary>
    public bool CountsFromNow { get; private set; }

    /// <summary>The time of a condition: from and to, or the last so long until now; always, where nothing is said.</summary>
    public TimeSpanMs Within(JsonReading reading)
    {
        if (!reading.Has("within")) return new TimeSpanMs(Moment(reading, "from") ?? long.MinValue, Moment(reading, "to") ?? long.MaxValue);
        if (reading.Has("from") || reading.Has("to")) reading.Fault("within", "period_twice", "Say either within or from and to.", reading.Any("within"));
        CountsFromNow = true;
        var to = now.ToUnixTimeMilliseconds() + 1;
        return new TimeSpanMs(to - Duration(reading, "within", 0), to);
    }

    /// <summary>A period cut into units; null where there are too many.</summary>
    public TimeBuckets? Cut(TimeSpanMs when, TimeUnit unit) => TimeBuckets.Cut(when, unit, zone);

    public TimeBuckets? Buckets(JsonReading reading, TimeUnit absent)
    {
        var (when, unit) = (Period(reading), reading.Choice("unit", absent));
        if (faults.First is not null) return null;
        var buckets = Cut(when, unit);
        if (buckets is null) reading.Fault("unit", "buckets_too_many", string.Create(CultureInfo.InvariantCulture, $"This period has more than {TimeBuckets.Most} of these units."), wayOut: "Choose a longer unit or a shorter period.");
        return buckets;
    }

    /// <summary>From and to; or the last so many whole days, today with them; or the last 30 days, where nothing is said.</summary>
    public TimeSpanMs Period(JsonReading reading)
    {
        if (reading.Has("last") && (reading.Has("from") || reading.Has("to"))) reading.Fault("last", "period_twice", "Say either last or from and to.", reading.Any("last"));
        var today = TimeZoneInfo.ConvertTime(now, zone).Date;
        CountsFromNow |= !reading.Has("from") || !reading.Has("to");
        if (!reading.Has("from") && !reading.Has("to"))
        {
            var days = Math.Max(1, Duration(reading, "last", 30 * Day) / Day);
            return new TimeSpanMs(Instant(today.AddDays(1 - days)), Instant(today.AddDays(1)));
        }

        var to = Moment(reading, "to") ?? Instant(today.AddDays(1));
        var from = Moment(reading, "from") ?? to - (30 * Day);
        if (from >= to) reading.Fault("to", "period_empty", "The end of the period does not come after its beginning.", reading.Any("to"));
        return new TimeSpanMs(from, to);
    }

    /// <summary>So many seconds (s), minutes (m), hours (h), days (d) or weeks (w), in milliseconds.</summary>
    public static long Duration(JsonReading reading, string name, long absent)
    {
        if (reading.Text(name) is not { } text) return absent;
        long unit = text[^1] switch
        {
            's' => 1000,
            'm' => 60_000,
            'h' => 3_600_000,
            'd' => Day,
            'w' => 7 * Day,
            _ => 0,
        };
        if (unit > 0 && int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 && count * (double)unit <= 36_600.0 * Day) return count * unit;
        reading.Fault(name, "duration_unreadable", "This is no length of time up to 100 years.", reading.Any(name), "Write a whole number and s, m, h, d or w, such as 30m or 7d.");
        return absent;
    }

    /// <summary>A day of the workspace's time zone (2026-01-31: its beginning) or a moment with its offset (2026-01-31T12:00:00+03:00).</summary>
    private long? Moment(JsonReading reading, string name)
    {
        if (reading.Text(name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 1970 and < 2200) return Instant(day.ToDateTime(TimeOnly.MinValue));
        if (text.Contains('T', StringComparison.Ordinal) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) && moment.Year is >= 1970 and < 2200) return moment.ToUnixTimeMilliseconds();
        reading.Fault(name, "time_unreadable", "This is no day or moment from 1970 to 2199.", reading.Any(name), "Write 2026-01-31 or 2026-01-31T12:00:00+03:00.");
        return null;
    }

    private long Instant(DateTime local)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }
}
