using Temas.Insight.Monitors.Calendar;

namespace Temas.Insight.Monitors.Judging;

/// <summary>
/// Which hour of the week an hour is, and on what day: by the workspace's time zone, so that a shop which opens at nine does so in summer and in winter; and by its special days, which say little of others. One caller at a time.
/// </summary>
internal sealed class OpenHours(TimeZoneInfo zone, SpecialDays special)
{
    /// <summary>Hours of a week.</summary>
    public const int Week = 168;

    /// <summary>So much of what usually comes may be missed on a special day of which nothing is known.</summary>
    public const double OnSpecialDays = 1.0 / 3;

    // When people get up and go to bed changes with a season, and it takes some days to know how.
    private const int FirstOfSeason = 3;

    private readonly Dictionary<long, (int OfWeek, DateOnly Day)> known = [];
    private readonly Dictionary<(long First, int Count, DateOnly Now), bool[]> measures = [];

    /// <summary>Hour of the week, 0 to 167, of an hour since 1970.</summary>
    public int OfWeek(long hour) => Of(hour).OfWeek;

    /// <summary>The day of an hour since 1970.</summary>
    public DateOnly DayOf(long hour) => Of(hour).Day;

    /// <summary>How much an hour counts, from 0 to 1.</summary>
    /// <param name="hour">The hour since 1970.</param>
    /// <param name="onSpecialDay">How much it does on a special day.</param>
    public double Weight(long hour, Func<Occasion, double> onSpecialDay) => special.Find(Of(hour).Day) is { } occasion ? onSpecialDay(occasion) : 1;

    /// <summary>Whether an hour is of the first days of a season, of which it is not known yet when it is open.</summary>
    public bool IsNew(long hour) => special.Season(Of(hour).Day)?.Offset < FirstOfSeason;

    /// <summary>Which hours are a measure for the one that is now: no special day, and of the same season or like it of none; what would leave too few is not asked for.</summary>
    /// <param name="first">The first hour.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="now">The hour that is now.</param>
    /// <param name="least">How many have to be left.</param>
    public bool[] Measures(long first, int count, long now, int least)
    {
        var today = DayOf(now);
        if (measures.TryGetValue((first, count, today), out var found)) return found;
        var (season, alike, plain) = (special.Season(today)?.Of.Key, new bool[count], new bool[count]);
        for (var i = 0; i < count; i++)
        {
            var day = DayOf(first + i);
            plain[i] = special.Feast(day) is null;
            alike[i] = plain[i] && special.Season(day)?.Of.Key == season;
        }

        bool IsEnough(bool[] some) => some.Count(s => s) >= least;
        return measures[(first, count, today)] = IsEnough(alike) ? alike : IsEnough(plain) ? plain : [.. Enumerable.Repeat(true, count)];
    }

    private (int OfWeek, DateOnly Day) Of(long hour)
    {
        if (known.TryGetValue(hour, out var found)) return found;
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeSeconds(hour * 3600), zone).DateTime;
        return known[hour] = (((int)local.DayOfWeek * 24) + local.Hour, DateOnly.FromDateTime(local));
    }
}
