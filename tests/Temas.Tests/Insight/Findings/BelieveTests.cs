using Temas.Insight.Findings;
using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>What is believed: how clear it must be, and of whom it may be said at all.</summary>
public sealed class BelieveTests
{
    private static readonly Comparison Compared = Compare.Of(new Ground(CompareTests.Units(6000, keenMeets: 0.3, lessBy: 0.15)))!;

    [Theory]
    [InlineData(0, 0.05)]
    [InlineData(14_000, 0.05)]
    [InlineData(15_000, 0.05)]
    [InlineData(30_000, 0.0100)]
    [InlineData(60_000, 0.0005)]
    public void LevelOf_ManyOrders_IsAsStrictAsMuchIsKnown(int orders, double level) => Believe.LevelOf(orders).ShouldBe(level, 0.0001);

    [Fact]
    public void Of_MuchKnown_TellsOfWhatIsClearAlone()
    {
        var (just, clear) = (Suspected("a") with { P = 0.01 }, Suspected("b") with { P = 1e-9 });
        Believe.Of([just, clear]).Count.ShouldBe(2);
        Believe.Of([just, clear], Believe.LevelOf(40_000)).ShouldHaveSingleItem().Candidate.Place.ShouldBe("b");
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(-0.05, true)]
    [InlineData(-0.1, false)]
    [InlineData(0.1, false)]
    public void Of_WhoBoughtOtherwiseBefore_IsNotBelieved(double before, bool isBelieved)
    {
        // Less or more: who bought much more before buys less again, whatever she met.
        var compared = Compared with { Again = new Estimate(-0.15, -0.18, -0.12, 1e-12), Before = new Estimate(before, before - 0.02, before + 0.02, 0.001) };
        Believe.Of([Suspected("a") with { Compared = compared }]).Count.ShouldBe(isBelieved ? 1 : 0);
    }

    [Fact]
    public void Of_WhoIsHeldEqualInNothing_IsNotBelieved()
    {
        Believe.Of([Suspected("a") with { Compared = Compared with { Level = History.Levels.Count - 2 } }]).Count.ShouldBe(1);
        Believe.Of([Suspected("a") with { Compared = Compared with { Level = History.Levels.Count - 1 } }]).ShouldBeEmpty();

        // What they said soon after is about what they met, whoever they are.
        Believe.Of([Suspected("a") with { Compared = Compared with { Level = History.Levels.Count - 1, Felt = new Estimate(-0.5, -0.6, -0.4, 1e-9) } }]).Count.ShouldBe(1);
    }

    [Fact]
    public void Ground_OfAFewLargeAmounts_CutsThemAndKeepsTheMean()
    {
        // Of a hundred and fifty times one is worth eight times as much: fewer than lie beyond the cut, and the mean stays what it is.
        var units = CompareTests.Units(20_000, keenMeets: 0.3, lessBy: 0.15);
        for (var i = 0; i < units.Length; i++) units[i].Value = units[i].Again ? i % 150 == 0 ? 1600 : 200 : 0;
        var (mean, ground) = (units.Average(u => u.Value), new Ground(units));
        ground.All.Average(u => u.Value).ShouldBe(mean, mean * 0.001);
        ground.All.Max(u => u.Value).ShouldBeLessThan(250);

        // A single one beyond all measure moves it by a tenth at most.
        units[Array.FindIndex(units, u => u.Again)].Value = 1e9f;
        new Ground(units).All.Average(u => u.Value).ShouldBeLessThan(mean * 1.11f);
    }

    private static Candidate Suspected(string place) =>
        new() { Kind = "misfire", Place = place, Compared = Compared, Attributed = 100, P = 1e-12, Met = [], All = [], Table = new UnitTable("misfire", place, 90, []) };
}
