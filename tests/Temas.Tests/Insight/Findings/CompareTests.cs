using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>Matched comparison and the correction for many tests.</summary>
public sealed class CompareTests
{
    [Fact]
    public void Of_PlantedDifference_IsFoundWithinItsInterval()
    {
        var compared = Compare.Of(new Ground(Units(6000, keenMeets: 0.3, lessBy: 0.15)))!;
        compared.Again.Value.ShouldBe(-0.15, 0.05);
        compared.Again.IsClear.ShouldBeTrue();
        compared.Again.P.ShouldBeLessThan(1e-4);
        compared.Value.Low.ShouldBeLessThan(-15);
        compared.Matched.ShouldBe(compared.Met);
    }

    [Fact]
    public void Of_KeenWhoMeetItMoreOften_IsNoDifferenceOnceMatched()
    {
        // Unmatched, those who met it buy more: they are the keen.
        var units = Units(8000, keenMeets: 0.6, lessBy: 0);
        var (met, others) = (units.Where(u => u.Met).Average(u => u.Again ? 1.0 : 0), units.Where(u => !u.Met).Average(u => u.Again ? 1.0 : 0));
        (met - others).ShouldBeGreaterThan(0.1);
        Math.Abs(Compare.Of(new Ground(units))!.Again.Value).ShouldBeLessThan(0.05);
    }

    [Fact]
    public void Of_NoDifference_IsSeldomClear()
    {
        var clear = Enumerable.Range(1, 40).Count(seed => Compare.Of(new Ground(Units(1500, keenMeets: 0.3, lessBy: 0, seed)))!.Again.IsClear);
        clear.ShouldBeLessThanOrEqualTo(7);
    }

    [Fact]
    public void Of_NobodyLikeThem_SaysNothing()
    {
        var units = Units(500, keenMeets: 0.3, lessBy: 0);

        // Whoever met it had another trouble before, and no other has: that is held equal at every level.
        for (var i = 0; i < units.Length; i++) units[i].History = History.Of(1, 1, 1, 1, units[i].Met ? 1 : 0, 0, 0, 0, 0);
        Compare.Of(new Ground(units)).ShouldBeNull();
        Compare.Of(new Ground(units.AsSpan(0, 20))).ShouldBeNull();
    }

    [Fact]
    public void Of_WhoLeavesForGood_IsPlainerByWhenTheyCameThanByWhetherSoon()
    {
        // Of those who met it a quarter more leave for good; who stays comes after an exponential time.
        var (random, units) = (new Random(5), new Unit[3000]);
        for (var i = 0; i < units.Length; i++)
        {
            var (met, known) = (random.NextDouble() < 0.2, 90 + (275 * random.NextDouble()));
            var next = random.NextDouble() < (met ? 0.55 : 0.8) ? -Math.Log(1 - random.NextDouble()) * 150 : double.PositiveInfinity;
            units[i] = new Unit { Customer = i, Met = met, IsKnown = true, Again = next <= 90, Felt = float.NaN, Next = (float)Math.Min(next, known), Came = next <= known };
        }

        var compared = Compare.Of(new Ground(units))!;
        compared.Sooner!.Value.P.ShouldBeLessThan(compared.Again.P);
        compared.Sooner.Value.Value.ShouldBe(-0.55, 0.25);

        // The same customer several times is no news several times: the interval is about as wide as of one time each.
        var thrice = Enumerable.Range(0, 3).SelectMany(_ => units).ToArray();
        var width = (Estimate e) => e.High - e.Low;
        width(Compare.Of(new Ground(thrice))!.Sooner!.Value).ShouldBe(width(compared.Sooner.Value), 0.02);
        width(Compare.Of(new Ground(thrice))!.Again).ShouldBe(width(compared.Again), 0.005);
    }

    [Fact]
    public void TimeToReturn_OfOneCell_IsTheLogRankTest()
    {
        // Freireich and Gehan once more: 9 of the treated ended where 19.25 were to be expected, with variance 6.2570.
        double[] treated = [6, 6, 6, 7, 10, 13, 16, 22, 23], went = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35], placebo = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23];
        Unit Of(double week, bool met, bool came) => new() { Met = met, IsKnown = true, Felt = float.NaN, Next = (float)week, Came = came };
        Unit[] units = [.. treated.Select(w => Of(w, true, true)), .. went.Select(w => Of(w, true, false)), .. placebo.Select(w => Of(w, false, true))];
        for (var i = 0; i < units.Length; i++) units[i].Customer = i;
        var ground = new Ground(units);
        var compared = TimeToReturn.Compare(ground, [.. ground.All.Select(u => u.Met ? Side.Met : Side.Other)], History.Levels[^1])!.Value;
        compared.Value.ShouldBe((9 - 19.2505) / 6.2570, 0.001);
    }

    [Fact]
    public void Of_NothingDiffers_IsUnlikelyAsOftenAsItSays()
    {
        // Twenty-five who met it and rare returns: where chance counts for too little, one in twenty would be far too few.
        var p = Enumerable.Range(1, 400).Select(seed =>
        {
            var (random, units) = (new Random(seed), new Unit[400]);
            for (var i = 0; i < units.Length; i++) units[i] = new Unit { Customer = i, Met = i < 30, IsKnown = true, Again = random.NextDouble() < 0.1, Felt = float.NaN };
            return Compare.Of(new Ground(units))!.Again.P;
        }).ToList();
        p.Count(x => x < 0.05).ShouldBeInRange(4, 34);
        p.Count(x => x < 0.002).ShouldBeLessThanOrEqualTo(5);
    }

    [Fact]
    public void Discoveries_InFamilies_AreThoseOfBenjaminiAndBogomolov()
    {
        // Of three families two are believed in, by Simes' tests 0.01, 0.03 and 0.6: within these the level is two thirds.
        double[] p = [0.005, 0.2, 0.03, 0.6, 0.9];
        var q = Normal.Discoveries(p, ["a", "a", "b", "c", "c"], 0.05);
        q[0].ShouldBe(0.03, 1e-9);
        q[1].ShouldBe(0.3, 1e-9);
        q[2].ShouldBe(0.045, 1e-9);
        q[3].ShouldBe(1, 1e-9);
        Normal.Discoveries([], [], 0.05).ShouldBeEmpty();
        Normal.Discoveries([0.04], ["a"], 0.05).ShouldBe([0.04]);
    }

    [Fact]
    public void Discoveries_OfBenjaminiAndHochberg_AreTheirs()
    {
        // Table of section 3 in Benjamini and Hochberg 1995: of fifteen tests four are believed at 5 %.
        double[] p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.0];
        Normal.Discoveries(p).Count(q => q <= 0.05).ShouldBe(4);
        Normal.Discoveries([0.04, 0.001]).ShouldBe([0.04, 0.002]);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.959964, 0.05)]
    [InlineData(-2.575829, 0.01)]
    [InlineData(7, 2.559625e-12)]
    public void TwoSided_OfKnownValues_IsTheirs(double z, double p) => Normal.TwoSided(z).ShouldBe(p, Math.Max(1e-6, p * 0.01));

    [Theory]
    [InlineData(2.093, 19, 0.05)]
    [InlineData(3.883, 19, 0.001)]
    [InlineData(4.785, 9, 0.001)]
    [InlineData(3.291, 1_000_000, 0.001)]
    public void TwoSided_OfStudent_IsAsInTables(double t, double degrees, double p) => Normal.TwoSided(t, degrees).ShouldBe(p, p * 0.03);

    internal static Unit[] Units(int count, double keenMeets, double lessBy, int seed = 1)
    {
        var random = new Random(seed);
        var units = new Unit[count];
        for (var i = 0; i < count; i++)
        {
            var keen = random.NextDouble() < 0.4;
            var met = random.NextDouble() < (keen ? keenMeets : 0.2);
            var again = random.NextDouble() < (keen ? 0.7 : 0.35) - (met ? lessBy : 0);
            units[i] = new Unit
            {
                Customer = i,
                Time = i,
                Met = met,
                IsKnown = true,
                Again = again,
                Value = again ? 200 + (float)(200 * random.NextDouble()) : 0,
                Felt = float.NaN,
                History = History.Of(keen ? 3 : 1, 1, 1, 1, 0, 0, 0, 0, 0),
                Past = History.Of(keen ? 3 : 1, 1, 1, 1, 0, 0, 0, 0, 0),
                Before = random.NextDouble() < (keen ? 0.7 : 0.35),
            };
        }

        return units;
    }
}
