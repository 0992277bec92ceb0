using Temas.Insight.Lifetime;
using Temas.Insight.Lifetime.Subscriptions;
using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Lifetime;

/// <summary>Survival against the remission times of Freireich (1963) and others, as Gehan (1965) gives them: weeks in remission under 6-mercaptopurine and under a placebo. Their estimates stand in textbooks (Collett; Kalbfleisch and Prentice; Cox and Oakes).</summary>
public sealed class SurvivalTests
{
    private static readonly List<Lasting> Treated =
    [
        new(6, true), new(6, true), new(6, true), new(6, false), new(7, true), new(9, false), new(10, true), new(10, false), new(11, false), new(13, true), new(16, true), new(17, false), new(19, false), new(20, false), new(22, true), new(23, true),
        new(25, false), new(32, false), new(32, false), new(34, false), new(35, false),
    ];

    private static readonly List<Lasting> Placebo = [.. new double[] { 1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23 }.Select(w => new Lasting(w, true))];

    [Fact]
    public void Curve_OfTheTreated_IsThatOfKaplanAndMeier()
    {
        var curve = SurvivalCurve.Of(Treated);
        curve.Steps.Select(s => s.Time).ShouldBe([6, 7, 10, 13, 16, 22, 23]);
        curve.Steps.Select(s => s.AtRisk).ShouldBe([21, 17, 15, 12, 11, 7, 6]);
        foreach (var (step, share) in curve.Steps.Zip([0.8571, 0.8067, 0.7529, 0.6902, 0.6275, 0.5378, 0.4482])) step.Share.ShouldBe(share, 0.00005);
        curve.Median.ShouldBe(23);

        // By Greenwood on the scale of log(-log), as R's survfit(conf.type = "log-log") has it.
        curve.Steps[0].Low.ShouldBe(0.620, 0.0005);
        curve.Steps[0].High.ShouldBe(0.952, 0.0005);
        curve.Steps[^1].Low.ShouldBe(0.188, 0.0005);
        curve.Steps[^1].High.ShouldBe(0.680, 0.0005);
        curve.At(9).Share.ShouldBe(0.8067, 0.00005);
        SurvivalCurve.Of(Placebo).Median.ShouldBe(8);
        SurvivalCurve.Of(Placebo).Steps[^1].Share.ShouldBe(0);
    }

    [Fact]
    public void LogRank_OfBoth_IsThatOfTextbooks()
    {
        var (statistic, p) = SurvivalCurve.LogRank([Treated, Placebo]);
        statistic.ShouldBe(16.79, 0.005);
        p.ShouldBe(4.17e-5, 0.01e-5);
        SurvivalCurve.LogRank([Placebo, Placebo]).Statistic.ShouldBe(0, 1e-9);
    }

    [Fact]
    public void Hazard_OfThePlacebo_IsThatOfCoxWithEfronsTies()
    {
        List<Stretch> all = [.. Treated.Select(l => new Stretch(0, l.Time, l.Ended, [0])), .. Placebo.Select(l => new Stretch(0, l.Time, l.Ended, [1]))];
        var model = HazardModel.Fit(all, ["placebo"])!;
        model.Traits[0].Slope.ShouldBe(1.5721, 0.0001);
        model.Traits[0].Error.ShouldBe(0.4124, 0.0001);
        model.Traits[0].Ratio.Value.ShouldBe(4.817, 0.001);
        (2 * (model.LogLikelihood - model.LogLikelihoodOfNone)).ShouldBe(16.35, 0.005);

        // What is cut into stretches is the same whole.
        var cut = all.SelectMany(s => s.To > 7 ? [s with { To = 7, Ended = false }, s with { From = 7 }] : new[] { s }).ToList();
        HazardModel.Fit(cut, ["placebo"])!.Traits[0].Slope.ShouldBe(model.Traits[0].Slope, 1e-9);
        model.Risk(0, 8, [1]).ShouldBeGreaterThan(model.Risk(0, 8, [0]) * 2);
        HazardModel.Fit([.. all.Select(s => s with { Traits = [s.Ended ? 1.0 : 0] })], ["who ended"]).ShouldBeNull();
    }

    [Theory]
    [InlineData(3.841459, 1, 0.05)]
    [InlineData(9.487729, 4, 0.05)]
    [InlineData(0.5, 3, 0.918891)]
    public void ChiSquaredAbove_OfKnownValues_IsTheirs(double value, int degrees, double p) => SpecialFunctions.ChiSquaredAbove(value, degrees).ShouldBe(p, 1e-5);

    [Fact]
    public void Study_OfPlantedRisk_FindsItAndHoldsOnTimeItHasNotSeen()
    {
        var (spells, end) = PlantedSubscriptions.Of(4000, 7);
        var study = SubscriptionStudy.Of(spells, end)!;
        study.Plans.Select(p => p.Plan).ShouldBe(["basic", "pro"]);
        study.PlansDiffer!.Value.ShouldBeLessThan(1e-6);
        study.Model!.Traits.Single(t => t.Name == "plan pro").Slope.ShouldBe(Math.Log(0.5), 0.2);
        study.Model.Traits.Single(t => t.Name == "quiet").Slope.ShouldBe(Math.Log(3), 0.2);
        study.Check!.Concordance.ShouldBeGreaterThan(0.55);
        foreach (var band in study.Check.Bands) band.Expected.ShouldBe(band.Actual, 0.1);
        study.Lapsed.ShouldBe(0);
        study.Ending.ShouldBe(study.Going.Sum(g => g.Risk30), 1e-9);
        study.Going.Average(g => g.Risk30).ShouldBe(0.045, 0.02);
    }

    [Fact]
    public void Risk_OfOneThatIsOverdue_IsThatOfTheRenewalWhichSheMisses()
    {
        // Paid for a year; half do not pay again.
        const long Day = 86_400_000;
        var (random, spells, end) = (new Random(3), new List<SubscriptionSpell>(), 1500 * Day);
        for (var i = 0; i < 800; i++)
        {
            var payments = new List<long> { (long)(random.NextDouble() * 1490 * Day) };
            while (payments[^1] + (365 * Day) < end && random.NextDouble() < 0.5) payments.Add(payments[^1] + (365 * Day));
            spells.Add(new SubscriptionSpell(i, "yearly", payments, null, true, [.. Enumerable.Repeat(SubscriberMonth.None, 1 + (int)((end - payments[0]) / (30 * Day)))]));
        }

        var going = SubscriptionStudy.Of(spells, end)!.Going.ToDictionary(g => g.Customer);
        double Mean(int from, int to) => spells.Where(s => (end - s.Payments[^1]) / Day is var days && days >= from && days < to && going.ContainsKey(s.Customer)).Average(s => going[s.Customer].Risk30);
        Mean(60, 200).ShouldBeLessThan(0.02, "paid, and not due for long");
        Mean(340, 364).ShouldBeInRange(0.35, 0.65);
        Mean(367, 400).ShouldBeInRange(0.35, 0.65);
        Mean(500, 700).ShouldBeInRange(0.35, 0.65);
    }

    [Fact]
    public void Lasting_NotPaidAgainWhenDue_EndedThen()
    {
        const long Day = 86_400_000;
        var spells = Enumerable.Range(0, 30).Select(i => new SubscriptionSpell(i, "basic", [.. Enumerable.Range(0, i == 0 ? 2 : 10).Select(m => m * 30 * Day)], null, true, [])).ToList();
        var lasting = SubscriptionStudy.Lasting(spells, 290 * Day);
        lasting.Count(l => l.Ended).ShouldBe(1);
        lasting[0].Lapsed.ShouldBeTrue();
        lasting[0].Days.ShouldBe(60);
        SubscriptionStudy.Of([], 0).ShouldBeNull();
    }

    [Fact]
    public void Lasting_DueAndNotYetFarOverdue_IsKnownOnlyUpToWhenItWasDue()
    {
        // Paid once a year: half a year after it was due nobody knows yet whether it goes on.
        const long Day = 86_400_000, Year = 365;
        var spells = Enumerable.Range(0, 40).Select(i => new SubscriptionSpell(i, "yearly", [.. Enumerable.Range(0, i < 10 ? 2 : 3).Select(y => y * Year * Day)], null, true, [])).ToList();
        var lasting = SubscriptionStudy.Lasting(spells, ((2 * Year) + 180) * Day);
        lasting.Take(10).ShouldAllBe(l => !l.Ended && l.Days < 2 * Year && l.Days > (2 * Year) - 0.01 && l.Known.Time < 2 * Year, "the renewal is still ahead");

        // Nor do those who paid then count as having gone on, or it would be they alone.
        lasting.Skip(10).ShouldAllBe(l => l.Known.Time < 2 * Year && !l.Known.Ended);
        lasting.Skip(10).ShouldAllBe(l => !l.Ended && l.Days == (2 * Year) + 180);
        SubscriptionStudy.Lasting(spells, ((3 * Year) + 1) * Day).Take(10).ShouldAllBe(l => l.Ended && l.Lapsed && l.Days == 2 * Year);
    }

    [Fact]
    public void Curve_OfYearlyPlansThatHalfDoNotRenew_FallsToAHalfAtEachYear()
    {
        // Who does not renew just lapses. Whoever is overdue, but not far enough to have lapsed, must not stand among those who go on.
        const long Day = 86_400_000, Year = 365;
        var (random, spells) = (new Random(9), new List<SubscriptionSpell>());
        for (var i = 0; i < 6000; i++)
        {
            var begin = (long)(random.NextDouble() * 3 * Year) * Day;
            var payments = new List<long> { begin };
            while (random.NextDouble() < 0.5 && payments[^1] + (Year * Day) <= 4 * Year * Day) payments.Add(payments[^1] + (Year * Day));
            spells.Add(new SubscriptionSpell(i, "yearly", payments, null, true, [.. new SubscriberMonth[50]]));
        }

        SubscriptionStudy.Of(spells, 4 * Year * Day)!.All.At(Year).Share.ShouldBe(0.5, 0.03);
    }

    [Fact]
    public void LogRank_OfRandomGroups_IsThatOfItsDefinition()
    {
        var random = new Random(12);
        for (var round = 0; round < 30; round++)
        {
            var groups = Enumerable.Range(0, 2 + random.Next(3)).Select(_ => (IReadOnlyCollection<Lasting>)Enumerable.Range(0, 1 + random.Next(40)).Select(_ => new Lasting(random.Next(12), random.NextDouble() < 0.6)).ToList()).ToList();
            SurvivalCurve.LogRank(groups).Statistic.ShouldBe(Defined(groups), 1e-6);
        }

        var many = Enumerable.Range(0, 2).Select(_ => (IReadOnlyCollection<Lasting>)Enumerable.Range(0, 100_000).Select(_ => new Lasting(random.NextDouble() * 1000, true)).ToList()).ToList();
        SurvivalCurve.LogRank(many).P.ShouldBeGreaterThan(1e-4);
        Should.Throw<OperationCanceledException>(() => SurvivalCurve.LogRank(many, new CancellationToken(true)));
    }

    private static double Defined(List<IReadOnlyCollection<Lasting>> groups)
    {
        var k = groups.Count - 1;
        var (difference, variance) = (new double[k], new double[k, k]);
        foreach (var time in groups.SelectMany(g => g).Where(l => l.Ended).Select(l => l.Time).Distinct().Order())
        {
            var (at, ended) = (groups.Select(g => (double)g.Count(l => l.Time >= time)).ToArray(), groups.Select(g => (double)g.Count(l => l.Ended && l.Time == time)).ToArray());
            var (n, d) = (at.Sum(), ended.Sum());
            for (var i = 0; i < k; i++)
            {
                difference[i] += ended[i] - (d * at[i] / n);
                for (var j = 0; j < k && n > 1; j++) variance[i, j] += d * (n - d) / (n - 1) * (at[i] / n) * ((i == j ? 1 : 0) - (at[j] / n));
            }
        }

        return SmallMatrix.Solve(variance, difference) is { } solved ? difference.Zip(solved, (a, b) => a * b).Sum() : 0;
    }
}
