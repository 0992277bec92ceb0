using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Collect;

/// <summary>What Collect keeps in a workspace: its sources.</summary>
public sealed class CollectModule : IWorkspaceModule
{
    /// <inheritdoc/>
    public IReadOnlyList<Migration> Migrations => SourceStore.Migrations;

    /// <inheritdoc/>
    public IReadOnlyList<IDefinitionKind> DefinitionKinds => [];

    /// <inheritdoc/>
    public void Attach(Workspace workspace)
    {
    }
}
