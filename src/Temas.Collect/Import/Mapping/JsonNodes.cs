using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Collect.Import.Events;

namespace Temas.Collect.Import.Mapping;

/// <summary>A part of the event's JSON that is made of the row. What has no value is left out, and so are objects and arrays that have none in them.</summary>
internal abstract class JsonNode
{
    /// <summary>Names are written as they are, Turkish letters included.</summary>
    public static JavaScriptEncoder Encoder { get; } = JavaScriptEncoder.UnsafeRelaxedJsonEscaping;

    /// <summary>Whether the row has something to write here.</summary>
    public abstract bool Exists(RowContext row);

    /// <summary>Writes it; <paramref name="name"/> null: as an item of an array.</summary>
    public abstract void Write(Utf8JsonWriter writer, JsonEncodedText? name, RowContext row);
}

/// <summary>A single value.</summary>
internal sealed class ValueNode(ValueSpec value) : JsonNode
{
    public override bool Exists(RowContext row) => value.Exists(row);

    public override void Write(Utf8JsonWriter writer, JsonEncodedText? name, RowContext row) => value.Write(writer, name, row);
}

/// <summary>An object.</summary>
internal sealed class ObjectNode : JsonNode
{
    private readonly List<(string Text, JsonEncodedText Name, JsonNode Node)> members = [];

    public override bool Exists(RowContext row)
    {
        foreach (var member in members)
        {
            if (member.Node.Exists(row)) return true;
        }

        return false;
    }

    /// <summary>Adds a member; false when the name is taken.</summary>
    public bool Add(string name, JsonNode node)
    {
        if (Find(name) is not null) return false;
        members.Add((name, JsonEncodedText.Encode(name, Encoder), node));
        return true;
    }

    /// <summary>The member with this name, or null.</summary>
    public JsonNode? Find(string name) => members.Find(m => m.Text.Equals(name, StringComparison.Ordinal)).Node;

    public override void Write(Utf8JsonWriter writer, JsonEncodedText? name, RowContext row)
    {
        if (!Exists(row)) return;
        if (name is { } n) writer.WriteStartObject(n);
        else writer.WriteStartObject();
        WriteMembers(writer, row);
        writer.WriteEndObject();
    }

    /// <summary>Writes the members into an object that is open.</summary>
    public void WriteMembers(Utf8JsonWriter writer, RowContext row)
    {
        foreach (var member in members) member.Node.Write(writer, member.Name, row);
    }
}

/// <summary>An array.</summary>
internal sealed class ArrayNode(IReadOnlyList<JsonNode> items) : JsonNode
{
    public override bool Exists(RowContext row)
    {
        foreach (var item in items)
        {
            if (item.Exists(row)) return true;
        }

        return false;
    }

    public override void Write(Utf8JsonWriter writer, JsonEncodedText? name, RowContext row)
    {
        if (!Exists(row)) return;
        if (name is { } n) writer.WriteStartArray(n);
        else writer.WriteStartArray();
        foreach (var item in items) item.Write(writer, null, row);
        writer.WriteEndArray();
    }
}
