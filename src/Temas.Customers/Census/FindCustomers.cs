using System.Globalization;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Census;

/// <summary>A customer of a list, with what the figures know of her.</summary>
/// <param name="Customer">Who she is.</param>
/// <param name="Stage">Lifecycle stage.</param>
/// <param name="Orders">Orders that were not cancelled.</param>
/// <param name="Journey">Perception of the journey; null when no touch was felt.</param>
/// <param name="LastEvent">Time of her last event, in milliseconds since 1970 UTC.</param>
/// <param name="Matches">How many touches or promises of hers the filter means; 0 where it speaks of none.</param>
public sealed record ListedCustomer(CustomerRef Customer, LifecycleStage Stage, int Orders, double? Journey, long LastEvent, long Matches);

/// <summary>A page of a list.</summary>
/// <param name="Customers">The customers.</param>
/// <param name="Total">How many the filter leaves.</param>
/// <param name="Matches">How many touches or promises of theirs the filter means.</param>
/// <param name="AsOf">The moment for which it holds.</param>
public sealed record CustomerList(IReadOnlyList<ListedCustomer> Customers, int Total, long Matches, DateTimeOffset AsOf);

/// <summary>Lists the customers that a filter leaves, out of the census: what a figure counts, its list shows.</summary>
public static class FindCustomers
{
    /// <summary>Customers on a page.</summary>
    public const int PageSize = 50;

    /// <summary>The orders that there are; <c>last</c> is the usual one.</summary>
    public static IReadOnlyList<string> Sorts { get; } = ["last", "first", "events", "orders", "best", "worst", "matches"];

    /// <summary>One page, beginning with 1.</summary>
    public static Result<CustomerList> Run(Workspace workspace, CustomerFilter filter, string? sort = null, int page = 1)
    {
        if (page < 1) return Problem.Invalid("page_invalid", "Pages begin with 1.", "page", page.ToString(CultureInfo.InvariantCulture));
        if (sort is { Length: > 0 } && !Sorts.Contains(sort)) return Problem.Invalid("sort_unknown", "There is no such order.", "sort", sort, $"Use one of {string.Join(", ", Sorts)}.");
        var census = workspace.Part<CustomerCensus>();
        if (census.Read() is not { } snapshot)
            return new Problem(ProblemKind.Unavailable, "figures_pending", $"The figures over all customers are being worked out: {census.Progress:P0} so far.") { WayOut = "Ask again in a few seconds." };
        var compiled = filter.Compile(snapshot);
        if (compiled.Problem is { } problem) return problem;
        var found = new List<(Portrait Portrait, long Matches)>();
        var matches = 0L;
        foreach (var portrait in snapshot.Portraits)
        {
            if (!compiled.Value.Holds(portrait, out var count)) continue;
            found.Add((portrait, count));
            matches += count;
        }

        var skip = (long)(page - 1) * PageSize;
        var sorted = Sorted(snapshot, found, sort).Skip((int)Math.Min(skip, int.MaxValue)).Take(PageSize).ToList();
        var customers = workspace.Part<CustomersProjection>();
        var listed = new List<ListedCustomer>(sorted.Count);
        foreach (var (portrait, count) in sorted)
        {
            // Who was erased meanwhile is gone at once, whatever the figures still say.
            if (customers.Resolve(IdentityGraph.FormatId(portrait.Id)) is not { } customer) continue;
            listed.Add(new ListedCustomer(customer, portrait.Stage, portrait.Orders, double.IsNaN(portrait.Journey) ? null : snapshot.JourneyOf(portrait), portrait.Last, count));
        }

        return new CustomerList(listed, found.Count, matches, Profiles.Instants.Of(snapshot.AsOf));
    }

    // Ids break ties, so that pages never overlap. Taking the first pages of a sorted sequence costs little more than one pass.
    private static IEnumerable<(Portrait Portrait, long Matches)> Sorted(CensusSnapshot snapshot, List<(Portrait Portrait, long Matches)> found, string? sort) => (sort switch
    {
        "first" => found.OrderByDescending(x => x.Portrait.First),
        "events" => found.OrderByDescending(x => x.Portrait.Events),
        "orders" => found.OrderByDescending(x => x.Portrait.Orders),
        "best" => found.OrderByDescending(x => double.IsNaN(x.Portrait.Journey) ? double.MinValue : snapshot.JourneyOf(x.Portrait)),
        "worst" => found.OrderBy(x => double.IsNaN(x.Portrait.Journey) ? double.MaxValue : snapshot.JourneyOf(x.Portrait)),
        "matches" => found.OrderByDescending(x => x.Matches),
        _ => found.OrderByDescending(x => x.Portrait.Last),
    }).ThenBy(x => x.Portrait.Id);
}
