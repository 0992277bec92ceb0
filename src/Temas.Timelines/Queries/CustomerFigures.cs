using Temas.Timelines.Findings;

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

/// <summary>A customer's orders up to a moment, as models of ordering look at them: those of one day are one.</summary>
public record struct OrderPast
{
    private const long Day = 86_400_000;

    /// <summary>On how many days she ordered.</summary>
    public int Days { get; private set; }

    /// <summary>When first, in milliseconds since 1970 UTC.</summary>
    public long First { get; private set; }

    /// <summary>When last.</summary>
    public long Last { get; private set; }

    /// <summary>What a day of orders after the first came to on average; 0 where there was none. The first is not among them: it is often another.</summary>
    public readonly double LaterMean => Days > 1 ? LaterSum / (Days - 1) : 0;

    /// <summary>What all of these came to.</summary>
    public double LaterSum { get; private set; }

    /// <summary>Takes her next order.</summary>
    public void Add(long time, double amount)
    {
        if (Days == 0) First = time;
        if (Days == 0 || time / Day != Last / Day) Days++;
        if (time / Day != First / Day) LaterSum += amount;
        Last = time;
    }
}

/// <summary>What a model that was fitted says of a customer's orders up to a moment; nothing of one without orders.</summary>
/// <param name="Orders">What counts as an order.</param>
/// <param name="At">The moment, in milliseconds since 1970 UTC.</param>
/// <param name="Of">What the model says; what is no number stands for nothing. Asked by several threads.</param>
public sealed record OrderForecastFigure(OrderSelector Orders, long At, Func<OrderPast, double> Of) : CustomerFigure
{
    /// <inheritdoc/>
    public override bool AsksProfile => Orders.Order.AsksTouch || Orders.Cancellation.AsksTouch;
}

/// <summary>What a model that was fitted says of a customer's subscriptions up to a moment; nothing of one without any.</summary>
/// <param name="Subscriptions">What they are.</param>
/// <param name="Places">The touchpoints, which say what she did in between.</param>
/// <param name="At">The moment, in milliseconds since 1970 UTC.</param>
/// <param name="Of">What the model says; what is no number stands for nothing. Asked by several threads.</param>
public sealed record SubscriptionForecastFigure(SubscriptionSelector Subscriptions, IReadOnlyList<PlaceMap> Places, long At, Func<IReadOnlyList<SubscriptionSpell>, double> Of) : CustomerFigure
{
    /// <inheritdoc/>
    public override bool AsksProfile => true;
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
