using System.Text.Json.Nodes;
using Temas.Collect.Editing;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Ui;
using Temas.Ui.Forms;

namespace Temas.Insight.Monitors.Calendar;

/// <summary>What the editor of special days shows and sends.</summary>
internal sealed record SpecialDayForm(FormTexts Texts) : IDefinitionForm
{
    private static readonly string[] Plain = ["yearly", "weekday", "hijri"], Numbers = ["length", "before", "after"], Names = ["key", "labelTr", "labelEn", "on", "dates", "season", "closed", .. Plain, .. Numbers];

    /// <summary>The editor.</summary>
    public static DefinitionEditor Editor { get; } = new(SpecialDayKind.Name, "special-days", Policies.Engage, form => Read(name => form[name].ToString()), TemasUrls.SpecialDays, TemasUrls.SpecialDay);

    public string Key => Texts["key"] is { Length: > 0 } given ? given : SegmentForm.KeyOf(Texts.Has("labelEn") ? Texts["labelEn"] : Texts["labelTr"]);

    public IEnumerable<(string Name, string? Value)> Fields => Texts.Fields;

    public static SpecialDayForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the editor shows of a document.</summary>
    public static SpecialDayForm Of(string key, string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        texts.Set("key", key);
        DocumentParts.SetPair(texts, "label", node["label"]);
        texts.Set("on", node["on"] is JsonValue on && on.GetValueKind() == System.Text.Json.JsonValueKind.False ? "no" : "yes");
        texts.Set("season", node["season"] is JsonValue season && season.GetValueKind() == System.Text.Json.JsonValueKind.True ? "yes" : "no");
        texts.Set("closed", string.Join(", ", DocumentParts.Texts(node["closed"])));
        texts.Set("dates", string.Join(", ", DocumentParts.Texts(node["dates"])));
        foreach (var name in Plain) texts.Set(name, DocumentParts.Text(node[name]));
        foreach (var name in Numbers) texts.Set(name, node[name]?.ToJsonString());
        return new SpecialDayForm(texts);
    }

    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        DocumentParts.Put(node, "label", DocumentParts.PairForBoth(Texts, "label") ?? []);
        DocumentParts.Put(node, "on", Texts["on"] == "no" ? JsonValue.Create(false) : null);
        var dates = Texts["dates"].Split((char[])[',', ' ', '\n', '\r'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).ToList();
        DocumentParts.Put(node, "dates", dates.Count == 0 ? null : DocumentParts.List(dates));
        DocumentParts.Put(node, "season", Texts["season"] == "yes" ? JsonValue.Create(true) : null);
        DocumentParts.Put(node, "closed", DocumentParts.Words(Texts["closed"]));
        foreach (var name in Plain) DocumentParts.Put(node, name, DocumentParts.Text(Texts[name]));
        foreach (var name in Numbers) DocumentParts.Put(node, name, DocumentParts.Number(Texts[name]));
        return node.ToJsonString();
    }
}
