using Temas.Customers.Contracts;
using Temas.Feedback.Asking.Decisions;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Asking.Pages;

/// <summary>The names of those about whom was decided, as they are now.</summary>
internal static class AskNames
{
    /// <summary>By the public id under which the ask is kept; those who are gone are left out.</summary>
    public static IReadOnlyDictionary<string, string> Of(Workspace workspace, IEnumerable<Ask> asks)
    {
        var nodes = workspace.Part<ICustomerNodes>();
        var ids = asks.Select(a => a.Customer).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        var links = nodes.LinksOf([.. ids.Select(id => nodes.Find(id) ?? -1)]);
        return ids.Zip(links).Where(l => l.Second is not null).ToDictionary(l => l.First, l => l.Second!.Name, StringComparer.Ordinal);
    }
}
