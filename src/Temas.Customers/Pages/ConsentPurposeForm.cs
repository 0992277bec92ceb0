using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Customers.Privacy;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Customers.Pages;

/// <summary>What the editor of consent purposes shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record ConsentPurposeForm(FormTexts Texts) : IDefinitionForm
{
    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(ConsentPurposeKind.Name, "privacy/purposes", Policies.Manage, form => Read(name => form[name]), TemasUrls.ConsentPurposes, TemasUrls.ConsentPurpose);

    public string Key => Texts["key"];

    /// <summary>The channels that are ticked.</summary>
    public IEnumerable<string> Channels => DocumentParts.Lines(Texts["channels"]);

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    /// <summary>Reads a form or a query. Channels are chosen one by one, and come as several values of one field.</summary>
    public static ConsentPurposeForm Read(Func<string, Microsoft.Extensions.Primitives.StringValues> field)
    {
        var texts = FormTexts.Read(name => field(name), "key", "labelTr", "labelEn", "descriptionTr", "descriptionEn", "names", "basis", "needsConsent");
        texts.Set("channels", string.Join('\n', field("channels").SelectMany(c => DocumentParts.Lines(c ?? ""))));
        return new ConsentPurposeForm(texts);
    }

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static ConsentPurposeForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        texts.Set("names", string.Join('\n', DocumentParts.Texts(node["names"])));
        texts.Set("channels", string.Join('\n', DocumentParts.Texts(node["channels"])));
        texts.Set("basis", DocumentParts.Text(node["basis"]));
        if (node["needsConsent"] is JsonValue needs && needs.TryGetValue<bool>(out var yes) && yes) texts.Set("needsConsent", "1");
        return new ConsentPurposeForm(texts);
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        DocumentParts.Put(node, "description", DocumentParts.Pair(Texts, "description"));
        DocumentParts.Put(node, "names", Some(DocumentParts.Lines(Texts["names"])));
        // Those that were there keep their order, so that nothing seems changed that is not.
        var known = DocumentParts.Texts(node["channels"]).ToList();
        DocumentParts.Put(node, "channels", Some(Channels.OrderBy(c => known.IndexOf(c) is >= 0 and var at ? at : int.MaxValue)));
        DocumentParts.Put(node, "basis", DocumentParts.Text(Texts["basis"]));
        DocumentParts.Put(node, "needsConsent", Texts.Has("needsConsent") ? JsonValue.Create(true) : null);
        return node.ToJsonString();
    }

    private static JsonArray? Some(IEnumerable<string> texts) => DocumentParts.List(texts) is { Count: > 0 } list ? list : null;
}
