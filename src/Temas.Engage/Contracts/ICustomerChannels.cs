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

/// <summary>How far the messages of a channel are.</summary>
/// <param name="Channel">Channel.</param>
/// <param name="Waiting">Still to be sent, or being sent.</param>
/// <param name="Sent">Taken by the mail server or gateway.</param>
/// <param name="Delivered">Reported as arrived.</param>
/// <param name="NotSent">Held back, given up, or come back.</param>
public sealed record MessageCount(string Channel, long Waiting, long Sent, long Delivered, long NotSent)
{
    /// <summary>Of so many it would be noticed that they are opened: the channel does that, and she agreed.</summary>
    public long Watched { get; init; }

    /// <summary>Of them so many were opened, as far as one can tell.</summary>
    public long Opened { get; init; }

    /// <summary>Of so many the picture was asked for by what may well be a program.</summary>
    public long PerhapsOpened { get; init; }
}

/// <summary>What became of a message.</summary>
/// <param name="Id">What the module that had it sent calls it.</param>
/// <param name="Channel">Channel.</param>
/// <param name="State">How far it is: <c>waiting</c>, <c>sending</c>, <c>sent</c>, <c>delivered</c>, <c>failed</c>, <c>bounced</c>, <c>held</c>.</param>
/// <param name="Why">Why it was not sent, or not yet, as a code.</param>
/// <param name="Opened">Whether it was opened: <c>opened</c>, <c>perhaps</c> or <c>not</c>; null where that is not noticed.</param>
public sealed record MessageFate(string Id, string Channel, string State, string? Why, string? Opened);

/// <summary>Which messages are meant by what became of them.</summary>
public enum MessageFates
{
    /// <summary>Still to be sent, or being sent.</summary>
    Waiting,

    /// <summary>Held back, given up, or come back.</summary>
    NotSent,

    /// <summary>Reported as arrived.</summary>
    Delivered,

    /// <summary>Of which it would be noticed that they are opened.</summary>
    Watched,

    /// <summary>Opened, as far as one can tell.</summary>
    Opened,

    /// <summary>Asked for by what may well be a program.</summary>
    PerhapsOpened,
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

    /// <summary>How far the messages are that belong to something and were handed in from a moment on and before another, by channel.</summary>
    /// <param name="kind">What their ids begin with, before the colon.</param>
    /// <param name="reference">What they belong to.</param>
    /// <param name="from">From this moment on.</param>
    /// <param name="to">Before this moment.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyList<MessageCount>> CountAsync(string kind, string reference, DateTimeOffset from, DateTimeOffset to, CancellationToken cancel);

    /// <summary>The same messages one by one, the newest first: of which this became, or of all with null.</summary>
    /// <param name="kind">What their ids begin with, before the colon.</param>
    /// <param name="reference">What they belong to.</param>
    /// <param name="from">From this moment on.</param>
    /// <param name="to">Before this moment.</param>
    /// <param name="channel">Channel, or null.</param>
    /// <param name="fate">What became of them.</param>
    /// <param name="skip">So many are passed over.</param>
    /// <param name="limit">So many at most.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyList<MessageFate>> ListAsync(string kind, string reference, DateTimeOffset from, DateTimeOffset to, string? channel, MessageFates? fate, int skip, int limit, CancellationToken cancel);

    /// <summary>What became of some messages, by their ids.</summary>
    /// <param name="ids">Ids of the messages.</param>
    /// <param name="cancel">Stops it.</param>
    Task<IReadOnlyDictionary<string, MessageFate>> FatesAsync(IReadOnlyCollection<string> ids, CancellationToken cancel);

    /// <summary>Says that something was committed that can be sent; without it, it goes out some seconds later.</summary>
    void Wake();
}
