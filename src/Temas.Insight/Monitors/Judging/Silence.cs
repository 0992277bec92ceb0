namespace Temas.Insight.Monitors.Judging;

/// <summary>What arrived of something, hour by hour.</summary>
/// <param name="First">The first hour, in hours since 1970 UTC.</param>
/// <param name="Counts">How many in each hour from there on.</param>
/// <param name="Last">When the last arrived.</param>
internal sealed record HourlyCounts(long First, IReadOnlyList<int> Counts, DateTimeOffset Last);

/// <summary>How long it is silent, and what of that is usual.</summary>
/// <param name="Since">When the last arrived.</param>
/// <param name="Missed">How many would have come since, by the hours of the week.</param>
/// <param name="Usual">From how many on it is too long a silence.</param>
/// <param name="LeastHours">How long it is silent at least before anybody is told.</param>
/// <param name="Hours">How long it is silent.</param>
internal sealed record SilenceVerdict(DateTimeOffset Since, double Missed, double Usual, double LeastHours, double Hours)
{
    /// <summary>Whether it is too long.</summary>
    public bool IsOff => Missed >= Usual && Hours >= LeastHours;

    /// <summary>How far it is beyond what is usual: 1 is the limit.</summary>
    public double Score => Math.Min(Missed / Usual, Hours / LeastHours);
}

/// <summary>
/// Judges a silence. For each hour of the week there is a rate, out of eight weeks; the rates of the silent hours summed up are how many events are missing, and by chance alone (Poisson) none of n comes with e^-n. So a shop that is closed at night may be silent
/// at night, and not at noon. What comes in bursts has silences of its own: the longest but one of its past, in the same measure, and the hours between two bursts, are added to what it takes.
/// </summary>
internal static class Silence
{
    /// <summary>Hours that are kept.</summary>
    public const int Kept = 8 * Week;

    private const int Week = 168, LeastDays = 14, LeastEvents = 200;

    // e^-12: six in a million.
    private const double LeastMissed = 12, LongerThanEver = 1.5, LongerThanBetween = 1.25, Prior = 2;

    /// <summary>The verdict; null where too little is known of its past.</summary>
    public static SilenceVerdict? Judge(HourlyCounts of, DateTimeOffset now, double widening)
    {
        var last = HourOf(of.Last);
        // The hour of the last one counts, the silence behind it does not.
        var from = Math.Max(of.First, last - Kept + 1);
        var known = (int)Math.Min(of.Counts.Count - (from - of.First), last - from + 1);
        if (known < LeastDays * 24) return null;
        var counts = of.Counts.Skip((int)(from - of.First)).Take(known).ToList();
        if (counts.Sum() < LeastEvents) return null;
        var rates = Rates(counts, from);
        var (hours, missed) = ((now - of.Last).TotalHours, Missed(rates, of.Last, now));
        var active = counts.Count(c => c > 0) * 24.0 / counts.Count;
        return new SilenceVerdict(of.Last, missed, widening * Math.Max(LeastMissed, LongerThanEver * LongestButOne(counts, from, rates)), widening * Math.Max(1, LongerThanBetween * 24 / active), hours);
    }

    /// <summary>The hour of a moment since 1970.</summary>
    public static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;

    private static double[] Rates(List<int> counts, long from)
    {
        Span<double> day = stackalloc double[24];
        Span<double> days = stackalloc double[24];
        Span<int> times = stackalloc int[Week];
        var rates = new double[Week];
        foreach (var (i, count) in counts.Index())
        {
            var hour = (int)((from + i) % Week);
            rates[hour] += count;
            times[hour]++;
            day[hour % 24] += count;
            days[hour % 24]++;
        }

        // With few weeks an hour of the week is much like the same hour of other days.
        for (var hour = 0; hour < Week; hour++) rates[hour] = (rates[hour] + (Prior * day[hour % 24] / Math.Max(1, days[hour % 24]))) / (times[hour] + Prior);
        return rates;
    }

    private static double Missed(double[] rates, DateTimeOffset from, DateTimeOffset to)
    {
        var sum = 0.0;
        for (var at = from; at < to;)
        {
            var next = DateTimeOffset.FromUnixTimeSeconds((HourOf(at) + 1) * 3600);
            if (next > to) next = to;
            sum += rates[HourOf(at) % Week] * (next - at).TotalHours;
            at = next;
            // A year of silence is long enough.
            if ((at - from).TotalDays > 366) break;
        }

        return sum;
    }

    private static double LongestButOne(List<int> counts, long from, double[] rates)
    {
        var (run, longest, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i <= counts.Count; i++)
        {
            if (i < counts.Count && counts[i] == 0)
            {
                run += rates[(from + i) % Week];
                continue;
            }

            if (run > longest) (longest, second) = (run, longest);
            else if (run > second) second = run;
            run = 0;
        }

        return second;
    }
}
