namespace Temas.Timelines.Findings;

/// <summary>A figure with its 95 % interval.</summary>
/// <param name="Value">The figure.</param>
/// <param name="Low">Lower end.</param>
/// <param name="High">Upper end.</param>
/// <param name="P">How probable one so far from nothing would be if there was nothing.</param>
public readonly record struct Estimate(double Value, double Low, double High, double P)
{
    /// <summary>Whether it lies clearly on one side.</summary>
    public bool IsClear => Low > 0 || High < 0;

    /// <summary>The same the other way round.</summary>
    public Estimate Turned() => new(-Value, -High, -Low, P);
}

/// <summary>Those who met something held against others who were like them before (<see cref="Compare"/>).</summary>
public sealed record Comparison
{
    /// <summary>How many times it was met, as far as what came after is known.</summary>
    public required int Met { get; init; }

    /// <summary>For how many of them somebody like them was found who did not.</summary>
    public required int Matched { get; init; }

    /// <summary>How many others they were held against.</summary>
    public required int Others { get; init; }

    /// <summary>How closely: 0 for all parts of the history, more where parts had to be left out.</summary>
    public required int Level { get; init; }

    /// <summary>Share who bought after, of those who met it, matched.</summary>
    public required double AgainMet { get; init; }

    /// <summary>The same of the others, weighted to be like them.</summary>
    public required double AgainOthers { get; init; }

    /// <summary>What those who met it spent after, on average.</summary>
    public required double ValueMet { get; init; }

    /// <summary>The same of the others.</summary>
    public required double ValueOthers { get; init; }

    /// <summary>Difference of the shares.</summary>
    public required Estimate Again { get; init; }

    /// <summary>By how much sooner, or later, those who met it came back, over all the time that is known: the logarithm of the hazard ratio. Null where it was not asked when they came.</summary>
    public required Estimate? Sooner { get; init; }

    /// <summary>Difference of what was spent.</summary>
    public required Estimate Value { get; init; }

    /// <summary>How far what was spent and when they came err together, by chance: their correlation, from 0 to 1.</summary>
    public double Together { get; init; } = 1;

    /// <summary>Difference of what was spent beyond the one in buying that there was already before; null where that is not known.</summary>
    public Estimate? ValueBeyond => Beyond is { } beyond && AgainMet + AgainOthers > 0 && (ValueMet + ValueOthers) / (AgainMet + AgainOthers) is var each
        ? new Estimate(beyond.Value * each, beyond.Low * each, beyond.High * each, beyond.P)
        : null;

    /// <summary>Difference of how they said it was, soon after; null where too few said anything.</summary>
    public required Estimate? Felt { get; init; }

    /// <summary>How those who met it said it was.</summary>
    public required double FeltMet { get; init; }

    /// <summary>How the others did.</summary>
    public required double FeltOthers { get; init; }

    /// <summary>The difference in buying that there was already before: where it is clear, both were different people.</summary>
    public required Estimate? Before { get; init; }

    /// <summary>The difference in buying beyond the one that there was already before (difference in differences); null where that is not known.</summary>
    public required Estimate? Beyond { get; init; }

    /// <summary>The same with its sides turned: the others held against those who met it.</summary>
    public Comparison Turned() => this with
    {
        AgainMet = AgainOthers,
        AgainOthers = AgainMet,
        ValueMet = ValueOthers,
        ValueOthers = ValueMet,
        FeltMet = FeltOthers,
        FeltOthers = FeltMet,
        Again = Again.Turned(),
        Sooner = Sooner?.Turned(),
        Value = Value.Turned(),
        Felt = Felt?.Turned(),
        Before = Before?.Turned(),
        Beyond = Beyond?.Turned(),
    };
}
