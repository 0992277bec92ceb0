using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>Ends a source: its key stops writing at once, and for good. What it sent stays.</summary>
public sealed class RevokeSource(SourceRegistry registry)
{
    /// <summary>Revokes it. Fails with <c>source_unknown</c> or <c>source_revoked</c>.</summary>
    public async Task<Result<Source>> HandleAsync(Workspace workspace, int id, CancellationToken cancel = default)
    {
        var found = await SourceRules.FindAsync(workspace, id, cancel);
        if (found.Problem is { } unknown) return unknown;
        var changed = found.Value with { RevokedAt = workspace.Clock.GetUtcNow() };
        await SourceStore.UpdateAsync(workspace.Database, changed, cancel);
        await registry.RefreshAsync(cancel);
        return changed;
    }
}
