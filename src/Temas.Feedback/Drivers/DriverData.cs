using Temas.Kernel;

namespace Temas.Feedback.Drivers;

/// <summary>Something that may go together with a score: a rating of one touchpoint, or a fact of the timeline such as days of delay.</summary>
/// <param name="Key">Its name in the data.</param>
/// <param name="Values">One value for each answer; not a number where there is none.</param>
public sealed record Driver(string Key, double[] Values)
{
    /// <summary>The lowest value that the scale has; for the performance. Null to take the lowest that occurs.</summary>
    public double? Lowest { get; init; }

    /// <summary>The highest value that the scale has. Null to take the highest that occurs.</summary>
    public double? Highest { get; init; }

    /// <summary>True where less is better, such as a delay.</summary>
    public bool LessIsBetter { get; init; }
}

/// <summary>A score and what may go together with it, answer by answer.</summary>
public sealed record DriverData
{
    /// <summary>More drivers than these are refused: nobody reads so many, and chance finds something in them.</summary>
    public const int MaxDrivers = 40;

    /// <summary>The score; answers without one (not a number) are left out.</summary>
    public required double[] Score { get; init; }

    /// <summary>What may explain it.</summary>
    public required IReadOnlyList<Driver> Drivers { get; init; }

    /// <summary>How much each answer counts; null for once.</summary>
    public double[]? Weights { get; init; }

    /// <summary>What is wrong with it; null for nothing.</summary>
    public Problem? Check()
    {
        if (Drivers.Count is < 2 or > MaxDrivers) return Problem.Invalid("drivers_count", $"There are {Drivers.Count} drivers; what a score goes together with is told apart among 2 to {MaxDrivers}.", "drivers", wayOut: "Choose the ones that somebody can change.");
        if (Drivers.Select(d => d.Key).Distinct(StringComparer.Ordinal).Count() < Drivers.Count) return Problem.Invalid("drivers_key_taken", "Two drivers have the same key.", "drivers", wayOut: "Change one of them.");
        foreach (var driver in Drivers)
        {
            if (driver.Values.Length != Score.Length) return Problem.Invalid("drivers_length", $"There are {driver.Values.Length} values for {Score.Length} answers.", driver.Key, wayOut: "Give one for each answer, not a number where there is none.");
        }

        if (Weights is not null && (Weights.Length != Score.Length || Weights.Any(w => !double.IsFinite(w) || w < 0))) return Problem.Invalid("drivers_weights", "A weight is missing, negative or not a number.", "weights", wayOut: "Give one for each answer.");
        return null;
    }
}

/// <summary>How an analysis is made.</summary>
public sealed record DriverOptions
{
    /// <summary>How often the answers are drawn anew for the intervals, 0 to 5,000; 0 for no intervals.</summary>
    public int Resamples { get; init; } = 200;

    /// <summary>How sure the intervals are meant to be, 0.5 to 0.999.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Decides every draw: the same answers and seed give the same figures, on any number of threads.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>To so many drivers all orders are reckoned with; beyond, <see cref="Orders"/> of them by chance.</summary>
    public int ExactUpTo { get; init; } = 12;

    /// <summary>Pairs of orders, each with its reverse, where there are too many for all.</summary>
    public int Orders { get; init; } = 500;

    /// <summary>Fewer answers than these for each driver are too few.</summary>
    public int MinAnswersPerDriver { get; init; } = 10;
}
