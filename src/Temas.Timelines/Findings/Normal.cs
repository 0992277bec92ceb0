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

    /// <summary>The same of Student's distribution, for a mean whose spread is known from few: by the value of the normal distribution that is as far out (Wallace 1959, to two hundredths of it).</summary>
    public static double TwoSided(double t, double degrees) => TwoSided(((8 * degrees) + 1) / ((8 * degrees) + 3) * Math.Sqrt(degrees * Math.Log(1 + (t * t / degrees))));

    /// <summary>The value above which there is a given probability, of less than a half.</summary>
    public static double Above(double p)
    {
        if (p >= 0.5) return 0;
        var (low, high) = (0.0, 38.0);
        for (var step = 0; step < 80; step++)
        {
            var middle = (low + high) / 2;
            if (Below(-middle) > p) low = middle;
            else high = middle;
        }

        return low;
    }

    /// <summary>
    /// By how many standard errors too high a figure is on average that is told only where it lies above a threshold: by the mean of what it may be, as likely as each is given that it was told (Ghosh, Zou and Wright 2008). It takes most of
    /// what is too much where little only just came out, and is a little too careful where it was to be told anyway; nothing where it lies far above.
    /// </summary>
    /// <param name="z">The figure, in its standard errors.</param>
    /// <param name="threshold">Above which it is told.</param>
    public static double Overstated(double z, double threshold)
    {
        const double Step = 0.02, Far = 8;
        if (z <= 0 || z - threshold > Far) return 0;
        var (sum, all) = (0.0, 0.0);
        for (var truth = Math.Max(0, z - Far); truth <= z + Far; truth += Step)
        {
            var likelihood = Math.Exp(-(z - truth) * (z - truth) / 2) / Math.Max(1e-300, Below(truth - threshold));
            (sum, all) = (sum + (likelihood * truth), all + likelihood);
        }

        return Math.Clamp(z - (sum / all), 0, z);
    }

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
