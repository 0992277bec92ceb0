using Temas.Insight.Findings;
using Temas.Timelines.Findings;
using Temas.Timelines.Queries;

namespace Temas.Tests.Insight.Findings;

/// <summary>That what findings are said to cost is what they cost: on average, where they are told because they came out high, and where customers choose.</summary>
public sealed class HonestCostTests
{
    private const long Day = 24L * 60 * 60 * 1000;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1.5, 0.6)]
    [InlineData(2.5, 0.3)]
    [InlineData(4, 0.45)]
    [InlineData(6, 0.15)]
    public void Overstated_OfWhatIsToldOnlyWhenHigh_TakesMostOfWhatIsTooMuch(double truth, double atMost)
    {
        const double Threshold = 2.5;
        var (random, naive, sober, told) = (new Random(3), 0.0, 0.0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var z = truth + (Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            if (z <= Threshold) continue;
            (naive, sober, told) = (naive + z, sober + z - Normal.Overstated(z, Threshold), told + 1);
        }

        Math.Abs((sober / told) - truth).ShouldBeLessThan(atMost);
        if (truth <= Threshold) Math.Abs((sober / told) - truth).ShouldBeLessThan(((naive / told) - truth) / 2);
        Normal.Overstated(40, Threshold).ShouldBe(0);
        Normal.Overstated(Threshold, Threshold).ShouldBeInRange(1, Threshold);
    }

    [Fact]
    public void Above_OfAProbability_IsTheQuantile()
    {
        Normal.Above(0.025).ShouldBe(1.96, 0.001);
        Normal.Above(1e-100).ShouldBe(21.27, 0.05);
        Normal.Above(0.7).ShouldBe(0);
    }

    [Fact]
    public void Sobered_OfWhatOnlyJustCameOut_SaysLessAndLeavesTheUpperEnd()
    {
        var compared = Compare.Of(new Ground(CompareTests.Units(6000, keenMeets: 0.3, lessBy: 0.15)))!;
        var table = new UnitTable("promise", "delivery", 90, []);
        var clear = new Candidate { Kind = "promise", Place = "delivery", Compared = compared, Attributed = 100, P = 1e-40, Met = [], All = [], Table = table };
        clear.Sobered(1e-38, 0.05).Worth.ShouldBe(clear.Worth);
        var just = clear with { P = 0.0049 };
        var (was, worth) = (just.Worth!.Value, just.Sobered(0.049, 0.05).Worth!.Value);
        worth.Value.ShouldBeLessThan(was.Value);
        worth.Value.ShouldBeGreaterThanOrEqualTo(0);
        worth.High.ShouldBe(was.High, Math.Abs(was.High) * 0.001);
        worth.Low.ShouldBeLessThan(was.Low);
        (just with { Together = 0 }).Sobered(0.049, 0.05).Worth.ShouldBe(was);
        var place = (just with { Uncertainty = 20 }).Sobered(0.049, 0.05);
        (place.Attributed, place.Each).ShouldSatisfyAllConditions(p => p.Attributed.ShouldBeLessThan(100), p => p.Each.ShouldBeNull());
    }

    [Fact]
    public void Turned_Comparison_TurnsSidesAndAllFigures()
    {
        var compared = Compare.Of(new Ground(CompareTests.Units(6000, keenMeets: 0.3, lessBy: 0.15)))!;
        compared = compared with { Felt = new Estimate(-0.5, -0.6, -0.4, 0.01), FeltMet = -0.2, FeltOthers = 0.3, Sooner = new Estimate(-0.4, -0.5, -0.3, 0.01) };
        var turned = compared.Turned();
        (turned.AgainMet - turned.AgainOthers).ShouldBe(turned.Again.Value, 1e-9);
        turned.Again.Value.ShouldBe(-compared.Again.Value);
        (turned.FeltMet - turned.FeltOthers).ShouldBe(turned.Felt!.Value.Value, 1e-9);
        turned.Sooner.ShouldBe(new Estimate(0.4, 0.3, 0.5, 0.01));
        (turned.ValueMet, turned.ValueOthers).ShouldBe((compared.ValueOthers, compared.ValueMet));
        turned.Value.Low.ShouldBe(-compared.Value.High);
        turned.Turned().ShouldBe(compared);
    }

    [Fact]
    public void Step_GivenUpByWhoWouldNotHaveBought_CostsNothing()
    {
        // At one place half give up: those who would have bought nothing anyway. Completers spend much more than they do, and nothing is lost.
        var worth = Worth((there, wants, random) => there && !wants ? 0.5 : 0.08, (wants, gaveUp) => wants);
        worth.Low.ShouldBeLessThan(0);
        Math.Abs(worth.Value).ShouldBeLessThan(40_000);

        // And where who gives up would have bought, it is lost: 0.5 less 0.08 of 2,000 times, half of them by who wanted to, at 100 each.
        worth = Worth((there, wants, random) => there ? 0.5 : 0.08, (wants, gaveUp) => wants && !gaveUp);
        worth.Value.ShouldBe(0.42 * 0.5 * 100 * 2000, 15_000);
        worth.Low.ShouldBeGreaterThan(0);
    }

    [Fact]
    public void ByOrder_OfOneOrderLost_SeesItAlsoOfWhoBuysAnotherAnyway()
    {
        // Four in ten would have bought one more within the time, whatever happened; a fifth of those who met it lost an order of 100.
        var (random, units) = (new Random(2), new Unit[40_000]);
        for (var i = 0; i < units.Length; i++)
        {
            var met = i % 2 == 0;
            var orders = (random.NextDouble() < (met ? 0.6 : 0.8) ? 1 : 0) + (random.NextDouble() < 0.4 ? 1 : 0);
            units[i] = new Unit { Customer = i, Met = met, IsKnown = true, Again = orders > 0, Orders = orders, Value = orders * 100, Felt = float.NaN };
        }

        Compare.Of(new Ground(units), byOrder: true)!.Value.Value.ShouldBe(-20, 1.5);
    }

    private static (double Value, double Low, double High) Worth(Func<bool, bool, Random, double> givesUp, Func<bool, bool, bool> buys)
    {
        var (random, table) = (new Random(11), new UnitTable("step", "checkout", 14, ["device"]));
        for (var i = 0; i < 8000; i++)
        {
            var (there, wants) = (i % 4 == 0, random.NextDouble() < 0.5);
            var gaveUp = random.NextDouble() < givesUp(there, wants, random);
            var bought = buys(wants, gaveUp);
            table.Add(
                new Unit { Customer = i, Time = (random.Next(365) * Day) + 1, Met = gaveUp, IsKnown = true, Again = bought, Value = bought ? 100 : 0, Orders = bought ? 1 : 0, Felt = float.NaN, History = History.Of(1, 1, 1, 1, 0, 1, 1, 0, 0), Past = History.Of(1, 1, 1, 1, 0, 1, 1, 0, 0) },
                [ValueKey.OfNumber(there ? 1 : 2)]);
        }

        table.Finish(key => ValueKey.NumberOf(key) == 1 ? "phone" : "desk");
        return Suspect.OfRates(table, 365 * Day).First(c => c.Where.Any(w => w.Value == "phone")).Worth!.Value;
    }
}
