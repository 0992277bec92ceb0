using System.Globalization;
using System.Resources;
using Temas.Feedback.Surveys.Definitions;

namespace Temas.Feedback.Surveys.Respond;

/// <summary>Names the texts of the respondent's page (RespondText.resx).</summary>
public sealed class RespondText;

/// <summary>The words on the respondent's page in the language of the survey, which is not that of whoever is signed in: the survey's own where it has some, Turkish in Turkish, and English in any other.</summary>
internal sealed class RespondWords(Survey? survey, string language)
{
    private static readonly ResourceManager Texts = new("Temas.Feedback.Surveys.Respond.RespondText", typeof(RespondText).Assembly);

    private readonly CultureInfo culture = CultureInfo.GetCultureInfo(language.StartsWith("tr", StringComparison.Ordinal) ? "tr" : "en");

    /// <summary>A text by its name.</summary>
    public string this[string name] =>
        survey?.Words.GetValueOrDefault(name) is { } own && own.ByLanguage.TryGetValue(language, out var text) ? text : Texts.GetString(name, culture) ?? throw new ArgumentOutOfRangeException(nameof(name), name, "There is no such text.");

    /// <summary>A text with numbers or words in their places.</summary>
    public string Of(string name, params object[] values) => values.Index().Aggregate(this[name], (text, v) => text.Replace(FormattableString.Invariant($"{{{v.Index}}}"), Convert.ToString(v.Item, culture), StringComparison.Ordinal));

    /// <summary>A language's name in itself.</summary>
    public static string NameOf(string language)
    {
        var own = CultureInfo.GetCultureInfo(language);
        var name = own.NativeName;
        return name.Length == 0 ? language : char.ToUpper(name[0], own) + name[1..];
    }
}
