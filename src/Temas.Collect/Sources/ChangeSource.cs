using System.Text.Json.Nodes;
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
/// <param name="Sites">Origins of the websites that may show surveys with the key; none for any.</param>
/// <param name="Owner">The person or team that answers for what it sends; empty for nobody.</param>
public sealed record UpdateSourceRequest(
    string? Name = null, UnknownPolicy? Events = null, UnknownPolicy? Properties = null, UnknownPolicy? Bots = null, int? RateLimit = null, IReadOnlyList<string>? Sites = null, string? Owner = null);

/// <summary>Changes a source that may still write. All fail with <c>source_unknown</c> or <c>source_revoked</c>.</summary>
public sealed class ChangeSource(SourceRegistry registry, IAuditTrail audit)
{
    /// <summary>Changes name, policies, rate limit, sites or owner. Fails as creating does, too.</summary>
    public Task<Result<Source>> UpdateAsync(Workspace workspace, int id, UpdateSourceRequest request, Actor by, CancellationToken cancel = default) =>
        ApplyAsync(workspace, id, "source.changed", by, async before =>
        {
            var name = before.Name;
            if (request.Name is not null)
            {
                var wanted = SourceRules.Name(request.Name, (await SourceStore.ReadAsync(workspace.Database, cancel)).Where(other => other.Id != id));
                if (wanted.Problem is { } wrong) return wrong;
                name = wanted.Value;
            }

            if (request.RateLimit is { } asked && SourceRules.Rate(asked) is { } rate) return rate;
            var sites = before.Sites;
            if (request.Sites is not null)
            {
                var wanted = SourceRules.Sites(request.Sites);
                if (wanted.Problem is { } wrong) return wrong;
                sites = wanted.Value;
            }

            var owner = before.Owner;
            if (request.Owner is not null)
            {
                var wanted = SourceRules.Owner(request.Owner);
                if (wanted.Problem is { } wrong) return wrong;
                owner = wanted.Value;
            }

            return before with
            {
                Name = name,
                Events = request.Events ?? before.Events,
                Properties = request.Properties ?? before.Properties,
                Bots = request.Bots ?? before.Bots,
                RateLimit = request.RateLimit ?? before.RateLimit,
                Sites = sites,
                Owner = owner,
            };
        }, cancel);

    /// <summary>Gives it a new write key; the old one stops at once. Its events and its number stay.</summary>
    public Task<Result<Source>> RotateAsync(Workspace workspace, int id, Actor by, CancellationToken cancel = default) =>
        ApplyAsync(workspace, id, "source.key_rotated", by, before => Task.FromResult<Result<Source>>(before with { WriteKey = WriteKey.New() }), cancel);

    /// <summary>Ends it: its key stops writing at once, and for good. What it sent stays.</summary>
    public Task<Result<Source>> RevokeAsync(Workspace workspace, int id, Actor by, CancellationToken cancel = default) =>
        ApplyAsync(workspace, id, "source.revoked", by, before => Task.FromResult<Result<Source>>(before with { RevokedAt = workspace.Clock.GetUtcNow() }), cancel);

    /// <summary>What the audit trail holds of a source; never its key.</summary>
    internal static string Facts(Source source) => new JsonObject
    {
        ["name"] = source.Name,
        ["events"] = SourceStore.NameOf(source.Events),
        ["properties"] = SourceStore.NameOf(source.Properties),
        ["bots"] = SourceStore.NameOf(source.Bots),
        ["rateLimit"] = source.RateLimit,
        ["sites"] = source.Sites,
        ["owner"] = source.Owner,
        ["revoked"] = source.RevokedAt is not null,
    }.ToJsonString();

    private async Task<Result<Source>> ApplyAsync(Workspace workspace, int id, string action, Actor by, Func<Source, Task<Result<Source>>> change, CancellationToken cancel)
    {
        var found = await SourceRules.FindAsync(workspace, id, cancel);
        if (found.Problem is { } unknown) return unknown;
        var changed = await change(found.Value);
        if (changed.Problem is { } wrong) return wrong;
        await SourceStore.UpdateAsync(workspace.Database, changed.Value, cancel);
        await registry.RefreshAsync(cancel);
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, action, FormattableString.Invariant($"source {id}")) { Before = Facts(found.Value), After = Facts(changed.Value) }, cancel);
        return changed;
    }
}
