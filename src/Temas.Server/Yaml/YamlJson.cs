using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Kernel;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Temas.Server.Yaml;

/// <summary>
/// Definitions as YAML for people and version control, and back as JSON for Temas, without loss: texts stay texts (what would read as a number or a truth value is quoted),
/// numbers keep their digits, the order of members stays. Plain scalars are read by the core schema of YAML 1.2, so <c>no</c> and <c>on</c> are texts.
/// </summary>
internal static partial class YamlJson
{
    private const int DeepestNesting = 60;

    /// <summary>The YAML of a JSON value.</summary>
    public static YamlNode FromJson(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => FromObject(json),
        JsonValueKind.Array => new YamlSequenceNode(json.EnumerateArray().Select(FromJson)),
        JsonValueKind.String => Text(json.GetString()!),
        JsonValueKind.Null => new YamlScalarNode("null") { Style = ScalarStyle.Plain },
        _ => new YamlScalarNode(json.GetRawText()) { Style = ScalarStyle.Plain },
    };

    /// <summary>A text, quoted where YAML would take it for something else.</summary>
    public static YamlScalarNode Text(string text)
    {
        // YamlDotNet decides on quotes by the form of the text alone; what reads as another type has the right form.
        var style = text.Contains('\n', StringComparison.Ordinal) && IsPrintable(text) ? ScalarStyle.Literal
            : IsPlainText(text) ? ScalarStyle.Plain
            : ScalarStyle.DoubleQuoted;
        return new YamlScalarNode(text) { Style = style };
    }

    /// <summary>The text of a YAML document.</summary>
    public static string Write(YamlNode root)
    {
        using var writer = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        new YamlStream(new YamlDocument(root)).Save(writer, assignAnchors: false);
        var text = writer.ToString().ReplaceLineEndings("\n");
        // The writer ends the document with a marker that nobody needs.
        return text.EndsWith("...\n", StringComparison.Ordinal) ? text[..^4] : text;
    }

    /// <summary>Reads one YAML document; JSON is YAML, too.</summary>
    public static Result<YamlNode> Parse(string yaml)
    {
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count switch
            {
                0 => Problem.Invalid("yaml_empty", "The file holds nothing."),
                1 => stream.Documents[0].RootNode,
                _ => Problem.Invalid("yaml_documents", "The file holds more than one YAML document.", wayOut: "Write one document; definitions of all kinds may stand in it."),
            };
        }
        catch (YamlException e)
        {
            return Problem.Invalid("yaml_invalid", $"It is not YAML: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')} (line {e.Start.Line}, column {e.Start.Column}).");
        }
    }

    /// <summary>The JSON of a YAML value, or what keeps it from being JSON.</summary>
    public static Result<string> ToJson(YamlNode node)
    {
        var stream = new MemoryStream();
        Problem? problem;
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            problem = Write(node, writer, 0);
            if (problem is not null) writer.Reset();
        }

        return problem is null ? Encoding.UTF8.GetString(stream.ToArray()) : problem;
    }

    /// <summary>The line of a node, for messages.</summary>
    public static string Where(YamlNode node) => string.Create(CultureInfo.InvariantCulture, $"line {node.Start.Line}");

    private static YamlMappingNode FromObject(JsonElement json)
    {
        var map = new YamlMappingNode();
        foreach (var member in json.EnumerateObject()) map.Add(Text(member.Name), FromJson(member.Value));
        return map;
    }

    private static Problem? Write(YamlNode node, Utf8JsonWriter writer, int depth)
    {
        if (depth > DeepestNesting) return Problem.Invalid("yaml_too_deep", $"It is nested deeper than {DeepestNesting} levels, or holds an alias to itself ({Where(node)}).");
        switch (node)
        {
            case YamlMappingNode map:
                writer.WriteStartObject();
                foreach (var (key, value) in map.Children)
                {
                    if (key is not YamlScalarNode { Value: { } name }) return Problem.Invalid("yaml_key", $"A name is no text ({Where(key)}).");
                    writer.WritePropertyName(name);
                    if (Write(value, writer, depth + 1) is { } problem) return problem;
                }

                writer.WriteEndObject();
                return null;
            case YamlSequenceNode list:
                writer.WriteStartArray();
                foreach (var item in list.Children)
                {
                    if (Write(item, writer, depth + 1) is { } problem) return problem;
                }

                writer.WriteEndArray();
                return null;
            case YamlScalarNode scalar:
                WriteScalar(scalar, writer);
                return null;
            default:
                return Problem.Invalid("yaml_node", $"It holds something that is neither value, list nor map ({Where(node)}).");
        }
    }

    private static void WriteScalar(YamlScalarNode scalar, Utf8JsonWriter writer)
    {
        var text = scalar.Value ?? "";
        if (scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any)) writer.WriteStringValue(text);
        else if (text is "" or "null" or "Null" or "NULL" or "~") writer.WriteNullValue();
        else if (text is "true" or "True" or "TRUE") writer.WriteBooleanValue(true);
        else if (text is "false" or "False" or "FALSE") writer.WriteBooleanValue(false);
        else if (JsonNumber().IsMatch(text)) writer.WriteRawValue(text);
        else writer.WriteStringValue(text);
    }

    private static bool IsPlainText(string text) =>
        text.Length > 0 && PlainStart().IsMatch(text) && !LooksTyped().IsMatch(text) && !text.Contains(": ", StringComparison.Ordinal) && !text.Contains(" #", StringComparison.Ordinal)
        && text[^1] is not (' ' or ':') && IsPrintable(text);

    private static bool IsPrintable(string text) => !text.Any(c => char.IsControl(c) && c != '\n') && !text.Contains('\uFEFF', StringComparison.Ordinal) && !text.EndsWith(' ') && !text.StartsWith(' ')
        && !text.Contains("\n ", StringComparison.Ordinal) && !text.Contains(" \n", StringComparison.Ordinal) && !text.StartsWith('\n') && !text.Contains('\u0085', StringComparison.Ordinal)
        && !text.Contains('\u2028', StringComparison.Ordinal) && !text.Contains('\u2029', StringComparison.Ordinal);

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();

    /// <summary>Begins with a letter or one of the signs that mean nothing to YAML.</summary>
    [GeneratedRegex(@"^[\p{L}\p{Nd}_/$(.][^\n]*$", RegexOptions.CultureInvariant)]
    private static partial Regex PlainStart();

    /// <summary>What this reader, or an older one, would take for a number, a date, a truth value or nothing.</summary>
    [GeneratedRegex(@"^([-+.]?[0-9][0-9_.,:eExXoObBa-fA-F+-]*([TtZz ][0-9:.TtZz +-]*)?|\.(inf|nan)|true|false|null|yes|no|on|off|y|n)$", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex LooksTyped();
}
