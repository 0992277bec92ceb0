using System.Text.Json;

namespace Temas.Ui.Forms;

/// <summary>One thing that differs between before and after.</summary>
/// <param name="Path">Where in the document: <c>steps[2].event</c>; empty for the whole.</param>
/// <param name="Before">What it was; null where it was not there.</param>
/// <param name="After">What it is; null where it is gone.</param>
public sealed record DocumentChange(string Path, string? Before, string? After);

/// <summary>The differences of two documents, for people to read.</summary>
public static class DocumentChanges
{
    /// <summary>How many are told at most; a document that is quite another has more than anybody reads.</summary>
    public const int Most = 200;

    private const int LongestValue = 500;

    /// <summary>What differs, in the order of the documents: what was there before first, then what was added.</summary>
    public static IReadOnlyList<DocumentChange> Of(string? before, string? after)
    {
        var left = Flat(before);
        var right = Flat(after);
        var changes = new List<DocumentChange>();
        foreach (var path in left.Keys.Concat(right.Keys.Where(k => !left.ContainsKey(k))))
        {
            var was = left.GetValueOrDefault(path);
            var now = right.GetValueOrDefault(path);
            if (was == now) continue;
            changes.Add(new DocumentChange(path, was, now));
            if (changes.Count == Most) break;
        }

        return changes;
    }

    private static Dictionary<string, string> Flat(string? json)
    {
        var leaves = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is null) return leaves;
        try
        {
            using var document = JsonDocument.Parse(json);
            Walk(document.RootElement, "", leaves);
        }
        catch (JsonException)
        {
            leaves[""] = Short(json);
        }

        return leaves;
    }

    private static void Walk(JsonElement element, string path, Dictionary<string, string> leaves)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject()) Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}", leaves);
                break;
            case JsonValueKind.Array:
                var index = 0;
                foreach (var item in element.EnumerateArray()) Walk(item, FormattableString.Invariant($"{path}[{index++}]"), leaves);
                break;
            case JsonValueKind.Null:
                break;
            default:
                leaves[path] = Short(element.ValueKind == JsonValueKind.String ? element.GetString()! : element.GetRawText());
                break;
        }
    }

    private static string Short(string text) => text.Length <= LongestValue ? text : text[..LongestValue] + "…";
}
