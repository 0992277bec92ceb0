using System.Text.Json;
using Temas.Insight.Traits;
using Temas.Kernel;

namespace Temas.Insight.Segments;

/// <summary>Which segments a segment refers to with <c>{"segment": "key"}</c>. They must exist, and must not lead back to it.</summary>
internal static class SegmentReferences
{
    /// <summary>The references of a condition: each key, with the path of where it stands (<c>where.all[1].segment</c>).</summary>
    public static IEnumerable<(string Key, string Path)> In(JsonElement condition) => References.In(condition, "where").Where(r => r.Kind == SegmentKind.Name).Select(r => (r.Key, r.Path));

    /// <summary>What is wrong with the references of a document among the others.</summary>
    public static IReadOnlyList<Problem> Check(string key, string json, IReadOnlyDictionary<string, string> others)
    {
        List<Problem> faults = [];
        foreach (var (referred, path) in Of(json))
        {
            if (referred == key) faults.Add(Problem.Invalid("segment_in_itself", "A segment cannot be a part of itself.", $"$.{path}", referred, "Refer to another segment."));
            else if (!others.ContainsKey(referred)) faults.Add(Problem.Invalid("segment_unknown", "There is no segment with this key.", $"$.{path}", referred, "List the segments to see their keys."));
            else if (WayBack(referred, key, others) is { } way) faults.Add(Problem.Invalid("segment_in_itself", $"This segment would be a part of itself: {string.Join(" → ", way.Prepend(key))}.", $"$.{path}", referred, "Take one of these references out."));
        }

        return faults;
    }

    /// <summary>The segments that refer to one, by key.</summary>
    public static IReadOnlyList<string> To(string key, IReadOnlyDictionary<string, Segment> all) => [.. all.Values.Where(s => s.Key != key && In(s.Where).Any(r => r.Key == key)).Select(s => s.Key).Order(StringComparer.Ordinal)];

    /// <summary>The way by references from one segment to another, or null.</summary>
    private static List<string>? WayBack(string from, string to, IReadOnlyDictionary<string, string> documents)
    {
        var cameFrom = new Dictionary<string, string>(StringComparer.Ordinal);
        var waiting = new Queue<string>([from]);
        while (waiting.TryDequeue(out var here))
        {
            if (here == to)
            {
                List<string> way = [to];
                while (way[^1] != from) way.Add(cameFrom[way[^1]]);
                way.Reverse();
                return way;
            }

            foreach (var (next, _) in documents.TryGetValue(here, out var json) ? Of(json) : [])
            {
                if (next != from && cameFrom.TryAdd(next, here)) waiting.Enqueue(next);
            }
        }

        return null;
    }

    private static IEnumerable<(string Key, string Path)> Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("where", out var where) ? [.. In(where)] : [];
    }
}
