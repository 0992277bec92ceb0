using System.Runtime.InteropServices;

namespace Temas.Insight.Monitors.Judging;

/// <summary>Statistics that a few wild values do not move (Huber and Ronchetti, Robust Statistics, 2009).</summary>
internal static class Robust
{
    // The standard deviation of a normal distribution in its median absolute deviation, and in its mean one.
    private const double OfMedian = 1.4826, OfMean = 1.2533, Reach = 9;

    private static readonly double[] Tail = [-7.784894002430293e-3, -3.223964580411365e-1, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
    private static readonly double[] TailUnder = [7.784695709041462e-3, 3.224671290700398e-1, 2.445134137142996, 3.754408661907416];
    private static readonly double[] Middle = [-3.969683028665376e1, 2.209460984245205e2, -2.759285104469687e2, 1.383577518672690e2, -3.066479806614716e1, 2.506628277459239];
    private static readonly double[] MiddleUnder = [-5.447609879822406e1, 1.615858368580409e2, -1.556989798598866e2, 6.680131188771972e1, -1.328068155288572e1];

    /// <summary>The median; 0 of nothing.</summary>
    public static double Median(IEnumerable<double> values) => MedianOf([.. values]);

    /// <summary>The median of values that are put in order.</summary>
    public static double MedianOf(List<double> values)
    {
        if (values.Count == 0) return 0;
        CollectionsMarshal.AsSpan(values).Sort();
        var middle = values.Count / 2;
        return values.Count % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
    }

    /// <summary>
    /// The standard deviation around 0 by Tukey's biweight (Mosteller and Tukey, Data Analysis and Regression, 1977): what is beyond nine median absolute deviations does not count. Where more than half of the values are none, their mean absolute deviation.
    /// </summary>
    public static double Spread(IReadOnlyList<double> values)
    {
        if (values.Count == 0) return 0;
        var median = Median(values.Select(Math.Abs));
        if (median <= 0) return OfMean * values.Average(Math.Abs);
        var (over, under) = (0.0, 0.0);
        foreach (var value in values)
        {
            var u = value / (Reach * median);
            if (Math.Abs(u) >= 1) continue;
            var w = 1 - (u * u);
            over += value * value * w * w * w * w;
            under += w * (1 - (5 * u * u));
        }

        return under > 0 ? Math.Sqrt(values.Count * over) / under : OfMedian * median;
    }

    /// <summary>As many standard deviations of a normal distribution as are exceeded as seldom as <paramref name="t"/> of Student's, for a spread that is estimated itself (Wallace's approximation, 1959).</summary>
    public static double OfStudent(double t, double degrees) => Math.Sign(t) * Math.Sqrt(degrees * Math.Log(1 + (t * t / degrees))) * ((8 * degrees) + 1) / ((8 * degrees) + 3);

    /// <summary>The t of Student's that is exceeded as seldom as so many standard deviations of a normal distribution.</summary>
    public static double ToStudent(double z, double degrees) => Math.Sqrt(degrees * (Math.Exp(Math.Pow(z * ((8 * degrees) + 3) / ((8 * degrees) + 1), 2) / degrees) - 1));

    /// <summary>The mean without the tenth that is largest and the tenth that is smallest.</summary>
    public static double Mean(IEnumerable<double> some)
    {
        var values = some.Order().ToList();
        var cut = values.Count / 10;
        return values.Skip(cut).Take(values.Count - (2 * cut)).DefaultIfEmpty(0).Average();
    }

    /// <summary>How many standard deviations a normal distribution exceeds with a probability (P. J. Acklam's rational approximation, relative error under 1.2e-9).</summary>
    public static double Deviations(double tail)
    {
        var p = Math.Clamp(tail, 1e-300, 1);
        if (p > 0.5) return -Deviations(1 - p);
        if (p < 0.02425)
        {
            var q = Math.Sqrt(-2 * Math.Log(p));
            return -(Polynomial(Tail, q) / ((Polynomial(TailUnder, q) * q) + 1));
        }

        var (r, s) = (p - 0.5, (p - 0.5) * (p - 0.5));
        return -(Polynomial(Middle, s) * r / ((Polynomial(MiddleUnder, s) * s) + 1));
    }

    private static double Polynomial(double[] coefficients, double x)
    {
        var sum = 0.0;
        foreach (var coefficient in coefficients) sum = (sum * x) + coefficient;
        return sum;
    }
}
