using System.Text.RegularExpressions;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Logic;

/// <summary>A place in a text that repeats something.</summary>
/// <param name="IsAnswer">An answer; else a trait of the customer.</param>
/// <param name="Name">Id of the question, or name of the trait.</param>
/// <param name="Fallback">What stands there when there is nothing to repeat.</param>
internal sealed record Pipe(bool IsAnswer, string Name, string Fallback);

/// <summary>
/// Repeats answers and traits in later texts: <c>{{answer:reason|that}}</c>, <c>{{trait:first_name|there}}</c>. What comes out is plain text; whoever writes it into a page encodes it, as any other text.
/// </summary>
internal static partial class Piping
{
    private const int Longest = 300;

    /// <summary>The places of a text.</summary>
    public static IEnumerable<Pipe> In(string text) => Form().Matches(text).Select(Read);

    /// <summary>The text as it is shown.</summary>
    public static string Fill(string text, Survey survey, string language, IReadOnlyDictionary<string, Answer> counted, IReadOnlyDictionary<string, string> traits) =>
        text.Contains("{{", StringComparison.Ordinal) ? Form().Replace(text, match => Shown(Read(match), survey, language, counted, traits)) : text;

    /// <summary>An answer in words: the texts of what was chosen, in a language.</summary>
    public static string Words(Question question, Answer answer, string language)
    {
        if (question.Kind == QuestionKind.Contact) return string.Join(", ", answer.Parts.Where(p => p.Key != "consent").Select(p => p.Value));
        if (question.Kind == QuestionKind.Matrix) return string.Join("; ", question.Rows.Where(r => answer.Parts.ContainsKey(r.Id)).Select(r => $"{r.Text.In(language)}: {Of(question, answer.Parts[r.Id], answer, language)}"));
        return string.Join(question.Kind == QuestionKind.Ranking ? " > " : ", ", answer.Values.Select(v => Of(question, v, answer, language)));
    }

    private static string Of(Question question, string value, Answer answer, string language) =>
        value == Choice.Other && answer.Other is { } other ? other : question.Choices.FirstOrDefault(c => c.Id == value)?.Text.In(language) ?? value;

    private static string Shown(Pipe pipe, Survey survey, string language, IReadOnlyDictionary<string, Answer> counted, IReadOnlyDictionary<string, string> traits)
    {
        var found = !pipe.IsAnswer ? traits.GetValueOrDefault(pipe.Name)
            : counted.TryGetValue(pipe.Name, out var answer) && survey.Find(pipe.Name) is { } question ? Words(CarriedChoices.Whole(survey, question), answer, language) : null;
        return string.IsNullOrWhiteSpace(found) ? pipe.Fallback : found.Length > Longest ? string.Concat(found.AsSpan(0, Longest - 1), "…") : found;
    }

    private static Pipe Read(Match match) => new(match.Groups["what"].Value == "answer", match.Groups["name"].Value, match.Groups["fallback"].Value);

    [GeneratedRegex(@"\{\{(?<what>answer|trait):(?<name>[A-Za-z0-9_.-]{1,100})(\|(?<fallback>[^{}]{0,100}))?\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
