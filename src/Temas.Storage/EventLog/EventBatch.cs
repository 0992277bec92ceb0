using Temas.Kernel;

namespace Temas.Storage.EventLog;

/// <summary>What became of one event of a batch.</summary>
public enum AppendOutcome : byte
{
    /// <summary>Not decided yet.</summary>
    Pending = 0,

    /// <summary>Stored, at the position that stands beside.</summary>
    Stored = 1,

    /// <summary>The log had it already, at the position that stands beside.</summary>
    Duplicate = 2,
}

/// <summary>An event that was refused, with its reason: it gets a receipt and is counted.</summary>
/// <param name="MessageId">The sender's id, or one that Collect made up; at most 200 characters.</param>
/// <param name="Reason">Reason in snake_case: a value of Collect's <c>DropReason</c>.</param>
/// <param name="Detail">One sentence that names field, value and way out. No personal data but what the sender itself put into the field.</param>
/// <param name="Name">Name of the event if it could be read; at most 200 characters.</param>
public sealed record DroppedEvent(string MessageId, string Reason, string Detail, string? Name);

/// <summary>
/// The events of one request on their way into the log: parsed, checked, not yet stored. Not thread-safe; belongs to one request,
/// and to the log from <see cref="EventLog.AppendAsync"/> until that returns.
/// </summary>
public sealed class EventBatch
{
    internal struct Item
    {
        public int Start;
        public int Length;
        public ulong MessageHash;
        public long Time;
        public EventFields Fields;
        public EventFlags Flags;
        public LogRecordKind Kind;
        public AppendOutcome Outcome;
        public long Position;
    }

    private byte[] bytes = new byte[16 * 1024];
    private Item[] items = new Item[64];
    private int used;
    private int count;
    private List<DroppedEvent>? dropped;

    /// <summary>An empty batch of events that <paramref name="source"/> sent.</summary>
    public EventBatch(int source, long receivedAt) => Reset(source, receivedAt);

    /// <summary>Number of the source.</summary>
    public int Source { get; private set; }

    /// <summary>When the request arrived, in milliseconds since 1970 UTC.</summary>
    public long ReceivedAt { get; private set; }

    /// <summary>How many events it holds, dropped ones apart.</summary>
    public int Count => count;

    /// <summary>How many bytes of JSON it holds.</summary>
    public int Bytes => used;

    /// <summary>The events that were refused.</summary>
    public IReadOnlyList<DroppedEvent> Dropped => dropped ?? (IReadOnlyList<DroppedEvent>)[];

    internal Span<Item> Items => items.AsSpan(0, count);

    /// <summary>The hash by which the log recognises a message: of the sender's id, apart for each source.</summary>
    public static ulong HashOf(int source, ReadOnlySpan<byte> messageId) => Hash64.Of(messageId, (ulong)source + 1);

    /// <summary>Empties the batch for another request; its buffers are kept.</summary>
    public void Reset(int source, long receivedAt)
    {
        (Source, ReceivedAt, used, count, dropped) = (source, receivedAt, 0, 0, null);
    }

    /// <summary>
    /// Adds an event. <paramref name="json"/> is copied; it must hold a <c>messageId</c>, a <c>type</c> and be the object that
    /// <paramref name="fields"/> was scanned from. <paramref name="time"/> is when it happened, in milliseconds since 1970 UTC.
    /// </summary>
    public void Add(ReadOnlySpan<byte> json, in EventFields fields, ulong messageHash, long time, EventFlags flags, LogRecordKind kind = LogRecordKind.Event)
    {
        if (used + json.Length > bytes.Length) Array.Resize(ref bytes, Math.Max(bytes.Length * 2, used + json.Length));
        if (count == items.Length) Array.Resize(ref items, count * 2);
        json.CopyTo(bytes.AsSpan(used));
        items[count++] = new Item { Start = used, Length = json.Length, MessageHash = messageHash, Time = time, Fields = fields, Flags = flags, Kind = kind };
        used += json.Length;
    }

    /// <summary>Adds an event that was refused.</summary>
    public void Drop(DroppedEvent what) => (dropped ??= []).Add(what);

    /// <summary>What became of event <paramref name="index"/>, once the log has answered.</summary>
    public (AppendOutcome Outcome, long Position) ResultOf(int index) => (Items[index].Outcome, Items[index].Position);

    internal ReadOnlySpan<byte> JsonOf(in Item item) => bytes.AsSpan(item.Start, item.Length);
}
