using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>Where somebody who names no workspace begins.</summary>
internal static class StartWorkspace
{
    /// <summary>Data of one's own before a demo that lives, that before an empty workspace, and a demo that was left last; of equals the first by key. Null where nothing is open.</summary>
    public static string? Of(IEnumerable<string> open, WorkspaceRegistry workspaces) =>
        open.Select(key => workspaces.Find(WorkspaceKey.Parse(key).Value)).OfType<Workspace>().OrderBy(Rank).ThenBy(w => w.Key.Value, StringComparer.Ordinal).FirstOrDefault()?.Key.Value;

    private static int Rank(Workspace workspace) => DemoState.Of(workspace) switch
    {
        { IsLiving: true } => 1,
        { IsDemo: true } => 3,
        _ => workspace.Log.Head > 0 ? 0 : 2,
    };
}
