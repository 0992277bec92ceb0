using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Insight.Columns;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Alerts;
using Temas.Insight.Monitors.Letters;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Watching;

/// <summary>Looks at each workspace, one after the other: at what arrives every half a minute, at the days when one is over, by which figures indicators go, and sends what is to be sent.</summary>
internal sealed partial class MonitorsWatch(WorkspaceRegistry workspaces, IColleagues colleagues, SendAlerts letters, ChooseVariants variants, TimeProvider clock, ILogger<MonitorsWatch> log) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5), Every = TimeSpan.FromSeconds(30), Rest = TimeSpan.FromSeconds(20), VariantsEvery = TimeSpan.FromHours(1), TidyEvery = TimeSpan.FromHours(24);

    private readonly Dictionary<string, (long Head, DateTimeOffset At)> heads = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (int Types, DateTimeOffset At)> chosen = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> looked = new(StringComparer.Ordinal), tidied = new(StringComparer.Ordinal);

    /// <summary>All that is to be done in a workspace now.</summary>
    public async Task RunAsync(Workspace workspace, CancellationToken cancel)
    {
        if (workspace.FindPart<LiveAlerts>() is not { } live) return;
        await live.LoadAsync(cancel);
        await live.Pulse.FollowAsync(cancel);
        var people = await colleagues.OfAsync(workspace.Key, cancel);
        if (workspace.Log.Head > 0)
        {
            // What indicators go by is settled before they are looked at.
            if (IsTimeForVariants(workspace) && await variants.RunAsync(workspace, cancel) is null) chosen[workspace.Key.Value] = (TypesOf(workspace), clock.GetUtcNow());
            await CloseUnwatched.RunAsync(workspace, cancel);
            await LookAtSilence.RunAsync(workspace, people, cancel);
            var problem = await LookAtDays.RunAsync(workspace, people, e => Unexplained(log, e, workspace.Key.Value), cancel) ?? await LookAtTopics.RunAsync(workspace, people, cancel);
            if (problem is not null) Held(log, workspace.Key.Value, problem.Code);
        }

        await letters.RunAsync(workspace, people, cancel);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var workspace in workspaces.All.Where(IsTime)) await TryAsync(workspace, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    // While a history pours in, half of it says nothing; what pours in all day long is waited for ten minutes at most.
    private bool IsTime(Workspace workspace)
    {
        var (now, head, key) = (clock.GetUtcNow(), workspace.Log.Head, workspace.Key.Value);
        if (now - looked.GetValueOrDefault(key) < Every) return false;
        var known = heads.GetValueOrDefault(key);
        if (known.At == default || head > known.Head + 1000 + (known.Head / 200))
        {
            heads[key] = (head, now);
            if (now - looked.GetValueOrDefault(key, now) < TimeSpan.FromMinutes(10)) return false;
        }
        else if (now - known.At < Rest)
        {
            return false;
        }

        looked[key] = now;
        heads[key] = (head, now - Rest);
        return true;
    }

    // Once an hour, and when something arrives that never did before.
    private bool IsTimeForVariants(Workspace workspace) =>
        chosen.GetValueOrDefault(workspace.Key.Value) is var (types, at) && (clock.GetUtcNow() - at >= VariantsEvery || TypesOf(workspace) != types);

    private static int TypesOf(Workspace workspace) => workspace.Part<LiveColumns>().Store.CountTypes().Count;

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        try
        {
            await RunAsync(workspace, cancel);
            if (clock.GetUtcNow() - tidied.GetValueOrDefault(workspace.Key.Value) < TidyEvery || workspace.FindPart<LiveAlerts>() is not { } live) return;
            tidied[workspace.Key.Value] = clock.GetUtcNow();
            await live.TidyAsync(cancel);
        }
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            // Also what gave up by itself, a database that did not answer in time: only the server's own stop ends the watch.
            Failed(log, e, workspace.Key.Value);
        }
    }

    [LoggerMessage(LogLevel.Information, "The monitors of {Workspace} wait for what is being read ({Code}).")]
    private static partial void Held(ILogger log, string workspace, string code);

    [LoggerMessage(LogLevel.Warning, "What moved most of the new alerts of {Workspace} could not be asked for; they are told without it.")]
    private static partial void Unexplained(ILogger log, Exception e, string workspace);

    [LoggerMessage(LogLevel.Error, "The monitors of {Workspace} could not look; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
