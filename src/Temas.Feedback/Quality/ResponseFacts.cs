using Temas.Feedback.Contracts;

namespace Temas.Feedback.Quality;

/// <summary>A rating, with what is needed to tell how it was given.</summary>
/// <param name="Question">The question's key.</param>
/// <param name="Value">The answer, from 0 (the worst of the scale) to 1 (the best).</param>
/// <param name="Grid">The matrix in which it stands; null for a question by itself.</param>
/// <param name="IsReversed">True when the question is worded the other way round; <paramref name="Value"/> is as it was ticked, not turned.</param>
public readonly record struct RatingFact(string Question, double Value, string? Grid = null, bool IsReversed = false);

/// <summary>What is known of how a survey was answered. No address, no device: only the answers, and how long they took.</summary>
public sealed record ResponseFacts
{
    /// <summary>From the first page given to the last one sent.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>How many words of questions and choices were shown.</summary>
    public required int WordsShown { get; init; }

    /// <summary>How many questions were answered.</summary>
    public required int Answered { get; init; }

    /// <summary>The ratings, in the order in which they were shown.</summary>
    public IReadOnlyList<RatingFact> Ratings { get; init; } = [];

    /// <summary>What was written.</summary>
    public IReadOnlyList<string> Texts { get; init; } = [];

    /// <summary>Who answered, as a key that is not told to anybody; null when anonymous.</summary>
    public string? Respondent { get; init; }

    /// <summary>True when a field was filled that people do not see.</summary>
    public bool FilledHiddenField { get; init; }

    /// <summary>True when it was sent sooner than a hand can, and no more is known of how long it took.</summary>
    public bool WasSentAtOnce { get; init; }

    /// <summary>The overall score, from 0 (the worst) to 1 (the best), if one was given.</summary>
    public double? Score { get; init; }

    /// <summary>What the text beside the score says, if there is one.</summary>
    public Sentiment? TextSentiment { get; init; }
}

/// <summary>What makes an answer doubtful.</summary>
public enum QualityFlagKind : byte
{
    /// <summary>Faster than the questions can be read.</summary>
    Speeding,

    /// <summary>The same tick all the way down.</summary>
    StraightLining,

    /// <summary>The same person, or the same text, again.</summary>
    Duplicate,

    /// <summary>Signs of a program.</summary>
    Bot,

    /// <summary>Answers that do not go together.</summary>
    Contradiction,
}

/// <summary>A doubt, with what it rests on.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Weight">How strong it is, above 0 to 1.</param>
/// <param name="Evidence">A stable name of the rule that found it, for translations: <c>faster_than_reading</c>.</param>
/// <param name="Seen">The figure that was seen.</param>
/// <param name="Limit">The figure it was held against.</param>
/// <param name="Subject">The question or matrix in which it was seen, if it is one.</param>
public readonly record struct QualityFlag(QualityFlagKind Kind, double Weight, string Evidence, double Seen, double Limit, string? Subject = null);

/// <summary>The doubts about an answer. It is always kept; whether it counts less is a choice.</summary>
/// <param name="Flags">All of them, the strongest first.</param>
public sealed record QualityAssessment(IReadOnlyList<QualityFlag> Flags)
{
    /// <summary>How much the answer would count if doubts were weighed: 1 without any, the product of what each leaves.</summary>
    public double SuggestedWeight => Flags.Aggregate(1.0, (left, flag) => left * (1 - flag.Weight));
}
