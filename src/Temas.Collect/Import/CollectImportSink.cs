using Temas.Collect.Contracts;
using Temas.Collect.Tracking;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Import;

/// <summary>Sends an import into the log of this process, as history of one source: the same checks and receipts as through HTTP, the times as they are.</summary>
/// <param name="pipeline">The way into the log.</param>
/// <param name="workspace">Where it goes.</param>
/// <param name="source">Whose events they are. Message ids are apart for each source: the same file under another source is imported anew.</param>
public sealed class CollectImportSink(CollectPipeline pipeline, Workspace workspace, Source source) : IImportSink
{
    /// <inheritdoc/>
    public async Task<Result<ImportAnswer>> SendAsync(ReadOnlyMemory<byte> jsonLines, CancellationToken cancel)
    {
        var result = await pipeline.AcceptAsync(workspace, source, jsonLines, imported: true, cancel);
        if (result.Problem is { } problem) return problem;
        var outcome = result.Value;
        return new ImportAnswer(outcome.Accepted, outcome.Duplicates, [.. outcome.Rejected.Select(Told)]);
    }

    private static RejectedMessage Told(RejectedEvent rejected) => new(
        rejected.Index,
        DropReasons.NameOf(rejected.Reason),
        rejected.Problem.WayOut is { } wayOut ? $"{rejected.Problem.Detail} {wayOut}" : rejected.Problem.Detail,
        rejected.Problem.Field);
}
