using System.Globalization;
using Temas.Feedback.Scores;
using Temas.Tests.Import;

namespace Temas.Tests.Feedback.Scores;

public sealed class ScoreTests
{
    [RealDataFact]
    public void Result_AirportSurvey_IsWhatIsKnown()
    {
        var (nps, csat) = (new ScoreTally(ScoreKind.Nps), new ScoreTally(ScoreKind.Csat));
        foreach (var row in AirportData.Read("NETPRO", "Q7ALL"))
        {
            nps.Add(row[0]);
            if (row[1] is >= 1 and <= 5) csat.Add(row[1]);
        }

        var (n, c) = (nps.Result(), csat.Result());
        n.Value.ShouldBe(39.8, 0.05);
        n.Margin.ShouldBe(2.6, 0.05);
        c.Value.ShouldBe(82.1, 0.05);
        n.IsSmall.ShouldBeFalse();
        nps.LeftOut.ShouldBeGreaterThan(0, "11 stands for no answer");
    }

    [Fact]
    public void Result_Nps_IsByHand()
    {
        // 50 promoters, 30 passives, 20 detractors: (50.75 - 20.75) / 103 = 0.29126; variance (0.69417 - 0.08483) / 103.
        var score = Of(ScoreKind.Nps, (10, 50), (7, 30), (0, 20));
        score.Value.ShouldBe(30, 1e-9);
        score.Shares.ShouldBe([0.5, 0.3, 0.2], 1e-12);
        ((score.Low + score.High) / 2).ShouldBe(29.126, 0.001);
        score.Margin.ShouldBe(1.959964 * 100 * Math.Sqrt((0.694175 - (0.291262 * 0.291262)) / 103), 0.001);
    }

    [Theory]
    // Wilson's interval for 0 of 10, 8 of 10 and 81 of 263 (the last from Newcombe 1998: 0.2553 to 0.3662).
    [InlineData(0, 10, 0, 27.75)]
    [InlineData(8, 10, 49.02, 94.33)]
    [InlineData(81, 263, 25.53, 36.62)]
    public void Result_Csat_HasWilsonsInterval(int satisfied, int all, double low, double high)
    {
        var score = Of(ScoreKind.Csat, (5, satisfied), (2, all - satisfied));
        score.Low.ShouldBe(low, 0.01);
        score.High.ShouldBe(high, 0.01);
    }

    [Fact]
    public void Result_Ces_CountsFiveAndAbove() => Of(ScoreKind.Ces, (7, 1), (6, 1), (5, 1), (4, 1)).Value.ShouldBe(75);

    [Fact]
    public void Result_Mean_HasStudentsInterval()
    {
        // 1 to 5: mean 3, s² = 2.5, t(4; 0.975) = 2.776445.
        var score = Of(ScoreKind.Mean, (1, 1), (2, 1), (3, 1), (4, 1), (5, 1));
        score.Value.ShouldBe(3);
        score.Margin.ShouldBe(2.776445 * Math.Sqrt(0.5), 1e-5);
        score.IsSmall.ShouldBeTrue();
    }

    [Fact]
    public void Result_Weights_CountAndWidenTheInterval()
    {
        var weighted = new ScoreTally(ScoreKind.Csat);
        for (var i = 0; i < 100; i++) weighted.Add(i < 50 ? 5 : 1, i % 2 == 0 ? 3 : 1);
        var score = weighted.Result();
        score.Value.ShouldBe(50, 1e-9);
        score.EffectiveAnswers.ShouldBe(200.0 * 200 / 500, 1e-9);
        score.Margin.ShouldBeGreaterThan(Of(ScoreKind.Csat, (5, 50), (1, 50)).Margin);
    }

    [Fact]
    public void Add_AnswersOffTheScale_AreLeftOutAndCounted()
    {
        var tally = new ScoreTally(ScoreKind.Nps);
        foreach (var answer in new[] { -1, 11, double.NaN, double.PositiveInfinity }) tally.Add(answer);
        tally.Add(9, 0);
        tally.Add(9, -1);
        tally.LeftOut.ShouldBe(6);
        var nothing = tally.Result();
        nothing.Value.ShouldBe(double.NaN);
        nothing.IsSmall.ShouldBeTrue();
        nothing.Against(10).ShouldBe(TargetStatus.Open);
    }

    [Fact]
    public void Add_TalliesOfParts_MakeThatOfTheWhole()
    {
        var (whole, parts) = (new ScoreTally(ScoreKind.Nps), new ScoreTally(ScoreKind.Nps));
        var random = new Random(5);
        for (var part = 0; part < 4; part++)
        {
            var own = new ScoreTally(ScoreKind.Nps);
            for (var i = 0; i < 50; i++)
            {
                var answer = random.Next(12);
                own.Add(answer, 2);
                whole.Add(answer, 2);
            }

            parts.Add(own);
        }

        (parts.Result() with { Shares = [] }).ShouldBe(whole.Result() with { Shares = [] });
        parts.LeftOut.ShouldBe(whole.LeftOut);
    }

    [Theory]
    [InlineData(80, TargetStatus.Reached)]
    [InlineData(90, TargetStatus.Open)]
    [InlineData(95, TargetStatus.Missed)]
    public void Against_Targets_TellsWhatTheAnswersTell(double target, TargetStatus expected) => Of(ScoreKind.Csat, (5, 360), (1, 40)).Against(target).ShouldBe(expected);

    [Fact]
    public void Between_Shares_IsNewcombesInterval()
    {
        // Newcombe 1998, example (a): 56/70 against 48/80; method 10 gives 0.0524 to 0.3339.
        var difference = ScoreDifference.Between(Of(ScoreKind.Csat, (5, 48), (1, 32)), Of(ScoreKind.Csat, (5, 56), (1, 14)));
        difference.Value.ShouldBe(20, 1e-9);
        difference.Low.ShouldBe(5.24, 0.01);
        difference.High.ShouldBe(33.39, 0.01);
        difference.IsSignificant().ShouldBeTrue();
        difference.IsSmall.ShouldBeFalse();
    }

    [Fact]
    public void Between_SameAnswers_IsChance()
    {
        foreach (var kind in Enum.GetValues<ScoreKind>())
        {
            var score = Of(kind, (7, kind == ScoreKind.Csat ? 0 : 40), (5, 60), (3, 20));
            var difference = ScoreDifference.Between(score, score);
            difference.Value.ShouldBe(0);
            difference.PValue.ShouldBe(1, 1e-9);
        }
    }

    [Fact]
    public void Between_WorldsWithoutADifference_IsSeldomCalledOne()
    {
        // With nothing to find, one in twenty is called significant; the true difference, none, lies within nineteen of twenty intervals.
        var random = new Random(6);
        foreach (var kind in new[] { ScoreKind.Nps, ScoreKind.Csat, ScoreKind.Mean })
        {
            var (called, missed) = (0, 0);
            for (var run = 0; run < 2000; run++)
            {
                Score Draw()
                {
                    var tally = new ScoreTally(kind);
                    for (var i = 0; i < 60; i++) tally.Add(kind == ScoreKind.Nps ? random.Next(11) : 1 + random.Next(5));
                    return tally.Result();
                }

                var difference = ScoreDifference.Between(Draw(), Draw());
                if (difference.IsSignificant()) called++;
                if (difference.Low > 0 || difference.High < 0) missed++;
            }

            called.ShouldBeInRange(50, 150, $"{kind}");
            missed.ShouldBeInRange(50, 150, $"{kind}");
        }
    }

    [Fact]
    public void Holm_PValues_AreEnlargedInTheirOrder()
    {
        var adjusted = ScoreDifference.Holm([0.01, 0.04, 0.03, double.NaN, 0.5]);
        double.IsNaN(adjusted[3]).ShouldBeTrue();
        adjusted.Where(p => !double.IsNaN(p)).ShouldBe([0.04, 0.09, 0.09, 0.5], 1e-12);
    }

    [Fact]
    public void Of_RisingScores_IsATrend()
    {
        var periods = Enumerable.Range(0, 8).Select(i => Of(ScoreKind.Csat, (5, 100 + (10 * i)), (1, 100 - (10 * i)))).ToList();
        var trend = ScoreTrend.Of(periods)!.Value;
        trend.Slope.ShouldBe(5, 0.01);
        trend.IsSignificant().ShouldBeTrue();
        ScoreTrend.Of(periods.Take(2).ToList()).ShouldBeNull();
        ScoreTrend.Of([.. periods.Select(_ => periods[0])])!.Value.IsSignificant().ShouldBeFalse();
    }

    [Theory]
    [InlineData(0.975, 1.959963984540054)]
    [InlineData(0.5, 0)]
    [InlineData(0.0005, -3.290526731491895)]
    [InlineData(1e-9, -5.997807015007687)]
    public void Quantile_OfTheNormal_IsTabled(double p, double expected)
    {
        Normal.Quantile(p).ShouldBe(expected, 1e-9);
        Normal.Cdf(expected).ShouldBe(p, 1e-12);
    }

    [Theory]
    [InlineData(0.05, 1, 12.7062047)]
    [InlineData(0.05, 10, 2.2281389)]
    [InlineData(0.01, 120, 2.6174211)]
    public void Quantile_OfStudent_IsTabled(double tails, double degrees, double expected) => Normal.StudentQuantile(tails, degrees).ShouldBe(expected, 1e-6);

    private static Score Of(ScoreKind kind, params (double Answer, int Times)[] answers)
    {
        var tally = new ScoreTally(kind);
        foreach (var (answer, times) in answers)
        {
            for (var i = 0; i < times; i++) tally.Add(answer);
        }

        return tally.Result();
    }
}

/// <summary>The airport survey of the shared data.</summary>
internal static class AirportData
{
    /// <summary>The columns named, row after row; not a number where nothing stands.</summary>
    public static IEnumerable<double[]> Read(params string[] columns)
    {
        var lines = File.ReadLines(Path.Combine(SharedData.Folder!, "sfo_2017", "2017_SFO_Customer_Survey.csv"));
        int[]? at = null;
        foreach (var line in lines)
        {
            var cells = Split(line);
            if (at is null)
            {
                at = [.. columns.Select(c => cells.FindIndex(x => x.Trim('\ufeff', '"', ' ') == c))];
                continue;
            }

            yield return [.. at.Select(i => i < cells.Count && double.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : double.NaN)];
        }
    }

    private static List<string> Split(string line)
    {
        var (cells, isQuoted, from) = (new List<string>(), false, 0);
        for (var i = 0; i <= line.Length; i++)
        {
            if (i < line.Length && line[i] == '"') isQuoted = !isQuoted;
            if (i < line.Length && (isQuoted || line[i] != ',')) continue;
            cells.Add(line[from..i].Trim('"'));
            from = i + 1;
        }

        return cells;
    }
}
