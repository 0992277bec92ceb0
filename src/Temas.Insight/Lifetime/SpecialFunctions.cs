namespace Temas.Insight.Lifetime;

/// <summary>Functions that the models of customers' lives are written in.</summary>
internal static class SpecialFunctions
{
    /// <summary>The logarithm of the gamma function by Lanczos' approximation, good to some 15 digits for positive arguments.</summary>
    public static double LogGamma(double x)
    {
        ReadOnlySpan<double> g = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7];
        if (x < 0.5) return Math.Log(Math.PI / Math.Abs(Math.Sin(Math.PI * x))) - LogGamma(1 - x);
        x -= 1;
        var sum = g[0];
        for (var i = 1; i < g.Length; i++) sum += g[i] / (x + i);
        var t = x + 7.5;
        return 0.91893853320467274 + ((x + 0.5) * Math.Log(t)) - t + Math.Log(sum);
    }

    /// <summary>Gauss' hypergeometric function for an argument from 0 to below 1, by its series; where that is slow, by Euler's transformation.</summary>
    public static double Hypergeometric(double a, double b, double c, double z)
    {
        // 2F1(a,b;c;z) = (1-z)^(c-a-b) 2F1(c-a,c-b;c;z): whichever has the smaller coefficients comes sooner to an end.
        if (a + b > c + 1) return Math.Pow(1 - z, c - a - b) * Series(c - a, c - b, c, z);
        return Series(a, b, c, z);
    }

    /// <summary>The probability that a chi-squared figure with some degrees of freedom is above a value: the upper incomplete gamma function, by its series below and its continued fraction above.</summary>
    public static double ChiSquaredAbove(double value, int degrees)
    {
        var (a, x) = (degrees / 2.0, value / 2);
        if (x <= 0) return 1;
        var front = Math.Exp((a * Math.Log(x)) - x - LogGamma(a));
        if (x < a + 1)
        {
            double term = 1 / a, sum = term;
            for (var n = 1; n < 1000 && term > sum * 1e-15; n++) sum += term *= x / (a + n);
            return Math.Max(0, 1 - (front * sum));
        }

        var b = x + 1 - a;
        var (c, d) = (1e300, 1 / b);
        var h = d;
        for (var n = 1; n < 1000; n++)
        {
            var an = -n * (n - a);
            b += 2;
            d = 1 / ((an * d) + b);
            c = b + (an / c);
            h *= d * c;
            if (Math.Abs((d * c) - 1) < 1e-14) break;
        }

        return front * h;
    }

    private static double Series(double a, double b, double c, double z)
    {
        double term = 1, sum = 1;
        for (var n = 0; n < 20_000; n++)
        {
            term *= (a + n) * (b + n) / ((c + n) * (n + 1)) * z;
            sum += term;
            if (Math.Abs(term) <= 1e-12 * Math.Abs(sum)) break;
        }

        return sum;
    }
}
