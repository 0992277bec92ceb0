using Temas.Customers.Identity;
using Temas.Storage.EventLog;

namespace Temas.Customers.Contracts;

/// <summary>What was known of a customer at a moment.</summary>
/// <param name="Customer">Who she is, as identity has it now.</param>
/// <param name="Profile">Her profile as of the moment: a fold of what had happened by then. Computed traits that are questions are not in it.</param>
/// <param name="Events">Of the types that were asked for, what had happened by then, in the order of her timeline.</param>
public sealed record CustomerThen(CustomerRef Customer, CustomerProfile Profile, IReadOnlyList<StoredEvent> Events);

/// <summary>
/// Customers at a moment, now or in the past, for modules that decide something about one of them and must be able to decide it again. A part of each workspace.
/// </summary>
public interface ICustomerPast
{
    /// <summary>A customer, by public id or identifier, as of a moment; null when there is none.</summary>
    /// <param name="customer">Her public id, or <c>kind:value</c>.</param>
    /// <param name="moment">The moment; what happened later is left out.</param>
    /// <param name="types">Types of events that are wanted beside her profile: <c>track:Order Delivered</c>.</param>
    CustomerThen? Read(string customer, DateTimeOffset moment, IReadOnlyCollection<string> types);

    /// <summary>When the first of her events happened after a moment; null when none did.</summary>
    DateTimeOffset? NextAfter(string customer, DateTimeOffset moment);

    /// <summary>All public ids that lead to a customer, or did before she was joined of several: what was kept under one of them is hers.</summary>
    IReadOnlyList<string> IdsOf(CustomerRef customer);
}
