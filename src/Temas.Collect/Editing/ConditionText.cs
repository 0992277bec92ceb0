using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Ui.Forms;

namespace Temas.Collect.Editing;

/// <summary>
/// Conditions on properties as people write them, one a line: <c>status = failed</c>, <c>total &gt;= 100</c>, <c>template in order_confirmation, order_confirmed</c>, <c>tags contains gift</c>,
/// <c>coupon exists</c>. A value in quotes is a text even where it looks like a number.
/// </summary>
public static class ConditionText
{
    // Longer signs first: ">=" is not ">" with a value that begins with "=".
    private static readonly (string Sign, string Word)[] Comparisons =
    [
        ("!=", "not_equal"), ("<=", "at_most"), (">=", "at_least"), ("=", "equal"), ("<", "below"), (">", "above"), ("in", "one_of"), ("contains", "contains"),
    ];

    private static readonly string[] Bare = ["exists", "missing"];

    /// <summary>The conditions of a document as lines.</summary>
    public static string Write(JsonNode? where) => where is JsonArray list ? string.Join('\n', list.OfType<JsonObject>().Select(Line)) : "";

    /// <summary>The conditions that lines write. A line that cannot be understood becomes a condition that its check refuses.</summary>
    public static JsonArray? Read(string lines)
    {
        var list = new JsonArray([.. DocumentParts.Lines(lines).Select(l => (JsonNode?)Condition(l))]);
        return list.Count == 0 ? null : list;
    }

    private static string Line(JsonObject condition)
    {
        var property = DocumentParts.Text(condition["property"]) ?? "";
        var word = DocumentParts.Text(condition["is"]) ?? "equal";
        if (Bare.Contains(word)) return $"{property} {word}";
        var sign = Array.Find(Comparisons, c => c.Word == word).Sign ?? word;
        var value = word == "one_of" && condition["values"] is JsonArray values ? string.Join(", ", values.Select(Value)) : Value(condition["value"]);
        return $"{property} {sign} {value}";
    }

    private static string Value(JsonNode? node) => node switch
    {
        JsonValue value when value.GetValueKind() == JsonValueKind.String => IsPlain(value.GetValue<string>()) ? value.GetValue<string>() : JsonSerializer.Serialize(value.GetValue<string>(), Quoting.Default.String),
        null => "null",
        _ => node.ToJsonString(),
    };

    private static bool IsPlain(string text) => text.Length > 0 && text.Trim() == text && text.AsSpan().IndexOfAny("\",\r\n") < 0 && Literal(text) is null;

    // A number, true or false as JSON writes them.
    private static JsonNode? Literal(string text)
    {
        if (text is "true") return JsonValue.Create(true);
        if (text is "false") return JsonValue.Create(false);
        if (text is not ['-' or (>= '0' and <= '9'), ..] || !decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)) return null;
        try
        {
            return JsonNode.Parse(text) as JsonValue;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static JsonObject Condition(string line)
    {
        foreach (var word in Bare)
        {
            if (line.EndsWith(" " + word, StringComparison.OrdinalIgnoreCase)) return new JsonObject { ["property"] = line[..^(word.Length + 1)].TrimEnd(), ["is"] = word };
        }

        var (at, found) = (int.MaxValue, default((string Sign, string Word)));
        foreach (var comparison in Comparisons)
        {
            var letters = char.IsAsciiLetter(comparison.Sign[0]);
            var where = line.IndexOf(letters ? $" {comparison.Sign} " : comparison.Sign, StringComparison.OrdinalIgnoreCase);
            if (where > 0 && where < at) (at, found) = (where, comparison);
        }

        if (found.Sign is null) return new JsonObject { ["property"] = line, ["is"] = line };
        var rest = line[at..].TrimStart()[found.Sign.Length..].Trim();
        var condition = new JsonObject { ["property"] = line[..at].Trim(), ["is"] = found.Word };
        if (found.Word == "one_of") condition["values"] = new JsonArray([.. Split(rest).Select(Parse)]);
        else condition["value"] = Parse(rest);
        return condition;
    }

    private static JsonNode? Parse(string text)
    {
        if (text is ['"', .., '"'])
        {
            try
            {
                return JsonNode.Parse(text) as JsonValue;
            }
            catch (JsonException)
            {
                return JsonValue.Create(text);
            }
        }

        return Literal(text) ?? JsonValue.Create(text);
    }

    // At commas outside of quotes.
    private static List<string> Split(string text)
    {
        var parts = new List<string>();
        var (start, quoted) = (0, false);
        for (var i = 0; i <= text.Length; i++)
        {
            if (i < text.Length && text[i] == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
            if (i < text.Length && (text[i] != ',' || quoted)) continue;
            if (text[start..i].Trim() is { Length: > 0 } part) parts.Add(part);
            start = i + 1;
        }

        return parts;
    }
}

[System.Text.Json.Serialization.JsonSerializable(typeof(string))]
internal sealed partial class QuotingJson : System.Text.Json.Serialization.JsonSerializerContext;

internal static class Quoting
{
    // Letters of other languages are to be read, not decoded.
    public static QuotingJson Default { get; } = new(new JsonSerializerOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
