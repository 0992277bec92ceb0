using System.Text.Json;
using System.Text.Json.Serialization;

namespace Temas.Feedback.Surveys.Logic;

/// <summary>What somebody answered to one question.</summary>
internal sealed record Answer
{
    /// <summary>What was chosen, by id; the number, day or text; a ranking from the first to the last.</summary>
    public IReadOnlyList<string> Values { get; init => field = value ?? []; } = [];

    /// <summary>What was written for "something else".</summary>
    public string? Other { get; init; }

    /// <summary>Of a matrix what was chosen by row; of a contact what was filled in by field.</summary>
    public IReadOnlyDictionary<string, string> Parts { get; init => field = value ?? Nothing; } = Nothing;

    /// <summary>The first value, or null.</summary>
    [JsonIgnore]
    public string? Value => Values.Count > 0 ? Values[0] : null;

    private static IReadOnlyDictionary<string, string> Nothing { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>An answer of one value.</summary>
    public static Answer Of(string value) => new() { Values = [value] };
}

/// <summary>Answers as they are stored: by the id of the question.</summary>
internal static class Answers
{
    /// <summary>No answers.</summary>
    public static IReadOnlyDictionary<string, Answer> None { get; } = new Dictionary<string, Answer>(StringComparer.Ordinal);

    /// <summary>As JSON.</summary>
    public static string Write(IReadOnlyDictionary<string, Answer> answers) => JsonSerializer.Serialize(new SortedDictionary<string, Answer>(answers.ToDictionary(), StringComparer.Ordinal), AnswerJson.Default.SortedDictionaryStringAnswer);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    public static IReadOnlyDictionary<string, Answer> Read(string json) => JsonSerializer.Deserialize(json, AnswerJson.Default.SortedDictionaryStringAnswer) ?? [];

    /// <summary>Some answers, with others on top; null takes one away.</summary>
    public static IReadOnlyDictionary<string, Answer> With(this IReadOnlyDictionary<string, Answer> answers, IEnumerable<KeyValuePair<string, Answer?>> others)
    {
        var all = new Dictionary<string, Answer>(answers, StringComparer.Ordinal);
        foreach (var (id, answer) in others)
        {
            if (answer is null) all.Remove(id);
            else all[id] = answer;
        }

        return all;
    }
}

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SortedDictionary<string, Answer>))]
internal sealed partial class AnswerJson : JsonSerializerContext;
