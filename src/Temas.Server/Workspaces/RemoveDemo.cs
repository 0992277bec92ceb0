using Dapper;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>Use case: removes a demo with its workspace, and who might enter it. For demos alone: what a company recorded of its customers is erased by other means.</summary>
internal sealed class RemoveDemo(WorkspaceRegistry workspaces, CallerStore callers, IAuditTrail audit)
{
    /// <summary>Removes it; a workspace that is no demo, or the only one, is a conflict. Gives how many events it held.</summary>
    public async Task<Result<long>> HandleAsync(Workspace demo, Actor by, CancellationToken cancel)
    {
        if (workspaces.All.Count == 1)
            return new Problem(ProblemKind.Conflict, "workspace_last", "It is the only workspace.") { Field = "workspace", Value = demo.Key.Value, WayOut = "Leave the demo first, which makes another: temas demo leave." };
        if (await StopDemo.RunAsync(demo, cancel) is { } problem) return problem;
        var events = demo.Log.Head;
        // Whoever tells of it has stopped; whoever waits for it finds no workspace.
        await DemoState.Of(demo).WaitForSilenceAsync(cancel);
        var removed = await workspaces.RemoveAsync(demo.Key, cancel);
        if (removed is not null) return removed;
        await using var db = await workspaces.System.OpenAsync(cancel);
        await db.ExecuteAsync("delete from membership where workspace = @key", new { key = demo.Key.Value });
        await db.ExecuteAsync("delete from api_token where workspace = @key", new { key = demo.Key.Value });
        callers.Forget();
        await audit.RecordAsync(new AuditEntry(null, by, "demo.removed", $"workspace {demo.Key}"), cancel);
        return events;
    }
}
