using System.Globalization;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Logic;

/// <summary>A page as one respondent sees it.</summary>
/// <param name="Page">The page.</param>
/// <param name="Questions">The questions that she sees, in her order, with the choices that she has.</param>
internal sealed record ShownPage(SurveyPage Page, IReadOnlyList<Question> Questions);

/// <summary>The way of one respondent through a survey, as far as her answers settle it; from there on as if nothing more were answered.</summary>
/// <param name="Pages">Pages in their order.</param>
/// <param name="Counted">The answers that count: to questions that she sees, with what she could choose.</param>
internal sealed record SurveyRoute(IReadOnlyList<ShownPage> Pages, IReadOnlyDictionary<string, Answer> Counted)
{
    /// <summary>Place of a page on the way, or -1.</summary>
    public int IndexOf(string? page)
    {
        for (var i = 0; i < Pages.Count; i++)
        {
            if (Pages[i].Page.Id == page) return i;
        }

        return -1;
    }

    /// <summary>The first page with a required question that was not answered; null when the survey can be finished.</summary>
    public ShownPage? FirstIncomplete => Pages.FirstOrDefault(p => p.Questions.Any(q => q.IsRequired && !Counted.ContainsKey(q.Id)));

    /// <summary>The same with one question a page, for a kiosk; a message stands with the question behind it.</summary>
    public SurveyRoute OneByOne() => this with { Pages = [.. Pages.SelectMany(Part)] };

    /// <summary>How many questions were answered, of how many that she sees.</summary>
    public (int Answered, int Seen) Progress => (Counted.Count, Pages.Sum(p => p.Questions.Count(q => q.Kind != QuestionKind.Message)));

    // The id of a page has no dot, so that these are nobody else's.
    private static IEnumerable<ShownPage> Part(ShownPage page)
    {
        var waiting = new List<Question>();
        var isFirst = true;
        foreach (var question in page.Questions)
        {
            waiting.Add(question);
            if (question.Kind == QuestionKind.Message && question != page.Questions[^1]) continue;
            yield return new ShownPage(page.Page with { Id = $"{page.Page.Id}.{question.Id}", Title = isFirst ? page.Page.Title : null }, [.. waiting]);
            (isFirst, waiting) = (false, []);
        }
    }
}

/// <summary>
/// What a respondent sees and what of her answers counts: a function of the version of the survey, everything that she answered, her traits and her seed, and of nothing else. So the way back and forth never matters: whoever comes to the same
/// answers sees the same pages, and an answer to a question that is hidden now is kept, but does not count until the question is seen again.
/// </summary>
internal static class SurveyRun
{
    /// <summary>The way through the survey.</summary>
    public static SurveyRoute Walk(Survey survey, IReadOnlyDictionary<string, Answer> answers, IReadOnlyDictionary<string, string> traits, ulong seed)
    {
        var counted = new Dictionary<string, Answer>(StringComparer.Ordinal);
        var shown = new List<ShownPage>();
        // Ways lead forward (SurveyRules), so this ends.
        for (var i = 0; i < survey.Pages.Count;)
        {
            var page = survey.Pages[i++];
            if (page.ShowIf is { } who && !Holds(who, counted, traits)) continue;
            var questions = Visible(survey, page, counted, traits, seed);
            if (questions.Count == 0) continue;
            shown.Add(new ShownPage(page, questions));
            foreach (var question in questions)
            {
                if (answers.TryGetValue(question.Id, out var answer) && AnswerCheck.Of(question, answer) is { Fault: null, Answer: { } counts }) counted[question.Id] = counts;
            }

            if (page.Jumps.FirstOrDefault(j => j.When is null || Holds(j.When, counted, traits)) is not { } jump) continue;
            if (jump.To == Jump.End) break;
            while (i < survey.Pages.Count && survey.Pages[i].Id != jump.To) i++;
        }

        return new SurveyRoute(shown, counted);
    }

    /// <summary>Whether a condition holds of what counts and of a customer.</summary>
    public static bool Holds(SurveyCondition condition, IReadOnlyDictionary<string, Answer> counted, IReadOnlyDictionary<string, string> traits) => condition switch
    {
        SurveyCondition.All all => all.Parts.All(p => Holds(p, counted, traits)),
        SurveyCondition.Any any => any.Parts.Any(p => Holds(p, counted, traits)),
        SurveyCondition.Not not => !Holds(not.Part, counted, traits),
        SurveyCondition.OfTrait trait => Compares(traits.TryGetValue(trait.Trait, out var value) ? [value] : [], trait.Is, trait.Values),
        SurveyCondition.OfAnswer answer => Compares(ValuesOf(answer, counted), answer.Is, answer.Values),
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    private static IReadOnlyList<string> ValuesOf(SurveyCondition.OfAnswer condition, IReadOnlyDictionary<string, Answer> counted)
    {
        if (!counted.TryGetValue(condition.Question, out var answer)) return [];
        if (condition.Row is { } row) return answer.Parts.TryGetValue(row, out var value) ? [value] : [];
        return answer.Values.Count > 0 ? answer.Values : [.. answer.Parts.Values];
    }

    private static bool Compares(IReadOnlyList<string> given, SurveyOperator op, IReadOnlyList<string> values) => op switch
    {
        SurveyOperator.Answered => given.Count > 0,
        SurveyOperator.Unanswered => given.Count == 0,
        SurveyOperator.OneOf => given.Any(g => values.Any(v => Same(g, v))),
        SurveyOperator.NoneOf => given.Count > 0 && !given.Any(g => values.Any(v => Same(g, v))),
        SurveyOperator.AtLeast => given.Count > 0 && Number(given[0]) is { } number && number >= Number(values[0]),
        _ => given.Count > 0 && Number(given[0]) is { } number && number <= Number(values[0]),
    };

    // 9 and 9.0 are the same answer to a question for a number.
    private static bool Same(string given, string value) => string.Equals(given, value, StringComparison.OrdinalIgnoreCase) || (Number(given) is { } a && Number(value) is { } b && a.Equals(b));

    private static double? Number(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static List<Question> Visible(Survey survey, SurveyPage page, IReadOnlyDictionary<string, Answer> counted, IReadOnlyDictionary<string, string> traits, ulong seed)
    {
        // Conditions and what is taken over look at earlier pages alone: what is on a page is settled before it is shown, so it needs no script.
        var visible = page.Questions.Where(q => q.ShowIf is null || Holds(q.ShowIf, counted, traits)).Select(q => CarriedChoices.For(survey, q, counted, seed))
            .Where(q => q.Carry is null || q.Choices.Count + (q.HasOther ? 1 : 0) > 0);
        return page.IsShuffled ? [.. visible.OrderBy(q => CarriedChoices.Place(seed, page.Id, q.Id))] : [.. visible];
    }
}
