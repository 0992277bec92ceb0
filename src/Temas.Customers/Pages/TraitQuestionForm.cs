using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Storage.Workspaces;
using Temas.Ui.Forms;

namespace Temas.Customers.Pages;

/// <summary>The part of the editor of computed traits that is for questions: a condition, a segment, a funnel, an activity. What it does not show of them is kept from the version before.</summary>
internal static class TraitQuestionForm
{
    /// <summary>So many steps the editor has; longer funnels are kept, and edited as JSON over the API.</summary>
    public const int Steps = 8;

    /// <summary>The units of lengths of time, as questions write them.</summary>
    public static readonly string[] Units = ["d", "h", "m", "w"];

    private const int MostSeen = 500;

    private static readonly string[] Parts = ["condition", "segment", "funnel", "active", "forecast"];
    private static readonly string[] OfEvents = ["property", "touchpoints", "events", "where", "window", "limit", "percentile"];

    /// <summary>The fields.</summary>
    public static string[] Names { get; } =
    [
        "condition", "segment", .. Enumerable.Range(0, Steps).Select(i => DocumentParts.Row("step", i)), "funnelWindow", "funnelWindowUnit", "order", "same", "funnelLast",
        "activeEvent", "unit", "activeWithin", "activeWithinUnit", "forecast",
    ];

    /// <summary>The forecasts to choose from, as questions name them (docs/formats/query.md).</summary>
    public static IReadOnlyList<string> Forecasts { get; } = ["alive", "orders.30", "orders.90", "orders.365", "value.30", "value.90", "value.365", "ends.30", "ends.90"];

    /// <summary>The field of the document that a measure asks by; null for measures of events.</summary>
    public static string? PartOf(string measure) => measure switch
    {
        "condition" => "condition",
        "segment" => "segment",
        "funnel_step" or "funnel_converted" or "funnel_hours" => "funnel",
        "active_units" => "active",
        "forecast" => "forecast",
        _ => null,
    };

    /// <summary>Fills the fields from a document.</summary>
    public static void Set(FormTexts texts, JsonObject node)
    {
        texts.Set("condition", node["condition"] is { } condition ? Pretty(condition) : null);
        texts.Set("segment", DocumentParts.Text(node["segment"]));
        texts.Set("forecast", DocumentParts.Text(node["forecast"]));
        if (node["funnel"] is JsonObject funnel)
        {
            var steps = (funnel["steps"] as JsonArray ?? []).OfType<JsonObject>().ToList();
            for (var i = 0; i < Math.Min(Steps, steps.Count); i++) texts.Set(DocumentParts.Row("step", i), EventOf(steps[i]));
            SetDuration(texts, "funnelWindow", funnel["window"]);
            texts.Set("order", DocumentParts.Text(funnel["order"]));
            texts.Set("same", DocumentParts.Text(funnel["same"]));
            texts.Set("funnelLast", DocumentParts.Text(funnel["last"])?.TrimEnd('d'));
        }

        if (node["active"] is not JsonObject active) return;
        texts.Set("activeEvent", EventOf(active));
        texts.Set("unit", DocumentParts.Text(active["unit"]));
        SetDuration(texts, "activeWithin", active["within"]);
    }

    /// <summary>Puts the question of the measure into the document, and takes out what belongs to other measures.</summary>
    public static void Put(FormTexts texts, JsonObject node)
    {
        var part = PartOf(texts["measure"]);
        foreach (var other in part is null ? Parts : Parts.Concat(OfEvents).Where(p => p != part)) node.Remove(other);
        switch (part)
        {
            case "condition":
                DocumentParts.Put(node, part, texts.Has("condition") ? Parsed(texts["condition"]) : null);
                break;
            case "segment" or "forecast":
                DocumentParts.Put(node, part, DocumentParts.Text(texts[part]));
                break;
            case "funnel":
                node[part] = Funnel(texts, node[part] as JsonObject);
                break;
            case "active":
                var active = Kept(node[part]);
                PutEvent(active, texts["activeEvent"]);
                DocumentParts.Put(active, "unit", DocumentParts.Text(texts["unit"]));
                PutDuration(texts, "activeWithin", active, "within");
                node[part] = active;
                break;
        }
    }

    /// <summary>The types of events that were seen, as questions call them, the catalogue's among them.</summary>
    public static IEnumerable<string> SeenTypes(Workspace workspace) => workspace.Part<CustomersProjection>().Types.Where(t => !t.EndsWith("(other)", StringComparison.Ordinal)).Take(MostSeen).Order(StringComparer.Ordinal);

    private static JsonObject Funnel(FormTexts texts, JsonObject? before)
    {
        var funnel = Kept(before);
        var old = (before?["steps"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        var steps = new JsonArray();
        for (var i = 0; i < Steps; i++)
        {
            if (texts[DocumentParts.Row("step", i)] is not { Length: > 0 } typed) continue;

            // A step that stays what it was keeps its filter.
            var step = i < old.Count && EventOf(old[i]) == typed ? (JsonObject)old[i].DeepClone() : [];
            PutEvent(step, typed);
            steps.Add((JsonNode)step);
        }

        foreach (var more in old.Skip(Steps)) steps.Add(more.DeepClone());
        funnel["steps"] = steps;
        PutDuration(texts, "funnelWindow", funnel, "window");
        DocumentParts.Put(funnel, "order", texts["order"] is "" or "ordered" ? null : JsonValue.Create(texts["order"]));
        DocumentParts.Put(funnel, "same", DocumentParts.Text(texts["same"]));
        DocumentParts.Put(funnel, "last", texts["funnelLast"] is { Length: > 0 } days ? JsonValue.Create(char.IsAsciiDigit(days[^1]) ? days + "d" : days) : null);
        return funnel;
    }

    private static JsonObject Kept(JsonNode? before) => before is JsonObject known ? (JsonObject)known.DeepClone() : [];

    // Several types of one step stand between commas.
    private static string EventOf(JsonObject of) => string.Join(", ", DocumentParts.Texts(of["event"]));

    private static void PutEvent(JsonObject into, string typed) =>
        DocumentParts.Put(into, "event", typed == EventOf(into) ? into["event"]?.DeepClone() : DocumentParts.Words(string.Join(',', typed.Split(',').Select(Typed))));

    // Most people write the name of an event as it was sent; what names no call is something that was tracked.
    private static string Typed(string name) =>
        name.Trim() is var trimmed && (trimmed.Length == 0 || trimmed is "identify" or "group" or "alias" or "page" or "screen" || trimmed.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon && trimmed[..colon] is "track" or "page" or "screen")
            ? trimmed : $"track:{trimmed}";

    private static void SetDuration(FormTexts texts, string name, JsonNode? value)
    {
        if (DocumentParts.Text(value) is not { Length: > 1 } text) return;
        var isKnown = Units.Contains(text[^1..]);
        texts.Set(name, isKnown ? text[..^1] : text);
        texts.Set(name + "Unit", isKnown ? text[^1..] : "d");
    }

    private static void PutDuration(FormTexts texts, string name, JsonObject into, string member) =>
        DocumentParts.Put(into, member, texts[name] is { Length: > 0 } number ? JsonValue.Create(char.IsAsciiDigit(number[^1]) ? number + (texts[name + "Unit"] is { Length: > 0 } unit ? unit : "d") : number) : null);

    private static JsonNode? Parsed(string typed)
    {
        try
        {
            return JsonNode.Parse(typed);
        }
        catch (JsonException)
        {
            // Its check says that an object is expected.
            return JsonValue.Create(typed);
        }
    }

    private static string Pretty(JsonNode node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : node.ToJsonString(Indented);

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
}
