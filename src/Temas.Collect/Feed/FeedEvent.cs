using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Feed;

/// <summary>A source, as it is named beside an event.</summary>
/// <param name="Id">Number within the workspace; 0 for Temas itself.</param>
/// <param name="Name">Name for people.</param>
public sealed record SourceName(int Id, string Name)
{
    internal static SourceName Of(SourceRegistry sources, Workspace workspace, int id) =>
        id == 0 ? new SourceName(0, "Temas") : new SourceName(id, sources.Find(workspace, id)?.Name ?? FormattableString.Invariant($"#{id}"));
}

/// <summary>An event that arrived, as pages and the API show it.</summary>
/// <param name="Position">Its place in the log.</param>
/// <param name="Status"><c>stored</c>, or <c>erased</c>: then only position and source are left.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="Type">The call: <c>track</c>, <c>identify</c> …</param>
/// <param name="Name">Name of a track, page or screen call.</param>
/// <param name="Time">When it happened.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Flags">What was noticed: <c>bot</c>, <c>unknownEvent</c>, <c>unknownProperty</c>, <c>timeReplaced</c>, <c>imported</c>.</param>
/// <param name="UserId">User id, as sent.</param>
/// <param name="AnonymousId">Anonymous id, as sent.</param>
/// <param name="Customer">To whom it is attributed now.</param>
/// <param name="Event">The event as it was stored.</param>
public sealed record FeedEvent(
    long Position,
    string Status,
    SourceName Source,
    string? Type,
    string? Name,
    DateTimeOffset? Time,
    DateTimeOffset? ReceivedAt,
    IReadOnlyList<string> Flags,
    string? UserId,
    string? AnonymousId,
    CustomerLink? Customer,
    JsonElement? Event)
{
    /// <summary>What of it is not used: identifiers that were ignored, a name that is filed under others. Null when there is nothing.</summary>
    public IReadOnlyList<EventWarning>? Warnings { get; init; }

    private static readonly EventFlags[] AllFlags = [.. Enum.GetValues<EventFlags>().Where(flag => flag != EventFlags.None)];

    internal static FeedEvent Of(Workspace workspace, StoredEvent stored, SourceName source)
    {
        if (stored.Kind == LogRecordKind.Erased) return new FeedEvent(stored.Position, "erased", source, null, null, null, null, [], null, null, null, null);
        var fields = stored.AsLogEvent().Fields;
        var json = stored.Json.Span;
        var attribution = workspace.FindPart<IAttribution>();
        return new FeedEvent(
            stored.Position,
            "stored",
            source,
            fields.Type == EventType.None ? null : JsonNamingPolicy.CamelCase.ConvertName(fields.Type.ToString()),
            TextOf(fields.Name, json),
            Instant(stored.Time),
            Instant(stored.ReceivedAt),
            [.. AllFlags.Where(flag => (stored.Flags & flag) != 0).Select(flag => JsonNamingPolicy.CamelCase.ConvertName(flag.ToString()))],
            TextOf(fields.UserId, json),
            TextOf(fields.AnonymousId, json),
            attribution?.Of(stored.Position),
            JsonElement.Parse(json))
        {
            Warnings = attribution?.WarningsOf(stored) is { Count: > 0 } warnings ? warnings : null,
        };
    }

    private static string? TextOf(JsonSlice slice, ReadOnlySpan<byte> json) => slice.Exists && json[slice.Start] is not ((byte)'{' or (byte)'[') ? slice.ToText(json) : null;

    private static DateTimeOffset Instant(long time) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(time, DateTimeOffset.MinValue.ToUnixTimeMilliseconds(), DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()));
}

/// <summary>An event that was refused, as pages and the API show it.</summary>
/// <param name="Id">Number of the refusal.</param>
/// <param name="Source">Who sent it.</param>
/// <param name="MessageId">The sender's id, or one that was made up.</param>
/// <param name="Reason">Why, in snake_case.</param>
/// <param name="Detail">The same in words: field, value, way out.</param>
/// <param name="Name">Name of the event, if it could be read.</param>
/// <param name="ReceivedAt">When it arrived.</param>
public sealed record FeedDrop(long Id, SourceName Source, string MessageId, string Reason, string Detail, string? Name, DateTimeOffset ReceivedAt)
{
    internal static FeedDrop Of(DropReceipt drop, SourceName source) => new(drop.Id, source, drop.MessageId, drop.Reason, drop.Detail, drop.Name, drop.ReceivedAt);
}
