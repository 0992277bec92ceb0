using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Collect.Feed;

namespace Temas.Collect.Pages;

/// <summary>One line of the live feed: an event that arrived, or one that was refused.</summary>
/// <param name="Key">Apart from all others: <c>e</c> and the position, or <c>d</c> and the number of the refusal.</param>
/// <param name="ReceivedAt">When it arrived.</param>
/// <param name="Type">The call.</param>
/// <param name="Name">Name of the event.</param>
/// <param name="Source">Who sent it.</param>
public sealed record FeedRow(string Key, DateTimeOffset? ReceivedAt, string? Type, string? Name, SourceName Source)
{
    // The page escapes what it shows, so letters may stay letters.
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Why it was refused, in snake_case; null for what was stored.</summary>
    public string? Reason { get; init; }

    /// <summary>The refusal in the words of the tracking API.</summary>
    public string? Detail { get; init; }

    /// <summary>Whether it was erased since.</summary>
    public bool Erased { get; init; }

    /// <summary>What Collect noticed.</summary>
    public IReadOnlyList<string> Flags { get; init; } = [];

    /// <summary>What of it is not used.</summary>
    public IReadOnlyList<EventWarning> Warnings { get; init; } = [];

    /// <summary>Whose it is.</summary>
    public CustomerLink? Customer { get; init; }

    /// <summary>The event, indented.</summary>
    public string? Json { get; init; }

    internal static FeedRow Of(FeedEvent e) => new(
        "e" + e.Position.ToString(CultureInfo.InvariantCulture), e.ReceivedAt, e.Type, e.Name, e.Source)
    {
        Erased = e.Status == "erased",
        Flags = e.Flags,
        Warnings = e.Warnings ?? [],
        Customer = e.Customer,
        Json = e.Event is { } json ? JsonSerializer.Serialize(json, Indented) : null,
    };

    internal static FeedRow Of(FeedDrop drop) => new("d" + drop.Id.ToString(CultureInfo.InvariantCulture), drop.ReceivedAt, null, drop.Name, drop.Source)
    {
        Reason = drop.Reason,
        Detail = drop.Detail,
    };
}
