using System.Text.Json;

namespace Temas.Collect.Tracking;

// How bodies and answers look, for the OpenAPI document alone: the tracking API itself reads and writes bytes.

/// <summary>One call of the Segment specification.</summary>
/// <param name="Type"><c>identify</c>, <c>track</c>, <c>page</c>, <c>screen</c>, <c>group</c> or <c>alias</c>; needed in a batch, elsewhere the path says it.</param>
/// <param name="MessageId">The sender's id of the event, at most 200 characters; the same id again is a duplicate. Made up if it is missing.</param>
/// <param name="UserId">Who, known to the sender.</param>
/// <param name="AnonymousId">Who, not known yet.</param>
/// <param name="PreviousId">The old id, for alias.</param>
/// <param name="GroupId">The group, for group.</param>
/// <param name="Event">What happened, for track; at most 200 characters.</param>
/// <param name="Name">Which page or screen.</param>
/// <param name="Properties">What is to be said about the event.</param>
/// <param name="Traits">What is known of the customer or group.</param>
/// <param name="Context">Where it came from: device, page, campaign, external ids.</param>
/// <param name="Integrations">Kept as it is.</param>
/// <param name="Timestamp">When it happened, by the sender's clock.</param>
/// <param name="OriginalTimestamp">The same; goes before <paramref name="Timestamp"/>.</param>
/// <param name="SentAt">When it was sent, by the sender's clock; with it a wrong clock does no harm.</param>
internal sealed record TrackingEvent(
    string? Type,
    string? MessageId,
    string? UserId,
    string? AnonymousId,
    string? PreviousId,
    string? GroupId,
    string? Event,
    string? Name,
    JsonElement? Properties,
    JsonElement? Traits,
    JsonElement? Context,
    JsonElement? Integrations,
    DateTimeOffset? Timestamp,
    DateTimeOffset? OriginalTimestamp,
    DateTimeOffset? SentAt);

/// <summary>Up to 2,500 events and 500 KB.</summary>
/// <param name="Batch">The events.</param>
/// <param name="Context">Merged into each event, one level deep; the event's own keys win.</param>
/// <param name="Integrations">Merged in the same way.</param>
/// <param name="SentAt">For events that have none of their own.</param>
/// <param name="WriteKey">The write key, where no header can be set.</param>
internal sealed record TrackingBatch(IReadOnlyList<TrackingEvent> Batch, JsonElement? Context, JsonElement? Integrations, DateTimeOffset? SentAt, string? WriteKey);

/// <summary>The events are durable.</summary>
/// <param name="Success">Always true.</param>
/// <param name="Rejected">The events of a batch that were refused; absent when there are none.</param>
internal sealed record TrackingReply(bool Success, IReadOnlyList<TrackingRejection>? Rejected);

/// <summary>One event of a batch that was refused.</summary>
/// <param name="Index">Its place in the batch, from 0.</param>
/// <param name="MessageId">Its id; a receipt can be looked up by it.</param>
/// <param name="Reason">Why, in snake_case.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Value">Its value.</param>
/// <param name="Detail">The reason as a sentence.</param>
/// <param name="WayOut">What to do about it.</param>
internal sealed record TrackingRejection(int Index, string MessageId, string Reason, string? Field, string? Value, string Detail, string? WayOut);

/// <summary>Nothing was stored.</summary>
/// <param name="Success">Always false.</param>
/// <param name="Type">Address of the problem.</param>
/// <param name="Title">The reason as a sentence.</param>
/// <param name="Status">Status code.</param>
/// <param name="Code">Stable name of the problem.</param>
/// <param name="MessageId">Finds the receipt.</param>
/// <param name="Field">The field that is wrong.</param>
/// <param name="Value">Its value.</param>
/// <param name="Detail">The reason as a sentence.</param>
/// <param name="WayOut">What to do about it.</param>
internal sealed record TrackingFailure(
    bool Success, string Type, string Title, int Status, string Code, string? MessageId, string? Field, string? Value, string Detail, string? WayOut);
