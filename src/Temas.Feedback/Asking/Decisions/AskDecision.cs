using System.Text.Json.Serialization;
using Temas.Customers.Contracts;

namespace Temas.Feedback.Asking.Decisions;

/// <summary>What became of an ask. The numbers are persisted and may only grow.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<AskState>))]
internal enum AskState
{
    /// <summary>The delay of its rule is not over.</summary>
    Waiting = 0,

    /// <summary>Held back, and tried again.</summary>
    Held = 1,

    /// <summary>She was asked.</summary>
    Asked = 2,

    /// <summary>She is not asked because of this.</summary>
    Refused = 3,

    /// <summary>It was held back for so long that it was given up.</summary>
    GivenUp = 4,

    /// <summary>A page was told to show the survey, and has not said yet that it did.</summary>
    Offered = 5,
}

/// <summary>Why somebody is held back or not asked, as codes. Words for each are in the pages' texts (<c>Reason_CODE</c>) and in docs/asking.md.</summary>
internal static class AskReason
{
    /// <summary>Held: a promise to her is open.</summary>
    public const string PromiseOpen = "promise_open";

    /// <summary>Held: a promise to her is broken, and nothing came of it.</summary>
    public const string PromiseBroken = "promise_broken";

    /// <summary>Held: she complained, and waits for an answer.</summary>
    public const string ComplaintOpen = "complaint_open";

    /// <summary>Held: the order has not arrived.</summary>
    public const string NotDelivered = "order_not_delivered";

    /// <summary>Held: it is night where she is.</summary>
    public const string QuietHours = "quiet_hours";

    /// <summary>Held: enough were asked today.</summary>
    public const string DailyCap = "daily_cap";

    /// <summary>Refused: chance did not choose her.</summary>
    public const string NotSampled = "not_sampled";

    /// <summary>Refused: she does not belong to those whom the rule asks.</summary>
    public const string NotInAudience = "not_in_audience";

    /// <summary>Refused: she was asked something lately.</summary>
    public const string AskedLately = "asked_lately";

    /// <summary>Refused: she was asked the same lately.</summary>
    public const string AskedSurveyLately = "asked_survey_lately";

    /// <summary>Refused: she has not agreed to it.</summary>
    public const string NoConsent = "no_consent";

    /// <summary>Refused: no channel leads to her.</summary>
    public const string NoChannel = "no_channel";

    /// <summary>Refused: the order was cancelled.</summary>
    public const string OrderCancelled = "order_cancelled";

    /// <summary>Refused: the survey is not published.</summary>
    public const string SurveyUnpublished = "survey_unpublished";

    /// <summary>Refused: the survey takes no answers any more.</summary>
    public const string SurveyClosed = "survey_closed";

    /// <summary>Refused: there is no such customer any more.</summary>
    public const string CustomerGone = "customer_gone";

    /// <summary>Refused: it was heard of too late.</summary>
    public const string TooLate = "too_late";

    /// <summary>Refused: the rule was turned off meanwhile.</summary>
    public const string RuleOff = "rule_off";

    /// <summary>Refused: a reminder of what she answered meanwhile.</summary>
    public const string Answered = "answered";

    /// <summary>All of them, in the order in which pages list them.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        PromiseOpen, PromiseBroken, ComplaintOpen, NotDelivered, QuietHours, DailyCap, NotSampled, NotInAudience, AskedLately, AskedSurveyLately, NoConsent, NoChannel, OrderCancelled,
        SurveyUnpublished, SurveyClosed, CustomerGone, TooLate, RuleOff, Answered,
    ];

    /// <summary>Whether it is about what happens to her, and ends when something happens; the others end at a time, or not.</summary>
    public static bool IsContext(string? reason) => reason is PromiseOpen or PromiseBroken or ComplaintOpen or NotDelivered;
}

/// <summary>One ask: who would be asked by which rule because of what, and what became of it.</summary>
internal sealed record Ask
{
    /// <summary>Made of the rule and what triggered it, so that nothing triggers twice.</summary>
    public required string Id { get; init; }

    /// <summary>Key of the rule.</summary>
    public required string Rule { get; init; }

    /// <summary>Key of the survey.</summary>
    public required string Survey { get; init; }

    /// <summary>Public id of the customer; null for a visitor of whom nothing is known.</summary>
    public string? Customer { get; init; }

    /// <summary>Anonymous id of who was on a page.</summary>
    public string? Visitor { get; init; }

    /// <summary>What triggered it, as people name it: name of the event, key of the touchpoint or segment, path of the page.</summary>
    public required string Cause { get; init; }

    /// <summary>Position of the event in the log; 0 for what is none.</summary>
    public long Position { get; init; }

    /// <summary>When that happened.</summary>
    public required DateTimeOffset TriggeredAt { get; init; }

    /// <summary>When the delay is over.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>When it is looked at next; null when it is settled.</summary>
    public DateTimeOffset? NextAt { get; init; }

    /// <summary>What became of it.</summary>
    public AskState State { get; init; }

    /// <summary>Why.</summary>
    public string? Reason { get; init; }

    /// <summary>What the reason speaks of: key of the promise, segment, channels with their reasons.</summary>
    public string? Detail { get; init; }

    /// <summary>When that was decided.</summary>
    public DateTimeOffset DecidedAt { get; init; }

    /// <summary>Why it was held back before, if it was.</summary>
    public string? HeldReason { get; init; }

    /// <summary>Since when.</summary>
    public DateTimeOffset? HeldAt { get; init; }

    /// <summary>Channel by which she was asked.</summary>
    public string? Channel { get; init; }

    /// <summary>Of a reminder: id of the ask that it reminds of.</summary>
    public string? Reminds { get; init; }

    /// <summary>Of a reminder: whether it is the first, the second …; 0 for what is none.</summary>
    public int Reminder { get; init; }

    /// <summary>What it is about.</summary>
    public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>What the engine says of an ask at a moment.</summary>
/// <param name="State">Asked, held or refused.</param>
/// <param name="Reason">Why, unless asked.</param>
/// <param name="Detail">What the reason speaks of.</param>
/// <param name="Until">Held: when it will be otherwise; null when only an event can tell.</param>
internal sealed record AskVerdict(AskState State, string? Reason = null, string? Detail = null, DateTimeOffset? Until = null)
{
    /// <summary>Asked: by which channel.</summary>
    public string? Channel { get; init; }

    /// <summary>Asked: which survey.</summary>
    public string? Survey { get; init; }

    /// <summary>Not because of this.</summary>
    public static AskVerdict Refused(string reason, string? detail = null) => new(AskState.Refused, reason, detail);

    /// <summary>Not now.</summary>
    public static AskVerdict Held(string reason, DateTimeOffset? until = null, string? detail = null) => new(AskState.Held, reason, detail, until);
}
