using Temas.Timelines.Findings;

namespace Temas.Tests.Insight.Findings;

/// <summary>How many came back for each who would have, over all the time that is known.</summary>
public sealed class ReturnRatioTests
{
    [Fact]
    public void Of_OneCellKnownForAsLong_IsThatOfMantelAndHaenszel()
    {
        // 12 of 30 came back, and 45 of 60; and in another cell 6 of 10 and 16 of 40.
        Unit[] units = [.. Cell(1, 30, 12, true), .. Cell(1, 60, 45, false), .. Cell(2, 10, 6, true), .. Cell(2, 40, 16, false)];
        for (var i = 0; i < units.Length; i++) units[i].Customer = i;
        var (ratio, of) = Ratio(units);
        var (met, others) = ((12 * 60 / 90.0) + (6 * 40 / 50.0), (45 * 30 / 90.0) + (16 * 10 / 50.0));
        ratio.ShouldBe(met / others, 1e-9);

        // And its spread nearly that of Greenland and Robins 1985.
        double Term(double a, double b, double n1, double n0) => ((n1 * n0 * (a + b)) - (a * b * (n1 + n0))) / (n1 + n0) / (n1 + n0);
        var error = ratio * Math.Sqrt((Term(12, 45, 30, 60) + Term(6, 16, 10, 40)) / (met * others));
        ((of.High - of.Low) / (2 * Normal.Z95)).ShouldBe(error, error * 0.1);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(12)]
    [InlineData(400)]
    public void Of_WhoLeavesForGood_IsTheShareWhoStay_HoweverFewAreAlike(int alike)
    {
        // Of those who met it 0.5 stay, of the others 0.8: five eighths. Keen and not, known for a month or a year.
        var (held, sum, spread, errors) = (0, 0.0, new List<double>(), new List<double>());
        for (var seed = 1; seed <= 60; seed++)
        {
            var (ratio, of) = Ratio(Lives(seed, alike, left: 0.5));
            sum += ratio;
            errors.Add(ratio);
            spread.Add((of.High - of.Low) / (2 * Normal.Z95));
            if (of.Low <= 0.625 && of.High >= 0.625) held++;
        }

        (sum / 60).ShouldBe(0.625, 0.03);
        held.ShouldBeGreaterThanOrEqualTo(51);
        var mean = errors.Average();
        var deviation = Math.Sqrt(errors.Sum(e => (e - mean) * (e - mean)) / 59);
        (spread.Average() / deviation).ShouldBeInRange(0.75, 1.35);
    }

    [Fact]
    public void Of_WhatLosesCustomers_IsSaidCloserThanByThoseWhoCameSoon()
    {
        var units = Lives(5, 400, left: 0.5);
        var soon = units.Select(u => u with { Known = 0 }).ToArray();
        var (by, plain) = (Compare.Of(new Ground(units))!.Value, Compare.Of(new Ground(soon))!.Value);
        (by.High - by.Low).ShouldBeLessThan(0.8 * (plain.High - plain.Low));
    }

    [Fact]
    public void Sooner_OfTwoThingsOnOneVisit_TheSecondIsNotSooner()
    {
        // Whoever met it did the same again without it ten seconds later: of two in a cell the second would always be followed sooner.
        var (random, units) = (new Random(7), new List<Unit>());
        for (var i = 0; i < 2000; i++)
        {
            var next = random.NextDouble() < 0.6 ? 1 + (random.NextDouble() * 300) : 365;
            var (first, came) = (new Unit { Customer = i, IsKnown = true, Felt = float.NaN, History = History.Of(1, 1, 1, 1, 0, 0, 0, i % 1000, 0), Known = 365 }, next < 365);
            units.Add(first with { Met = true, Next = (float)next, Came = came, Again = next <= 90 });
            units.Add(first with { Next = (float)(next - 1e-4), Came = came, Again = next <= 90 });
        }

        var sooner = Compare.Of(new Ground(units.ToArray()))!.Sooner!.Value;
        Math.Abs(sooner.Value).ShouldBeLessThan(0.02);
    }

    [Fact]
    public void Matched_WhoIsLikeNobody_IsHeldAgainstThoseWhoAreNearlySo()
    {
        // A tenth of those who met it, who buy most, are from a place where nobody else is.
        var (random, units) = (new Random(9), new Unit[6000]);
        for (var i = 0; i < units.Length; i++)
        {
            var met = i % 4 == 0;
            var keen = met && i % 40 == 0;
            var again = random.NextDouble() < (keen ? 0.8 : 0.4);
            units[i] = new Unit { Customer = i, Met = met, IsKnown = true, Again = again, Value = again ? 100 : 0, Felt = float.NaN, History = History.Of(2, 1, 1, 1, 0, 1, keen ? 1 + (i % 250) : 0, 0, 0) };
        }

        var compared = Compare.Of(new Ground(units))!;
        (compared.Matched, compared.Met).ShouldBe((1500, 1500));
        compared.AgainMet.ShouldBe(units.Where(u => u.Met).Average(u => u.Again ? 1.0 : 0), 1e-9);
    }

    private static IEnumerable<Unit> Cell(int orders, int count, int came, bool met) =>
        Enumerable.Range(0, count).Select(i => new Unit { Met = met, IsKnown = true, Felt = float.NaN, Next = i < came ? 50 : 100, Came = i < came, Again = i < came, Known = 100, History = History.Of(orders, 0, 0, 0, 0, 0, 0, 0, 0) });

    private static Unit[] Lives(int seed, int alike, double left)
    {
        var (random, units) = (new Random(seed), new Unit[2400]);
        for (var i = 0; i < units.Length; i++)
        {
            var (met, known, keen) = (random.NextDouble() < 0.3, 30 + (335 * random.NextDouble()), i / alike % 2 == 0);
            var next = random.NextDouble() < (met ? left : 0.8) ? -Math.Log(1 - random.NextDouble()) * (keen ? 80 : 250) : double.PositiveInfinity;
            units[i] = new Unit
            {
                Customer = i,
                Met = met,
                IsKnown = known >= 90,
                Again = next <= 90,
                Value = next <= 90 ? 100 : 0,
                Felt = float.NaN,
                Next = (float)Math.Min(next, known),
                Came = next <= known,
                Known = (float)known,
                History = History.Of(1, 1, 1, 1, 0, 0, 0, i / alike, 0),
            };
        }

        return units;
    }

    private static (double Ratio, Estimate Of) Ratio(Unit[] units)
    {
        var ground = new Ground(units);
        var effects = new Effects(ground.Customers);
        var ratio = ReturnRatio.Compare(ground, [.. ground.All.Select(u => u.Met ? Side.Met : Side.Other)], 0, effects)!.Value;
        return (ratio, effects.Spread().Of(ratio, [(Effects.Ratio, 1)]));
    }
}
