using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Customers.Pages;

/// <summary>What the editor of computed traits posts. What is refused, or only tried, goes back to the editor in the address.</summary>
internal static class TraitActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/computed-traits").RequireAuthorization(Policies.Analyse).ExcludeFromDescription();
        group.MapPost("save", SaveAsync);
        group.MapPost("preview", async (HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
        {
            var form = await http.Request.ReadFormAsync(cancel);
            return Back(current, form["of"], TraitForm.Read(name => form[name]), "preview");
        });
        group.MapPost("remove", async ([FromForm] string? of, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel) =>
        {
            var removed = await change.RemoveAsync(current.Value, PreviewTrait.Kind, of ?? "", current.Actor, cancel);
            return FormAnswer.Done(http, TemasUrls.ComputedTraits(current.Value.Key.Value), removed.IsOk ? "removed" : "gone", of ?? "");
        });
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel) =>
        {
            var restored = await change.RestoreAsync(current.Value, PreviewTrait.Kind, of ?? "", version, current.Actor, cancel);
            return FormAnswer.After(http, TemasUrls.ComputedTraits(current.Value.Key.Value), "restored", restored.Problem);
        });
    }

    private static async Task<IResult> SaveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var filled = TraitForm.Read(name => form[name]);
        var old = form["of"].ToString() is { Length: > 0 } of ? ChangeDefinition.InForce(current.Value, PreviewTrait.Kind, of) : null;
        var key = old?.Key ?? filled.Key;
        var taken = old is null && ChangeDefinition.InForce(current.Value, PreviewTrait.Kind, key) is not null;
        if (taken || !(await change.SaveAsync(current.Value, PreviewTrait.Kind, key, filled.ToJson(old?.Json), current.Actor, cancel)).IsOk) return Back(current, old?.Key, filled, "refused");
        return FormAnswer.Done(http, TemasUrls.ComputedTraits(current.Value.Key.Value), "saved");
    }

    private static IResult Back(CurrentWorkspace current, string? of, TraitForm filled, string draft) =>
        Results.LocalRedirect(TemasUrls.ComputedTrait(current.Value.Key.Value, string.IsNullOrEmpty(of) ? null : of, [.. filled.Fields, ("draft", draft)]));
}
