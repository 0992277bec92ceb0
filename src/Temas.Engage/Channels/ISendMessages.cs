using Temas.Engage.Outbox;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Channels;

/// <summary>What became of sending a message.</summary>
/// <param name="State"><see cref="MessageState.Sent"/>, <see cref="MessageState.Failed"/>, <see cref="MessageState.Bounced"/>, or <see cref="MessageState.Waiting"/> to be tried again.</param>
/// <param name="Why">Why not, as a code.</param>
/// <param name="Provider">The gateway's own id of the message.</param>
/// <param name="IsWatched">It is noticed when she opens it.</param>
internal readonly record struct SendAnswer(MessageState State, string? Why = null, string? Provider = null, bool IsWatched = false);

/// <summary>Sends messages by one route.</summary>
internal interface ISendMessages
{
    /// <summary>The route.</summary>
    ChannelRoute Route { get; }

    /// <summary>Sends one to an address. Never throws for what the other side brings about.</summary>
    Task<SendAnswer> SendAsync(Workspace workspace, Channel channel, OutboxMessage message, string to, CancellationToken cancel);
}
