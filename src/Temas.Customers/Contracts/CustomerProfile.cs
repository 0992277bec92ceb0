using System.Text.Json.Serialization;
using Temas.Collect.Contracts;

namespace Temas.Customers.Contracts;

/// <summary>What is known of a customer at one moment: a fold over her timeline (docs/perception.md). All times are UTC.</summary>
public sealed record CustomerProfile
{
    /// <summary>The moment for which this holds.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>Her name, as far as it is known from the traits <c>name</c>, or first and last name.</summary>
    public string? DisplayName { get; init; }

    /// <summary>How many events her timeline has.</summary>
    public required long Events { get; init; }

    /// <summary>Time of the first event; null without events.</summary>
    public DateTimeOffset? FirstSeen { get; init; }

    /// <summary>Time of the last event; null without events.</summary>
    public DateTimeOffset? LastSeen { get; init; }

    /// <summary>What was told of her, by name.</summary>
    public required IReadOnlyList<Trait> Traits { get; init; }

    /// <summary>What follows from her timeline, by key of the definition.</summary>
    public required IReadOnlyList<ComputedTraitValue> ComputedTraits { get; init; }

    /// <summary>Households and companies that she belongs to, the newest first.</summary>
    public required IReadOnlyList<CustomerGroup> Groups { get; init; }

    /// <summary>The channels that she uses of her own accord, the preferred one first.</summary>
    public required IReadOnlyList<ChannelShare> Channels { get; init; }

    /// <summary>Where she stands in the life of a customer.</summary>
    public required Lifecycle Lifecycle { get; init; }

    /// <summary>What she agreed to, by purpose and channel.</summary>
    public required IReadOnlyList<Consent> Consents { get; init; }

    /// <summary>What the brand promised her, the newest first.</summary>
    public required IReadOnlyList<CustomerPromise> Promises { get; init; }

    /// <summary>How she perceives the journey as a whole.</summary>
    public required JourneyPerception Perception { get; init; }

    /// <summary>What she said last on each of the standard scales.</summary>
    public required LatestScores Scores { get; init; }

    /// <summary>The preferred channel, or null when there was no touch of her own accord.</summary>
    public string? PreferredChannel => Channels.Count == 0 ? null : Channels[0].Channel;
}

/// <summary>A trait: the latest value by event time, and where it came from.</summary>
/// <param name="Name">Name, as sent.</param>
/// <param name="Value">Value.</param>
/// <param name="Time">When it was last told.</param>
/// <param name="Since">Since when it has been this value without a break.</param>
/// <param name="Source">Number of the source that told it last.</param>
/// <param name="Position">Position in the log of the event that told it last.</param>
public sealed record Trait(string Name, RawJson Value, DateTimeOffset Time, DateTimeOffset Since, int Source, long Position);

/// <summary>The value of a computed trait; null where there is nothing to compute it from.</summary>
public sealed record ComputedTraitValue(string Key, LocalText Label, RawJson Value)
{
    /// <summary>Why it could not be worked out, as the code of a problem: <c>columns_loading</c>, say, where it is a question (docs/catalogue.md) and events are being read in. Null where it could.</summary>
    public string? Problem { get; init; }
}

/// <summary>The newest answers of a customer; null where she has not given any.</summary>
/// <param name="Nps">Likelihood to recommend, 0 to 10.</param>
/// <param name="Csat">Satisfaction, 1 to 5.</param>
/// <param name="Ces">Ease, 1 to 7.</param>
public sealed record LatestScores(Score? Nps, Score? Csat, Score? Ces);

/// <summary>An answer on a scale.</summary>
public sealed record Score(double Value, DateTimeOffset Time);

/// <summary>A household or company, with what was told of it in her own group calls.</summary>
public sealed record CustomerGroup(string Id, DateTimeOffset Since, DateTimeOffset Time, IReadOnlyList<Trait> Traits);

/// <summary>A channel and its share of her touches, weighted by recency; shares sum to 1.</summary>
public sealed record ChannelShare(string Channel, double Share, int Touches, DateTimeOffset LastUsed);

/// <summary>Where a customer stands.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<LifecycleStage>))]
public enum LifecycleStage
{
    /// <summary>Has not bought yet.</summary>
    Prospect,

    /// <summary>Has bought once, not long ago.</summary>
    New,

    /// <summary>Buys.</summary>
    Active,

    /// <summary>Has bought often, and goes on.</summary>
    Loyal,

    /// <summary>Is overdue by her own rhythm.</summary>
    AtRisk,

    /// <summary>Is overdue by far.</summary>
    Lost,

    /// <summary>Was lost and has come back.</summary>
    WonBack,
}

/// <summary>Where she stands and why.</summary>
/// <param name="Stage">Stage.</param>
/// <param name="Orders">Orders that were not cancelled.</param>
/// <param name="Spent">What they come to, per currency.</param>
/// <param name="FirstOrder">Time of the first.</param>
/// <param name="LastOrder">Time of the last.</param>
/// <param name="ExpectedIntervalDays">How long she is expected to take between orders, in days.</param>
/// <param name="AtRiskFrom">When she will be, or was, overdue.</param>
/// <param name="LostFrom">When she will be, or was, lost.</param>
public sealed record Lifecycle(
    LifecycleStage Stage,
    int Orders,
    IReadOnlyList<Money> Spent,
    DateTimeOffset? FirstOrder,
    DateTimeOffset? LastOrder,
    double? ExpectedIntervalDays,
    DateTimeOffset? AtRiskFrom,
    DateTimeOffset? LostFrom);

/// <summary>An exact amount. The currency is empty when the events name none.</summary>
public sealed record Money(decimal Amount, string Currency);

/// <summary>What she agreed to, or not.</summary>
/// <param name="Purpose">Purpose, as the events name it: <c>marketing</c>.</param>
/// <param name="Channel">Channel, or <c>*</c> for all.</param>
/// <param name="Given">Whether consent holds.</param>
/// <param name="Time">Since when.</param>
/// <param name="By">Name of the event that said so, or <c>context.consent</c>.</param>
/// <param name="Source">Number of the source.</param>
/// <param name="Position">Position in the log.</param>
public sealed record Consent(string Purpose, string Channel, bool Given, DateTimeOffset Time, string By, int Source, long Position);

/// <summary>How the journey is perceived (peak-end and recency, docs/perception.md).</summary>
/// <param name="Value">In [-1, 1]; null when no touch was felt.</param>
/// <param name="Peak">The touch that weighs most: its value, faded to the moment.</param>
/// <param name="PeakAt">When that was.</param>
/// <param name="End">How the latest touches were, faded to the moment.</param>
/// <param name="Positive">Touches taken well.</param>
/// <param name="Neutral">Touches taken neither well nor badly.</param>
/// <param name="Negative">Touches taken badly.</param>
/// <param name="Curve">The journey's value after each touch that was felt.</param>
public sealed record JourneyPerception(
    double? Value,
    double? Peak,
    DateTimeOffset? PeakAt,
    double? End,
    int Positive,
    int Neutral,
    int Negative,
    IReadOnlyList<CurvePoint> Curve);

/// <summary>A point of the curve: the touch's own perception, and the journey's after it.</summary>
public readonly record struct CurvePoint(DateTimeOffset Time, double Touch, double Journey);
