using System.Buffers.Text;

namespace Temas.Demo.World;

/// <summary>Time in the world: milliseconds since 1970 UTC, and days as they are in Türkiye (UTC+3 all year since 2016).</summary>
internal static class Clock
{
    public const long Second = 1000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    private const long Zone = 3 * Hour;

    // Share of visits by hour of the day: little at night, most in the evening.
    private static readonly double[] Hours = Lists.Cumulate([1, 0.6, 0.3, 0.2, 0.2, 0.4, 0.8, 1.6, 2.6, 3.6, 4.2, 4.4, 4.6, 4.4, 4.2, 4.2, 4.2, 4.4, 4.8, 5.6, 6.4, 6.6, 5, 2.6]);

    // Demand by month: spring for the garden, November for the sales. The highest is 1.
    private static readonly double[] GardenMonths = [0.25, 0.35, 0.65, 0.95, 1, 0.95, 0.8, 0.65, 0.5, 0.35, 0.4, 0.3];
    private static readonly double[] HouseMonths = [0.65, 0.6, 0.65, 0.7, 0.75, 0.7, 0.65, 0.75, 0.85, 0.8, 1, 0.9];

    /// <summary>The number of the day on which a moment lies.</summary>
    public static long DayOf(long time) => (time + Zone) / Day;

    /// <summary>The moment at which a day begins.</summary>
    public static long StartOf(long day) => (day * Day) - Zone;

    /// <summary>A moment of a day, by hour.</summary>
    public static long At(long day, double hour) => StartOf(day) + (long)(hour * Hour);

    /// <summary>A day as <c>2026-05-09</c>.</summary>
    public static string Date(long day) => DateOnly.FromDayNumber((int)day + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>The month of a moment, 0 to 11.</summary>
    public static int MonthOf(long time) => DateOnly.FromDayNumber((int)DayOf(time) + DateOnly.FromDateTime(DateTime.UnixEpoch).DayNumber).Month - 1;

    /// <summary>How much is bought in a month compared to the best one.</summary>
    public static double Demand(long time, bool garden) => (garden ? GardenMonths : HouseMonths)[MonthOf(time)];

    /// <summary>A moment on the same day or a later one at an hour at which people are awake; never before <paramref name="time"/>.</summary>
    public static long Awake(long time, ref Dice dice)
    {
        var at = StartOf(DayOf(time)) + (dice.Of(Hours) * Hour) + (long)(dice.Unit() * Hour);
        return at >= time ? at : at + Day;
    }

    /// <summary>A moment at which offices work on the day of <paramref name="time"/> or the next; never before it.</summary>
    public static long Working(long time, ref Dice dice)
    {
        var at = At(DayOf(time), 9 + (dice.Unit() * 9));
        return at >= time ? at : at + Day;
    }

    /// <summary>Writes a moment as <c>2026-05-09T18:00:00.000Z</c>.</summary>
    public static int Write(long time, Span<byte> into)
    {
        Utf8Formatter.TryFormat(DateTimeOffset.FromUnixTimeMilliseconds(time).UtcDateTime, into, out _, new System.Buffers.StandardFormat('O'));
        // …T18:00:00.0000000Z: three digits are enough.
        into[23] = (byte)'Z';
        return 24;
    }
}
