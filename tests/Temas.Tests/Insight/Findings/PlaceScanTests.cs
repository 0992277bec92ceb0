using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>The search for the place and the time that explain a rate.</summary>
public sealed class PlaceScanTests
{
    private const long Day = 24L * 60 * 60 * 1000;

    private static readonly string[] Carriers = ["north", "south", "west"], Regions = ["sea", "hills", "plain", "city"];

    [Fact]
    public void Rates_OneCarrierInOneRegion_IsFoundAndNothingElse()
    {
        var table = Table(9000, (carrier, region, _) => carrier == 1 && region == 2 ? 0.34 : 0.10);
        var found = PlaceScan.Rates(table, 365 * Day, 0.01).ShouldHaveSingleItem();
        Named(table, found.Place).ShouldBe(["carrier=south", "region=plain"]);
        found.Rate.ShouldBe(0.34, 0.05);
        found.Elsewhere.ShouldBe(0.10, 0.02);
        found.Since.ShouldBe(long.MinValue);
    }

    [Fact]
    public void Rates_OneRegionSinceARelease_IsFoundWithItsDay()
    {
        var table = Table(9000, (_, region, day) => region == 0 && day >= 200 ? 0.30 : 0.08);
        var found = PlaceScan.Rates(table, 365 * Day, 0.01)[0];
        Named(table, found.Place).ShouldBe(["region=sea"]);
        (found.Since / Day).ShouldBeInRange(185, 210);
        found.Until.ShouldBe(long.MaxValue);
    }

    [Fact]
    public void Rates_MendedPlace_IsFoundWithTheDayUpToWhichItWasSo()
    {
        var table = Table(9000, (carrier, _, day) => carrier == 0 && day < 150 ? 0.30 : 0.08);
        var found = PlaceScan.Rates(table, 365 * Day, 0.01)[0];
        Named(table, found.Place).ShouldBe(["carrier=north"]);
        (found.Until / Day).ShouldBeInRange(140, 165);
    }

    [Fact]
    public void Rates_TheSameEverywhere_IsSeldomFound() =>
        Enumerable.Range(1, 30).Count(seed => PlaceScan.Rates(Table(2500, (_, _, _) => 0.12, seed), 365 * Day, 0.05).Count > 0).ShouldBeLessThanOrEqualTo(4);

    [Fact]
    public void Rates_FirstWeekOfALog_IsNoTimeBefore()
    {
        // Of what was promised before the log nothing is known, so next to nothing ends late in its first week; everywhere it is as ever.
        var table = Table(20_000, (_, _, day) => day < 7 ? 0.02 : 0.10);
        PlaceScan.Rates(table, 365 * Day, 0.05).ShouldBeEmpty();

        // Five weeks are enough to say that it began.
        table = Table(20_000, (_, _, day) => day < 36 ? 0.02 : 0.10);
        PlaceScan.Rates(table, 365 * Day, 0.05)[0].Place.ShouldBe(Place.Everywhere);
    }

    [Fact]
    public void Rates_OneCustomerOverAndOver_IsNoPlaceAndHidesNone()
    {
        // A robot that gives up two hundred times on one carrier, where everybody else does as elsewhere.
        var table = Table(3000, (_, _, _) => 0.10, robot: 200);
        PlaceScan.Rates(table, 365 * Day, 0.01).ShouldBeEmpty();
        table = Table(9000, (carrier, region, _) => carrier == 1 && region == 2 ? 0.34 : 0.10, robot: 200);
        Named(table, PlaceScan.Rates(table, 365 * Day, 0.01)[0].Place).ShouldBe(["carrier=south", "region=plain"]);
    }

    [Fact]
    public void Means_OfTwoValuesThatMirrorEachOther_AreOneTest()
    {
        var (random, table) = (new Random(4), new UnitTable("voice", "review", 90, ["language"]));
        for (var i = 0; i < 1000; i++)
        {
            var other = i % 10 == 0;
            var said = (other ? -0.3 : 0.3) + (random.NextDouble() - 0.5);
            table.Add(new Unit { Customer = i, Time = 1, Marks = (ulong)((int)(said * 100) + 100) }, [Temas.Timelines.Queries.ValueKey.OfNumber(other ? 1 : 2)]);
        }

        table.Finish(key => Temas.Timelines.Queries.ValueKey.NumberOf(key) == 1 ? "en" : "tr");
        var found = PlaceScan.Means(table).Where(h => h.P <= 0.001).ShouldHaveSingleItem();
        Named(table, found.Place).ShouldBe(["language=en"]);
        found.Rate.ShouldBeLessThan(found.Elsewhere);
    }

    [Fact]
    public void Means_OfOneWhoSaysItOverAndOver_AreNoNews()
    {
        var (random, table) = (new Random(4), new UnitTable("voice", "review", 90, ["store"]));
        for (var i = 0; i < 1000; i++)
        {
            var there = i % 10 == 0;
            var said = (there && i % 20 == 0 ? -0.9 : 0.3) + (0.4 * (random.NextDouble() - 0.5));
            table.Add(new Unit { Customer = there && i % 20 == 0 ? -1 : i, Time = 1, Marks = (ulong)((int)(said * 100) + 100) }, [Temas.Timelines.Queries.ValueKey.OfNumber(there ? 1 : i % 3 + 2)]);
        }

        table.Finish(key => "s" + (int)Temas.Timelines.Queries.ValueKey.NumberOf(key));
        PlaceScan.Means(table).ShouldNotContain(h => h.P <= 0.001);
    }

    [Fact]
    public void Means_OfFewWhoAllSaidTheSame_AreByChance()
    {
        var (random, table) = (new Random(4), new UnitTable("voice", "review", 90, ["product"]));
        for (var i = 0; i < 4400; i++)
        {
            var said = random.NextDouble() switch { < 0.85 => 1, < 0.95 => 0, _ => -1 };
            table.Add(new Unit { Customer = i, Time = 1, Marks = (ulong)((said * 100) + 100) }, [Temas.Timelines.Queries.ValueKey.OfNumber(i % 200)]);
        }

        table.Finish(key => "p" + (int)Temas.Timelines.Queries.ValueKey.NumberOf(key));
        PlaceScan.Means(table).Where(h => h.Rate >= 1).ShouldNotBeEmpty("of some all are pleased");
        PlaceScan.Means(table).ShouldNotContain(h => h.P * 200 <= 0.05, "no product is another than the rest");
    }

    private static UnitTable Table(int count, Func<int, int, int, double> rate, int seed = 1, int robot = 0)
    {
        var (random, table) = (new Random(seed), new UnitTable("promise", "delivery", 90, ["carrier", "region"]));
        Span<long> values = stackalloc long[2];
        for (var i = 0; i < count; i++)
        {
            var (carrier, region, day) = (random.Next(3), random.Next(4), random.Next(365));
            (values[0], values[1]) = (Timelines(carrier), Timelines(10 + region));
            table.Add(new Unit { Customer = i, Time = (day * Day) + 1, Met = random.NextDouble() < rate(carrier, region, day) }, values);
        }

        for (var i = 0; i < robot; i++)
        {
            (values[0], values[1]) = (Timelines(0), Timelines(10));
            table.Add(new Unit { Customer = -1, Time = ((i * 7 % 365) * Day) + 1, Met = true }, values);
        }

        table.Finish(key => (int)Temas.Timelines.Queries.ValueKey.NumberOf(key) is var number && number < 10 ? Carriers[number] : Regions[number - 10]);
        return table;

        static long Timelines(int number) => Temas.Timelines.Queries.ValueKey.OfNumber(number);
    }

    private static string[] Named(UnitTable table, Place place) =>
        [.. new[] { (place.First, place.FirstValue), (place.Second, place.SecondValue) }.Where(p => p.Item1 >= 0).Select(p => $"{table.Dimensions[p.Item1]}={table.Values[p.Item1][p.Item2]}")];
}
