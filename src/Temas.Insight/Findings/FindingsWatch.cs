using Microsoft.Extensions.Logging;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Findings;

/// <summary>Looks for findings in each workspace, at night and on demand. With fewer events there is little to compare.</summary>
internal sealed class FindingsWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<FindingsWatch> log) : NightWatch(workspaces, clock, log, 20_000, TimeSpan.FromHours(3))
{
    protected override async Task<NightWork> WorkAsync(Workspace workspace, CancellationToken cancel)
    {
        if (workspace.FindPart<LiveFindings>() is not { } live) return NightWork.NotDue;
        await live.LoadAsync(cancel);
        var isDue = live.IsWanted || (live.Look is { } last ? IsNight(workspace, last.At, last.Position) : IsQuiet(workspace));
        if (!isDue) return NightWork.NotDue;
        await live.LookAsync(cancel);
        return live.Fault is null ? NightWork.Done : NightWork.Stopped;
    }

    protected override void Fail(Workspace workspace) => workspace.Part<LiveFindings>().Fail();
}
