using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>A source with what it has sent.</summary>
/// <param name="Source">The source.</param>
/// <param name="Counts">How many events met which fate since the beginning: <c>accepted</c>, <c>duplicate</c>, <c>erased</c>, or the reason of a drop.</param>
public sealed record SourceWithCounts(Source Source, IReadOnlyDictionary<string, long> Counts);

/// <summary>All sources of a workspace, revoked ones included.</summary>
public sealed class ListSources
{
    /// <summary>Reads them, by number.</summary>
    public async Task<IReadOnlyList<SourceWithCounts>> HandleAsync(Workspace workspace, CancellationToken cancel = default)
    {
        var counts = (await workspace.Log.CountAsync(cancel)).ToLookup(count => count.Source);
        return
        [
            .. (await SourceStore.ReadAsync(workspace.Database, cancel))
                .Select(source => new SourceWithCounts(source, counts[source.Id].ToDictionary(count => count.Fate, count => count.Count, StringComparer.Ordinal))),
        ];
    }
}
