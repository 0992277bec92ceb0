namespace Temas.Timelines.Findings;

/// <summary>The normal distribution, and what comes of many tests.</summary>
public static class Normal
{
    /// <summary>Quantile of 97.5 %.</summary>
    public const double Z95 = 1.959964;

    /// <summary>Probability of a value below (Abramowitz and Stegun 7.1.26, to seven digits; far out by the asymptotic series).</summary>
    public static double Below(double z)
    {
        if (z < -6) return Math.Exp(-z * z / 2) / (-z * Math.Sqrt(2 * Math.PI)) * (1 - (1 / (z * z)));
        if (z > 6) return 1 - Below(-z);
        var t = 1 / (1 + (0.3275911 * Math.Abs(z) / Math.Sqrt(2)));
        var tail = 0.5 * t * (0.254829592 + (t * (-0.284496736 + (t * (1.421413741 + (t * (-1.453152027 + (t * 1.061405429)))))))) * Math.Exp(-z * z / 2);
        return z < 0 ? tail : 1 - tail;
    }

    /// <summary>Probability of a value at least so far from nothing, on either side.</summary>
    public static double TwoSided(double z) => Math.Min(1, 2 * Below(-Math.Abs(z)));

    /// <summary>
    /// Which of many tests to believe so that among those believed a given share is expected to be false at most (Benjamini and Hochberg 1995), and for each the least such share (its q-value).
    /// </summary>
    public static double[] Discoveries(IReadOnlyList<double> p)
    {
        var order = Enumerable.Range(0, p.Count).OrderByDescending(i => p[i]).ToArray();
        var (q, least) = (new double[p.Count], 1.0);
        for (var at = 0; at < order.Length; at++)
        {
            least = Math.Min(least, p[order[at]] * p.Count / (p.Count - at));
            q[order[at]] = least;
        }

        return q;
    }

    /// <summary>
    /// The same where the tests belong to families (Benjamini and Bogomolov 2014): families are believed in by their likeliest test (Simes 1986), and within those that are, tests at so much less as there are families that are not. Of the findings
    /// of a family that is believed in, a given share is expected to be false at most, on average over these families. For each test the least such share, as far as the number of families that are believed in at <paramref name="atMost"/> goes.
    /// </summary>
    /// <param name="p">How probable each is by chance.</param>
    /// <param name="families">Which family each is of.</param>
    /// <param name="atMost">The share that may be false.</param>
    public static double[] Discoveries(IReadOnlyList<double> p, IReadOnlyList<string> families, double atMost)
    {
        var q = new double[p.Count];
        var groups = Enumerable.Range(0, p.Count).GroupBy(i => families[i], StringComparer.Ordinal).Select(g => g.ToArray()).ToArray();
        foreach (var group in groups)
        {
            var within = Discoveries([.. group.Select(i => p[i])]);
            for (var i = 0; i < group.Length; i++) q[group[i]] = within[i];
        }

        var ofFamilies = Discoveries([.. groups.Select(g => g.Min(i => q[i]))]);
        var believed = Math.Max(1, ofFamilies.Count(f => f <= atMost));
        for (var f = 0; f < groups.Length; f++)
        {
            foreach (var i in groups[f]) q[i] = Math.Min(1, Math.Max(ofFamilies[f], q[i] * groups.Length / believed));
        }

        return q;
    }
}
