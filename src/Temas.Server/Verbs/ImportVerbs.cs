using Temas.Collect;
using Temas.Collect.Contracts;
using Temas.Collect.Import;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Storage.Workspaces;

namespace Temas.Server.Verbs;

/// <param name="Workspace">Key of the workspace, or null for the only one.</param>
/// <param name="Source">Name of the source; made when there is none.</param>
internal sealed record ImportOpenRequest(string? Workspace, string Source);

/// <param name="Workspace">Key of the workspace.</param>
/// <param name="Source">Number of the source.</param>
internal sealed record ImportTarget(string Workspace, int Source);

/// <param name="Target">What <see cref="ImportVerbs.Open"/> gave.</param>
/// <param name="Lines">Segment messages, one JSON object a line.</param>
internal sealed record ImportSendRequest(ImportTarget Target, byte[] Lines);

/// <summary>The way of an import into the log. Files are read where the command runs; the messages come here in batches.</summary>
internal static class ImportVerbs
{
    public static Verb<ImportOpenRequest, ImportTarget> Open { get; } = new("import.open", VerbJson.Default.ImportOpenRequest, VerbJson.Default.ImportTarget, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Workspace);
        if (!found.IsOk) return found.Problem!;
        var source = await context.Services.GetRequiredService<CreateSource>().FindOrCreateAsync(found.Value, request.Source, context.Actor, cancel);
        return source.IsOk ? new ImportTarget(found.Value.Key.Value, source.Value.Id) : source.Problem!;
    });

    public static Verb<ImportSendRequest, ImportAnswer> Send { get; } = new("import.send", VerbJson.Default.ImportSendRequest, VerbJson.Default.ImportAnswer, async (context, request, cancel) =>
    {
        var found = context.Workspace(request.Target.Workspace);
        if (!found.IsOk) return found.Problem!;
        if (await FindAsync(context.Services.GetRequiredService<SourceRegistry>(), found.Value, request.Target.Source, cancel) is not { } source)
            return Problem.NotFound("source_unknown", "There is no source with this number.", "source");
        return await new CollectImportSink(context.Services.GetRequiredService<CollectPipeline>(), found.Value, source).SendAsync(request.Lines, cancel);
    });

    private static async Task<Source?> FindAsync(SourceRegistry sources, Workspace workspace, int id, CancellationToken cancel)
    {
        if (sources.Find(workspace, id) is { } known) return known;
        await sources.RefreshAsync(cancel);
        return sources.Find(workspace, id);
    }
}
