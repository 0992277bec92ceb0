using Temas.Customers.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Census;

/// <summary>Portraits of some customers.</summary>
internal static class AmongPortraits
{
    /// <summary>Those of the customers of some numbers; all where none are given. Whoever was joined with another since goes by that one's number.</summary>
    public static IEnumerable<Portrait> Of(Workspace workspace, IEnumerable<Portrait> portraits, IReadOnlySet<int>? customers)
    {
        if (customers is null) return portraits;
        var some = portraits as IReadOnlyList<Portrait> ?? [.. portraits];
        var (nodes, numbers) = (new int[some.Count], new int[some.Count]);
        for (var i = 0; i < nodes.Length; i++) nodes[i] = some[i].Node;
        workspace.Part<ICustomerNodes>().CustomersOf(nodes, numbers);
        return some.Where((_, at) => customers.Contains(numbers[at]));
    }
}
