using System.Text.Json;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Pages;

/// <summary>The segments of a workspace by name, for whoever chooses among them. What a segment means is known to the module that has them alone.</summary>
internal static class SegmentNames
{
    /// <summary>All of them, in the order of their names.</summary>
    public static IReadOnlyList<(string Key, string Name)> Of(Workspace workspace, string language) =>
        [.. workspace.Definitions.List("segment").Select(d => (d.Key, Name: NameIn(d.Json, language) ?? d.Key)).OrderBy(s => s.Name, StringComparer.CurrentCultureIgnoreCase).ThenBy(s => s.Key, StringComparer.Ordinal)];

    /// <summary>The name of one; its key where there is no such segment any more.</summary>
    public static string Of(Workspace workspace, string key, string language) => workspace.Definitions.List("segment").FirstOrDefault(d => d.Key == key) is { } found ? NameIn(found.Json, language) ?? key : key;

    private static string? NameIn(string json, string language)
    {
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("label", out var label) || label.ValueKind != JsonValueKind.Object) return null;
        return label.TryGetProperty(language, out var name) || label.TryGetProperty("en", out name) ? name.GetString() : null;
    }
}
