using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Api;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;
using Temas.Ui;
using Temas.Ui.Http;
using Temas.Ui.Preferences;

namespace Temas.Customers.Lists;

/// <summary>The HTTP API of lists of customers, and what the page of the list posts.</summary>
internal static class ListEndpoints
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/customers").WithTags("Customers");
        group.MapGet("/list", async Task<Results<JsonHttpResult<CustomerListBody>, ProblemResult>> ([AsParameters] CustomerFilter filter, string? q, string? sort, int? page, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var list = await FindCustomers.RunAsync(current.Value, filter, q, Given(sort), page ?? 1, cancel);
                return list.Problem is { } problem ? problem.ToResult() : TypedResults.Json(CustomerListBody.Of(list.Value), CustomersJson.Default.CustomerListBody);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<CustomerListBody>()
            .WithSummary("Lists the customers that a filter leaves, 50 a page: what a figure counts, its list shows");
        group.MapGet("/list.csv", async Task<Results<PushStreamHttpResult, ProblemResult>> (
                [AsParameters] CustomerFilter filter, string? q, string? sort, [FromQuery] string[]? columns, string? separator, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
            {
                if (separator is not (null or "" or "comma" or "semicolon")) return Problem.Invalid("separator_unknown", "Values are separated by a comma or a semicolon.", "separator", separator, "Use comma or semicolon.").ToResult();
                var (workspace, by) = (current.Value, current.Actor);
                if (CustomerColumn.Read(columns) is var chosen && chosen.Problem is { } unknown) return unknown.ToResult();
                var list = await FindCustomers.AllAsync(workspace, filter, q, Given(sort), cancel);
                if (list.Problem is { } problem) return problem.ToResult();
                if (await AskTraits.ProblemAsync(workspace, ReadProfiles.Computed(chosen.Value), cancel) is { } unready) return unready.ToResult();
                var target = $"{string.Join(' ', filter.Query.Where(x => !string.IsNullOrEmpty(x.Value)).Select(x => $"{x.Name}={x.Value}"))} columns={string.Join(',', chosen.Value)}".Trim();
                return TypedResults.Stream(
                    async output =>
                    {
                        // Written down before the first line leaves: an export that breaks off has left, too.
                        await audit.RecordAsync(new AuditEntry(workspace.Key, by, Audited.ListExported, target), CancellationToken.None);
                        await ExportList.WriteAsync(workspace, list.Value.Customers, chosen.Value, separator == "semicolon" ? ';' : ',', output, cancel);
                    },
                    "text/csv; charset=utf-8",
                    string.Create(CultureInfo.InvariantCulture, $"customers-{workspace.Key.Value}-{list.Value.AsOf:yyyyMMdd-HHmm}.csv"));
            })
            .RequireAuthorization(Policies.Analyse)
            .Produces(StatusCodes.Status200OK, contentType: "text/csv")
            .WithSummary("Exports the customers that a filter leaves as CSV, with the columns that are asked for");

        var pages = routes.MapGroup("/w/{workspace}/customers/views").RequireAuthorization(Policies.Resolve).ExcludeFromDescription();
        pages.MapPost("save", SaveAsync);
        pages.MapPost("remove", RemoveAsync);
        pages.MapPost("restore", RestoreAsync);
    }

    private static async Task<IResult> SaveAsync([FromForm] string? name, [FromForm] string? query, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel)
    {
        var shown = SavedViewForm.Read(name, query);
        var page = TemasUrls.CustomersWhere(current.Value.Key.Value, shown.Query);
        // The name is what people go by: saving under a name that is there replaces that view.
        var key = SavedViewKind.Of(current.Value).FirstOrDefault(v => SearchText.Fold(v.Name) == SearchText.Fold(shown.Name))?.Key ?? shown.Key;
        var saved = await change.SaveAsync(current.Value, SavedViewKind.Instance.Kind, key, (shown with { Key = key }).ToJson(), current.Actor, cancel);
        if (saved.Problem is { } problem) return Results.LocalRedirect(TemasUrls.With(page, ("problem", problem.Code)));
        new Flash("view_saved").Leave(http);
        return Results.LocalRedirect(TemasUrls.CustomersWhere(current.Value.Key.Value, (shown with { Key = key }).Query));
    }

    private static async Task<IResult> RemoveAsync([FromForm] string? key, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel)
    {
        var removed = await change.RemoveAsync(current.Value, SavedViewKind.Instance.Kind, key ?? "", current.Actor, cancel);
        if (removed.IsOk) new Flash("view_removed", key!).Leave(http);
        return Results.LocalRedirect(TemasUrls.Customers(current.Value.Key.Value));
    }

    private static async Task<IResult> RestoreAsync([FromForm] string? key, CurrentWorkspace current, ChangeDefinition change, HttpContext http, CancellationToken cancel)
    {
        var kind = SavedViewKind.Instance.Kind;
        if (await current.Value.Definitions.HistoryAsync(kind, key ?? "", cancel) is not [{ Removed: true } last, ..]) return Results.LocalRedirect(TemasUrls.Customers(current.Value.Key.Value));
        var restored = await change.SaveAsync(current.Value, kind, last.Key, last.Json, current.Actor, cancel);
        if (restored.IsOk) new Flash("view_saved").Leave(http);
        return Results.LocalRedirect(TemasUrls.CustomersWhere(current.Value.Key.Value, restored.IsOk ? SavedViewKind.Instance.Read(last.Key, last.Json).Query : []));
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) ? null : text;
}
