using System.Text;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;

namespace Temas.Customers.Profiles;

/// <summary>Traits by name: the latest telling wins, null takes a trait away. Fed in time order.</summary>
internal sealed class TraitFold
{
    /// <summary>A customer has at most so many traits; a sender's defect must not fill the memory. Those that came first stay.</summary>
    public const int Most = 1000;

    private sealed class Entry
    {
        public required byte[] Json;
        public long Time, Since, Position;
        public int Source;
    }

    private readonly Dictionary<byte[], Entry> entries = new(Utf8Comparer.Instance);

    /// <summary>Applies an object of traits.</summary>
    public void Apply(ReadOnlySpan<byte> json, long time, long position, int source)
    {
        if (json.IsEmpty || json[0] != (byte)'{') return;
        var known = entries.GetAlternateLookup<ReadOnlySpan<byte>>();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueIsEscaped ? Encoding.UTF8.GetBytes(reader.GetString()!) : reader.ValueSpan;
            reader.Read();
            if (reader.TokenType == JsonTokenType.Null)
            {
                known.Remove(name);
                continue;
            }

            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = json[start..(int)reader.BytesConsumed];
            if (!known.TryGetValue(name, out var entry))
            {
                if (entries.Count >= Most) continue;
                known[name] = entry = new Entry { Json = value.ToArray(), Since = time };
            }
            else if (!value.SequenceEqual(entry.Json))
            {
                (entry.Json, entry.Since) = (value.ToArray(), time);
            }

            (entry.Time, entry.Position, entry.Source) = (time, position, source);
        }
    }

    public IReadOnlyList<Trait> ToList() =>
    [
        .. entries
            .Select(e => new Trait(Encoding.UTF8.GetString(e.Key), new RawJson(Encoding.UTF8.GetString(e.Value.Json)), Instants.Of(e.Value.Time), Instants.Of(e.Value.Since), e.Value.Source, e.Value.Position))
            .OrderBy(t => t.Name, StringComparer.Ordinal),
    ];

    /// <summary>The name of a person by the reserved traits of the Segment specification, in their common spellings.</summary>
    public string? DisplayName()
    {
        if (Text("name"u8) is { } name) return name;
        var first = Text("firstName"u8) ?? Text("first_name"u8) ?? Text("firstname"u8);
        var last = Text("lastName"u8) ?? Text("last_name"u8) ?? Text("lastname"u8);
        return (first, last) switch
        {
            (null, null) => null,
            (null, _) => last,
            (_, null) => first,
            _ => $"{first} {last}",
        };
    }

    private string? Text(ReadOnlySpan<byte> name)
    {
        if (!entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out var entry) || entry.Json[0] != (byte)'"') return null;
        var text = new RawJson(Encoding.UTF8.GetString(entry.Json)).Display.Trim();
        return text.Length == 0 ? null : text;
    }
}
