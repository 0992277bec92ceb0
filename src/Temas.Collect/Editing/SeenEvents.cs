using System.Text.Json;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Editing;

/// <summary>Names of events and properties as they come in, for editors to offer.</summary>
/// <param name="Names">Names of events, the most frequent first.</param>
/// <param name="Properties">Names of properties, nested ones as paths; the most frequent first.</param>
public sealed record SeenEvents(IReadOnlyList<string> Names, IReadOnlyList<string> Properties)
{
    /// <summary>How many of the newest records are looked at.</summary>
    public const int Looked = 5_000;

    private const int Most = 300, LongestName = 200;

    /// <summary>What the newest part of a workspace's log holds.</summary>
    public static SeenEvents Of(Workspace workspace)
    {
        var names = new Dictionary<string, int>(StringComparer.Ordinal);
        var properties = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var e in workspace.Log.ReadBackwards().Take(Looked))
        {
            if (e.Kind == LogRecordKind.Event) Take(e, names, properties);
        }

        return new SeenEvents(Best(names), Best(properties));
    }

    private static void Take(StoredEvent e, Dictionary<string, int> names, Dictionary<string, int> properties)
    {
        var json = e.Json.Span;
        var fields = e.AsLogEvent().Fields;
        if (fields.Name.Exists && fields.Name.IsString(json) && fields.Name.ToText(json) is { Length: <= LongestName } name && !string.IsNullOrWhiteSpace(name)) Count(names, name);
        if (!fields.Properties.Exists) return;
        var reader = new Utf8JsonReader(fields.Properties.Of(json));
        string? outer = null;
        while (reader.Read())
        {
            if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 1) outer = null;
            if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth > 2) continue;
            var path = reader.CurrentDepth == 1 ? reader.GetString()! : $"{outer}.{reader.GetString()}";
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartArray) reader.Skip();
            if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == 1) outer = path;
            else if (reader.TokenType == JsonTokenType.StartObject) reader.Skip();
            // A dot in a name cannot be told from a step.
            if (reader.TokenType != JsonTokenType.StartObject && path.Length <= LongestName && path.Count(c => c == '.') == (outer is null || reader.CurrentDepth == 1 ? 0 : 1)) Count(properties, path);
        }
    }

    private static void Count(Dictionary<string, int> counts, string name)
    {
        if (counts.TryGetValue(name, out var known)) counts[name] = known + 1;
        // However many names a hostile sender makes up.
        else if (counts.Count < 5_000) counts.Add(name, 1);
    }

    private static List<string> Best(Dictionary<string, int> counts) => [.. counts.OrderByDescending(c => c.Value).ThenBy(c => c.Key, StringComparer.Ordinal).Take(Most).Select(c => c.Key)];
}
