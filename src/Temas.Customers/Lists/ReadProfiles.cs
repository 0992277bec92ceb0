using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Lists;

/// <summary>Reads what a page of a list needs beyond the figures.</summary>
internal static class ReadProfiles
{
    // Names of traits are offered, not promised: a few customers with short timelines say enough.
    private const int Looked = 8, ShortTimeline = 300, Offered = 24;

    /// <summary>The profiles of the customers, by public id, with what columns of a list need of the traits that are questions.</summary>
    public static async Task<Dictionary<string, CustomerProfile>> RunAsync(Workspace workspace, IReadOnlyList<ListedCustomer> customers, IReadOnlyList<CustomerColumn> columns, TimeSpan? patience, CancellationToken cancel)
    {
        var folded = Run(workspace, customers);
        return (await AskTraits.AddAsync(workspace, [.. folded.Select(f => (f.Key, f.Value))], Computed(columns), null, patience, cancel)).Zip(folded.Keys).ToDictionary(p => p.Second, p => p.First);
    }

    /// <summary>The keys of the computed traits that columns show.</summary>
    public static IReadOnlySet<string> Computed(IEnumerable<CustomerColumn> columns) => columns.Where(c => c.Kind == ColumnKind.Computed).Select(c => c.Name).ToHashSet(StringComparer.Ordinal);

    private static Dictionary<string, CustomerProfile> Run(Workspace workspace, IEnumerable<ListedCustomer> customers)
    {
        var now = workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        return customers.ToDictionary(c => c.Customer.Id, c => FoldCustomer.Run(workspace, c.Customer, keepMoments: false).Finish(now));
    }

    /// <summary>Names of traits that some of the customers have, the most frequent first.</summary>
    public static IReadOnlyList<string> TraitNames(Workspace workspace, IReadOnlyList<ListedCustomer> customers, IReadOnlyDictionary<string, CustomerProfile>? known)
    {
        var profiles = known?.Values ?? Run(workspace, customers.Where(c => c.Customer.Events <= ShortTimeline).Take(Looked)).Values;
        return [.. profiles.SelectMany(p => p.Traits).SelectMany(Names).GroupBy(n => n, StringComparer.Ordinal).OrderByDescending(g => g.Count()).ThenBy(g => g.Key, StringComparer.Ordinal).Take(Offered).Select(g => g.Key)];
    }

    private static IEnumerable<string> Names(Trait trait)
    {
        if (trait.Value.Json is not ['{', ..] json) return [trait.Name];
        using var document = JsonDocument.Parse(json);
        return [.. document.RootElement.EnumerateObject().Select(member => $"{trait.Name}.{member.Name}")];
    }
}
