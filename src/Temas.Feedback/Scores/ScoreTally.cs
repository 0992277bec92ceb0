namespace Temas.Feedback.Scores;

/// <summary>
/// Counts answers toward a score. Sums only, so that tallies of hours, stores or channels add up to that of the whole. Answers off the scale are left out and counted.
/// </summary>
public sealed class ScoreTally
{
    private readonly int highest;
    private double weights, squares, top, bottom, sum, sumOfSquares;

    /// <param name="kind">What is reckoned.</param>
    /// <param name="highest">The highest answer for CSAT, 2 to 10; the others have scales of their own.</param>
    public ScoreTally(ScoreKind kind, int highest = 5)
    {
        if (kind == ScoreKind.Csat && highest is < 2 or > 10) throw new ArgumentOutOfRangeException(nameof(highest), highest, "A scale of satisfaction has 2 to 10 steps.");
        (Kind, this.highest) = (kind, highest);
    }

    /// <summary>What is reckoned.</summary>
    public ScoreKind Kind { get; }

    /// <summary>How many answers counted.</summary>
    public long Answers { get; private set; }

    /// <summary>How many were off the scale, or had a weight that is not positive.</summary>
    public long LeftOut { get; private set; }

    /// <summary>Counts an answer.</summary>
    public void Add(double answer, double weight = 1)
    {
        if (!double.IsFinite(answer) || !IsOnScale(answer) || !double.IsFinite(weight) || weight <= 0)
        {
            LeftOut++;
            return;
        }

        Answers++;
        weights += weight;
        squares += weight * weight;
        sum += weight * answer;
        sumOfSquares += weight * answer * answer;
        var (isTop, isBottom) = Kind switch
        {
            ScoreKind.Nps => (answer >= 9, answer <= 6),
            ScoreKind.Csat => (answer >= highest - 1, answer < highest - 1),
            _ => (answer >= 5, answer < 5),
        };
        if (isTop) top += weight;
        if (isBottom) bottom += weight;
    }

    /// <summary>Adds what another tally of the same kind and scale counted.</summary>
    public void Add(ScoreTally other)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Kind != Kind || (Kind == ScoreKind.Csat && other.highest != highest)) throw new ArgumentException("Tallies of different scores do not add up.", nameof(other));
        Answers += other.Answers;
        LeftOut += other.LeftOut;
        (weights, squares, top, bottom) = (weights + other.weights, squares + other.squares, top + other.top, bottom + other.bottom);
        (sum, sumOfSquares) = (sum + other.sum, sumOfSquares + other.sumOfSquares);
    }

    /// <summary>The score of what was counted so far, with an interval that is meant to hold the true one with probability <paramref name="level"/> (0.5 to 0.999).</summary>
    public Score Result(double level = 0.95)
    {
        if (!(level is >= 0.5 and <= 0.999)) throw new ArgumentOutOfRangeException(nameof(level), level, "From 0.5 to 0.999.");
        if (Answers == 0) return new Score { Kind = Kind, Answers = 0, EffectiveAnswers = 0, Value = double.NaN, Low = double.NaN, High = double.NaN, Level = level, Variance = double.NaN };
        var n = weights * weights / squares;
        var z = Normal.Quantile(0.5 + (level / 2));
        return Kind switch
        {
            ScoreKind.Nps => OfNps(n, z, level),
            ScoreKind.Mean => OfMean(n, level),
            _ => OfShare(n, z, level),
        };
    }

    /// <summary>The share of some among all, in per cent, with Wilson's interval.</summary>
    public static Score Share(long some, long all, double level = 0.95) =>
        new ScoreTally(ScoreKind.Csat) { Answers = all, weights = all, squares = all, top = some }.Result(level);

    private bool IsOnScale(double answer) => Kind switch
    {
        ScoreKind.Nps => answer is >= 0 and <= 10,
        ScoreKind.Csat => answer >= 1 && answer <= highest,
        ScoreKind.Ces => answer is >= 1 and <= 7,
        _ => true,
    };

    /// <summary>
    /// Adjusted Wald: three answers are added, three quarters of one each to promoters and detractors, the rest to passives, and then the usual interval is taken (Rocks, Interval Estimation for the Net Promoter Score,
    /// The American Statistician 70, 2016; the same as Bonett and Price 2012 for a difference of paired shares, with three for two).
    /// </summary>
    private Score OfNps(double n, double z, double level)
    {
        var (promoters, detractors) = (top / weights, bottom / weights);
        var adjusted = n + 3;
        var (p, d) = (((promoters * n) + 0.75) / adjusted, ((detractors * n) + 0.75) / adjusted);
        var variance = (p + d - ((p - d) * (p - d))) / adjusted;
        var margin = z * Math.Sqrt(variance);
        return new Score
        {
            Kind = Kind,
            Answers = Answers,
            EffectiveAnswers = n,
            Value = 100 * (promoters - detractors),
            Low = Math.Max(-100, 100 * (p - d - margin)),
            High = Math.Min(100, 100 * (p - d + margin)),
            Level = level,
            Variance = 10_000 * variance,
            Shares = [promoters, 1 - promoters - detractors, detractors],
        };
    }

    /// <summary>Wilson's score interval (Journal of the American Statistical Association 22, 1927), which keeps its promise also near 0 and 100 percent.</summary>
    private Score OfShare(double n, double z, double level)
    {
        var share = top / weights;
        var middle = (share + (z * z / (2 * n))) / (1 + (z * z / n));
        var margin = z / (1 + (z * z / n)) * Math.Sqrt((share * (1 - share) / n) + (z * z / (4 * n * n)));
        return new Score
        {
            Kind = Kind,
            Answers = Answers,
            EffectiveAnswers = n,
            Value = 100 * share,
            Low = 100 * Math.Max(0, middle - margin),
            High = 100 * Math.Min(1, middle + margin),
            Level = level,
            Variance = 10_000 * share * (1 - share) / n,
            Shares = [share, 1 - share],
        };
    }

    /// <summary>Student's interval; a single answer has none.</summary>
    private Score OfMean(double n, double level)
    {
        var mean = sum / weights;
        var variance = n <= 1 ? double.NaN : Math.Max(0, (sumOfSquares / weights) - (mean * mean)) * n / (n - 1) / n;
        var margin = n <= 1 ? double.PositiveInfinity : Normal.StudentQuantile(1 - level, n - 1) * Math.Sqrt(variance);
        return new Score { Kind = Kind, Answers = Answers, EffectiveAnswers = n, Value = mean, Low = mean - margin, High = mean + margin, Level = level, Variance = variance };
    }
}
