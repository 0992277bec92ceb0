using System.Text.Json;
using Temas.Storage.EventLog;
using Temas.Timelines.Columns;

namespace Temas.Insight.Columns;

/// <summary>
/// Takes an event apart into properties: what lies under <c>properties</c> (for identify and group under <c>traits</c>) by its own name, what lies under <c>context</c> by a name that begins with
/// <c>context.</c>; an object within an object by both names with a dot between. Lists and nulls are no properties. Not for several threads at once.
/// </summary>
internal sealed class ReadProperties
{
    private const int MaxName = 200, MaxDepth = 4;

    private readonly byte[] name = new byte[MaxName];
    private byte[] scratch = new byte[1024];

    public void Read(in LogEvent e, ColumnStore.EventWriter row)
    {
        Read(e.Fields.Properties.Exists ? e.Fields.Properties : e.Fields.Traits, e.Json, 0, row);
        "context."u8.CopyTo(name);
        Read(e.Fields.Context, e.Json, "context."u8.Length, row);
    }

    private void Read(JsonSlice slice, ReadOnlySpan<byte> json, int prefix, ColumnStore.EventWriter row)
    {
        if (!slice.Exists) return;
        var reader = new Utf8JsonReader(slice.Of(json));
        try
        {
            if (reader.Read() && reader.TokenType == JsonTokenType.StartObject) ReadObject(ref reader, prefix, 1, row);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Half a surrogate pair in an escape, say: what was read until then counts, on each reading alike.
        }
    }

    private void ReadObject(ref Utf8JsonReader reader, int prefix, int depth, ColumnStore.EventWriter row)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var length = Math.Max(reader.ValueSpan.Length, 1);
            var fits = prefix + length < MaxName && !IsLeftOut(prefix, reader.ValueSpan);
            var end = fits ? prefix + reader.CopyString(name.AsSpan(prefix)) : 0;
            reader.Read();
            if (!fits)
            {
                reader.Skip();
                continue;
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.Number when reader.TryGetDouble(out var number) && double.IsFinite(number):
                    row.Set(name.AsSpan(0, end), number);
                    break;
                case JsonTokenType.True or JsonTokenType.False:
                    row.Set(name.AsSpan(0, end), reader.TokenType == JsonTokenType.True);
                    break;
                case JsonTokenType.String:
                    row.Set(name.AsSpan(0, end), Text(ref reader));
                    break;
                case JsonTokenType.StartObject when depth < MaxDepth && end + 1 < MaxName:
                    name[end] = (byte)'.';
                    ReadObject(ref reader, end + 1, depth + 1, row);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }
    }

    // What is known of the person stands on her identify events; ids are who she is, not what happened.
    private bool IsLeftOut(int prefix, ReadOnlySpan<byte> property) =>
        prefix == "context."u8.Length && name.AsSpan(0, prefix).SequenceEqual("context."u8) && (property.SequenceEqual("traits"u8) || property.SequenceEqual("externalIds"u8) || property.SequenceEqual("library"u8));

    private ReadOnlySpan<byte> Text(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return reader.ValueSpan;
        if (scratch.Length < reader.ValueSpan.Length) scratch = new byte[reader.ValueSpan.Length];
        return scratch.AsSpan(0, reader.CopyString(scratch));
    }
}
