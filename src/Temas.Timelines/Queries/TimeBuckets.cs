using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Temas.Timelines.Queries;

/// <summary>How long a bucket of time is.</summary>
public enum TimeUnit
{
    /// <summary>An hour.</summary>
    Hour,

    /// <summary>A day of the calendar: 23 to 25 hours.</summary>
    Day,

    /// <summary>A week, from Monday.</summary>
    Week,

    /// <summary>A month of the calendar.</summary>
    Month,

    /// <summary>Three months of the calendar.</summary>
    Quarter,

    /// <summary>A year of the calendar.</summary>
    Year,
}

/// <summary>A period cut into hours, days, weeks … of a time zone. The first and the last bucket may be cut short by the period.</summary>
public sealed class TimeBuckets
{
    /// <summary>The most buckets of a period.</summary>
    public const int Most = 10_000;

    // Clocks are put forward and back by so much at least.
    private const long Slot = 30 * 60_000;
    private const int MostSlots = 1 << 17;

    private readonly long[] starts;
    private readonly long origin, from, to;
    private readonly double each;

    // The bucket of each slot from the first bucket on; none where there are too many, or buckets begin within slots.
    private readonly ushort[] slots;

    private TimeBuckets(TimeSpanMs when, TimeUnit unit, long[] starts)
    {
        (When, Unit, this.starts, origin, from, to) = (when, unit, starts, starts[0], when.From, when.To);
        each = starts.Length > 1 ? (starts.Length - 1) / (double)(starts[^1] - starts[0]) : 0;
        slots = Slots();
    }

    /// <summary>The period.</summary>
    public TimeSpanMs When { get; }

    /// <summary>How long a bucket is.</summary>
    public TimeUnit Unit { get; }

    /// <summary>How many there are.</summary>
    public int Count => starts.Length;

    /// <summary>When each begins by the calendar (the first one maybe before the period), in milliseconds since 1970 UTC.</summary>
    public IReadOnlyList<long> Starts => starts;

    /// <summary>Cuts a period; null when that makes more than <see cref="Most"/>.</summary>
    public static TimeBuckets? Cut(TimeSpanMs when, TimeUnit unit, TimeZoneInfo zone)
    {
        var starts = new List<long>();
        var local = Begin(unit, TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(when.From), zone).DateTime);
        var first = unit == TimeUnit.Hour ? when.From - Modulo(when.From + Offset(when.From, zone), 3_600_000) : 0;
        for (var i = 0; ; i++)
        {
            var start = unit == TimeUnit.Hour ? first + (i * 3_600_000L) : Instant(Step(unit, local, i), zone);
            if (start >= when.To) break;
            if (starts.Count == Most) return null;
            starts.Add(start);
        }

        // The period begins within its first bucket.
        while (starts.Count > 1 && starts[1] <= when.From) starts.RemoveAt(0);
        return new TimeBuckets(when, unit, [.. starts]);
    }

    /// <summary>The bucket of a moment; -1 when it is not in the period.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Of(long time)
    {
        if (time < from || time >= to) return -1;
        var slot = (ulong)(time - origin) / Slot;
        return slot < (ulong)slots.Length ? slots[slot] : Search(time);
    }

    /// <summary>The buckets of some moments as bits; of at most 64 buckets. Moments that are not in the period have none.</summary>
    public ulong Bits(ReadOnlySpan<long> times)
    {
        var bits = 0UL;
        if (slots.Length == 0)
        {
            foreach (var time in times) bits |= Of(time) is >= 0 and var at ? 1UL << at : 0;
            return bits;
        }

        // Without a branch that nobody could foresee, and nothing looked up that is the same for all.
        ref var bucket = ref MemoryMarshal.GetArrayDataReference(slots);
        var (last, begin, first, length) = ((ulong)slots.Length - 1, from, origin, (ulong)(to - from));
        foreach (var time in times)
        {
            var slot = Math.Min((ulong)(time - first) / Slot, last);
            bits |= ((ulong)(time - begin) < length ? 1UL : 0) << Unsafe.Add(ref bucket, (nint)slot);
        }

        return bits;
    }

    /// <summary>The bucket of a moment, and from when to when in the period it goes; -1 and nothing when it is not in the period.</summary>
    public int Of(long time, out long begin, out long end)
    {
        var at = Of(time);
        (begin, end) = at < 0 ? (long.MaxValue, long.MinValue) : (Math.Max(starts[at], When.From), at + 1 < starts.Length ? Math.Min(starts[at + 1], When.To) : When.To);
        return at;
    }

    /// <summary>The same with so many buckets more at the beginning.</summary>
    public TimeBuckets Before(int more, TimeZoneInfo zone)
    {
        if (more <= 0) return this;
        var local = TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(starts[0]), zone).DateTime;
        var from = Unit == TimeUnit.Hour ? starts[0] - (more * 3_600_000L) : Instant(Step(Unit, Begin(Unit, local), -more), zone);
        return Cut(When with { From = from }, Unit, zone) ?? this;
    }

    /// <summary>
    /// The period before, which ends where this one begins and is equally long in units of the calendar, cut into as many parts, each as long as the one that it is held against: where both ends are beginnings of months and buckets are months or
    /// longer, by months; else by days, where the period begins and ends at the same time of day; else by its length. The first <paramref name="lead"/> buckets are not of the period, they are only looked back at.
    /// </summary>
    public TimeBuckets Previous(int lead, TimeZoneInfo zone)
    {
        var from = lead > 0 ? starts[lead] : When.From;
        var (begin, end) = (Local(from), Local(When.To));
        var months = ((end.Year - begin.Year) * 12) + end.Month - begin.Month;
        Func<long, long> back = Unit >= TimeUnit.Month && begin == Begin(TimeUnit.Month, begin) && end == Begin(TimeUnit.Month, end) ? t => Instant(Local(t).AddMonths(-months), zone)
            : Unit != TimeUnit.Hour && begin.TimeOfDay == end.TimeOfDay ? t => Instant(Local(t).AddDays(-(end - begin).Days), zone)
            : t => t - (When.To - from);
        return new TimeBuckets(new TimeSpanMs(back(When.From), from), Unit, Array.ConvertAll(starts, t => back(t)));

        DateTime Local(long instant) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(instant), zone).DateTime;
    }

    private int Search(long time)
    {
        // Buckets are nearly of one length, so the guess is off by one or two at most.
        var at = Math.Clamp((int)((time - origin) * each), 0, starts.Length - 1);
        while (at > 0 && time < starts[at]) at--;
        while (at + 1 < starts.Length && time >= starts[at + 1]) at++;
        return at;
    }

    private ushort[] Slots()
    {
        var count = (When.To - starts[0] + Slot - 1) / Slot;
        if (count is < 0 or > MostSlots || Array.Exists(starts, s => (s - starts[0]) % Slot != 0)) return [];
        var result = new ushort[count];
        for (var (slot, bucket) = (0, 0); slot < result.Length; slot++)
        {
            while (bucket + 1 < starts.Length && starts[bucket + 1] <= starts[0] + (slot * Slot)) bucket++;
            result[slot] = (ushort)bucket;
        }

        return result;
    }

    private static DateTime Begin(TimeUnit unit, DateTime local) => unit switch
    {
        TimeUnit.Week => local.Date.AddDays(-(((int)local.DayOfWeek + 6) % 7)),
        TimeUnit.Month => new DateTime(local.Year, local.Month, 1),
        TimeUnit.Quarter => new DateTime(local.Year, ((local.Month - 1) / 3 * 3) + 1, 1),
        TimeUnit.Year => new DateTime(local.Year, 1, 1),
        _ => local.Date,
    };

    private static DateTime Step(TimeUnit unit, DateTime local, int steps) => unit switch
    {
        TimeUnit.Week => local.AddDays(7 * steps),
        TimeUnit.Month => local.AddMonths(steps),
        TimeUnit.Quarter => local.AddMonths(3 * steps),
        TimeUnit.Year => local.AddYears(steps),
        _ => local.AddDays(steps),
    };

    /// <summary>When a day begins: its first moment where midnight is left out, the first of two midnights where it comes twice.</summary>
    private static long Instant(DateTime local, TimeZoneInfo zone)
    {
        while (zone.IsInvalidTime(local)) local = local.AddMinutes(1);
        var offset = zone.IsAmbiguousTime(local) ? zone.GetAmbiguousTimeOffsets(local).Max() : zone.GetUtcOffset(local);
        return new DateTimeOffset(local, offset).ToUnixTimeMilliseconds();
    }

    private static long Offset(long instant, TimeZoneInfo zone) => (long)zone.GetUtcOffset(DateTimeOffset.FromUnixTimeMilliseconds(instant)).TotalMilliseconds;

    private static long Modulo(long value, long by) => ((value % by) + by) % by;
}
