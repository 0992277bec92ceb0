using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Framework;

/// <summary>What the editor of goals shows and sends.</summary>
internal sealed record GoalForm(FormTexts Texts) : IDefinitionForm
{
    private static readonly string[] Plain = ["owner", "indicator", "by"], Numbers = ["target", "worth"], Names = ["key", "labelTr", "labelEn", "descriptionTr", "descriptionEn", .. Plain, .. Numbers];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(GoalKind.Name, "framework/goals", Policies.Analyse, form => Read(name => form[name].ToString()), TemasUrls.Framework, TemasUrls.Goal) { NumbersKeys = true };

    public string Key => Texts["key"] is { Length: > 0 } given ? given : SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]) is { Length: > 0 } made ? made : GoalKind.Name;

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    public static GoalForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the editor shows of a document.</summary>
    public static GoalForm Of(string key, string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        foreach (var name in Plain) texts.Set(name, DocumentParts.Text(node[name]));
        foreach (var name in Numbers) texts.Set(name, node[name]?.ToJsonString());
        return new GoalForm(texts);
    }

    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        DocumentParts.Put(node, "label", DocumentParts.PairForBoth(Texts, "label") ?? []);
        DocumentParts.Put(node, "description", DocumentParts.PairForBoth(Texts, "description"));
        foreach (var name in Plain) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        foreach (var name in Numbers) DocumentParts.Put(node, name, DocumentParts.NumberOrShare(Texts[name]));
        return node.ToJsonString();
    }
}
