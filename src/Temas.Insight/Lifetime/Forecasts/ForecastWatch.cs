using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>Fits the models of each workspace, one after the other: at night, or when that was missed, and for the first time when events have come and none are coming in at the moment; and again when other events count as orders.</summary>
internal sealed partial class ForecastWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<ForecastWatch> log) : BackgroundService
{
    // With fewer events there is little to fit to; who wants it nevertheless asks for it.
    private const long Enough = 5_000;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10), Night = TimeSpan.FromHours(2), Morning = TimeSpan.FromHours(5), LeastApart = TimeSpan.FromHours(12), MostApart = TimeSpan.FromHours(36), Rest = TimeSpan.FromSeconds(20);

    private readonly Dictionary<string, (long Head, DateTimeOffset At)> heads = new(StringComparer.Ordinal);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Step, clock);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                foreach (var workspace in workspaces.All) await TryAsync(workspace, stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private async Task TryAsync(Workspace workspace, CancellationToken cancel)
    {
        if (workspace.FindPart<LiveForecasts>() is not { } live) return;
        try
        {
            if (!IsDue(workspace, live)) return;
            if (await live.FitAsync(cancel) is { } problem) throw new InvalidOperationException(problem.Code);

            // There is nothing to fit to: what comes from now on may be.
            if (live.Orders is null && live.Subscriptions is null) heads[workspace.Key.Value] = (workspace.Log.Head, DateTimeOffset.MaxValue);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // Once more when more has come.
            heads[workspace.Key.Value] = (workspace.Log.Head, DateTimeOffset.MaxValue);
            Failed(log, e, workspace.Key.Value);
        }
    }

    private bool IsDue(Workspace workspace, LiveForecasts live)
    {
        var (now, head) = (clock.GetUtcNow(), workspace.Log.Head);
        var seen = heads.GetValueOrDefault(workspace.Key.Value);
        if (head > seen.Head + (head / 200)) heads[workspace.Key.Value] = seen = (head, now);
        var isQuiet = head >= Enough && seen.At <= now - Rest;
        if (live.Orders is null && live.Subscriptions is null) return isQuiet;
        if (isQuiet && live.IsOfOtherRules) return true;
        var (at, position) = live.Orders is { } orders ? (orders.At, orders.Position) : (live.Subscriptions!.At, live.Subscriptions.Position);
        var age = now - DateTimeOffset.FromUnixTimeMilliseconds(at);
        if (head <= position || seen.At > now) return false;
        return age > MostApart || (age > LeastApart && TimeZoneInfo.ConvertTime(now, WorkspaceSettings.Of(workspace).Zone()).TimeOfDay is var time && time >= Night && time < Morning);
    }

    [LoggerMessage(LogLevel.Error, "The models of {Workspace} could not be fitted; it is tried again when more has come, or on demand.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
