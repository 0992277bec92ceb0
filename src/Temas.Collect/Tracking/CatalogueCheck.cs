using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Tracking;

/// <summary>The intake's questions, answered by the catalogue of a workspace.</summary>
internal sealed class CatalogueCheck : ICatalogueCheck
{
    private static readonly CatalogueCheck Everything = new();

    /// <summary>The catalogue in force in a workspace.</summary>
    public static ICatalogueCheck Of(Workspace workspace) => Everything;

    public bool Knows(EventType type, ReadOnlySpan<byte> name) => true;

    public void FindUnknownProperties(EventType type, ReadOnlySpan<byte> name, ReadOnlySpan<byte> properties, List<byte[]> unknown)
    {
    }
}
