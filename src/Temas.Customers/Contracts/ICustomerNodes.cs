using Temas.Collect.Contracts;
using Temas.Storage.EventLog;

namespace Temas.Customers.Contracts;

/// <summary>
/// Whose events are whose, in numbers: an event is filed under a node (one identifier), and a node belongs to a customer, who goes by the number of one of her nodes. A part of each workspace, for what
/// is derived from all events at once.
/// </summary>
public interface ICustomerNodes
{
    /// <summary>Changes when the numbers do: after customers were derived afresh.</summary>
    ulong Generation { get; }

    /// <summary>The log position up to which it is known who is who: a little behind the head of the log while events are being stored, far behind while customers are derived afresh.</summary>
    long Position { get; }

    /// <summary>Under which node each of some events is filed; -1 where it names nobody, and for what is no event. Only of events up to <see cref="Position"/>.</summary>
    void NodesOf(ReadOnlySpan<StoredEvent> events, Span<int> nodes);

    /// <summary>
    /// The nodes that belong to another customer since it was last asked, with the one that they belong to now; with <paramref name="all"/> every node that does not belong to itself.
    /// A new node belongs to itself and is not named. For one asker.
    /// </summary>
    IReadOnlyList<(int Node, int Customer)> TakeMoved(bool all);

    /// <summary>The customers to whom some nodes belong now, each by her number; what is no node stays as it is.</summary>
    void CustomersOf(ReadOnlySpan<int> nodes, Span<int> customers);

    /// <summary>The customers of some numbers; null where there is none any more.</summary>
    IReadOnlyList<CustomerLink?> LinksOf(IReadOnlyList<int> some);

    /// <summary>The public ids of the customers for whom some numbers stand, as they are before <see cref="FormatId"/>; null for a number that stands for nobody any more.</summary>
    IReadOnlyList<ulong?> IdsOf(IReadOnlyList<int> some);

    /// <summary>A public id as it is written.</summary>
    string FormatId(ulong id);

    /// <summary>The number of a customer with a public id or an identifier written <c>kind:value</c>; null when there is none.</summary>
    int? Find(string customer);
}
