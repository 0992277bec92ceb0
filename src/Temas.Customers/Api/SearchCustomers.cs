using System.Globalization;
using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Api;

/// <summary>Customers that were found, the best match first.</summary>
public sealed record FoundCustomers(IReadOnlyList<CustomerRef> Customers);

/// <summary>Finds customers by a piece of a name or of any identifier; without a text, those active last.</summary>
public static class SearchCustomers
{
    /// <summary>Longest answer.</summary>
    public const int MaxLimit = 200;

    /// <summary>Longest text, in characters.</summary>
    public const int MaxText = 200;

    /// <summary>The customers.</summary>
    public static Result<FoundCustomers> Run(Workspace workspace, string? text, int limit = 50)
    {
        if (limit is < 1 or > MaxLimit)
            return Problem.Invalid("limit_invalid", $"An answer has 1 to {MaxLimit} customers.", "limit", limit.ToString(CultureInfo.InvariantCulture), "Ask for fewer.");
        if (Check(text) is { } problem) return problem;
        var customers = workspace.Part<CustomersProjection>();
        return new FoundCustomers(string.IsNullOrWhiteSpace(text) ? customers.Recent(limit) : customers.Search(text, limit));
    }

    /// <summary>What is wrong with a text to search for, if anything.</summary>
    internal static Problem? Check(string? text) => text is { Length: > MaxText } ? Problem.Invalid("search_too_long", $"A search has at most {MaxText} characters.", "q", null, "Shorten it.") : null;
}
