using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;

namespace Temas.Tests.Insight.Monitors;

/// <summary>What is learned of days on which something is closed.</summary>
public sealed class ClosingTests
{
    private const string Shop = "source:3", Web = "source:4", Rare = "event:track:Seldom";

    private static readonly SpecialDays Special = new(ReadySpecialDays.All.Select(r => SpecialDayKind.Instance.Read(r.Key, r.Value)));

    [Fact]
    public void WeightOf_WhatStoodStillOnTheSameDayAYearBefore_IsClosed_AndWhatDidNotIsNot()
    {
        var today = new DateOnly(2026, 3, 21);
        var closings = Closings.Learn(Counts(today), Special, today);
        var second = Special.Find(today)!;
        closings.WeightOf(Shop, second).ShouldBe(0);
        closings.WeightOf(Web, second).ShouldBe(OpenHours.OnSpecialDays, "as much as ever came a year before, and that is not relied on");
        closings.WeightOf(Rare, second).ShouldBe(OpenHours.OnSpecialDays, "of so few, none says nothing");
        closings.WeightOf("source:9", second).ShouldBe(OpenHours.OnSpecialDays, "nobody knows it");
        closings.WeightOf(Shop, Special.Find(new DateOnly(2026, 3, 23))!).ShouldBe(OpenHours.OnSpecialDays, "the day after it was open");
    }

    [Fact]
    public void WeightOf_AFirstFeast_GoesByTheLastHolidays()
    {
        // The shop was there from May on: Victory Day and Republic Day stood still.
        var today = new DateOnly(2026, 3, 21);
        var closings = Closings.Learn(Counts(today).Where(c => c.What != Shop || c.Day >= new DateOnly(2025, 5, 10).DayNumber), Special, today);
        closings.WeightOf(Shop, Special.Find(today)!).ShouldBe(0);
        var young = Closings.Learn(Counts(today).Where(c => c.What != Shop || c.Day >= new DateOnly(2025, 12, 1).DayNumber), Special, today);
        young.WeightOf(Shop, Special.Find(today)!).ShouldBe(OpenHours.OnSpecialDays, "one day says little");
    }

    [Fact]
    public void Learn_AWorkspaceThatIsClosedAltogether_IsKnownByTheDaysAround_AndOneThatWasNotThereIsNot()
    {
        var today = new DateOnly(2026, 3, 21);
        var alone = Closings.Learn(Counts(today).Where(c => c.What == Shop), Special, today);
        alone.WeightOf(Shop, Special.Find(today)!).ShouldBe(0, "no day of its feast was written at all");
        var late = Closings.Learn(Counts(today).Where(c => c.What == Shop && c.Day >= new DateOnly(2025, 4, 15).DayNumber && c.Day < new DateOnly(2025, 4, 22).DayNumber), Special, today);
        late.WeightOf(Shop, Special.Find(today)!).ShouldBe(OpenHours.OnSpecialDays, "the feast was before its first day");
    }

    [Fact]
    public void WeightOf_AHolidayOnAClosedSunday_SaysNothingOfFeasts()
    {
        var today = new DateOnly(2026, 3, 21);
        // Closed on Sundays, open on holidays: 30 August 2026 is ahead, 2025's was a Saturday; 19 May 2025 a Monday.
        var counts = Enumerable.Range(0, 400).Select(back => today.AddDays(-1 - back)).Where(d => d.DayOfWeek != DayOfWeek.Sunday).Select(d => (Shop, d.DayNumber, 300L));
        var closings = Closings.Learn(counts, Special, today);
        closings.WeightOf(Shop, Special.Find(today)!).ShouldBe(OpenHours.OnSpecialDays);
        closings.WeightOf(Shop, new Occasion(Special.Find(today)!.Of, new DateOnly(2026, 3, 20), 0)).ShouldBe(OpenHours.OnSpecialDays, "30 March 2025 was a Sunday, as closed as any");
    }

    // A shop that closes on official holidays, a web shop that does not, and something that seldom comes.
    private static IEnumerable<(string What, int Day, long Events)> Counts(DateOnly today)
    {
        for (var day = today.AddDays(-420); day < today; day = day.AddDays(1))
        {
            var isHoliday = Special.Feast(day) is { Offset: >= 0 } feast && feast.Offset < feast.Of.Length;
            if (!isHoliday) yield return (Shop, day.DayNumber, 300);
            yield return (Web, day.DayNumber, 1000);
            if (day.DayNumber % 3 == 0) yield return (Rare, day.DayNumber, 2);
        }
    }
}
