using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Storage.Workspaces;

namespace Temas.Server.SecondFactor;

/// <summary>
/// Use cases: whether a workspace asks its people for a second factor. It stands in the system database and not among the definitions, which managers may change.
/// </summary>
internal sealed class SecondFactorRule(WorkspaceRegistry workspaces, CallerStore callers, IAuditTrail audit)
{
    /// <summary>Whether it does.</summary>
    public async Task<bool> ReadAsync(WorkspaceKey workspace, CancellationToken cancel)
    {
        await using var db = await workspaces.System.OpenAsync(cancel);
        return await db.ExecuteScalarAsync<long>("select coalesce(max(second_factor), 0) from workspace_rule where workspace = @workspace", new { workspace = workspace.Value }) != 0;
    }

    /// <summary>Decides it. Holds from the next click on: whoever has none is led to set it up first.</summary>
    public async Task ChangeAsync(WorkspaceKey workspace, bool required, Actor by, CancellationToken cancel)
    {
        var before = await ReadAsync(workspace, cancel);
        await using (var db = await workspaces.System.OpenAsync(cancel))
        {
            await db.ExecuteAsync(
                "insert into workspace_rule(workspace, second_factor) values (@workspace, @required) on conflict (workspace) do update set second_factor = excluded.second_factor",
                new { workspace = workspace.Value, required = required ? 1 : 0 });
        }

        callers.Forget();
        await audit.RecordAsync(new AuditEntry(workspace, by, "workspace.second_factor_rule", $"workspace {workspace}") { Before = Facts(before), After = Facts(required) }, cancel);
    }

    private static string Facts(bool required) => required ? """{"required":true}""" : """{"required":false}""";
}
