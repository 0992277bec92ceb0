using System.Buffers;
using System.Text;
using System.Text.Json;

namespace Temas.Storage.EventLog;

/// <summary>The six calls of the Segment specification. The numbers are persisted and may only grow.</summary>
public enum EventType : byte
{
    /// <summary>No or an unknown <c>type</c>.</summary>
    None = 0,

    /// <summary>Who somebody is, with traits.</summary>
    Identify = 1,

    /// <summary>Something that somebody did.</summary>
    Track = 2,

    /// <summary>A page that somebody saw.</summary>
    Page = 3,

    /// <summary>A screen of an app that somebody saw.</summary>
    Screen = 4,

    /// <summary>A household or company that somebody belongs to.</summary>
    Group = 5,

    /// <summary>Two user ids that are one person.</summary>
    Alias = 6,
}

/// <summary>
/// Where a value lies in an event's JSON: from <see cref="Start"/>, <see cref="Length"/> bytes long, quotes of a string included.
/// <c>default</c> means that the field is absent or null.
/// </summary>
public readonly record struct JsonSlice(int Start, int Length)
{
    /// <summary>False when the field is absent or null.</summary>
    public bool Exists => Length > 0;

    /// <summary>The raw JSON of the value.</summary>
    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> json) => json.Slice(Start, Length);

    /// <summary>True when the value is a JSON string.</summary>
    public bool IsString(ReadOnlySpan<byte> json) => Length >= 2 && json[Start] == (byte)'"';

    /// <summary>
    /// The characters of a string as UTF-8 without quotes and escapes, or the digits of a number. Points into <paramref name="json"/> where it can;
    /// a string with escapes is written to <paramref name="scratch"/>, which must be at least <see cref="Length"/> long.
    /// </summary>
    public ReadOnlySpan<byte> Text(ReadOnlySpan<byte> json, Span<byte> scratch)
    {
        if (!IsString(json)) return Of(json);
        var inner = json.Slice(Start + 1, Length - 2);
        if (!inner.Contains((byte)'\\')) return inner;
        var reader = new Utf8JsonReader(Of(json));
        reader.Read();
        return scratch[..reader.CopyString(scratch)];
    }

    /// <summary>As <see cref="Text"/>, as a string; null when the field is absent.</summary>
    public string? ToText(ReadOnlySpan<byte> json)
    {
        if (!Exists) return null;
        var rented = ArrayPool<byte>.Shared.Rent(Length);
        try
        {
            return Encoding.UTF8.GetString(Text(json, rented));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }
}

/// <summary>Where the fields that Temas itself reads lie in one event's JSON. Found in one pass by <see cref="EventScanner"/>.</summary>
public struct EventFields
{
    /// <summary>The call, from <c>type</c>.</summary>
    public EventType Type;

    /// <summary>Name of a track call (<c>event</c>), or of a page or screen (<c>name</c>).</summary>
    public JsonSlice Name;

    /// <summary>The sender's id of the event; deduplication goes by it.</summary>
    public JsonSlice MessageId;

    /// <summary><c>userId</c>: string or number.</summary>
    public JsonSlice UserId;

    /// <summary><c>anonymousId</c>: string or number.</summary>
    public JsonSlice AnonymousId;

    /// <summary><c>previousId</c> of an alias call.</summary>
    public JsonSlice PreviousId;

    /// <summary><c>groupId</c> of a group call.</summary>
    public JsonSlice GroupId;

    /// <summary><c>timestamp</c>, as sent.</summary>
    public JsonSlice Timestamp;

    /// <summary><c>originalTimestamp</c>, as sent.</summary>
    public JsonSlice OriginalTimestamp;

    /// <summary><c>sentAt</c>, as sent.</summary>
    public JsonSlice SentAt;

    /// <summary>The <c>traits</c> object of identify and group.</summary>
    public JsonSlice Traits;

    /// <summary>The <c>properties</c> object of track, page and screen.</summary>
    public JsonSlice Properties;

    /// <summary>The <c>context</c> object.</summary>
    public JsonSlice Context;

    /// <summary><c>context.traits</c>: what is known of the person at a track call.</summary>
    public JsonSlice ContextTraits;

    /// <summary><c>context.externalIds</c>: an array of <c>{id, type, collection, encoding}</c>.</summary>
    public JsonSlice ExternalIds;

    /// <summary><c>context.userAgent</c>.</summary>
    public JsonSlice UserAgent;

    /// <summary><c>context.device</c>.</summary>
    public JsonSlice Device;

    /// <summary>The <c>integrations</c> object.</summary>
    public JsonSlice Integrations;
}

/// <summary>Finds the known fields of an event in one pass, without allocating.</summary>
public static class EventScanner
{
    /// <summary>
    /// Scans <paramref name="json"/>, which must hold exactly one JSON value. False when it is not a JSON object; <paramref name="fault"/> then says why.
    /// Of a field that occurs twice the last counts, as in JavaScript.
    /// </summary>
    public static bool TryScan(ReadOnlySpan<byte> json, out EventFields fields, out string? fault)
    {
        fields = default;
        fault = null;
        var reader = new Utf8JsonReader(json);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                fault = "An event is a JSON object.";
                return false;
            }

            Scan(ref reader, ref fields, 0);
            return !reader.Read();
        }
        catch (JsonException e)
        {
            fault = e.Message;
            return false;
        }
    }

    /// <summary>
    /// Scans the object at which <paramref name="reader"/> stands (its StartObject token) and leaves the reader at its end.
    /// Slices count from <paramref name="origin"/>, a position in the reader's input. Throws <see cref="JsonException"/> on malformed JSON.
    /// </summary>
    public static void Scan(ref Utf8JsonReader reader, ref EventFields fields, int origin)
    {
        JsonSlice eventName = default, name = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueIsEscaped)
            {
                _ = Take(ref reader, origin);
                continue;
            }

            var key = reader.ValueSpan;
            switch (key.Length)
            {
                case 4 when key.SequenceEqual("type"u8): fields.Type = ReadType(ref reader); break;
                case 4 when key.SequenceEqual("name"u8): name = Take(ref reader, origin); break;
                case 5 when key.SequenceEqual("event"u8): eventName = Take(ref reader, origin); break;
                case 6 when key.SequenceEqual("userId"u8): fields.UserId = Take(ref reader, origin); break;
                case 6 when key.SequenceEqual("traits"u8): fields.Traits = Take(ref reader, origin); break;
                case 6 when key.SequenceEqual("sentAt"u8): fields.SentAt = Take(ref reader, origin); break;
                case 7 when key.SequenceEqual("groupId"u8): fields.GroupId = Take(ref reader, origin); break;
                case 7 when key.SequenceEqual("context"u8): ScanContext(ref reader, ref fields, origin); break;
                case 9 when key.SequenceEqual("messageId"u8): fields.MessageId = Take(ref reader, origin); break;
                case 9 when key.SequenceEqual("timestamp"u8): fields.Timestamp = Take(ref reader, origin); break;
                case 10 when key.SequenceEqual("properties"u8): fields.Properties = Take(ref reader, origin); break;
                case 10 when key.SequenceEqual("previousId"u8): fields.PreviousId = Take(ref reader, origin); break;
                case 11 when key.SequenceEqual("anonymousId"u8): fields.AnonymousId = Take(ref reader, origin); break;
                case 12 when key.SequenceEqual("integrations"u8): fields.Integrations = Take(ref reader, origin); break;
                case 17 when key.SequenceEqual("originalTimestamp"u8): fields.OriginalTimestamp = Take(ref reader, origin); break;
                default: _ = Take(ref reader, origin); break;
            }
        }

        fields.Name = fields.Type == EventType.Track || !name.Exists ? eventName : name;
    }

    private static void ScanContext(ref Utf8JsonReader reader, ref EventFields fields, int origin)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            fields.Context = Slice(ref reader, origin);
            return;
        }

        var start = (int)reader.TokenStartIndex;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            switch (key.Length)
            {
                case 6 when key.SequenceEqual("traits"u8): fields.ContextTraits = Take(ref reader, origin); break;
                case 6 when key.SequenceEqual("device"u8): fields.Device = Take(ref reader, origin); break;
                case 9 when key.SequenceEqual("userAgent"u8): fields.UserAgent = Take(ref reader, origin); break;
                case 11 when key.SequenceEqual("externalIds"u8): fields.ExternalIds = Take(ref reader, origin); break;
                default: _ = Take(ref reader, origin); break;
            }
        }

        fields.Context = new JsonSlice(start - origin, (int)reader.BytesConsumed - start);
    }

    private static EventType ReadType(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.Skip();
            return EventType.None;
        }

        return reader.ValueTextEquals("track"u8) ? EventType.Track
            : reader.ValueTextEquals("identify"u8) ? EventType.Identify
            : reader.ValueTextEquals("page"u8) ? EventType.Page
            : reader.ValueTextEquals("screen"u8) ? EventType.Screen
            : reader.ValueTextEquals("group"u8) ? EventType.Group
            : reader.ValueTextEquals("alias"u8) ? EventType.Alias
            : EventType.None;
    }

    private static JsonSlice Take(ref Utf8JsonReader reader, int origin)
    {
        reader.Read();
        return Slice(ref reader, origin);
    }

    private static JsonSlice Slice(ref Utf8JsonReader reader, int origin)
    {
        var start = (int)reader.TokenStartIndex;
        if (reader.TokenType == JsonTokenType.Null) return default;
        reader.Skip();
        return new JsonSlice(start - origin, (int)reader.BytesConsumed - start);
    }
}
