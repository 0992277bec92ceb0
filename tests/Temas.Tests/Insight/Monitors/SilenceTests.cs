using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;

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
        Silence.Judge(new HourlyCounts(Silence.HourOf(Start), Hours(10, _ => 50), Start.AddDays(10)), Start.AddDays(20), 1).ShouldBeNull();
        Silence.Judge(new HourlyCounts(Silence.HourOf(Start), Hours(42, hour => hour % 48 == 0 ? 1 : 0), Start.AddDays(42)), Start.AddDays(90), 1).ShouldBeNull();
    }

    [Fact]
    public void Judge_WhatWasNoise_TakesLonger()
    {
        var noon = Start.AddDays(41).AddHours(12);
        var counts = new HourlyCounts(Silence.HourOf(Start), Hours(42, _ => 10), noon);
        Silence.Judge(counts, noon.AddHours(2), 1)!.IsOff.ShouldBeTrue();
        Silence.Judge(counts, noon.AddHours(2), 2)!.IsOff.ShouldBeFalse();
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

    private static bool Off(int[] counts, DateTimeOffset last, DateTimeOffset now)
    {
        var known = counts.Take((int)(Silence.HourOf(last) - Silence.HourOf(Start)) + 1).ToList();
        return Silence.Judge(new HourlyCounts(Silence.HourOf(Start), known, last), now, 1)!.IsOff;
    }

    private static int[] Hours(int days, Func<int, int> count) => [.. Enumerable.Range(0, days * 24).Select(count)];
}
