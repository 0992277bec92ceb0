using System.Globalization;
using Temas.Feedback.Drivers;
using Temas.Tests.Feedback.Scores;
using Temas.Tests.Import;
using Xunit.Abstractions;

namespace Temas.Tests.Feedback.Drivers;

public sealed class DriverTests(ITestOutputHelper output)
{
    private static readonly string[] Ratings = ["Q7ART", "Q7FOOD", "Q7STORE", "Q7SIGN", "Q7WALKWAYS", "Q7SCREENS", "Q7INFODOWN", "Q7INFOUP", "Q7WIFI", "Q7ROADS", "Q7PARK", "Q7AIRTRAIN", "Q7LTPARKING", "Q7RENTAL"];

    [RealDataFact]
    public void Run_AirportSurvey_SharesSumToRSquared()
    {
        var rows = AirportData.Read([.. Ratings, "Q7ALL"]).ToList();
        static double Known(double value) => value is >= 1 and <= 5 ? value : double.NaN;
        var data = new DriverData
        {
            Score = [.. rows.Select(r => Known(r[^1]))],
            Drivers = [.. Ratings.Select((key, i) => new Driver(key, [.. rows.Select(r => Known(r[i]))]) { Lowest = 1, Highest = 5 })],
        };
        var found = AnalyseDrivers.Run(data, new DriverOptions { Resamples = 60 }).Value;
        output.WriteLine($"{found.Answers} answers, R² {found.RSquared.Value:F4} ({found.RSquared.Low:F4} to {found.RSquared.High:F4}), exact {found.IsExact}");
        foreach (var d in found.Drivers)
            output.WriteLine($"{d.Key,-12} share {d.Share.Value:F4} ({d.Share.Low:F4} to {d.Share.High:F4})  Johnson {d.RelativeWeight.Value:F4}  r {d.Correlation:F2}  performance {d.Performance:F0}  missing {d.Missing:P0}  {d.Place}");
        output.WriteLine(DriverSentence.Of(found, "overall satisfaction", k => k[2..].ToLowerInvariant(), CultureInfo.GetCultureInfo("en")));
        output.WriteLine(DriverSentence.Of(found, "Genel memnuniyet", k => k[2..].ToLowerInvariant(), CultureInfo.GetCultureInfo("tr")));
        found.Drivers.Sum(d => d.Share.Value).ShouldBe(found.RSquared.Value, 1e-9);
        found.Drivers.Sum(d => d.RelativeWeight.Value).ShouldBe(found.RSquared.Value, 1e-9);
        found.RSquared.Value.ShouldBeInRange(0.2, 0.8);
        found.Drivers.ShouldAllBe(d => d.Share.Low < d.Share.Value && d.Share.Value < d.Share.High);
        found.IsExact.ShouldBeFalse("fourteen ratings are more than twelve");
        var exact = AnalyseDrivers.Run(data, new DriverOptions { Resamples = 0, ExactUpTo = 14 }).Value;
        foreach (var d in exact.Drivers) found.Drivers.Single(f => f.Key == d.Key).Share.Value.ShouldBe(d.Share.Value, 0.003);
        double.IsNaN(exact.RSquared.Low).ShouldBeTrue();
    }

    [Fact]
    public void Run_FewDrivers_IsWhatAllOrdersGiveByHand()
    {
        var data = Made(300, missing: 0.15);
        var found = AnalyseDrivers.Run(data, new DriverOptions { Resamples = 0 }).Value;
        var byHand = ByHand(data);
        foreach (var (driver, d) in data.Drivers.Select((x, i) => (x, i))) found.Drivers.Single(f => f.Key == driver.Key).Share.Value.ShouldBe(byHand[d], 1e-9);
        found.IsExact.ShouldBeTrue();
        found.HasMissing.ShouldBeTrue();
        found.Drivers.Single(d => d.Key == "a").Missing.ShouldBeInRange(0.05, 0.3);
    }

    [Fact]
    public void Run_IndependentDrivers_SharesAreTheirSquaredCorrelations()
    {
        // All combinations of two: they do not go together, so each has its own part whatever the order, and Johnson's weights are the same.
        double[] a = [0, 0, 1, 1, 0, 0, 1, 1], b = [0, 1, 0, 1, 0, 1, 0, 1], y = [0, 1, 2, 3, 1, 2, 3, 4];
        double[] many(double[] values) => [.. Enumerable.Repeat(values, 10).SelectMany(v => v)];
        var found = AnalyseDrivers.Run(new DriverData { Score = many(y), Drivers = [new("a", many(a)), new("b", many(b))] }).Value;
        // Variances: a contributes 1, b 0.25, what neither explains 0.25.
        found.RSquared.Value.ShouldBe(1.25 / 1.5, 1e-9);
        found.Drivers[0].Key.ShouldBe("a");
        found.Drivers[0].Share.Value.ShouldBe(1 / 1.5, 1e-9);
        found.Drivers[0].RelativeWeight.Value.ShouldBe(1 / 1.5, 1e-9);
        found.Drivers[1].Share.Value.ShouldBe(0.25 / 1.5, 1e-9);
    }

    [Fact]
    public void Run_SameSeed_IsTheSameAndAnIntervalHoldsTheValue()
    {
        var data = Made(400, missing: 0.1);
        var first = AnalyseDrivers.Run(data).Value;
        var second = AnalyseDrivers.Run(data).Value;
        second.Drivers.ShouldBe(first.Drivers);
        foreach (var d in first.Drivers) (d.Share.Low < d.Share.Value && d.Share.Value < d.Share.High).ShouldBeTrue(d.ToString());
    }

    [Fact]
    public void Run_SomeOrders_ComesCloseToAll()
    {
        var data = Made(500, missing: 0.1);
        var all = AnalyseDrivers.Run(data, new DriverOptions { Resamples = 0 }).Value;
        var some = AnalyseDrivers.Run(data, new DriverOptions { Resamples = 0, ExactUpTo = 1 }).Value;
        some.IsExact.ShouldBeFalse();
        some.Drivers.Sum(d => d.Share.Value).ShouldBe(all.RSquared.Value, 1e-9);
        foreach (var d in all.Drivers) some.Drivers.Single(s => s.Key == d.Key).Share.Value.ShouldBe(d.Share.Value, 0.01);
    }

    [Fact]
    public void Run_CopyOfADriver_SharesWithItAndNothingBreaks()
    {
        var data = Made(200, missing: 0);
        var copy = data with { Drivers = [.. data.Drivers, new Driver("copy", data.Drivers[0].Values), new Driver("constant", [.. data.Score.Select(_ => 3.0)]), new Driver("nothing", [.. data.Score.Select(_ => double.NaN)])] };
        var (before, after) = (AnalyseDrivers.Run(data).Value, AnalyseDrivers.Run(copy).Value);
        after.RSquared.Value.ShouldBe(before.RSquared.Value, 1e-9);
        after.Drivers.Single(d => d.Key == "copy").Share.Value.ShouldBe(after.Drivers.Single(d => d.Key == "a").Share.Value, 1e-9);
        after.Drivers.Single(d => d.Key == "constant").Share.Value.ShouldBe(0);
        after.Drivers.Single(d => d.Key == "nothing").Missing.ShouldBe(1);
        after.Drivers.Sum(d => d.RelativeWeight.Value).ShouldBe(after.RSquared.Value, 1e-6);
    }

    [Fact]
    public void Run_WrongData_SaysWhat()
    {
        var data = Made(100, missing: 0);
        AnalyseDrivers.Run(data with { Drivers = [] }).Problem!.Code.ShouldBe("drivers_count");
        AnalyseDrivers.Run(data with { Drivers = [data.Drivers[0], data.Drivers[0]] }).Problem!.Code.ShouldBe("drivers_key_taken");
        AnalyseDrivers.Run(data with { Drivers = [data.Drivers[0], new Driver("x", [1])] }).Problem!.Code.ShouldBe("drivers_length");
        AnalyseDrivers.Run(data with { Weights = [1] }).Problem!.Code.ShouldBe("drivers_weights");
        AnalyseDrivers.Run(data with { Score = [.. data.Score.Select(_ => double.NaN)] }).Problem!.Code.ShouldBe("drivers_too_few");
        AnalyseDrivers.Run(data with { Score = [.. data.Score.Select(_ => 1.0)] }).Problem!.Code.ShouldBe("drivers_constant");
    }

    [Theory]
    [InlineData("en", "cause")]
    [InlineData("tr", "yol açtığını")]
    public void Of_AnyAnalysis_SaysThatItIsNoCause(string language, string word)
    {
        var text = DriverSentence.Of(AnalyseDrivers.Run(Made(300, missing: 0.1)).Value, "X", k => k, CultureInfo.GetCultureInfo(language));
        text.ShouldContain(word);
        text.ShouldNotContain("{");
        output.WriteLine(text);
    }

    private static DriverData Made(int answers, double missing)
    {
        var random = new Random(7);
        double Normal() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        var values = Enumerable.Range(0, 4).Select(_ => new double[answers]).ToArray();
        var score = new double[answers];
        for (var i = 0; i < answers; i++)
        {
            var common = Normal();
            for (var d = 0; d < 4; d++) values[d][i] = common + Normal();
            score[i] = values[0][i] + (0.5 * values[1][i]) - (0.3 * values[2][i]) + (2 * Normal());
            for (var d = 0; d < 2; d++)
            {
                if (random.NextDouble() < missing) values[d][i] = double.NaN;
            }
        }

        return new DriverData { Score = score, Drivers = [new("a", values[0]), new("b", values[1]), new("c", values[2]), new("d", values[3])] };
    }

    /// <summary>All 24 orders, each regression worked out anew by the normal equations.</summary>
    private static double[] ByHand(DriverData data)
    {
        var shares = new double[4];
        var orders = Permutations([0, 1, 2, 3]).ToList();
        foreach (var order in orders)
        {
            for (var k = 0; k < 4; k++) shares[order[k]] += (RSquared(data, order[..(k + 1)]) - RSquared(data, order[..k])) / orders.Count;
        }

        return shares;
    }

    private static IEnumerable<int[]> Permutations(int[] of) => of.Length == 0 ? [[]] : of.SelectMany(x => Permutations([.. of.Where(o => o != x)]).Select(rest => (int[])[x, .. rest]));

    private static double RSquared(DriverData data, int[] drivers)
    {
        var columns = new List<double[]> { data.Score.Select(_ => 1.0).ToArray() };
        foreach (var d in drivers)
        {
            var values = data.Drivers[d].Values;
            var mean = values.Where(double.IsFinite).Average();
            columns.Add([.. values.Select(v => double.IsFinite(v) ? v : mean)]);
            if (!values.All(double.IsFinite)) columns.Add([.. values.Select(v => double.IsFinite(v) ? 0.0 : 1)]);
        }

        var size = columns.Count;
        var a = new double[size, size + 1];
        for (var i = 0; i < size; i++)
        {
            for (var j = 0; j < size; j++) a[i, j] = columns[i].Zip(columns[j], (x, y) => x * y).Sum();
            a[i, size] = columns[i].Zip(data.Score, (x, y) => x * y).Sum();
        }

        for (var i = 0; i < size; i++)
        {
            for (var r = 0; r < size; r++)
            {
                if (r == i) continue;
                var factor = a[r, i] / a[i, i];
                for (var c = i; c <= size; c++) a[r, c] -= factor * a[i, c];
            }
        }

        var middle = data.Score.Average();
        double left = 0, all = 0;
        for (var row = 0; row < data.Score.Length; row++)
        {
            var fitted = Enumerable.Range(0, size).Sum(i => a[i, size] / a[i, i] * columns[i][row]);
            left += (data.Score[row] - fitted) * (data.Score[row] - fitted);
            all += (data.Score[row] - middle) * (data.Score[row] - middle);
        }

        return 1 - (left / all);
    }
}
