using System.Globalization;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Storage.Workspaces;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Name">Name for people.</param>
/// <param name="Events">What happens to events that the catalogue does not know.</param>
/// <param name="Properties">What happens to properties that the catalogue does not know.</param>
/// <param name="Bots">What happens to events of robots.</param>
/// <param name="RateLimit">Events a second in the long run; 0 for no limit.</param>
internal sealed record SourceCreateRequest(string? Workspace, string Name, UnknownPolicy Events, UnknownPolicy Properties, UnknownPolicy Bots, int RateLimit);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Source">Name or number of a source.</param>
internal sealed record SourceChoice(string? Workspace, string Source);

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
internal sealed record SourceListRequest(string? Workspace);

/// <summary>A source, as the command line shows it.</summary>
internal sealed record SourceLine(int Id, string Name, string Key, string Workspace, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt, long Accepted, long Duplicates, long Dropped)
{
    public static SourceLine Of(Workspace workspace, Source source, IReadOnlyDictionary<string, long>? counts = null) => new(
        source.Id, source.Name, source.WriteKey, workspace.Key.Value, source.CreatedAt, source.RevokedAt,
        counts?.GetValueOrDefault("accepted") ?? 0,
        counts?.GetValueOrDefault("duplicate") ?? 0,
        counts?.Where(c => c.Key is not ("accepted" or "duplicate" or "erased")).Sum(c => c.Value) ?? 0);
}

internal sealed record SourceListAnswer(IReadOnlyList<SourceLine> Sources);

/// <summary>Where events come from, and the keys they write with.</summary>
internal static class SourceVerbs
{
    public static Verb<SourceCreateRequest, SourceLine> Create { get; } = new("source.create", VerbJson.Default.SourceCreateRequest, VerbJson.Default.SourceLine, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var made = await context.Services.GetRequiredService<CreateSource>().HandleAsync(
            found.Value, new CreateSourceRequest(request.Name, request.Events, request.Properties, request.Bots, request.RateLimit), context.Actor, cancel);
        return made.IsOk ? SourceLine.Of(found.Value, made.Value) : made.Problem!;
    });

    public static Verb<SourceListRequest, SourceListAnswer> List { get; } = new("source.list", VerbJson.Default.SourceListRequest, VerbJson.Default.SourceListAnswer, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var all = await context.Services.GetRequiredService<ListSources>().HandleAsync(found.Value, cancel);
        return new SourceListAnswer([.. all.Select(s => SourceLine.Of(found.Value, s.Source, s.Counts))]);
    });

    public static Verb<SourceChoice, SourceLine> Revoke { get; } = new("source.revoke", VerbJson.Default.SourceChoice, VerbJson.Default.SourceLine, async (context, request, cancel) =>
    {
        var (workspace, id, problem) = await FindAsync(context, request, cancel);
        if (problem is not null) return problem;
        var changed = await context.Services.GetRequiredService<ChangeSource>().RevokeAsync(workspace!, id, context.Actor, cancel);
        return changed.IsOk ? SourceLine.Of(workspace!, changed.Value) : changed.Problem!;
    });

    public static Verb<SourceChoice, SourceLine> Rotate { get; } = new("source.rotate", VerbJson.Default.SourceChoice, VerbJson.Default.SourceLine, async (context, request, cancel) =>
    {
        var (workspace, id, problem) = await FindAsync(context, request, cancel);
        if (problem is not null) return problem;
        var changed = await context.Services.GetRequiredService<ChangeSource>().RotateAsync(workspace!, id, context.Actor, cancel);
        return changed.IsOk ? SourceLine.Of(workspace!, changed.Value) : changed.Problem!;
    });

    private static async Task<(Workspace? Workspace, int Id, Problem? Problem)> FindAsync(VerbContext context, SourceChoice request, CancellationToken cancel)
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return (null, 0, found.Problem);
        var all = await context.Services.GetRequiredService<ListSources>().HandleAsync(found.Value, cancel);
        // Names are unique among the living only: a living one is meant before a revoked one of the same name.
        var source = all.Select(s => s.Source).Where(s => s.Name == request.Source).OrderBy(s => s.RevokedAt is not null).FirstOrDefault()
            ?? (int.TryParse(request.Source, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? all.Select(s => s.Source).FirstOrDefault(s => s.Id == id) : null);
        return source is not null
            ? (found.Value, source.Id, null)
            : (null, 0, Problem.NotFound("source_unknown", "There is no such source.", "source", request.Source, "List them with temas source list."));
    }
}
