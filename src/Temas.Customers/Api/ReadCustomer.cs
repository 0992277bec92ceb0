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
    /// <summary>The customer and her profile, as of <paramref name="asOf"/> or now.</summary>
    public static Result<CustomerView> Run(Workspace workspace, string customer, DateTimeOffset? asOf = null)
    {
        var found = Find(workspace, customer);
        if (found.Problem is { } problem) return problem;
        var moment = (asOf ?? workspace.Clock.GetUtcNow()).ToUnixTimeMilliseconds();
        var fold = FoldCustomer.Run(workspace, found.Value, keepMoments: false, asOf is null ? long.MaxValue : moment);
        return new CustomerView(found.Value, fold.Finish(moment));
    }

    /// <summary>As <see cref="Run"/>, in the form in which the HTTP API answers: one JSON object.</summary>
    public static Result<JsonElement> RunJson(Workspace workspace, string customer, DateTimeOffset? asOf = null)
    {
        var read = Run(workspace, customer, asOf);
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
