using System.Text.Json.Serialization;
using Temas.Collect.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Contracts;

/// <summary>What a moment on a timeline is.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<MomentKind>))]
public enum MomentKind
{
    /// <summary>An event of the log.</summary>
    Event,

    /// <summary>The moment at which a promise turned out broken: nothing happened, and that was it.</summary>
    PromiseBroken,
}

/// <summary>One moment on a customer's timeline, with how she took it.</summary>
public sealed record Moment
{
    /// <summary>What it is.</summary>
    public required MomentKind Kind { get; init; }

    /// <summary>When, in milliseconds since 1970 UTC.</summary>
    public required long Time { get; init; }

    /// <summary>Position of the event in the log; for a broken promise, of the event that made it.</summary>
    public required long Position { get; init; }

    /// <summary>The call; <see cref="EventType.None"/> for a broken promise.</summary>
    public required EventType Type { get; init; }

    /// <summary>Name of the event; key of the promise for a broken one.</summary>
    public string? Name { get; init; }

    /// <summary>The touchpoint, or null when the catalogue has none for it.</summary>
    public Touchpoint? Touchpoint { get; init; }

    /// <summary>The promise that was broken.</summary>
    public PromiseRule? Promise { get; init; }

    /// <summary>Channel; null when it is not known.</summary>
    public string? Channel { get; init; }

    /// <summary>Number of the source.</summary>
    public int Source { get; init; }

    /// <summary>What Collect noticed.</summary>
    public EventFlags Flags { get; init; }

    /// <summary>How she took it, in [-1, 1].</summary>
    public double Perception { get; init; }

    /// <summary>Why, the deciding reason first. Empty when nothing speaks for or against it.</summary>
    public IReadOnlyList<Evidence> Evidence { get; init; } = [];
}

/// <summary>Why a touch is perceived as it is. The UI puts it into words.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<EvidenceCode>))]
public enum EvidenceCode
{
    /// <summary>The catalogue's assumption for the touchpoint.</summary>
    Assumed,

    /// <summary>The catalogue's assumption under a condition on a property.</summary>
    Condition,

    /// <summary>Said by the customer: likelihood to recommend.</summary>
    Nps,

    /// <summary>Said by the customer: satisfaction.</summary>
    Csat,

    /// <summary>Said by the customer: ease.</summary>
    Ces,

    /// <summary>Said by the customer: a rating on a scale.</summary>
    Rating,

    /// <summary>Said by the customer: a face.</summary>
    Smiley,

    /// <summary>The sentiment of what she said.</summary>
    Sentiment,

    /// <summary>Out of place: it presumes a promise kept that is not.</summary>
    Misfire,

    /// <summary>A promise is made here. Weighs nothing by itself.</summary>
    PromiseMade,

    /// <summary>A promise is kept in time.</summary>
    PromiseKept,

    /// <summary>A promise is kept late.</summary>
    PromiseLate,

    /// <summary>A promise turns out broken.</summary>
    PromiseBroken,

    /// <summary>A promise is made void.</summary>
    PromiseCancelled,

    /// <summary>The sentiment of what she wrote in words of her own.</summary>
    Text,
}

/// <summary>One reason.</summary>
public sealed record Evidence
{
    /// <summary>Sort of reason.</summary>
    public required EvidenceCode Code { get; init; }

    /// <summary>What it says on its own, in [-1, 1].</summary>
    public required double Value { get; init; }

    /// <summary>The property that was read.</summary>
    public string? Property { get; init; }

    /// <summary>What it held.</summary>
    public string? Answer { get; init; }

    /// <summary>The best answer of the scale.</summary>
    public decimal? Best { get; init; }

    /// <summary>Key of the promise.</summary>
    public string? Promise { get; init; }

    /// <summary>Name of the promise for people.</summary>
    public LocalText? PromiseLabel { get; init; }

    /// <summary>The value by which the promise is matched: the number of the order.</summary>
    public string? Reference { get; init; }

    /// <summary>When it is, or was, due.</summary>
    public DateTimeOffset? Due { get; init; }

    /// <summary>How late.</summary>
    public TimeSpan? Delay { get; init; }

    /// <summary>How sure the reading of a text is, from 0 to 1.</summary>
    public double? Confidence { get; init; }

    /// <summary>The words of a text that carried its sentiment, as they stand in it, at most five; only where one customer's timeline is read.</summary>
    public IReadOnlyList<string>? Words { get; init; }

    /// <summary>Which misfire about the same promise this is: 1, 2, 3 …</summary>
    public int? Count { get; init; }
}
