using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Temas.Insight.Segments;

/// <summary>
/// Values as people type them: several between commas; what looks like a number is one, and <c>true</c> and <c>false</c> are truth values, unless they stand in quotes. Written back so that the same is read again.
/// </summary>
internal static class TypedValues
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What was typed, for a comparison; null when nothing was.</summary>
    public static JsonNode? Read(string typed, string comparison)
    {
        if (SegmentRow.IsNumeric(comparison)) return Number(typed);
        var isText = comparison is "contains" or "startsWith";
        var values = Split(typed).Select(v => isText && !IsQuoted(v) ? JsonValue.Create(v) : Value(v)).ToList();
        return values.Count switch { 0 => null, 1 => values[0], _ => new JsonArray([.. values]) };
    }

    /// <summary>A number with point or comma; the text itself when it is none, null when there is nothing.</summary>
    public static JsonNode? Number(string typed) => typed.Length == 0 ? null : TryNumber(typed.Replace(',', '.'), out var number) ? JsonValue.Create(number) : JsonValue.Create(typed);

    /// <summary>Values as they would be typed; null for what is none.</summary>
    public static string? Write(JsonElement? value, string comparison) => value switch
    {
        null => "",
        { ValueKind: JsonValueKind.Array } list => list.EnumerateArray().Select(v => One(v, comparison)).ToList() is var all && all.Contains(null) ? null : string.Join(", ", all),
        { } one => One(one, comparison),
    };

    /// <summary>A value of the data as it would be typed.</summary>
    public static string Typed(object value) => value switch
    {
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        var text => Quoted(text.ToString() ?? "", isText: false),
    };

    private static string? One(JsonElement value, string comparison)
    {
        if (value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number)) return number.ToString("R", CultureInfo.InvariantCulture);
        if (value.ValueKind is JsonValueKind.True or JsonValueKind.False) return value.ValueKind == JsonValueKind.True ? "true" : "false";
        if (value.ValueKind != JsonValueKind.String) return null;
        var text = value.GetString()!;
        // Where a number is asked for, a text is what was typed instead of it.
        if (SegmentRow.IsNumeric(comparison)) return text;
        return Quoted(text, comparison is "contains" or "startsWith");
    }

    private static string Quoted(string text, bool isText)
    {
        var isPlain = text.Length > 0 && text.Trim() == text && text.AsSpan().IndexOfAny("\",\r\n") < 0 && (isText || Literal(text) is null);
        return isPlain ? text : JsonSerializer.Serialize(text, Plain);
    }

    private static JsonNode Value(string typed)
    {
        if (!IsQuoted(typed)) return Literal(typed) ?? JsonValue.Create(typed);
        try
        {
            return JsonNode.Parse(typed) as JsonValue ?? JsonValue.Create(typed);
        }
        catch (JsonException)
        {
            return JsonValue.Create(typed[1..^1]);
        }
    }

    private static bool IsQuoted(string typed) => typed is ['"', .., '"'];

    private static JsonValue? Literal(string typed) => typed switch
    {
        "true" => JsonValue.Create(true),
        "false" => JsonValue.Create(false),
        _ => TryNumber(typed, out var number) && number.ToString("R", CultureInfo.InvariantCulture) == typed ? JsonValue.Create(number) : null,
    };

    private static bool TryNumber(string typed, out double number) => double.TryParse(typed, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    // At commas outside of quotes.
    private static List<string> Split(string typed)
    {
        var parts = new List<string>();
        var part = new StringBuilder();
        var quoted = false;
        for (var i = 0; i < typed.Length; i++)
        {
            if (typed[i] == '"' && (i == 0 || typed[i - 1] != '\\') && (quoted || string.IsNullOrWhiteSpace(part.ToString()))) quoted = !quoted;
            if (typed[i] == ',' && !quoted) Take();
            else part.Append(typed[i]);
        }

        Take();
        return parts;

        void Take()
        {
            if (part.ToString().Trim() is { Length: > 0 } one) parts.Add(one);
            part.Clear();
        }
    }
}
