using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Monitors.Pages;

/// <summary>What the editor of monitors shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record MonitorForm(FormTexts Texts) : IDefinitionForm
{
    private static readonly string[] Plain = ["watch", "sensitivity", "direction", "owner", "severity"], Numbers = ["threshold", "days", "coolDown"], Lists = ["indicators", "sources", "events", "except", "to"];

    private static readonly string[] Names = ["key", "labelTr", "labelEn", "descriptionTr", "descriptionEn", "on", "segment", .. Plain, .. Numbers, .. Lists];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(MonitorKind.Name, "monitors", Policies.Engage, form => Read(name => form[name].ToString()), TemasUrls.Monitors, TemasUrls.MonitorEditor) { HasPreview = true, NumbersKeys = true };

    public string Key => Texts["key"] is { Length: > 0 } given ? given : SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]);

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    /// <summary>What is watched for.</summary>
    public string Watch => Texts["watch"] is { Length: > 0 } word ? word : "anomaly";

    public static MonitorForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the editor shows of a document.</summary>
    public static MonitorForm Of(string key, string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        foreach (var name in Plain) texts.Set(name, DocumentParts.Text(node[name]));
        foreach (var name in Numbers) texts.Set(name, node[name]?.ToJsonString());
        foreach (var name in Lists) texts.Set(name, string.Join(", ", DocumentParts.TextsOrNumbers(node[name])));
        texts.Set("on", node["on"] is JsonValue on && on.GetValueKind() == System.Text.Json.JsonValueKind.False ? "no" : "yes");
        texts.Set("segment", DocumentParts.Text((node["where"] as JsonObject)?["segment"]) ?? (node["where"] is null ? "" : "keep"));
        return new MonitorForm(texts);
    }

    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        DocumentParts.Put(node, "label", Pair("label") ?? []);
        DocumentParts.Put(node, "description", Pair("description"));
        DocumentParts.Put(node, "on", Texts["on"] == "no" ? JsonValue.Create(false) : null);
        foreach (var name in Plain) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        node["watch"] = Watch;
        foreach (var name in Numbers) DocumentParts.Put(node, name, DocumentParts.NumberOrShare(Texts[name]));
        foreach (var name in Lists) DocumentParts.Put(node, name, DocumentParts.Words(Texts[name]));
        // What goes with something else to watch for is left out, not refused.
        if (Watch is not ("anomaly" or "threshold" or "target")) foreach (var name in new[] { "indicators", "where", "direction" }) node.Remove(name);
        if (Watch != "stopped") foreach (var name in new[] { "sources", "events" }) node.Remove(name);
        if (Watch != "threshold") node.Remove("threshold");
        if (Watch is not ("threshold" or "target")) node.Remove("days");
        if (Watch != "anomaly") node.Remove("sensitivity");
        if (Watch == "target") node.Remove("direction");
        if (Texts["segment"] is { Length: > 0 } segment and not "keep" && node["indicators"] is not null) node["where"] = new JsonObject { ["segment"] = segment };
        else if (Texts["segment"].Length == 0) node.Remove("where");
        return node.ToJsonString();
    }

    // A text that is there in one language alone is taken for both.
    private JsonObject? Pair(string name)
    {
        var (tr, en) = (Texts[name + "Tr"], Texts[name + "En"]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }
}
