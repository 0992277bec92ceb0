using System.Buffers;
using Temas.Collect.Contracts;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Collect;

/// <summary>The way into the log for what runs in this process: the same checks, the same receipts and the same durability as through HTTP.</summary>
public sealed class CollectPipeline
{
    private readonly IntakePool pool;

    internal CollectPipeline(IntakePool pool) => this.pool = pool;

    /// <summary>
    /// Takes Segment messages, as a JSON array or one a line, and answers when they are durable. Everything up to the queue of the log happens before this returns its task,
    /// so calls made one after the other keep their order even if the first has not been answered.
    /// </summary>
    /// <param name="workspace">Where they go.</param>
    /// <param name="source">Whose they are.</param>
    /// <param name="messages">UTF-8; not changed and not kept.</param>
    /// <param name="imported">True for history: the times stay as they are, whatever the clock says.</param>
    /// <param name="cancel">Stops waiting; what was handed to the log may be stored all the same.</param>
    /// <returns>What became of them; or <c>malformed_json</c> when nothing can be read, or the log's problem, in which case nothing was stored.</returns>
    public Task<Result<CollectOutcome>> AcceptAsync(Workspace workspace, Source source, ReadOnlyMemory<byte> messages, bool imported, CancellationToken cancel = default)
    {
        var intake = pool.Rent();
        var body = ArrayPool<byte>.Shared.Rent(messages.Length);
        try
        {
            messages.Span.CopyTo(body);
            var request = new IntakeRequest(
                source, BodyShape.Messages, EventType.None, imported, workspace.Clock.GetUtcNow().ToUnixTimeMilliseconds(), int.MaxValue, CatalogueCheck.Of(workspace));
            return StoreAsync(workspace, intake, intake.Read(body.AsSpan(0, messages.Length), request), cancel);
        }
        finally
        {
            // The batch has its own copy of every event.
            ArrayPool<byte>.Shared.Return(body);
        }
    }

    /// <summary>As above, for a source by number.</summary>
    public Task<Result<CollectOutcome>> AcceptAsync(
        Workspace workspace, SourceRegistry sources, int source, ReadOnlyMemory<byte> messages, bool imported, CancellationToken cancel = default) =>
        sources.Find(workspace, source) is { } found
            ? AcceptAsync(workspace, found, messages, imported, cancel)
            : Task.FromResult<Result<CollectOutcome>>(Problem.NotFound("source_unknown", "There is no source with this number.", "source"));

    private async Task<Result<CollectOutcome>> StoreAsync(Workspace workspace, Intake intake, Problem? fault, CancellationToken cancel)
    {
        var stored = await workspace.Log.AppendAsync(intake.Batch, cancel);
        if (stored.Problem is { } problem) return problem;
        var outcome = Count(intake);

        // Only an intake whose batch the log has let go of may serve another request: after a failure or a cancellation that is not sure.
        pool.Return(intake);
        return fault is null ? outcome : fault;
    }

    private static CollectOutcome Count(Intake intake)
    {
        var duplicates = 0;
        for (var i = 0; i < intake.Batch.Count; i++)
        {
            if (intake.Batch.ResultOf(i).Outcome == AppendOutcome.Duplicate) duplicates++;
        }

        return new CollectOutcome(intake.Batch.Count - duplicates, duplicates, [.. intake.Rejected]);
    }
}
