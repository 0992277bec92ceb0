using Temas.Kernel;
using Temas.Timelines.Columns;
using Temas.Timelines.Queries;

namespace Temas.Customers.Contracts;

/// <summary>
/// What a customer's profile says, as facts with names, and what each of her events was as a touch: what questions over all customers compare (docs/formats/query.md). They come from the same fold as the profile and the timeline on her page.
/// A part of each workspace, for what is derived from all customers at once.
/// </summary>
public interface ICustomerFacts
{
    /// <summary>The rules by which profiles are worked out: another object when all facts may be others.</summary>
    object Rules { get; }

    /// <summary>A digest of these rules, and of the code that goes by them: tells whether facts kept on disk were worked out by them.</summary>
    ulong Digest();

    /// <summary>
    /// Works out the facts of some customers, by the numbers of <see cref="ICustomerNodes"/>. Each is told once, in any order; one who has no events any more is told without facts.
    /// </summary>
    void Read(IReadOnlyList<int> customers, Action<CustomerFacts> take, CancellationToken cancel);

    /// <summary>The filter on facts that says whether a fact, as people know it, compares so; a problem where it cannot be asked. Facts are those of the columns, which know no "days since".</summary>
    Result<Filter> Compare(string name, FilterOperator op, IReadOnlyList<FilterValue> values, DateTimeOffset now);

    /// <summary>What counts as an order, by the rules of profiles and the catalogue in force.</summary>
    OrderSelector Orders { get; }

    /// <summary>When somebody who ordered counts as at risk and as lost, by the rules of profiles in force.</summary>
    OrderRhythm Rhythm { get; }

    /// <summary>The types of the events by which touchpoints come, by the catalogue in force; null where not all of them have names.</summary>
    IReadOnlyList<string>? EventsOf(IReadOnlyList<string> touchpoints);

    /// <summary>Whether a fact changes by the moment, without <see cref="CustomerFacts.ChangesAt"/>.</summary>
    bool FadesOrAges(string name);

    /// <summary>The names that people know of the facts that columns have.</summary>
    IReadOnlyList<string> NamesOf(IEnumerable<string> facts);
}

/// <summary>What is known of one customer.</summary>
/// <param name="Customer">Her number.</param>
/// <param name="Facts">The facts by name; null when there is no such customer any more.</param>
/// <param name="ChangesAt">When some of them change of themselves, in milliseconds since 1970 UTC: a promise runs out, a window closes.</param>
/// <param name="Touches">Her touches, in the order of her timeline; those events that are none are not among them.</param>
public sealed record CustomerFacts(int Customer, IReadOnlyList<KeyValuePair<string, FilterValue>>? Facts, long ChangesAt, IReadOnlyList<EventTouch> Touches)
{
    /// <summary>Facts that are several values at once, by name: traits that are lists.</summary>
    public IReadOnlyList<KeyValuePair<string, IReadOnlyList<FilterValue>>> Lists { get; init; } = [];
}
