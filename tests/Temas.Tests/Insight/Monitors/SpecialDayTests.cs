using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Monitors.Watching;

namespace Temas.Tests.Insight.Monitors;

/// <summary>Which days are special ones, and what a year before says of an unusual day.</summary>
public sealed class SpecialDayTests
{
    private const double Limit = DayLimits.Usual;

    private static readonly List<SpecialDay> Ready = [.. ReadySpecialDays.All.Select(r => SpecialDayKind.Instance.Read(r.Key, r.Value))];

    private static readonly SpecialDays Special = new(Ready);

    [Fact]
    public void Ready_PassTheirCheck_AndNameTheirDaysInBothLanguages()
    {
        foreach (var (key, json) in ReadySpecialDays.All) SpecialDayKind.Instance.Check(key, json).ShouldBeEmpty(key);
        Ready.ShouldAllBe(r => r.Label.Tr != r.Label.En);
        Ready.Count(r => r.IsOn).ShouldBe(10, "the official holidays and Ramadan; days of trade are switched on by whoever has them");
    }

    [Theory]
    [InlineData("ramazan-bayrami", 2026, "2026-03-20")]
    [InlineData("ramadan", 2026, "2026-02-19")]
    [InlineData("kurban-bayrami", 2026, "2026-05-27")]
    [InlineData("october-29", 2026, "2026-10-29")]
    [InlineData("mothers-day", 2026, "2026-05-10")]
    [InlineData("fathers-day", 2026, "2026-06-21")]
    [InlineData("black-friday", 2026, "2026-11-26")]
    public void In_AYear_IsTheFirstDay(string key, int year, string first) => Ready.Single(r => r.Key == key).In(year).ShouldBe([DateOnly.Parse(first, CultureInfo.InvariantCulture)]);

    [Theory]
    [InlineData("ramadan")]
    [InlineData("ramazan-bayrami")]
    [InlineData("kurban-bayrami")]
    public void In_AYearThatWasAnnounced_IsWithinADayOfTheCalendarOfUmmAlQura_WhichGoesOnFromThere(string key)
    {
        var feast = Ready.Single(r => r.Key == key);
        var calendar = Enumerable.Range(2014, 18).SelectMany((feast with { Dates = [] }).In).ToList();
        foreach (var day in Enumerable.Range(2015, 16).SelectMany(feast.In)) calendar.Min(c => Math.Abs(c.DayNumber - day.DayNumber)).ShouldBeLessThanOrEqualTo(1, $"{key} {day:O}");
        var days = Enumerable.Range(2015, 60).SelectMany(feast.In).ToList();
        days.Zip(days.Skip(1), (one, two) => two.DayNumber - one.DayNumber).ShouldAllBe(d => d >= 353 && d <= 356, "a year of twelve moons");
    }

    [Fact]
    public void Observe_BelowAThreshold_OnADayOnWhichAllIsClosed_IsNothing()
    {
        var monitor = MonitorKind.Instance.Read("few", """{"label": {"tr": "Az", "en": "Few"}, "watch": "threshold", "indicators": ["orders"], "direction": "below", "threshold": 10, "days": 1}""");
        var indicator = new Indicator("orders", new LocalText("Sipariş", "Orders"), null, "", null, null, IndicatorUnit.Count, true, null, null);
        var (from, feast) = (new DateOnly(2026, 10, 20), new DateOnly(2026, 10, 29));
        List<IndicatorPoint> series = [.. Enumerable.Range(0, 14).Select(from.AddDays).Select(d => new IndicatorPoint(d, d == feast || d == feast.AddDays(3) ? 2 : 50, 50))];
        var reading = new IndicatorReading(indicator, 1, null, null, 1, null, series, IndicatorState.Unjudged, null, DateTimeOffset.UnixEpoch, null);
        var closed = new SpecialDays([.. Ready.Select(r => r.Key == "october-29" ? r with { Closed = [SpecialDay.Everything] } : r)]);
        IEnumerable<DateOnly> Off(SpecialDays special) => LookAtDays.Observe(monitor, reading, from, from.AddDays(13), new WatchedSubject("few", "orders", null, 1, null), special).Where(o => o.IsOff).Select(o => o.Day);
        Off(Special).ShouldBe([feast, feast.AddDays(3)]);
        Off(closed).ShouldBe([feast.AddDays(3)], "an open day is watched as ever");
    }

    [Theory]
    [InlineData("below", true)]
    [InlineData("above", false)]
    public void Observe_BeyondAThresholdForDays_GoesOnOverADayOnWhichAllIsClosed(string direction, bool isBelow)
    {
        var json = $$"""{"label": {"tr": "Az", "en": "Few"}, "watch": "threshold", "indicators": ["orders"], "direction": "{{direction}}", "threshold": 100, "days": 7}""";
        var monitor = MonitorKind.Instance.Read("few", json);
        var indicator = new Indicator("orders", new LocalText("Sipariş", "Orders"), null, "", null, null, IndicatorUnit.Count, true, null, null);
        var (from, feast) = (new DateOnly(2026, 10, 1), new DateOnly(2026, 10, 29));
        var closed = new SpecialDays([.. Ready.Select(r => r.Key == "october-29" ? r with { Closed = [SpecialDay.Everything] } : r)]);

        // Beyond it from the 25th on, with a closed feast on the fifth day.
        IndicatorPoint Point(DateOnly d) => new(d, d == feast ? 0 : d < feast.AddDays(-4) == isBelow ? 200 : 20, 200);
        var reading = new IndicatorReading(indicator, 1, null, null, 1, null, [.. Enumerable.Range(0, 40).Select(from.AddDays).Select(Point)], IndicatorState.Unjudged, null, DateTimeOffset.UnixEpoch, null);
        IReadOnlyList<Observation> Observed(SpecialDays special) => LookAtDays.Observe(monitor, reading, from, from.AddDays(39), new WatchedSubject("few", "orders", feast.AddDays(-10), 1, null), special);
        Observed(closed).Where(o => o.IsOff).Select(o => o.Day).First().ShouldBe(feast.AddDays(3), "the seventh day that was open");
        Observed(closed).Select(o => o.Day).ShouldNotContain(feast);
        Observed(closed).Where(o => o.Day > feast.AddDays(3)).ShouldAllBe(o => o.IsOff);

        // Closed on a day while an alert is open: nothing is said, so it stays open.
        var later = reading with { Series = [.. reading.Series.Select(p => p.From < feast ? Point(feast.AddDays(1)) with { From = p.From } : p)] };
        LookAtDays.Observe(monitor, later, from, feast.AddDays(1), new WatchedSubject("few", "orders", feast.AddDays(-3), 1, null), closed).Select(o => (o.Day, o.IsOff)).ShouldBe([(feast.AddDays(-2), true), (feast.AddDays(-1), true), (feast.AddDays(1), true)]);
    }

    [Fact]
    public void ReadyMade_Feasts_AreNamedAlikeInBothLanguages_UnderTheKeysTheyAlwaysHad()
    {
        var labels = ReadySpecialDays.All.ToDictionary(r => r.Key, r => SpecialDayKind.Instance.Read(r.Key, r.Value).Label, StringComparer.Ordinal);
        (labels["ramadan"].Tr, labels["ramadan"].En).ShouldBe(("Ramazan", "Ramadan"));
        (labels["ramazan-bayrami"].Tr, labels["ramazan-bayrami"].En).ShouldBe(("Ramazan Bayramı", "Ramadan feast (Eid al-Fitr)"));
        (labels["kurban-bayrami"].Tr, labels["kurban-bayrami"].En).ShouldBe(("Kurban Bayramı", "Sacrifice feast (Eid al-Adha)"));
        labels.Values.ShouldAllBe(l => l.Tr != l.En || l.Tr.StartsWith("11.11", StringComparison.Ordinal));
    }

    [Fact]
    public void Ramadan_LastsUntilItsFeast()
    {
        var (ramadan, feast) = (Ready.Single(r => r.Key == "ramadan"), Ready.Single(r => r.Key == "ramazan-bayrami"));
        foreach (var first in Enumerable.Range(2015, 16).SelectMany(ramadan.In))
            Enumerable.Range(first.Year, 2).SelectMany(feast.In).Min(f => f < first ? int.MaxValue : f.DayNumber - first.DayNumber).ShouldBeInRange(29, 30, $"{first:O}");
        Special.Season(new DateOnly(2026, 3, 17))!.ShouldSatisfyAllConditions(s => s.Of.Key.ShouldBe("ramadan"), s => s.Offset.ShouldBe(26));
        Special.Season(new DateOnly(2026, 3, 19)).ShouldBeNull("the eve belongs to the feast");
    }

    [Fact]
    public void Find_KnowsTheEveAndTheDayAfter_AndTheSameDayOfTheYearBefore()
    {
        Special.Feast(new DateOnly(2026, 3, 17)).ShouldBeNull();
        var eve = Special.Find(new DateOnly(2026, 3, 19))!;
        (eve.Of.Key, eve.Offset).ShouldBe(("ramazan-bayrami", -1));
        SpecialDays.Before(eve).ShouldBe(new DateOnly(2025, 3, 29));
        Special.IsSpecial(new DateOnly(2026, 3, 23)).ShouldBeTrue();
        Special.IsSpecial(new DateOnly(2026, 3, 24)).ShouldBeFalse();
        Special.Find(new DateOnly(2025, 12, 31))!.Of.Key.ShouldBe("new-year", "the eve lies in the year before");
        SpecialDays.Before(new Occasion(new SpecialDay { Key = "once", Label = Ready[0].Label, Dates = [new DateOnly(2026, 4, 1)] }, new DateOnly(2026, 4, 1), 0)).ShouldBeNull();
        Special.Within(new DateOnly(2026, 5, 20), new DateOnly(2026, 5, 27)).Select(w => (w.Of.Key, w.From, w.To)).ShouldBe([("kurban-bayrami", new DateOnly(2026, 5, 25), new DateOnly(2026, 5, 31))]);
    }

    [Theory]
    [InlineData("""{"label": {"tr": "a", "en": "b"}}""", "field_missing", "$.dates")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "dates": ["2026-02-30"]}""", "day_unknown", "$.dates")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "dates": "tomorrow"}""", "text_length", "$.dates")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "yearly": "13-01"}""", "day_unknown", "$.yearly")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "weekday": "6 sunday 5"}""", "text_form", "$.weekday")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "hijri": "10-31"}""", "day_unknown", "$.hijri")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "yearly": "01-01", "length": 0}""", "number_expected", "$.length")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "hijri": "09-01", "season": true, "length": 10}""", "season_short", "$.length")]
    [InlineData("""{"label": {"tr": "a", "en": "b"}, "yearly": "01-01", "lenght": 1}""", "field_unknown", "$.lenght")]
    public void Check_AWrongDocument_NamesTheField(string document, string code, string field) =>
        SpecialDayKind.Instance.Check("x", document).ShouldContain(f => (f.Code == code || (code == "text_length" && f.Code == "text_form")) && f.Field == field, customMessage: string.Join(" ", SpecialDayKind.Instance.Check("x", document)));

    [Fact]
    public void Judge_AFeast_IsNoMeasureForOtherDays()
    {
        // Sixteen days of sales with twice as many orders, and then a day as ever.
        var sales = new SpecialDays([new SpecialDay { Key = "sales", Label = Ready[0].Label, Dates = [new DateOnly(2026, 2, 1)], Length = 16 }]);
        var series = Series(new DateOnly(2025, 11, 1), 120, day => sales.IsSpecial(day) ? 600 : 300);
        var at = new DateOnly(2026, 2, 17).DayNumber - series[0].From.DayNumber;
        var (with, without) = (DayJudge.Judge(series, at, IndicatorUnit.Count, Limit, sales)!, DayJudge.Judge(series, at, IndicatorUnit.Count, Limit)!);
        with.IsBeyond(Limit).ShouldBeFalse();
        with.Expected.ShouldBe(300, 15);
        without.Expected.ShouldBeGreaterThan(400);
    }

    [Fact]
    public void Judge_AFeastAsAYearBefore_IsExpected_AndWhatIsWorseIsNot()
    {
        var (now, then) = (Orders(new DateOnly(2025, 11, 1), 160), Orders(new DateOnly(2024, 11, 1), 180));
        var at = new DateOnly(2026, 3, 21).DayNumber - now[0].From.DayNumber;
        DayJudge.Judge(now, at, IndicatorUnit.Count, Limit, Special)!.IsBeyond(Limit).ShouldBeTrue("by the weeks before it a third is far too few");
        var (verdict, expected) = LastYear.Judge(now, at, then, IndicatorUnit.Count, Limit, Special)!.Value;
        verdict.IsBeyond(Limit).ShouldBeFalse();
        expected.ShouldBeInRange(80, 130);
        (now[at].Value!.Value >= verdict.Low && now[at].Value <= verdict.High).ShouldBeTrue();
        LastYear.Judge(With(now, at, 5), at, then, IndicatorUnit.Count, Limit, Special)!.Value.Verdict.IsBeyond(Limit).ShouldBeTrue("even a feast is better than that");
        LastYear.Judge(With(now, at, 300), at, then, IndicatorUnit.Count, Limit, Special)!.Value.Verdict.IsBeyond(Limit).ShouldBeFalse("and a feast may be like other days");
        LastYear.Judge(With(now, at, 600), at, then, IndicatorUnit.Count, Limit, Special)!.Value.Verdict.IsBeyond(Limit).ShouldBeTrue();
        LastYear.Judge(now, at, [], IndicatorUnit.Count, Limit, Special).ShouldBeNull("nothing is known of then");
        LastYear.Judge(now, at, then.Take(60).ToList(), IndicatorUnit.Count, Limit, Special).ShouldBeNull();
    }

    [Fact]
    public void Judge_ASeasonAsAYearBefore_IsNoAlert_AndOneDayThenIsNoSeason()
    {
        // Each year twice as much from the first of August on.
        static double Summer(DateOnly day) => day is { Month: 8 } ? 600 : 300;
        var (now, then) = (Series(new DateOnly(2026, 5, 1), 96, Summer), Series(new DateOnly(2025, 5, 1), 110, Summer));
        var at = new DateOnly(2026, 8, 3).DayNumber - now[0].From.DayNumber;
        DayJudge.Judge(now, at, IndicatorUnit.Count, Limit, Special)!.IsBeyond(Limit).ShouldBeTrue();
        LastYear.Judge(now, at, then, IndicatorUnit.Count, Limit, Special)!.Value.Verdict.IsBeyond(Limit).ShouldBeFalse();
        LastYear.Judge(With(now, at, 1000), at, then, IndicatorUnit.Count, Limit, Special)!.Value.Verdict.IsBeyond(Limit).ShouldBeTrue();
        var once = Series(new DateOnly(2025, 5, 1), 110, day => day == new DateOnly(2025, 8, 4) ? 600 : 300);
        LastYear.Judge(now, at, once, IndicatorUnit.Count, Limit, Special)!.Value.Verdict.IsBeyond(Limit).ShouldBeTrue();
    }

    [Fact]
    public void Judge_OfScores_AddsTheMove()
    {
        static double Score(DateOnly day) => 50 + (day.DayNumber * 7 % 5) - (Special.IsSpecial(day) ? 30 : 0);
        var (now, then) = (Series(new DateOnly(2025, 12, 1), 130, Score), Series(new DateOnly(2024, 12, 1), 140, Score));
        var at = new DateOnly(2026, 3, 21).DayNumber - now[0].From.DayNumber;
        var (verdict, expected) = LastYear.Judge(now, at, then, IndicatorUnit.Score, Limit, Special)!.Value;
        (verdict.IsBeyond(Limit), expected < 30).ShouldBe((false, true));
    }

    private static List<IndicatorPoint> Orders(DateOnly from, int days) => Series(from, days, day => Special.IsSpecial(day) ? 100 : 300);

    private static List<IndicatorPoint> Series(DateOnly from, int days, Func<DateOnly, double> mean) =>
        [.. Enumerable.Range(0, days).Select(from.AddDays).Select(day => new IndicatorPoint(day, Math.Round(mean(day) + (day.DayNumber * 13 % 11) - 5), 300))];

    private static List<IndicatorPoint> With(List<IndicatorPoint> series, int at, double value) => [.. series.Select((p, i) => i == at ? p with { Value = value } : p)];
}
