using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Indicators;

/// <summary>What the editor of indicators shows and sends: the usual figures by fields, any other as JSON. What it does not show is kept from the version before.</summary>
internal sealed record IndicatorForm(FormTexts Texts) : IDefinitionForm
{
    /// <summary>How a figure may be written.</summary>
    public static readonly string[] Figures = ["count", "customers", "sum", "average", "quotient", "funnel", "provided", "formula", "json"];

    /// <summary>What may be counted of a quotient's parts.</summary>
    public static readonly string[] Counted = ["count", "customers"];

    private static readonly string[] Names =
    [
        "key", "labelTr", "labelEn", "descriptionTr", "descriptionEn", "owner", "goal", "stage", "unit", "better", "target", "warning", "window", "source",
        "kind", "events", "property", "counted", "underEvents", "underCounted", "steps", "funnelWindow", "take", "provided", "formula", "json",
    ];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(IndicatorKind.Name, "indicators", Policies.Analyse, form => Read(name => form[name].ToString()), workspace => TemasUrls.Indicators(workspace), TemasUrls.IndicatorEditor) { HasPreview = true, NumbersKeys = true };

    /// <summary>Key of the indicator; where none was chosen, one made of its name.</summary>
    public string Key => Texts["key"] is { Length: > 0 } given ? given : SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]) is { Length: > 0 } made ? made : IndicatorKind.Name;

    /// <summary>How the figure is written.</summary>
    public string Kind => Texts["kind"] is { Length: > 0 } kind && Figures.Contains(kind) ? kind : "count";

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    public static IndicatorForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static IndicatorForm Of(string key, string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        foreach (var name in new[] { "owner", "goal", "stage", "unit", "better", "source", "formula" }) texts.Set(name, DocumentParts.Text(node[name]));
        foreach (var name in new[] { "target", "warning", "window" }) texts.Set(name, node[name]?.ToJsonString());
        if (node["formula"] is not null) texts.Set("kind", "formula");
        else if (node["figure"] is JsonObject figure && !Fill(texts, figure)) Put(texts, ("kind", "json"), ("json", figure.ToJsonString(new JsonSerializerOptions { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping })));
        return new IndicatorForm(texts);
    }

    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        DocumentParts.Put(node, "label", Pair("label") ?? []);
        DocumentParts.Put(node, "description", Pair("description"));
        foreach (var name in new[] { "owner", "goal", "stage", "unit", "better", "source" }) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        foreach (var name in new[] { "target", "warning", "window" }) DocumentParts.Put(node, name, DocumentParts.NumberOrShare(Texts[name]));
        node.Remove("figure");
        node.Remove("formula");
        if (Kind == "formula") node["formula"] = Texts["formula"];
        else node["figure"] = Figure();
        return node.ToJsonString();
    }

    private JsonNode Figure() => Kind switch
    {
        "sum" or "average" => Measured(Kind),
        "quotient" => new JsonObject { ["numerator"] = Part(Texts["counted"], "events"), ["denominator"] = Part(Texts["underCounted"], "underEvents") },
        "funnel" when Texts["take"] is "" or "share" => new JsonObject { ["funnel"] = Funnel() },
        "funnel" => new JsonObject { ["funnel"] = Funnel(), ["take"] = Texts["take"] },
        "provided" => new JsonObject { ["provided"] = Texts["provided"] },
        "json" => Parsed(Texts["json"]),
        _ => Part(Kind, "events"),
    };

    private JsonObject Measured(string measure)
    {
        var part = Part(measure, "events");
        DocumentParts.Put(part, "property", DocumentParts.Text(Texts["property"]));
        return part;
    }

    private JsonObject Part(string measure, string events)
    {
        var part = new JsonObject { ["measure"] = measure.Length > 0 ? measure : "count" };
        DocumentParts.Put(part, "event", Types(Texts[events]));
        return part;
    }

    private JsonObject Funnel()
    {
        var funnel = new JsonObject { ["steps"] = new JsonArray([.. Texts["steps"].Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(line => (JsonNode)new JsonObject { ["event"] = Types(line) })]) };
        DocumentParts.Put(funnel, "window", DocumentParts.Text(Texts["funnelWindow"]));
        return funnel;
    }

    // Somebody who writes the name of an event alone means what was tracked.
    private static JsonNode? Types(string text)
    {
        var types = text.Split([',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(t => t.Contains(':', StringComparison.Ordinal) || t is "identify" or "page" or "screen" or "group" or "alias" ? t : "track:" + t).Distinct(StringComparer.Ordinal).ToList();
        return types.Count switch { 0 => null, 1 => JsonValue.Create(types[0]), _ => DocumentParts.List(types) };
    }

    private static JsonNode Parsed(string json)
    {
        try
        {
            return JsonNode.Parse(json) ?? new JsonObject();
        }
        catch (JsonException)
        {
            // A text, which the check refuses at its place.
            return JsonValue.Create(json);
        }
    }

    /// <summary>Fills the fields of a figure that they can show; false for any other.</summary>
    private static bool Fill(FormTexts texts, JsonObject figure)
    {
        if (Only(figure, "provided")) return Put(texts, ("kind", "provided"), ("provided", DocumentParts.Text(figure["provided"])));
        if (Only(figure, "measure", "event") && DocumentParts.Text(figure["measure"]) is "count" or "customers") return Put(texts, ("kind", DocumentParts.Text(figure["measure"])), ("events", Listed(figure["event"])));
        if (Only(figure, "measure", "event", "property") && DocumentParts.Text(figure["measure"]) is "sum" or "average" && figure["property"] is not null)
            return Put(texts, ("kind", DocumentParts.Text(figure["measure"])), ("events", Listed(figure["event"])), ("property", DocumentParts.Text(figure["property"])));
        if (figure["numerator"] is JsonObject over && figure["denominator"] is JsonObject under && IsPlain(over) && IsPlain(under))
            return Put(texts, ("kind", "quotient"), ("counted", DocumentParts.Text(over["measure"])), ("events", Listed(over["event"])), ("underCounted", DocumentParts.Text(under["measure"])), ("underEvents", Listed(under["event"])));
        if (Only(figure, "funnel", "take") && figure["funnel"] is JsonObject funnel && Only(funnel, "steps", "window") && funnel["steps"] is JsonArray steps && steps.All(s => s is JsonObject step && Only(step, "event")))
            return Put(texts, ("kind", "funnel"), ("steps", string.Join('\n', steps.Select(s => Listed(s!["event"])))), ("funnelWindow", DocumentParts.Text(funnel["window"])), ("take", DocumentParts.Text(figure["take"]) ?? "share"));
        return false;
    }

    private static bool IsPlain(JsonObject part) => Only(part, "measure", "event") && DocumentParts.Text(part["measure"]) is null or "count" or "customers";

    private static bool Only(JsonObject node, params string[] names) => node.Count > 0 && node.All(f => names.Contains(f.Key));

    private static string Listed(JsonNode? node) => string.Join(", ", DocumentParts.Texts(node));

    private static bool Put(FormTexts texts, params (string Name, string? Value)[] values)
    {
        foreach (var (name, value) in values) texts.Set(name, value);
        return true;
    }

    // A text that is there in one language alone is taken for both.
    private JsonObject? Pair(string name)
    {
        var (tr, en) = (Texts[name + "Tr"], Texts[name + "En"]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }
}
