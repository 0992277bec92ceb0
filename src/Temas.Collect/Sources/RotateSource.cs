using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>Gives a source a new write key; the old one stops at once. Its events and its number stay.</summary>
public sealed class RotateSource(SourceRegistry registry)
{
    /// <summary>Changes the key. Fails with <c>source_unknown</c> or <c>source_revoked</c>.</summary>
    public async Task<Result<Source>> HandleAsync(Workspace workspace, int id, CancellationToken cancel = default)
    {
        var found = await SourceRules.FindAsync(workspace, id, cancel);
        if (found.Problem is { } unknown) return unknown;
        var changed = found.Value with { WriteKey = WriteKey.New() };
        await SourceStore.UpdateAsync(workspace.Database, changed, cancel);
        await registry.RefreshAsync(cancel);
        return changed;
    }
}
