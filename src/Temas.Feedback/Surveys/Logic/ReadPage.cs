using System.Globalization;
using Microsoft.Extensions.Primitives;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Logic;

/// <summary>What somebody filled in on a page.</summary>
/// <param name="Answers">The answers that can be kept; null for a question that was left empty, which takes an earlier answer away.</param>
/// <param name="Faults">What is wrong, by question.</param>
/// <param name="Given">As it was typed, wrong or not: to be shown again.</param>
internal sealed record FilledPage(IReadOnlyList<KeyValuePair<string, Answer?>> Answers, IReadOnlyDictionary<string, CheckedAnswer> Faults, IReadOnlyDictionary<string, Answer> Given);

/// <summary>Reads what was posted. Only fields of questions of the page count, whatever else was sent.</summary>
internal static class ReadPage
{
    private const int MostValues = 200;

    /// <summary>Name of the field of a question, or of a part of it.</summary>
    public static string Field(string question, string? part = null) => part is null ? $"q.{question}" : $"q.{question}.{part}";

    /// <summary>Reads a page; <paramref name="lenient"/> where somebody goes back, who does not have to answer everything.</summary>
    public static FilledPage Of(ShownPage page, Func<string, StringValues> field, bool lenient = false)
    {
        var answers = new List<KeyValuePair<string, Answer?>>();
        var faults = new Dictionary<string, CheckedAnswer>(StringComparer.Ordinal);
        var given = new Dictionary<string, Answer>(StringComparer.Ordinal);
        foreach (var question in page.Questions.Where(q => q.Kind != QuestionKind.Message))
        {
            var raw = Raw(question, field);
            given[question.Id] = raw;
            var result = AnswerCheck.Of(question, raw);
            if (result.Fault is null)
            {
                answers.Add(KeyValuePair.Create(question.Id, result.Answer));
                if (result.Answer is null && question.IsRequired && !lenient) faults[question.Id] = new CheckedAnswer(null, "fault_required");
            }
            else if (!lenient)
            {
                faults[question.Id] = result;
            }
        }

        return new FilledPage(answers, faults, given);
    }

    private static Answer Raw(Question question, Func<string, StringValues> field)
    {
        var values = field(Field(question.Id));
        return question.Kind switch
        {
            QuestionKind.Matrix => new Answer { Parts = Parts(question.Rows.Select(r => r.Id)) },
            QuestionKind.Contact => new Answer { Parts = Parts([.. question.Fields, "consent"]) },
            QuestionKind.Ranking => Ranking(question, field),
            // Who wrote something else and forgot the mark meant it.
            QuestionKind.Single or QuestionKind.Multiple or QuestionKind.Image => new Answer { Values = [.. Values(), .. IsOtherMeant() ? new[] { Choice.Other } : []], Other = One(Field(question.Id, Choice.Other)) },
            _ => new Answer { Values = values.Count > 0 && values[0] is { Length: > 0 } value ? [value] : [] },
        };

        List<string> Values() => [.. values.OfType<string>().Where(v => v.Length > 0).Take(MostValues)];

        bool IsOtherMeant() => question.HasOther && !string.IsNullOrWhiteSpace(One(Field(question.Id, Choice.Other))) && !values.Contains(Choice.Other) && (question.TakesSeveral || Values().Count == 0);

        string? One(string name) => field(name) is { Count: > 0 } found ? found[0] : null;

        Dictionary<string, string> Parts(IEnumerable<string> names) =>
            names.Select(n => (Name: n, Value: One(Field(question.Id, n)))).Where(p => !string.IsNullOrWhiteSpace(p.Value)).ToDictionary(p => p.Name, p => p.Value!, StringComparer.Ordinal);
    }

    // Each thing is given its place; two with the same place, or some without, are no order, which the number of values says.
    private static Answer Ranking(Question question, Func<string, StringValues> field)
    {
        var places = new List<(int Place, string Choice)>();
        foreach (var choice in question.Choices)
        {
            if (field(Field(question.Id, choice.Id)) is { Count: > 0 } values && int.TryParse(values[0], NumberStyles.None, CultureInfo.InvariantCulture, out var place)) places.Add((place, choice.Id));
        }

        return new Answer
        {
            Values = [.. places.GroupBy(p => p.Place).OrderBy(g => g.Key).Select(g => g.First().Choice)],
            Parts = places.ToDictionary(p => p.Choice, p => p.Place.ToString(CultureInfo.InvariantCulture), StringComparer.Ordinal),
        };
    }
}
