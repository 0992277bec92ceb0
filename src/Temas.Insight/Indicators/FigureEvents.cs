using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Segments;
using Temas.Storage.Workspaces;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Insight.Indicators;

/// <summary>What a figure looks at, and what of that has ever arrived.</summary>
internal static class FigureEvents
{
    private static readonly string[] RetentionParts = ["start", "return"];

    private const int Deepest = 40, MostNamed = 4;

    /// <summary>Whether a condition looks at what profiles say, itself or by a segment: that is known as of now alone.</summary>
    public static bool AsksProfile(Workspace workspace, JsonElement condition) => Asks(workspace, condition, 0);

    /// <summary>Whether a piece of a figure looks at what is worked out of whole timelines, and may have to wait for that.</summary>
    public static bool LooksAtProfiles(JsonElement json) => json.GetRawText() is var text && (text.Contains("\"touch\"", StringComparison.Ordinal) || text.Contains("\"profile\"", StringComparison.Ordinal) || text.Contains("\"segment\"", StringComparison.Ordinal));

    /// <summary>Whether an indicator does.</summary>
    public static bool LooksAtProfiles(Figure figure) => figure switch
    {
        PartFigure part => LooksAtProfiles(part.Of.Json),
        QuotientFigure quotient => LooksAtProfiles(quotient.Over.Json) || LooksAtProfiles(quotient.Under.Json),
        NpsFigure nps => LooksAtProfiles(nps.Answers),
        FunnelFigure funnel => LooksAtProfiles(funnel.Funnel),
        RetentionFigure retention => LooksAtProfiles(retention.Retention),
        IntervalFigure interval => LooksAtProfiles(interval.Events),
        FormulaFigure => true,
        _ => false,
    };

    /// <summary>What has not arrived that a figure cannot do without; null where nothing is missing.</summary>
    public static LocalText? Missing(Workspace workspace, Figure figure)
    {
        var store = workspace.Part<LiveColumns>().Store;
        var seen = new Seen(store, store.CountTypes());
        return figure switch
        {
            PartFigure part => MissingOf(workspace, seen, part.Of),
            QuotientFigure quotient => MissingOf(workspace, seen, quotient.Under) ?? MissingOf(workspace, seen, quotient.Over),
            NpsFigure nps => MissingOf(seen, nps.Answers, nps.Property),
            FunnelFigure funnel => Objects(funnel.Funnel, "steps").Select(step => MissingOf(seen, step)).FirstOrDefault(m => m is not null),
            RetentionFigure retention => RetentionParts.Where(n => retention.Retention.TryGetProperty(n, out _)).Select(n => MissingOf(seen, retention.Retention.GetProperty(n))).FirstOrDefault(m => m is not null),
            IntervalFigure interval => MissingOf(seen, interval.Events),
            ProvidedFigure provided => workspace.Part<MeasureSources>().Find(provided.Name) is { } found
                ? found.Source.Missing(provided.Name)
                : new LocalText($"“{provided.Name}” adında bir ölçüm yok.", $"There is no measure named “{provided.Name}”."),
            _ => null,
        };
    }

    private static LocalText? MissingOf(Workspace workspace, Seen seen, Part part) => part is MeasurePart
        ? MissingOf(seen, part.Json, part.Json.TryGetProperty("property", out var property) ? property.GetString() : null)
        : MissingOf(workspace, seen, part.Json);

    /// <summary>Of a condition: one of the events that it names has to have arrived.</summary>
    private static LocalText? MissingOf(Workspace workspace, Seen seen, JsonElement condition)
    {
        var named = new List<string>();
        Gather(condition, named, 0);
        if (AsksProfile(workspace, condition) || named.Count == 0 || named.Exists(seen.Counts.ContainsKey)) return seen.Counts.Count > 0 ? null : NoEvents;
        return NotArrived(named);
    }

    /// <summary>Of a selector of events: one of its types, the property that is measured, and those that it filters by.</summary>
    private static LocalText? MissingOf(Seen seen, JsonElement selector, string? property = null)
    {
        var types = TypesOf(selector);
        if (seen.Counts.Count == 0 || (types.Count > 0 && !types.Exists(seen.Counts.ContainsKey))) return types.Count == 0 ? NoEvents : NotArrived(types);
        IReadOnlyList<string?> arrived = types.Count == 0 ? [null] : [.. types.Where(seen.Counts.ContainsKey)];
        if (property is not null && !Has(property)) return Without(arrived, property);
        if (!selector.TryGetProperty("where", out var where)) return null;
        foreach (var filter in Needed(where))
        {
            if (filter.TryGetProperty("touch", out var touch) && touch.GetString() is "touchpoint" && filter.TryGetProperty("value", out var places) && seen.Store.ValuesOf(Touch.Touchpoint) is { Count: > 0 } met && TextsOf(places) is { Count: > 0 } wanted && !wanted.Exists(met.Contains))
                return new LocalText($"{Several(wanted, "ya da")} temas noktasında henüz temas yok.", $"There has been no touch at {Several(wanted, "or")} yet.");
            if (filter.TryGetProperty("property", out var name) && name.GetString() is { } needed && !Has(needed)) return Without(arrived, needed);
            if (filter.TryGetProperty("property", out var of) && filter.TryGetProperty("value", out var value) && (!filter.TryGetProperty("is", out var op) || op.GetString() == "equal") && TextsOf(value) is { Count: > 0 } texts && !texts.Exists(seen.Store.Holds))
                return new LocalText($"Hiçbir olayda “{of.GetString()}” değeri “{texts[0]}” olmadı.", $"No event has had “{texts[0]}” as its “{of.GetString()}”.");
        }

        return null;

        bool Has(string name) => arrived.Any(t => seen.Store.PropertiesOf(t).Contains(name));
    }

    // Of "any" and "not" one cannot tell what is needed.
    private static IEnumerable<JsonElement> Needed(JsonElement filter)
    {
        if (filter.ValueKind != JsonValueKind.Object) return [];
        if (filter.TryGetProperty("all", out var all) && all.ValueKind == JsonValueKind.Array) return all.EnumerateArray().SelectMany(Needed);
        var isAbout = filter.TryGetProperty("is", out var op) && op.GetString() is "missing" or "notEqual";
        return filter.TryGetProperty("any", out _) || filter.TryGetProperty("not", out _) || isAbout ? [] : [filter];
    }

    private static LocalText NoEvents { get; } = new("Henüz hiç olay gelmedi.", "No events have arrived yet.");

    private static LocalText NotArrived(IReadOnlyList<string> types)
    {
        var names = types.Select(Plain).Distinct(StringComparer.Ordinal).ToList();
        var (tr, en) = (Several(names, "ya da"), Several(names, "or"));
        return new LocalText($"{tr} adlı olay hiç gelmedi.", $"No event named {en} has arrived.");
    }

    private static LocalText Without(IReadOnlyList<string?> types, string property)
    {
        var names = types.OfType<string>().Select(Plain).Distinct(StringComparer.Ordinal).ToList();
        return names.Count == 0 ? new LocalText($"Hiçbir olayda “{property}” özelliği yok.", $"No event has the property “{property}”.")
            : new LocalText($"{Several(names, "ve")} olaylarında “{property}” özelliği yok.", $"{Several(names, "and")} events arrive without the property “{property}”.");
    }

    private static string Several(List<string> names, string and)
    {
        var shown = names.Take(MostNamed).Select(n => $"“{n}”").ToList();
        if (names.Count > MostNamed) shown.Add("…");
        return shown.Count == 1 ? shown[0] : $"{string.Join(", ", shown.SkipLast(1))} {and} {shown[^1]}";
    }

    private static string Plain(string type) => type.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? type[(colon + 1)..] : type;

    private static List<string> TypesOf(JsonElement selector) => selector.ValueKind == JsonValueKind.Object && selector.TryGetProperty("event", out var given) ? TextsOf(given) : [];

    private static List<string> TextsOf(JsonElement value) =>
        value.ValueKind == JsonValueKind.String ? [value.GetString()!] : value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)] : [];

    private static IEnumerable<JsonElement> Objects(JsonElement of, string name) => of.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    private static void Gather(JsonElement element, List<string> named, int depth)
    {
        if (depth > Deepest) return;
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) Gather(item, named, depth + 1);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            named.AddRange(TypesOf(element));
            foreach (var field in element.EnumerateObject().Where(f => f.Name is not ("event" or "where" or "not"))) Gather(field.Value, named, depth + 1);
        }
    }

    private static bool Asks(Workspace workspace, JsonElement condition, int depth)
    {
        if (depth > Deepest) return true;
        return condition.ValueKind switch
        {
            JsonValueKind.Array => condition.EnumerateArray().Any(c => Asks(workspace, c, depth + 1)),
            JsonValueKind.Object => condition.TryGetProperty("profile", out _)
                || (condition.TryGetProperty("segment", out var key) && key.ValueKind == JsonValueKind.String && Segment.Of(workspace).GetValueOrDefault(key.GetString()!) is { } segment && Asks(workspace, segment.Where, depth + 1))
                || condition.EnumerateObject().Any(f => Asks(workspace, f.Value, depth + 1)),
            _ => false,
        };
    }

    private sealed record Seen(ColumnStore Store, IReadOnlyDictionary<string, int> Counts);
}
