namespace Temas.Feedback.Texts.Learning;

/// <summary>How the model learns. Nothing here needs setting; bench/README.md says on what the defaults were chosen.</summary>
public sealed record TrainingOptions
{
    /// <summary>Decides the split and every order. The same texts and seed give the same model, bit for bit.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Share of the texts that are held out to evaluate the model, 0.05 to 0.5.</summary>
    public double HeldOut { get; init; } = 0.2;

    /// <summary>So often a text counts that a person corrected.</summary>
    public float CorrectionWeight { get; init; } = 3;

    /// <summary>At most so many texts are kept, the last ones; 500 numbers each.</summary>
    public int MaxTexts { get; init; } = 100_000;

    /// <summary>Fewer texts of a class than these teach nothing.</summary>
    public int MinTextsOfClass { get; init; } = 25;

    /// <summary>Threads that learn at the same time, 1 and more. They change how long it takes, not what is learned.</summary>
    public int Threads { get; init; } = 1;

    internal int Bits { get; init; } = 18;

    internal float Smoothing { get; init; } = 1;

    internal double Cost { get; init; } = 1;

    internal double Balance { get; init; } = 0.5;

    internal float LetterShare { get; init; } = 0.35f;

    internal int Passes { get; init; } = 12;

    internal float Tolerance { get; init; } = 0.05f;

    internal int Folds { get; init; } = 4;
}
