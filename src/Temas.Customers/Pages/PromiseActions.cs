using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Promises;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Customers.Pages;

/// <summary>What the editor of promises posts. What is refused, or only tried, goes back to the editor in the address.</summary>
internal static class PromiseActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/promises").RequireAuthorization(Policies.Manage).ExcludeFromDescription();
        group.MapPost("save", SaveAsync);
        group.MapPost("preview", async (HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            return Back(current, form["of"], PromiseForm.Read(name => form[name]), "preview");
        });
        group.MapPost("remove", async ([FromForm] string? of, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel) =>
        {
            var removed = await change.RemoveAsync(current.Value, PreviewPromise.Kind, of ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.Promises(current.Value.Key.Value), removed.IsOk ? "removed" : "gone", of ?? "");
        });
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, PreviewPromise.Kind, of ?? "", version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.Promises(current.Value.Key.Value), "restored", restored.Problem);
        });
    }

    private static async Task<IResult> SaveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var filled = PromiseForm.Read(name => form[name]);
        var old = form["of"].ToString() is { Length: > 0 } of ? ChangeDefinition.InForce(current.Value, PreviewPromise.Kind, of) : null;
        var key = old?.Key ?? filled.Key;
        var taken = old is null && ChangeDefinition.InForce(current.Value, PreviewPromise.Kind, key) is not null;
        if (taken || !(await change.SaveAsync(current.Value, PreviewPromise.Kind, key, filled.ToJson(old?.Json), current.Actor, cancel)).IsOk) return Back(current, old?.Key, filled, "refused");
        return FormAnswer.Done(http, TemasUrls.Promises(current.Value.Key.Value), "saved");
    }

    private static IResult Back(CurrentWorkspace current, string? of, PromiseForm filled, string draft) =>
        Results.LocalRedirect(TemasUrls.Promise(current.Value.Key.Value, string.IsNullOrEmpty(of) ? null : of, [.. filled.Fields, ("draft", draft)]));
}
