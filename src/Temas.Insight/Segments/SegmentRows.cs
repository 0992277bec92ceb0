using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Temas.Insight.Segments;

/// <summary>A whole condition as the builder shows it: rows of which all or any hold, some of them groups of rows.</summary>
/// <param name="Mode">all or any.</param>
/// <param name="Rows">The rows.</param>
public sealed record SegmentRows(string Mode, IReadOnlyList<SegmentRow> Rows)
{
    /// <summary>The most rows beside each other, and filters or events in a row.</summary>
    public const int Most = 50, MostParts = 20;

    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly JsonSerializerOptions Compact = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What a new segment begins with.</summary>
    public static SegmentRows New { get; } = new("all", [new SegmentRow { Time = RowTime.Ever with { Mode = "within", Count = "30" } }]);

    /// <summary>The condition. With <paramref name="blanks"/> also what is not chosen yet.</summary>
    public JsonNode ToJson(bool blanks) => IsBare ? Rows[0].ToJson(blanks) : new JsonObject { [Mode] = new JsonArray([.. Rows.Select(r => r.ToJson(blanks))]) };

    /// <summary>The condition as an address holds it: with what is not chosen yet.</summary>
    public string ToAddress() => ToJson(blanks: true).ToJsonString(Compact);

    /// <summary>The condition as it is asked.</summary>
    public string ToCondition() => ToJson(blanks: false).ToJsonString(Compact);

    /// <summary>The condition as a person reads it.</summary>
    public string ToText() => ToJson(blanks: false).ToJsonString(Written);

    /// <summary>The place of a row in the condition: <c>where.all[1]</c>.</summary>
    public string PathOf(int row) => IsBare ? "where" : string.Create(CultureInfo.InvariantCulture, $"where.{Mode}[{row}]");

    /// <summary>The place of a row of a group.</summary>
    public string PathOf(int row, int inner) => string.Create(CultureInfo.InvariantCulture, $"{PathOf(row)}.{(Rows[row].Mode == "none" ? "not.any" : Rows[row].Mode)}[{inner}]");

    // A condition alone needs nothing around it.
    private bool IsBare => Mode == "all" && Rows is [{ Kind: not "group" }];

    /// <summary>The rows with their places, those of groups instead of the groups themselves.</summary>
    public IEnumerable<(SegmentRow Row, string Path)> Leaves()
    {
        for (var i = 0; i < Rows.Count; i++)
        {
            if (Rows[i].Kind != "group") yield return (Rows[i], PathOf(i));
            for (var j = 0; Rows[i].Kind == "group" && j < Rows[i].Rows.Count; j++) yield return (Rows[i].Rows[j], PathOf(i, j));
        }
    }

    /// <summary>Reads any condition. What the builder has no parts for becomes a row of JSON.</summary>
    public static SegmentRows Of(JsonElement condition)
    {
        if (Alone(condition, "all", "any") is not { } list) return new SegmentRows("all", [ReadSegmentRow.Leaf(condition)]);
        return new SegmentRows(list.Name, [.. list.Value.EnumerateArray().Select(Row)]);
    }

    private static SegmentRow Row(JsonElement condition)
    {
        if (Alone(condition, "all", "any") is { } group) return new SegmentRow { Kind = "group", Mode = group.Name, Rows = [.. group.Value.EnumerateArray().Select(ReadSegmentRow.Leaf)] };
        if (condition.ValueKind == JsonValueKind.Object && condition.EnumerateObject().ToList() is [{ Name: "not" } not] && Alone(not.Value, "any") is { } none)
            return new SegmentRow { Kind = "group", Mode = "none", Rows = [.. none.Value.EnumerateArray().Select(ReadSegmentRow.Leaf)] };
        return ReadSegmentRow.Leaf(condition);
    }

    private static JsonProperty? Alone(JsonElement condition, params ReadOnlySpan<string> names) =>
        condition.ValueKind == JsonValueKind.Object && condition.EnumerateObject().ToList() is [{ Value.ValueKind: JsonValueKind.Array } only] && names.Contains(only.Name) ? only : null;
}
