namespace Temas.Storage.EventLog;

/// <summary>What a record of the log is. The numbers are persisted and may only grow.</summary>
public enum LogRecordKind : byte
{
    /// <summary>What was here has been erased; only the position remains.</summary>
    Erased = 0,

    /// <summary>An event that a source sent.</summary>
    Event = 1,

    /// <summary>A person's word on who is who: <c>{"decision":"forbid|confirm|withdraw","a":"kind:value","b":"kind:value","by":"…"}</c>.</summary>
    Decision = 2,
}

/// <summary>What Collect noticed about an event. The bits are persisted and may only grow.</summary>
[Flags]
public enum EventFlags : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Sent by a robot, as far as its user agent tells.</summary>
    Bot = 1,

    /// <summary>The catalogue does not know this event, and its source asks to flag that.</summary>
    UnknownEvent = 2,

    /// <summary>The catalogue does not know one of its properties, and its source asks to flag that.</summary>
    UnknownProperty = 4,

    /// <summary>Its time lay in the future or before 1970 and was replaced by the time of receipt.</summary>
    TimeReplaced = 8,

    /// <summary>Imported from history, not received live.</summary>
    Imported = 16,
}

/// <summary>One record of the log, as a projection sees it.</summary>
public readonly ref struct LogEvent
{
    /// <summary>Its place in the log, from 1 upwards without gaps.</summary>
    public required long Position { get; init; }

    /// <summary>What it is.</summary>
    public required LogRecordKind Kind { get; init; }

    /// <summary>What Collect noticed about it.</summary>
    public required EventFlags Flags { get; init; }

    /// <summary>Number of the source that sent it; 0 for Temas itself.</summary>
    public required int Source { get; init; }

    /// <summary>When it happened, in milliseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>When it arrived, in milliseconds since 1970 UTC.</summary>
    public required long ReceivedAt { get; init; }

    /// <summary>The event: one JSON object in UTF-8.</summary>
    public required ReadOnlySpan<byte> Json { get; init; }

    /// <summary>Where the known fields lie in <see cref="Json"/>; empty for records that are no events.</summary>
    public required EventFields Fields { get; init; }
}

/// <summary>One record of the log, read back; it owns its bytes.</summary>
public sealed record StoredEvent(long Position, LogRecordKind Kind, EventFlags Flags, int Source, long Time, long ReceivedAt, ReadOnlyMemory<byte> Json)
{
    /// <summary>The record as a projection sees it.</summary>
    public LogEvent AsLogEvent()
    {
        EventFields fields = default;
        if (Kind == LogRecordKind.Event) EventScanner.TryScan(Json.Span, out fields, out _);
        return new LogEvent { Position = Position, Kind = Kind, Flags = Flags, Source = Source, Time = Time, ReceivedAt = ReceivedAt, Json = Json.Span, Fields = fields };
    }
}
