using System.Globalization;
using Temas.Timelines.Queries;

namespace Temas.Tests.Timelines.Queries;

/// <summary>The period that figures are held against: before, equally long by the calendar, in as many parts.</summary>
public sealed class PreviousPeriodTests
{
    [Theory]
    // So many days, whatever the months.
    [InlineData("2026-03-01", "2026-03-31", TimeUnit.Day, "Europe/Istanbul", "2026-01-30 00:00", "2026-02-28 00:00")]
    [InlineData("2026-02-01", "2026-03-01", TimeUnit.Day, "Europe/Istanbul", "2026-01-04 00:00", "2026-01-31 00:00")]
    // Whole months are held against whole months.
    [InlineData("2026-01-01", "2026-03-01", TimeUnit.Month, "Europe/Istanbul", "2025-11-01 00:00", "2025-12-01 00:00")]
    [InlineData("2026-01-01", "2026-07-01", TimeUnit.Quarter, "Europe/Istanbul", "2025-07-01 00:00", "2025-10-01 00:00")]
    [InlineData("2024-01-01", "2025-01-01", TimeUnit.Year, "Europe/Istanbul", "2023-01-01 00:00", "2023-01-01 00:00")]
    // A period that begins within a month or week: each part has its days.
    [InlineData("2026-01-15", "2026-03-01", TimeUnit.Month, "Europe/Istanbul", "2025-12-01 00:00", "2025-12-18 00:00")]
    [InlineData("2026-01-07", "2026-01-21", TimeUnit.Week, "Europe/Istanbul", "2025-12-24 00:00", "2026-01-05 00:00")]
    // A day of 23 hours, and the day before it, which has 24.
    [InlineData("2026-03-29", "2026-03-30", TimeUnit.Day, "Europe/Berlin", "2026-03-28 00:00", "2026-03-28 00:00")]
    [InlineData("2026-03-29", "2026-03-30", TimeUnit.Hour, "Europe/Berlin", "2026-03-28 01:00", "2026-03-28 23:00")]
    public void Previous_OfAPeriod_EndsWhereItBegins(string from, string to, TimeUnit unit, string zoneName, string begins, string lastPart)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(zoneName);
        var period = TimeBuckets.Cut(new TimeSpanMs(At(from, zone), At(to, zone)), unit, zone)!;
        var before = period.Previous(0, zone);
        before.When.To.ShouldBe(period.When.From);
        Local(before.When.From, zone).ShouldBe(begins);
        Local(before.Starts[^1], zone).ShouldBe(lastPart);
        before.Count.ShouldBe(period.Count);
        before.Of(before.When.From).ShouldBe(0);
        before.Of(before.When.To - 1).ShouldBe(before.Count - 1);
        before.Of(before.When.To).ShouldBe(-1);
    }

    [Fact]
    public void Previous_OfARollingTrend_IsOfWhatTheAnswerNames()
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Istanbul");
        var period = TimeBuckets.Cut(new TimeSpanMs(At("2026-03-01", zone), At("2026-03-08", zone)), TimeUnit.Day, zone)!;
        var all = period.Before(2, zone);
        var before = all.Previous(2, zone);
        before.Count.ShouldBe(9);
        Local(before.Starts[2], zone).ShouldBe("2026-02-22 00:00");
        Local(before.When.From, zone).ShouldBe("2026-02-20 00:00");
        Local(before.When.To, zone).ShouldBe("2026-03-01 00:00");
    }

    private static long At(string day, TimeZoneInfo zone)
    {
        var local = DateTime.ParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUnixTimeMilliseconds();
    }

    private static string Local(long instant, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(instant), zone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
}
