using System.Globalization;
using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Journeys;

/// <summary>What the editor of a journey shows and sends: its names, and a row a stage in their order. A row in which nothing is filled in is no stage; one that says something and has no name is one that is refused.</summary>
/// <param name="Texts">All fields; those of a stage end with its number.</param>
/// <param name="Stages">How many rows there are.</param>
internal sealed record JourneyForm(FormTexts Texts, int Stages) : IDefinitionForm
{
    private static readonly string[] Names = ["labelTr", "labelEn", "descriptionTr", "descriptionEn", "version", "beside", "segment", "persona"];

    private static readonly string[] Pairs = ["name", "actions", "team", "system", "partner", "note"], Said = [.. Pairs.SelectMany(p => new[] { p + "Tr", p + "En" }), "touchpoints", "indicators"];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(JourneyKind.Name, "journeys", Policies.Engage, form => Read(name => form[name].ToString()), TemasUrls.Journeys, TemasUrls.JourneyEdit) { KeepsDrafts = true, NumbersKeys = true };

    public string Key => SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]) is { Length: > 0 } made ? made : JourneyKind.Name;

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    /// <summary>Reads a form. Rows are put in the order that their places say, so that what is refused is shown as it was arranged.</summary>
    public static JourneyForm Read(Func<string, string?> field)
    {
        var rows = new List<(double Place, int Row)>();
        for (var i = 0; i < JourneyKind.MostStages; i++)
        {
            if (Said.All(n => string.IsNullOrWhiteSpace(field(DocumentParts.Row(n, i))))) continue;
            rows.Add((double.TryParse(field(DocumentParts.Row("place", i))?.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var place) ? place : i + 1, i));
        }

        var texts = FormTexts.Read(field, Names);
        foreach (var (i, (_, row)) in rows.OrderBy(r => r.Place).ThenBy(r => r.Row).Index())
        {
            foreach (var name in Said.Append("key")) texts.Set(DocumentParts.Row(name, i), field(DocumentParts.Row(name, row))?.Trim());
            texts.Set(DocumentParts.Row("place", i), (i + 1).ToString(CultureInfo.InvariantCulture));
        }

        return new JourneyForm(texts, rows.Count);
    }

    /// <summary>What the editor shows of a document.</summary>
    public static JourneyForm Of(string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        texts.Set("version", DocumentParts.Text(node["version"]) ?? "as-is");
        foreach (var name in new[] { "beside", "segment", "persona" }) texts.Set(name, DocumentParts.Text(node[name]));
        var stages = (node["stages"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var (i, stage) in stages.Index())
        {
            var row = i.ToString(CultureInfo.InvariantCulture);
            texts.Set("key" + row, DocumentParts.Text(stage["key"]));
            texts.Set("place" + row, (i + 1).ToString(CultureInfo.InvariantCulture));
            foreach (var name in Pairs) DocumentParts.SetPair(texts, name, stage[name == "name" ? "label" : name], row);
            foreach (var name in new[] { "touchpoints", "indicators" }) texts.Set(name + row, string.Join(", ", DocumentParts.Texts(stage[name])));
        }

        return new JourneyForm(texts, stages.Count);
    }

    public string ToJson(string? before)
    {
        var node = new JsonObject { ["label"] = DocumentParts.PairForBoth(Texts, "label") ?? [] };
        DocumentParts.Put(node, "description", DocumentParts.PairForBoth(Texts, "description"));
        DocumentParts.Put(node, "version", Texts["version"] is "as-was" or "to-be" ? Texts["version"] : null);
        foreach (var name in new[] { "beside", "segment", "persona" }) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        var stages = new JsonArray();
        for (var i = 0; i < Stages; i++)
        {
            var row = i.ToString(CultureInfo.InvariantCulture);
            var stage = new JsonObject();
            foreach (var name in Pairs) DocumentParts.Put(stage, name == "name" ? "label" : name, DocumentParts.PairForBoth(Texts, name, row) ?? (name == "name" ? [] : null));
            stage["key"] = Texts["key" + row] is { Length: > 0 } kept ? kept : SegmentForm.KeyOf(DocumentParts.Text(stage["label"]!["en"]) ?? "") is { Length: > 0 } made ? made : "stage-" + (i + 1).ToString(CultureInfo.InvariantCulture);
            stage["touchpoints"] = DocumentParts.Keys(Texts["touchpoints" + row]);
            DocumentParts.Put(stage, "indicators", DocumentParts.Keys(Texts["indicators" + row]) is { Count: > 0 } indicators ? indicators : null);
            stages.Add((JsonNode)stage);
        }

        node["stages"] = stages;
        return node.ToJsonString();
    }
}
