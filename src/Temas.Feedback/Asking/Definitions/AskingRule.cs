using Temas.Collect.Contracts;

namespace Temas.Feedback.Asking.Definitions;

/// <summary>What makes a rule ask.</summary>
internal enum AskTriggerKind
{
    /// <summary>Something happened.</summary>
    Event,

    /// <summary>A touch at a touchpoint of the catalogue.</summary>
    Touchpoint,

    /// <summary>The customer entered a segment.</summary>
    Segment,

    /// <summary>She looks at a page.</summary>
    Page,
}

/// <summary>How a survey appears on a page.</summary>
/// <param name="Paths">Paths of pages; <c>*</c> stands for any letters. None: every page.</param>
/// <param name="Form">How: <c>popover</c>, <c>slide_in</c>, <c>tab</c>, <c>inline</c>.</param>
/// <param name="Target">Selector of the element, for <c>inline</c>.</param>
/// <param name="Seconds">How many seconds the page lets pass first.</param>
internal sealed record AskOnPage(IReadOnlyList<string> Paths, string Form, string? Target, int Seconds)
{
    /// <summary>The forms.</summary>
    public static IReadOnlyList<string> Forms { get; } = ["popover", "slide_in", "tab", "inline"];
}

/// <summary>What makes a rule ask; what of it is used is said by <see cref="Kind"/>.</summary>
internal sealed record AskTrigger(AskTriggerKind Kind)
{
    /// <summary>The events.</summary>
    public IReadOnlyList<EventPattern> Events { get; init; } = [];

    /// <summary>Keys of touchpoints.</summary>
    public IReadOnlyList<string> Touchpoints { get; init; } = [];

    /// <summary>Key of the segment.</summary>
    public string Segment { get; init; } = "";

    /// <summary>The page.</summary>
    public AskOnPage? Page { get; init; }
}

/// <summary>Who may be asked.</summary>
/// <param name="Segments">Whoever is in one of these segments; none: everybody.</param>
/// <param name="NotSegments">Nobody who is in one of these.</param>
/// <param name="Traits">What must hold for her traits.</param>
internal sealed record AskAudience(IReadOnlyList<string> Segments, IReadOnlyList<string> NotSegments, IReadOnlyList<PropertyCondition> Traits)
{
    /// <summary>Everybody.</summary>
    public static AskAudience Everybody { get; } = new([], [], []);

    /// <summary>Whether it names anybody in particular.</summary>
    public bool IsEverybody => Segments.Count == 0 && NotSegments.Count == 0 && Traits.Count == 0;
}

/// <summary>When a customer is left in peace.</summary>
/// <param name="Promises">While a promise is open, or broken and nothing came of it.</param>
/// <param name="Complaints">While a complaint of hers is open.</param>
/// <param name="Delivery">As long as the order that it is about has not been delivered.</param>
internal sealed record AskGuards(bool Promises = true, bool Complaints = true, bool Delivery = true);

/// <summary>That somebody is reminded who was asked and did not answer.</summary>
/// <param name="After">So long after she was asked, and after each reminder.</param>
/// <param name="Most">So often at most.</param>
internal sealed record AskReminders(TimeSpan After, int Most);

/// <summary>Who is asked which survey when: definition of kind <c>asking-rule</c> (docs/asking.md).</summary>
internal sealed record AskingRule
{
    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>Whether it asks; a draft is only tried.</summary>
    public bool IsLive { get; init; }

    /// <summary>Key of the survey.</summary>
    public required string Survey { get; init; }

    /// <summary>Key of the survey that asks instead where what was promised for the order came late.</summary>
    public string? LateSurvey { get; init; }

    /// <summary>What makes it ask.</summary>
    public required AskTrigger Trigger { get; init; }

    /// <summary>How long it lets pass first.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>How long it may be held back before it is given up.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Who may be asked.</summary>
    public AskAudience Audience { get; init; } = AskAudience.Everybody;

    /// <summary>How many of a hundred are asked.</summary>
    public double Share { get; init; } = 100;

    /// <summary>How long nobody is asked the same survey again.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromDays(90);

    /// <summary>The channels that may be used; none: every one.</summary>
    public IReadOnlyList<string> Channels { get; init; } = [];

    /// <summary>Whether the order of <see cref="Channels"/> holds, and not that which she prefers.</summary>
    public bool IsOrderFixed { get; init; }

    /// <summary>When she is left in peace.</summary>
    public AskGuards Guards { get; init; } = new();

    /// <summary>What the answer is about, by the property of the event that says so; null: everything known that the event says.</summary>
    public IReadOnlyDictionary<string, PropertyPath>? About { get; init; }

    /// <summary>Whether who does not answer is reminded; null: she is not.</summary>
    public AskReminders? Reminders { get; init; }

    /// <summary>How long the link of an invitation holds.</summary>
    public TimeSpan Link { get; init; } = TimeSpan.FromDays(14);

    /// <summary>Both surveys that it may ask.</summary>
    public IReadOnlyList<string> Surveys => LateSurvey is null || LateSurvey == Survey ? [Survey] : [Survey, LateSurvey];
}

/// <summary>What holds for all asking: the definition <c>asking-policy</c> with the key <c>default</c>.</summary>
internal sealed record AskingPolicy
{
    /// <summary>How long nobody is asked anything again, whichever survey.</summary>
    public TimeSpan CoolDown { get; init; } = TimeSpan.FromDays(30);

    /// <summary>So many are asked a day at most, over all rules; null: as many as there are.</summary>
    public int? PerDay { get; init; }

    /// <summary>When nobody is written to, in the customer's own time.</summary>
    public QuietHours? Quiet { get; init; } = new(new TimeOnly(21, 0), new TimeOnly(9, 0));

    /// <summary>A broken promise of which nothing came, and a complaint that nobody ended, hold back for so long.</summary>
    public TimeSpan GuardsFor { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Purpose that she must have agreed to before she is written to; null: only a withdrawn consent keeps her from being asked.</summary>
    public string? Consent { get; init; }

    /// <summary>Names of the events by which a complaint begins.</summary>
    public IReadOnlyList<string> ComplaintOpened { get; init; } = ["Complaint Filed"];

    /// <summary>Names of the events by which a complaint ends.</summary>
    public IReadOnlyList<string> ComplaintClosed { get; init; } = ["Complaint Resolved", "Complaint Closed", "Complaint Withdrawn"];

    /// <summary>Names of the events by which an order has arrived.</summary>
    public IReadOnlyList<string> Delivered { get; init; } = ["Order Delivered", "Delivery Completed", "Order Picked Up"];

    /// <summary>Names of the events by which an order will not arrive any more.</summary>
    public IReadOnlyList<string> Cancelled { get; init; } = ["Order Cancelled"];

    /// <summary>The event types that guards look at.</summary>
    public IReadOnlyList<string> GuardTypes => [.. ComplaintOpened.Concat(ComplaintClosed).Concat(Delivered).Concat(Cancelled).Distinct(StringComparer.Ordinal).Select(n => "track:" + n)];

    /// <summary>The policy in force.</summary>
    public static AskingPolicy Of(Storage.Workspaces.Workspace workspace) => workspace.Definitions.Current(AskingPolicyKind.Instance).GetValueOrDefault(AskingPolicyKind.Key) ?? new AskingPolicy();
}
