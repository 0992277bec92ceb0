using Dapper;
using Temas.Demo;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.Workspaces;

/// <summary>Use case: the workspace in which a demo lives, made when there is none. Every owner of another workspace owns it, too: a demo that nobody sees is none.</summary>
internal sealed class OpenDemo(WorkspaceRegistry workspaces, AddWorkspace add, CallerStore callers, TimeProvider clock)
{
    /// <summary>Finds or makes it.</summary>
    public async Task<Result<Workspace>> HandleAsync(WorkspaceKey key, Actor by, CancellationToken cancel)
    {
        if (workspaces.Find(key) is { } there) return there;
        var made = await add.HandleAsync(key, key.Value == DemoSetup.Workspace ? DemoSetup.Name : null, owner: null, by, cancel);
        if (made.IsOk) await JoinAsync(key, cancel);
        return made;
    }

    /// <summary>Makes everybody who owns a workspace an owner of the demos: the first person who signs in owns what was there before.</summary>
    public async Task JoinAllAsync(CancellationToken cancel)
    {
        foreach (var demo in workspaces.All.Where(w => DemoState.Of(w).IsDemo)) await JoinAsync(demo.Key, cancel);
    }

    /// <summary>Makes everybody who owns a workspace an owner of this one.</summary>
    public async Task JoinAsync(WorkspaceKey key, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        await db.ExecuteAsync(
            "insert into membership(person, workspace, role, added_at) select distinct person, @key, @role, @now from membership where role = @role on conflict do nothing",
            new { key = key.Value, role = (int)Role.Owner, now = clock.GetUtcNow().ToUnixTimeMilliseconds() });
        callers.Forget();
    }
}
