using System.Text.Json;
using System.Text.Unicode;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>How a body holds its events.</summary>
internal enum BodyShape
{
    /// <summary>The body is one event.</summary>
    Single,

    /// <summary><c>{"batch": [event, …], "context": …, "integrations": …, "sentAt": …, "writeKey": …}</c>.</summary>
    Batch,

    /// <summary>A JSON array of events, or one event a line.</summary>
    Messages,
}

/// <summary>One event as it lies in the body, not yet judged.</summary>
internal struct ParsedEvent
{
    /// <summary>First byte in the body.</summary>
    public int Start;

    /// <summary>Length in bytes.</summary>
    public int Length;

    /// <summary>Its known fields; slices count from <see cref="Start"/>.</summary>
    public EventFields Fields;

    /// <summary>What the parser itself found wrong with it.</summary>
    public DropReason Fault;
}

/// <summary>
/// Cuts a body into events in one pass. The usual body is read once, events and envelope together; only if that fails does a second, careful pass
/// find out which single event is at fault, so that the others are kept.
/// </summary>
internal sealed class BodyParser
{
    private static readonly JsonReaderOptions SingleOptions = new() { MaxDepth = CollectLimits.Depth };
    private static readonly JsonReaderOptions BatchOptions = new() { MaxDepth = CollectLimits.Depth + 2 };
    private static readonly JsonReaderOptions AnyDepth = new() { MaxDepth = int.MaxValue };

    private ParsedEvent[] events = new ParsedEvent[16];
    private int count;

    /// <summary>The events, in order.</summary>
    public Span<ParsedEvent> Events => events.AsSpan(0, count);

    /// <summary><c>sentAt</c> of a batch.</summary>
    public JsonSlice SentAt { get; private set; }

    /// <summary><c>context</c> of a batch, if it is an object.</summary>
    public JsonSlice Context { get; private set; }

    /// <summary><c>integrations</c> of a batch, if it is an object.</summary>
    public JsonSlice Integrations { get; private set; }

    /// <summary>True when the body holds bytes that are not UTF-8: then every event is checked by itself.</summary>
    public bool HasInvalidUtf8 { get; private set; }

    /// <summary>Parses <paramref name="body"/>. Gives the fault when nothing of it can be used.</summary>
    public (DropReason Reason, Problem Problem)? Parse(ReadOnlySpan<byte> body, BodyShape shape, int maxEvents)
    {
        Clear();
        HasInvalidUtf8 = !Utf8.IsValid(body);
        try
        {
            return shape switch
            {
                BodyShape.Single => ParseSingle(body),
                BodyShape.Batch => ParseBatch(body, maxEvents),
                _ => ParseMessages(body, maxEvents),
            };
        }
        catch (JsonException fault)
        {
            return Malformed(fault);
        }
    }

    /// <summary>Finds the <c>writeKey</c> of a body, or null. Needed only when no header names the key, as beacons cannot.</summary>
    public static string? FindWriteKey(Span<byte> body)
    {
        if (body.StartsWith("\uFEFF"u8)) body = body[3..];
        Surrogates.Mend(body);

        // Keys are ASCII: what is not even UTF-8 holds none that could be asked for, and is told apart later.
        if (!Utf8.IsValid(body)) return null;
        try
        {
            var reader = new Utf8JsonReader(body, AnyDepth);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject) return null;
            string? key = null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isKey = reader.ValueTextEquals("writeKey"u8);
                reader.Read();
                if (isKey && reader.TokenType == JsonTokenType.String && reader.ValueSpan.Length <= 200) key = reader.GetString();
                else reader.Skip();
            }

            return key;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private void Clear()
    {
        count = 0;
        SentAt = Context = Integrations = default;
    }

    private (DropReason, Problem)? ParseSingle(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body, SingleOptions);
        try
        {
            reader.Read();
            ParsedEvent only = default;
            only.Start = (int)reader.TokenStartIndex;
            if (reader.TokenType == JsonTokenType.StartObject) EventScanner.Scan(ref reader, ref only.Fields, only.Start);
            else only.Fault = Skip(ref reader);
            only.Length = (int)reader.BytesConsumed - only.Start;
            reader.Read();
            Add(only);
            return null;
        }
        catch (JsonException)
        {
            var careful = new Utf8JsonReader(body, AnyDepth);
            careful.Read();
            var start = (int)careful.TokenStartIndex;
            careful.Skip();
            var length = (int)careful.BytesConsumed - start;
            careful.Read();
            Clear();
            Add(new ParsedEvent { Start = start, Length = length, Fault = DropReason.NestingTooDeep });
            return null;
        }
    }

    private (DropReason, Problem)? ParseBatch(ReadOnlySpan<byte> body, int maxEvents)
    {
        try
        {
            return ReadBatch(body, maxEvents, BatchOptions, careful: false);
        }
        catch (JsonException)
        {
            Clear();
            return ReadBatch(body, maxEvents, AnyDepth, careful: true);
        }
    }

    private (DropReason, Problem)? ReadBatch(ReadOnlySpan<byte> body, int maxEvents, JsonReaderOptions options, bool careful)
    {
        var reader = new Utf8JsonReader(body, options);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject) return BatchMissing();
        var found = false;
        var tooMany = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = reader.ValueSpan;
            if (key.SequenceEqual("batch"u8))
            {
                reader.Read();
                found = reader.TokenType == JsonTokenType.StartArray;
                count = 0;
                if (found) tooMany = !ReadEvents(ref reader, body, maxEvents, careful);
                else reader.Skip();
            }
            else if (key.SequenceEqual("context"u8)) Context = TakeObject(ref reader);
            else if (key.SequenceEqual("integrations"u8)) Integrations = TakeObject(ref reader);
            else if (key.SequenceEqual("sentAt"u8)) SentAt = Take(ref reader);
            else _ = Take(ref reader);
        }

        reader.Read();
        return !found ? BatchMissing() : tooMany ? TooMany(maxEvents) : null;
    }

    private (DropReason, Problem)? ParseMessages(ReadOnlySpan<byte> body, int maxEvents)
    {
        var first = body.IndexOfAnyExcept(" \t\r\n"u8);
        if (first < 0) return null;
        if (body[first] == (byte)'[')
        {
            var reader = new Utf8JsonReader(body, AnyDepth);
            reader.Read();
            var fits = ReadEvents(ref reader, body, maxEvents, careful: true);
            reader.Read();
            return fits ? null : TooMany(maxEvents);
        }

        var start = 0;
        while (start < body.Length)
        {
            var length = body[start..].IndexOf((byte)'\n');
            if (length < 0) length = body.Length - start;
            var line = body.Slice(start, length);
            var lead = line.IndexOfAnyExcept(" \t\r"u8);
            if (lead >= 0)
            {
                if (count == maxEvents) return TooMany(maxEvents);
                Add(ScanAlone(body, start + lead, line.Trim(" \t\r"u8).Length));
            }

            start += length + 1;
        }

        return null;
    }

    /// <summary>Reads the elements of the array at which the reader stands; false when there are too many, of which the rest is skipped.</summary>
    private bool ReadEvents(ref Utf8JsonReader reader, ReadOnlySpan<byte> body, int maxEvents, bool careful)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (count == maxEvents)
            {
                do reader.Skip();
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray);
                return false;
            }

            var start = (int)reader.TokenStartIndex;
            if (careful)
            {
                reader.Skip();
                Add(ScanAlone(body, start, (int)reader.BytesConsumed - start));
                continue;
            }

            ref var parsed = ref Next();
            parsed.Start = start;
            if (reader.TokenType == JsonTokenType.StartObject) EventScanner.Scan(ref reader, ref parsed.Fields, start);
            else parsed.Fault = Skip(ref reader);
            parsed.Length = (int)reader.BytesConsumed - start;
        }

        return true;
    }

    private static ParsedEvent ScanAlone(ReadOnlySpan<byte> body, int start, int length)
    {
        var parsed = new ParsedEvent { Start = start, Length = length };
        var json = body.Slice(start, length);
        if (EventScanner.TryScan(json, out parsed.Fields, out _)) return parsed;
        parsed.Fields = default;
        try
        {
            var reader = new Utf8JsonReader(json, AnyDepth);
            reader.Read();
            var isObject = reader.TokenType == JsonTokenType.StartObject;
            reader.Skip();
            parsed.Fault = reader.Read() ? DropReason.MalformedJson : isObject ? DropReason.NestingTooDeep : DropReason.NotAnObject;
        }
        catch (JsonException)
        {
            parsed.Fault = DropReason.MalformedJson;
        }

        return parsed;
    }

    private static DropReason Skip(ref Utf8JsonReader reader)
    {
        reader.Skip();
        return DropReason.NotAnObject;
    }

    private static JsonSlice Take(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isNull = reader.TokenType == JsonTokenType.Null;
        reader.Skip();
        return isNull ? default : new JsonSlice(start, (int)reader.BytesConsumed - start);
    }

    private static JsonSlice TakeObject(ref Utf8JsonReader reader)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        var isObject = reader.TokenType == JsonTokenType.StartObject;
        reader.Skip();
        return isObject ? new JsonSlice(start, (int)reader.BytesConsumed - start) : default;
    }

    private ref ParsedEvent Next()
    {
        if (count == events.Length) Array.Resize(ref events, count * 2);
        events[count] = default;
        return ref events[count++];
    }

    private void Add(ParsedEvent parsed) => Next() = parsed;

    private static (DropReason, Problem) BatchMissing() =>
        (DropReason.BatchMissing, Problem.Invalid("batch_missing", "The body has no array named batch.", "batch", wayOut: "Send {\"batch\": [event, …]}, or a single event to the path of its type."));

    private static (DropReason, Problem) TooMany(int maxEvents) =>
        (DropReason.BatchTooManyEvents, Problem.Invalid("batch_too_many_events", FormattableString.Invariant($"A batch holds at most {maxEvents} events."), "batch", wayOut: "Send the events in several batches."));

    private static (DropReason, Problem) Malformed(JsonException fault) =>
        (DropReason.MalformedJson, Problem.Invalid(
            "malformed_json",
            FormattableString.Invariant($"The body is not JSON: reading stops in line {(fault.LineNumber ?? 0) + 1} at byte {(fault.BytePositionInLine ?? 0) + 1}."),
            wayOut: "Send one JSON document in UTF-8, whole and without anything behind it."));
}
