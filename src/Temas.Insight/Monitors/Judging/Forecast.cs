using Temas.Insight.Contracts;

namespace Temas.Insight.Monitors.Judging;

/// <summary>
/// What is expected of a day by medians: a trend by the slopes between the same weekdays (Hirsch, Slack and Smith 1982), a median for each weekday, the level of the last four weeks, and what is left over of yesterday where days hang together. How far off
/// is usual is the spread of what this leaves of the days before; of what is made, larger days scatter by more, and each is held against the spread of days as large as it. Stretching a series stretches all of it alike, and so does moving one of means.
/// </summary>
internal static class Forecast
{
    private const int LevelDays = 28, WeeksForSlope = 4;

    // Chance alone makes neighbours of 56 days correlate by 0.13 (one standard error).
    private const double Related = 0.3, MostOfYesterday = 3;

    // Level, slope and weekdays are estimated; the spread as if by so many of the days that are left.
    private const double Estimated = 9, Efficiency = 0.7, LeastDegrees = 8;

    // Chance alone makes the spread of what is made grow as its root, good and bad days as the value itself; of sums of amounts nobody knows the parts. Days of less than a quarter of a usual one are as that.
    private const double AsRoot = 0.5, OfSums = 0.75, Smallest = 0.25;

    // The variance of a median of n is so much that of one value, over n.
    private const double OfMedian = Math.PI / 2;

    /// <summary>The verdict; null where the days before never differed, and this one does: then nothing is known of what is usual.</summary>
    /// <param name="past">The days before.</param>
    /// <param name="today">The day.</param>
    /// <param name="limit">How many standard deviations are nothing unusual.</param>
    /// <param name="floor">The least standard deviation that chance alone makes around an expected value.</param>
    /// <param name="unit">How the value is read: a count or a sum, or a mean, which is the less sure the fewer it is of.</param>
    public static Verdict? Judge(List<Day> past, Day today, double limit, Func<double, double> floor, IndicatorUnit unit)
    {
        var slope = Slope(past);
        var flat = past.Select(d => d with { Value = d.Value - (slope * d.At) }).ToList();
        var season = Season(flat);
        var level = Robust.Median((flat.Count(d => d.At >= -LevelDays) >= LevelDays / 2 ? flat.Where(d => d.At >= -LevelDays) : flat).Select(d => d.Value - season[d.Weekday]));
        var size = SizeOf(unit, flat, slope, season, level);
        var left = flat.ToDictionary(d => d.At, d => (d.Value - season[d.Weekday] - level) / size(level + season[d.Weekday] + (slope * d.At)));
        var (expected, spread) = (level + season[today.Weekday], Robust.Spread([.. left.Values]));
        var ofToday = size(expected);

        if (spread > 0 && Neighbours(left, MostOfYesterday * spread) is > Related and var related && left.TryGetValue(-1, out var yesterday))
        {
            expected += related * ofToday * Math.Clamp(yesterday, -MostOfYesterday * spread, MostOfYesterday * spread);
            spread = Robust.Spread([.. left.Where(l => left.ContainsKey(l.Key - 1)).Select(l => l.Value - (related * left[l.Key - 1]))]);
        }

        // What is expected is not sure itself: the medians of the level and of the weekday, and the slope over two weeks.
        spread *= ofToday * Math.Sqrt(1 + (OfMedian / Math.Min(LevelDays, flat.Count)) + (OfMedian * 7 / flat.Count));
        if (!Shift.IsMadeOf(unit) && today.Sample > 0) spread *= Math.Sqrt(Math.Max(1, Robust.Median(past.Select(d => (double)d.Sample)) / today.Sample));
        spread = Math.Max(spread, floor(expected));

        // Numbers of different size that are summed up are not exactly the same again.
        var exact = 1e-9 * Math.Max(Math.Abs(expected), Math.Abs(today.Value));
        if (spread <= exact) return Math.Abs(today.Value - expected) <= exact ? new Verdict(today.Value, expected, expected, expected, 0, JudgedBy.Spread) : null;
        var (degrees, score) = (Math.Max(LeastDegrees, (flat.Count - Estimated) * Efficiency), (today.Value - expected) / spread);
        var reach = Robust.ToStudent(limit, degrees) * spread;
        return new Verdict(today.Value, expected, expected - reach, expected + reach, Robust.OfStudent(score, degrees), JudgedBy.Spread);
    }

    /// <summary>How much more, or less, a day scatters of which so much is expected than a usual one does.</summary>
    private static Func<double, double> SizeOf(IndicatorUnit unit, List<Day> flat, double slope, double[] season, double level)
    {
        var usual = Robust.Median(flat.Select(d => level + season[d.Weekday] + (slope * d.At)));
        if (!Shift.IsMadeOf(unit) || usual <= 0) return _ => 1;
        var variance = Math.Pow(Robust.Spread([.. flat.Select(d => d.Value - season[d.Weekday] - level)]), 2);
        var power = unit == IndicatorUnit.Money ? OfSums : 1 - (AsRoot * Math.Min(1, usual / Math.Max(usual, variance)));
        return expected => Math.Pow(Math.Max(Smallest, expected / usual), power);
    }

    private static double Slope(List<Day> past)
    {
        if (past[^1].At - past[0].At < WeeksForSlope * 7) return 0;
        var slopes = new List<double>();
        for (var i = 0; i < past.Count; i++)
        {
            for (var j = i + 1; j < past.Count; j++)
            {
                if (past[i].Weekday == past[j].Weekday) slopes.Add((past[j].Value - past[i].Value) / (past[j].At - past[i].At));
            }
        }

        return Robust.MedianOf(slopes);
    }

    /// <summary>By how much each weekday is apart from the rest; drawn to nothing as far as chance alone would set them apart as much (James and Stein 1961).</summary>
    private static double[] Season(List<Day> flat)
    {
        var all = Robust.Median(flat.Select(d => d.Value));
        var season = new double[7];
        foreach (var group in flat.GroupBy(d => d.Weekday)) season[group.Key] = group.Count() >= 2 ? Robust.Median(group.Select(d => d.Value)) - all : 0;
        var spread = Robust.Spread([.. flat.Select(d => d.Value - all - season[d.Weekday])]);
        var (apart, chance) = (season.Sum(s => s * s) / 6, OfMedian * spread * spread * 7 / flat.Count);
        var kept = apart > 0 ? Math.Max(0, 1 - (chance / apart)) : 0;
        for (var i = 0; i < 7; i++) season[i] *= kept;
        return season;
    }

    private static double Neighbours(Dictionary<int, double> left, double most)
    {
        double Cut(double value) => Math.Clamp(value, -most, most);
        var (together, alone) = (0.0, 0.0);
        foreach (var (at, value) in left)
        {
            alone += Cut(value) * Cut(value);
            if (left.TryGetValue(at - 1, out var before)) together += Cut(value) * Cut(before);
        }

        return alone > 0 ? Math.Min(1, together / alone) : 0;
    }
}
