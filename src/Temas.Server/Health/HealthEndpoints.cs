using Dapper;
using Temas.Kernel;
using Temas.Server.Authorization;
using Temas.Server.Hosting;
using Temas.Storage.Workspaces;

namespace Temas.Server.Health;

/// <summary><c>/healthz</c> and <c>/readyz</c>, for whoever restarts the process or sends it traffic.</summary>
internal static class HealthEndpoints
{
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/healthz", () => TypedResults.Ok(new HealthView("ok"))).RequireAuthorization(Policies.Open).ExcludeFromDescription();
        routes.MapGet("/readyz", ReadyAsync).RequireAuthorization(Policies.Open).ExcludeFromDescription();
    }

    /// <summary>
    /// Ready when the system database and each workspace's database answer and their disk takes a write. A snapshot that could not be written is told to those who
    /// manage the workspace, and no reason to send the traffic elsewhere.
    /// </summary>
    private static async Task<IResult> ReadyAsync(HttpContext http, WorkspaceRegistry workspaces, CancellationToken cancel)
    {
        try
        {
            await using (var db = await workspaces.System.OpenAsync(cancel))
            {
                await db.ExecuteScalarAsync<long>("select count(*) from installation");
            }

            foreach (var workspace in workspaces.All)
            {
                await using var db = await workspace.Database.OpenAsync(cancel);
                await db.ExecuteScalarAsync<long>("select 1");
                await ProbeAsync(workspace.Folder, cancel);
            }
        }
        catch (Exception e) when (e is System.Data.Common.DbException or IOException or UnauthorizedAccessException or InvalidOperationException)
        {
            return Answers.Of(new Problem(ProblemKind.Unavailable, "not_ready", "A database or the data folder cannot be read or written.") { RetryAfter = TimeSpan.FromSeconds(5) });
        }

        var faults = http.Features.Get<Caller>() is { } caller ? FaultsFor(caller, workspaces) : [];
        return Results.Ok(new HealthView("ready", faults.Count > 0 ? faults : null));
    }

    private static List<HealthFault> FaultsFor(Caller caller, WorkspaceRegistry workspaces) =>
    [
        .. from workspace in workspaces.All
           where caller.Roles.TryGetValue(workspace.Key.Value, out var role) && role >= Role.Manager
           from fault in workspace.Log.Faults
           select new HealthFault(workspace.Key.Value, fault.Projection, fault.Reason),
    ];

    private static async Task ProbeAsync(string folder, CancellationToken cancel)
    {
        Directory.CreateDirectory(folder);
        var probe = Path.Combine(folder, ".ready");
        await File.WriteAllTextAsync(probe, "ok", cancel);
        File.Delete(probe);
    }
}
