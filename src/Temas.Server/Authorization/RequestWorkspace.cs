using Temas.Kernel;
using Temas.Server.Hosting;
using Temas.Storage.Workspaces;

namespace Temas.Server.Authorization;

/// <summary>
/// Finds the workspace that a request is about: the token's; <c>/w/{workspace}/…</c> in the address; the <c>Temas-Workspace</c> header or the
/// <c>workspace</c> parameter; else the only one that the person belongs to. One that the caller does not belong to is answered like one that does not exist.
/// </summary>
internal sealed class RequestWorkspace(RequestDelegate next, WorkspaceRegistry workspaces)
{
    /// <summary>Name of the header.</summary>
    public const string Header = "Temas-Workspace";

    public async Task InvokeAsync(HttpContext http, CurrentWorkspace current)
    {
        var caller = http.Features.Get<Caller>();
        if (caller is null)
        {
            await next(http);
            return;
        }

        current.Actor = caller.Actor;
        var policy = EndpointPolicy.Of(http.GetEndpoint());
        var needed = policy is not null && RolePolicies.Least.ContainsKey(policy);
        var problem = Find(http, caller, needed, out var here);
        if (here is not null)
        {
            current.Value = here.Workspace;
            http.Features.Set(here);
            if (needed && caller.Closed.Contains(here.Workspace.Key.Value) && !IsOwnAccount(http))
            {
                await RefuseAsync(http, here);
                return;
            }
        }
        else if (needed && problem is not null)
        {
            await Answers.WriteAsync(http, problem);
            return;
        }

        await next(http);
    }

    // The own account is where a second factor is set up; it shows nothing of the workspace.
    private static bool IsOwnAccount(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint { RoutePattern.RawText: { } pattern } && (pattern.StartsWith("/w/{workspace}/settings/account/", StringComparison.Ordinal) || pattern == "/w/{workspace}/settings/account");

    // A person is led to the page on which the second factor is set up; a program is told.
    private static Task RefuseAsync(HttpContext http, RoleHere here)
    {
        if (Answers.IsForPrograms(http)) return Answers.WriteAsync(http, NeedsSecondFactor);
        return new SeeOther(Ui.TemasUrls.SecondFactor(here.Workspace.Key.Value)).ExecuteAsync(http);
    }

    private static Problem NeedsSecondFactor { get; } =
        new(ProblemKind.Forbidden, "second_factor_required", "This workspace asks its people for a second factor, and you have none.") { WayOut = "Set it up under My account." };

    private Problem? Find(HttpContext http, Caller caller, bool needed, out RoleHere? here)
    {
        here = null;
        var named = Named(http);
        if (named is null)
        {
            var open = caller.Roles.Where(r => workspaces.Find(WorkspaceKey.Parse(r.Key).Value) is not null).Take(2).ToList();
            if (open.Count == 1) named = open[0].Key;
            else if (open.Count == 0) return WorkspaceProblems.None;
            else return needed ? WorkspaceProblems.NotNamed : null;
        }

        if (!caller.Roles.TryGetValue(named, out var role)) return WorkspaceProblems.NotFound(named);
        var key = WorkspaceKey.Parse(named);
        if (!key.IsOk || workspaces.Find(key.Value) is not { } workspace) return WorkspaceProblems.NotFound(named);
        here = new RoleHere(workspace, role);
        return null;
    }

    private static string? Named(HttpContext http)
    {
        if (http.GetRouteValue("workspace") is string { Length: > 0 } inPath) return inPath;
        if (http.Request.Headers[Header].ToString() is { Length: > 0 } inHeader) return inHeader;
        return http.Request.Query["workspace"].ToString() is { Length: > 0 } inQuery ? inQuery : null;
    }
}
