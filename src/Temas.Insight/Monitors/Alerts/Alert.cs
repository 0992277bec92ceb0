using System.Text.Json.Serialization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Definitions;
using Temas.Insight.Monitors.Judging;

namespace Temas.Insight.Monitors.Alerts;

/// <summary>What became of an alert. The numbers are persisted and may only grow.</summary>
internal enum AlertState
{
    /// <summary>It goes on; nobody has said that they know.</summary>
    Open = 0,

    /// <summary>It goes on, and somebody knows.</summary>
    Acknowledged = 1,

    /// <summary>It is as usual again.</summary>
    Closed = 2,

    /// <summary>Somebody said that it was none.</summary>
    Noise = 3,
}

/// <summary>The part of some customers in a move.</summary>
/// <param name="Segment">Key of the segment; or the channel or the store itself.</param>
/// <param name="Label">Its name.</param>
/// <param name="Value">The value among its customers.</param>
/// <param name="Expected">What was expected of them.</param>
/// <param name="Score">How far off that is, in standard deviations.</param>
/// <param name="Share">Of what can be added up: its part of the whole move; it may be more than all, for segments overlap. Null of other values.</param>
public sealed record AlertFactor(string Segment, LocalText Label, double Value, double Expected, double Score, double? Share)
{
    /// <summary>By what the customers are told apart: <c>segment</c>, <c>channel</c> or <c>store</c>.</summary>
    public string By { get; init; } = OfSegment;

    /// <summary>Words for <see cref="By"/>.</summary>
    public const string OfSegment = "segment", OfChannel = "channel", OfStore = "store";
}

/// <summary>What an alert is about. It names no customer.</summary>
public sealed record AlertDocument
{
    /// <summary>Its id, made of what it is about and when it began.</summary>
    public required string Id { get; init; }

    /// <summary>Id of the alert that it belongs to, with others of the same time and place; its own where it stands alone.</summary>
    public required string Group { get; init; }

    /// <summary>Key of the monitor.</summary>
    public required string Monitor { get; init; }

    /// <summary>What was watched for.</summary>
    [JsonConverter(typeof(SnakeCaseEnumConverter<Watched>))]
    public required Watched Kind { get; init; }

    /// <summary>Key of the indicator; <c>source:3</c>, <c>event:track:Order Completed</c>, <c>topic:words</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Its name.</summary>
    public required LocalText Name { get; init; }

    /// <summary>How a value of it is read; null where it has none.</summary>
    public IndicatorUnit? Unit { get; init; }

    /// <summary>Stage of the journey; null where it has none.</summary>
    public string? Stage { get; init; }

    /// <summary>The first day of it.</summary>
    public required DateOnly Day { get; init; }

    /// <summary>The last.</summary>
    public required DateOnly LastDay { get; init; }

    /// <summary>What came on the last day, or over the days of a target; of what stopped, nothing; of a topic, in how many texts.</summary>
    public double? Value { get; init; }

    /// <summary>What was expected, the threshold or the target; of what stopped: how many events.</summary>
    public double? Expected { get; init; }

    /// <summary>Lower end of what would have been nothing unusual.</summary>
    public double? Low { get; init; }

    /// <summary>Upper end.</summary>
    public double? High { get; init; }

    /// <summary>How far off it is, in standard deviations of a normal distribution that is exceeded as seldom.</summary>
    public double? Score { get; init; }

    /// <summary>From where on it was unusual, in the same measure, with what was learned from noise.</summary>
    public double? Limit { get; init; }

    /// <summary>The rule by which it was judged.</summary>
    [JsonConverter(typeof(SnakeCaseEnumConverter<JudgedBy>))]
    public JudgedBy? By { get; init; }

    /// <summary>Whether it moved to the better; null where that does not say anything.</summary>
    public bool? IsBetter { get; init; }

    /// <summary>Of what stopped: when the last arrived.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Over how many days a target was read, or a threshold was passed.</summary>
    public int? Days { get; init; }

    /// <summary>The special day that it is, or the season that it is in; null for a day like any other.</summary>
    public LocalText? Occasion { get; init; }

    /// <summary>What was to be expected as it was a year before: the same season, or the feast; null where nothing is known of then.</summary>
    public double? LastYear { get; init; }

    /// <summary>What moved most.</summary>
    public IReadOnlyList<AlertFactor> Factors { get; init => field = value ?? []; } = [];

    /// <summary>An id.</summary>
    public static string IdOf(string monitor, string subject, string when) => Kernel.Hash64.Of(System.Text.Encoding.UTF8.GetBytes($"{monitor}\n{subject}\n{when}")).ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
}

/// <summary>An alert as it is kept, with what became of it.</summary>
/// <param name="Document">What it is about.</param>
/// <param name="State">What became of it.</param>
/// <param name="Severity">How much it presses.</param>
/// <param name="Person">Id of the person whose it is; null for nobody.</param>
/// <param name="CausedBy">Id of the alert of which it comes: a source that went silent; null for none.</param>
/// <param name="OpenedAt">When it was seen.</param>
/// <param name="ChangedAt">When it last changed.</param>
/// <param name="ClosedAt">When it was over; null while it goes on.</param>
internal sealed record KeptAlert(AlertDocument Document, AlertState State, Severity Severity, string? Person, string? CausedBy, DateTimeOffset OpenedAt, DateTimeOffset ChangedAt, DateTimeOffset? ClosedAt)
{
    /// <summary>Whether it goes on.</summary>
    public bool IsActive => State is AlertState.Open or AlertState.Acknowledged;
}

/// <summary>A line of an alert's story.</summary>
/// <param name="At">When.</param>
/// <param name="By">Who: <c>system</c>, or <c>user</c> and an id.</param>
/// <param name="Kind"><c>opened</c>, <c>back</c>, <c>closed</c>, <c>state</c>, <c>person</c>, <c>note</c>, <c>caused</c>, <c>alone</c>, <c>unwatched</c>, <c>widened</c>.</param>
/// <param name="Text">The state, the person's id, the note.</param>
internal sealed record AlertLine(DateTimeOffset At, string By, string Kind, string Text);

/// <summary>What is kept of what a monitor watches: how far it was looked at, and what was learned.</summary>
/// <param name="Monitor">Key of the monitor.</param>
/// <param name="Subject">What is watched.</param>
/// <param name="LastDay">The last day that was looked at; null before the first look.</param>
/// <param name="Widening">By how much its limit is wider because of noise: 1 for not at all.</param>
/// <param name="SilencedUntil">Until when nobody is told of it; null for nothing of the kind.</param>
internal sealed record WatchedSubject(string Monitor, string Subject, DateOnly? LastDay, double Widening, DateTimeOffset? SilencedUntil)
{
    /// <summary>Silenced until somebody says otherwise.</summary>
    public static DateTimeOffset Forever { get; } = new(2199, 1, 1, 0, 0, 0, TimeSpan.Zero);
}
