using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Sources;

/// <summary>A source to be made.</summary>
/// <param name="Name">Name for people; unique.</param>
/// <param name="Events">What happens to events that the catalogue does not know; taken by default.</param>
/// <param name="Properties">What happens to properties that the catalogue does not know; taken by default.</param>
/// <param name="Bots">What happens to events of robots; flagged by default.</param>
/// <param name="RateLimit">Events a second in the long run; 0 for no limit, the default.</param>
/// <param name="Owner">The person or team that answers for what it sends; none by default.</param>
public sealed record CreateSourceRequest(string? Name, UnknownPolicy Events = UnknownPolicy.Allow, UnknownPolicy Properties = UnknownPolicy.Allow, UnknownPolicy Bots = UnknownPolicy.Flag, int RateLimit = 0, string? Owner = null);

/// <summary>Makes a source with a new write key.</summary>
public sealed class CreateSource(SourceRegistry registry, IAuditTrail audit)
{
    private readonly SemaphoreSlim naming = new(1, 1);

    /// <summary>Makes it. Fails with <c>source_name_invalid</c>, <c>source_name_taken</c>, <c>source_rate_invalid</c> or <c>source_owner_invalid</c>.</summary>
    public async Task<Result<Source>> HandleAsync(Workspace workspace, CreateSourceRequest request, Actor by, CancellationToken cancel = default)
    {
        var name = SourceRules.Name(request.Name, await SourceStore.ReadAsync(workspace.Database, cancel));
        if (name.Problem is { } wrong) return wrong;
        if (SourceRules.Rate(request.RateLimit) is { } rate) return rate;
        var owner = SourceRules.Owner(request.Owner ?? "");
        if (owner.Problem is { } nobody) return nobody;
        var source = await SourceStore.InsertAsync(
            workspace.Database,
            new Source
            {
                Id = 0,
                Name = name.Value,
                WriteKey = WriteKey.New(),
                Events = request.Events,
                Properties = request.Properties,
                Bots = request.Bots,
                RateLimit = request.RateLimit,
                Owner = owner.Value,
                CreatedAt = workspace.Clock.GetUtcNow(),
                CreatedBy = by.Name,
            },
            cancel);
        await registry.RefreshAsync(cancel);
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "source.created", FormattableString.Invariant($"source {source.Id}")) { After = ChangeSource.Facts(source) }, cancel);
        return source;
    }

    /// <summary>The source of this name that may write; made if there is none. For importers, which name their source.</summary>
    public Task<Result<Source>> FindOrCreateAsync(Workspace workspace, string name, Actor by, CancellationToken cancel = default) => FindOrCreateAsync(workspace, name, "", by, cancel);

    /// <summary>The same; one that is made has an owner.</summary>
    public async Task<Result<Source>> FindOrCreateAsync(Workspace workspace, string name, string owner, Actor by, CancellationToken cancel = default)
    {
        // Two of one name would be two senders, and the log would take the same message from each.
        await naming.WaitAsync(cancel);
        try
        {
            var known = (await SourceStore.ReadAsync(workspace.Database, cancel))
                .FirstOrDefault(source => source.RevokedAt is null && string.Equals(source.Name, name.Trim(), StringComparison.OrdinalIgnoreCase));
            if (known is null) return await HandleAsync(workspace, new CreateSourceRequest(name, Owner: owner), by, cancel);
            await registry.RefreshAsync(cancel);
            return known;
        }
        finally
        {
            naming.Release();
        }
    }
}
