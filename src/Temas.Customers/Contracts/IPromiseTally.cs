namespace Temas.Customers.Contracts;

/// <summary>What became of promises in one period.</summary>
/// <param name="Kept">Kept in time within it.</param>
/// <param name="Late">Kept within it, but late.</param>
/// <param name="Broken">Their time ran out within it, and they have not been kept to this moment.</param>
/// <param name="DelayHours">By how many hours the late ones were late, together.</param>
/// <param name="DelaySquares">The sum of the squares of that.</param>
public readonly record struct PromiseOutcomes(long Kept, long Late, long Broken, double DelayHours, double DelaySquares);

/// <summary>Counts what became of promises, out of the census. A part of each workspace.</summary>
public interface IPromiseTally
{
    /// <summary>The moment for which it holds; null while it is worked out for the first time.</summary>
    DateTimeOffset? AsOf { get; }

    /// <summary>Whether a promise was ever made.</summary>
    bool HasPromises { get; }

    /// <summary>The outcomes in some periods, in milliseconds since 1970 UTC, to the hour; of all customers or those of some numbers (<see cref="ICustomerNodes"/>).</summary>
    IReadOnlyList<PromiseOutcomes> Read(IReadOnlyList<(long From, long To)> periods, IReadOnlySet<int>? customers);
}
