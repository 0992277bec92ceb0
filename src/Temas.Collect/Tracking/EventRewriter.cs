using System.Buffers;
using System.Text.Json;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>What has to change in an event before it is stored.</summary>
internal ref struct Rewrite
{
    /// <summary>A made-up id to put in, or empty to leave the sender's.</summary>
    public ReadOnlySpan<byte> MessageId;

    /// <summary>The type to put in, or <see cref="EventType.None"/> to leave the sender's.</summary>
    public EventType Type;

    /// <summary>The envelope's context, or empty.</summary>
    public ReadOnlySpan<byte> Context;

    /// <summary>The envelope's integrations, or empty.</summary>
    public ReadOnlySpan<byte> Integrations;

    /// <summary>Keys of <c>properties</c> to leave out, as raw JSON text between the quotes; null for none.</summary>
    public IReadOnlyList<byte[]>? BlockedProperties;
}

/// <summary>
/// Writes an event anew, copying all that does not change byte by byte. Only events that need it come here: those without <c>messageId</c> or <c>type</c>,
/// those that carry their write key, those of a batch whose envelope has <c>context</c> or <c>integrations</c>, and those with a blocked property.
/// </summary>
/// <remarks>
/// The envelope is merged one level deep: the event gets every key of the envelope's <c>context</c> (or <c>integrations</c>) that its own does not have;
/// a key that it has, it keeps whole, even if it is null.
/// </remarks>
internal static class EventRewriter
{
    /// <summary>The names of the types, as the specification has them.</summary>
    public static ReadOnlySpan<byte> NameOf(EventType type) => type switch
    {
        EventType.Identify => "identify"u8,
        EventType.Track => "track"u8,
        EventType.Page => "page"u8,
        EventType.Screen => "screen"u8,
        EventType.Group => "group"u8,
        EventType.Alias => "alias"u8,
        _ => default,
    };

    /// <summary>Writes <paramref name="json"/>, which must be a valid object no deeper than <see cref="CollectLimits.Depth"/>, to <paramref name="output"/>.</summary>
    public static void Write(ReadOnlySpan<byte> json, in Rewrite rewrite, ArrayBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = CollectLimits.Depth });
        reader.Read();
        output.Write("{"u8);
        var separator = default(ReadOnlySpan<byte>);
        if (rewrite.MessageId.Length > 0)
        {
            output.Write("\"messageId\":\""u8);
            output.Write(rewrite.MessageId);
            output.Write("\""u8);
            separator = ","u8;
        }

        if (rewrite.Type != EventType.None)
        {
            output.Write(separator);
            output.Write("\"type\":\""u8);
            output.Write(NameOf(rewrite.Type));
            output.Write("\""u8);
            separator = ","u8;
        }

        var context = rewrite.Context;
        var integrations = rewrite.Integrations;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            var dropped = reader.ValueTextEquals("writeKey"u8)
                || (rewrite.MessageId.Length > 0 && reader.ValueTextEquals("messageId"u8))
                || (rewrite.Type != EventType.None && reader.ValueTextEquals("type"u8));
            var isContext = context.Length > 0 && key.SequenceEqual("context"u8);
            var isIntegrations = integrations.Length > 0 && key.SequenceEqual("integrations"u8);
            var isProperties = rewrite.BlockedProperties is not null && key.SequenceEqual("properties"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            var value = json[start..(int)reader.BytesConsumed];

            // What is no object holds no key that could win: the envelope's object is written below.
            if (dropped || ((isContext || isIntegrations) && !isObject)) continue;
            output.Write(separator);
            separator = ","u8;
            output.Write("\""u8);
            output.Write(key);
            output.Write("\":"u8);
            if (isContext)
            {
                Merge(value, context, output);
                context = default;
            }
            else if (isIntegrations)
            {
                Merge(value, integrations, output);
                integrations = default;
            }
            else if (isProperties && isObject)
            {
                Without(value, rewrite.BlockedProperties!, output);
            }
            else
            {
                output.Write(value);
            }
        }

        WriteMissing("context"u8, context, ref separator, output);
        WriteMissing("integrations"u8, integrations, ref separator, output);
        output.Write("}"u8);
    }

    private static void WriteMissing(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref ReadOnlySpan<byte> separator, ArrayBufferWriter<byte> output)
    {
        if (value.Length == 0) return;
        output.Write(separator);
        separator = ","u8;
        output.Write("\""u8);
        output.Write(key);
        output.Write("\":"u8);
        output.Write(value);
    }

    private static void Merge(ReadOnlySpan<byte> own, ReadOnlySpan<byte> envelope, ArrayBufferWriter<byte> output)
    {
        output.Write(own[..^1].TrimEnd(" \t\r\n"u8));
        var first = own[1..].IndexOfAnyExcept(" \t\r\n"u8) is var at && own[at + 1] == (byte)'}';
        var reader = new Utf8JsonReader(envelope, new JsonReaderOptions { MaxDepth = int.MaxValue });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (HasKey(own, key)) continue;
            output.Write(first ? "\""u8 : ",\""u8);
            first = false;
            output.Write(key);
            output.Write("\":"u8);
            output.Write(envelope[start..(int)reader.BytesConsumed]);
        }

        output.Write("}"u8);
    }

    private static bool HasKey(ReadOnlySpan<byte> json, ReadOnlySpan<byte> rawKey)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = CollectLimits.Depth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueSpan.SequenceEqual(rawKey)) return true;
            reader.Read();
            reader.Skip();
        }

        return false;
    }

    private static void Without(ReadOnlySpan<byte> json, IReadOnlyList<byte[]> blocked, ArrayBufferWriter<byte> output)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = CollectLimits.Depth });
        reader.Read();
        output.Write("{"u8);
        var first = true;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var leave = false;
            foreach (var name in blocked) leave |= key.SequenceEqual(name);
            if (leave) continue;
            output.Write(first ? "\""u8 : ",\""u8);
            first = false;
            output.Write(key);
            output.Write("\":"u8);
            output.Write(json[start..(int)reader.BytesConsumed]);
        }

        output.Write("}"u8);
    }
}
