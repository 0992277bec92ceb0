using System.Text;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Profiles;

/// <summary>
/// The properties that the rules for one event name ask for, each with a number. All are found in one pass over the event's properties,
/// however many rules look at them.
/// </summary>
internal sealed class PropertySlots
{
    private readonly List<PropertyPath> paths = [];
    private readonly List<byte[]> first = [];

    public int Count => paths.Count;

    public PropertyPath PathOf(int slot) => paths[slot];

    /// <summary>The number of a property; given when it is first asked for.</summary>
    public int Of(PropertyPath path)
    {
        var index = paths.IndexOf(path);
        if (index >= 0) return index;
        paths.Add(path);
        first.Add(path.Steps[0]);
        return paths.Count - 1;
    }

    public int[] Of(IEnumerable<PropertyPath> wanted) => [.. wanted.Select(Of)];

    /// <summary>Finds the values; slices count from the beginning of <paramref name="properties"/>.</summary>
    public void Scan(ReadOnlySpan<byte> properties, Span<JsonSlice> values)
    {
        values = values[..Count];
        values.Clear();
        if (Count == 0 || properties.IsEmpty || properties[0] != (byte)'{') return;
        var reader = new Utf8JsonReader(properties);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var escaped = reader.ValueIsEscaped ? reader.GetString() : null;
            var name = escaped is null ? reader.ValueSpan : Encoding.UTF8.GetBytes(escaped);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var absent = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            var slice = absent ? default : new JsonSlice(start, (int)reader.BytesConsumed - start);
            for (var i = 0; i < values.Length; i++)
            {
                if (name.SequenceEqual(first[i])) values[i] = Inner(properties, slice, paths[i]);
            }
        }
    }

    private static JsonSlice Inner(ReadOnlySpan<byte> json, JsonSlice slice, PropertyPath path)
    {
        for (var i = 1; i < path.Steps.Length && slice.Exists; i++)
        {
            var found = EventJson.Find(slice.Of(json), path.Steps[i]);
            slice = found.Exists ? new JsonSlice(slice.Start + found.Start, found.Length) : default;
        }

        return slice;
    }
}
