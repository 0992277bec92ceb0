using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Routing;
using Temas.Customers.Erasure;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Customers.Api;

/// <summary>The HTTP API of customers. In addresses a customer is her public id or any identifier, <c>kind:value</c>.</summary>
internal static class CustomerEndpoints
{
    /// <summary>Maps it.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/customers").WithTags("Customers");
        group.MapGet("", Results<JsonHttpResult<FoundListBody>, ProblemResult> (string? q, int? limit, CurrentWorkspace current) =>
            {
                var found = SearchCustomers.Run(current.Value, q, limit ?? 50);
                return found.Problem is { } problem ? problem.ToResult() : Json(new FoundListBody([.. found.Value.Customers.Select(FoundBody.Of)]), CustomersJson.Default.FoundListBody);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<FoundListBody>()
            .WithSummary("Finds customers by a piece of a name or identifier; without q those active last");
        group.MapGet("/held", JsonHttpResult<HeldBody> (int? limit, CurrentWorkspace current) =>
                Json(new HeldBody([.. ReadLedger.Held(current.Value, limit ?? 100).Select(LedgerLineBody.Of)]), CustomersJson.Default.HeldBody))
            .RequireAuthorization(Policies.Read)
            .Produces<HeldBody>()
            .WithSummary("Lists links between identifiers that were held back, with the reason");
        group.MapGet("/erasures", async Task<JsonHttpResult<ErasureList>> (int? limit, CurrentWorkspace current, CancellationToken cancel) =>
                Json(new ErasureList(await EraseCustomer.ListAsync(current.Value, Math.Clamp(limit ?? 100, 1, 1000), cancel)), CustomersJson.Default.ErasureList))
            .RequireAuthorization(Policies.Read)
            .Produces<ErasureList>()
            .WithSummary("Lists the proofs of erasure; they hold no personal data");
        group.MapGet("/{customer}", async Task<Results<JsonHttpResult<CustomerBody>, ProblemResult>> (string customer, DateTimeOffset? asOf, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var read = await ReadCustomer.RunAsync(current.Value, Named(customer), asOf, cancel: cancel);
                return read.Problem is { } problem ? problem.ToResult() : Json(CustomerBody.Of(read.Value.Customer, read.Value.Profile), CustomersJson.Default.CustomerBody);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<CustomerBody>()
            .WithSummary("Reads a customer: identifiers, traits, computed traits, promises, consent, lifecycle, perception");
        group.MapGet("/{customer}/timeline", Results<JsonHttpResult<TimelineBody>, ProblemResult> (
                string customer, DateTimeOffset? from, DateTimeOffset? to, string? touchpoint, string? stage, string? channel, string? type, string? order, int? limit, string? after, CurrentWorkspace current) =>
            {
                if (order is not (null or "asc" or "desc")) return Problem.Invalid("order_unknown", "The order is asc or desc.", "order", order).ToResult();
                var page = ReadTimeline.Run(current.Value, Named(customer), new TimelineFilter
                {
                    From = from,
                    To = to,
                    Touchpoints = Words(touchpoint),
                    Stages = Words(stage),
                    Channels = Words(channel),
                    Types = Words(type),
                    Ascending = order == "asc",
                    Limit = limit ?? 50,
                    After = after,
                });
                return page.Problem is { } problem
                    ? problem.ToResult()
                    : Json(new TimelineBody(page.Value.Customer, [.. page.Value.Items.Select(MomentBody.Of)], page.Value.Next, page.Value.Total), CustomersJson.Default.TimelineBody);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<TimelineBody>()
            .WithSummary("Reads a customer's timeline with touchpoints, perception and its evidence, newest first; lists in filters are separated by commas");
        group.MapGet("/{customer}/ledger", Results<JsonHttpResult<LedgerBody>, ProblemResult> (string customer, CurrentWorkspace current) =>
            {
                var ledger = ReadLedger.Run(current.Value, Named(customer));
                return ledger.Problem is { } problem ? problem.ToResult() : Json(LedgerBody.Of(ledger.Value), CustomersJson.Default.LedgerBody);
            })
            .RequireAuthorization(Policies.Read)
            .Produces<LedgerBody>()
            .WithSummary("Reads which events joined a customer's identifiers, and what was held back");
        group.MapPost("/{customer}/decisions", async Task<Results<JsonHttpResult<DecidedIdentity>, ProblemResult>> (string customer, IdentityDecision body, CurrentWorkspace current, CancellationToken cancel) =>
            {
                var decided = await DecideIdentity.RunAsync(current.Value, Named(customer), body, current.Actor, cancel);
                return decided.Problem is { } problem ? problem.ToResult() : Json(decided.Value, CustomersJson.Default.DecidedIdentity);
            })
            .RequireAuthorization(Policies.Resolve)
            .Produces<DecidedIdentity>()
            .WithSummary("Confirms or forbids that two identifiers are one customer, or withdraws such a decision");
        group.MapGet("/{customer}/export", async Task<Results<PushStreamHttpResult, ProblemResult>> (string customer, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
            {
                var workspace = current.Value;
                var found = ReadCustomer.Find(workspace, Named(customer));
                if (found.Problem is { } problem) return problem.ToResult();
                await audit.RecordAsync(new AuditEntry(workspace.Key, current.Actor, Audited.Exported, $"customer {found.Value.Id}"), cancel);
                return TypedResults.Stream(output => ExportCustomer.WriteAsync(workspace, found.Value, output, cancel), "application/json", $"customer-{found.Value.Id}.json");
            })
            .RequireAuthorization(Policies.Analyse)
            .WithSummary("Exports everything about a customer as one JSON document");
        group.MapDelete("/{customer}", async Task<Results<JsonHttpResult<ErasureProof>, ProblemResult>> (string customer, string? reason, CurrentWorkspace current, IAuditTrail audit, CancellationToken cancel) =>
            {
                var erased = await EraseCustomer.RunAsync(current.Value, Named(customer), reason ?? "request", current.Actor, audit, cancel);
                return erased.Problem is { } problem ? problem.ToResult() : Json(erased.Value, CustomersJson.Default.ErasureProof);
            })
            .RequireAuthorization(Policies.Manage)
            .Produces<ErasureProof>()
            .WithSummary("Erases a customer for good and gives the proof");
    }

    private static JsonHttpResult<T> Json<T>(T body, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type) => TypedResults.Json(body, type);

    // The server leaves an encoded slash as it is, for it would be another path.
    private static string Named(string customer) => customer.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);

    private static IReadOnlyList<string> Words(string? list) => list is null ? [] : list.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
}
