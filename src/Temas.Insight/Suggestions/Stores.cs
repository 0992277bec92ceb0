using System.Text.Json.Nodes;
using Temas.Insight.Columns;
using Temas.Storage.Workspaces;
using Temas.Timelines.Columns;

namespace Temas.Insight.Suggestions;

/// <summary>The stores of a company, as events name them: by <c>store_name</c>, whatever the event, or by <c>store_id</c> where none has a name.</summary>
internal static class Stores
{
    private const string Name = "store_name", Id = "store_id";
    private const int LongestName = 200;

    /// <summary>What they are called, those with the most events first.</summary>
    public static IReadOnlyList<string> Of(Workspace workspace, int most)
    {
        var columns = workspace.Part<LiveColumns>().Store;
        return Values(columns, Name) is { Count: > 0 } named ? [.. named.Take(most)] : [.. Values(columns, Id).Take(most)];
    }

    /// <summary>The filter on events that says that they are of a store.</summary>
    public static JsonObject Filter(string store) => new() { ["any"] = new JsonArray(new JsonObject { ["property"] = Name, ["value"] = store }, new JsonObject { ["property"] = Id, ["value"] = store }) };

    private static List<string> Values(ColumnStore columns, string property) => [.. PropertyValues.Of(columns, null, property).All.Select(v => v.Value).OfType<string>().Where(v => v.Length is > 0 and <= LongestName)];
}
