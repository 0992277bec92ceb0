namespace Temas.Feedback.Scores;

/// <summary>The normal and Student's distribution, as far as intervals and tests need them.</summary>
internal static class Normal
{
    /// <summary>The probability of at most <paramref name="z"/>.</summary>
    public static double Cdf(double z)
    {
        // The error function: its series near 0, its continued fraction (Abramowitz and Stegun 26.2.14) further out, where 1 less the series would lose digits.
        var x = Math.Abs(z);
        double tail;
        if (x < 3)
        {
            double term = x, sum = x;
            for (var k = 1; k < 200 && Math.Abs(term) > 1e-17 * sum; k++)
            {
                term *= x * x / ((2 * k) + 1);
                sum += term;
            }

            tail = 0.5 - (sum * Density(x));
        }
        else
        {
            var fraction = 0.0;
            for (var k = 120; k >= 1; k--) fraction = k / (x + fraction);
            tail = Density(x) / (x + fraction);
        }

        return z > 0 ? 1 - tail : tail;
    }

    /// <summary>The value that is exceeded with probability 1 - <paramref name="p"/>; <paramref name="p"/> lies between 0 and 1, both excluded.</summary>
    public static double Quantile(double p)
    {
        if (!(p is > 0 and < 1)) throw new ArgumentOutOfRangeException(nameof(p), p, "A probability between 0 and 1.");
        if (p == 0.5) return 0;

        // Newton's method; the start is good enough for a handful of steps anywhere.
        var tail = Math.Min(p, 1 - p);
        var t = Math.Sqrt(-2 * Math.Log(tail));
        var z = -(t - ((2.515517 + (t * (0.802853 + (t * 0.010328)))) / (1 + (t * (1.432788 + (t * (0.189269 + (t * 0.001308))))))));
        for (var step = 0; step < 8; step++)
        {
            var error = Cdf(z) - tail;
            var move = error / Density(z);
            z -= move / (1 + (z * move / 2));
            if (Math.Abs(move) < 1e-14 * Math.Max(1, Math.Abs(z))) break;
        }

        return p < 0.5 ? z : -z;
    }

    /// <summary>The probability that Student's t with so many degrees of freedom is at least as far from 0 as <paramref name="t"/>, on both sides.</summary>
    public static double StudentTails(double t, double degrees) => double.IsNaN(t) || degrees <= 0 ? double.NaN : double.IsInfinity(t) ? 0 : Beta(degrees / (degrees + (t * t)), degrees / 2, 0.5);

    /// <summary>The t that is exceeded on both sides together with probability <paramref name="tails"/>.</summary>
    public static double StudentQuantile(double tails, double degrees)
    {
        double low = 0, high = 2;
        while (StudentTails(high, degrees) > tails && high < 1e9) high *= 2;
        for (var step = 0; step < 100 && high - low > 1e-12 * high; step++)
        {
            var middle = (low + high) / 2;
            if (StudentTails(middle, degrees) > tails) low = middle;
            else high = middle;
        }

        return (low + high) / 2;
    }

    private static double Density(double z) => Math.Exp(-z * z / 2) * 0.3989422804014327;

    /// <summary>The regularised incomplete beta function by its continued fraction (Lentz's method).</summary>
    private static double Beta(double x, double a, double b)
    {
        if (x <= 0) return 0;
        if (x >= 1) return 1;
        if (x > (a + 1) / (a + b + 2)) return 1 - Beta(1 - x, b, a);
        var front = Math.Exp(LogGamma(a + b) - LogGamma(a) - LogGamma(b) + (a * Math.Log(x)) + (b * Math.Log(1 - x))) / a;
        double f = 1, c = 1, d = 0;
        for (var i = 0; i <= 300; i++)
        {
            var m = i / 2;
            var numerator = i == 0 ? 1 : i % 2 == 0 ? m * (b - m) * x / ((a + (2 * m) - 1) * (a + (2 * m))) : -(a + m) * (a + b + m) * x / ((a + (2 * m)) * (a + (2 * m) + 1));
            d = 1 / Away(1 + (numerator * d));
            c = Away(1 + (numerator / c));
            f *= c * d;
            if (Math.Abs(1 - (c * d)) < 1e-15) break;
        }

        return front * (f - 1);
    }

    private static double Away(double x) => Math.Abs(x) < 1e-300 ? 1e-300 : x;

    /// <summary>Lanczos' approximation, good to 15 digits for positive arguments.</summary>
    private static double LogGamma(double x)
    {
        ReadOnlySpan<double> g = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
        if (x < 0.5) return Math.Log(Math.PI / Math.Sin(Math.PI * x)) - LogGamma(1 - x);
        x -= 1;
        var sum = g[0];
        for (var i = 1; i < g.Length; i++) sum += g[i] / (x + i);
        var t = x + 7.5;
        return 0.91893853320467274 + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }
}
