using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Judging;

namespace Temas.Insight.Monitors.Watching;

/// <summary>
/// What is closed on a special day: what its definition says, and what stood still on the same day the time before, or, where nothing is known of that, on the last special days of which something is. Learned from the counts of days that <see cref="Pulse"/> keeps.
/// </summary>
internal sealed class Closings(IReadOnlyDictionary<string, IReadOnlyDictionary<DateOnly, double>> shares, SpecialDays special)
{
    /// <summary>For so long counts of days are kept: the feast of the year before, and the weeks before it.</summary>
    public const int KeptDays = 430;

    // A day on which less than this of a usual one came stood still.
    private const double Still = 0.02;

    // The days by which a special one is judged, how many of them (and of its weekday) have to be known, and how many events a usual one has to have: none of twelve comes with e^-12.
    private const int Before = 28, LeastDays = 10, LeastAlike = 2, Beside = 3, After = 14, LeastEvents = 12;

    // Of two special days that stood still the next is thought to do so as well.
    private const int LastDays = 3, LeastClosed = 2;

    /// <summary>Nothing is learned.</summary>
    public static Closings None { get; } = new(new Dictionary<string, IReadOnlyDictionary<DateOnly, double>>(), SpecialDays.None);

    /// <summary>How much a special day counts for something that arrives: 0 where it is closed, else what came the time before, and at most <see cref="OpenHours.OnSpecialDays"/>.</summary>
    public double WeightOf(string what, Occasion occasion)
    {
        if (occasion.Of.Closes(what, occasion.Offset)) return 0;
        if (occasion.Of.IsSeason) return 1;
        var known = shares.GetValueOrDefault(what);
        if (known is null) return OpenHours.OnSpecialDays;
        if (SpecialDays.Before(occasion) is { } before && known.TryGetValue(before, out var share)) return share < Still ? 0 : Math.Min(share, OpenHours.OnSpecialDays);
        if (occasion.Offset < 0 || occasion.Offset >= occasion.Of.Length) return OpenHours.OnSpecialDays;
        var day = occasion.First.AddDays(occasion.Offset);
        var last = known.Where(k => k.Key < day && special.Feast(k.Key) is { } of && of.Offset >= 0 && of.Offset < of.Of.Length && of.First != occasion.First).OrderByDescending(k => k.Key).Take(LastDays).ToList();
        return last.Count >= LeastClosed && last.TrueForAll(l => l.Value < Still) ? 0 : OpenHours.OnSpecialDays;
    }

    /// <summary>Learns them from what was counted, day by day.</summary>
    /// <param name="counts">What arrived on which day; a day without a number had none.</param>
    /// <param name="special">The special days.</param>
    /// <param name="today">The day that is now.</param>
    public static Closings Learn(IEnumerable<(string What, int Day, long Events)> counts, SpecialDays special, DateOnly today)
    {
        var (byWhat, recorded) = (new Dictionary<string, Dictionary<int, long>>(StringComparer.Ordinal), new HashSet<int>());
        foreach (var (what, day, events) in counts)
        {
            if (!byWhat.TryGetValue(what, out var days)) byWhat[what] = days = [];
            days[day] = events;
            recorded.Add(day);
        }

        // Days of which all that there is to know is known: somebody was counted before them, and after.
        var feasts = Enumerable.Range(1, KeptDays).Select(back => today.AddDays(-back)).Where(d => special.Feast(d) is not null)
            .Select(d => (Day: d, Measures: Enumerable.Range(1, Before).Select(back => d.AddDays(-back)).Where(m => IsRecorded(m) && special.Feast(m) is null).ToList()))
            .Where(f => f.Measures.Count >= LeastDays && Enumerable.Range(1, After).Any(on => recorded.Contains(f.Day.DayNumber + on))).ToList();
        var shares = new Dictionary<string, IReadOnlyDictionary<DateOnly, double>>(StringComparer.Ordinal);
        foreach (var (what, days) in byWhat)
        {
            var known = new Dictionary<DateOnly, double>();
            foreach (var (day, measures) in feasts)
            {
                // A Sunday is held against Sundays: what is closed on those anyway says nothing of the feast.
                var alike = measures.FindAll(m => m.DayOfWeek == day.DayOfWeek);
                var usual = (alike.Count >= LeastAlike ? alike : measures).Average(m => (double)days.GetValueOrDefault(m.DayNumber));
                if (usual >= LeastEvents) known[day] = days.GetValueOrDefault(day.DayNumber) / usual;
            }

            if (known.Count > 0) shares[what] = known;
        }

        return new Closings(shares, special);

        // Where nobody works on Sundays a Sunday has no row, and is known to have had none by the days beside it.
        bool IsRecorded(DateOnly day) => Enumerable.Range(-Beside, (2 * Beside) + 1).Any(i => recorded.Contains(day.DayNumber + i));
    }
}
