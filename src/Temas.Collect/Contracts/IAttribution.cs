using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>The customer to whom an event was attributed.</summary>
/// <param name="Id">Public id of the customer, as in addresses.</param>
/// <param name="Name">Name or strongest identifier, for display.</param>
public sealed record CustomerLink(string Id, string Name);

/// <summary>Something about an event that was stored and yet is not used as its sender may think.</summary>
/// <param name="Code">What it is, in snake_case (docs/formats/tracking.md lists them).</param>
/// <param name="Field">What it is about: a kind of identifier, or <c>event</c>. Never the value itself.</param>
/// <param name="Detail">The same in words, with the way out.</param>
public sealed record EventWarning(string Code, string Field, string Detail);

/// <summary>
/// Answers whose event it is. Put into a workspace as a part (<c>workspace.Add&lt;IAttribution&gt;</c>) by the module that knows customers;
/// receipts and the live feed ask it.
/// </summary>
public interface IAttribution
{
    /// <summary>The customer to whom the event at <paramref name="position"/> is attributed now, or null.</summary>
    CustomerLink? Of(long position);

    /// <summary>What of a stored event is not used, by the rules as they are now; mostly nothing.</summary>
    IReadOnlyList<EventWarning> WarningsOf(StoredEvent stored);
}
