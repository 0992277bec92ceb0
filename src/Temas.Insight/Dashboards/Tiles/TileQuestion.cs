using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Insight.Explore;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>Questions of tiles: those of a definition, bound to the period and the customers of the board; and the customers behind their figures.</summary>
internal static class TileQuestion
{
    /// <summary>A question about a period and some customers.</summary>
    public static JsonElement Bind(JsonElement question, BoardPeriod period, JsonElement? where)
    {
        var bound = JsonNode.Parse(question.GetRawText())!.AsObject();
        bound.Remove("last");
        (bound["from"], bound["to"]) = (period.FromText, period.ToText);
        var kind = bound["kind"]?.GetValue<string>();
        if (kind == "trend")
        {
            bound["unit"] ??= period.Unit;
            if (period.Compare) bound["compare"] = "previous";
            else bound.Remove("compare");
        }

        if (kind == "retention" && bound["unit"] is null) bound["unit"] = period.Days <= 190 ? "week" : "month";
        if (where is not null) bound["customers"] = All(bound["customers"], JsonNode.Parse(where.Value.GetRawText()));
        return Element(bound);
    }

    /// <summary>A question made here.</summary>
    public static JsonElement Of(string json) => JsonDocument.Parse(json).RootElement.Clone();

    /// <summary>The customers behind a figure of a measure: those with such an event in some time.</summary>
    public static string Behind(JsonElement question, string measure, string from, string to, JsonElement? where, JsonNode? also = null)
    {
        var measures = question.GetProperty("measures").EnumerateArray().ToList();
        var of = measures.Find(m => Name(m) == measure);
        // Behind a ratio stand those of what is divided.
        if (of.ValueKind == JsonValueKind.Object && of.TryGetProperty("ratio", out var ratio)) of = measures.Find(m => Name(m) == ratio[0].GetString());
        var selector = new JsonObject();
        if (of.ValueKind == JsonValueKind.Object && of.TryGetProperty("event", out var type)) selector["event"] = JsonNode.Parse(type.GetRawText());
        var filter = of.ValueKind == JsonValueKind.Object && of.TryGetProperty("where", out var given) ? JsonNode.Parse(given.GetRawText()) : null;
        if (All(filter, also) is { } both) selector["where"] = both;
        return Behind(Did(selector, from, to), where);
    }

    /// <summary>Those for whom a condition holds, of the customers of the board.</summary>
    public static string Behind(JsonObject condition, JsonElement? where) => where is null ? condition.ToJsonString() : All(condition, JsonNode.Parse(where.Value.GetRawText()))!.ToJsonString();

    /// <summary>Who did something in some time.</summary>
    public static JsonObject Did(JsonObject selector, string from, string to) => new() { ["did"] = selector, ["from"] = from, ["to"] = to };

    /// <summary>Both conditions, or filters; the one that there is; or none.</summary>
    public static JsonNode? All(JsonNode? one, JsonNode? other) => (one, other) switch
    {
        (null, null) => null,
        (null, _) => other.DeepClone(),
        (_, null) => one.DeepClone(),
        _ => new JsonObject { ["all"] = new JsonArray(one.DeepClone(), other.DeepClone()) },
    };

    /// <summary>A node as what questions are read from.</summary>
    public static JsonElement Element(JsonObject node) => JsonSerializer.SerializeToElement(node, ExploreJson.Default.JsonObject);

    private static string? Name(JsonElement measure) => measure.TryGetProperty("name", out var name) ? name.GetString() : null;
}
