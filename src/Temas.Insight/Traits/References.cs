using System.Globalization;
using System.Text;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Traits;

/// <summary>That a definition is asked by another: <c>{"segment": "KEY"}</c>, or <c>{"profile": "computed.KEY"}</c> of a computed trait that is a question.</summary>
/// <param name="Kind">Kind of the definition.</param>
/// <param name="Key">Its key.</param>
/// <param name="Path">Where it stands, such as <c>where.all[1].segment</c>.</param>
internal readonly record struct Reference(string Kind, string Key, string Path)
{
    /// <summary>As a chain names it: a segment by its key, a trait as conditions name it.</summary>
    public string Name => Kind == SegmentKind.Name ? Key : References.Computed + Key;
}

/// <summary>Which segments and computed traits segments and computed traits refer to. They must not lead back to where they began: who is in would be defined by itself.</summary>
internal static class References
{
    /// <summary>What the name of a computed trait begins with, in conditions.</summary>
    public const string Computed = "computed.";

    /// <summary>The references in a piece of a question, however deep.</summary>
    public static IEnumerable<Reference> In(JsonElement json, string path)
    {
        if (json.ValueKind == JsonValueKind.Array)
        {
            var index = 0;
            foreach (var item in json.EnumerateArray())
            {
                foreach (var found in In(item, string.Create(CultureInfo.InvariantCulture, $"{path}[{index}]"))) yield return found;
                index++;
            }
        }

        if (json.ValueKind != JsonValueKind.Object) yield break;
        foreach (var part in json.EnumerateObject())
        {
            var at = $"{path}.{part.Name}";
            if (part.Value.ValueKind != JsonValueKind.String)
            {
                foreach (var found in In(part.Value, at)) yield return found;
            }
            else if (part.Name == "segment")
            {
                yield return new Reference(SegmentKind.Name, part.Value.GetString()!, at);
            }
            else if (part.Name == "profile" && part.Value.GetString()!.StartsWith(Computed, StringComparison.Ordinal))
            {
                yield return new Reference(TraitQuestion.DefinitionKind, part.Value.GetString()![Computed.Length..], at);
            }
        }
    }

    /// <summary>The references of a document.</summary>
    public static IReadOnlyList<Reference> Of(string kind, string json)
    {
        using var document = JsonDocument.Parse(json);
        if (document.RootElement.ValueKind != JsonValueKind.Object) return [];
        string[] fields = kind == SegmentKind.Name ? ["where"] : ["condition", "funnel", "active"];
        var found = fields.SelectMany(f => document.RootElement.TryGetProperty(f, out var part) ? In(part, f) : []).ToList();
        if (kind != SegmentKind.Name && document.RootElement.TryGetProperty("segment", out var segment) && segment.ValueKind == JsonValueKind.String) found.Add(new Reference(SegmentKind.Name, segment.GetString()!, "segment"));
        return found;
    }

    /// <summary>What is wrong with how a computed trait that is a question stands among the definitions: it is badly written, names a segment that there is not, or leads back to itself.</summary>
    public static IReadOnlyList<Problem> CheckTrait(string key, string json, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        if (TraitQuestion.Read(key, json) is not { } question) return [];
        if (Questions.QueryReader.CheckFigure(question) is { } fault) return [fault with { Field = $"$.{fault.Field ?? question.Field}" }];
        var segments = others(SegmentKind.Name);
        return
        [
            .. Of(TraitQuestion.DefinitionKind, json).Where(r => r.Kind == SegmentKind.Name && !segments.ContainsKey(r.Key)).Select(r =>
                Problem.Invalid("segment_unknown", "There is no segment with this key.", $"$.{r.Path}", r.Key, "List the segments to see their keys.")),
            .. Circles(new Reference(TraitQuestion.DefinitionKind, key, ""), json, others),
        ];
    }

    /// <summary>What is wrong with how a segment stands among computed traits: one of them leads back to it. Circles of segments alone are found by their own kind.</summary>
    public static IReadOnlyList<Problem> CheckSegment(string key, string json, Func<string, IReadOnlyDictionary<string, string>> others) => [.. Circles(new Reference(SegmentKind.Name, key, ""), json, others)];

    /// <summary>Tells whether what a condition says, or any segment or trait that it names, has become another.</summary>
    public static ulong DigestOf(Workspace workspace, JsonElement condition)
    {
        var (segments, traits) = (Segment.Of(workspace), TraitQuestion.Of(workspace));
        return Digest(condition, []);

        ulong Digest(JsonElement of, HashSet<string> seen)
        {
            var digest = Hash64.Of(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(of)));
            foreach (var reference in In(of, ""))
            {
                if (!seen.Add($"{reference.Kind}/{reference.Key}")) continue;
                if (reference.Kind == SegmentKind.Name && segments.TryGetValue(reference.Key, out var segment)) digest = Hash64.Combine(digest, Digest(segment.Where, seen));
                else if (reference.Kind != SegmentKind.Name && traits.TryGetValue(reference.Key, out var trait)) digest = Hash64.Combine(digest, Hash64.Combine((ulong)trait.Kind + 1, Digest(trait.AsCondition(), seen)));
            }

            return digest;
        }
    }

    private static IEnumerable<Problem> Circles(Reference self, string json, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        foreach (var reference in Of(self.Kind, json))
        {
            if (WayBack(reference, self, others) is not { } way || way.Append(self).All(r => r.Kind == SegmentKind.Name)) continue;
            var chain = string.Join(" → ", way.Prepend(self).Select(r => r.Name));
            yield return Problem.Invalid("trait_in_itself", $"This would be defined by itself: {chain}.", $"$.{reference.Path}", chain, "Take one of these references out.");
        }
    }

    /// <summary>The way by references from one definition to another, both named, or null.</summary>
    private static List<Reference>? WayBack(Reference from, Reference to, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        var documents = new[] { SegmentKind.Name, TraitQuestion.DefinitionKind }.ToDictionary(k => k, others, StringComparer.Ordinal);
        Reference Plain(Reference r) => r with { Path = "" };
        var (begin, end) = (Plain(from), Plain(to));
        var cameFrom = new Dictionary<Reference, Reference>();
        var waiting = new Queue<Reference>([begin]);
        while (waiting.TryDequeue(out var here))
        {
            if (here == end)
            {
                List<Reference> way = [end];
                while (way[^1] != begin) way.Add(cameFrom[way[^1]]);
                way.Reverse();
                return way;
            }

            foreach (var next in documents[here.Kind].TryGetValue(here.Key, out var json) ? Of(here.Kind, json).Select(Plain) : [])
            {
                if (next != begin && cameFrom.TryAdd(next, here)) waiting.Enqueue(next);
            }
        }

        return null;
    }

    // A trait that is a segment asks for it as a condition does.
    private static JsonElement AsCondition(this TraitQuestion trait) =>
        trait.Kind == TraitQuestionKind.Segment ? JsonSerializer.SerializeToElement(new System.Text.Json.Nodes.JsonObject { ["segment"] = trait.Asked.GetString() }) : trait.Asked;
}
