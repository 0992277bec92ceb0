using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Temas.Kernel;

namespace Temas.Ui.Forms;

/// <summary>
/// Turns what is typed into the parts of a definition's document and back. What cannot be read stays a text, which the definition's own check then refuses at its place:
/// there is one set of rules, and the editor has none of its own.
/// </summary>
public static partial class DocumentParts
{
    private static readonly (string Unit, long Milliseconds)[] Units = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)];

    /// <summary>The units of lengths of time, the largest first: d, h, m, s.</summary>
    public static IEnumerable<string> DurationUnits => Units.Select(u => u.Unit);

    /// <summary>Puts a member, or takes it away when there is no value.</summary>
    public static void Put(JsonObject node, string name, JsonNode? value)
    {
        if (value is null) node.Remove(name);
        else node[name] = value;
    }

    /// <summary>The text of a node; null when it is none.</summary>
    public static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    /// <summary>The texts of a list; a single text counts as a list of one.</summary>
    public static IEnumerable<string> Texts(JsonNode? node) => node is JsonArray list ? list.Select(n => Text(n) ?? "") : Text(node) is { } one ? [one] : [];

    /// <summary>As <see cref="Texts"/>; whole numbers are taken as they are written.</summary>
    public static IEnumerable<string> TextsOrNumbers(JsonNode? node) => (node is JsonArray list ? list : [node?.DeepClone()]).Select(n => Text(n) ?? (n?.GetValueKind() == JsonValueKind.Number ? n.ToJsonString() : null)).OfType<string>();

    /// <summary>A text, or null when it is empty.</summary>
    public static JsonNode? Text(string text) => text.Length == 0 ? null : JsonValue.Create(text);

    /// <summary>A number, with point or comma; null when the text is empty.</summary>
    public static JsonNode? Number(string text) => text.Length == 0 ? null : Read(text) is { } number ? JsonValue.Create(number) : JsonValue.Create(text);

    /// <summary>A number as above of which some are shares: with a per cent sign before or behind it, a hundredth.</summary>
    public static JsonNode? NumberOrShare(string text)
    {
        if (text.StartsWith('%') == text.EndsWith('%')) return Number(text);
        // As a decimal, so that 29 % is 0.29.
        return Read(text.Trim('%').Trim()) is { } number && Math.Abs(number) < 1e9 ? JsonValue.Create((double)((decimal)number / 100)) : JsonValue.Create(text);
    }

    private static double? Read(string text) =>
        double.TryParse((Grouped().IsMatch(text) ? Ungrouped(text) : text).Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;

    // 1.234,5 and 1,234.5 are one number; with one mark alone, 1.234 is a little more than one.
    [GeneratedRegex(@"^-?[0-9]{1,3}(?:([.,])[0-9]{3}(?:\1[0-9]{3})*(?!\1)[.,][0-9]+|([.,])[0-9]{3}(?:\2[0-9]{3})+)$")]
    private static partial Regex Grouped();

    private static string Ungrouped(string text) => text.LastIndexOfAny(['.', ',']) is var last && text.IndexOf(text[last], StringComparison.Ordinal) == last ? text[..last].Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal) + text[last..] : text.Replace(".", "", StringComparison.Ordinal).Replace(",", "", StringComparison.Ordinal);

    /// <summary>Lines without the empty ones, each once.</summary>
    public static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal);

    /// <summary>Words between commas, as one text or a list; null when there are none.</summary>
    public static JsonNode? Words(string text)
    {
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        return words.Count switch { 0 => null, 1 => JsonValue.Create(words[0]), _ => List(words) };
    }

    /// <summary>A list of texts.</summary>
    public static JsonArray List(IEnumerable<string> texts) => [.. texts.Select(t => (JsonNode?)JsonValue.Create(t))];

    /// <summary>A text in both languages, from the fields <c>nameTr</c> and <c>nameEn</c>; null when both are empty.</summary>
    public static JsonObject? Pair(FormTexts form, string name)
    {
        var pair = new JsonObject();
        if (form.Has(name + "Tr")) pair["tr"] = form[name + "Tr"];
        if (form.Has(name + "En")) pair["en"] = form[name + "En"];
        return pair.Count == 0 ? null : pair;
    }

    /// <summary>As <see cref="Pair"/>; a text that is there in one language alone is taken for both.</summary>
    /// <param name="form">The fields.</param>
    /// <param name="name">What their names begin with.</param>
    /// <param name="row">What they end with, where they are those of a row.</param>
    public static JsonObject? PairForBoth(FormTexts form, string name, string row = "")
    {
        var (tr, en) = (form[name + "Tr" + row], form[name + "En" + row]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }

    /// <summary>Fills the fields of <see cref="Pair"/>, or of a row.</summary>
    public static void SetPair(FormTexts form, string name, JsonNode? node, string row = "")
    {
        form.Set(name + "Tr" + row, Text(node) ?? Text((node as JsonObject)?["tr"]));
        form.Set(name + "En" + row, Text(node) ?? Text((node as JsonObject)?["en"]));
    }

    /// <summary>Keys between commas or on lines of their own, each once.</summary>
    public static JsonArray Keys(string text) => List(text.Split((char[])[',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal));

    /// <summary>A length of time out of a number and its unit, as ISO 8601 writes it; null when there is no number.</summary>
    public static JsonNode? Duration(string number, string unit)
    {
        if (number.Length == 0) return null;
        var of = Array.Find(Units, u => u.Unit == unit).Milliseconds;
        return of > 0 && double.TryParse(number.Replace(',', '.'), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count * of is >= 0 and < 1e12 and var length
            ? JsonValue.Create(Iso8601Duration.Format((long)Math.Round(length)))
            : JsonValue.Create(number);
    }

    /// <summary>A length of time as number and the largest unit that leaves no rest; the text itself when it is none.</summary>
    public static (string Number, string Unit) Duration(JsonNode? node)
    {
        if (Text(node) is not { } text) return ("", "");
        if (!Iso8601Duration.TryParse(text, out var length)) return (text, "d");
        var unit = Array.Find(Units, u => length % u.Milliseconds == 0 && length >= u.Milliseconds);
        return unit.Unit is null ? ("0", "d") : ((length / unit.Milliseconds).ToString(CultureInfo.InvariantCulture), unit.Unit);
    }

    /// <summary>Name of a field of a row.</summary>
    public static string Row(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}{index}");
}
