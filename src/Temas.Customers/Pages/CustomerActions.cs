using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Api;
using Temas.Customers.Erasure;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Customers.Pages;

/// <summary>What the forms of a customer's page post: the same use cases as the API, answered with the page to show next.</summary>
internal static class CustomerActions
{
    /// <summary>Maps them.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/w/{workspace}/customers/{id}").ExcludeFromDescription();
        group.MapPost("/decide", DecideAsync).RequireAuthorization(Policies.Resolve);
        group.MapPost("/erase", EraseAsync).RequireAuthorization(Policies.Manage);
        routes.MapPost("/w/{workspace}/customers/held/decide", DecideHeldAsync).RequireAuthorization(Policies.Resolve).ExcludeFromDescription();
        group.MapGet("/export", ExportAsync).RequireAuthorization(Policies.Analyse);
    }

    private static Task<IResult> DecideAsync(
        string id, [FromForm] string? decision, [FromForm] string? a, [FromForm] string? b, [FromForm] long? of, CurrentWorkspace current, HttpContext http, CancellationToken cancel) =>
        DecideAndShowAsync(id, TemasUrls.Customer(current.Value.Key.Value, id, "identity"), new IdentityDecision(decision, a, b), of, current, http, cancel);

    private static Task<IResult> DecideHeldAsync(
        [FromForm] string? decision, [FromForm] string? a, [FromForm] string? b, [FromForm] long? of, CurrentWorkspace current, HttpContext http, CancellationToken cancel) =>
        DecideAndShowAsync(null, TemasUrls.Held(current.Value.Key.Value), new IdentityDecision(decision, a, b), of, current, http, cancel);

    /// <summary>Decides as the customer with <paramref name="id"/>; without one as whoever has the first identifier.</summary>
    private static async Task<IResult> DecideAndShowAsync(string? id, string page, IdentityDecision decision, long? of, CurrentWorkspace current, HttpContext http, CancellationToken cancel)
    {
        // The toast that offers the way back knows only where the decision stands: a cookie may not hold identifiers.
        if (of is { } position && PairOf(current.Value, position) is { } pair) decision = decision with { A = pair.A, B = pair.B };
        var wereOne = AreOne(current.Value, decision);
        var decided = await DecideIdentity.RunAsync(current.Value, id ?? decision.A ?? "", decision, current.Actor, cancel);
        if (decided.Problem is { } problem) return FormAnswer.Refused(page, problem);
        // A word that changed nothing yet is told as that: a confirmed link may still break a rule, and a forbidden one may have been held before.
        var code = decision.Decision switch
        {
            "confirm" when !decided.Value.AreOne => "confirm_held",
            "forbid" when !wereOne => "forbid_held",
            var word => word!,
        };
        return FormAnswer.Done(http, page, code, decided.Value.Position.ToString(CultureInfo.InvariantCulture));
    }

    private static bool AreOne(Workspace workspace, IdentityDecision decision) =>
        decision is { A: { Length: > 0 } a, B: { Length: > 0 } b } && ReadCustomer.Find(workspace, a) is { IsOk: true } first && ReadCustomer.Find(workspace, b) is { IsOk: true } second && first.Value.Id == second.Value.Id;

    private static async Task<IResult> EraseAsync(string id, [FromForm] string? reason, [FromForm] string? say, CurrentWorkspace current, IAuditTrail audit, HttpContext http, CancellationToken cancel)
    {
        var key = current.Value.Key.Value;
        var page = TemasUrls.Customer(key, id);
        var found = ReadCustomer.Find(current.Value, id);
        if (found.Problem is { } unknown) return FormAnswer.Refused(page, unknown);
        if (say?.Trim() != found.Value.Id[..4]) return FormAnswer.Refused(page, Problem.Invalid("not_confirmed", "The word that confirms it is not the one asked for.", "say"));
        var erased = await EraseCustomer.RunAsync(current.Value, id, reason ?? "", current.Actor, audit, cancel);
        if (erased.Problem is { } problem) return FormAnswer.Refused(page, problem);
        return FormAnswer.Done(http, TemasUrls.Customers(key), "erased", string.Create(CultureInfo.InvariantCulture, $"{erased.Value.Events}.{erased.Value.Identifiers}"));
    }

    private static async Task<IResult> ExportAsync(string id, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel)
    {
        var workspace = current.Value;
        var found = ReadCustomer.Find(workspace, id);
        if (!found.IsOk) return Results.LocalRedirect(TemasUrls.Customer(workspace.Key.Value, id));
        await audit.RecordAsync(new AuditEntry(workspace.Key, current.Actor, Audited.Exported, $"customer {found.Value.Id}"), cancel);
        return Results.Stream(output => ExportCustomer.WriteAsync(workspace, found.Value, output, cancel), "application/json", $"customer-{found.Value.Id}.json");
    }

    private static (string A, string B)? PairOf(Workspace workspace, long position)
    {
        if (workspace.Log.Read([position]) is not [{ Kind: LogRecordKind.Decision } stored]) return null;
        using var json = JsonDocument.Parse(stored.Json);
        return json.RootElement.TryGetProperty("a", out var a) && json.RootElement.TryGetProperty("b", out var b) && a.GetString() is { } first && b.GetString() is { } second
            ? (first, second) : null;
    }
}
