using Microsoft.Extensions.Logging;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Lifetime.Forecasts;

/// <summary>Fits the models of each workspace at night; and again when other events count as orders. With fewer events there is little to fit to; who wants it nevertheless asks for it.</summary>
internal sealed class ForecastWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<ForecastWatch> log) : NightWatch(workspaces, clock, log, 5_000, TimeSpan.FromHours(2))
{
    protected override async Task<NightWork> WorkAsync(Workspace workspace, CancellationToken cancel)
    {
        if (workspace.FindPart<LiveForecasts>() is not { } live || !IsDue(workspace, live)) return NightWork.NotDue;
        if (await live.FitAsync(cancel) is not { } problem) return live.Kept.Last is null ? NightWork.InVain : NightWork.Done;
        return problem.Kind == ProblemKind.Unavailable ? NightWork.NotYet : throw new InvalidOperationException(problem.Code);
    }

    private bool IsDue(Workspace workspace, LiveForecasts live) =>
        live.Kept.Last is not { } last ? IsQuiet(workspace) : (live.IsOutdated && IsQuiet(workspace, least: 0)) || IsNight(workspace, last.At, last.Position);
}
