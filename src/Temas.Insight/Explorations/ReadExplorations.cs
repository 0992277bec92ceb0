using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Explorations;

/// <summary>A saved exploration in a list.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Kind">What is asked: trend, funnel …</param>
/// <param name="Version">The version in force.</param>
/// <param name="ChangedAt">When it was written.</param>
/// <param name="ChangedBy">By whom.</param>
internal sealed record ExplorationView(string Key, LocalText Label, LocalText? Description, string Owner, string Kind, int Version, DateTimeOffset ChangedAt, string ChangedBy);

/// <summary>Some explorations, and how many the search finds.</summary>
internal sealed record ExplorationList(IReadOnlyList<ExplorationView> Explorations, int Total);

/// <summary>Lists saved explorations, for the API and the page alike.</summary>
internal static class ReadExplorations
{
    /// <summary>Those whose name, description, owner or key holds a text, by name in a language.</summary>
    public static ExplorationList List(Workspace workspace, string? search, string language, int offset, int limit)
    {
        var (culture, wanted) = (CultureInfo.GetCultureInfo(language), search?.Trim() ?? "");
        var versions = workspace.Definitions.List(ExplorationKind.Name).ToDictionary(d => d.Key, StringComparer.Ordinal);
        var found = workspace.Part<IExplorations>().All.Values.Where(e => versions.ContainsKey(e.Key) && IsFound(e, wanted, culture.CompareInfo))
            .OrderBy(e => e.Label.In(language), StringComparer.Create(culture, ignoreCase: true)).ThenBy(e => e.Key, StringComparer.Ordinal).ToList();
        return new ExplorationList(
            [.. found.Skip(offset).Take(limit).Select(e => new ExplorationView(e.Key, e.Label, e.Description, e.Owner, e.Kind, versions[e.Key].Version, versions[e.Key].At, versions[e.Key].By))], found.Count);
    }

    private static bool IsFound(SavedExploration one, string search, CompareInfo compare) =>
        search.Length == 0 || new[] { one.Key, one.Owner, one.Label.Tr, one.Label.En, one.Description?.Tr ?? "", one.Description?.En ?? "" }.Any(t => compare.IndexOf(t, search, CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace) >= 0);
}
