using System.Globalization;
using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Journeys;

/// <summary>What the editor of a journey shows and sends: its names, and a row a stage. A stage without a name is none.</summary>
/// <param name="Texts">All fields; those of a stage end with its number.</param>
/// <param name="Stages">How many rows there are.</param>
internal sealed record JourneyForm(FormTexts Texts, int Stages) : IDefinitionForm
{
    private static readonly string[] Names = ["labelTr", "labelEn", "descriptionTr", "descriptionEn", "version", "beside", "segment", "persona"];

    private static readonly string[] StageNames = ["key", "nameTr", "nameEn", "actionsTr", "actionsEn", "touchpoints", "indicators", "teamTr", "teamEn", "systemTr", "systemEn", "partnerTr", "partnerEn", "noteTr", "noteEn", "place"];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } =
        new(JourneyKind.Name, "journeys", Policies.Engage, form => Read(name => form[name].ToString()), TemasUrls.Journeys, TemasUrls.JourneyEdit);

    public string Key => SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]) is { Length: > 0 } made ? made : JourneyKind.Name;

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    public static JourneyForm Read(Func<string, string?> field)
    {
        var names = new List<string>(Names);
        var stages = 0;
        for (var i = 0; i < JourneyKind.MostStages; i++)
        {
            names.AddRange(StageNames.Select(n => DocumentParts.Row(n, i)));
            if (!string.IsNullOrWhiteSpace(field(DocumentParts.Row("nameTr", i))) || !string.IsNullOrWhiteSpace(field(DocumentParts.Row("nameEn", i)))) stages = i + 1;
        }

        return new JourneyForm(FormTexts.Read(field, [.. names]), stages);
    }

    /// <summary>What the editor shows of a document.</summary>
    public static JourneyForm Of(string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        texts.Set("version", DocumentParts.Text(node["version"]) ?? "as-is");
        texts.Set("beside", DocumentParts.Text(node["beside"]));
        texts.Set("segment", DocumentParts.Text(node["segment"]));
        texts.Set("persona", DocumentParts.Text(node["persona"]));
        var stages = (node["stages"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        foreach (var (i, stage) in stages.Index())
        {
            texts.Set(DocumentParts.Row("key", i), DocumentParts.Text(stage["key"]));
            texts.Set(DocumentParts.Row("place", i), (i + 1).ToString(CultureInfo.InvariantCulture));
            SetPair(texts, "name", i, stage["label"]);
            foreach (var name in new[] { "actions", "team", "system", "partner", "note" }) SetPair(texts, name, i, stage[name]);
            texts.Set(DocumentParts.Row("touchpoints", i), string.Join(", ", DocumentParts.Texts(stage["touchpoints"])));
            texts.Set(DocumentParts.Row("indicators", i), string.Join(", ", DocumentParts.Texts(stage["indicators"])));
        }

        return new JourneyForm(texts, stages.Count);
    }

    public string ToJson(string? before)
    {
        var node = new JsonObject { ["label"] = Pair("label", "") ?? [] };
        DocumentParts.Put(node, "description", Pair("description", ""));
        DocumentParts.Put(node, "version", Texts["version"] is "as-was" or "to-be" ? Texts["version"] : null);
        DocumentParts.Put(node, "beside", DocumentParts.Text(Texts["beside"]));
        DocumentParts.Put(node, "segment", DocumentParts.Text(Texts["segment"]));
        DocumentParts.Put(node, "persona", DocumentParts.Text(Texts["persona"]));
        var stages = new List<(double Place, int Row, JsonObject Stage)>();
        for (var i = 0; i < Stages; i++)
        {
            var row = i.ToString(CultureInfo.InvariantCulture);
            if (Pair("name", row) is not { } label) continue;
            var name = label["en"]!.GetValue<string>();
            var stage = new JsonObject { ["key"] = Texts["key" + row] is { Length: > 0 } kept ? kept : SegmentForm.KeyOf(name) is { Length: > 0 } made ? made : "stage-" + (i + 1).ToString(CultureInfo.InvariantCulture), ["label"] = label };
            DocumentParts.Put(stage, "actions", Pair("actions", row));
            stage["touchpoints"] = Words(Texts["touchpoints" + row]);
            DocumentParts.Put(stage, "indicators", Words(Texts["indicators" + row]) is { Count: > 0 } indicators ? indicators : null);
            foreach (var part in new[] { "team", "system", "partner", "note" }) DocumentParts.Put(stage, part, Pair(part, row));
            stages.Add((double.TryParse(Texts["place" + row].Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var place) ? place : i + 1, i, stage));
        }

        node["stages"] = new JsonArray([.. stages.OrderBy(s => s.Place).ThenBy(s => s.Row).Select(s => (JsonNode)s.Stage)]);
        return node.ToJsonString();
    }

    private static void SetPair(FormTexts texts, string name, int row, JsonNode? node)
    {
        texts.Set(DocumentParts.Row(name + "Tr", row), DocumentParts.Text(node) ?? DocumentParts.Text((node as JsonObject)?["tr"]));
        texts.Set(DocumentParts.Row(name + "En", row), DocumentParts.Text(node) ?? DocumentParts.Text((node as JsonObject)?["en"]));
    }

    private static JsonArray Words(string text) => DocumentParts.List(text.Split((char[])[',', '\n'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal));

    // A text that is there in one language alone is taken for both.
    private JsonObject? Pair(string name, string row)
    {
        var (tr, en) = (Texts[name + "Tr" + row], Texts[name + "En" + row]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }
}
