using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Customers.Promises;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Customers.Pages;

/// <summary>What the editor of promises shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record PromiseForm(FormTexts Texts, EventRows Made, EventRows Kept, EventRows Cancelled) : IDefinitionForm
{
    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(PreviewPromise.Kind, "promises", Policies.Manage, form => Read(name => form[name]), TemasUrls.Promises, TemasUrls.Promise) { HasPreview = true };

    private static readonly string[] Values = ["kept", "broken", "late"];

    public string Key => Texts["key"];

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => [.. Texts.Fields, .. Made.Fields, .. Kept.Fields, .. Cancelled.Fields];

    /// <summary>Reads a form or a query.</summary>
    public static PromiseForm Read(Func<string, string?> field) => new(
        FormTexts.Read(field, "key", "labelTr", "labelEn", "match", "grace", "graceUnit", "ownerTr", "ownerEn", "systemTr", "systemEn", "kept", "broken", "late", "worst", "worstUnit"),
        EventRows.Read("made", field), EventRows.Read("keptBy", field), EventRows.Read("cancelled", field));

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static PromiseForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        foreach (var name in new[] { "label", "owner", "system" }) DocumentParts.SetPair(texts, name, node[name]);
        texts.Set("match", string.Join(", ", DocumentParts.Texts(node["match"])));
        foreach (var name in Values) texts.Set(name, node["perception"]?[name]?.ToJsonString());
        SetDuration(texts, "grace", node["grace"]);
        SetDuration(texts, "worst", node["perception"]?["worstDelay"]);
        return new PromiseForm(texts, EventRows.Of("made", node["made"]), EventRows.Of("keptBy", node["kept"]), EventRows.Of("cancelled", node["cancelled"]));
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        DocumentParts.Put(node, "match", DocumentParts.Words(Texts["match"]));
        node["made"] = Made.ToJson(node["made"]);
        node["kept"] = Kept.ToJson(node["kept"]);
        var cancelled = Cancelled.ToJson(node["cancelled"]);
        DocumentParts.Put(node, "cancelled", cancelled.Count > 0 ? cancelled : null);
        PutDuration(node, "grace", "grace");
        foreach (var name in new[] { "owner", "system" }) DocumentParts.Put(node, name, DocumentParts.Pair(Texts, name));
        var perception = node["perception"] as JsonObject ?? [];
        foreach (var name in Values) DocumentParts.Put(perception, name, DocumentParts.Number(Texts[name]));
        PutDuration(perception, "worstDelay", "worst");
        if (perception.Parent is null && perception.Count > 0) node["perception"] = perception;
        return node.ToJsonString();
    }

    private static void SetDuration(FormTexts texts, string name, JsonNode? node)
    {
        var (number, unit) = DocumentParts.Duration(node);
        texts.Set(name, number);
        texts.Set(name + "Unit", unit);
    }

    // What reads the same stays as it was written.
    private void PutDuration(JsonObject node, string member, string name)
    {
        if (DocumentParts.Duration(node[member]) != (Texts[name], Texts[name + "Unit"])) DocumentParts.Put(node, member, DocumentParts.Duration(Texts[name], Texts[name + "Unit"]));
    }
}
