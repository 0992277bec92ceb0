using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Findings;

/// <summary>Looks for findings in each workspace, one after the other: at night, on demand, and for the first time when events have come and none are coming in at the moment.</summary>
internal sealed partial class FindingsWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<FindingsWatch> log) : BackgroundService
{
    // With fewer events there is little to compare.
    private const long Enough = 20_000;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(1), Night = TimeSpan.FromHours(3), Morning = TimeSpan.FromHours(6), LeastApart = TimeSpan.FromHours(12), Rest = TimeSpan.FromSeconds(20);

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
        if (workspace.FindPart<LiveFindings>() is not { } live) return;
        try
        {
            await live.LoadAsync(cancel);
            if (live.IsWanted || IsDue(workspace, live)) await live.LookAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            live.Fail();
            heads[workspace.Key.Value] = (-1, clock.GetUtcNow());
            Failed(log, e, workspace.Key.Value);
        }
    }

    private bool IsDue(Workspace workspace, LiveFindings live)
    {
        var (now, head) = (clock.GetUtcNow(), workspace.Log.Head);
        if (live.LookedAt is { } last)
        {
            var local = TimeZoneInfo.ConvertTime(now, WorkspaceSettings.Of(workspace).Zone()).TimeOfDay;
            return local >= Night && local < Morning && now - last > LeastApart && head > live.Look!.Position;
        }

        if (head < Enough || live.Fault is not null) return false;
        var known = heads.GetValueOrDefault(workspace.Key.Value);
        if (known.Head != -1 && head > known.Head + (head / 200)) heads[workspace.Key.Value] = known = (head, now);
        return known.Head != -1 && now - known.At > Rest;
    }

    [LoggerMessage(LogLevel.Error, "Findings of {Workspace} could not be looked for; it is tried again at night or on demand.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
