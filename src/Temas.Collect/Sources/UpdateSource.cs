using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>What to change of a source; what is null stays.</summary>
/// <param name="Name">New name.</param>
/// <param name="Events">What happens to events that the catalogue does not know.</param>
/// <param name="Properties">What happens to properties that the catalogue does not know.</param>
/// <param name="Bots">What happens to events of robots.</param>
/// <param name="RateLimit">Events a second in the long run; 0 for no limit.</param>
public sealed record UpdateSourceRequest(string? Name = null, UnknownPolicy? Events = null, UnknownPolicy? Properties = null, UnknownPolicy? Bots = null, int? RateLimit = null);

/// <summary>Changes name, policies or rate limit of a source.</summary>
public sealed class UpdateSource(SourceRegistry registry)
{
    /// <summary>Changes it. Fails with <c>source_unknown</c>, <c>source_revoked</c>, or as creating does.</summary>
    public async Task<Result<Source>> HandleAsync(Workspace workspace, int id, UpdateSourceRequest request, CancellationToken cancel = default)
    {
        var found = await SourceRules.FindAsync(workspace, id, cancel);
        if (found.Problem is { } unknown) return unknown;
        var name = found.Value.Name;
        if (request.Name is not null)
        {
            var wanted = SourceRules.Name(request.Name, (await SourceStore.ReadAsync(workspace.Database, cancel)).Where(other => other.Id != id));
            if (wanted.Problem is { } wrong) return wrong;
            name = wanted.Value;
        }

        if (request.RateLimit is { } asked && SourceRules.Rate(asked) is { } rate) return rate;
        var changed = found.Value with
        {
            Name = name,
            Events = request.Events ?? found.Value.Events,
            Properties = request.Properties ?? found.Value.Properties,
            Bots = request.Bots ?? found.Value.Bots,
            RateLimit = request.RateLimit ?? found.Value.RateLimit,
        };
        await SourceStore.UpdateAsync(workspace.Database, changed, cancel);
        await registry.RefreshAsync(cancel);
        return changed;
    }
}
