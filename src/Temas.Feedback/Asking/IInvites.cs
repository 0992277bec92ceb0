using System.Data.Common;
using Temas.Engage.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking;

/// <summary>That one customer is asked one survey over one channel: what a decision of the asking rules comes to.</summary>
internal sealed record Invite
{
    /// <summary>Id of the decision: nobody is asked twice because of one.</summary>
    public required string Id { get; init; }

    /// <summary>Of a reminder the id of the decision of which it reminds: it leads to the same response.</summary>
    public string? Reminds { get; init; }

    /// <summary>Key of the asking rule; empty when a person or the API asked.</summary>
    public required string Rule { get; init; }

    /// <summary>Key of the survey.</summary>
    public required string Survey { get; init; }

    /// <summary>Public id of the customer.</summary>
    public required string Customer { get; init; }

    /// <summary>Channel, one of those that <see cref="IInvites.ReachOf"/> called open.</summary>
    public required string Channel { get; init; }

    /// <summary>When its link ends.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>What it is about: <c>order_id</c>, <c>ticket_id</c> … (<see cref="Surveys.Links.Invitation.Subjects"/>).</summary>
    public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);
}

/// <summary>How invitations reach people.</summary>
internal interface IInvites
{
    /// <summary>By which channels a customer can be asked, in the order that she prefers, closed ones with their reason.</summary>
    IReadOnlyList<ChannelReach> ReachOf(Workspace workspace, string customer);

    /// <summary>Writes the invitation and hands it to the outbox, in the transaction that keeps the decision.</summary>
    Task QueueAsync(Workspace workspace, DbConnection connection, DbTransaction transaction, Invite invite);

    /// <summary>Says that a transaction with invitations was committed.</summary>
    void Wake(Workspace workspace);
}
