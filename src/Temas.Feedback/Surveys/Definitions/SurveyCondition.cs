namespace Temas.Feedback.Surveys.Definitions;

/// <summary>How an answer is compared.</summary>
internal enum SurveyOperator
{
    /// <summary>It was answered.</summary>
    Answered,

    /// <summary>It was not.</summary>
    Unanswered,

    /// <summary>It is, or has among its choices, one of the values.</summary>
    OneOf,

    /// <summary>It was answered, with none of the values.</summary>
    NoneOf,

    /// <summary>A number of at least the value.</summary>
    AtLeast,

    /// <summary>A number of at most the value.</summary>
    AtMost,
}

/// <summary>What must hold of answers and customer. An answer that does not count, as its question is not shown, was not given: of what was not given only <see cref="SurveyOperator.Unanswered"/> holds.</summary>
internal abstract record SurveyCondition
{
    /// <summary>All of them hold.</summary>
    public sealed record All(IReadOnlyList<SurveyCondition> Parts) : SurveyCondition;

    /// <summary>One of them holds.</summary>
    public sealed record Any(IReadOnlyList<SurveyCondition> Parts) : SurveyCondition;

    /// <summary>It does not hold.</summary>
    public sealed record Not(SurveyCondition Part) : SurveyCondition;

    /// <summary>An answer, of a matrix that of a row (<c>question.row</c>), compared.</summary>
    public sealed record OfAnswer(string Question, string? Row, SurveyOperator Is, IReadOnlyList<string> Values) : SurveyCondition;

    /// <summary>A trait of the customer, compared; of somebody unknown there are none.</summary>
    public sealed record OfTrait(string Trait, SurveyOperator Is, IReadOnlyList<string> Values) : SurveyCondition;

    /// <summary>The answers that it looks at.</summary>
    public IEnumerable<OfAnswer> Answers => this switch
    {
        All all => all.Parts.SelectMany(p => p.Answers),
        Any any => any.Parts.SelectMany(p => p.Answers),
        Not not => not.Part.Answers,
        OfAnswer answer => [answer],
        _ => [],
    };
}
