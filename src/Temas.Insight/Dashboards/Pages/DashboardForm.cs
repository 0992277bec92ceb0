using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Temas.Insight.Dashboards.Definitions;
using Temas.Ui.Forms;

namespace Temas.Insight.Dashboards.Pages;

/// <summary>What the editor of a dashboard shows and sends: its names, and of each tile where it stands and how large it is. What tiles show is kept.</summary>
/// <param name="Texts">The single fields.</param>
/// <param name="Places">Of each tile its id, its place, columns and rows, and whether it goes.</param>
internal sealed record DashboardForm(FormTexts Texts, IReadOnlyList<TilePlace> Places)
{
    private static readonly string[] Names = ["labelTr", "labelEn", "descriptionTr", "descriptionEn", "order", "period", "compare", "every", "hour", "to", "language"];

    /// <summary>What was filled in, for the address of the editor.</summary>
    public (string Name, string? Value)[] Fields => [.. Texts.Fields];

    /// <summary>Reads what was sent.</summary>
    public static DashboardForm Read(IFormCollection form)
    {
        var places = new List<TilePlace>();
        for (var i = 0; i < Dashboard.MostTiles && form[$"id{i}"].ToString() is { Length: > 0 } id; i++)
            places.Add(new TilePlace(id, Number(form[$"order{i}"], i + 1), Number(form[$"width{i}"], 0), Number(form[$"height{i}"], 0), form[$"remove{i}"] == "1"));
        return new DashboardForm(FormTexts.Read(name => form[name].ToString(), Names), places);
    }

    /// <summary>Reads what an address holds.</summary>
    public static DashboardForm Of(IQueryCollection query) => new(FormTexts.Read(name => query[name].ToString(), Names), []);

    /// <summary>What the editor shows of a document.</summary>
    public static DashboardForm Of(string json)
    {
        var (node, texts) = (JsonNode.Parse(json)!.AsObject(), new FormTexts());
        DocumentParts.SetPair(texts, "label", node["label"]);
        DocumentParts.SetPair(texts, "description", node["description"]);
        texts.Set("order", node["order"]?.ToString());
        texts.Set("period", DocumentParts.Text(node["period"]) ?? "30d");
        texts.Set("compare", node["compare"]?.GetValue<bool>() == false ? "0" : "1");
        if (node["report"] is JsonObject report)
        {
            texts.Set("every", DocumentParts.Text(report["every"]) ?? "week");
            texts.Set("hour", report["hour"]?.ToString() ?? "8");
            texts.Set("to", string.Join('\n', DocumentParts.Texts(report["to"])));
            texts.Set("language", DocumentParts.Text(report["language"]) ?? "tr");
        }

        return new DashboardForm(texts, []);
    }

    /// <summary>The document, on top of the version before.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? new JsonObject { ["tiles"] = new JsonArray() } : JsonNode.Parse(before)!.AsObject();
        DocumentParts.Put(node, "label", Pair("label") ?? []);
        DocumentParts.Put(node, "description", Pair("description"));
        DocumentParts.Put(node, "order", DocumentParts.Number(Texts["order"]));
        DocumentParts.Put(node, "period", DocumentParts.Text(Texts["period"]));
        DocumentParts.Put(node, "compare", Texts["compare"] == "0" ? false : null);
        PutReport(node);
        if (Places.Count == 0 || node["tiles"] is not JsonArray tiles) return node.ToJsonString();
        var byId = tiles.OfType<JsonObject>().ToDictionary(t => DocumentParts.Text(t["id"]) ?? "", StringComparer.Ordinal);
        var arranged = new JsonArray();
        foreach (var place in Places.Where(p => !p.IsRemoved).OrderBy(p => p.Order))
        {
            if (!byId.TryGetValue(place.Id, out var known)) continue;
            var tile = (JsonObject)known.DeepClone();
            if (place.Width > 0) tile["width"] = place.Width;
            if (place.Height > 0) tile["height"] = place.Height;
            arranged.Add((JsonNode)tile);
        }

        // What somebody else added meanwhile is not thrown away.
        foreach (var (id, tile) in byId)
        {
            if (Places.All(p => p.Id != id)) arranged.Add((JsonNode)tile.DeepClone());
        }

        node["tiles"] = arranged;
        return node.ToJsonString();
    }

    private void PutReport(JsonObject node)
    {
        var to = DocumentParts.Lines(Texts["to"]).ToList();
        if (to.Count == 0)
        {
            node.Remove("report");
            return;
        }

        node["report"] = new JsonObject { ["every"] = Texts.Has("every") ? Texts["every"] : "week", ["hour"] = DocumentParts.Number(Texts.Has("hour") ? Texts["hour"] : "8"), ["to"] = DocumentParts.List(to), ["language"] = Texts.Has("language") ? Texts["language"] : "tr" };
    }

    // A text that is there in one language alone is taken for both.
    private JsonObject? Pair(string name)
    {
        var (tr, en) = (Texts[name + "Tr"], Texts[name + "En"]);
        return tr.Length + en.Length == 0 ? null : new JsonObject { ["tr"] = tr.Length > 0 ? tr : en, ["en"] = en.Length > 0 ? en : tr };
    }

    private static int Number(string? text, int absent) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : absent;
}

/// <summary>Where a tile stands.</summary>
internal sealed record TilePlace(string Id, int Order, int Width, int Height, bool IsRemoved);
