using System.Globalization;
using Temas.Customers.Api;
using Temas.Customers.Census;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Lists;

/// <summary>A customer of a list, with what the figures know of her.</summary>
/// <param name="Customer">Who she is.</param>
/// <param name="Stage">Lifecycle stage.</param>
/// <param name="Orders">Orders that were not cancelled.</param>
/// <param name="Journey">Perception of the journey; null when no touch was felt.</param>
/// <param name="LastEvent">Time of her last event, in milliseconds since 1970 UTC.</param>
/// <param name="Matches">How many touches or promises of hers the filter means; 0 where it speaks of none.</param>
public sealed record ListedCustomer(CustomerRef Customer, LifecycleStage Stage, int Orders, double? Journey, long LastEvent, long Matches)
{
    /// <summary>One of whom the figures know nothing yet.</summary>
    internal static ListedCustomer Of(CustomerRef customer) => new(customer, LifecycleStage.Prospect, 0, null, customer.LastSeen, 0);
}

/// <summary>A page of a list.</summary>
/// <param name="Customers">The customers.</param>
/// <param name="Total">How many the filter leaves.</param>
/// <param name="Matches">How many touches or promises of theirs the filter means.</param>
/// <param name="IsCut">The text found more than <see cref="FindCustomers.MostFound"/>; only the best were looked at.</param>
/// <param name="AsOf">The moment for which it holds.</param>
public sealed record CustomerList(IReadOnlyList<ListedCustomer> Customers, int Total, long Matches, bool IsCut, DateTimeOffset AsOf);

/// <summary>A whole list, read as it is asked for.</summary>
public sealed record CustomerListing(IEnumerable<ListedCustomer> Customers, DateTimeOffset AsOf);

/// <summary>Lists the customers that a filter leaves, out of the census: what a figure counts, its list shows. With a text, those of them whom it finds.</summary>
public static class FindCustomers
{
    /// <summary>Customers on a page.</summary>
    public const int PageSize = 50;

    /// <summary>Of those whom a text finds so many are looked at, the best matches first.</summary>
    public const int MostFound = 1000;

    /// <summary>The orders that there are; <c>last</c> is the usual one, or the best match when a text is searched for.</summary>
    public static IReadOnlyList<string> Sorts { get; } = ["last", "first", "events", "orders", "best", "worst", "matches"];

    private sealed record Found(CensusSnapshot Snapshot, List<(Portrait Portrait, long Matches)> Customers, long Matches, bool IsSearch, bool IsCut);

    /// <summary>One page, beginning with 1. A problem of the kind <see cref="ProblemKind.Unavailable"/> while the figures are worked out for the first time.</summary>
    public static Result<CustomerList> Run(Workspace workspace, CustomerFilter filter, string? text = null, string? sort = null, int page = 1)
    {
        if (page < 1) return Problem.Invalid("page_invalid", "Pages begin with 1.", "page", page.ToString(CultureInfo.InvariantCulture));
        var read = Find(workspace, filter, text, sort);
        if (read.Problem is { } problem) return problem;
        var found = read.Value;
        var skip = (long)(page - 1) * PageSize;
        // Taking the first pages of a sorted sequence costs little more than one pass.
        var listed = Listed(workspace, found, Sorted(found, sort).Skip((int)Math.Min(skip, int.MaxValue)).Take(PageSize)).ToList();
        return new CustomerList(listed, found.Customers.Count, found.Matches, found.IsCut, Instants.Of(found.Snapshot.AsOf));
    }

    /// <summary>All of them, in order, read as they are asked for.</summary>
    public static Result<CustomerListing> All(Workspace workspace, CustomerFilter filter, string? text = null, string? sort = null)
    {
        var found = Find(workspace, filter, text, sort);
        return found.Problem is { } problem ? problem : new CustomerListing(Listed(workspace, found.Value, Sorted(found.Value, sort)), Instants.Of(found.Value.Snapshot.AsOf));
    }

    private static Result<Found> Find(Workspace workspace, CustomerFilter filter, string? text, string? sort)
    {
        if (sort is { Length: > 0 } && !Sorts.Contains(sort)) return Problem.Invalid("sort_unknown", "There is no such order.", "sort", sort, $"Use one of {string.Join(", ", Sorts)}.");
        if ((SearchCustomers.Check(text) ?? filter.Check()) is { } wrong) return wrong;
        var census = workspace.Part<CustomerCensus>();
        if (census.Read() is not { } snapshot)
            return new Problem(ProblemKind.Unavailable, "figures_pending", $"The figures over all customers are being worked out: {census.Progress:P0} so far.") { WayOut = "Ask again in a few seconds." };
        var compiled = filter.Compile(snapshot);
        if (compiled.Problem is { } problem) return problem;
        var (isSearch, isCut) = (!string.IsNullOrWhiteSpace(text), false);
        IEnumerable<Portrait> asked = snapshot.Portraits;
        if (isSearch)
        {
            var named = workspace.Part<CustomersProjection>().Search(text!, MostFound + 1);
            isCut = named.Count > MostFound;
            asked = named.Take(MostFound).Select(c => snapshot.Find(c)).OfType<Portrait>();
        }

        var found = new List<(Portrait Portrait, long Matches)>();
        var matches = 0L;
        foreach (var portrait in asked)
        {
            if (!compiled.Value.Holds(portrait, out var count)) continue;
            found.Add((portrait, count));
            matches += count;
        }

        return new Found(snapshot, found, matches, isSearch, isCut);
    }

    private static IEnumerable<ListedCustomer> Listed(Workspace workspace, Found found, IEnumerable<(Portrait Portrait, long Matches)> some)
    {
        var customers = workspace.Part<CustomersProjection>();
        foreach (var (portrait, count) in some)
        {
            // Who was erased meanwhile is gone at once, whatever the figures still say.
            if (customers.Resolve(IdentityGraph.FormatId(portrait.Id)) is not { } customer) continue;
            // Who was joined since has a portrait for each of those whom she was; one of them is listed.
            if (found.Snapshot.Find(customer) is { } hers && !ReferenceEquals(hers, portrait)) continue;
            yield return new ListedCustomer(customer, portrait.Stage, portrait.Orders, double.IsNaN(portrait.Journey) ? null : found.Snapshot.JourneyOf(portrait), portrait.Last, count);
        }
    }

    // Ids break ties, so that pages never overlap. What a text found stays in the order of the search, unless another is asked for.
    private static IEnumerable<(Portrait Portrait, long Matches)> Sorted(Found found, string? sort)
    {
        var (all, snapshot) = (found.Customers, found.Snapshot);
        return sort switch
        {
            "first" => all.OrderByDescending(x => x.Portrait.First).ThenBy(x => x.Portrait.Id),
            "events" => all.OrderByDescending(x => x.Portrait.Events).ThenBy(x => x.Portrait.Id),
            "orders" => all.OrderByDescending(x => x.Portrait.Orders).ThenBy(x => x.Portrait.Id),
            "best" => all.OrderByDescending(x => double.IsNaN(x.Portrait.Journey) ? double.MinValue : snapshot.JourneyOf(x.Portrait)).ThenBy(x => x.Portrait.Id),
            "worst" => all.OrderBy(x => double.IsNaN(x.Portrait.Journey) ? double.MaxValue : snapshot.JourneyOf(x.Portrait)).ThenBy(x => x.Portrait.Id),
            "matches" => all.OrderByDescending(x => x.Matches).ThenBy(x => x.Portrait.Id),
            null when found.IsSearch => all,
            _ => all.OrderByDescending(x => x.Portrait.Last).ThenBy(x => x.Portrait.Id),
        };
    }
}
