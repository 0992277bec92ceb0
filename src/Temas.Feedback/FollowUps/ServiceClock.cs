namespace Temas.Feedback.FollowUps;

/// <summary>Reckons in the time in which the desk works: what is opened on Friday evening and due in four hours is due on Monday.</summary>
/// <param name="desk">When it works.</param>
/// <param name="zone">Where.</param>
internal sealed class ServiceClock(FollowUpDesk desk, TimeZoneInfo zone)
{
    // A desk that closes for longer works no more.
    private const int MostDays = 4000;

    /// <summary>The moment at which so much service time has passed.</summary>
    public DateTimeOffset After(DateTimeOffset from, TimeSpan service)
    {
        var left = service;
        foreach (var (begin, end) in Stretches(from))
        {
            if (end - begin >= left) return begin + left;
            left -= end - begin;
        }

        return from + service;
    }

    /// <summary>The service time between two moments; 0 when the second is not later.</summary>
    public TimeSpan Between(DateTimeOffset from, DateTimeOffset to)
    {
        var sum = TimeSpan.Zero;
        foreach (var (begin, end) in Stretches(from))
        {
            if (begin >= to) break;
            sum += (end < to ? end : to) - begin;
        }

        return sum;
    }

    /// <summary>The stretches in which the desk works from a moment on, in order.</summary>
    private IEnumerable<(DateTimeOffset Begin, DateTimeOffset End)> Stretches(DateTimeOffset from)
    {
        var day = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(from, zone).DateTime);
        for (var i = 0; i < MostDays; i++, day = day.AddDays(1))
        {
            if (desk.Hours[(int)day.DayOfWeek] is not { } hours || desk.Closed.Contains(day)) continue;
            var (begin, end) = (At(day, hours.From), At(day, hours.To));
            if (end > from && end > begin) yield return (begin > from ? begin : from, end);
        }
    }

    // An hour that a change of the clocks leaves out begins with the next one that there is.
    private DateTimeOffset At(DateOnly day, int minute)
    {
        var local = day.ToDateTime(TimeOnly.MinValue).AddMinutes(minute);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(15);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }
}
