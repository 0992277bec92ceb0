using Temas.Insight.Lifetime;

namespace Temas.Insight.Monitors.Judging;

/// <summary>
/// Limits of small counts and of shares of few, for which no normal distribution is near: the exact predictive distributions. The mean of a count is known from the days before as a gamma distribution (Jeffreys' prior), so that the count of a day is negative
/// binomial; a share likewise is beta, and its numerator beta-binomial (Gelman and others, Bayesian Data Analysis, 2013, chapters 2 and 3). What scatters more than chance widens both.
/// </summary>
internal static class SmallNumbers
{
    private const int Rounds = 4, MostOut = 3;
    private const double Unbelievable = 1e-6, WeekdayPrior = 10, Jeffreys = 0.5;

    /// <summary>The verdict on a count.</summary>
    public static Verdict Count(List<Day> past, Day today, double limit)
    {
        var kept = past;
        for (var round = 0; round < Rounds; round++)
        {
            var mean = kept.Average(d => d.Value);
            // Days that cannot be of the same kind are no measure for it; but if there are many, they are.
            var next = past.Where(d => mean > 0 ? Upper(d.Value, mean, mean) > Unbelievable : d.Value <= 5).ToList();
            if (next.Count == kept.Count || past.Count - next.Count > MostOut) break;
            kept = next;
        }

        var (sum, level) = (kept.Sum(d => d.Value), (kept.Sum(d => d.Value) + Jeffreys) / kept.Count);
        var share = new double[7];
        for (var w = 0; w < 7; w++)
        {
            var days = kept.Where(d => d.Weekday == w).ToList();
            share[w] = (days.Sum(d => d.Value) + WeekdayPrior) / ((days.Count * level) + WeekdayPrior);
        }

        var scatter = Math.Max(1, kept.Average(d => Square(d.Value - (level * share[d.Weekday])) / (level * share[d.Weekday])) * kept.Count / Math.Max(1, kept.Count - 7));
        var expected = level * share[today.Weekday];
        var variance = (scatter * expected) + (scatter * expected * expected / (sum + Jeffreys));
        var (below, above, chance) = (Lower(today.Value, expected, variance), Upper(today.Value, expected, variance), Chance(limit));
        return new Verdict(
            today.Value, expected, Least(expected, variance, chance), Most(expected, variance, chance), above < below ? Robust.Deviations(above) : -Robust.Deviations(below), JudgedBy.Count);
    }

    /// <summary>The verdict on a share.</summary>
    public static Verdict Share(List<Day> past, Day today, double limit)
    {
        // Whoever is fewer is counted: those who did, or those who did not.
        if (past.Sum(d => d.Value * d.Sample) * 2 > past.Sum(d => (double)d.Sample))
        {
            var other = Share([.. past.Select(d => d with { Value = 1 - d.Value })], today with { Value = 1 - today.Value }, limit);
            return other with { Value = today.Value, Expected = 1 - other.Expected, Low = 1 - other.High, High = 1 - other.Low, Score = -other.Score };
        }

        var days = past.Where(d => d.Sample > 0).ToList();
        double hits = days.Sum(Hits), all = days.Sum(d => (double)d.Sample);
        var share = (hits + Jeffreys) / (all + (2 * Jeffreys));
        var scatter = Math.Max(1, days.Average(d => Square(Hits(d) - (d.Sample * share)) / (d.Sample * share * (1 - share))));
        var n = (double)today.Sample;
        // So sure of the share that the variance of what comes is as wide as chance, what scatters beside it, and what is not known of the share.
        var sure = n <= 1 ? all : Math.Max(1, ((n - 1) / Math.Max(1e-12, scatter - 1 + (n * scatter / (all + 1)))) - 1);
        var distribution = new BetaBinomial((int)Math.Min(n, int.MaxValue), share * sure, (1 - share) * sure);
        var (below, above) = distribution.Tails((int)Hits(today));
        var chance = Chance(limit);
        return new Verdict(today.Value, share, distribution.Least(chance) / n, distribution.Most(chance) / n, above < below ? Robust.Deviations(above) : -Robust.Deviations(below), JudgedBy.Share);
    }

    /// <summary>The probability of exceeding so many standard deviations on one side.</summary>
    public static double Chance(double limit) => Timelines.Findings.Normal.Below(-limit);

    private static double Hits(Day d) => Math.Round(d.Value * d.Sample);

    private static double Square(double x) => x * x;

    /// <summary>The probability of a count of at most so many; negative binomial, or Poisson where the variance is no more than the mean.</summary>
    private static double Lower(double count, double mean, double variance)
    {
        var sum = 0.0;
        for (var k = 0; k <= count; k++) sum += Probability(k, mean, variance);
        return Math.Min(1, sum);
    }

    /// <summary>The probability of at least so many.</summary>
    private static double Upper(double count, double mean, double variance)
    {
        if (count <= mean) return 1 - Lower(count - 1, mean, variance);
        // Far out one must not take the difference of two numbers that are nearly the same.
        var (sum, term, odds) = (0.0, Probability(count, mean, variance), Odds(mean, variance));
        for (var k = count; term > sum * 1e-13; k++)
        {
            sum += term;
            term *= odds.Size > 0 ? (k + odds.Size) / (k + 1) * odds.Share : mean / (k + 1);
        }

        return sum;
    }

    /// <summary>Lower end: the least that is not too seldom below.</summary>
    private static double Least(double mean, double variance, double chance)
    {
        var sum = 0.0;
        for (var k = 0; k < mean; k++)
        {
            sum += Probability(k, mean, variance);
            if (sum > chance) return k;
        }

        return Math.Floor(mean);
    }

    /// <summary>Upper end, by the tail above it: from a sum that is nearly one nothing can be told of it.</summary>
    private static double Most(double mean, double variance, double chance) => FirstWhere(Math.Floor(mean) + 1, double.MaxValue, k => Upper(k + 1, mean, variance) <= chance);

    /// <summary>The first number from one on of which something holds that holds from there on.</summary>
    private static double FirstWhere(double from, double most, Func<double, bool> holds)
    {
        var (step, low) = (1.0, from - 1);
        while (low + step < most && !holds(low + step)) (low, step) = (low + step, step * 2);
        var high = Math.Min(low + step, most);
        while (high - low > 1)
        {
            var middle = Math.Floor((low + high) / 2);
            if (holds(middle)) high = middle;
            else low = middle;
        }

        return high;
    }

    private static (double Size, double Share) Odds(double mean, double variance)
    {
        if (variance <= mean * (1 + 1e-9)) return (0, 0);
        var size = mean * mean / (variance - mean);
        return (size, mean / (size + mean));
    }

    private static double Probability(double k, double mean, double variance)
    {
        if (variance <= mean * (1 + 1e-9)) return Math.Exp((k * Math.Log(mean)) - mean - SpecialFunctions.LogGamma(k + 1));
        var size = mean * mean / (variance - mean);
        return Math.Exp(SpecialFunctions.LogGamma(k + size) - SpecialFunctions.LogGamma(size) - SpecialFunctions.LogGamma(k + 1) + (size * Math.Log(size / (size + mean))) + (k * Math.Log(mean / (size + mean))));
    }

    /// <summary>How many of <paramref name="n"/>, when the share is beta distributed.</summary>
    private sealed class BetaBinomial(int n, double a, double b)
    {
        // Shares are turned so that few are counted.
        private const int MostSummed = 100_000;

        public (double Below, double Above) Tails(int hits)
        {
            var middle = n * a / (a + b);
            return hits <= middle ? (Down(hits), Math.Max(0, 1 - Down(hits - 1))) : (Math.Max(0, 1 - Up(hits + 1)), Up(hits));
        }

        public double Least(double chance)
        {
            var sum = 0.0;
            for (var k = 0; k <= Math.Min(n, MostSummed); k++)
            {
                sum += Probability(k);
                if (sum >= chance) return k;
            }

            return n;
        }

        /// <summary>Upper end, by the tail above it.</summary>
        public double Most(double chance) => FirstWhere(Math.Floor(n * a / (a + b)), n, k => Up((int)k + 1) <= chance);

        private double Down(int from)
        {
            var sum = 0.0;
            for (var k = from; k >= 0 && from - k < MostSummed; k--)
            {
                var term = Probability(k);
                sum += term;
                if (term < sum * 1e-13) break;
            }

            return Math.Min(1, sum);
        }

        private double Up(int from)
        {
            var (sum, term) = (0.0, from <= n ? Probability(from) : 0);
            for (var k = from; k <= n && k - from < MostSummed && term > sum * 1e-13; k++)
            {
                sum += term;
                term *= (n - k) / (k + 1.0) * ((k + a) / (n - k - 1 + b));
            }

            return Math.Min(1, sum);
        }

        private double Probability(int k) => Math.Exp(
            SpecialFunctions.LogGamma(n + 1) - SpecialFunctions.LogGamma(k + 1) - SpecialFunctions.LogGamma(n - k + 1)
            + SpecialFunctions.LogGamma(k + a) + SpecialFunctions.LogGamma(n - k + b) - SpecialFunctions.LogGamma(n + a + b)
            + SpecialFunctions.LogGamma(a + b) - SpecialFunctions.LogGamma(a) - SpecialFunctions.LogGamma(b));
    }
}
