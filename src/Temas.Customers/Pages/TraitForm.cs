using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Customers.Pages;

/// <summary>What the editor of computed traits shows and sends. What it does not show is kept from the version before.</summary>
internal sealed record TraitForm(FormTexts Texts, EventRows Events) : IDefinitionForm
{
    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(PreviewTrait.Kind, "computed-traits", Policies.Analyse, form => Read(name => form[name]), TemasUrls.ComputedTraits, TemasUrls.ComputedTrait) { HasPreview = true };

    public string Key => Texts["key"];

    /// <summary>The keys of the touchpoints whose events count.</summary>
    public IEnumerable<string> Touchpoints => DocumentParts.Lines(Texts["touchpoints"]);

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields.Concat(Events.Fields);

    /// <summary>Reads a form or a query. Touchpoints are chosen one by one, and come as several values of one field.</summary>
    public static TraitForm Read(Func<string, Microsoft.Extensions.Primitives.StringValues> field)
    {
        var texts = FormTexts.Read(name => field(name), "key", "labelTr", "labelEn", "measure", "property", "window", "windowUnit", "limit", "percentile", "where");
        foreach (var name in TraitQuestionForm.Names) texts.Set(name, field(name).ToString().Trim());
        texts.Set("touchpoints", string.Join('\n', field("touchpoints").SelectMany(t => DocumentParts.Lines(t ?? ""))));
        return new TraitForm(texts, EventRows.Read("event", name => field(name)));
    }

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static TraitForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var texts = new FormTexts();
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        texts.Set("measure", DocumentParts.Text(node["measure"]));
        texts.Set("property", string.Join(", ", DocumentParts.Texts(node["property"])));
        texts.Set("touchpoints", string.Join('\n', DocumentParts.Texts(node["touchpoints"])));
        texts.Set("where", ConditionText.Write(node["where"]));
        texts.Set("limit", node["limit"]?.ToJsonString());
        texts.Set("percentile", node["percentile"]?.ToJsonString());
        var (number, unit) = DocumentParts.Duration(node["window"]);
        texts.Set("window", number);
        texts.Set("windowUnit", unit);
        TraitQuestionForm.Set(texts, node);
        return new TraitForm(texts, EventRows.Of("event", node["events"]));
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        node["label"] = DocumentParts.Pair(Texts, "label") ?? [];
        DocumentParts.Put(node, "measure", DocumentParts.Text(Texts["measure"]));
        TraitQuestionForm.Put(Texts, node);
        if (TraitQuestionForm.PartOf(Texts["measure"]) is not null) return node.ToJsonString();
        DocumentParts.Put(node, "property", DocumentParts.Words(Texts["property"]));
        // Those that were there keep their order, so that nothing seems changed that is not.
        var known = DocumentParts.Texts(node["touchpoints"]).ToList();
        var touchpoints = Touchpoints.OrderBy(t => known.IndexOf(t) is >= 0 and var at ? at : int.MaxValue).ToList();
        DocumentParts.Put(node, "touchpoints", touchpoints.Count > 0 ? DocumentParts.List(touchpoints) : null);
        var events = Events.ToJson(node["events"]);
        DocumentParts.Put(node, "events", events.Count > 0 ? events : null);
        if (ConditionText.Write(node["where"]) != Texts["where"].ReplaceLineEndings("\n")) DocumentParts.Put(node, "where", ConditionText.Read(Texts["where"]));
        if (DocumentParts.Duration(node["window"]) != (Texts["window"], Texts["windowUnit"])) DocumentParts.Put(node, "window", DocumentParts.Duration(Texts["window"], Texts["windowUnit"]));
        DocumentParts.Put(node, "limit", DocumentParts.Number(Texts["limit"]));
        DocumentParts.Put(node, "percentile", DocumentParts.Number(Texts["percentile"]));
        return node.ToJsonString();
    }
}
