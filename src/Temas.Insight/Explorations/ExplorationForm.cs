using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Temas.Collect.Editing;
using Temas.Insight.Explore;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Explorations;

/// <summary>What the page of a saved exploration shows and sends: its names and its owner. Its question is kept, for that is changed in the explorer.</summary>
internal sealed record ExplorationForm(FormTexts Texts) : IDefinitionForm
{
    private static readonly string[] Names = ["labelTr", "labelEn", "descriptionTr", "descriptionEn", "owner"];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(ExplorationKind.Name, "explore/saved", Policies.Engage, form => Read(name => form[name].ToString()), workspace => TemasUrls.Explorations(workspace), TemasUrls.Exploration);

    // One is made in the explorer, never here.
    public string Key => "";

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    public static ExplorationForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the page shows of a document.</summary>
    public static ExplorationForm Of(string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        texts.Set("owner", DocumentParts.Text(node["owner"]));
        return new ExplorationForm(texts);
    }

    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        DocumentParts.Put(node, "label", Pair("label") ?? []);
        DocumentParts.Put(node, "description", Pair("description"));
        DocumentParts.Put(node, "owner", DocumentParts.Text(Texts["owner"]));
        return node.ToJsonString();
    }

    /// <summary>The document of what the explorer shows, on top of the version before, if there is one.</summary>
    public string ToJson(string? before, ExploreState state, string owner)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        if (before is null)
        {
            node["label"] = Pair("label") ?? [];
            node["owner"] = owner;
        }

        node["question"] = JsonNode.Parse(state.Question().GetRawText());
        var page = new JsonObject();
        foreach (var (name, values) in QueryHelpers.ParseQuery(state.Url("")))
            page[name] = values.Count == 1 ? values[0] : new JsonArray([.. values.Select(v => (JsonNode?)v)]);
        node["page"] = page;
        return node.ToJsonString();
    }

    // A text that is there in one language alone is taken for both.
    private JsonObject? Pair(string name)
    {
        var (tr, en) = (Texts[name + "Tr"], Texts[name + "En"]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }
}
