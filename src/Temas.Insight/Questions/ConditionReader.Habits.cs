using System.Globalization;
using System.Text.Json;
using Temas.Timelines.Queries;

namespace Temas.Insight.Questions;

/// <summary>Conditions about how regularly customers do something.</summary>
internal sealed partial class ConditionReader
{
    /// <summary>On so many different days (weeks, months) instead of so many times.</summary>
    private ActiveCondition? Active(JsonReading reading, EventSelector selector, TimeSpanMs when, int least, int? most)
    {
        var unit = reading.Choice("unit", TimeUnit.Day);
        if (when.From == long.MinValue || when.To == long.MaxValue) reading.Fault("unit", "period_missing", "Days, weeks and months are only counted in a period.", reading.Any("unit"), "Add within, or from and to.");
        if (faults.First is not null) return null;
        if (when.From < when.To && times.Cut(when, unit) is { } buckets) return new ActiveCondition(selector, buckets, least, most);
        if (when.From >= when.To) reading.Fault("to", "period_empty", "The end of the period does not come after its beginning.", reading.Any("to"));
        else reading.Fault("unit", "buckets_too_many", string.Create(CultureInfo.InvariantCulture, $"This period has more than {TimeBuckets.Most} of these units."), wayOut: "Choose a longer unit or a shorter period.");
        return null;
    }

    private IntervalCondition? Apart(JsonReading reading, JsonElement json)
    {
        if (events.Selector(json, reading.PathOf("interval")) is not { } selector) return null;
        var (least, below, when) = (TimeReader.Duration(reading, "atLeast", 0), reading.Has("below") ? TimeReader.Duration(reading, "below", 0) : (long?)null, times.Within(reading));
        if (below <= least) reading.Fault("below", "range_empty", "Nothing is at least so long and shorter than this.", reading.Any("below"));
        return faults.First is null ? new IntervalCondition(selector, least, below, when) : null;
    }
}
