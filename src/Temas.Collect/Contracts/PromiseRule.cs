namespace Temas.Collect.Contracts;

/// <summary>Something the brand says it will do by a time: definition of kind <c>promise</c> (docs/catalogue.md).</summary>
public sealed record PromiseRule
{
    /// <summary>Its key: <c>delivery</c>.</summary>
    public required string Key { get; init; }

    /// <summary>Its name for people.</summary>
    public required LocalText Label { get; init; }

    /// <summary>The events that make it. The same promise made again before it is due moves its due time.</summary>
    public required IReadOnlyList<PromiseMade> Made { get; init; }

    /// <summary>The events that keep it.</summary>
    public required IReadOnlyList<PromiseEvent> Kept { get; init; }

    /// <summary>The events that make it void, if they come before it is due.</summary>
    public IReadOnlyList<PromiseEvent> Cancelled { get; init; } = [];

    /// <summary>How long after the due time it still counts as kept, in milliseconds.</summary>
    public long Grace { get; init; }

    /// <summary>The team that answers for it, if one is named.</summary>
    public LocalText? Owner { get; init; }

    /// <summary>The system that runs it, if one is named.</summary>
    public LocalText? System { get; init; }

    /// <summary>How a kept promise is taken, in [-1, 1].</summary>
    public double KeptValue { get; init; } = 0.5;

    /// <summary>How the moment is taken at which it turns out broken, in [-1, 1].</summary>
    public double BrokenValue { get; init; } = -0.6;

    /// <summary>How it is taken when it is kept at last, just late, in [-1, 1]; falls to -1 at <see cref="WorstDelay"/>.</summary>
    public double LateValue { get; init; } = -0.3;

    /// <summary>The delay at which being kept late is as bad as can be, in milliseconds.</summary>
    public long WorstDelay { get; init; } = 7L * 24 * 60 * 60 * 1000;
}

/// <summary>An event that ends a promise.</summary>
/// <param name="Event">Which events.</param>
/// <param name="Match">The property that says which promise is meant (<c>order_id</c>); the first one that the event has. None: the oldest open one.</param>
public record PromiseEvent(EventPattern Event, IReadOnlyList<PropertyPath> Match);

/// <summary>An event that makes a promise.</summary>
/// <param name="Event">Which events.</param>
/// <param name="Match">The property that names the promise (<c>order_id</c>); the first one that the event has.</param>
/// <param name="DueProperties">Properties that may hold the due time; the first one that the event has. A mere date means the end of that day in the workspace's time zone.</param>
/// <param name="DueAfter">Without such a property: how long after the event it is due, in milliseconds. Null: then nothing was promised.</param>
public sealed record PromiseMade(EventPattern Event, IReadOnlyList<PropertyPath> Match, IReadOnlyList<PropertyPath> DueProperties, long? DueAfter) : PromiseEvent(Event, Match);
