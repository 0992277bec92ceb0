using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>Use case: leaves a demo for a workspace of one's own. The demo stands still from now on and stays to be looked at.</summary>
internal sealed class LeaveDemo(WorkspaceRegistry workspaces, AddWorkspace add, OpenDemo open, IAuditTrail audit)
{
    /// <summary>Stops the demo and gives the workspace to go on in: the caller's own (an empty one first), or a new one.</summary>
    /// <param name="demo">The demo.</param>
    /// <param name="roles">The workspaces that are open to the caller; null for the command line, to which all are.</param>
    /// <param name="person">Id of the person who asks, or null.</param>
    /// <param name="by">Who asks, for the audit trail.</param>
    /// <param name="cancel">Stops waiting.</param>
    public async Task<Result<Workspace>> HandleAsync(Workspace demo, IReadOnlyDictionary<string, Role>? roles, string? person, Actor by, CancellationToken cancel)
    {
        var left = await StopDemo.RunAsync(demo, cancel);
        if (left is not null) return left;
        await audit.RecordAsync(new AuditEntry(demo.Key, by, "demo.left", $"workspace {demo.Key}"), cancel);
        var own = workspaces.All.Where(w => !DemoState.Of(w).IsDemo && (roles is null || roles.GetValueOrDefault(w.Key.Value) == Role.Owner))
            .OrderBy(w => w.Log.Head > 0).ThenBy(w => w.Key.Value, StringComparer.Ordinal).FirstOrDefault();
        if (own is not null) return own;
        var key = new[] { WorkspaceKey.Default.Value, "own" }.Concat(Enumerable.Range(2, 98).Select(i => FormattableString.Invariant($"own-{i}")))
            .Select(k => WorkspaceKey.Parse(k).Value).First(k => workspaces.Find(k) is null);
        var made = await add.HandleAsync(key, key == WorkspaceKey.Default ? "Temas" : null, person, by, cancel);
        if (made.IsOk && person is null) await open.JoinAsync(key, cancel);
        return made;
    }
}
