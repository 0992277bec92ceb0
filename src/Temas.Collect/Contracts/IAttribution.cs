namespace Temas.Collect.Contracts;

/// <summary>The customer to whom an event was attributed.</summary>
/// <param name="Id">Public id of the customer, as in addresses.</param>
/// <param name="Name">Name or strongest identifier, for display.</param>
public sealed record CustomerLink(string Id, string Name);

/// <summary>
/// Answers whose event it is. Put into a workspace as a part (<c>workspace.Add&lt;IAttribution&gt;</c>) by the module that knows customers;
/// receipts and the live feed ask it.
/// </summary>
public interface IAttribution
{
    /// <summary>The customer to whom the event at <paramref name="position"/> is attributed now, or null.</summary>
    CustomerLink? Of(long position);
}
