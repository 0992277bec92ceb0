using Temas.Customers.Contracts;
using Temas.Insight.Explorations;
using Temas.Insight.Indicators;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Dashboards.Definitions;

/// <summary>
/// What the tiles of a board name: kinds of tile, indicators, explorations, segments, and the words of their options. What is named anew has to be there; what the board named before may have gone since,
/// which the tile says, so that a board can still be changed.
/// </summary>
internal static class DashboardReferences
{
    private const int MostNamed = 40;

    private static readonly (string Option, string[] Words)[] Choices = [("unit", ["money", "share", "days", "hours", "ratio", "score"]), ("direction", ["down", "none"]), ("tone", ["worst", "best"]), ("places", ["country"])];

    /// <summary>The guard of a workspace.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="brought">The kinds of tile that modules bring.</param>
    public static DefinitionGuard Guard(Workspace workspace, IEnumerable<DashboardTile> brought)
    {
        string[] kinds = [.. TileKinds.All.Select(k => k.Kind), .. brought.Select(b => b.Kind)];
        return (key, json, others) => Check(key, json, workspace.Definitions.List(DashboardKind.Name).FirstOrDefault(d => d.Key == key)?.Json, kinds, others);
    }

    /// <summary>What is wrong with what a board names.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="json">The document, which passed the check of its kind.</param>
    /// <param name="before">The document that is in force; null for none.</param>
    /// <param name="kinds">The kinds of tile that there are.</param>
    /// <param name="others">The documents of a kind by key.</param>
    public static IReadOnlyList<Problem> Check(string key, string json, string? before, IReadOnlyCollection<string> kinds, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        var faults = new List<Problem>();
        var old = before is not null && DashboardKind.Instance.Check(key, before).Count == 0 ? DashboardKind.Instance.Read(key, before).Tiles : [];
        var tiles = DashboardKind.Instance.Read(key, json).Tiles;
        for (var at = 0; at < tiles.Count; at++)
        {
            var (tile, path) = (tiles[at], $"$.tiles[{at}]");
            if (!kinds.Contains(tile.Kind) && old.All(t => t.Kind != tile.Kind))
                faults.Add(Problem.Invalid("tile_kind_unknown", "There is no such kind of tile.", $"{path}.kind", tile.Kind, $"Use one of {string.Join(", ", kinds.Take(MostNamed))}."));
            if (tile.Indicator is { } indicator && old.All(t => t.Indicator != indicator) && !others(IndicatorKind.Name).ContainsKey(indicator) && !IndicatorLibrary.All.ContainsKey(indicator))
                faults.Add(Problem.Invalid("indicator_unknown", "There is no indicator with this key, here or in the library.", $"{path}.indicator", indicator, "Make it first, or choose another: the list of indicators shows their keys."));
            if (tile.Exploration is { } exploration && old.All(t => t.Exploration != exploration) && !others(ExplorationKind.Name).ContainsKey(exploration))
                faults.Add(Problem.Invalid("exploration_unknown", "There is no saved exploration with this key.", $"{path}.exploration", exploration, "Save it first, choose another, or write the question in its place."));
            if (tile.Segment is { } segment && old.All(t => t.Segment != segment) && !others(SegmentKind.Name).ContainsKey(segment))
                faults.Add(Problem.Invalid("segment_unknown", "There is no segment with this key.", $"{path}.segment", segment, "Make it first, or choose another."));
            foreach (var (option, words) in Choices)
            {
                if (tile.Options.TryGetValue(option, out var word) && TileKinds.All.Any(k => k.Kind == tile.Kind) && !words.Contains(word) && old.All(t => t.Options.GetValueOrDefault(option) != word))
                    faults.Add(Problem.Invalid("word_unknown", $"This field is one of: {string.Join(", ", words)}.", $"{path}.options.{option}", word, "Write one of them, or leave it out."));
            }
        }

        return faults;
    }
}
