using System.Buffers.Binary;
using System.Text;
using Temas.Feedback.Surveys.Definitions;
using Temas.Kernel;

namespace Temas.Feedback.Surveys.Logic;

/// <summary>What a respondent can choose from: a question's own choices, those taken over from an earlier answer, in their order.</summary>
internal static class CarriedChoices
{
    /// <summary>The question with everything that anybody could choose: for reading answers back into words.</summary>
    public static Question Whole(Survey survey, Question question) =>
        question.Carry is { } carry && survey.Find(carry.Question) is { } from ? question with { Choices = Join(Whole(survey, from).Choices, question.Choices) } : question;

    /// <summary>The question as one respondent sees it.</summary>
    public static Question For(Survey survey, Question question, IReadOnlyDictionary<string, Answer> counted, ulong seed)
    {
        if (question.Carry is { } carry && survey.Find(carry.Question) is { } from)
        {
            counted.TryGetValue(carry.Question, out var answer);
            var taken = Whole(survey, from).Choices.Where(c => (answer?.Values.Contains(c.Id) is true) == carry.IsChosen).ToList();
            // What she wrote herself is a choice, too.
            if (carry.IsChosen && answer?.Other is { Length: > 0 } other && answer.Values.Contains(Choice.Other)) taken.Add(new Choice("other-carried", new SurveyText(survey.Languages.ToDictionary(l => l, _ => other, StringComparer.Ordinal))));
            question = question with { Choices = Join(taken, question.Choices) };
        }

        if (!question.IsShuffled) return question;
        return question.Kind == QuestionKind.Matrix ? question with { Rows = Shuffle(question.Rows, question.Id, seed) } : question with { Choices = Shuffle(question.Choices, question.Id, seed) };
    }

    /// <summary>The place of something in an order by chance: the same for the same respondent, on every machine.</summary>
    public static ulong Place(ulong seed, string of, string id)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(of) + Encoding.UTF8.GetByteCount(id) + 9];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, seed);
        var at = 8 + Encoding.UTF8.GetBytes(of, bytes.AsSpan(8));
        Encoding.UTF8.GetBytes(id, bytes.AsSpan(at + 1));
        return Hash64.Of(bytes);
    }

    private static IReadOnlyList<Choice> Shuffle(IReadOnlyList<Choice> choices, string question, ulong seed) =>
        [.. choices.Where(c => !c.IsFixed && !c.IsExclusive).OrderBy(c => Place(seed, question, c.Id)), .. choices.Where(c => c.IsFixed || c.IsExclusive)];

    private static IReadOnlyList<Choice> Join(IReadOnlyList<Choice> first, IReadOnlyList<Choice> then) => [.. first, .. then.Where(c => first.All(f => f.Id != c.Id))];
}
