namespace Temas.Collect.Contracts;

/// <summary>
/// Why an event, or a whole request, was refused. The names are written to receipts and counters in snake_case
/// (<c>event_too_large</c>); the list may only grow, and nothing in it may be renamed.
/// </summary>
public enum DropReason
{
    /// <summary>It was not refused.</summary>
    None = 0,

    /// <summary>The body, or a line of an import, is not JSON.</summary>
    MalformedJson = 1,

    /// <summary>The body has more than 500 KB, before or after it was unpacked.</summary>
    BodyTooLarge = 2,

    /// <summary>The body says or shows that it is gzip, and is not, or is cut short.</summary>
    GzipInvalid = 3,

    /// <summary>The body has a Content-Encoding other than gzip.</summary>
    EncodingUnsupported = 4,

    /// <summary>A batch holds more than 2,500 events.</summary>
    BatchTooManyEvents = 5,

    /// <summary>A call to batch or import has no array named <c>batch</c>.</summary>
    BatchMissing = 6,

    /// <summary>The events of a batch grew past 4 MB when the envelope's context was merged into them.</summary>
    BatchTooLarge = 7,

    /// <summary>An event is no JSON object.</summary>
    NotAnObject = 8,

    /// <summary>An event has more than 32 KB, the envelope's context included.</summary>
    EventTooLarge = 9,

    /// <summary>An event holds bytes that are not UTF-8.</summary>
    InvalidUtf8 = 10,

    /// <summary>An event is nested deeper than 64 levels.</summary>
    NestingTooDeep = 11,

    /// <summary>An event of a batch has no <c>type</c>, or one that the specification does not know.</summary>
    TypeUnknown = 12,

    /// <summary>A <c>messageId</c> has more than 200 characters.</summary>
    MessageIdTooLong = 13,

    /// <summary>An identifier is neither text nor number.</summary>
    IdNotText = 14,

    /// <summary>An identifier has more than 500 characters.</summary>
    IdTooLong = 15,

    /// <summary>Nothing in the event says whose it is.</summary>
    NoIdentifier = 16,

    /// <summary>A track call has no <c>event</c>.</summary>
    EventNameMissing = 17,

    /// <summary>The <c>event</c> of a track call has more than 200 characters.</summary>
    EventNameTooLong = 18,

    /// <summary>A group call has no <c>groupId</c>.</summary>
    GroupIdMissing = 19,

    /// <summary>An alias call lacks <c>userId</c> or <c>previousId</c>.</summary>
    AliasIncomplete = 20,

    /// <summary>The time of an imported event cannot be read.</summary>
    TimestampInvalid = 21,

    /// <summary>The catalogue does not know the event, and its source blocks such events.</summary>
    EventNotInCatalogue = 22,

    /// <summary>A robot sent it, and its source blocks robots.</summary>
    BotBlocked = 23,
}
