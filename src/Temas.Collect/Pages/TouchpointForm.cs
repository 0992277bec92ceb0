using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Temas.Collect.Pages;

/// <summary>A row of the editor: a call and the names of its events, one a line.</summary>
internal sealed record TouchpointFormEvent(string Type, string Names);

/// <summary>
/// What the editor of touchpoints shows and sends. What it does not show (conditions, further rules of perception) is kept from the version before,
/// so that a change of a name loses nothing that was written by hand.
/// </summary>
internal sealed record TouchpointForm
{
    private const int MostEvents = 20;

    private static readonly string[] Texts = ["key", "labelTr", "labelEn", "stage", "channel", "medium", "media", "initiative", "ownerTr", "ownerEn", "systemTr", "systemEn", "value", "properties"];

    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    /// <summary>The rows of events.</summary>
    public IReadOnlyList<TouchpointFormEvent> Events { get; private init; } = [];

    public string Key => this["key"];

    /// <summary>A field's text; empty when nothing is in it.</summary>
    public string this[string field] => texts.GetValueOrDefault(field, "");

    /// <summary>All that is filled in, for the address of the editor.</summary>
    public IEnumerable<(string Name, string? Value)> Fields =>
        texts.Select(t => (t.Key, (string?)t.Value)).Concat(Events.SelectMany((e, i) => new (string, string?)[] { (Row("type", i), e.Type), (Row("names", i), e.Names) }));

    /// <summary>Name of a field of a row.</summary>
    public static string Row(string field, int index) => string.Create(CultureInfo.InvariantCulture, $"{field}{index}");

    /// <summary>Reads a form or a query.</summary>
    public static TouchpointForm Read(Func<string, string?> field)
    {
        var events = new List<TouchpointFormEvent>();
        for (var i = 0; i < MostEvents; i++)
        {
            var (type, names) = (field(Row("type", i))?.Trim(), field(Row("names", i))?.Trim());
            if (!string.IsNullOrEmpty(type) || !string.IsNullOrEmpty(names)) events.Add(new TouchpointFormEvent(string.IsNullOrEmpty(type) ? "track" : type, names ?? ""));
        }

        var form = new TouchpointForm { Events = events };
        foreach (var name in Texts)
        {
            if (field(name)?.Trim() is { Length: > 0 } text) form.texts[name] = text;
        }

        return form;
    }

    /// <summary>What the editor shows of a document that passed its check.</summary>
    public static TouchpointForm Of(string key, string json)
    {
        var node = JsonNode.Parse(json)!.AsObject();
        var form = new TouchpointForm
        {
            Events = [.. (node["events"] as JsonArray ?? []).OfType<JsonObject>().Select(e => new TouchpointFormEvent(Text(e["type"]) ?? "track", string.Join('\n', Names(e["names"]))))],
        };
        form.Set("key", key);
        form.Set("labelTr", Text(node["label"]?["tr"]));
        form.Set("labelEn", Text(node["label"]?["en"]));
        foreach (var name in new[] { "stage", "channel", "medium", "media", "initiative" }) form.Set(name, Text(node[name]));
        foreach (var name in new[] { "owner", "system" })
        {
            form.Set(name + "Tr", Text(node[name]) ?? Text((node[name] as JsonObject)?["tr"]));
            form.Set(name + "En", Text(node[name]) ?? Text((node[name] as JsonObject)?["en"]));
        }

        form.Set("value", node["perception"]?["value"]?.ToJsonString());
        form.Set("properties", node["properties"] is JsonObject properties ? string.Join('\n', properties.Select(p => $"{p.Key}: {Text(p.Value)}")) : null);
        return form;
    }

    /// <summary>The document, on top of the version before, if there is one.</summary>
    public string ToJson(string? before)
    {
        var node = before is null ? [] : JsonNode.Parse(before)!.AsObject();
        var old = node["events"] as JsonArray ?? [];
        var events = new JsonArray();
        for (var i = 0; i < Events.Count; i++)
        {
            var (type, names) = Events[i];
            if (names.Length == 0 && type == "track") continue;
            var e = i < old.Count && old[i] is JsonObject known ? (JsonObject)known.DeepClone() : [];
            if (type == "track") e.Remove("type");
            else e["type"] = type;
            if (names.Length == 0) e.Remove("names");
            else e["names"] = new JsonArray([.. Lines(names).Select(n => (JsonNode?)JsonValue.Create(n))]);
            events.Add((JsonNode)e);
        }

        node["label"] = Pair("label");
        node["events"] = events;
        foreach (var name in new[] { "stage", "channel", "medium", "media", "initiative" }) Put(node, name, this[name].Length > 0 ? JsonValue.Create(this[name]) : null);
        foreach (var name in new[] { "owner", "system" }) Put(node, name, this[name + "Tr"].Length + this[name + "En"].Length > 0 ? Pair(name) : null);
        Put(node, "properties", this["properties"].Length > 0 ? Properties() : null);
        var perception = node["perception"] as JsonObject ?? [];
        Put(perception, "value", this["value"].Length > 0 ? Number(this["value"]) : null);
        if (perception.Parent is null && perception.Count > 0) node["perception"] = perception;
        return node.ToJsonString();
    }

    private static void Put(JsonObject node, string name, JsonNode? value)
    {
        if (value is null) node.Remove(name);
        else node[name] = value;
    }

    // In Turkish the decimal sign is a comma; what is no number stays a text, which the check then refuses with its field.
    private static JsonValue Number(string text) =>
        double.TryParse(text.Replace(',', '.'), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? JsonValue.Create(number) : JsonValue.Create(text);

    private static string? Text(JsonNode? node) => node is JsonValue value && value.GetValueKind() == JsonValueKind.String ? value.GetValue<string>() : null;

    private static IEnumerable<string> Names(JsonNode? node) => node is JsonArray list ? list.Select(n => Text(n) ?? "") : Text(node) is { } one ? [one] : [];

    private static IEnumerable<string> Lines(string text) => text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal);

    private JsonObject Pair(string name)
    {
        var pair = new JsonObject();
        if (this[name + "Tr"].Length > 0) pair["tr"] = this[name + "Tr"];
        if (this[name + "En"].Length > 0) pair["en"] = this[name + "En"];
        return pair;
    }

    private JsonObject Properties()
    {
        var result = new JsonObject();
        foreach (var line in Lines(this["properties"]))
        {
            var colon = line.LastIndexOf(':');
            result[colon > 0 ? line[..colon].Trim() : line] = colon > 0 ? line[(colon + 1)..].Trim() : "text";
        }

        return result;
    }

    private void Set(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) texts[name] = value;
    }
}
