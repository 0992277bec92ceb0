using System.Text.Json;
using Temas.Insight.Contracts;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Insight.Indicators;

/// <summary>The periods for which indicators are read. The first slot is the whole period, then come the points of the series, and at the end the time before, if it is compared with.</summary>
internal sealed record Frame
{
    /// <summary>The most points of a series.</summary>
    public const int MostPoints = 400;

    private Frame(IndicatorAsk ask, TimeZoneInfo zone, TimeUnit? unit, IReadOnlyList<(DateOnly From, DateOnly To)> points, (DateOnly From, DateOnly To)? before) =>
        (Ask, Zone, Unit, Points, Before) = (ask, zone, unit, points, before);

    /// <summary>What is asked.</summary>
    public IndicatorAsk Ask { get; }

    /// <summary>In which days begin.</summary>
    public TimeZoneInfo Zone { get; }

    /// <summary>Width of a point; null for no series.</summary>
    public TimeUnit? Unit { get; }

    /// <summary>The points of the series.</summary>
    public IReadOnlyList<(DateOnly From, DateOnly To)> Points { get; }

    /// <summary>The time before; null where it is not asked for.</summary>
    public (DateOnly From, DateOnly To)? Before { get; }

    /// <summary>How many slots there are.</summary>
    public int Slots => 1 + Points.Count + (Before is null ? 0 : 1);

    /// <summary>What tells it apart from another.</summary>
    public string Key => $"{Ask.From:O}/{Ask.To:O}/{Unit}/{Before is not null}/{Ask.Where?.GetRawText()}";

    /// <summary>Makes one of what is asked.</summary>
    public static Result<Frame> Of(IndicatorAsk ask, TimeZoneInfo zone)
    {
        if (ask.From >= ask.To) return Problem.Invalid("period_empty", "The end of the period does not come after its beginning.", "to", FigureJson.Day(ask.To), "Choose a later end.");
        if (ask.From.Year < 1970 || ask.To.Year >= 2200) return Problem.Invalid("time_unreadable", "This is no day from 1970 to 2199.", "from", FigureJson.Day(ask.From), "Choose another period.");
        TimeUnit? unit = ask.Bucket switch { null => null, "day" => TimeUnit.Day, "week" => TimeUnit.Week, "month" => TimeUnit.Month, _ => TimeUnit.Hour };
        if (unit == TimeUnit.Hour) return Problem.Invalid("bucket_unknown", "A point is a day, a week or a month.", "bucket", ask.Bucket, "Use day, week or month.");
        var points = new List<(DateOnly From, DateOnly To)>();
        for (var at = ask.From; unit is not null && at < ask.To;)
        {
            var next = unit switch { TimeUnit.Day => at.AddDays(1), TimeUnit.Week => at.AddDays(7 - (((int)at.DayOfWeek + 6) % 7)), _ => new DateOnly(at.Year, at.Month, 1).AddMonths(1) };
            points.Add((at, next < ask.To ? next : ask.To));
            at = next;
            if (points.Count > MostPoints) return Problem.Invalid("buckets_too_many", "This period has more than 400 of these points.", "bucket", ask.Bucket, "Choose a longer bucket or a shorter period.");
        }

        return new Frame(ask, zone, unit, points, ask.Compare ? BeforeOf(ask) : null);
    }

    /// <summary>The slots' periods in days; with a window each is so many days up to its end.</summary>
    public IReadOnlyList<(DateOnly From, DateOnly To)> Days(int? window) =>
        [.. new[] { (Ask.From, Ask.To) }.Concat(Points).Concat(Before is { } before ? [before] : []).Select(p => window is { } days ? (p.Item2.AddDays(-days), p.Item2) : p)];

    /// <summary>The slots' periods, so much earlier.</summary>
    public IReadOnlyList<TimeSpanMs> Spans(int? window, long earlier = 0) => [.. Days(window).Select(p => new TimeSpanMs(Instant(p.From) - earlier, Instant(p.To) - earlier))];

    /// <summary>When a day begins.</summary>
    public long Instant(DateOnly day) => InstantOf(day, Zone);

    /// <summary>When a day begins in a time zone.</summary>
    public static long InstantOf(DateOnly day, TimeZoneInfo zone)
    {
        var local = day.ToDateTime(TimeOnly.MinValue);
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        return new DateTimeOffset(local, zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    // Whole months are held against whole months.
    private static (DateOnly From, DateOnly To) BeforeOf(IndicatorAsk ask) =>
        ask is { From.Day: 1, To.Day: 1 } ? (ask.From.AddMonths(-(((ask.To.Year - ask.From.Year) * 12) + ask.To.Month - ask.From.Month)), ask.From)
        : (ask.From.AddDays(ask.From.DayNumber - ask.To.DayNumber), ask.From);
}

/// <summary>What an indicator or a measure says in each slot of a frame.</summary>
/// <param name="Slots">By slot.</param>
/// <param name="Frame">The frame.</param>
internal sealed record Values(IReadOnlyList<MeasureFigure> Slots, Frame Frame)
{
    /// <summary>Of the whole period.</summary>
    public MeasureFigure Whole => Slots[0];

    /// <summary>Of the time before.</summary>
    public MeasureFigure? Before => Frame.Before is null ? null : Slots[^1];

    /// <summary>Of the points.</summary>
    public IReadOnlyList<IndicatorPoint> Series => [.. Frame.Points.Select((p, i) => new IndicatorPoint(p.From, Slots[i + 1].Value, Slots[i + 1].Sample))];
}
