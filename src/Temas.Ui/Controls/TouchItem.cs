namespace Temas.Ui.Controls;

/// <summary>What became of a promise at a moment of the timeline.</summary>
public enum TimelineMoment
{
    /// <summary>An ordinary touch.</summary>
    None,

    /// <summary>A promise was kept in time.</summary>
    Kept,

    /// <summary>A promise was kept, but late.</summary>
    Late,

    /// <summary>A promise was broken: its time passed.</summary>
    Broken,
}

/// <summary>One entry of a timeline, in the reader's words already.</summary>
public sealed record TouchItem
{
    /// <summary>Apart from all others on the page.</summary>
    public required string Key { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>What happened: the touchpoint's label, or the event's name.</summary>
    public required string Title { get; init; }

    /// <summary>What it was about: a product, an amount, a page.</summary>
    public string? Detail { get; init; }

    /// <summary>Name of the channel's icon.</summary>
    public string Icon { get; init; } = "point";

    /// <summary>Short facts: channel, stage, source.</summary>
    public IReadOnlyList<string> Meta { get; init; } = [];

    /// <summary>How it was taken, -1 to +1; null when nothing tells.</summary>
    public double? Perception { get; init; }

    /// <summary>Why it is said to have been taken so.</summary>
    public IReadOnlyList<string> Evidence { get; init; } = [];

    /// <summary>What it means for a promise.</summary>
    public TimelineMoment Moment { get; init; }

    /// <summary>The event as it was stored, indented JSON; null for moments that no event stands behind.</summary>
    public string? Raw { get; init; }
}
