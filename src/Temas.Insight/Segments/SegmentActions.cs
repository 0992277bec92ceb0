using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;

namespace Temas.Insight.Segments;

/// <summary>What the pages of segments post. Every button of the builder is answered with the address of the page that it leads to, so that the address always says what the page shows.</summary>
internal static class SegmentActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/segments").ExcludeFromDescription();
        group.MapPost("edit", async (HttpContext http, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var form = await http.Request.ReadFormAsync(cancel);
                return Back(current, form["of"], SegmentForm.Read(form), null);
            })
            .RequireAuthorization(Policies.Read).WithMetadata(new ChangesNothing());
        group.MapPost("save", SaveAsync).RequireAuthorization(Policies.Engage);
        group.MapPost("remove", async ([FromForm] string? of, CurrentWorkspace current, HttpContext http, ChangeDefinition change, CancellationToken cancel) =>
            {
                var removed = await change.RemoveAsync(current.Value, SegmentKind.Name, of ?? "", current.Actor, cancel);
                return FormAnswer.Done(http, TemasUrls.Segments(current.Value.Key.Value), removed.IsOk ? "removed" : "gone", of ?? "");
            })
            .RequireAuthorization(Policies.Engage);
        group.MapPost("restore", async ([FromForm] string? of, [FromForm] int? version, CurrentWorkspace current, HttpContext http, ChangeDefinition change, CancellationToken cancel) =>
            {
                var restored = await change.RestoreAsync(current.Value, SegmentKind.Name, of ?? "", version, current.Actor, cancel);
                return FormAnswer.After(http, TemasUrls.Segments(current.Value.Key.Value), "restored", restored.Problem);
            })
            .RequireAuthorization(Policies.Engage);
    }

    private static async Task<IResult> SaveAsync(HttpContext http, CurrentWorkspace current, ChangeDefinition change, CancellationToken cancel)
    {
        var form = await http.Request.ReadFormAsync(cancel);
        var filled = SegmentForm.Read(form);
        var of = form["of"].ToString();
        var key = of.Length > 0 ? of : filled.Key;
        var isTaken = of.Length == 0 && ChangeDefinition.InForce(current.Value, SegmentKind.Name, key) is not null;
        if (isTaken || filled.Json is not null || !(await change.SaveAsync(current.Value, SegmentKind.Name, key, filled.ToJson(), current.Actor, cancel)).IsOk) return Back(current, of, filled, "refused");
        return FormAnswer.Done(http, TemasUrls.Segment(current.Value.Key.Value, key), "saved");
    }

    private static IResult Back(CurrentWorkspace current, string? of, SegmentForm filled, string? draft) =>
        Results.LocalRedirect(TemasUrls.Segment(current.Value.Key.Value, string.IsNullOrEmpty(of) ? null : of, [.. filled.Fields, ("draft", draft)]));
}
