using Temas.Insight.Monitors.Calendar;

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
/// <param name="LeastHours">How many hours that count it is silent at least before anybody is told.</param>
/// <param name="Hours">How long it is silent.</param>
/// <param name="Counted">How many of these hours count: of a day on which it is closed none does.</param>
internal sealed record SilenceVerdict(DateTimeOffset Since, double Missed, double Usual, double LeastHours, double Hours, double Counted)
{
    /// <summary>Whether it is too long.</summary>
    public bool IsOff => Missed >= Usual && Counted >= LeastHours;

    /// <summary>How far it is beyond what is usual: 1 is the limit.</summary>
    public double Score => Math.Min(Missed / Usual, Counted / LeastHours);
}

/// <summary>
/// Judges a silence. For each hour of the week there is a rate, out of eight weeks; the rates of the silent hours summed up are how many events are missing, and by chance alone (Poisson) none of n comes with e^-n. So a shop that is closed at night may be silent
/// at night, and not at noon. What comes in bursts has silences of its own: the longest but one of its past, in the same measure, and the hours between two bursts, are added to what it takes. Days on which it is closed neither count nor are a measure.
/// </summary>
internal static class Silence
{
    /// <summary>Hours that are kept.</summary>
    public const int Kept = 8 * Week;

    private const int Week = OpenHours.Week, LeastDays = 14, LeastEvents = 200;

    // e^-12: six in a million.
    private const double LeastMissed = 12, LongerThanEver = 1.5, LongerThanBetween = 1.25, Prior = 2;

    /// <summary>The verdict; null where too little is known of its past.</summary>
    /// <param name="of">What arrived.</param>
    /// <param name="now">The moment.</param>
    /// <param name="widening">By how much its limits are wider because of noise.</param>
    /// <param name="open">Which hours count.</param>
    /// <param name="weight">How much a special day counts for it, from 0 (closed) to 1.</param>
    /// <param name="down">When nothing could arrive of anything; null for never.</param>
    public static SilenceVerdict? Judge(HourlyCounts of, DateTimeOffset now, double widening, OpenHours open, Func<Occasion, double> weight, (DateTimeOffset From, DateTimeOffset To)? down = null)
    {
        var (from, counts) = Known(of);
        if (!IsEnough(counts)) return null;
        var measures = open.Measures(from, counts.Count, HourOf(now), LeastDays * 24);
        var rates = Rates(counts, from, open, measures);
        var (missed, counted) = Missed(rates, of.Last, now, open, weight, down);
        var (active, all) = (0, 0);
        for (var i = 0; i < counts.Count; i++)
        {
            if (!measures[i]) continue;
            all++;
            if (counts[i] > 0) active++;
        }

        var between = active == 0 ? 1 : (double)all / active;
        return new SilenceVerdict(
            of.Last, missed, widening * Math.Max(LeastMissed, LongerThanEver * LongestButOne(counts, from, rates, open, measures)), widening * Math.Max(1, LongerThanBetween * between), (now - of.Last).TotalHours, counted);
    }

    /// <summary>Whether enough is known for a verdict.</summary>
    public static bool IsKnown(HourlyCounts of) => IsEnough(Known(of).Counts);

    /// <summary>The hour of a moment since 1970.</summary>
    public static long HourOf(DateTimeOffset at) => at.ToUnixTimeSeconds() / 3600;

    // The hour of the last one counts, the silence behind it does not.
    private static (long From, List<int> Counts) Known(HourlyCounts of)
    {
        var last = HourOf(of.Last);
        var from = Math.Max(of.First, last - Kept + 1);
        return (from, [.. of.Counts.Skip((int)(from - of.First)).Take((int)Math.Max(0, last - from + 1))]);
    }

    private static bool IsEnough(List<int> counts) => counts.Count >= LeastDays * 24 && counts.Sum(c => (long)c) >= LeastEvents;

    private static double[] Rates(List<int> counts, long from, OpenHours open, bool[] measures)
    {
        Span<double> day = stackalloc double[24];
        Span<double> days = stackalloc double[24];
        Span<int> times = stackalloc int[Week];
        var rates = new double[Week];
        foreach (var (i, count) in counts.Index())
        {
            if (!measures[i]) continue;
            var hour = open.OfWeek(from + i);
            rates[hour] += count;
            times[hour]++;
            day[hour % 24] += count;
            days[hour % 24]++;
        }

        // With few weeks an hour of the week is much like the same hour of other days.
        for (var hour = 0; hour < Week; hour++) rates[hour] = (rates[hour] + (Prior * day[hour % 24] / Math.Max(1, days[hour % 24]))) / (times[hour] + Prior);
        return rates;
    }

    private static (double Missed, double Counted) Missed(double[] rates, DateTimeOffset from, DateTimeOffset to, OpenHours open, Func<Occasion, double> weight, (DateTimeOffset From, DateTimeOffset To)? down)
    {
        var (missed, missedAnew, counted) = (0.0, 0.0, 0.0);
        for (var at = from; at < to;)
        {
            var (hour, next) = (HourOf(at), DateTimeOffset.FromUnixTimeSeconds((HourOf(at) + 1) * 3600));
            if (next > to) next = to;
            var lost = down is { } gap && gap.From < next && gap.To > at ? ((gap.To < next ? gap.To : next) - (gap.From > at ? gap.From : at)).TotalHours : 0;
            var hours = ((next - at).TotalHours - lost) * open.Weight(hour, weight);
            if (open.IsNew(hour)) missedAnew += rates[open.OfWeek(hour)] * hours;
            else missed += rates[open.OfWeek(hour)] * hours;
            counted += hours;
            at = next;
            // A year of silence is long enough.
            if ((at - from).TotalDays > 366) break;
        }

        // In the first days of a season nobody knows the hours, but a whole day without anything is one.
        return (missed + Math.Max(0, missedAnew - (rates.Sum() / 7)), counted);
    }

    private static double LongestButOne(List<int> counts, long from, double[] rates, OpenHours open, bool[] measures)
    {
        var (run, longest, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i <= counts.Count; i++)
        {
            if (i < counts.Count && counts[i] == 0)
            {
                // A silence that a closed day is part of is as long as the rest of it.
                if (measures[i]) run += rates[open.OfWeek(from + i)];
                continue;
            }

            if (run > longest) (longest, second) = (run, longest);
            else if (run > second) second = run;
            run = 0;
        }

        return second;
    }
}
