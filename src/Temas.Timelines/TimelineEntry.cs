namespace Temas.Timelines;

/// <summary>One event on a timeline.</summary>
/// <param name="Time">When it happened, in milliseconds since 1970 UTC.</param>
/// <param name="Position">Its position in the log; orders events of the same time.</param>
/// <param name="Type">Its event type, see <see cref="TimelineStore.TypeOf"/>.</param>
/// <param name="Node">The identifier node that it is filed under; -1 when nobody could be named.</param>
public readonly record struct TimelineEntry(long Time, long Position, int Type, int Node);

/// <summary>A place between two events: reading goes on after it, in either direction. It stays valid whatever is appended, merged or erased.</summary>
/// <param name="Time">The time of the last event read, in milliseconds since 1970 UTC.</param>
/// <param name="Position">The log position of the last event read.</param>
public readonly record struct TimelineCursor(long Time, long Position);

/// <summary>What to read of a timeline.</summary>
public sealed record TimelineRange
{
    /// <summary>The earliest time, inclusive; milliseconds since 1970 UTC.</summary>
    public long From { get; init; } = long.MinValue;

    /// <summary>The end of the time, exclusive; milliseconds since 1970 UTC.</summary>
    public long To { get; init; } = long.MaxValue;

    /// <summary>The event types wanted; null for all.</summary>
    public IReadOnlySet<int>? Types { get; init; }

    /// <summary>The last event of the page before, exclusive; null to begin at the beginning (or at the end, when descending).</summary>
    public TimelineCursor? After { get; init; }

    /// <summary>Whether the latest event comes first.</summary>
    public bool Descending { get; init; }

    /// <summary>The most events to give.</summary>
    public int Limit { get; init; } = int.MaxValue;
}

/// <summary>How a <see cref="TimelineStore"/> keeps house. The defaults suit every size; tests make them small.</summary>
public sealed record TimelineOptions
{
    /// <summary>Events that are gathered in memory before they become a segment on disk. Default 1,048,576; at least 1.</summary>
    public int TailEntries { get; init; } = 1 << 20;

    /// <summary>How many neighbouring segments of about the same size become one. Default 4; at least 2.</summary>
    public int FanIn { get; init; } = 4;

    /// <summary>The most events of a segment that is made by merging. Default 2^30.</summary>
    public int SegmentEntries { get; init; } = 1 << 30;

    /// <summary>Called after every change to the folder with what was done; lets a test stop the world there.</summary>
    internal Action<string>? Changed { get; init; }

    /// <summary>Does at once what otherwise goes on in the background, so that a test sees the same steps each time.</summary>
    internal bool OneThread { get; init; }
}

/// <summary>What a <see cref="TimelineStore"/> takes up.</summary>
/// <param name="Entries">Events held.</param>
/// <param name="Managed">Bytes of memory allocated, whatever is read.</param>
/// <param name="Mapped">Bytes of files mapped into memory; only the pages that are read are resident, and the system may take them back.</param>
/// <param name="OnDisk">Bytes of the files that count (leftovers of a merge under way are not in it).</param>
/// <param name="Segments">Segment files.</param>
public readonly record struct TimelineMemory(long Entries, long Managed, long Mapped, long OnDisk, int Segments);
