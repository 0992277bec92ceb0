namespace Temas.Feedback.Scores;

/// <summary>How far two scores of the same kind lie apart.</summary>
/// <param name="Value">The second less the first.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="PValue">How often chance alone would make at least this difference; not a number where that cannot be said.</param>
/// <param name="IsSmall">True when one of them rests on few answers.</param>
public readonly record struct ScoreDifference(double Value, double Low, double High, double PValue, bool IsSmall)
{
    /// <summary>True when chance is not enough to explain it, at the level of the scores.</summary>
    public bool IsSignificant(double level = 0.95) => PValue < 1 - level;

    /// <summary>
    /// From <paramref name="before"/> to <paramref name="after"/>, of different answers. NPS: by the adjusted variances (Rocks 2016). Shares: Newcombe's interval of two Wilson intervals (Statistics in Medicine 17, 1998, method 10)
    /// and the two-proportion test with N - 1 (Campbell, Statistics in Medicine 26, 2007). Means: Welch (Biometrika 34, 1947).
    /// </summary>
    public static ScoreDifference Between(Score before, Score after)
    {
        ArgumentNullException.ThrowIfNull(before);
        ArgumentNullException.ThrowIfNull(after);
        if (before.Kind != after.Kind || before.Level != after.Level) throw new ArgumentException("Scores of different kinds or levels do not compare.", nameof(after));
        var isSmall = before.IsSmall || after.IsSmall;
        var value = after.Value - before.Value;
        if (before.Answers == 0 || after.Answers == 0) return new(double.NaN, double.NaN, double.NaN, double.NaN, true);
        return before.Kind switch
        {
            ScoreKind.Nps => OfNps(before, after, value, isSmall),
            ScoreKind.Mean => OfMeans(before, after, value, isSmall),
            _ => OfShares(before, after, value, isSmall),
        };
    }

    /// <summary>
    /// P-values of several comparisons made at once, each enlarged so that with all of them together chance is called significant no more often than with one (Holm, Scandinavian Journal of Statistics 6, 1979). In the order given.
    /// </summary>
    public static double[] Holm(IReadOnlyList<double> pValues)
    {
        ArgumentNullException.ThrowIfNull(pValues);
        var order = Enumerable.Range(0, pValues.Count).Where(i => !double.IsNaN(pValues[i])).OrderBy(i => pValues[i]).ToArray();
        var adjusted = pValues.ToArray();
        var highest = 0.0;
        for (var k = 0; k < order.Length; k++)
        {
            highest = Math.Max(highest, Math.Min(1, (order.Length - k) * pValues[order[k]]));
            adjusted[order[k]] = highest;
        }

        return adjusted;
    }

    private static ScoreDifference OfNps(Score before, Score after, double value, bool isSmall)
    {
        var error = Math.Sqrt(before.Variance + after.Variance);
        var margin = Normal.Quantile(0.5 + (before.Level / 2)) * error;

        // The intervals of both lie around adjusted scores, and so does that of the difference.
        var middle = ((after.Low + after.High) / 2) - ((before.Low + before.High) / 2);
        return new(value, Math.Max(-200, middle - margin), Math.Min(200, middle + margin), 2 * Normal.Cdf(-Math.Abs(middle) / error), isSmall);
    }

    private static ScoreDifference OfShares(Score before, Score after, double value, bool isSmall)
    {
        var low = value - Math.Sqrt(Square(after.Value - after.Low) + Square(before.High - before.Value));
        var high = value + Math.Sqrt(Square(after.High - after.Value) + Square(before.Value - before.Low));
        var (n1, n2) = (before.EffectiveAnswers, after.EffectiveAnswers);
        var pooled = ((before.Value * n1) + (after.Value * n2)) / (n1 + n2) / 100;
        var error = 100 * Math.Sqrt(pooled * (1 - pooled) * ((1 / n1) + (1 / n2)));
        var p = error == 0 ? 1 : 2 * Normal.Cdf(-Math.Abs(value) / error * Math.Sqrt((n1 + n2 - 1) / (n1 + n2)));
        return new(value, low, high, p, isSmall);
    }

    private static ScoreDifference OfMeans(Score before, Score after, double value, bool isSmall)
    {
        var variance = before.Variance + after.Variance;
        if (double.IsNaN(variance)) return new(value, double.NaN, double.NaN, double.NaN, true);
        if (variance == 0) return new(value, value, value, value == 0 ? 1 : 0, isSmall);
        var degrees = variance * variance / ((Square(before.Variance) / (before.EffectiveAnswers - 1)) + (Square(after.Variance) / (after.EffectiveAnswers - 1)));
        var error = Math.Sqrt(variance);
        var margin = Normal.StudentQuantile(1 - before.Level, degrees) * error;
        return new(value, value - margin, value + margin, Normal.StudentTails(value / error, degrees), isSmall);
    }

    private static double Square(double x) => x * x;
}

/// <summary>Where a score moves over several periods.</summary>
/// <param name="Slope">The change from one period to the next.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="PValue">How often chance alone would make at least this slope.</param>
/// <param name="Periods">How many periods had answers.</param>
public readonly record struct ScoreTrend(double Slope, double Low, double High, double PValue, int Periods)
{
    /// <summary>True when chance is not enough to explain it.</summary>
    public bool IsSignificant(double level = 0.95) => PValue < 1 - level;

    /// <summary>
    /// A straight line through the scores of periods that follow each other, each weighed by how surely it is known (weighted least squares with known variances). Periods without answers, or with a single one, are gaps.
    /// Null with fewer than three.
    /// </summary>
    public static ScoreTrend? Of(IReadOnlyList<Score> periods)
    {
        ArgumentNullException.ThrowIfNull(periods);
        var used = periods.Select((s, i) => (At: (double)i, s.Value, s.EffectiveAnswers, s.Level, Variance: Floor(s))).Where(p => p.EffectiveAnswers > 1 && double.IsFinite(p.Value) && p.Variance > 0).ToList();
        if (used.Count < 3) return null;
        var weights = used.Sum(p => 1 / p.Variance);
        var (at, value) = (used.Sum(p => p.At / p.Variance) / weights, used.Sum(p => p.Value / p.Variance) / weights);
        var spread = used.Sum(p => (p.At - at) * (p.At - at) / p.Variance);
        var slope = used.Sum(p => (p.At - at) * (p.Value - value) / p.Variance) / spread;
        var error = 1 / Math.Sqrt(spread);
        var margin = Normal.Quantile(0.5 + (used[0].Level / 2)) * error;
        return new(slope, slope - margin, slope + margin, 2 * Normal.Cdf(-Math.Abs(slope) / error), used.Count);
    }

    /// <summary>A share of 0 or 100 percent has no variance by the formula; its interval tells how little is known.</summary>
    private static double Floor(Score s)
    {
        var ofInterval = s.Margin / Normal.Quantile(0.5 + (s.Level / 2));
        return Math.Max(s.Variance, s.Kind == ScoreKind.Mean ? 0 : ofInterval * ofInterval);
    }
}
