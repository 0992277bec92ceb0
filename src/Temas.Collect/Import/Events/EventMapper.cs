using System.Buffers;
using System.Text.Json;
using Temas.Collect.Import.Mapping;
using Temas.Collect.Import.Rows;

namespace Temas.Collect.Import.Events;

/// <summary>
/// Makes Segment messages of a row. A row whose values cannot be used gives none: it is imported whole or not at all.
/// </summary>
internal sealed class EventMapper(ImportMapping mapping, TimeProvider clock) : IDisposable
{
    /// <summary>Largest message, in bytes of JSON.</summary>
    public const int MaxEvent = CollectLimits.EventBytes;

    private const long Year1900 = -2_208_988_800_000, Day = 86_400_000;

    private readonly ArrayBufferWriter<byte> lines = new(4096);
    private readonly Utf8JsonWriter writer = new(new ArrayBufferWriter<byte>(1), new JsonWriterOptions { Encoder = JsonNode.Encoder, SkipValidation = true });
    private readonly byte[] messageId = new byte[64];

    /// <summary>The messages of the row that was mapped last, one JSON object a line.</summary>
    public ReadOnlySpan<byte> Lines => lines.WrittenSpan;

    /// <summary>Maps the row that was begun in <paramref name="row"/> and gives how many messages it made; none when the row got a fault.</summary>
    public int Map(RowContext row, MessageIds ids)
    {
        lines.ResetWrittenCount();
        var count = 0;
        foreach (var spec in mapping.Events)
        {
            if (spec.When is { } when && !when.Holds(row)) continue;
            var start = lines.WrittenCount;
            writer.Reset(lines);
            Write(spec, row, ids);
            writer.Flush();
            row.TakeReaderFault();
            if (lines.WrittenCount - start > MaxEvent)
                row.Fail("event_too_large", $"The event has {lines.WrittenCount - start} bytes of JSON; the limit is {MaxEvent}. Map fewer or shorter values.", Path(spec, null), RowReader.Say(lines.WrittenCount - start), RowReader.Say(MaxEvent));
            if (row.Fault is not null) return 0;
            lines.Write("\n"u8);
            count++;
        }

        return count;
    }

    public void Dispose() => writer.Dispose();

    private static string Path(EventSpec spec, string? key) => key is null ? $"events[{spec.Index}]" : $"events[{spec.Index}].{key}";

    private void Write(EventSpec spec, RowContext row, MessageIds ids)
    {
        if (!spec.Type.TryText(row, out var typeText))
        {
            row.Fail("type_missing", "The row has no type here.", spec.Type.Path);
            return;
        }

        var type = EventTypes.Find(typeText);
        if (type is null)
        {
            row.Fail("type_unknown", $"'{ValueSpec.Shown(typeText)}' is none of identify, track, page, screen, group, alias.", spec.Type.Path, ValueSpec.Shown(typeText));
            return;
        }

        var idLength = spec.Id.Count == 0 ? ids.Write(messageId, spec.Index) : ids.Write(messageId, spec.Index, spec.Id, row);
        if (idLength == 0)
        {
            row.Fail("id_missing", "A column of which the message id is made is empty.", Path(spec, "id"));
            return;
        }

        writer.WriteStartObject();
        writer.WriteString("messageId"u8, messageId.AsSpan(0, idLength));
        writer.WriteString("type"u8, type);
        if (type == "track") Require(Text(spec.Event, "event", row), "event_missing", "The event has no name.", spec, "event", row);
        if (type is "page" or "screen")
        {
            Text(spec.Name ?? spec.Event, "name", row);
            Text(spec.Category, "category", row);
        }

        var userId = Text(spec.UserId, "userId", row);
        var identified = Text(spec.AnonymousId, "anonymousId", row) | userId;
        if (type == "alias") Require(Text(spec.PreviousId, "previousId", row) && userId, "alias_incomplete", "An alias needs previousId and userId.", spec, "previousId", row);
        if (type == "group") Require(Text(spec.GroupId, "groupId", row), "group_id_missing", "A group needs groupId.", spec, "groupId", row);
        WriteTimestamp(spec, row);

        if (type is "track" or "page" or "screen")
        {
            writer.WriteStartObject("properties"u8);
            spec.Properties?.WriteMembers(writer, row);
            writer.WriteEndObject();
        }

        // Of identify and group the traits are the message; of other calls they are what is known of the customer at that moment.
        var atTop = type is "identify" or "group";
        if (atTop)
        {
            writer.WriteStartObject("traits"u8);
            if (type == "identify") identified |= WriteContacts(spec, row);
            spec.Traits?.WriteMembers(writer, row);
            writer.WriteEndObject();
        }

        identified |= WriteContext(spec, type, atTop, row);
        writer.WriteEndObject();
        if (!identified) row.Fail("no_identifier", "The row has no identifier: userId, anonymousId, email, phone and externalIds are all empty.", Path(spec, null));
    }

    private static void Require(bool exists, string reason, string detail, EventSpec spec, string key, RowContext row)
    {
        if (!exists) row.Fail(reason, detail, Path(spec, key));
    }

    private bool Text(ValueSpec? value, string name, RowContext row)
    {
        if (value is null || !value.TryText(row, out var text)) return false;
        writer.WriteString(name, text);
        return true;
    }

    private void WriteTimestamp(EventSpec spec, RowContext row)
    {
        if (spec.Time.Value is not { } value) return;
        if (!value.TryText(row, out var text))
        {
            row.Fail("time_missing", "The row has no time. Set a default, or time: received.", value.Path);
            return;
        }

        if (!value.Time!.TryInstant(text, out var time, out var fault))
        {
            row.Fail(fault, text, value.Time, value.Path);
            return;
        }

        if (time < Year1900 || time > clock.GetUtcNow().ToUnixTimeMilliseconds() + Day)
        {
            row.Fail("time_out_of_range", $"'{ValueSpec.Shown(text)}' lies before 1900 or in the future.", value.Path, ValueSpec.Shown(text));
            return;
        }

        writer.WritePropertyName("timestamp"u8);
        ValueSpec.WriteTime(writer, time);
    }

    private bool WriteContacts(EventSpec spec, RowContext row) => Text(spec.Email, "email", row) | Text(spec.Phone, "phone", row);

    private bool WriteContext(EventSpec spec, string type, bool atTop, RowContext row)
    {
        var contacts = type != "identify" && ((spec.Email?.Exists(row) ?? false) || (spec.Phone?.Exists(row) ?? false));
        var traits = contacts || (!atTop && (spec.Traits?.Exists(row) ?? false));
        var ids = false;
        foreach (var (_, value) in spec.ExternalIds) ids |= value.Exists(row);
        if (!traits && !ids && !(spec.Context?.Exists(row) ?? false)) return false;

        writer.WriteStartObject("context"u8);
        if (traits)
        {
            writer.WriteStartObject("traits"u8);
            if (contacts) WriteContacts(spec, row);
            if (!atTop) spec.Traits?.WriteMembers(writer, row);
            writer.WriteEndObject();
        }

        if (ids) WriteExternalIds(spec, row);
        spec.Context?.WriteMembers(writer, row);
        writer.WriteEndObject();
        return contacts || ids;
    }

    private void WriteExternalIds(EventSpec spec, RowContext row)
    {
        writer.WriteStartArray("externalIds"u8);
        foreach (var (kind, value) in spec.ExternalIds)
        {
            if (!value.TryText(row, out var id)) continue;
            writer.WriteStartObject();
            writer.WriteString("id"u8, id);
            writer.WriteString("type"u8, kind);
            writer.WriteString("collection"u8, "users"u8);
            writer.WriteString("encoding"u8, "none"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }
}

/// <summary>The six calls of the Segment specification, by name.</summary>
internal static class EventTypes
{
    /// <summary>Their names.</summary>
    public static IReadOnlyList<string> All { get; } = ["identify", "track", "page", "screen", "group", "alias"];

    /// <summary>The call with this name, or null.</summary>
    public static string? Find(ReadOnlySpan<char> name)
    {
        foreach (var type in All)
        {
            if (name.SequenceEqual(type)) return type;
        }

        return null;
    }
}
