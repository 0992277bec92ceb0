using Temas.Feedback.Scores;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>A score as the API gives it; null where there is no answer.</summary>
/// <param name="Kind"><c>nps</c>, <c>csat</c>, <c>ces</c> or <c>mean</c>.</param>
/// <param name="Answers">How many answers.</param>
/// <param name="Value">The score.</param>
/// <param name="Low">The lower end of its interval (95 per cent).</param>
/// <param name="High">The upper end.</param>
/// <param name="IsSmall">Whether there are so few answers that one more may change the picture.</param>
internal sealed record ScoreFigure(string Kind, long Answers, double? Value, double? Low, double? High, bool IsSmall)
{
    /// <summary>The figure of a score.</summary>
    public static ScoreFigure Of(Score score) =>
        new(score.Kind.ToString().ToLowerInvariant(), score.Answers, Finite(score.Value), Finite(score.Low), Finite(score.High), score.IsSmall);

    /// <summary>A number, or null where it is none.</summary>
    public static double? Finite(double value) => double.IsFinite(value) ? Math.Round(value, 6) : null;
}

/// <summary>A score of some days.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Score">The score.</param>
internal sealed record ScoreOfDays(DateOnly From, DateOnly To, ScoreFigure Score);

/// <summary>How often something was answered.</summary>
/// <param name="Row">Of a matrix the row.</param>
/// <param name="Value">The answer: a number or the id of a choice; of a ranking a choice.</param>
/// <param name="Count">How many answered so; of a ranking how many put it first.</param>
/// <param name="Share">The share of those who answered, weights considered.</param>
/// <param name="Low">The lower end of its interval (Wilson).</param>
/// <param name="High">The upper end.</param>
/// <param name="MeanRank">Of a ranking its mean place.</param>
internal sealed record ValueFigure(string? Row, string Value, long Count, double Share, double Low, double High, double? MeanRank);

/// <summary>A question in figures.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Kind">How it is asked.</param>
/// <param name="Answered">How many answered it.</param>
/// <param name="Values">How often each answer was given.</param>
internal sealed record QuestionFigures(string Id, string Kind, long Answered, IReadOnlyList<ValueFigure> Values)
{
    /// <summary>Its score: of NPS, CSAT and CES by their definition, of other numbers the mean.</summary>
    public ScoreFigure? Score { get; init; }

    /// <summary>The mean answer of a score's scale.</summary>
    public ScoreFigure? Mean { get; init; }

    /// <summary>The score of the period before.</summary>
    public ScoreFigure? Before { get; init; }

    /// <summary>From that to this; null where one has no answers.</summary>
    public double? Change { get; init; }

    /// <summary>How often chance alone would make at least this change, enlarged for as many questions as are compared (Holm).</summary>
    public double? ChangePValue { get; init; }

    /// <summary>The change from one bucket to the next; null with too few.</summary>
    public double? Slope { get; init; }

    /// <summary>How often chance alone would make at least this slope.</summary>
    public double? SlopePValue { get; init; }

    /// <summary>The same over time.</summary>
    public IReadOnlyList<ScoreOfDays> Buckets { get; init; } = [];

    /// <summary>As pages show it.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    internal Listening.SurveyScore? Shown { get; init; }
}

/// <summary>The score of those who have something in common.</summary>
/// <param name="By"><c>channel</c>, <c>language</c> or <c>version</c>.</param>
/// <param name="Value">What they have in common.</param>
/// <param name="Score">Their score.</param>
/// <param name="Difference">Their score less that of all others; null where one of them has no answers.</param>
/// <param name="PValue">How often chance alone would make at least this difference, enlarged for as many groups as are compared (Holm).</param>
internal sealed record GroupFigure(string By, string Value, ScoreFigure Score, double? Difference, double? PValue);

/// <summary>How many stopped before a page.</summary>
/// <param name="Page">Id of the page that they were shown and did not send.</param>
/// <param name="Left">How many.</param>
internal sealed record PageFigure(string Page, long Left);

/// <summary>A target and how the score stands to it.</summary>
/// <param name="Target">The target.</param>
/// <param name="Status"><c>reached</c> (the whole interval lies at or above it), <c>open</c>, or <c>missed</c>.</param>
internal sealed record TargetFigure(double Target, string Status);

/// <summary>A survey in figures, of the responses of a period.</summary>
/// <param name="Survey">Key of the survey.</param>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Begun">How many were begun.</param>
/// <param name="Complete">How many of them were finished.</param>
/// <param name="Partial">How many were not finished.</param>
/// <param name="ScreenedOut">Of whom enough had answered.</param>
/// <param name="Doubtful">How many finished ones are doubtful.</param>
/// <param name="Weighted">Whether doubts are weighed: doubtful ones count less.</param>
/// <param name="Questions">The questions, in the order of the survey.</param>
/// <param name="Groups">The score by what respondents have in common.</param>
/// <param name="Pages">Where those stopped who did not finish.</param>
/// <param name="Target">The target of the score.</param>
internal sealed record SurveyFigures(
    string Survey, DateOnly From, DateOnly To, long Begun, long Complete, long Partial, long ScreenedOut, long Doubtful, bool Weighted, IReadOnlyList<QuestionFigures> Questions, IReadOnlyList<GroupFigure> Groups, IReadOnlyList<PageFigure> Pages,
    TargetFigure? Target);

/// <summary>Which responses figures are of.</summary>
/// <param name="Period">One of the periods of feedback; null for the last 90 days.</param>
/// <param name="From">The first day instead.</param>
/// <param name="To">The last day instead.</param>
/// <param name="Channel">Channel, or null.</param>
/// <param name="Language">Language, or null.</param>
/// <param name="Version">Version of the survey, or null.</param>
/// <param name="Weigh">Whether doubtful responses count less.</param>
internal sealed record FiguresFilter(string? Period, string? From, string? To, string? Channel, string? Language, string? Version, bool Weigh)
{
    /// <summary>The filter as parameters of an address.</summary>
    public (string, string?)[] Query => [("period", Period), ("from", From), ("to", To), ("channel", Channel), ("language", Language), ("version", Version), ("weigh", Weigh ? "1" : null)];
}

/// <summary>Which answer is looked behind.</summary>
/// <param name="Question">Id of the question; null for any response.</param>
/// <param name="Row">Of a matrix the row.</param>
/// <param name="Value">The answer; null for any.</param>
/// <param name="State">How far: complete (default), partial, screened_out or begun.</param>
/// <param name="Page">Of partial ones the page at which they stopped.</param>
/// <param name="Doubtful">Only doubtful ones.</param>
/// <param name="Least">The least number answered.</param>
/// <param name="Most">The largest.</param>
internal sealed record AnswerBehind(string? Question, string? Row, string? Value, string? State, string? Page, bool Doubtful, double? Least = null, double? Most = null);
