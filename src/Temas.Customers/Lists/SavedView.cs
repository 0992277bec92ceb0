using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Lists;

/// <summary>A list of customers under a name: which ones, in which order, with which columns. Shared by everybody in the workspace. Holds no text that was searched for, as that names people.</summary>
public sealed record SavedView
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>What people call it, in their own language.</summary>
    public required string Name { get; init; }

    /// <summary>Which customers.</summary>
    public CustomerFilter Filter { get; init; } = new();

    /// <summary>Order, one of <see cref="FindCustomers.Sorts"/>; null for the usual one.</summary>
    public string? Sort { get; init; }

    /// <summary>Columns, as <see cref="CustomerColumn.ToString"/> writes them; empty for the usual ones.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>The parameters of the page's address that show it.</summary>
    public (string Name, string? Value)[] Query => [("view", Key), .. Filter.Query, ("sort", Sort), ("columns", Columns.Count == 0 ? null : string.Join(',', Columns))];

    /// <summary>As a document.</summary>
    public string ToJson()
    {
        var filter = new JsonObject();
        foreach (var (name, value) in Filter.Query)
        {
            if (!string.IsNullOrEmpty(value)) filter.Add(name, value);
        }

        var view = new JsonObject { ["name"] = Name };
        if (filter.Count > 0) view.Add("filter", filter);
        if (!string.IsNullOrEmpty(Sort)) view.Add("sort", Sort);
        if (Columns.Count > 0) view.Add("columns", new JsonArray([.. Columns.Select(c => (JsonNode)c)]));
        return view.ToJsonString();
    }
}

/// <summary>The kind of definition <c>customer-view</c>.</summary>
internal sealed class SavedViewKind : IDefinitionKind<SavedView>
{
    public static SavedViewKind Instance { get; } = new();

    public string Kind => "customer-view";

    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    /// <summary>The views of a workspace, by name.</summary>
    public static IEnumerable<SavedView> Of(Workspace workspace) => workspace.Definitions.Current(Instance).Values.OrderBy(v => v.Name, StringComparer.CurrentCulture).ThenBy(v => v.Key, StringComparer.Ordinal);

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public SavedView Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static SavedView Build(string key, DefinitionNode node)
    {
        node.Only("name", "filter", "sort", "columns");
        var filter = node.Object("filter", n =>
        {
            n.Only([.. new CustomerFilter().Query.Select(x => x.Name)]);
            return CustomerFilter.Of(name => n.Text(name, max: 300));
        }) ?? new CustomerFilter();
        if (filter.Check() is { } unknown) node.Fault($"filter.{unknown.Field}", unknown.Code, unknown.Detail, unknown.Value, unknown.WayOut);
        var sort = node.Text("sort");
        if (sort is not null && !FindCustomers.Sorts.Contains(sort)) node.Fault("sort", "sort_unknown", "There is no such order.", sort, $"Use one of {string.Join(", ", FindCustomers.Sorts)}.");
        var columns = node.Texts("columns", limit: CustomerColumn.Most);
        if (CustomerColumn.Read(columns).Problem is { } problem) node.Fault("columns", problem.Code, problem.Detail, problem.Value, problem.WayOut);
        return new SavedView { Key = key, Name = node.RequiredText("name", max: 80), Filter = filter, Sort = sort, Columns = columns };
    }
}
