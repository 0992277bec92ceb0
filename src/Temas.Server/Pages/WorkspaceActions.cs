using Microsoft.AspNetCore.Mvc;
using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Server.Workspaces;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Server.Pages;

/// <summary>What the page of the workspace's settings posts.</summary>
internal static class WorkspaceActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/settings/workspace").RequireAuthorization(Policies.Own).ExcludeFromDescription();
        group.MapPost("", async (
            [FromForm] string? name, [FromForm] string? timeZone, [FromForm] string? currency, [FromForm] string? language, CurrentWorkspace current, ChangeWorkspace use, HttpContext http, CancellationToken cancel) =>
        {
            var before = WorkspaceSettingsView.Of(current.Value);
            var key = current.Value.Key.Value;
            var changed = await use.HandleAsync(current.Value, new WorkspaceChanges(name ?? "", timeZone ?? "", currency ?? "", language ?? ""), current.Actor, cancel);
            return changed.IsOk
                ? FormAnswer.Done(http, TemasUrls.WorkspaceSettings(key), changed.Value == before ? "same" : "saved")
                : Results.LocalRedirect(TemasUrls.WorkspaceSettings(key, ("name", name), ("timeZone", timeZone), ("currency", currency), ("language", language), ("draft", "refused")));
        });
        group.MapPost("/block", (HttpContext http, [FromForm] string? kind, [FromForm] string? value, CurrentWorkspace current, ChangeBlocked use, CancellationToken cancel) => BlockAsync(http, kind, value, true, current, use, cancel));
        group.MapPost("/unblock", (HttpContext http, [FromForm] string? kind, [FromForm] string? value, CurrentWorkspace current, ChangeBlocked use, CancellationToken cancel) => BlockAsync(http, kind, value, false, current, use, cancel));
    }

    private static async Task<IResult> BlockAsync(HttpContext http, string? kind, string? value, bool blocked, CurrentWorkspace current, ChangeBlocked use, CancellationToken cancel) =>
        FormAnswer.After(http, TemasUrls.WorkspaceSettings(current.Value.Key.Value), blocked ? "blocked" : "unblocked", await use.HandleAsync(current.Value, kind, value, blocked, current.Actor, cancel));
}
