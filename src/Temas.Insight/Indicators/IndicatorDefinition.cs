using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;

namespace Temas.Insight.Indicators;

/// <summary>A defined, owned and targeted measure: definition of kind <c>indicator</c> (docs/indicators.md). Nothing but this is kept; every value, of the past too, is worked out of the log.</summary>
internal sealed record IndicatorDefinition
{
    /// <summary>What it is for others.</summary>
    public required Indicator Indicator { get; init; }

    /// <summary>What is reckoned.</summary>
    public required Figure Figure { get; init; }

    /// <summary>Only these customers; null for all. A condition of the query algebra.</summary>
    public JsonElement? Customers { get; init; }

    /// <summary>Each value stands for so many days up to the end of its period; null for the period itself.</summary>
    public int? WindowDays { get; init; }

    /// <summary>Where the definition comes from: a standard, a book, a paper.</summary>
    public string? Source { get; init; }

    /// <summary>The entry of the library that it was made from; null for one's own.</summary>
    public string? Library { get; init; }

    /// <summary>Its key.</summary>
    public string Key => Indicator.Key;
}

/// <summary>How an indicator is reckoned.</summary>
internal abstract record Figure;

/// <summary>One part alone.</summary>
internal sealed record PartFigure(Part Of) : Figure;

/// <summary>One part over another.</summary>
/// <param name="Over">What stands above.</param>
/// <param name="Under">What stands below.</param>
internal sealed record QuotientFigure(Part Over, Part Under) : Figure;

/// <summary>The net promoter score of answers from 0 to 10: the share of 9 and 10 less that of 0 to 6, times 100.</summary>
/// <param name="Answers">The events that are answers, as a measure of the query algebra without what is measured.</param>
/// <param name="Property">Where the answer stands.</param>
internal sealed record NpsFigure(JsonElement Answers, string Property) : Figure;

/// <summary>What is taken of a funnel or of the times between.</summary>
internal enum Take
{
    /// <summary>The share of those who come to the last step.</summary>
    Share,

    /// <summary>How many come to the last step.</summary>
    Customers,

    /// <summary>The median of the time.</summary>
    Median,

    /// <summary>The time below which 9 of 10 took.</summary>
    P90,
}

/// <summary>A funnel of the query algebra.</summary>
/// <param name="Funnel">The funnel: steps, window, order, same, exclude.</param>
/// <param name="Take">What is taken of it.</param>
/// <param name="IsMatured">Those are looked at who began a window earlier, so that everybody had the whole of it.</param>
internal sealed record FunnelFigure(JsonElement Funnel, Take Take, bool IsMatured) : Figure;

/// <summary>Who comes back, by cohorts of the query algebra.</summary>
/// <param name="Retention">Start, return, unit, first.</param>
/// <param name="After">In which unit after the one in which they began.</param>
internal sealed record RetentionFigure(JsonElement Retention, int After) : Figure;

/// <summary>The time from one such event of a customer to her next.</summary>
/// <param name="Events">Which events.</param>
/// <param name="Take">Median or 9 of 10.</param>
internal sealed record IntervalFigure(JsonElement Events, Take Take) : Figure;

/// <summary>A measure that a module works out.</summary>
internal sealed record ProvidedFigure(string Name) : Figure;

/// <summary>A formula over other indicators and provided measures.</summary>
internal sealed record FormulaFigure(Formula Formula) : Figure;

/// <summary>Something that is counted or measured.</summary>
internal abstract record Part
{
    /// <summary>It as JSON.</summary>
    public required JsonElement Json { get; init; }

    /// <summary>Where it asks the same as another this is the same.</summary>
    public string Key => Json.GetRawText();
}

/// <summary>A measure of a trend.</summary>
internal sealed record MeasurePart : Part
{
    /// <summary>Whether it counts events or customers, so that one over another is a share of them.</summary>
    public required bool IsCount { get; init; }

    /// <summary>Whether it is worked out of values, which are counted, too.</summary>
    public required bool IsOfValues { get; init; }
}

/// <summary>How many customers a condition holds for, at the end of each period. <c>period.start</c> and <c>period.end</c>, with <c>-30d</c> behind, stand for the period's days.</summary>
internal sealed record HoldsPart : Part;
