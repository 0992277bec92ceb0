using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Demo.Loading;

/// <summary>Use case: a demo stands still from now on. A loading that is under way ends where it is.</summary>
public static class StopDemo
{
    /// <summary>Stops it; gives a problem where there is no demo.</summary>
    public static async Task<Problem?> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var state = DemoState.Of(workspace);
        if (!state.IsDemo) return DemoState.NotADemo(workspace);
        await state.LiveAsync(living: false, cancel);
        state.Stop();
        return null;
    }
}
