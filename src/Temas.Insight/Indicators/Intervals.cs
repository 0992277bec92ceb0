namespace Temas.Insight.Indicators;

/// <summary>Intervals that are meant to hold the true value with a probability of 95 %.</summary>
internal static class Intervals
{
    private const double Z = 1.959963984540054;

    private static readonly double[] Student = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];

    /// <summary>Of a share: Wilson's score interval (Journal of the American Statistical Association 22, 1927), which keeps its promise also near 0 and 1.</summary>
    public static (double Low, double High)? Share(double hits, double of)
    {
        if (of <= 0 || hits < 0 || hits > of) return null;
        var share = hits / of;
        var middle = (share + (Z * Z / (2 * of))) / (1 + (Z * Z / of));
        var margin = Z / (1 + (Z * Z / of)) * Math.Sqrt((share * (1 - share) / of) + (Z * Z / (4 * of * of)));
        return (Math.Max(0, middle - margin), Math.Min(1, middle + margin));
    }

    /// <summary>Of a net promoter score: adjusted Wald, with three answers added, three quarters of one each to promoters and detractors (Rocks, The American Statistician 70, 2016).</summary>
    public static (double Low, double High)? Nps(double promoters, double detractors, double answers)
    {
        if (answers <= 0) return null;
        var adjusted = answers + 3;
        var (p, d) = ((promoters + 0.75) / adjusted, (detractors + 0.75) / adjusted);
        var margin = Z * Math.Sqrt((p + d - ((p - d) * (p - d))) / adjusted);
        return (Math.Max(-100, 100 * (p - d - margin)), Math.Min(100, 100 * (p - d + margin)));
    }

    /// <summary>Of a mean, by Student's t: from the sum of the values and that of their squares.</summary>
    public static (double Low, double High)? Mean(double sum, double squares, long count)
    {
        if (count < 2) return null;
        var mean = sum / count;
        var margin = T(count - 1) * Math.Sqrt(Math.Max(0, (squares - (count * mean * mean)) / (count - 1)) / count);
        return (mean - margin, mean + margin);
    }

    // The expansion by powers of 1/degrees is good to three digits from ten on (Abramowitz and Stegun 26.7.5).
    private static double T(long degrees)
    {
        if (degrees <= Student.Length) return Student[degrees - 1];
        double z = Z, z3 = z * z * z, z5 = z3 * z * z;
        return z + ((z3 + z) / (4 * degrees)) + (((5 * z5) + (16 * z3) + (3 * z)) / (96.0 * degrees * degrees));
    }
}
