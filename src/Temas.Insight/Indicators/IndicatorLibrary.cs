using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Indicators;

/// <summary>An indicator of the library, with the place in the literature that its definition comes from.</summary>
/// <param name="Key">Its key.</param>
/// <param name="IsStart">Whether a new workspace begins with it.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it says.</param>
/// <param name="Source">Where its definition comes from.</param>
/// <param name="Stage">The stage of the journey that it belongs to; null for the whole.</param>
/// <param name="Documents">Its document; several where companies send the same in different ways, the usual first.</param>
internal sealed record LibraryEntry(string Key, bool IsStart, LocalText Label, LocalText Description, string Source, string? Stage, IReadOnlyList<string> Documents)
{
    /// <summary>Keys of the entries that its formula names.</summary>
    public IReadOnlyList<string> Needs { get; init; } = [];
}

/// <summary>An entry for a workspace: the document that goes with the data that came, or what is missing for every one.</summary>
/// <param name="Entry">The entry.</param>
/// <param name="Document">The document.</param>
/// <param name="Missing">What is missing; null where nothing is.</param>
internal sealed record LibraryOffer(LibraryEntry Entry, string Document, LocalText? Missing);

/// <summary>The library of indicators (library.json).</summary>
internal static class IndicatorLibrary
{
    private static readonly Lazy<IReadOnlyDictionary<string, LibraryEntry>> Entries = new(Load);
    private static readonly Lazy<Dictionary<string, int>> Places = new(() => All.Keys.Index().ToDictionary(k => k.Item, k => k.Index, StringComparer.Ordinal));

    /// <summary>All entries by key, in the order of the journey.</summary>
    public static IReadOnlyDictionary<string, LibraryEntry> All => Entries.Value;

    /// <summary>Where in the library a key stands; behind all others where it is not in it.</summary>
    public static int PlaceOf(string key) => Places.Value.GetValueOrDefault(key, int.MaxValue);

    /// <summary>What a new workspace begins with.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Defaults => All.Values.Where(e => e.IsStart).Select(e => KeyValuePair.Create(e.Key, e.Documents[0]));

    /// <summary>An entry for a workspace: the first document for which nothing is missing; else the first, with what is.</summary>
    public static LibraryOffer Offer(Workspace workspace, LibraryEntry entry)
    {
        LocalText? first = null;
        foreach (var document in entry.Documents)
        {
            var missing = MissingOf(workspace, entry, document);
            if (missing is null) return new LibraryOffer(entry, document, null);
            first ??= missing;
        }

        return new LibraryOffer(entry, entry.Documents[0], first);
    }

    private static LocalText? MissingOf(Workspace workspace, LibraryEntry entry, string document)
    {
        var definition = IndicatorKind.Instance.Read(entry.Key, document);
        if (definition.Figure is not FormulaFigure formula) return FigureEvents.Missing(workspace, definition.Figure);
        return formula.Formula.Names.Select(n => All.TryGetValue(n, out var other) ? Offer(workspace, other).Missing : null).FirstOrDefault(m => m is not null);
    }

    private static Dictionary<string, LibraryEntry> Load()
    {
        using var stream = typeof(IndicatorLibrary).Assembly.GetManifestResourceStream("Temas.Insight.Indicators.library.json")!;
        var root = JsonNode.Parse(stream)!.AsObject();
        var events = root["events"]!.AsObject();
        var entries = new Dictionary<string, LibraryEntry>(StringComparer.Ordinal);
        foreach (var item in root["indicators"]!.AsArray().OfType<JsonObject>())
        {
            var key = item["key"]!.GetValue<string>();
            var figures = item["variants"] is JsonArray variants ? variants.ToList() : [item["figure"]];
            List<string> documents = [.. figures.Select(figure => Document(item, key, Expand(figure, events)))];
            entries.Add(key, new LibraryEntry(
                key, item["start"] is not null, Text(item["label"]!), Text(item["description"]!), item["source"]!.GetValue<string>(), item["stage"]?.GetValue<string>(), documents)
            {
                Needs = item["formula"] is { } formula ? Formula.Read(formula.GetValue<string>()).Formula!.Names : [],
            });
        }

        return entries;
    }

    private static string Document(JsonObject item, string key, JsonNode? figure)
    {
        var document = new JsonObject();
        foreach (var name in new[] { "label", "description", "unit", "better", "stage", "window", "source", "formula" })
        {
            if (item[name] is { } value) document[name] = value.DeepClone();
        }

        document["library"] = key;
        if (figure is not null) document["figure"] = figure;
        return document.ToJsonString();
    }

    // Lists of events that many entries name stand once, under a name.
    private static JsonNode? Expand(JsonNode? node, JsonObject events) => node switch
    {
        JsonObject o => new JsonObject(o.Select(f => KeyValuePair.Create(f.Key, f.Key == "event" && f.Value is JsonValue v && v.GetValueKind() == JsonValueKind.String && events[v.GetValue<string>()] is { } list ? list.DeepClone() : Expand(f.Value, events)))),
        JsonArray a => new JsonArray([.. a.Select(i => Expand(i, events))]),
        _ => node?.DeepClone(),
    };

    private static LocalText Text(JsonNode node) => new(node["tr"]!.GetValue<string>(), node["en"]!.GetValue<string>());
}
