using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Collect.Feed;
using Temas.Collect.Sources;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Catalogue;

/// <summary>An event that arrives and that the catalogue does not speak of.</summary>
/// <param name="Type">The call: track, page, screen.</param>
/// <param name="Name">Its name.</param>
/// <param name="Source">Who sent the latest one.</param>
/// <param name="Count">How often it came among the events that were looked at.</param>
/// <param name="LastSeen">When the latest one arrived.</param>
/// <param name="Properties">Names and types of the latest one's properties, as a touchpoint lists them.</param>
public sealed record UnknownEvent(string Type, string Name, SourceName Source, int Count, DateTimeOffset LastSeen, IReadOnlyList<KeyValuePair<string, string>> Properties);

/// <summary>Finds events that arrive and are not mapped, most frequent first. Looks at the newest part of the log only, so that the page stays quick however long the log is.</summary>
public sealed class FindUnknownEvents(SourceRegistry sources)
{
    /// <summary>How many of the newest records are looked at.</summary>
    public const int Looked = 5_000;

    private const int Most = 20, MostProperties = 30, LongestName = 200;

    /// <summary>The events, at most twenty.</summary>
    public IReadOnlyList<UnknownEvent> Handle(Workspace workspace)
    {
        var catalogue = workspace.Part<LiveCatalogue>().Current;
        var found = new Dictionary<(EventType Type, string Name), (StoredEvent Latest, int Count)>();
        foreach (var e in workspace.Log.ReadBackwards().Take(Looked))
        {
            if (e.Kind != LogRecordKind.Event) continue;
            var json = e.Json.Span;
            var fields = e.AsLogEvent().Fields;
            if (!fields.Name.Exists || json[fields.Name.Start] is (byte)'{' or (byte)'[') continue;
            var name = fields.Name.ToText(json);
            if (string.IsNullOrWhiteSpace(name) || name.Length > LongestName || catalogue.Knows(fields.Type, System.Text.Encoding.UTF8.GetBytes(name))) continue;
            var key = (fields.Type, name);
            found[key] = found.TryGetValue(key, out var known) ? (known.Latest, known.Count + 1) : (e, 1);
        }

        return [.. found.OrderByDescending(f => f.Value.Count).ThenBy(f => f.Key.Name, StringComparer.Ordinal).Take(Most).Select(f => new UnknownEvent(
            JsonNamingPolicy.CamelCase.ConvertName(f.Key.Type.ToString()), f.Key.Name, SourceName.Of(sources, workspace, f.Value.Latest.Source), f.Value.Count,
            DateTimeOffset.FromUnixTimeMilliseconds(f.Value.Latest.ReceivedAt), PropertiesOf(f.Value.Latest)))];
    }

    private static List<KeyValuePair<string, string>> PropertiesOf(StoredEvent e)
    {
        var json = JsonElement.Parse(e.Json.Span);
        return json.TryGetProperty("properties", out var properties) && properties.ValueKind == JsonValueKind.Object
            ? [.. properties.EnumerateObject().Where(p => p.Name.Length is > 0 and <= 100).Take(MostProperties).Select(p => KeyValuePair.Create(p.Name, TypeOf(p.Value)))]
            : [];
    }

    private static string TypeOf(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => "number",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.Array => "list",
        JsonValueKind.Object => "object",
        JsonValueKind.String when value.TryGetDateTimeOffset(out _) => value.GetString()!.Length == 10 ? "date" : "instant",
        _ => "text",
    };
}
