using System.Globalization;
using System.Text.Json;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Questions and conditions about how often customers do something, and how regularly.</summary>
internal sealed partial class QueryReader
{
    private const int MostUnits = 400;

    private StickinessQuery? Stickiness(JsonReading reading)
    {
        var buckets = Buckets(reading, TimeUnit.Day);
        if (buckets is { Count: > MostUnits }) reading.Fault("unit", "buckets_too_many", "This period has more than 400 of these units.", wayOut: "Choose a longer unit or a shorter period.");
        var rolling = reading.Whole("rolling", buckets is null ? 1 : Usual(buckets.Unit), 1, MostUnits);
        var (selector, customers, compare) = (Selector(reading), Condition(reading, "customers"), reading.Choice("compare", Compare.None));
        if (faults.First is not null) return null;
        var all = buckets!.Before(rolling - 1, zone);
        return new StickinessQuery(all, selector, rolling, customers, compare == Compare.Previous ? all.Previous(rolling - 1, zone) : null);
    }

    private FrequencyQuery? Frequency(JsonReading reading)
    {
        var (when, selector, customers, compare) = (Period(reading), Selector(reading), Condition(reading, "customers"), reading.Choice("compare", Compare.None));
        return faults.First is null ? new FrequencyQuery(when, selector, customers, Before(when, compare)) : null;
    }

    private IntervalQuery? Interval(JsonReading reading)
    {
        var (when, selector, customers, compare) = (Period(reading), Selector(reading), Condition(reading, "customers"), reading.Choice("compare", Compare.None));
        return faults.First is null ? new IntervalQuery(when, selector, customers, Before(when, compare)) : null;
    }

    /// <summary>On so many different days (weeks, months) instead of so many times.</summary>
    private ActiveCondition? Active(JsonReading reading, EventSelector selector, TimeSpanMs when, int least, int? most)
    {
        var unit = reading.Choice("unit", TimeUnit.Day);
        if (when.From == long.MinValue || when.To == long.MaxValue) reading.Fault("unit", "period_missing", "Days, weeks and months are only counted in a period.", reading.Any("unit"), "Add within, or from and to.");
        if (faults.First is not null) return null;
        if (when.From < when.To && TimeBuckets.Cut(when, unit, zone) is { } buckets) return new ActiveCondition(selector, buckets, least, most);
        if (when.From >= when.To) reading.Fault("to", "period_empty", "The end of the period does not come after its beginning.", reading.Any("to"));
        else reading.Fault("unit", "buckets_too_many", string.Create(CultureInfo.InvariantCulture, $"This period has more than {TimeBuckets.Most} of these units."), wayOut: "Choose a longer unit or a shorter period.");
        return null;
    }

    private IntervalCondition? Apart(JsonReading reading, JsonElement json)
    {
        if (Selector(json, reading.PathOf("interval")) is not { } selector) return null;
        var (least, below, when) = (Duration(reading, "atLeast", 0), reading.Has("below") ? Duration(reading, "below", 0) : (long?)null, Within(reading));
        if (below <= least) reading.Fault("below", "range_empty", "Nothing is at least so long and shorter than this.", reading.Any("below"));
        return faults.First is null ? new IntervalCondition(selector, least, below, when) : null;
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
