using Temas.Collect.Contracts;
using Temas.Customers.Profiles;
using Temas.Storage.Workspaces;

namespace Temas.Customers.Census;

/// <summary>What a place of a filter is called.</summary>
internal static class ReadPlace
{
    /// <summary>The name of a touchpoint, or of a promise (<c>promise:KEY</c>); null when the catalogue has none.</summary>
    public static LocalText? Label(Workspace workspace, string place)
    {
        var catalogue = workspace.Part<LiveFoldRules>().Current.Catalogue;
        return place.StartsWith("promise:", StringComparison.Ordinal) ? catalogue.Promises.GetValueOrDefault(place["promise:".Length..])?.Label : catalogue.Touchpoints.GetValueOrDefault(place)?.Label;
    }
}
