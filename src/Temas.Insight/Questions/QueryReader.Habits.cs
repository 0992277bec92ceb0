using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Questions about how often customers do something, and how regularly.</summary>
internal sealed partial class QueryReader
{
    private const int MostUnits = 400;

    private StickinessQuery? Stickiness(JsonReading reading)
    {
        var buckets = Times.Buckets(reading, TimeUnit.Day);
        if (buckets is { Count: > MostUnits }) reading.Fault("unit", "buckets_too_many", "This period has more than 400 of these units.", wayOut: "Choose a longer unit or a shorter period.");
        var rolling = reading.Whole("rolling", buckets is null ? 1 : Usual(buckets.Unit), 1, MostUnits);
        var (selector, customers, compare) = (Events.Selector(reading), conditions.Condition(reading, "customers"), reading.Choice("compare", Compare.None));
        if (faults.First is not null) return null;
        var all = buckets!.Before(rolling - 1, zone);
        return new StickinessQuery(all, selector, rolling, customers, compare == Compare.Previous ? all.Previous(rolling - 1, zone) : null);
    }

    private FrequencyQuery? Frequency(JsonReading reading)
    {
        var (when, selector, customers, compare) = (Times.Period(reading), Events.Selector(reading), conditions.Condition(reading, "customers"), reading.Choice("compare", Compare.None));
        return faults.First is null ? new FrequencyQuery(when, selector, customers, Before(when, compare)) : null;
    }

    private IntervalQuery? Interval(JsonReading reading)
    {
        var (when, selector, customers, compare) = (Times.Period(reading), Events.Selector(reading), conditions.Condition(reading, "customers"), reading.Choice("compare", Compare.None));
        return faults.First is null ? new IntervalQuery(when, selector, customers, Before(when, compare)) : null;
    }

    // The customers of a day are held against those of a month, as is usual.
    private static int Usual(TimeUnit unit) => unit switch
    {
        TimeUnit.Hour => 24,
        TimeUnit.Day => 30,
        TimeUnit.Week => 4,
        TimeUnit.Month => 3,
        _ => 4,
    };

    private TimeSpanMs? Before(TimeSpanMs when, Compare compare) =>
        compare == Compare.None ? null : (TimeBuckets.Cut(when, TimeUnit.Day, zone) ?? TimeBuckets.Cut(when, TimeUnit.Year, zone)!).Previous(0, zone).When;
}
