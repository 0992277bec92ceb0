namespace Temas.Timelines.Queries;

/// <summary>A stretch of time, in milliseconds since 1970 UTC.</summary>
/// <param name="From">Its first moment.</param>
/// <param name="To">The first moment after it.</param>
public readonly record struct TimeSpanMs(long From, long To)
{
    /// <summary>All time.</summary>
    public static TimeSpanMs Always { get; } = new(long.MinValue, long.MaxValue);
}

/// <summary>How a figure is compared with a limit.</summary>
public enum Comparison
{
    /// <summary>Above.</summary>
    Greater,

    /// <summary>Not below.</summary>
    AtLeast,

    /// <summary>Below.</summary>
    Less,

    /// <summary>Not above.</summary>
    AtMost,

    /// <summary>The same.</summary>
    Equal,
}

/// <summary>What is worked out of the values of a property on some events.</summary>
public enum Aggregate
{
    /// <summary>Their sum; 0 of none.</summary>
    Sum,

    /// <summary>Their mean; nothing of none.</summary>
    Average,

    /// <summary>The smallest; nothing of none.</summary>
    Minimum,

    /// <summary>The greatest; nothing of none.</summary>
    Maximum,
}

/// <summary>What a customer must have lived through. Always true or false.</summary>
public abstract record Condition
{
    /// <summary>Whether it looks at what is worked out from whole timelines, beside the events: what is known of a customer, and what events were as touches.</summary>
    public virtual bool AsksProfile => false;
}

/// <summary>All of them hold.</summary>
public sealed record AllConditions(IReadOnlyList<Condition> Of) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Of.Any(c => c.AsksProfile);
}

/// <summary>One of them holds at least.</summary>
public sealed record AnyCondition(IReadOnlyList<Condition> Of) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Of.Any(c => c.AsksProfile);
}

/// <summary>It does not hold.</summary>
public sealed record NotCondition(Condition Of) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Of.AsksProfile;
}

/// <summary>She has so many of these events in a stretch of time.</summary>
/// <param name="Event">Which events.</param>
/// <param name="AtLeast">The fewest.</param>
/// <param name="AtMost">The most; null for any number.</param>
/// <param name="When">Which time.</param>
public sealed record DidCondition(EventSelector Event, int AtLeast, int? AtMost, TimeSpanMs When) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Event.AsksTouch;
}

/// <summary>She has these events in so many different buckets, such as on so many days.</summary>
/// <param name="Event">Which events.</param>
/// <param name="Buckets">The period, cut into them.</param>
/// <param name="AtLeast">The fewest.</param>
/// <param name="AtMost">The most; null for any number.</param>
public sealed record ActiveCondition(EventSelector Event, TimeBuckets Buckets, int AtLeast, int? AtMost) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Event.AsksTouch;
}

/// <summary>Two of these events, one after the other and none of them between, are so far apart.</summary>
/// <param name="Event">Which events.</param>
/// <param name="AtLeast">The shortest time between, in milliseconds.</param>
/// <param name="Below">What the time between must be shorter than; null for any length.</param>
/// <param name="When">In which time both lie.</param>
public sealed record IntervalCondition(EventSelector Event, long AtLeast, long? Below, TimeSpanMs When) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Event.AsksTouch;
}

/// <summary>A figure over the values of a property on these events compares so with a limit. Where there is no figure (a mean of nothing) it does not hold.</summary>
public sealed record AggregateCondition(EventSelector Event, string Property, Aggregate Aggregate, Comparison Comparison, double Value, TimeSpanMs When) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Event.AsksTouch;
}

/// <summary>Her very first event of this kind lies in a stretch of time.</summary>
public sealed record FirstCondition(EventSelector Event, TimeSpanMs When) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Event.AsksTouch;
}

/// <summary>She did one after the other, the last no later than <paramref name="Within"/> milliseconds after the first; the first in the stretch of time.</summary>
public sealed record SequenceCondition(IReadOnlyList<EventSelector> Steps, long Within, TimeSpanMs When) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Steps.Any(s => s.AsksTouch);
}

/// <summary>What is known of her, as <see cref="Columns.ColumnStore.Writing.SetProfile"/> wrote it, is so: a filter on facts instead of properties. Where nothing is known, every fact is missing.</summary>
public sealed record ProfileCondition(Filter Where) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => true;
}

/// <summary>She came to a step of a funnel (0 for the first) and, if <paramref name="AndNoFurther"/>, not to the next.</summary>
/// <param name="Funnel">The funnel; its <see cref="Query.Customers"/> and <see cref="FunnelQuery.Top"/> do not matter.</param>
/// <param name="Step">The step.</param>
/// <param name="AndNoFurther">Whether she must not have come to the next.</param>
/// <param name="Group">Of those that its breakdown tells apart she is of this value; null for all.</param>
public sealed record FunnelCondition(FunnelQuery Funnel, int Step, bool AndNoFurther, GroupValue? Group = null) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => (Funnel with { Customers = null, Breakdown = Group is null ? null : Funnel.Breakdown }).AsksProfile;
}

/// <summary>A value of a breakdown, as answers have it: a double, a string, a bool, or null where it is missing.</summary>
public sealed record GroupValue(object? Value);

/// <summary>She has a way, of those that a question about paths counts, on which something stands at a place.</summary>
/// <param name="Paths">Which ways; its <see cref="Query.Customers"/> and <see cref="PathsQuery.Top"/> do not matter.</param>
/// <param name="Place">The place, from 0, as the answer about paths counts them.</param>
/// <param name="Event">The event type there, or what else stands at its places; null for any way at all.</param>
/// <param name="Next">What stands at the next place; null for whatever follows, or nothing.</param>
public sealed record PathCondition(PathsQuery Paths, int Place, string? Event, string? Next) : Condition
{
    /// <inheritdoc/>
    public override bool AsksProfile => Paths.AsksTouch;
}
