using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Dashboards.Definitions;
using Temas.Kernel;
using Temas.Ui.Forms;

namespace Temas.Insight.Dashboards.Pages;

/// <summary>What the editor of a tile shows and sends. What it does not show (a question of the tile's own) is kept.</summary>
internal sealed record TileForm(FormTexts Texts)
{
    private static readonly string[] Names = ["kind", "titleTr", "titleEn", "indicator", "exploration", "period", "segment", "textTr", "textEn", "tone", "unit", "direction", "trait", "places", "channel", "stage", "question", "page"];

    private static readonly string[] Options = ["tone", "unit", "direction", "trait", "places", "channel", "stage"];

    /// <summary>What was filled in, for an address.</summary>
    public (string Name, string? Value)[] Fields => [.. Texts.Fields];

    /// <summary>Reads a form or an address.</summary>
    public static TileForm Read(Func<string, string?> field) => new(FormTexts.Read(field, Names));

    /// <summary>What the editor shows of a tile.</summary>
    public static TileForm Of(Tile tile)
    {
        var texts = new FormTexts();
        texts.Set("kind", tile.Kind);
        texts.Set("titleTr", tile.Title?.Tr);
        texts.Set("titleEn", tile.Title?.En);
        texts.Set("indicator", tile.Indicator);
        texts.Set("exploration", tile.Exploration);
        texts.Set("period", tile.Period);
        texts.Set("segment", tile.Segment);
        texts.Set("textTr", tile.Text?.Tr);
        texts.Set("textEn", tile.Text?.En);
        texts.Set("question", tile.Question?.GetRawText());
        texts.Set("page", tile.Page);
        foreach (var option in Options) texts.Set(option, tile.Option(option));
        return new TileForm(texts);
    }

    /// <summary>The document of the tile, on top of the one before.</summary>
    public JsonObject ToJson(string id, JsonObject? before, int width, int height)
    {
        var (kind, tile) = (Texts["kind"], before is null ? [] : (JsonObject)before.DeepClone());
        (tile["id"], tile["kind"]) = (id, kind);
        tile["width"] ??= width;
        tile["height"] ??= height;
        DocumentParts.Put(tile, "title", DocumentParts.PairForBoth(Texts, "title"));
        DocumentParts.Put(tile, "period", DocumentParts.Text(Texts["period"]));
        DocumentParts.Put(tile, "segment", DocumentParts.Text(Texts["segment"]));
        DocumentParts.Put(tile, "indicator", kind is TileKinds.Indicator or TileKinds.Goal ? DocumentParts.Text(Texts["indicator"]) : null);
        DocumentParts.Put(tile, "exploration", TileKinds.Asks.Contains(kind) ? DocumentParts.Text(Texts["exploration"]) : null);
        DocumentParts.Put(tile, "question", TileKinds.Asks.Contains(kind) && !Texts.Has("exploration") ? Question() : null);
        if (!TileKinds.Asks.Contains(kind) || Texts.Has("exploration")) tile.Remove("page");
        else DocumentParts.Put(tile, "page", DocumentParts.Text(Texts["page"]));
        DocumentParts.Put(tile, "text", kind == TileKinds.Text ? DocumentParts.PairForBoth(Texts, "text") : null);
        var options = tile["options"] as JsonObject ?? [];
        tile.Remove("options");
        foreach (var name in Options) DocumentParts.Put(options, name, DocumentParts.Text(Texts[name]));
        if (options.Count > 0) tile["options"] = options;
        return tile;
    }

    /// <summary>The tile as it would be; null where something is wrong with it.</summary>
    public Tile? Preview(JsonObject tile)
    {
        var board = new JsonObject { ["label"] = new JsonObject { ["tr"] = "-", ["en"] = "-" }, ["tiles"] = new JsonArray(tile.DeepClone()) }.ToJsonString();
        return DashboardKind.Instance.Check("preview", board).Count == 0 ? DashboardKind.Instance.Read("preview", board).Tiles[0] : null;
    }

    /// <summary>Everything that is wrong with it.</summary>
    public static IReadOnlyList<Problem> Faults(JsonObject tile) =>
        [.. DashboardKind.Instance.Check("preview", new JsonObject { ["label"] = new JsonObject { ["tr"] = "-", ["en"] = "-" }, ["tiles"] = new JsonArray(tile.DeepClone()) }.ToJsonString()).Select(f => f with { Field = f.Field?.Replace("$.tiles[0]", "$", StringComparison.Ordinal) })];

    private JsonNode? Question()
    {
        if (!Texts.Has("question")) return null;
        try
        {
            return JsonNode.Parse(Texts["question"]);
        }
        catch (JsonException)
        {
            // The check of the definition says so at its place.
            return JsonValue.Create(Texts["question"]);
        }
    }
}
