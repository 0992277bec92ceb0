using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Judging;

namespace Temas.Tests.Insight.Monitors;

/// <summary>Whether a day is unusual: what must hold for every series.</summary>
public sealed class DayJudgeTests
{
    private const double Limit = DayLimits.Usual;

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 1000)]
    [InlineData(1000, -5)]
    [InlineData(0.001, 0.5)]
    public void Judge_ASeriesThatIsStretchedAndMoved_SaysTheSame(double stretch, double move)
    {
        for (var seed = 0; seed < 40; seed++)
        {
            var series = Noise(seed, 120);
            var other = series.Select(p => p with { Value = (p.Value * stretch) + move }).ToList();
            for (var at = 84; at < 120; at += 5)
            {
                var (one, two) = (DayJudge.Judge(series, at, IndicatorUnit.Score, Limit)!, DayJudge.Judge(other, at, IndicatorUnit.Score, Limit)!);
                two.Score.ShouldBe(one.Score, 1e-6 * (1 + Math.Abs(one.Score)));
                two.Expected.ShouldBe((one.Expected * stretch) + move, 1e-6 * stretch * 100);
                two.IsBeyond(Limit).ShouldBe(one.IsBeyond(Limit));
            }
        }
    }

    [Theory]
    [InlineData(IndicatorUnit.Count, 7, 7)]
    [InlineData(IndicatorUnit.Count, 0, 0)]
    [InlineData(IndicatorUnit.Count, 1e6, 1000000)]
    [InlineData(IndicatorUnit.Share, 0.25, 400)]
    [InlineData(IndicatorUnit.Share, 1, 40)]
    [InlineData(IndicatorUnit.Share, 0, 40)]
    [InlineData(IndicatorUnit.Money, 123.4567, 3)]
    [InlineData(IndicatorUnit.Score, -100, 30)]
    public void Judge_AConstantSeries_NeverAlerts(IndicatorUnit unit, double value, long sample)
    {
        var series = Days(120, _ => value, sample);
        for (var at = 0; at < 120; at++) DayJudge.Judge(series, at, unit, DayLimits.High)?.IsBeyond(DayLimits.High).ShouldBe(false, $"{unit} {value} at {at}");
    }

    [Fact]
    public void Judge_LooksAtThePastAlone()
    {
        var series = Noise(3, 200);
        var cut = series.Take(121).ToList();
        var changed = series.Select((p, i) => i > 120 ? p with { Value = p.Value * 50 } : p).ToList();
        var verdict = DayJudge.Judge(series, 120, IndicatorUnit.Money, Limit);
        DayJudge.Judge(cut, 120, IndicatorUnit.Money, Limit).ShouldBe(verdict);
        DayJudge.Judge(changed, 120, IndicatorUnit.Money, Limit).ShouldBe(verdict);
    }

    [Fact]
    public void Judge_ASpikeAndADropAndAStop_AreSeen_AndAWeekendIsNone()
    {
        // Weekends have half as many: nothing unusual, while a Monday like a Sunday is.
        var random = new Random(8);
        var series = Days(130, i => Math.Round((i % 7 >= 5 ? 500 : 1000) * (1 + (0.03 * (random.NextDouble() - 0.5)))), 1000);
        for (var at = 90; at < 120; at++) DayJudge.Judge(series, at, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeFalse($"day {at}");
        foreach (var (value, sign) in new[] { (1400.0, 1), (600.0, -1), (0.0, -1) })
        {
            var other = series.Select((p, i) => i == 119 ? p with { Value = value } : p).ToList();
            var verdict = DayJudge.Judge(other, 119, IndicatorUnit.Count, Limit)!;
            (verdict.IsBeyond(Limit), Math.Sign(verdict.Score)).ShouldBe((true, sign), $"{value}");
            value.ShouldNotBeInRange(verdict.Low, verdict.High);
        }
    }

    [Fact]
    public void Judge_ADayThatWasWild_DoesNotHideTheNext()
    {
        var random = new Random(5);
        var series = Days(130, i => i == 110 ? 90_000 : Math.Round(1000 * (1 + (0.04 * (random.NextDouble() - 0.5)))), 1000).Select((p, i) => i == 119 ? p with { Value = 1500 } : p).ToList();
        DayJudge.Judge(series, 119, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeTrue();
        DayJudge.Judge(series, 118, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeFalse();
    }

    [Fact]
    public void Judge_SmallCounts_ByExactLimits()
    {
        var random = new Random(2);
        var series = Days(100, _ => Poisson(random, 2), 2);
        DayJudge.Judge(With(series, 99, 3), 99, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeFalse();
        var none = DayJudge.Judge(With(series, 99, 0), 99, IndicatorUnit.Count, Limit)!;
        (none.IsBeyond(Limit), none.By).ShouldBe((false, JudgedBy.Count), "a day without any comes by chance, where there are two a day");
        DayJudge.Judge(With(series, 99, 20), 99, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeTrue();

        // Known from the Poisson distribution: of a mean of 2 so many or more come less than three times in 100,000.
        none.High.ShouldBeInRange(8, 17);
    }

    [Fact]
    public void Judge_ASmallShare_MindsOfHowManyItIs()
    {
        var random = new Random(4);
        var series = Days(100, _ => Enumerable.Range(0, 40).Count(_ => random.NextDouble() < 0.1) / 40.0, 40);
        DayJudge.Judge(With(series, 99, 0.5, 40), 99, IndicatorUnit.Share, Limit)!.IsBeyond(Limit).ShouldBeTrue("20 of 40, where 4 are usual");
        DayJudge.Judge(With(series, 99, 0.5, 6), 99, IndicatorUnit.Share, Limit)!.IsBeyond(Limit).ShouldBeFalse("3 of 6 may be chance");
        DayJudge.Judge(With(series, 99, 1, 3), 99, IndicatorUnit.Share, Limit).ShouldBeNull("nothing is said of three");
        var mirrored = series.Select(p => p with { Value = 1 - p.Value }).ToList();
        DayJudge.Judge(mirrored, 90, IndicatorUnit.Share, Limit)!.Score.ShouldBe(-DayJudge.Judge(series, 90, IndicatorUnit.Share, Limit)!.Score, 1e-6);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(10)]
    [InlineData(14)]
    public void Judge_SmallNumbersWithAWideLimit_HaveAnUpperEnd_ThatIsTheLimit(double limit)
    {
        // Noise may make a limit twice as wide: 10 of the coarse one. Of a sum that is 1 to sixteen figures nothing can be told of the rest.
        var random = new Random(6);
        var counts = Days(100, _ => Poisson(random, 6), 6);
        var count = DayJudge.Judge(counts, 99, IndicatorUnit.Count, limit)!;
        count.High.ShouldBeInRange(15, 120);
        DayJudge.Judge(With(counts, 99, count.High), 99, IndicatorUnit.Count, limit)!.IsBeyond(limit).ShouldBeFalse();
        DayJudge.Judge(With(counts, 99, count.High + 1), 99, IndicatorUnit.Count, limit)!.IsBeyond(limit).ShouldBeTrue();
        var shares = Days(100, _ => Enumerable.Range(0, 200).Count(_ => random.NextDouble() < 0.05) / 200.0, 200);
        var share = DayJudge.Judge(shares, 99, IndicatorUnit.Share, limit)!;
        share.High.ShouldBeInRange(0.1, 0.6);
        DayJudge.Judge(With(shares, 99, share.High), 99, IndicatorUnit.Share, limit)!.IsBeyond(limit).ShouldBeFalse();
        DayJudge.Judge(With(shares, 99, share.High + 0.005), 99, IndicatorUnit.Share, limit)!.IsBeyond(limit).ShouldBeTrue();
    }

    [Fact]
    public void Judge_WithTooLittlePast_SaysNothing()
    {
        var series = Noise(1, 60);
        DayJudge.Judge(series, DayJudge.LeastHistory - 1, IndicatorUnit.Score, Limit).ShouldBeNull();
        DayJudge.Judge(series, DayJudge.LeastHistory, IndicatorUnit.Score, Limit).ShouldNotBeNull();
        DayJudge.Judge([.. series.Select((p, i) => i == 50 ? p with { Value = null } : p)], 50, IndicatorUnit.Score, Limit).ShouldBeNull();
    }

    [Fact]
    public void Judge_WhatBeganLater_IsHeldAgainstWhatItWasSince()
    {
        var series = Days(100, i => i < 40 ? 0 : 40 + (i * 7 % 5), 40);
        DayJudge.Judge(With(series, 99, 2), 99, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeTrue();
        DayJudge.Judge(With(series, 99, 41), 99, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeFalse();
        var none = Days(100, _ => 0, 0);
        DayJudge.Judge(With(none, 99, 30), 99, IndicatorUnit.Count, Limit)!.IsBeyond(Limit).ShouldBeTrue("of what there was none there are thirty");
    }

    [Fact]
    public void FalseAlarms_OnQuietSeries_AreRare()
    {
        var (alarms, years) = (0, 0);
        for (var seed = 0; seed < 30; seed++, years++)
        {
            var series = Noise(100 + seed, 84 + 365);
            for (var at = 84; at < series.Count; at++) alarms += DayJudge.Judge(series, at, IndicatorUnit.Score, Limit)!.IsBeyond(Limit) ? 1 : 0;
        }

        ((double)alarms / years).ShouldBeLessThan(0.5);
    }

    [Fact]
    public void Widen_IsBounded_AndMakesWhatWasNoiseUsual()
    {
        DayLimits.Widen(1, 4.4, 4).ShouldBeInRange(1.12, 1.13);
        DayLimits.Widen(1, 4.01, 4).ShouldBe(DayLimits.Step, 1e-9);
        DayLimits.Widen(1, 900, 4).ShouldBe(DayLimits.MostWidening);
        DayLimits.Widen(1.9, 5, 4).ShouldBe(DayLimits.MostWidening);
        (4.4 > DayLimits.Widen(1, 4.4, 4) * 4).ShouldBeFalse();
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0.158655253931457, 1)]
    [InlineData(0.0227501319481792, 2)]
    [InlineData(3.16712418331199e-5, 4)]
    [InlineData(9.86587645037698e-10, 6)]
    public void Deviations_OfATail_AreThoseOfTheNormalDistribution(double tail, double deviations) => Robust.Deviations(tail).ShouldBe(deviations, 1e-6);

    private static List<IndicatorPoint> Noise(int seed, int days)
    {
        var random = new Random(seed);
        var season = Enumerable.Range(0, 7).Select(_ => random.NextDouble() * 20).ToArray();
        return Days(days, i => 100 + season[i % 7] + (i * 0.05) + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()) * 4), 500);
    }

    private static List<IndicatorPoint> Days(int count, Func<int, double> value, long sample) => [.. Enumerable.Range(0, count).Select(i => new IndicatorPoint(new DateOnly(2026, 1, 5).AddDays(i), value(i), sample))];

    private static List<IndicatorPoint> With(List<IndicatorPoint> series, int at, double value, long? sample = null) => [.. series.Select((p, i) => i == at ? p with { Value = value, Sample = sample ?? p.Sample } : p)];

    private static double Poisson(Random random, double mean)
    {
        var (k, product) = (0, random.NextDouble());
        while (product > Math.Exp(-mean)) (k, product) = (k + 1, product * random.NextDouble());
        return k;
    }
}
