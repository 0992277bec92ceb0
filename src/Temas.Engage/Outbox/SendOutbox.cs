using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Customers.Contracts;
using Temas.Engage.Channels;
using Temas.Engage.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Engage.Outbox;

/// <summary>
/// Sends what the outbox holds: each channel for itself, some messages at once, no faster than it may. What fails for the moment is tried again, later each time, until it is no longer worth sending, for three days at most. Whether she may be written to is asked once more before each attempt. At least once:
/// a process that ends between sending and noting it sends again, with the same id.
/// </summary>
internal sealed partial class SendOutbox(WorkspaceRegistry workspaces, IEnumerable<ISendMessages> routes, TellMessages telling, OutboxPulse pulse, TimeProvider clock, ILogger<SendOutbox> log) : BackgroundService
{
    private const int AtOnce = 4, Batch = 100;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5), FirstWait = TimeSpan.FromMinutes(1), LongestWait = TimeSpan.FromHours(1), TidyEvery = TimeSpan.FromHours(6), LongestTry = TimeSpan.FromDays(3);

    private readonly ConcurrentDictionary<(Workspace Workspace, string Channel), Task> running = new();
    private readonly ConcurrentDictionary<(Workspace Workspace, string Channel), Pacer> pacers = new();

    /// <summary>Sends all that a workspace has due. How many messages were tried.</summary>
    public async Task<int> RunAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var tried = 0;
        foreach (var channel in await EngageBook.Of(workspace).Outbox.DueChannelsAsync(cancel)) tried += await RunAsync(workspace, channel, cancel);
        await telling.TryAsync(workspace, cancel);
        return tried;
    }

    /// <summary>When a message is tried again that was tried so often: after a minute, three, nine … and every hour.</summary>
    public static TimeSpan WaitAfter(int attempts) => TimeSpan.FromTicks((long)Math.Min(LongestWait.Ticks, FirstWait.Ticks * Math.Pow(3, Math.Min(attempts - 1, 10))));

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var tidied = DateTimeOffset.MinValue;
        try
        {
            while (true)
            {
                foreach (var workspace in workspaces.All) await BeginAsync(workspace, stoppingToken);
                if (clock.GetUtcNow() - tidied > TidyEvery)
                {
                    tidied = clock.GetUtcNow();
                    foreach (var workspace in workspaces.All) await TryAsync(workspace, "tidy", () => EngageBook.Of(workspace).Outbox.TidyAsync(stoppingToken));
                }

                await pulse.WaitAsync(Pause, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops; what is on its way is let go to its end.
            await Task.WhenAll(running.Values);
        }
    }

    // A channel that is slow holds up no other one: each has its own run, and one at a time.
    private Task BeginAsync(Workspace workspace, CancellationToken cancel) => TryAsync(workspace, "look", async () =>
    {
        await telling.TryAsync(workspace, cancel);
        foreach (var channel in await EngageBook.Of(workspace).Outbox.DueChannelsAsync(cancel))
        {
            if (running.TryGetValue((workspace, channel), out var before) && !before.IsCompleted) continue;
            running[(workspace, channel)] = Task.Run(() => TryAsync(workspace, channel, async () =>
            {
                await RunAsync(workspace, channel, cancel);
                await telling.TryAsync(workspace, cancel);
            }), CancellationToken.None);
        }
    });

    private async Task<int> RunAsync(Workspace workspace, string name, CancellationToken cancel)
    {
        var outbox = EngageBook.Of(workspace).Outbox;
        var tried = 0;
        while (await outbox.DueAsync(name, Batch, cancel) is { Count: > 0 } due)
        {
            var taken = 0;
            await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancel }, async (id, stop) =>
            {
                if (Channel.Of(workspace).GetValueOrDefault(name) is { } channel) await pacers.GetOrAdd((workspace, name), _ => new Pacer(clock)).WaitAsync(channel.PerSecond, stop);
                // Taken only now, so that the time that it may take begins now.
                if (await outbox.TakeAsync(id, stop) is not { } message) return;
                Interlocked.Increment(ref taken);
                // Once it is taken it is brought to its end: a server that stops waits for it.
                await OneAsync(workspace, message, CancellationToken.None);
            });
            tried += taken;
            // What somebody else has just now comes up again when its time is over.
            if (taken == 0) break;
        }

        return tried;
    }

    private async Task OneAsync(Workspace workspace, OutboxMessage message, CancellationToken cancel)
    {
        var outbox = EngageBook.Of(workspace).Outbox;
        if (message.Until <= clock.GetUtcNow())
        {
            await outbox.EndAsync(message, MessageState.Failed, message.Why ?? "too_late", null, null, cancel: cancel);
            return;
        }

        var (channel, to, why) = Look(workspace, message);
        if (why is not null)
        {
            await outbox.EndAsync(message, MessageState.Held, why, null, null, cancel: cancel);
            return;
        }

        SendAnswer answer;
        try
        {
            answer = await routes.First(r => r.Route == channel!.Route).SendAsync(workspace, channel!, message, to!, cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            Broke(log, e, workspace.Key.Value, message.Channel);
            answer = new SendAnswer(MessageState.Waiting, "defect");
        }

        var digest = EngageBook.Of(workspace).DigestOf(to!);
        if (answer.State != MessageState.Waiting)
        {
            await outbox.EndAsync(message, answer.State, answer.Why, digest, answer.Provider, answer.IsWatched, cancel);
            return;
        }

        var next = clock.GetUtcNow() + WaitAfter(message.Attempts);
        if (next >= message.Until || next > message.QueuedAt + LongestTry) await outbox.EndAsync(message, MessageState.Failed, answer.Why, digest, null, cancel: cancel);
        else await outbox.AgainAsync(message, next, answer.Why ?? "later", cancel);
    }

    // Her address is read here and kept nowhere.
    private static (Channel? Channel, string? To, string? Why) Look(Workspace workspace, OutboxMessage message)
    {
        if (ReachCustomer.Find(workspace, message.Customer) is not { } her) return (null, null, "customer_gone");
        if (Channel.Of(workspace).GetValueOrDefault(message.Channel) is not { } channel) return (null, null, "channel_off");
        return (channel, her.Address(channel.Address), ((CustomerChannels)workspace.Part<ICustomerChannels>()).WhyNot(her, channel, message.Purpose));
    }

    private async Task TryAsync(Workspace workspace, string what, Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            Broke(log, e, workspace.Key.Value, what);
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(LogLevel.Error, "Sending the messages of {Workspace} failed ({What}); it is tried again.")]
    private static partial void Broke(ILogger log, Exception e, string workspace, string what);

    /// <summary>Lets one through after the other, so many a second.</summary>
    private sealed class Pacer(TimeProvider clock)
    {
        private readonly Lock turn = new();
        private DateTimeOffset next;

        public Task WaitAsync(double perSecond, CancellationToken cancel)
        {
            TimeSpan wait;
            lock (turn)
            {
                var now = clock.GetUtcNow();
                var mine = next > now ? next : now;
                next = mine + TimeSpan.FromSeconds(1 / perSecond);
                wait = mine - now;
            }

            return wait <= TimeSpan.Zero ? Task.CompletedTask : Task.Delay(wait, clock, cancel);
        }
    }
}
