using Temas.Engage.Outbox;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Channels;

/// <summary>The route of a channel that is only tried: nothing leaves the machine. What would have been sent is noted as held back, and stands on nobody's timeline.</summary>
internal sealed class KeepForTrial : ISendMessages
{
    /// <summary>Why its messages are held back.</summary>
    public const string Why = "trial";

    /// <inheritdoc/>
    public ChannelRoute Route => ChannelRoute.Trial;

    /// <inheritdoc/>
    public Task<SendAnswer> SendAsync(Workspace workspace, Channel channel, OutboxMessage message, string to, CancellationToken cancel) => Task.FromResult(new SendAnswer(MessageState.Held, Why));
}
