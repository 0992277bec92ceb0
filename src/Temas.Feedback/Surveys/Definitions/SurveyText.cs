using System.Text.RegularExpressions;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>A text in the languages of a survey, by their codes (<c>tr</c>, <c>en</c>, <c>pt-BR</c>).</summary>
internal sealed partial record SurveyText(IReadOnlyDictionary<string, string> ByLanguage)
{
    /// <summary>No text in any language.</summary>
    public static SurveyText None { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal));

    /// <summary>The text in a language; where there is none in it, the first that there is.</summary>
    public string In(string language) => ByLanguage.TryGetValue(language, out var text) ? text : ByLanguage.Values.FirstOrDefault() ?? "";

    /// <summary>Form of the code of a language: two or three letters, perhaps a region behind a hyphen.</summary>
    [GeneratedRegex("^[a-z]{2,3}(-[A-Z]{2})?$", RegexOptions.CultureInvariant)]
    public static partial Regex LanguageForm();
}
