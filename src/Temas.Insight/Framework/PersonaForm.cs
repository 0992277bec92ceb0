using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Framework;

/// <summary>What the editor of personas shows and sends.</summary>
internal sealed record PersonaForm(FormTexts Texts) : IDefinitionForm
{
    private static readonly string[] Plain = ["icon", "segment"], Pairs = ["label", "who", "needs", "pains"], Names = ["key", "channels", .. Plain, .. Pairs.SelectMany(p => new[] { p + "Tr", p + "En" })];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(PersonaKind.Name, "framework/personas", Policies.Analyse, form => Read(name => form[name].ToString()), workspace => TemasUrls.Framework(workspace), TemasUrls.Persona) { NumbersKeys = true };

    public string Key => Texts["key"] is { Length: > 0 } given ? given : SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]) is { Length: > 0 } made ? made : PersonaKind.Name;

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    public static PersonaForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the editor shows of a document.</summary>
    public static PersonaForm Of(string key, string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        texts.Set("key", key);
        foreach (var name in Pairs) DocumentParts.SetPair(texts, name, node[name]);
        foreach (var name in Plain) texts.Set(name, DocumentParts.Text(node[name]));
        texts.Set("channels", string.Join(", ", DocumentParts.Texts(node["channels"])));
        return new PersonaForm(texts);
    }

    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        foreach (var name in Pairs) DocumentParts.Put(node, name, DocumentParts.PairForBoth(Texts, name) ?? (name == "label" ? [] : null));
        foreach (var name in Plain) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        DocumentParts.Put(node, "channels", DocumentParts.Keys(Texts["channels"]) is { Count: > 0 } channels ? channels : null);
        return node.ToJsonString();
    }
}
