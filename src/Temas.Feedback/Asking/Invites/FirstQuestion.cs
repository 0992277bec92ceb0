using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;

namespace Temas.Feedback.Asking.Invites;

/// <summary>The question that a survey begins with, where it can be answered by one click: likelihood, satisfaction, effort, or one of some choices.</summary>
/// <param name="Question">The question.</param>
/// <param name="Values">Its answers, in the order in which they are shown.</param>
internal sealed record FirstQuestion(Question Question, IReadOnlyList<string> Values)
{
    /// <summary>In the address of a survey: the answer that was clicked.</summary>
    public const string Field = "a";

    private const int MostChoices = 12;

    /// <summary>That of a way through a survey; null where it begins with something else.</summary>
    public static FirstQuestion? Of(SurveyRoute route)
    {
        if (route.Pages.Count == 0 || route.Pages[0].Questions.FirstOrDefault(q => q.Kind != QuestionKind.Message) is not { } question) return null;
        if (question.Scale is { } scale) return new FirstQuestion(question, [.. Enumerable.Range(scale.From, scale.To - scale.From + 1).Select(v => v.ToString(System.Globalization.CultureInfo.InvariantCulture))]);
        return question.Kind == QuestionKind.Single && question.Choices.Count is > 0 and <= MostChoices ? new FirstQuestion(question, [.. question.Choices.Select(c => c.Id)]) : null;
    }

    /// <summary>The answer that was clicked, if it is one of this question.</summary>
    public Answer? Chosen(string? value) => value is not null && Values.Contains(value) ? Answer.Of(value) : null;
}
