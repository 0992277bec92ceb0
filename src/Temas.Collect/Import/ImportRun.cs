using System.Threading.Channels;
using Temas.Kernel;

namespace Temas.Collect.Import;

/// <summary>
/// Imports files: reads rows, makes events of them as a mapping says, and sends them. Nothing is imported twice, however often and from whichever point it is repeated;
/// memory stays bounded however large the files are (docs/importing.md).
/// </summary>
public static class ImportRun
{
    // Two batches wait, one is filled, and up to four are in flight: about 4 MB of messages.
    private const int Waiting = 2;

    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    /// <summary>Runs an import to its end, or until it is cancelled or cannot go on; the report tells which. Never throws on what stands in the files.</summary>
    /// <param name="request">What to import.</param>
    /// <param name="sink">Where to; not used by a dry run.</param>
    /// <param name="progress">Told after every batch.</param>
    /// <param name="clock">The clock: times in the future are rejected.</param>
    /// <param name="cancel">Stops reading. What was sent is waited for, at most ten seconds, and the next run continues behind it.</param>
    public static async Task<ImportReport> RunAsync(ImportRequest request, IImportSink? sink, IProgress<ImportProgress>? progress, TimeProvider clock, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(clock);
        if (!request.DryRun) ArgumentNullException.ThrowIfNull(sink);
        try
        {
            var (plan, problems) = await Task.Run(() => PrepareImport.Run(request, cancel), cancel);
            if (plan is null) return Refused(problems);
            if (!request.DryRun) Directory.CreateDirectory(request.StateFolder);
            return await RunAsync(plan, request, request.DryRun ? null : sink, progress, clock, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return Refused([]) with { Cancelled = true };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused([new Problem(ProblemKind.Unavailable, "import_state_unwritable", $"The import cannot begin: {e.Message}")]);
        }
    }

    private static async Task<ImportReport> RunAsync(ImportPlan plan, ImportRequest request, IImportSink? sink, IProgress<ImportProgress>? progress, TimeProvider clock, CancellationToken cancel)
    {
        var checkpoint = request.DryRun ? null : Checkpoint.Load(Checkpoint.PathOf(request.StateFolder, plan.Digest));
        if (checkpoint is null && !request.DryRun)
        {
            foreach (var file in plan.Files) RejectFile.RemoveOld(RejectFile.PathsFor(file.Path, request));
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        using var hard = new CancellationTokenSource();
        await using var grace = cancel.Register(() => hard.CancelAfter(Grace));
        var channel = Channel.CreateBounded<ImportBatch>(new BoundedChannelOptions(Waiting) { SingleReader = true, SingleWriter = true, FullMode = BoundedChannelFullMode.Wait });
        var send = new SendBatches(plan, request, sink, progress, checkpoint, clock);
        using var read = new ReadRows(plan, clock, checkpoint?.Rows ?? 0, channel.Writer, send.Rent, send.ReportSkipping);
        var reading = Task.Run(() => ReadAsync(read, channel.Writer, stop.Token), CancellationToken.None);

        List<Problem> problems = [];
        var answered = false;
        try
        {
            if (await Task.Run(() => send.RunAsync(channel.Reader, stop, hard.Token), CancellationToken.None) is { } sending) problems.Add(sending);
            answered = true;
        }
        catch (OperationCanceledException) when (hard.IsCancellationRequested)
        {
            // The sink did not answer in time; what it may have stored is a duplicate for the next run.
        }
        finally
        {
            await stop.CancelAsync();
        }

        if (await reading is { } reader && problems.Count == 0) problems.Add(reader);
        var completed = answered && read.Finished && problems.Count == 0;
        if (completed) send.RemoveCheckpoint();
        return new ImportReport(
            completed ? send.Counts with { Bytes = plan.TotalBytes } : send.Counts,
            problems, !completed && problems.Count == 0, checkpoint is not null, send.Preview, send.Rejects, send.RejectFiles);
    }

    private static async Task<Problem?> ReadAsync(ReadRows read, ChannelWriter<ImportBatch> target, CancellationToken stop)
    {
        try
        {
            return await read.RunAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            target.Complete();
        }
    }

    private static ImportReport Refused(IReadOnlyList<Problem> problems) => new(new ImportProgress(0, 0, 0, 0, 0, 0, 0, 0), problems, false, false, [], [], []);
}
