namespace Temas.Feedback.Scores;

/// <summary>What is reckoned from answers.</summary>
public enum ScoreKind : byte
{
    /// <summary>Net promoter score of a recommendation from 0 to 10: the share of 9 and 10 less the share of 0 to 6, from -100 to 100 (Reichheld, Harvard Business Review, December 2003).</summary>
    Nps,

    /// <summary>Customer satisfaction: the share of the two highest steps of a scale, 0 to 100.</summary>
    Csat,

    /// <summary>Customer effort score 2.0: the share of 5 and above from 1 ("strongly disagree") to 7 ("strongly agree") that it was easy, 0 to 100 (Dixon, Toman and DeLisi, The Effortless Experience, 2013).</summary>
    Ces,

    /// <summary>The mean, on the scale of the answers.</summary>
    Mean,
}

/// <summary>Where a score stands to its target.</summary>
public enum TargetStatus : byte
{
    /// <summary>The whole interval lies at or above the target.</summary>
    Reached,

    /// <summary>The target lies within the interval: the answers do not tell.</summary>
    Open,

    /// <summary>The whole interval lies below.</summary>
    Missed,
}

/// <summary>A score with its uncertainty.</summary>
public sealed record Score
{
    /// <summary>Fewer answers than these, weights considered, are marked.</summary>
    public const int SmallBelow = 30;

    /// <summary>What it is.</summary>
    public required ScoreKind Kind { get; init; }

    /// <summary>How many answers.</summary>
    public required long Answers { get; init; }

    /// <summary>As many answers of equal weight would tell as much: (Σw)² / Σw² (Kish, Survey Sampling, 1965). The intervals rest on it.</summary>
    public required double EffectiveAnswers { get; init; }

    /// <summary>The score: -100 to 100 for NPS, percent for CSAT and CES, the scale of the answers for a mean. Not a number without an answer.</summary>
    public required double Value { get; init; }

    /// <summary>The lower end of the interval.</summary>
    public required double Low { get; init; }

    /// <summary>The upper end of the interval.</summary>
    public required double High { get; init; }

    /// <summary>How sure the interval is meant to be, such as 0.95.</summary>
    public required double Level { get; init; }

    /// <summary>The square of the standard error, in units of <see cref="Value"/>, as comparisons use it.</summary>
    public required double Variance { get; init; }

    /// <summary>For NPS the shares of promoters, passives and detractors; for CSAT and CES the share that counts and the rest; empty for a mean.</summary>
    public IReadOnlyList<double> Shares { get; init; } = [];

    /// <summary>True when there are so few answers that one more may change the picture.</summary>
    public bool IsSmall => EffectiveAnswers < SmallBelow;

    /// <summary>Half the width of the interval.</summary>
    public double Margin => (High - Low) / 2;

    /// <summary>Where it stands to <paramref name="target"/>.</summary>
    public TargetStatus Against(double target) => Answers == 0 ? TargetStatus.Open : Low >= target ? TargetStatus.Reached : High < target ? TargetStatus.Missed : TargetStatus.Open;
}
