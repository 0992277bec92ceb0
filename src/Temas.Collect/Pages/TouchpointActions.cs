using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Collect.Catalogue;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Collect.Pages;

/// <summary>What the editor of touchpoints posts. A document with faults goes back to the editor in the address, which shows each fault at its field.</summary>
internal static class TouchpointActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/touchpoints").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("save", SaveAsync);
        group.MapPost("remove", async ([FromForm] string? of, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel) =>
        {
            var removed = await change.RemoveAsync(current.Value, TouchpointKind.Instance.Kind, of ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.Touchpoints(current.Value.Key.Value), removed.IsOk ? "removed" : "gone", of ?? "");
        });
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, TouchpointKind.Instance.Kind, of ?? "", version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.Touchpoints(current.Value.Key.Value), "restored", restored.Problem);
        });
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
        var saved = taken ? Problem.Invalid("key_taken", "There is a touchpoint with this key.", "key", key) : await change.SaveAsync(current.Value, kind, key, filled.ToJson(old?.Json), current.Actor, cancel);
        return saved.IsOk
            ? FormAnswer.Done(http, TemasUrls.Touchpoints(workspace), "saved")
            : Results.LocalRedirect(TemasUrls.Touchpoint(workspace, old?.Key, [.. filled.Fields, ("draft", "refused")]));
    }
}
