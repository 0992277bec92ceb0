using System.Text.Json;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>Ready-made surveys to begin with, in Turkish and English.</summary>
internal static class SurveyTemplates
{
    /// <summary>Key and document of each, in the order in which they are offered.</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> All { get; } = Read();

    /// <summary>What a survey without a template begins with.</summary>
    public const string Blank = """{"languages":["tr","en"],"title":{"tr":"Yeni anket","en":"New survey"},"pages":[{"id":"page-1","questions":[{"id":"question-1","kind":"nps","required":true,"title":{"tr":"Bizi önerme olasılığınız nedir?","en":"How likely are you to recommend us?"}}]}]}""";

    private static List<KeyValuePair<string, string>> Read()
    {
        using var stream = typeof(SurveyTemplates).Assembly.GetManifestResourceStream("Temas.Feedback.Surveys.Definitions.templates.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateObject().Select(p => KeyValuePair.Create(p.Name, p.Value.GetRawText()))];
    }
}
