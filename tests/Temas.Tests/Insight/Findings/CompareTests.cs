using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>Matched comparison and the correction for many tests.</summary>
public sealed class CompareTests
{
    [Fact]
    public void Of_PlantedDifference_IsFoundWithinItsInterval()
    {
        var compared = Compare.Of(Units(6000, keenMeets: 0.3, lessBy: 0.15), u => u.Met)!;
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
        Math.Abs(Compare.Of(units, u => u.Met)!.Again.Value).ShouldBeLessThan(0.05);
    }

    [Fact]
    public void Of_NoDifference_IsSeldomClear()
    {
        var clear = Enumerable.Range(1, 40).Count(seed => Compare.Of(Units(1500, keenMeets: 0.3, lessBy: 0, seed), u => u.Met)!.Again.IsClear);
        clear.ShouldBeLessThanOrEqualTo(7);
    }

    [Fact]
    public void Of_NobodyLikeThem_SaysNothing()
    {
        var units = Units(500, keenMeets: 0.3, lessBy: 0);

        // Whoever met it had another trouble before, and no other has: that is held equal at every level.
        for (var i = 0; i < units.Length; i++) units[i].History = History.Of(1, 1, 1, 1, units[i].Met ? 1 : 0, 0, 0, 0, 0);
        Compare.Of(units, u => u.Met).ShouldBeNull();
        Compare.Of(units.AsSpan(0, 20), u => u.Met).ShouldBeNull();
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
