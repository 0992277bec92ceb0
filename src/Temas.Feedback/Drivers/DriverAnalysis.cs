namespace Temas.Feedback.Drivers;

/// <summary>What to do about a driver: where it stands on the chart of importance and performance (Martilla and James, Journal of Marketing 41, 1977).</summary>
public enum DriverPlace : byte
{
    /// <summary>Important, and not good: here first.</summary>
    Improve,

    /// <summary>Important and good.</summary>
    Keep,

    /// <summary>Neither.</summary>
    Watch,

    /// <summary>Good, and of little importance.</summary>
    Relax,
}

/// <summary>A figure with its interval; the interval is not a number where none was drawn.</summary>
public readonly record struct Estimate(double Value, double Low, double High);

/// <summary>What one driver has to do with the score.</summary>
public sealed record DriverResult
{
    /// <summary>Its name in the data.</summary>
    public required string Key { get; init; }

    /// <summary>Its part of R²: the mean of what it adds to it, over all orders in which the drivers can be taken in (Lindeman, Merenda and Gold 1980; Shapley values of R²). The parts of all drivers sum to R².</summary>
    public required Estimate Share { get; init; }

    /// <summary>Its relative weight: its part of R² by Johnson (Multivariate Behavioral Research 35, 2000). They too sum to R², and mostly agree with <see cref="Share"/>.</summary>
    public required Estimate RelativeWeight { get; init; }

    /// <summary>The correlation with the score where both are known: which way they go together.</summary>
    public required double Correlation { get; init; }

    /// <summary>How good it is, 0 to 100, where 100 is the best that the scale has.</summary>
    public required double Performance { get; init; }

    /// <summary>The share of the answers in which it is missing.</summary>
    public required double Missing { get; init; }

    /// <summary>Where it stands among the others.</summary>
    public required DriverPlace Place { get; init; }
}

/// <summary>What a score goes together with. Association, not cause: what is not in the data may be behind both.</summary>
public sealed record DriverAnalysis
{
    /// <summary>How many answers were used.</summary>
    public required int Answers { get; init; }

    /// <summary>How many were left out because they have no score, or no weight.</summary>
    public required int LeftOut { get; init; }

    /// <summary>The share of the differences in the score that all drivers together explain, 0 to 1.</summary>
    public required Estimate RSquared { get; init; }

    /// <summary>The drivers, the most important first.</summary>
    public required IReadOnlyList<DriverResult> Drivers { get; init; }

    /// <summary>True when all orders were reckoned with; false when some of them were drawn.</summary>
    public required bool IsExact { get; init; }

    /// <summary>True when in some answers a driver is missing: its mean stands there, and that it is missing is part of the driver.</summary>
    public bool HasMissing => Drivers.Any(d => d.Missing > 0);
}
