namespace Temas.Feedback.Surveys.Definitions;

/// <summary>How something is asked.</summary>
internal enum QuestionKind
{
    /// <summary>Likelihood to recommend, 0 to 10.</summary>
    Nps,

    /// <summary>Satisfaction, 1 to 5.</summary>
    Csat,

    /// <summary>Agreement that it was easy (CES 2.0), 1 to 7.</summary>
    Ces,

    /// <summary>One of some choices.</summary>
    Single,

    /// <summary>Any of some choices.</summary>
    Multiple,

    /// <summary>One choice for each of some rows.</summary>
    Matrix,

    /// <summary>The choices in an order.</summary>
    Ranking,

    /// <summary>A number on a scale.</summary>
    Slider,

    /// <summary>The respondent's own words.</summary>
    Text,

    /// <summary>A number.</summary>
    Number,

    /// <summary>A day.</summary>
    Date,

    /// <summary>How to reach the respondent, with consent.</summary>
    Contact,

    /// <summary>Nothing is asked; something is told.</summary>
    Message,

    /// <summary>One or several of some pictures.</summary>
    Image,
}

/// <summary>How satisfaction is shown.</summary>
internal enum ScaleStyle
{
    /// <summary>Numbers.</summary>
    Numbers,

    /// <summary>Stars.</summary>
    Stars,

    /// <summary>Faces.</summary>
    Smileys,
}

/// <summary>Something that is asked.</summary>
internal sealed record Question
{
    /// <summary>More choices than these are a list that is opened, or stand beside each other.</summary>
    public const int MostAtAGlance = 20;

    /// <summary>Its name within the survey; column of exports and property of events.</summary>
    public required string Id { get; init; }

    /// <summary>How it is asked.</summary>
    public required QuestionKind Kind { get; init; }

    /// <summary>What is asked.</summary>
    public required SurveyText Title { get; init; }

    /// <summary>A line below it.</summary>
    public SurveyText? Help { get; init; }

    /// <summary>It has to be answered by who sees it.</summary>
    public bool IsRequired { get; init; }

    /// <summary>Who sees it; null for everybody.</summary>
    public SurveyCondition? ShowIf { get; init; }

    /// <summary>What can be chosen: of choices, a ranking, pictures, the columns of a matrix.</summary>
    public IReadOnlyList<Choice> Choices { get; init; } = [];

    /// <summary>The rows of a matrix.</summary>
    public IReadOnlyList<Choice> Rows { get; init; } = [];

    /// <summary>Something else can be written instead of chosen.</summary>
    public bool HasOther { get; init; }

    /// <summary>Choices (rows of a matrix) come in an order by chance, the same for a respondent each time; fixed ones stay at the end.</summary>
    public bool IsShuffled { get; init; }

    /// <summary>The question whose choices this one takes over.</summary>
    public CarryForward? Carry { get; init; }

    /// <summary>Least number, characters or choices.</summary>
    public double? Min { get; init; }

    /// <summary>Largest number, most characters or choices.</summary>
    public double? Max { get; init; }

    /// <summary>Numbers that can be given lie this far apart; null for any.</summary>
    public double? Step { get; init; }

    /// <summary>What the lower end of a scale means.</summary>
    public SurveyText? Low { get; init; }

    /// <summary>What the upper end of a scale means.</summary>
    public SurveyText? High { get; init; }

    /// <summary>How satisfaction is shown.</summary>
    public ScaleStyle Style { get; init; }

    /// <summary>What of a contact is asked: <c>name</c>, <c>email</c>, <c>phone</c>.</summary>
    public IReadOnlyList<string> Fields { get; init; } = [];

    /// <summary>What a contact agrees to.</summary>
    public SurveyText? Consent { get; init; }

    /// <summary>The purpose of consent (docs/privacy.md) that agreeing is recorded under; null for none.</summary>
    public string? Purpose { get; init; }

    /// <summary>The ends of a scale of whole numbers; null for what is none.</summary>
    public (int From, int To)? Scale => Kind switch
    {
        QuestionKind.Nps => (0, 10),
        QuestionKind.Csat => (1, 5),
        QuestionKind.Ces => (1, 7),
        _ => null,
    };

    /// <summary>Several choices can be made.</summary>
    public bool TakesSeveral => Kind == QuestionKind.Multiple || (Kind == QuestionKind.Image && Max is > 1);

    /// <summary>It is answered by choosing.</summary>
    public bool IsChoice => Kind is QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Image;
}

/// <summary>Something that can be chosen.</summary>
/// <param name="Id">Its name within the question, which answers keep.</param>
/// <param name="Text">What it says.</param>
internal sealed record Choice(string Id, SurveyText Text)
{
    /// <summary>The name of "something else".</summary>
    public const string Other = "other";

    /// <summary>Its picture.</summary>
    public SurveyPicture? Picture { get; init; }

    /// <summary>Chosen alone or not at all ("none of these").</summary>
    public bool IsExclusive { get; init; }

    /// <summary>Stays where it is when others come in an order by chance: at the end.</summary>
    public bool IsFixed { get; init; }
}

/// <summary>Choices that come from the answer to an earlier question.</summary>
/// <param name="Question">Id of that question.</param>
/// <param name="IsChosen">Those that were chosen; false: those that were not.</param>
internal sealed record CarryForward(string Question, bool IsChosen);
