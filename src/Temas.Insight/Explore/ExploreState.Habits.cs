using System.Globalization;
using System.Text.Json.Nodes;
using Temas.Timelines.Queries;

namespace Temas.Insight.Explore;

/// <summary>Habits: on how many days customers do something, how many times, and how long between.</summary>
public sealed partial record ExploreState
{
    private void AddHabit(JsonObject question)
    {
        question["kind"] = Habit;
        if (Habit == "stickiness") question["unit"] = Unit;
        foreach (var (name, value) in Selector(0, filtered: true)) question[name] = value?.DeepClone();
        if (Compared) question["compare"] = "previous";
    }

    /// <summary>Who did it on so many days (weeks, months) of a period.</summary>
    public string OnUnits(TimeSpanMs period, int units) => Did(period, units, units, Unit);

    /// <summary>Who did it so many times in a period.</summary>
    public string SoOften(TimeSpanMs period, FrequencyBin bin) => Did(period, bin.Least, bin.Upto, null);

    /// <summary>Who did it twice so far apart in a period.</summary>
    public string SoFarApart(TimeSpanMs period, IntervalBin bin)
    {
        var condition = new JsonObject { ["interval"] = Selector(0, filtered: true) };
        if (bin.From > 0) condition["atLeast"] = Seconds(bin.From);
        if (bin.To is { } to) condition["below"] = Seconds(to);
        (condition["from"], condition["to"]) = (BucketWords.Instant(period.From), BucketWords.Instant(period.To));
        return condition.ToJsonString();
    }

    /// <summary>Who did it in a stretch of time at all.</summary>
    public string AtAll(long from, long to) => Did(new TimeSpanMs(from, to), 1, null, null);

    private string Did(TimeSpanMs period, long least, long? most, string? unit)
    {
        var condition = new JsonObject { ["did"] = Selector(0, filtered: true), ["atLeast"] = least };
        if (most < int.MaxValue) condition["atMost"] = most;
        if (unit is not null) condition["unit"] = unit;
        (condition["from"], condition["to"]) = (BucketWords.Instant(period.From), BucketWords.Instant(period.To));
        return condition.ToJsonString();
    }

    private static string Seconds(long milliseconds) => string.Create(CultureInfo.InvariantCulture, $"{milliseconds / 1000}s");
}
