using Temas.Customers.Identity;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Census;

/// <summary>The customers whose events came last: on them a definition is tried before it is saved.</summary>
internal static class RecentCustomers
{
    /// <summary>So many customers are looked at, at most.</summary>
    public const int Most = 200;

    /// <summary>So many events, at most: whoever has more of them is a robot or a test.</summary>
    private const int MostEvents = 50_000, MostOfOne = 10_000;

    /// <summary>Those customers, active last first.</summary>
    public static IEnumerable<CustomerRef> Of(Workspace workspace)
    {
        var customers = workspace.Part<CustomersProjection>();
        // The figures may be a moment behind; who came last is known at once.
        var recent = customers.Recent(Most).Concat((workspace.Part<CustomerCensus>().Read()?.Portraits ?? [])
            .OrderByDescending(p => p.Last).ThenBy(p => p.Id).Take(Most).Select(p => customers.Resolve(IdentityGraph.FormatId(p.Id))).OfType<CustomerRef>()).DistinctBy(c => c.Id).Take(Most);
        var events = 0;
        foreach (var customer in recent)
        {
            if (customer.Events is 0 or > MostOfOne) continue;
            if ((events += customer.Events) > MostEvents) yield break;
            yield return customer;
        }
    }
}
