using Temas.Collect.Contracts;
using Temas.Collect.Feed;
using Temas.Collect.Import.Uploads;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Collect;

/// <summary>What Collect keeps in a workspace: sources, the catalogue, and who watches events come in.</summary>
public sealed class CollectModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => SourceStore.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds => LiveCatalogue.Kinds;

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
        var catalogue = new LiveCatalogue(workspace.Definitions);
        workspace.Add(catalogue);
        workspace.Add(new CatalogueCheck(catalogue));
        workspace.Add(new LiveFeed(workspace.Log));
        workspace.Add(new RunningUpload());
    }
}
