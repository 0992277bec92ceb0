using System.Text.Json.Serialization;
using Temas.Collect.Contracts;

namespace Temas.Customers.Contracts;

/// <summary>What became of a promise.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<PromiseStatus>))]
public enum PromiseStatus
{
    /// <summary>Not due yet.</summary>
    Open,

    /// <summary>Kept in time.</summary>
    Kept,

    /// <summary>Kept after it was due.</summary>
    Late,

    /// <summary>Due and not kept.</summary>
    Broken,

    /// <summary>Made void before it was due.</summary>
    Cancelled,
}

/// <summary>One promise to one customer.</summary>
public sealed record CustomerPromise
{
    /// <summary>Key of the definition: <c>delivery</c>.</summary>
    public required string Promise { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>What became of it.</summary>
    public required PromiseStatus Status { get; init; }

    /// <summary>The value by which its events are matched, such as the number of the order; null when they have none.</summary>
    public string? Reference { get; init; }

    /// <summary>When it was made.</summary>
    public required DateTimeOffset MadeAt { get; init; }

    /// <summary>The event that made it.</summary>
    public required string MadeBy { get; init; }

    /// <summary>Position of that event in the log.</summary>
    public required long MadePosition { get; init; }

    /// <summary>When it is due.</summary>
    public required DateTimeOffset Due { get; init; }

    /// <summary>When it was due at first, if the brand moved it before the time came.</summary>
    public DateTimeOffset? FirstDue { get; init; }

    /// <summary>When it was kept or cancelled.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Position of the event that did so.</summary>
    public long? EndedPosition { get; init; }

    /// <summary>How late it was kept, or has been broken so far.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>How often the brand spoke in the meantime as if it had been kept.</summary>
    public int Misfires { get; init; }

    /// <summary>The team that answers for it.</summary>
    public LocalText? Owner { get; init; }

    /// <summary>The system that runs it.</summary>
    public LocalText? System { get; init; }
}
