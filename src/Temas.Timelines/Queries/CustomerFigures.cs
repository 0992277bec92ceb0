namespace Temas.Timelines.Queries;

/// <summary>
/// What a question says of one customer: a truth value or a number, or nothing. A computed trait that is a question is one of these, and whoever asks about all customers with it asks the same:
/// there is one evaluator for her page and for everybody.
/// </summary>
public abstract record CustomerFigure
{
    /// <summary>Whether it looks at what is worked out from whole timelines, beside the events.</summary>
    public abstract bool AsksProfile { get; }
}

/// <summary>Whether a condition holds: true or false, of every customer.</summary>
/// <param name="Of">The condition.</param>
public sealed record HoldsFigure(Condition Of) : CustomerFigure
{
    /// <inheritdoc/>
    public override bool AsksProfile => Of.AsksProfile;
}

/// <summary>How many steps of a funnel she came along: 0 for none.</summary>
/// <param name="Funnel">The funnel; its <see cref="Query.Customers"/>, breakdown and <see cref="FunnelQuery.Top"/> do not matter.</param>
public sealed record ReachedFigure(FunnelQuery Funnel) : CustomerFigure
{
    /// <inheritdoc/>
    public override bool AsksProfile => Funnel.AsksTouch;
}

/// <summary>How long she took from the first step of a funnel to the last, on the way that was there first, in hours; nothing where she did not come to the last.</summary>
/// <param name="Funnel">The funnel; its <see cref="Query.Customers"/>, breakdown and <see cref="FunnelQuery.Top"/> do not matter.</param>
public sealed record TookFigure(FunnelQuery Funnel) : CustomerFigure
{
    /// <summary>Milliseconds of an hour.</summary>
    public const double Hour = 3_600_000;

    /// <inheritdoc/>
    public override bool AsksProfile => Funnel.AsksTouch;
}

/// <summary>In how many different buckets she has these events, such as in how many weeks.</summary>
/// <param name="Event">Which events.</param>
/// <param name="Buckets">The period, cut into them.</param>
public sealed record ActiveFigure(EventSelector Event, TimeBuckets Buckets) : CustomerFigure
{
    /// <inheritdoc/>
    public override bool AsksProfile => Event.AsksTouch;
}

/// <summary>A figure of hers compares so, as a property does: where there is none, it is missing.</summary>
/// <param name="Figure">The figure.</param>
/// <param name="Operator">How it is compared.</param>
/// <param name="Values">With what.</param>
public sealed record FigureCondition(CustomerFigure Figure, FilterOperator Operator, IReadOnlyList<FilterValue> Values) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Figure.AsksProfile;
}

/// <summary>By a figure of the customer. Events of nobody have none.</summary>
/// <param name="Figure">The figure.</param>
public sealed record FigureBreakdown(CustomerFigure Figure) : Breakdown;
