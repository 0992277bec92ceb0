using Temas.Collect.Contracts;
using Temas.Collect.Feed;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Receipts;

/// <summary>What became of a message.</summary>
/// <param name="MessageId">The sender's id.</param>
/// <param name="Status"><c>stored</c> (also when it was sent again: the copies changed nothing, and only the counter <c>duplicate</c> of their source has them), <c>erased</c> (it was stored, and the customer has been forgotten since) or <c>dropped</c>.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="ReceivedAt">When it arrived, for the first time; unknown once it is erased.</param>
/// <param name="Position">Where it stands in the log.</param>
/// <param name="Time">When it happened.</param>
/// <param name="Type">The call.</param>
/// <param name="Name">Name of the event.</param>
/// <param name="Flags">What was noticed about it.</param>
/// <param name="Customer">To whom it is attributed now.</param>
/// <param name="Reason">Why it was dropped, in snake_case.</param>
/// <param name="Detail">The same in words.</param>
public sealed record Receipt(
    string MessageId,
    string Status,
    SourceName Source,
    DateTimeOffset? ReceivedAt = null,
    long? Position = null,
    DateTimeOffset? Time = null,
    string? Type = null,
    string? Name = null,
    IReadOnlyList<string>? Flags = null,
    CustomerLink? Customer = null,
    string? Reason = null,
    string? Detail = null)
{
    /// <summary>What of a stored event is not used, and why. Null when there is nothing.</summary>
    public IReadOnlyList<EventWarning>? Warnings { get; init; }

    /// <summary>Receipts of other messages with the same id: of other sources, or a refusal before or after.</summary>
    public IReadOnlyList<Receipt>? Others { get; init; }
}

/// <summary>Tells what became of a message: stored where, attributed to whom, erased, or dropped with which reason.</summary>
public sealed class ReadReceipt(SourceRegistry sources)
{
    /// <summary>Looks in the log first, then among the dropped. <c>receipt_unknown</c> when nothing is known: it never arrived, or was dropped long ago.</summary>
    public async Task<Result<Receipt>> HandleAsync(Workspace workspace, string messageId, CancellationToken cancel = default)
    {
        if (messageId.Length > CollectLimits.MessageIdLength || messageId.Contains('\0', StringComparison.Ordinal)) return Unknown();
        var found = new List<Receipt>();
        foreach (var source in sources.Of(workspace))
        {
            if (workspace.Log.Find(source.Id, messageId) is not { } position) continue;
            foreach (var e in workspace.Log.Read([position])) found.Add(Of(workspace, messageId, source, e));
        }

        // What is stored tells more than what is erased.
        found.Sort((a, b) => (a.Status == "erased").CompareTo(b.Status == "erased"));
        if (await workspace.Log.FindDropAsync(messageId, cancel) is { } drop)
        {
            found.Add(new Receipt(messageId, "dropped", SourceName.Of(sources, workspace, drop.Source), drop.ReceivedAt, Name: drop.Name, Reason: drop.Reason, Detail: drop.Detail));
        }

        return found switch
        {
            [] => Unknown(),
            [var only] => only,
            [var first, .. var others] => first with { Others = others },
        };
    }

    private static Receipt Of(Workspace workspace, string messageId, Source source, StoredEvent stored)
    {
        var name = new SourceName(source.Id, source.Name);
        if (stored.Kind == LogRecordKind.Erased) return new Receipt(messageId, "erased", name, Position: stored.Position);
        var e = FeedEvent.Of(workspace, stored, name);
        return new Receipt(messageId, "stored", name, e.ReceivedAt, e.Position, e.Time, e.Type, e.Name, e.Flags, e.Customer) { Warnings = e.Warnings };
    }

    private static Problem Unknown() =>
        Problem.NotFound("receipt_unknown", "No message with this id has arrived, or its refusal is no longer kept.", "messageId", wayOut: "Look for the answer that the sender got.");
}
