using Temas.Collect.Contracts;

namespace Temas.Customers.Overview;

/// <summary>A number, and what it was in the period before.</summary>
public sealed record Figure(long Now, long Before);

/// <summary>Touches, by how they were taken.</summary>
/// <param name="Negative">Taken badly.</param>
/// <param name="Neutral">Taken neither well nor badly.</param>
/// <param name="Positive">Taken well.</param>
public sealed record Tones(long Negative, long Neutral, long Positive)
{
    /// <summary>All of them.</summary>
    public long Total => Negative + Neutral + Positive;
}

/// <summary>The touches of one hour, day or week.</summary>
/// <param name="From">Its beginning, by the clock of the workspace.</param>
/// <param name="Touches">The touches.</param>
/// <param name="Events">Events, touches or not.</param>
public sealed record OverviewBucket(DateTime From, Tones Touches, long Events);

/// <summary>A touchpoint in a period.</summary>
/// <param name="Touchpoint">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Touches">Its touches.</param>
/// <param name="Perception">Their mean perception, in [-1, 1].</param>
/// <param name="Change">By how much that is more than in the period before; null when there were too few touches then.</param>
public sealed record TouchpointFigure(string Touchpoint, LocalText Label, Tones Touches, double Perception, double? Change);

/// <summary>Promises of one kind.</summary>
/// <param name="Promise">Key of the kind.</param>
/// <param name="Label">Its name.</param>
/// <param name="Kept">Kept in time within the period.</param>
/// <param name="Late">Kept within the period, but late.</param>
/// <param name="Broken">Their time ran out within the period, and they have not been kept to this moment.</param>
/// <param name="Open">Not due yet, whenever they were made.</param>
/// <param name="Waiting">Broken and waited for to this moment, whenever their time ran out.</param>
public sealed record PromiseFigure(string Promise, LocalText Label, long Kept, long Late, long Broken, long Open, long Waiting);

/// <summary>Something that wants a look.</summary>
/// <param name="Kind"><c>promises_waiting</c>, <c>links_held</c>, <c>events_dropped</c>, <c>source_silent</c>, <c>events_unknown</c> or <c>request_overdue</c>, which only those are told who may answer it.</param>
/// <param name="Count">How many; of a silent source, for how many hours it has been; of a request, for how many days it has been overdue.</param>
/// <param name="Subject">Which: key of the promise, reason of the drop, name of the event, what a request asks for.</param>
/// <param name="Label">The subject's name for people, where it has one.</param>
/// <param name="Source">Number of the source that it is about.</param>
/// <param name="Usual">Of a silent source: the longest it has been silent otherwise, in hours.</param>
/// <param name="Request">Number of the request of a customer.</param>
public sealed record Attention(string Kind, long Count, string? Subject = null, LocalText? Label = null, int? Source = null, int? Usual = null, string? Request = null);

/// <summary>The state of the whole workspace.</summary>
public sealed record OverviewFigures
{
    /// <summary>The moment for which it holds.</summary>
    public required DateTimeOffset AsOf { get; init; }

    /// <summary>The period, as it was asked for.</summary>
    public required string Period { get; init; }

    /// <summary>Its beginning, by the clock of the workspace.</summary>
    public required DateTime From { get; init; }

    /// <summary>Its end, exclusive.</summary>
    public required DateTime To { get; init; }

    /// <summary>Events that arrived in the last minute.</summary>
    public required long EventsPerMinute { get; init; }

    /// <summary>All customers with events, known and anonymous.</summary>
    public required long Customers { get; init; }

    /// <summary>Customers whose first event lies in the period.</summary>
    public required Figure NewCustomers { get; init; }

    /// <summary>Customers with an event in the period.</summary>
    public required Figure ActiveCustomers { get; init; }

    /// <summary>Events in the period.</summary>
    public required Figure Events { get; init; }

    /// <summary>Touches in the period, by how they were taken.</summary>
    public required Tones Touches { get; init; }

    /// <summary>The same in the period before.</summary>
    public required Tones TouchesBefore { get; init; }

    /// <summary>The period piece by piece.</summary>
    public required IReadOnlyList<OverviewBucket> Buckets { get; init; }

    /// <summary>Promises by kind.</summary>
    public required IReadOnlyList<PromiseFigure> Promises { get; init; }

    /// <summary>The touchpoints that were taken worst, the worst first.</summary>
    public required IReadOnlyList<TouchpointFigure> Worst { get; init; }

    /// <summary>The touchpoints that were taken best, the best first.</summary>
    public required IReadOnlyList<TouchpointFigure> Best { get; init; }

    /// <summary>So many touches a touchpoint must have to be among the best or worst, or to be compared.</summary>
    public required int LeastTouches { get; init; }

    /// <summary>What wants a look.</summary>
    public required IReadOnlyList<Attention> Attention { get; init; }
}
