using Temas.Kernel;

namespace Temas.Storage.EventLog;

/// <summary>
/// The truth about a workspace: every accepted event, in the order of arrival, on disk before it is acknowledged (docs/formats/log.md).
/// One writer: requests hand in batches, which are committed together; projections are brought up to date before the answer.
/// </summary>
public sealed class EventLog
{
    /// <summary>Position of the last record; 0 when the log is empty.</summary>
    public long Head => throw new NotImplementedException();

    /// <summary>
    /// Stores a batch durably and brings the projections up to date; then each item of the batch has its outcome. Dropped events get their receipts in the same transaction.
    /// On failure nothing of the batch is stored: <see cref="ProblemKind.Unavailable"/> (disk full, database locked, shutting down) or <see cref="ProblemKind.TooMany"/> (queue full).
    /// </summary>
    public Task<Result<int>> AppendAsync(EventBatch batch, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Reads records by position, in the order asked for; positions that do not exist are left out, erased ones come with kind <see cref="LogRecordKind.Erased"/>.</summary>
    public IReadOnlyList<StoredEvent> Read(ReadOnlySpan<long> positions) => throw new NotImplementedException();

    /// <summary>Reads up to <paramref name="limit"/> records before <paramref name="before"/> (exclusive), newest first.</summary>
    public IReadOnlyList<StoredEvent> ReadLatest(int limit, long before = long.MaxValue) => throw new NotImplementedException();

    /// <summary>Reads records from <paramref name="from"/> (inclusive) upwards in log order.</summary>
    public IEnumerable<StoredEvent> ReadFrom(long from) => throw new NotImplementedException();

    /// <summary>The position at which a message stands, or null. The sender's id itself is compared, not only its hash.</summary>
    public long? Find(int source, string messageId) => throw new NotImplementedException();

    /// <summary>The newest dropped events.</summary>
    public Task<IReadOnlyList<DropReceipt>> ReadDropsAsync(int limit, long before = long.MaxValue, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>The receipt of a dropped message, or null.</summary>
    public Task<DropReceipt?> FindDropAsync(string messageId, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Counts per source since the beginning: accepted, duplicates, dropped by reason, erased.</summary>
    public Task<IReadOnlyList<LogCount>> CountAsync(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>
    /// Erases records for good: their bytes are overwritten in the log, and every projection removes what it derived from them. Gives how many were erased.
    /// </summary>
    public Task<Result<int>> EraseAsync(IReadOnlyList<long> positions, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Raised after each commit with the new head, for live pages. Handlers must be quick and must not throw.</summary>
    public event Action<long>? Committed;

    /// <summary>Raised when events were dropped, with how many.</summary>
    public event Action<int>? Refused;

    /// <summary>Clears one projection, or all, and replays the log into it. Reports progress as positions done.</summary>
    public Task RebuildAsync(string? projection, IProgress<long>? progress, CancellationToken cancel) => throw new NotImplementedException();

    internal void Raise(long head, int refused)
    {
        Committed?.Invoke(head);
        if (refused > 0) Refused?.Invoke(refused);
    }

    internal void Add(IProjection projection) => throw new NotImplementedException();

    
}

/// <summary>A dropped event, as its sender can look it up.</summary>
public sealed record DropReceipt(long Id, int Source, string MessageId, string Reason, string Detail, string? Name, DateTimeOffset ReceivedAt);

/// <summary>How many events of a source met which fate: <c>accepted</c>, <c>duplicate</c>, <c>erased</c>, or the reason of a drop.</summary>
public sealed record LogCount(int Source, string Fate, long Count);
