using Temas.Customers.Profiles;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Contracts;

/// <summary>What counts as an order in a workspace, by its rules for profiles.</summary>
public static class OrderRules
{
    /// <summary>The keys of the touchpoints that are orders.</summary>
    public static IReadOnlyList<string> Touchpoints(Workspace workspace) => workspace.Part<LiveFoldRules>().Current.Profile.Orders;
}
