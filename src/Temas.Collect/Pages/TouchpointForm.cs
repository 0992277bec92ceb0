using System.Text.Json.Nodes;
using Temas.Collect.Catalogue;
using Temas.Collect.Editing;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Collect.Pages;

/// <summary>
/// What the editor of touchpoints shows and sends. What it does not show (further rules of perception) is kept from the version before,
/// so that a change of a name loses nothing that was written by hand.
/// </summary>
internal sealed record TouchpointForm(FormTexts Texts, EventRows Events) : IDefinitionForm
{
    /// <summary>What the fields of the events begin with.</summary>
    public const string EventPrefix = "event";

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(TouchpointKind.Instance.Kind, "touchpoints", Policies.Manage, form => Read(name => form[name]), workspace => TemasUrls.Touchpoints(workspace), TemasUrls.Touchpoint);

    private static readonly string[] Words = ["stage", "channel", "medium", "media", "initiative"];

    private static readonly string[] Usual = ["digital", "owned", "customer"];

    public string Key => Texts["key"];

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields.Concat(Events.Fields);

    /// <summary>Reads a form or a query.</summary>
    public static TouchpointForm Read(Func<string, string?> field) => new(
        FormTexts.Read(field, ["key", "labelTr", "labelEn", .. Words, "ownerTr", "ownerEn", "systemTr", "systemEn", "partnerTr", "partnerEn", "serviceLevelTr", "serviceLevelEn", "value", "properties"]), EventRows.Read(EventPrefix, field));

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static TouchpointForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        foreach (var name in Words) texts.Set(name, DocumentParts.Text(node[name]));
        foreach (var name in new[] { "label", "owner", "system", "partner", "serviceLevel" }) DocumentParts.SetPair(texts, name, node[name]);
        texts.Set("value", node["perception"]?["value"]?.ToJsonString());
        texts.Set("properties", node["properties"] is JsonObject properties ? string.Join('\n', properties.Select(p => $"{p.Key}: {DocumentParts.Text(p.Value)}")) : null);
        return new TouchpointForm(texts, EventRows.Of(EventPrefix, node["events"]));
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        node["events"] = Events.ToJson(node["events"]);
        foreach (var name in Words)
        {
            // A choice always says something; what holds without a word stays without one.
            if (!(node[name] is null && Usual.Contains(Texts[name]))) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        }

        foreach (var name in new[] { "owner", "system", "partner", "serviceLevel" }) DocumentParts.Put(node, name, DocumentParts.Pair(Texts, name));
        DocumentParts.Put(node, "properties", Texts.Has("properties") ? Properties() : null);
        var perception = node["perception"] as JsonObject ?? [];
        DocumentParts.Put(perception, "value", DocumentParts.Number(Texts["value"]));
        if (perception.Parent is null && perception.Count > 0) node["perception"] = perception;
        return node.ToJsonString();
    }

    private JsonObject Properties()
    {
        var result = new JsonObject();
        foreach (var line in DocumentParts.Lines(Texts["properties"]))
        {
            var colon = line.LastIndexOf(':');
            result[colon > 0 ? line[..colon].Trim() : line] = colon > 0 ? line[(colon + 1)..].Trim() : "text";
        }

        return result;
    }
}
