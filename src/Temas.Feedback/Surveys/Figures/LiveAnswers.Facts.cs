using System.Globalization;
using Temas.Customers.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Feedback.Quality;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Logic;
using Temas.Feedback.Surveys.Respond;
using Temas.Feedback.Texts;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Surveys.Figures;

/// <summary>How a response was answered, as doubts are reckoned from it.</summary>
internal sealed partial class LiveAnswers
{
    /// <summary>What is known of how a response was answered. <paramref name="isNew"/>: nobody looked at it before; what others are compared with is known either way.</summary>
    private ResponseFacts Facts(Survey? survey, Row row, IReadOnlyDictionary<string, Answer> answers, bool isNew)
    {
        var asked = survey?.Questions.Where(q => answers.ContainsKey(q.Id)).ToList() ?? [];
        var texts = Texts(survey, answers);
        var ratings = asked.SelectMany(q => Ratings(q, answers[q.Id])).ToList();
        var isTimed = IsTimed(survey, row.StartedAt, row.ChangedAt);
        var words = asked.Sum(q => Words(q, row.Language));
        var scored = survey?.ScoreQuestion is { Scale: { } scale } && row.Score is { } score ? (score - scale.From) / (scale.To - scale.From) : (double?)null;
        return new ResponseFacts
        {
            Took = TookOf(survey, row.StartedAt, row.ChangedAt),
            WordsShown = isTimed ? words : 0,
            Answered = isTimed ? answers.Count : 0,
            Ratings = ratings,
            Texts = texts,
            Respondent = Respondent(row.Customer, row.ChangedAt),
            FilledHiddenField = (row.Signs & (long)BotSign.HiddenField) != 0,
            WasSentAtOnce = (row.Signs & (long)BotSign.TooFast) != 0,
            Score = scored,
            // Words are held against a score that says something clear; reading them costs more than all the rest.
            TextSentiment = isNew && scored is { } clear && ResponseQuality.IsClear(clear) && texts.Count > 0 && texts[0].Length > 0 ? Understanding.Judge(texts[0], Otherwise(row.Language)) : null,
        };
    }

    // The times of an anonymous survey are those of the hour: they say nothing of how quick somebody was.
    // And where it begins with what ends it, nobody knows when it began: it was handed in whole, or begun in a mail.
    private static bool IsTimed(Survey? survey, long started, long changed) => survey is { IsAnonymous: false } && changed != started;

    private static TimeSpan TookOf(Survey? survey, long started, long changed) => IsTimed(survey, started, changed) ? TimeSpan.FromMilliseconds(changed - started) : TimeSpan.FromHours(1);

    // The same person within a day; who answers again after months is asked again.
    private static string? Respondent(string? customer, long changed) => customer is null ? null : FormattableString.Invariant($"{customer} {changed / 86_400_000}");

    private static List<string> Texts(Survey? survey, IReadOnlyDictionary<string, Answer> answers) =>
        [.. survey?.Questions.Where(q => q.Kind == QuestionKind.Text && answers.ContainsKey(q.Id)).Select(q => answers[q.Id].Value ?? "") ?? []];

    private TextUnderstanding Understanding => understanding ??= new TextUnderstanding { Model = ((FeltTexts)workspace.Part<IFeltTexts>()).InUse.Model, Topics = TopicsKind.Of(workspace.Definitions) };

    private TextUnderstanding? understanding;

    private static TextLanguage Otherwise(string language) => language == "en" ? TextLanguage.English : TextLanguage.Turkish;

    private static IEnumerable<RatingFact> Ratings(Question question, Answer answer)
    {
        if (question.Scale is { } scale && double.TryParse(answer.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)) yield return new RatingFact(question.Id, (number - scale.From) / (scale.To - scale.From));
        if (question.Kind != QuestionKind.Matrix || question.Choices.Count < 2) yield break;
        foreach (var row in question.Rows)
        {
            if (answer.Parts.TryGetValue(row.Id, out var chosen) && question.Choices.ToList().FindIndex(c => c.Id == chosen) is >= 0 and var place) yield return new RatingFact($"{question.Id}.{row.Id}", (double)place / (question.Choices.Count - 1), question.Id);
        }
    }

    private static int Words(Question question, string language)
    {
        static int In(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        return In(question.Title.In(language)) + (question.Kind is QuestionKind.Matrix ? question.Rows.Sum(r => In(r.Text.In(language))) : 0);
    }
}
