using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Engage.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking;

/// <summary>Once a second: has the asking rules of each workspace follow its log and its clock.</summary>
internal sealed partial class AskingWatch(WorkspaceRegistry workspaces, AskEngine engine, IInvites invites, TimeProvider clock, ILogger<AskingWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken)) await FollowAsync(stoppingToken);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task FollowAsync(CancellationToken cancel)
    {
        foreach (var workspace in workspaces.All)
        {
            try
            {
                if (workspace.FindPart<AskingDesk>() is { } desk) await desk.FollowAsync(engine, invites, cancel);
            }
            catch (Exception e) when (!cancel.IsCancellationRequested)
            {
                Failed(log, e, workspace.Key.Value);
            }
        }
    }

    [LoggerMessage(LogLevel.Error, "The asking rules of {Workspace} could not follow its log; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}

/// <summary>Where nothing sends invitations: nobody can be reached.</summary>
internal sealed class NoInvites : IInvites
{
    private static readonly string[] Channels = ["email", "sms", "whatsapp"];

    /// <inheritdoc/>
    public IReadOnlyList<ChannelReach> ReachOf(Workspace workspace, string customer) => [.. Channels.Select(c => new ChannelReach(c, "channel_off"))];

    /// <inheritdoc/>
    public Task QueueAsync(Workspace workspace, System.Data.Common.DbConnection connection, System.Data.Common.DbTransaction transaction, Invite invite) =>
        throw new InvalidOperationException("No channel is open, so nobody can be invited.");

    /// <inheritdoc/>
    public void Wake(Workspace workspace)
    {
    }
}
