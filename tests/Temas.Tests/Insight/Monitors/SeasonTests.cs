using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Calendar;
using Temas.Insight.Monitors.Judging;

namespace Temas.Tests.Insight.Monitors;

/// <summary>A month that moves through the year: its change of level is no alert, and what is unusual within it, at its beginning and at its end is one.</summary>
public sealed class SeasonTests
{
    private const double Limit = DayLimits.Usual;

    private static readonly SpecialDays Special = new(ReadySpecialDays.All.Select(r => SpecialDayKind.Instance.Read(r.Key, r.Value)));

    private static readonly DateOnly First = new(2026, 2, 19), Last = new(2026, 3, 17), AfterFeast = new(2026, 3, 24);

    private static IndicatorUnit[] Units => [IndicatorUnit.Count, IndicatorUnit.Money, IndicatorUnit.Share, IndicatorUnit.Score];

    [Theory]
    [InlineData(0.3)]
    [InlineData(0.55)]
    [InlineData(1)]
    [InlineData(1.7)]
    [InlineData(3)]
    public void Judge_AMonthOfAnotherLevel_HasAlmostNoAlert_NeitherAtItsBeginningNorWithinItNorAfterIt(double factor)
    {
        var (alerts, days) = (0, 0);
        foreach (var unit in Units)
        {
            for (var seed = 0; seed < 25; seed++)
            {
                var (now, then) = (Series(unit, seed, 2026, factor), Series(unit, seed + 500, 2025, factor * 1.1));
                for (var day = First; day <= AfterFeast.AddDays(30); day = day.AddDays(1))
                {
                    if (Special.Feast(day) is not null) continue;
                    days++;
                    if (Verdict(now, then, day, unit).IsBeyond(Limit)) alerts++;
                }
            }
        }

        alerts.ShouldBeLessThan(days / 400, $"{alerts} of {days}");
    }

    [Theory]
    [InlineData(0.3)]
    [InlineData(1)]
    [InlineData(3)]
    public void Judge_WhatIsUnusualWithinTheMonth_IsSeen_EvenIfItIsLikeADayBeforeIt(double factor)
    {
        var (found, all) = (0, 0);
        foreach (var unit in new[] { IndicatorUnit.Count, IndicatorUnit.Money })
        {
            for (var seed = 0; seed < 25; seed++)
            {
                var series = Series(unit, seed, 2026, factor);
                for (var day = First.AddDays(SeasonDays.Learned + 3); day <= Last; day = day.AddDays(4))
                {
                    var at = At(series, day);
                    // Half of what the month is like, or twice that; of a third, three times as much is a day as before it.
                    foreach (var off in new[] { 0.5, 2, 3 })
                    {
                        all++;
                        if (Verdict(With(series, at, Math.Round(series[at].Value!.Value * off)), [], day, unit).IsBeyond(Limit)) found++;
                    }
                }
            }
        }

        found.ShouldBeGreaterThan(all * 9 / 10, $"{found} of {all}");
    }

    [Fact]
    public void Judge_TheFirstDays_OfAFirstMonth_HalfToTwiceIsNothing_AndNothingAtAllIs()
    {
        var series = Series(IndicatorUnit.Count, 3, 2026, 1);
        var at = At(series, First.AddDays(1));
        foreach (var (factor, isOff) in new[] { (0.6, false), (1, false), (1.7, false), (0.0, true), (4, true) })
            Verdict(With(series, at, Math.Round(series[at].Value!.Value * factor)), [], First.AddDays(1), IndicatorUnit.Count).IsBeyond(Limit).ShouldBe(isOff, $"{factor}");
    }

    [Fact]
    public void Judge_TheFirstDays_GoByTheYearBefore_WhereThereIsOne()
    {
        // It was as other days were a year before, so half is not what the month does to it; and where it was a third, a third is.
        var (same, third) = (Series(IndicatorUnit.Count, 5, 2025, 1), Series(IndicatorUnit.Count, 5, 2025, 0.33));
        var now = Series(IndicatorUnit.Count, 4, 2026, 1);
        var at = At(now, First);
        var half = With(now, at, Math.Round(now[at].Value!.Value * 0.55));
        Verdict(half, [], First, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeFalse("nothing is known of it");
        Verdict(half, same, First, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeTrue();
        Verdict(half, third, First, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeFalse();
        Verdict(With(now, at, Math.Round(now[at].Value!.Value * 0.33)), third, First, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeFalse();
        Verdict(With(now, at, 5), third, First, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeTrue();
    }

    [Fact]
    public void Judge_ADayThatWasWildWithinTheMonth_ChangesNothingOfTheNext()
    {
        var series = Series(IndicatorUnit.Count, 8, 2026, 0.5);
        var wild = With(series, At(series, First.AddDays(9)), 5000);
        for (var day = First.AddDays(10); day <= Last; day = day.AddDays(1)) Verdict(wild, [], day, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeFalse($"{day:O}");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Judge_AnOutageAfterTheMonth_IsSeen(int after)
    {
        var series = Series(IndicatorUnit.Count, 2, 2026, 0.5);
        var day = AfterFeast.AddDays(after);
        Verdict(With(series, At(series, day), 30), [], day, IndicatorUnit.Count).IsBeyond(Limit).ShouldBeTrue("neither the month nor the weeks before it were like that");
    }

    [Fact]
    public void Judge_SmallCounts_OfTheMonth_AreJudgedByTheirSum()
    {
        var random = new Random(9);
        var series = Days(2026, day => Poisson(random, IsMonth(day) ? 6 : 2));
        var alerts = 0;
        for (var day = First; day <= Last; day = day.AddDays(1)) if (Verdict(series, [], day, IndicatorUnit.Count).IsBeyond(Limit)) alerts++;
        alerts.ShouldBeLessThanOrEqualTo(1);
        Verdict(With(series, At(series, First.AddDays(15)), 40), [], First.AddDays(15), IndicatorUnit.Count).IsBeyond(Limit).ShouldBeTrue();
    }

    // What a monitor says: by its own days, and again by the month of the year before where that is asked.
    private static Verdict Verdict(List<IndicatorPoint> now, List<IndicatorPoint> then, DateOnly day, IndicatorUnit unit)
    {
        var own = DayJudge.Judge(now, At(now, day), unit, Limit, Special)!;
        if (then.Count == 0 || !(own.IsBeyond(Limit) || Special.Season(day)?.Offset < SeasonDays.Learned)) return own;
        return LastYear.Judge(now, At(now, day), then, unit, Limit, Special)?.Verdict ?? own;
    }

    private static bool IsMonth(DateOnly day) => Special.Season(day) is not null;

    private static List<IndicatorPoint> Series(IndicatorUnit unit, int seed, int year, double factor)
    {
        var random = new Random((seed * 7919) + year + (int)unit);
        double Noise(double spread) => 1 + (spread * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
        return Days(year, day =>
        {
            var (weekday, level) = (1 + (0.2 * ((int)day.DayOfWeek % 3)), IsMonth(day) || Special.Feast(day) is not null ? factor : 1);
            return unit switch
            {
                IndicatorUnit.Count => Math.Round(400 * weekday * level * Noise(0.1)),
                IndicatorUnit.Money => 9000.5 * weekday * level * Noise(0.15),
                // Of 4,000 a share of a fifth moves by chance by 0.006.
                IndicatorUnit.Share => (0.2 + (0.02 * (factor - 1) * (level == factor ? 1 : 0))) * Noise(0.06),
                _ => 40 + (5 * (level - 1)) + (10 * (Noise(0.3) - 1)),
            };
        });
    }

    private static List<IndicatorPoint> Days(int year, Func<DateOnly, double> value) =>
        [.. Enumerable.Range(0, 200).Select(new DateOnly(year - 1, 11, 1).AddDays).Select(day => new IndicatorPoint(day, value(day), 4000))];

    private static double Poisson(Random random, double mean)
    {
        var (k, product) = (0, random.NextDouble());
        for (var least = Math.Exp(-mean); product > least; k++) product *= random.NextDouble();
        return k;
    }

    private static int At(List<IndicatorPoint> series, DateOnly day) => day.DayNumber - series[0].From.DayNumber;

    private static List<IndicatorPoint> With(List<IndicatorPoint> series, int at, double value) => [.. series.Select((p, i) => i == at ? p with { Value = value } : p)];
}
