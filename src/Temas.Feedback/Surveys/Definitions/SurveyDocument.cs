using System.Text.Json;
using System.Text.Json.Nodes;

namespace Temas.Feedback.Surveys.Definitions;

/// <summary>Reads the little that lists show out of a draft, which may be anything.</summary>
internal static class SurveyDocument
{
    /// <summary>The title, by language; empty where there is none that can be read.</summary>
    public static IReadOnlyDictionary<string, string> TitleOf(string json)
    {
        var titles = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            if (JsonNode.Parse(json)?["title"] is JsonObject title)
            {
                foreach (var (language, text) in title)
                {
                    if (text is JsonValue value && value.TryGetValue<string>(out var words) && words.Length > 0) titles[language] = words;
                }
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // It has no title then.
        }

        return titles;
    }
}
