using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;

namespace Temas.Tests.Insight.Monitors;

/// <summary>When a silence is too long, and what a monitor may say.</summary>
public sealed class SilenceTests
{
    // A Monday.
    private static readonly DateTimeOffset Start = new(2026, 1, 5, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Judge_AShopThatIsOpenByDay_MayBeSilentAtNight_AndNotAtNoon()
    {
        var counts = Hours(42, hour => hour % 24 is >= 9 and < 21 ? 30 : 0);
        var evening = Start.AddDays(42).AddHours(20.9 - 24);
        Off(counts, evening, evening.AddHours(11)).ShouldBeFalse("closed");
        Off(counts, evening, evening.AddHours(15.5)).ShouldBeTrue("three hours after it should have opened");
        var noon = Start.AddDays(41).AddHours(12);
        Off(counts, noon, noon.AddHours(1)).ShouldBeFalse();
        Off(counts, noon, noon.AddHours(3)).ShouldBeTrue();
    }

    [Fact]
    public void Judge_AClosedSunday_IsNoSilence()
    {
        var counts = Hours(42, hour => hour / 24 % 7 != 6 && hour % 24 is >= 9 and < 21 ? 30 : 0);
        var saturday = Start.AddDays(40).AddHours(20.9);
        Off(counts, saturday, saturday.AddHours(35)).ShouldBeFalse();
        Off(counts, saturday, saturday.AddHours(40)).ShouldBeTrue("Monday at one");
    }

    [Fact]
    public void Judge_AnImportOfEveryNight_MayBeLate_AndNotMissing()
    {
        var counts = Hours(42, hour => hour % 24 == 3 ? 5000 : 0);
        var last = Start.AddDays(41).AddHours(3.3);
        Off(counts, last, last.AddHours(25)).ShouldBeFalse("an hour late");
        Off(counts, last, last.AddHours(31)).ShouldBeTrue();
    }

    [Fact]
    public void Judge_Little_OrYoung_SaysNothing()
    {
        Judge(Hours(10, _ => 50), Start.AddDays(10), Start.AddDays(20)).ShouldBeNull();
        Judge(Hours(42, hour => hour % 48 == 0 ? 1 : 0), Start.AddDays(42), Start.AddDays(90)).ShouldBeNull();
    }

    [Fact]
    public void Judge_WhatWasNoise_TakesLonger()
    {
        var noon = Start.AddDays(41).AddHours(12);
        var counts = Hours(42, _ => 10);
        Judge(counts, noon, noon.AddHours(2))!.IsOff.ShouldBeTrue();
        Judge(counts, noon, noon.AddHours(2), widening: 2)!.IsOff.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Europe/Berlin", "2026-10-25")]
    [InlineData("America/New_York", "2026-11-01")]
    [InlineData("America/New_York", "2026-03-08")]
    public void Judge_AShop_OpensByTheClockOfItsTown_WhenClocksChange(string town, string change)
    {
        var (zone, sunday) = (TimeZoneInfo.FindSystemTimeZoneById(town), DateOnly.Parse(change, System.Globalization.CultureInfo.InvariantCulture));
        DateTimeOffset At(DateOnly day, int hour) => new(TimeZoneInfo.ConvertTimeToUtc(day.ToDateTime(new TimeOnly(hour, 0)), zone));
        var first = At(sunday.AddDays(-42), 0);
        bool IsOpen(DateTimeOffset at) => TimeZoneInfo.ConvertTime(at, zone).Hour is >= 9 and < 21;
        var counts = Enumerable.Range(0, 46 * 24).Select(h => IsOpen(first.AddHours(h)) ? 30 : 0).ToArray();
        var (open, closing) = (new OpenHours(zone, SpecialDays.None), At(sunday, 21).AddMinutes(-5));
        bool IsOff(DateTimeOffset now) => Judge(counts, closing, now, 1, open, first: first)!.IsOff;
        IsOff(At(sunday.AddDays(1), 9).AddMinutes(15)).ShouldBeFalse("it opens at nine, whatever the hour is elsewhere");
        IsOff(At(sunday.AddDays(1), 12)).ShouldBeTrue();
    }

    [Fact]
    public void Judge_AFeastOnWhichItIsClosed_IsNoSilence_AndAnOutageAfterItIsOneAsQuicklyAsEver()
    {
        var special = new SpecialDays([Feast("2026-02-16", closed: "3")]);
        var (open, evening) = (new OpenHours(TimeZoneInfo.Utc, special), Start.AddDays(41).AddHours(20.9));
        var counts = Hours(42, hour => hour % 24 is >= 9 and < 21 ? 30 : 0);
        SilenceVerdict After(double days, OpenHours by, string what) => Judge(counts, evening, Start.AddDays(42 + days), 1, by, o => Closings.None.WeightOf(what, o))!;
        foreach (var days in new[] { 0.6, 1.5, 2.9, 3.2 }) After(days, open, "source:3").IsOff.ShouldBeFalse($"closed: {days}");
        After(3 + (11.0 / 24), open, "source:3").IsOff.ShouldBeTrue("it should have opened at nine on Thursday");
        After(9.5 / 24, open, "source:4").IsOff.ShouldBeFalse("half an hour is not too long on a day of which nothing is known");
        After(11.0 / 24, open, "source:4").IsOff.ShouldBeTrue("another source is not closed");
        After(9.5 / 24, new OpenHours(TimeZoneInfo.Utc, SpecialDays.None), "source:3").IsOff.ShouldBeTrue("a day like any other");
    }

    [Fact]
    public void Judge_ClosedDaysOfThePast_MakeNothingSlower()
    {
        // Two long feasts within eight weeks, and an outage on a day like any other.
        var special = new SpecialDays([Feast("2026-01-13", "*"), Feast("2026-02-03", "*")]);
        var open = new OpenHours(TimeZoneInfo.Utc, special);
        int Count(int hour) => special.IsSpecial(DateOnly.FromDateTime(Start.AddHours(hour).Date)) || hour % 24 is < 9 or >= 21 ? 0 : 30;
        var (with, without) = (Hours(42, Count), Hours(42, hour => hour % 24 is >= 9 and < 21 ? 30 : 0));
        var noon = Start.AddDays(41).AddHours(12);
        double Told(int[] counts) => Enumerable.Range(1, 600).First(m => Judge(counts, noon, noon.AddMinutes(m), 1, open, _ => 0)!.IsOff) / 60.0;
        Told(with).ShouldBe(Told(without), 0.02);
        Told(with).ShouldBeLessThan(1.5 * 1.25 * 2);
    }

    [Fact]
    public void Judge_TheFirstDaysOfASeason_AreWaitedFor_AndThenItsOwnHoursCount()
    {
        // In Ramadan it opens at five in the afternoon, and goes on until two.
        var ramadan = new SpecialDays([Feast("2026-02-16", "") with { Length = 30, IsSeason = true }]);
        var open = new OpenHours(TimeZoneInfo.Utc, ramadan);
        int Count(int hour) => hour < 42 * 24 ? hour % 24 is >= 9 and < 21 ? 30 : 0 : hour % 24 is >= 17 or < 2 ? 30 : 0;
        var counts = Hours(42 + 29, Count);
        for (var hour = (42 * 24) + 3; hour < (42 + 29) * 24; hour++)
        {
            // Told every hour, as it is looked at.
            var last = Enumerable.Range(0, hour).Last(h => Count(h) > 0);
            var off = Judge([.. counts.Take(last + 1)], Start.AddHours(last + 0.9), Start.AddHours(hour), 1, open, _ => 1)!.IsOff;
            off.ShouldBeFalse($"day {(hour / 24) - 42}, hour {hour % 24}");
        }

        var first = Start.AddDays(42).AddHours(1.9);
        Judge([.. counts.Take((42 * 24) + 2)], first, first.AddHours(34), 1, open, _ => 1)!.IsOff.ShouldBeTrue("a day and more without anything is an outage from the first day on");
        var evening = Start.AddDays(42 + 20).AddHours(20);
        Judge([.. counts.Take(((42 + 20) * 24) + 20)], evening.AddMinutes(-1), evening.AddHours(3.5), 1, open, _ => 1)!.IsOff.ShouldBeTrue("an evening of the season");
    }

    [Fact]
    public void Ready_MonitorsPassTheirCheck_InBothLanguages()
    {
        ReadyMonitors.All.Select(r => r.Key).ShouldBe(["indicator-anomalies", "targets-missed", "sources-stopped", "events-stopped", "new-topics"]);
        foreach (var (key, json) in ReadyMonitors.All)
        {
            MonitorKind.Instance.Check(key, json).ShouldBeEmpty(key);
            var monitor = MonitorKind.Instance.Read(key, json);
            monitor.Label.Tr.ShouldNotBe(monitor.Label.En);
            monitor.To.ShouldBe([MonitorDefinition.ToOwner, MonitorDefinition.ToManagers]);
        }
    }

    [Theory]
    [InlineData("""{"watch": "anomaly"}""", "field_missing", "$.indicators")]
    [InlineData("""{"indicators": "*"}""", "field_missing", "$.watch")]
    [InlineData("""{"watch": "threshold", "indicators": "nps"}""", "field_missing", "$.threshold")]
    [InlineData("""{"watch": "threshold", "indicators": "nps", "threshold": 3, "direction": "both"}""", "word_unknown", "$.direction")]
    [InlineData("""{"watch": "stopped"}""", "field_missing", "$.sources")]
    [InlineData("""{"watch": "stopped", "sources": "three"}""", "text_form", "$.sources")]
    [InlineData("""{"watch": "topics", "indicators": "nps"}""", "field_not_wanted", "$.indicators")]
    [InlineData("""{"watch": "anomaly", "indicators": "*", "to": "nobody"}""", "text_form", "$.to")]
    [InlineData("""{"watch": "anomaly", "indicators": "*", "where": {"dd": 1}}""", "condition_unknown", "$.where")]
    [InlineData("""{"watch": "anomaly", "indicators": "*", "coolDown": 99}""", "number_expected", "$.coolDown")]
    [InlineData("""{"watch": "anomaly", "indicators": "*", "colour": 1}""", "field_unknown", "$.colour")]
    public void Check_AWrongDocument_NamesTheField(string document, string code, string field)
    {
        var json = $$"""{"label": {"tr": "Bir", "en": "One"}, {{document[1..]}}""";
        MonitorKind.Instance.Check("x", json).ShouldContain(f => f.Code == code && f.Field == field, customMessage: string.Join(" ", MonitorKind.Instance.Check("x", json)));
    }

    private static bool Off(int[] counts, DateTimeOffset last, DateTimeOffset now) => Judge(counts, last, now)!.IsOff;

    private static SilenceVerdict? Judge(int[] counts, DateTimeOffset last, DateTimeOffset now, double widening = 1, OpenHours? open = null, Func<Occasion, double>? weight = null, DateTimeOffset? first = null)
    {
        var from = Silence.HourOf(first ?? Start);
        return Silence.Judge(new HourlyCounts(from, [.. counts.Take((int)(Silence.HourOf(last) - from) + 1)], last), now, widening, open ?? new OpenHours(TimeZoneInfo.Utc, SpecialDays.None), weight ?? (_ => OpenHours.OnSpecialDays));
    }

    private static SpecialDay Feast(string first, string closed) => new()
    {
        Key = "feast" + first,
        Label = new Temas.Collect.Contracts.LocalText("b", "f"),
        Dates = [DateOnly.Parse(first, System.Globalization.CultureInfo.InvariantCulture)],
        Length = 3,
        Closed = closed.Length > 0 ? [closed] : [],
    };

    private static int[] Hours(int days, Func<int, int> count) => [.. Enumerable.Range(0, days * 24).Select(count)];
}
