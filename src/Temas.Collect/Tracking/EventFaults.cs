using System.Globalization;
using System.Text;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Collect.Tracking;

/// <summary>What is wrong with one event.</summary>
/// <param name="Reason">Why it is refused.</param>
/// <param name="Field">The field within the event, or null for the event as a whole.</param>
/// <param name="Value">The wrong value, shortened.</param>
/// <param name="Detail">The reason as a sentence.</param>
/// <param name="WayOut">What to do about it.</param>
internal readonly record struct EventFault(DropReason Reason, string? Field, string? Value, string Detail, string WayOut);

/// <summary>The rules that an event must keep, one after the other; the first that it breaks is told.</summary>
internal static class EventFaults
{
    /// <summary>A robot sent it.</summary>
    public static EventFault Bot { get; } =
        new(DropReason.BotBlocked, "context.userAgent", null, "The user agent is that of a robot, and this source blocks robots.", "Let the source flag robots instead, if they are wanted.");

    /// <summary>What is wrong with an event of which no field counts.</summary>
    public static EventFault OfWhole(DropReason reason, int length) => reason switch
    {
        DropReason.EventTooLarge => new(
            reason, null, null, string.Create(CultureInfo.InvariantCulture, $"The event has {length} bytes, the context of its batch included; {CollectLimits.EventBytes} are allowed."), "Send less with it, or several events."),
        DropReason.InvalidUtf8 => new(reason, null, null, "The event holds bytes that are not UTF-8.", "Encode the body as UTF-8."),
        DropReason.NestingTooDeep => new(
            reason, null, null, string.Create(CultureInfo.InvariantCulture, $"The event is nested deeper than {CollectLimits.Depth} levels."), "Send flatter properties."),
        DropReason.NotAnObject => new(reason, null, null, "An event is a JSON object.", "Send {\"type\": \"track\", …}."),
        DropReason.BatchTooLarge => new(
            reason,
            null,
            null,
            string.Create(CultureInfo.InvariantCulture, $"With the context of the batch merged into them, the events before this one fill {CollectLimits.MergedBytes} bytes."),
            "Send smaller batches, or put the context into the events."),
        _ => new(DropReason.MalformedJson, null, null, "The event is not JSON.", "Send one JSON object a line."),
    };

    /// <summary>The catalogue does not know the event.</summary>
    public static EventFault NotInCatalogue(string name) =>
        new(DropReason.EventNotInCatalogue, "event", Clean(name, 100), "The catalogue does not know this event, and this source blocks such events.", "Add a touchpoint for it, or let the source flag unknown events.");

    /// <summary>The time of an imported event cannot be read.</summary>
    public static EventFault Timestamp(ReadOnlySpan<byte> json, in EventFields fields)
    {
        var field = fields.Timestamp.Exists ? "timestamp" : "originalTimestamp";
        return new(
            DropReason.TimestampInvalid,
            field,
            Shown(json, fields.Timestamp.Exists ? fields.Timestamp : fields.OriginalTimestamp, 100),
            "The time cannot be read, or is not between 1900 and 2200.",
            "Send ISO 8601, such as 2026-03-01T12:00:00Z.");
    }

    /// <summary>The first rule that an event of this type breaks, or null. <paramref name="scratch"/> must hold <see cref="CollectLimits.EventBytes"/>.</summary>
    public static EventFault? Find(ReadOnlySpan<byte> json, in EventFields fields, EventType type, Span<byte> scratch)
    {
        if (type == EventType.None)
        {
            return new(DropReason.TypeUnknown, "type", null, "The event has no type that the specification knows.", "Set type to identify, track, page, screen, group or alias.");
        }

        if (IdFault(json, fields.MessageId, "messageId", CollectLimits.MessageIdLength, scratch, out _) is { } messageId) return messageId;
        if (IdFault(json, fields.UserId, "userId", CollectLimits.IdLength, scratch, out var hasUser) is { } userId) return userId;
        if (IdFault(json, fields.AnonymousId, "anonymousId", CollectLimits.IdLength, scratch, out var hasAnonymous) is { } anonymousId) return anonymousId;
        switch (type)
        {
            case EventType.Track:
                if (!fields.Name.IsString(json) || IsBlank(fields.Name.Text(json, scratch)))
                {
                    return new(DropReason.EventNameMissing, "event", Shown(json, fields.Name, 100), "A track call needs the name of what happened.", "Set event to a text such as Order Completed.");
                }

                if (fields.Name.Length > CollectLimits.EventNameLength && Characters(fields.Name.Text(json, scratch)) > CollectLimits.EventNameLength)
                {
                    return new(
                        DropReason.EventNameTooLong,
                        "event",
                        Shown(json, fields.Name, 100),
                        string.Create(CultureInfo.InvariantCulture, $"The name of an event has at most {CollectLimits.EventNameLength} characters."),
                        "Put what varies into properties.");
                }

                break;

            case EventType.Group:
                if (IdFault(json, fields.GroupId, "groupId", CollectLimits.IdLength, scratch, out var hasGroup) is { } groupId) return groupId;
                if (!hasGroup) return new(DropReason.GroupIdMissing, "groupId", null, "A group call needs the group that somebody belongs to.", "Set groupId.");
                break;

            case EventType.Alias:
                if (IdFault(json, fields.PreviousId, "previousId", CollectLimits.IdLength, scratch, out var hasPrevious) is { } previousId) return previousId;
                if (!hasPrevious || !hasUser)
                {
                    return new(
                        DropReason.AliasIncomplete, hasUser ? "previousId" : "userId", null, "An alias call needs the old and the new id of one person.", "Set previousId and userId.");
                }

                break;
        }

        return hasUser || hasAnonymous || IdentifierPresence.IsElsewhere(json, fields, type)
            ? null
            : new(DropReason.NoIdentifier, "userId", null, "Nothing in the event says whose it is.", "Set userId, anonymousId, or an identifier in context.externalIds.");
    }

    /// <summary>A value as it may be shown: without control characters, cut to <paramref name="length"/> characters; null when it is absent or no text or number.</summary>
    public static string? Shown(ReadOnlySpan<byte> json, JsonSlice slice, int length)
    {
        if (!slice.Exists || json[slice.Start] is (byte)'{' or (byte)'[') return null;
        return Clean(slice.ToText(json) ?? "", length);
    }

    /// <summary>A text without control characters, which PostgreSQL would refuse, and cut to a length, but not between the halves of a character.</summary>
    public static string Clean(string text, int length)
    {
        if (text.Length > length) text = text[..(char.IsHighSurrogate(text[length - 1]) ? length - 1 : length)];
        return text.Any(char.IsControl) ? string.Concat(text.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : text;
    }

    private static EventFault? IdFault(ReadOnlySpan<byte> json, JsonSlice slice, string field, int limit, Span<byte> scratch, out bool present)
    {
        present = false;
        if (!slice.Exists) return null;
        if (json[slice.Start] is not ((byte)'"' or (byte)'-' or (>= (byte)'0' and <= (byte)'9')))
        {
            return new(DropReason.IdNotText, field, null, "An identifier is a text or a number.", "Send it as text.");
        }

        var text = slice.Text(json, scratch);
        present = !IsBlank(text);
        if (text.Length <= limit || Characters(text) <= limit) return null;
        return new(
            field == "messageId" ? DropReason.MessageIdTooLong : DropReason.IdTooLong,
            field,
            Shown(json, slice, 100),
            string.Create(CultureInfo.InvariantCulture, $"It has more than {limit} characters."),
            "Send a shorter one.");
    }

    private static bool IsBlank(ReadOnlySpan<byte> text) => text.IndexOfAnyExcept(" \t\r\n"u8) < 0;

    private static int Characters(ReadOnlySpan<byte> text) => Encoding.UTF8.GetCharCount(text);
}

/// <summary>Whether an event without user and anonymous id names its customer in another way.</summary>
internal static class IdentifierPresence
{
    /// <summary>True for external ids, a device id, or an e-mail, telephone or loyalty card in traits (for track, page and screen also in properties the card).</summary>
    public static bool IsElsewhere(ReadOnlySpan<byte> json, in EventFields fields, EventType type) =>
        (fields.ExternalIds.Exists && json[fields.ExternalIds.Start] == (byte)'[' && fields.ExternalIds.Length > 2)
        || HasKey(json, fields.Device, "id"u8)
        || HasIdentifier(json, fields.ContextTraits)
        || (type == EventType.Identify ? HasIdentifier(json, fields.Traits) : HasCard(json, fields.Properties));

    private static bool HasIdentifier(ReadOnlySpan<byte> json, JsonSlice slice) => HasKey(json, slice, "email"u8) || HasKey(json, slice, "phone"u8) || HasCard(json, slice);

    private static bool HasCard(ReadOnlySpan<byte> json, JsonSlice slice) =>
        HasKey(json, slice, "loyalty_card"u8) || HasKey(json, slice, "loyaltyCard"u8) || HasKey(json, slice, "loyalty_card_id"u8);

    private static bool HasKey(ReadOnlySpan<byte> json, JsonSlice slice, ReadOnlySpan<byte> key)
    {
        if (!slice.Exists || json[slice.Start] != (byte)'{') return false;
        var reader = new Utf8JsonReader(slice.Of(json));
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var found = reader.ValueTextEquals(key);
            reader.Read();
            if (found && reader.TokenType is JsonTokenType.String or JsonTokenType.Number && reader.ValueSpan.Length > 0) return true;
            reader.Skip();
        }

        return false;
    }
}
