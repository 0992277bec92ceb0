using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>Reads the parts that several kinds of definition share: labels, events, conditions.</summary>
public static partial class PatternReading
{
    /// <summary><c>"label": {"tr": "…", "en": "…"}</c>; both languages are required.</summary>
    public static LocalText Label(this DefinitionNode node)
    {
        if (!node.Has("label")) node.Fault("label", "field_missing", "A label in both languages is required.", wayOut: "Add {\"tr\": \"…\", \"en\": \"…\"}.");
        return node.Object("label", n =>
        {
            n.Only("tr", "en");
            return new LocalText(n.RequiredText("tr"), n.RequiredText("en"));
        }) ?? new LocalText("", "");
    }

    /// <summary>A name for people: one text for both languages, or <c>{"tr": "…", "en": "…"}</c>. Null when it is absent.</summary>
    public static LocalText? Name(this DefinitionNode node, string name)
    {
        if (!node.Has(name)) return null;
        if (node.Element.GetProperty(name).ValueKind == JsonValueKind.String) return node.Text(name) is { } text ? new LocalText(text, text) : null;
        return node.Object(name, n =>
        {
            n.Only("tr", "en");
            return new LocalText(n.RequiredText("tr"), n.RequiredText("en"));
        });
    }

    /// <summary>An event: <c>{"type": "track", "names": ["Order Completed"], "where": […]}</c>; <paramref name="more"/> are further fields that are allowed.</summary>
    public static EventPattern Pattern(this DefinitionNode node, params ReadOnlySpan<string> more)
    {
        node.Only(["type", "names", "where", .. more]);
        var type = node.OneOf(
            "type",
            EventType.Track,
            ("track", EventType.Track),
            ("page", EventType.Page),
            ("screen", EventType.Screen),
            ("identify", EventType.Identify),
            ("group", EventType.Group),
            ("alias", EventType.Alias));
        var names = node.Texts("names");
        if (names.Count == 0 && type == EventType.Track) node.Fault("names", "field_missing", "A track event needs at least one name.", wayOut: "Name the events exactly as they are sent.");
        return new EventPattern(type, names, node.Conditions("where"));
    }

    /// <summary>A list of conditions: <c>{"property": "status", "is": "equal", "value": "failed"}</c>.</summary>
    public static IReadOnlyList<PropertyCondition> Conditions(this DefinitionNode node, string name) => node.List(name, Condition, 20);

    /// <summary>One or several paths of properties.</summary>
    public static IReadOnlyList<PropertyPath> Paths(this DefinitionNode node, string name) =>
        [.. node.Texts(name, form: PathForm()).Select(p => new PropertyPath(p))];

    /// <summary>One path of a property, or null when the field is absent.</summary>
    public static PropertyPath? Path(this DefinitionNode node, string name) => node.Text(name, form: PathForm()) is { } path ? new PropertyPath(path) : null;

    /// <summary>The form of stages, channels and the like: lower-case words.</summary>
    [GeneratedRegex("^[a-z][a-z0-9_-]{0,39}$", RegexOptions.CultureInvariant)]
    public static partial Regex WordForm();

    private static PropertyCondition Condition(DefinitionNode node)
    {
        node.Only("property", "is", "value", "values");
        node.RequiredText("property", form: PathForm());
        var comparison = node.OneOf(
            "is",
            Comparison.Equal,
            ("equal", Comparison.Equal),
            ("not_equal", Comparison.NotEqual),
            ("below", Comparison.Below),
            ("at_most", Comparison.AtMost),
            ("above", Comparison.Above),
            ("at_least", Comparison.AtLeast),
            ("one_of", Comparison.OneOf),
            ("contains", Comparison.Contains),
            ("exists", Comparison.Exists),
            ("missing", Comparison.Missing));
        return new PropertyCondition(node.Path("property") ?? new PropertyPath("_"), comparison, Values(node, comparison));
    }

    private static IReadOnlyList<string> Values(DefinitionNode node, Comparison comparison)
    {
        switch (comparison)
        {
            case Comparison.Exists or Comparison.Missing:
                if (node.Has("value") || node.Has("values")) node.Fault("value", "field_unused", "This comparison takes no value.", wayOut: "Remove it.");
                return [];
            case Comparison.OneOf:
                if (!node.Has("values") || node.Element.GetProperty("values") is not { ValueKind: JsonValueKind.Array } list || list.GetArrayLength() is 0 or > 1000)
                {
                    node.Fault("values", "list_expected", "This comparison takes a list of 1 to 1000 values.");
                    return [];
                }

                return [.. list.EnumerateArray().Select((v, i) => Scalar(node, $"values[{i.ToString(System.Globalization.CultureInfo.InvariantCulture)}]", v))];
            default:
                if (!node.Has("value"))
                {
                    node.Fault("value", "field_missing", "This comparison needs a value.", wayOut: "Add it.");
                    return [""];
                }

                var value = node.Element.GetProperty("value");
                var text = Scalar(node, "value", value);
                if (comparison is Comparison.Below or Comparison.AtMost or Comparison.Above or Comparison.AtLeast && value.ValueKind != JsonValueKind.Number)
                {
                    node.Fault("value", "number_expected", "This comparison needs a number.", text);
                }

                return [text];
        }
    }

    private static string Scalar(DefinitionNode node, string at, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String: return value.GetString()!;
            case JsonValueKind.Number or JsonValueKind.True or JsonValueKind.False: return value.GetRawText();
            default:
                node.Fault(at, "value_expected", "This field is a text, a number, true or false.", value.GetRawText());
                return "";
        }
    }

    [GeneratedRegex(@"^[^.]+(\.[^.]+){0,7}$", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();
}
