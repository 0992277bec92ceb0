namespace Temas.Storage.EventLog;

/// <summary>The name of an event's type, by which events of a kind are put together: the call, and for track, page and screen the name after a colon (<c>track:Order Completed</c>).</summary>
public static class EventTypeName
{
    /// <summary>The most bytes that a name takes.</summary>
    public const int MaxLength = MaxNameLength + 32;

    private const int MaxNameLength = 200;

    /// <summary>Writes the name of an event's type in UTF-8 and gives its length. A longer name of an event is cut at 200 bytes, not in the middle of a character.</summary>
    public static int Write(in LogEvent e, Span<byte> into)
    {
        var length = WriteCall(e.Fields.Type, into);
        if (e.Fields.Type is EventType.Track or EventType.Page or EventType.Screen && e.Fields.Name.Exists)
        {
            into[length++] = (byte)':';
            length += WriteName(e, into.Slice(length, MaxNameLength));
        }

        return length;
    }

    /// <summary>Writes the part before the colon and gives its length.</summary>
    public static int WriteCall(EventType type, Span<byte> into)
    {
        var call = type switch
        {
            EventType.Identify => "identify"u8,
            EventType.Track => "track"u8,
            EventType.Page => "page"u8,
            EventType.Screen => "screen"u8,
            EventType.Group => "group"u8,
            EventType.Alias => "alias"u8,
            _ => "event"u8,
        };
        call.CopyTo(into);
        return call.Length;
    }

    /// <summary>Writes the part after the colon, cut to what it may have, and gives its length.</summary>
    public static int CutName(ReadOnlySpan<byte> name, Span<byte> into)
    {
        var most = Math.Min(into.Length, MaxNameLength);
        if (name.Length > most)
        {
            // Not in the middle of a character.
            while (most > 0 && (name[most] & 0xC0) == 0x80) most--;
            name = name[..most];
        }

        name.CopyTo(into);
        return name.Length;
    }

    private static int WriteName(in LogEvent e, Span<byte> into)
    {
        var slice = e.Fields.Name;
        Span<byte> scratch = slice.Length <= 1024 ? stackalloc byte[1024] : new byte[slice.Length];
        try
        {
            return CutName(slice.Text(e.Json, scratch), into);
        }
        catch (InvalidOperationException)
        {
            return CutName(slice.Of(e.Json), into);
        }
    }
}
