namespace Temas.Feedback.Asking.Definitions;

/// <summary>When nobody is written to: from a time of day to another, which may be on the next day.</summary>
/// <param name="From">When they begin.</param>
/// <param name="To">When they end, exclusive.</param>
internal readonly record struct QuietHours(TimeOnly From, TimeOnly To)
{
    /// <summary>Whether a time of day lies within them.</summary>
    public bool Holds(TimeOnly time) => From <= To ? time >= From && time < To : time >= From || time < To;

    /// <summary>When they end that hold at a moment in a time zone; null when none do. Clocks that are put forward or back over an end change when it is: it is the first minute that clocks show which does not lie within them.</summary>
    public DateTimeOffset? EndAfter(DateTimeOffset moment, TimeZoneInfo zone)
    {
        if (From == To || !Holds(TimeOf(moment, zone))) return null;
        var minute = DateTimeOffset.FromUnixTimeSeconds(moment.ToUnixTimeSeconds() / 60 * 60);
        do minute = minute.AddMinutes(1);
        while (Holds(TimeOf(minute, zone)));
        return minute;
    }

    private static TimeOnly TimeOf(DateTimeOffset moment, TimeZoneInfo zone) => TimeOnly.FromDateTime(TimeZoneInfo.ConvertTime(moment, zone).DateTime);
}
