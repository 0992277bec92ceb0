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

    private sealed record Asked(CensusSnapshot Snapshot, IEnumerable<Portrait> Portraits, CustomerFilter.Compiled Filter, Func<Portrait, long, int, double> Key, bool IsCut);

    /// <summary>A customer's place in a list: the greater key comes first, and of equal ones the lower id, so that pages never overlap.</summary>
    private readonly record struct Place(double Key, Portrait Portrait, long Matches) : IComparable<Place>
    {
        /// <summary>Whoever comes later is less.</summary>
        public int CompareTo(Place other) => Key != other.Key ? Key.CompareTo(other.Key) : other.Portrait.Id.CompareTo(Portrait.Id);
    }

    /// <summary>One page, beginning with 1. A problem of the kind <see cref="ProblemKind.Unavailable"/> while the figures are worked out for the first time.</summary>
    public static async Task<Result<CustomerList>> RunAsync(Workspace workspace, CustomerFilter filter, string? text, string? sort, int page, CancellationToken cancel)
    {
        if (page < 1) return Problem.Invalid("page_invalid", "Pages begin with 1.", "page", page.ToString(CultureInfo.InvariantCulture));
        var read = await AskAsync(workspace, filter, text, sort, cancel);
        if (read.Problem is { } problem) return problem;
        var asked = read.Value;
        // Only as many as the pages up to this one hold are kept on the way, the last of them on top: of a million, most are looked at once and let go.
        var most = (int)Math.Min(int.MaxValue, (long)page * PageSize);
        var best = new PriorityQueue<Place, Place>();
        var (total, matches) = (0, 0L);
        foreach (var place in Places(asked))
        {
            total++;
            matches += place.Matches;
            if (best.Count < most) best.Enqueue(place, place);
            else if (best.Peek().CompareTo(place) < 0) best.EnqueueDequeue(place, place);
        }

        var shown = new List<Place>();
        for (var first = (long)(page - 1) * PageSize; best.Count > first;) shown.Add(best.Dequeue());
        shown.Reverse();
        return new CustomerList([.. Listed(workspace, asked, shown)], total, matches, asked.IsCut, Instants.Of(asked.Snapshot.AsOf));
    }

    /// <summary>All of them, in order, read as they are asked for.</summary>
    public static async Task<Result<CustomerListing>> AllAsync(Workspace workspace, CustomerFilter filter, string? text, string? sort, CancellationToken cancel)
    {
        var read = await AskAsync(workspace, filter, text, sort, cancel);
        if (read.Problem is { } problem) return problem;
        var places = Places(read.Value).ToList();
        places.Sort((x, y) => y.CompareTo(x));
        return new CustomerListing(Listed(workspace, read.Value, places), Instants.Of(read.Value.Snapshot.AsOf));
    }

    private static async Task<Result<Asked>> AskAsync(Workspace workspace, CustomerFilter filter, string? text, string? sort, CancellationToken cancel)
    {
        if (sort is { Length: > 0 } && !Sorts.Contains(sort)) return Problem.Invalid("sort_unknown", "There is no such order.", "sort", sort, $"Use one of {string.Join(", ", Sorts)}.");
        if ((SearchCustomers.Check(text) ?? filter.Check()) is { } wrong) return wrong;
        var among = await ICustomerSegments.OfAsync(workspace, filter.Segment, cancel);
        if (among.Problem is { } unready) return unready;
        var census = workspace.Part<CustomerCensus>();
        if (census.Read() is not { } snapshot)
            return new Problem(ProblemKind.Unavailable, "figures_pending", $"The figures over all customers are being worked out: {census.Progress:P0} so far.") { WayOut = "Ask again in a few seconds." };
        var compiled = filter.Compile(snapshot);
        if (compiled.Problem is { } problem) return problem;
        if (string.IsNullOrWhiteSpace(text)) return new Asked(snapshot, AmongPortraits.Of(workspace, snapshot.Portraits, among.Value), compiled.Value, KeyOf(snapshot, sort, isSearch: false), IsCut: false);
        var named = workspace.Part<CustomersProjection>().Search(text, MostFound + 1);
        return new Asked(snapshot, AmongPortraits.Of(workspace, named.Take(MostFound).Select(c => snapshot.Find(c)).OfType<Portrait>(), among.Value), compiled.Value, KeyOf(snapshot, sort, isSearch: true), named.Count > MostFound);
    }

    private static IEnumerable<Place> Places(Asked asked)
    {
        var at = 0;
        foreach (var portrait in asked.Portraits)
        {
            if (asked.Filter.Holds(portrait, out var matches)) yield return new Place(asked.Key(portrait, matches, at++), portrait, matches);
        }
    }

    private static IEnumerable<ListedCustomer> Listed(Workspace workspace, Asked asked, IEnumerable<Place> places)
    {
        var customers = workspace.Part<CustomersProjection>();
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (_, portrait, matches) in places)
        {
            // Who was erased meanwhile is gone at once, whatever the figures still say.
            if (customers.Resolve(IdentityGraph.FormatId(portrait.Id)) is not { } customer) continue;
            // Who was joined since has a portrait for each of those whom she was; one of them is listed.
            if ((asked.Snapshot.Find(customer) is { } hers && !ReferenceEquals(hers, portrait)) || !named.Add(customer.Id)) continue;
            yield return new ListedCustomer(customer, portrait.Stage, portrait.Orders, double.IsNaN(portrait.Journey) ? null : asked.Snapshot.JourneyOf(portrait), portrait.Last, matches);
        }
    }

    // What a text found stays in the order of the search, unless another is asked for.
    private static Func<Portrait, long, int, double> KeyOf(CensusSnapshot snapshot, string? sort, bool isSearch) => sort switch
    {
        "first" => (portrait, _, _) => portrait.First,
        "events" => (portrait, _, _) => portrait.Events,
        "orders" => (portrait, _, _) => portrait.Orders,
        "best" => (portrait, _, _) => double.IsNaN(portrait.Journey) ? double.MinValue : snapshot.JourneyOf(portrait),
        "worst" => (portrait, _, _) => double.IsNaN(portrait.Journey) ? double.MinValue : -snapshot.JourneyOf(portrait),
        "matches" => (_, matches, _) => matches,
        null when isSearch => (_, _, at) => -at,
        _ => (portrait, _, _) => portrait.Last,
    };
}
