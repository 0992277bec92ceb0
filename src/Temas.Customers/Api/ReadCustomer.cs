using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Api;

/// <summary>Who a customer is, and her profile.</summary>
public sealed record CustomerView(CustomerRef Customer, CustomerProfile Profile);

/// <summary>Reads one customer by public id or by any of her identifiers (<c>kind:value</c>).</summary>
public static class ReadCustomer
{
    /// <summary>The customer and her profile, as of <paramref name="asOf"/> or now. For those of its traits that are questions columns are waited for as long as <paramref name="patience"/> says, by default as long as for any question.</summary>
    public static async Task<Result<CustomerView>> RunAsync(Workspace workspace, string customer, DateTimeOffset? asOf = null, TimeSpan? patience = null, CancellationToken cancel = default)
    {
        var found = Find(workspace, customer);
        if (found.Problem is { } problem) return problem;
        var moment = (asOf ?? workspace.Clock.GetUtcNow()).ToUnixTimeMilliseconds();
        var fold = FoldCustomer.Run(workspace, found.Value, keepMoments: false, asOf is null ? long.MaxValue : moment);
        return new CustomerView(found.Value, await AskTraits.AddAsync(workspace, found.Value.Id, fold.Finish(moment), asOf, patience, cancel));
    }

    /// <summary>As <see cref="RunAsync"/>, in the form in which the HTTP API answers: one JSON object.</summary>
    public static async Task<Result<JsonElement>> RunJsonAsync(Workspace workspace, string customer, DateTimeOffset? asOf = null, CancellationToken cancel = default)
    {
        var read = await RunAsync(workspace, customer, asOf, cancel: cancel);
        return read.Problem is { } problem ? problem : JsonSerializer.SerializeToElement(CustomerBody.Of(read.Value.Customer, read.Value.Profile), CustomersJson.Default.CustomerBody);
    }

    /// <summary>The customer alone, or the problem that there is none.</summary>
    public static Result<CustomerRef> Find(Workspace workspace, string customer)
    {
        if (customer.Length is 0 or > 1000) return Problem.Invalid("customer_invalid", "A customer is named by public id or by kind:value of an identifier.", "customer", customer, "Write for example email:ada@example.com.");
        if (workspace.Part<CustomersProjection>().Resolve(customer) is { } known) return known;
        return Problem.NotFound("customer_unknown", "No customer has this identifier.", "customer", null, "Search for the customer, or write the identifier as kind:value, for example user_id:42.");
    }
}
