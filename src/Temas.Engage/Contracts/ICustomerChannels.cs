using System.Data.Common;

namespace Temas.Engage.Contracts;

/// <summary>Whether a customer can be reached over a channel.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Why">Why not, as a code: <c>channel_off</c>, <c>no_address</c>, <c>no_consent</c>, <c>unsubscribed</c>, <c>bounced</c>; null when she can.</param>
public sealed record ChannelReach(string Channel, string? Why)
{
    /// <summary>Whether she can be reached.</summary>
    public bool IsOpen => Why is null;
}

/// <summary>The channels by which a workspace writes to its customers, and the one place that decides whether it may. A part of each workspace.</summary>
public interface ICustomerChannels
{
    /// <summary>By which channels a customer can be written to for a purpose, in the order that she prefers; those that are closed, too, with the reason. Empty when there is no such customer.</summary>
    /// <param name="customer">Her public id.</param>
    /// <param name="purpose">Purpose of the consent: <c>survey</c>, say.</param>
    IReadOnlyList<ChannelReach> ReachOf(string customer, string purpose);

    /// <summary>
    /// Hands a message to the outbox, in the transaction of whoever has it sent, so that both are kept or neither. It is sent once that is committed, at least once and with its id, so that a gateway can tell a repetition; a message whose id is there already is left as it is.
    /// </summary>
    Task QueueAsync(DbConnection connection, DbTransaction transaction, ChannelMessage message);

    /// <summary>Says that something was committed that can be sent; without it, it goes out some seconds later.</summary>
    void Wake();
}
