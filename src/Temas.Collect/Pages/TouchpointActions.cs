using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Catalogue;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Preferences;

namespace Temas.Collect.Pages;

/// <summary>What the editor of touchpoints posts. A document with faults goes back to the editor in the address, which shows each fault at its field.</summary>
internal static class TouchpointActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/touchpoints").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("save", SaveAsync);
        group.MapPost("remove", RemoveAsync);
    }

    private static async Task<IResult> SaveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var of = form["of"].ToString();
        var filled = TouchpointForm.Read(name => form[name]);
        var workspace = current.Value.Key.Value;
        var kind = TouchpointKind.Instance.Kind;
        var old = of.Length > 0 ? ChangeDefinition.InForce(current.Value, kind, of) : null;
        var key = old?.Key ?? filled.Key;
        var taken = old is null && ChangeDefinition.InForce(current.Value, kind, key) is not null;
        var saved = taken ? Problem.Invalid("touchpoint_taken", "There is a touchpoint with this key.", "key", key) : await change.SaveAsync(current.Value, kind, key, filled.ToJson(old?.Json), current.Actor, cancel);
        if (saved.IsOk) return Done(http, "saved", TemasUrls.Touchpoints(workspace));
        return Results.LocalRedirect(TemasUrls.Touchpoint(workspace, old?.Key, [.. filled.Fields, ("draft", "refused")]));
    }

    private static async Task<IResult> RemoveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var removed = await change.RemoveAsync(current.Value, TouchpointKind.Instance.Kind, form["of"].ToString(), current.Actor, cancel);
        return Done(http, removed.IsOk ? "removed" : "gone", TemasUrls.Touchpoints(current.Value.Key.Value));
    }

    private static IResult Done(HttpContext http, string code, string url)
    {
        new Flash(code).Leave(http);
        return Results.LocalRedirect(url);
    }
}
