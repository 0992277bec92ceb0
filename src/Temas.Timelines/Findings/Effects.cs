namespace Temas.Timelines.Findings;

/// <summary>What each customer adds to each mean.</summary>
internal sealed class Effects(int customers)
{
    /// <summary>The means, and the ratio of those who came back (<see cref="ReturnRatio"/>).</summary>
    public const int AgainMet = 0, AgainOthers = 1, ValueMet = 2, ValueOthers = 3, FeltMet = 4, FeltOthers = 5, BeforeMet = 6, BeforeOthers = 7, OrdersMet = 8, OrdersOthers = 9, Ratio = 10;

    private const int Means = 11;

    /// <summary>The mean of a figure among those who met it.</summary>
    public static int OfMet(Figure figure) => (int)figure * 2;

    /// <summary>The same of the others.</summary>
    public static int OfOthers(Figure figure) => ((int)figure * 2) + 1;

    private readonly double[] effects = new double[customers * Means];

    /// <summary>Adds what a customer does to a mean.</summary>
    public void Add(int customer, int mean, double effect) => effects[(customer * Means) + mean] += effect;

    /// <summary>How far a figure that depends on the means by some slopes errs as another does of which it is known what each customer adds: their correlation, as far as it is positive.</summary>
    public double Together((int Mean, double Slope)[] slopes, double[] added)
    {
        var (both, own, other) = (0.0, 0.0, 0.0);
        for (var customer = 0; customer < added.Length; customer++)
        {
            var hers = 0.0;
            foreach (var (mean, slope) in slopes) hers += slope * effects[(customer * Means) + mean];
            (both, own, other) = (both + (hers * added[customer]), own + (hers * hers), other + (added[customer] * added[customer]));
        }

        return own <= 0 || other <= 0 ? 1 : Math.Clamp(both / Math.Sqrt(own * other), 0, 1);
    }

    /// <summary>How the means vary, together.</summary>
    public Spread Spread()
    {
        var covariance = new double[Means, Means];
        for (var from = 0; from < effects.Length; from += Means)
        {
            var hers = effects.AsSpan(from, Means);
            for (var a = 0; a < Means; a++)
            {
                if (hers[a] == 0) continue;
                for (var b = 0; b <= a; b++) covariance[a, b] += hers[a] * hers[b];
            }
        }

        for (var a = 0; a < Means; a++)
        {
            for (var b = a + 1; b < Means; b++) covariance[a, b] = covariance[b, a];
        }

        return new Spread(covariance, customers);
    }
}

/// <summary>How means vary, together: their covariances.</summary>
internal sealed class Spread(double[,] covariance, int customers)
{
    /// <summary>A figure that depends on the means by some slopes, with its interval; chance counts for at least as much as it would if both sides were alike.</summary>
    public Estimate Of(double value, ReadOnlySpan<(int Mean, double Slope)> slopes, double atLeast = 0)
    {
        var variance = 0.0;
        foreach (var (a, slope) in slopes)
        {
            foreach (var (b, other) in slopes) variance += slope * other * covariance[a, b];
        }

        variance *= customers / Math.Max(1.0, customers - 1.0);
        if (!double.IsFinite(variance) || !double.IsFinite(value)) return new Estimate(value, double.NegativeInfinity, double.PositiveInfinity, 1);
        var (deviation, byChance) = (Math.Sqrt(variance), Math.Sqrt(Math.Max(variance, atLeast)));
        return new Estimate(value, value - (Normal.Z95 * deviation), value + (Normal.Z95 * deviation), byChance == 0 ? (value == 0 ? 1 : 0) : Normal.TwoSided(value / byChance));
    }
}
