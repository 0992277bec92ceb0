using System.Collections.Concurrent;
using System.Threading.Channels;
using Temas.Kernel;

namespace Temas.Collect.Import;

/// <summary>
/// The sending half of an import: keeps a few batches in flight, takes the answers in order, writes rejects and checkpoint.
/// </summary>
internal sealed class SendBatches(ImportPlan plan, ImportRequest request, IImportSink? sink, IProgress<ImportProgress>? progress, Checkpoint? from, TimeProvider clock)
{
    private const int InFlight = 4;
    private const int Tries = 6;
    private const int KeptRejects = 100;

    private readonly ConcurrentBag<ImportBatch> pool = [];
    private readonly Dictionary<string, RejectFile> rejectFiles = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> rejectLengths = new(from?.RejectLengths ?? new Dictionary<string, long>(), StringComparer.Ordinal);
    private readonly string checkpointPath = Checkpoint.PathOf(request.StateFolder, plan.Digest);
    private readonly List<string> preview = [];
    private readonly List<ImportReject> rejects = [];
    private ImportProgress counts = new(from?.Rows ?? 0, from?.Events ?? 0, 0, plan.TotalBytes, from?.Accepted ?? 0, from?.Duplicates ?? 0, from?.Rejected ?? 0, from?.Skipped ?? 0);

    /// <summary>The counts so far.</summary>
    public ImportProgress Counts => counts;

    /// <summary>The first events of a dry run.</summary>
    public IReadOnlyList<string> Preview => preview;

    /// <summary>The first rejects.</summary>
    public IReadOnlyList<ImportReject> Rejects => rejects;

    /// <summary>The reject files that hold something.</summary>
    public IReadOnlyList<string> RejectFiles => [.. rejectFiles.Values.Select(f => f.Path)];

    /// <summary>An empty batch.</summary>
    public ImportBatch Rent() => pool.TryTake(out var batch) ? batch : new ImportBatch();

    /// <summary>Tells how far the reading of rows is that are done already.</summary>
    public void ReportSkipping(long rows, long bytes) => progress?.Report(counts with { Rows = rows, Bytes = bytes });

    /// <summary>
    /// Sends what comes until it ends, or until a problem. <paramref name="stop"/> is cancelled then, so that the reader ends too; <paramref name="hard"/> ends the waiting for answers.
    /// </summary>
    public async Task<Problem?> RunAsync(ChannelReader<ImportBatch> source, CancellationTokenSource stop, CancellationToken hard)
    {
        Queue<(ImportBatch Batch, Task<Result<ImportAnswer>> Answer)> sent = new();
        Problem? problem = null;
        try
        {
            // Not cancelled itself: what was read is sent and answered for, so that a stop leaves nothing half done.
            await foreach (var batch in source.ReadAllAsync(CancellationToken.None))
            {
                if (problem is not null) continue;
                sent.Enqueue((batch, SendAsync(batch, hard)));
                if (sent.Count >= InFlight || sent.Peek().Answer.IsCompleted) problem = await SettleAsync(sent.Dequeue());
                if (problem is not null) await stop.CancelAsync();
            }

            while (sent.Count > 0)
            {
                var settled = problem is null ? await SettleAsync(sent.Dequeue()) : await ForgetAsync(sent.Dequeue().Answer);
                problem ??= settled;
            }

            return problem;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await stop.CancelAsync();
            while (sent.Count > 0) await ForgetAsync(sent.Dequeue().Answer);
            await foreach (var _ in source.ReadAllAsync(CancellationToken.None))
            {
            }

            return new Problem(ProblemKind.Unavailable, "import_state_unwritable", $"The reject file or the checkpoint cannot be written: {e.Message}") { WayOut = "Make room or give the right to write, and repeat the import: it continues where it stopped." };
        }
        finally
        {
            foreach (var file in rejectFiles.Values) file.Dispose();
        }
    }

    /// <summary>The import came to its end: the next one begins anew.</summary>
    public void RemoveCheckpoint()
    {
        if (!request.DryRun) File.Delete(checkpointPath);
    }

    private static async Task<Problem?> ForgetAsync(Task<Result<ImportAnswer>> answer)
    {
        await ((Task)answer).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
        return null;
    }

    private async Task<Result<ImportAnswer>> SendAsync(ImportBatch batch, CancellationToken hard)
    {
        if (sink is null || batch.Events == 0) return new ImportAnswer(0, 0, []);
        for (var attempt = 1; ; attempt++)
        {
            var answer = await sink.SendAsync(batch.Lines.WrittenMemory, hard);
            if (answer.Problem is not { Kind: ProblemKind.Unavailable or ProblemKind.TooMany } problem || attempt == Tries) return answer;
            await Task.Delay(problem.RetryAfter ?? TimeSpan.FromMilliseconds(250 << attempt), clock, hard);
        }
    }

    private async Task<Problem?> SettleAsync((ImportBatch Batch, Task<Result<ImportAnswer>> Answer) sent)
    {
        var result = await sent.Answer;
        if (result.Problem is { } problem) return problem;
        var (batch, answer) = (sent.Batch, result.Value);
        if (sink is not null && answer.Accepted + answer.Duplicates + answer.Rejected.Count != batch.Events)
            return new Problem(ProblemKind.Unavailable, "import_answer_incomplete", $"Of {batch.Events} events only {answer.Accepted + answer.Duplicates + answer.Rejected.Count} were answered for.") { WayOut = "Repeat the import: what is stored already is not stored twice." };

        foreach (var reject in batch.Rejects) Write(reject);
        foreach (var refused in answer.Rejected) Write(batch.Refused(refused));
        counts = counts with
        {
            Rows = counts.Rows + batch.Rows,
            Events = counts.Events + batch.Events,
            Bytes = batch.BytesDone,
            Accepted = counts.Accepted + answer.Accepted,
            Duplicates = counts.Duplicates + answer.Duplicates,
            Rejected = counts.Rejected + batch.Rejects.Count + answer.Rejected.Count,
            Skipped = counts.Skipped + batch.Skipped,
        };
        if (request.DryRun) TakePreview(batch);
        else Save();
        progress?.Report(counts);
        batch.Reset();
        pool.Add(batch);
        return request.MaxRejects is { } most && counts.Rejected > most
            ? Problem.Invalid("too_many_rejects", $"{counts.Rejected} rows or events were rejected; the limit is {most}.", "maxRejects", null, "Look into the reject file, mend the mapping or the rows, and repeat the import.")
            : null;
    }

    private void Write(ImportReject reject)
    {
        if (rejects.Count < KeptRejects) rejects.Add(reject with { Row = reject.Row.Length > 2000 ? string.Concat(reject.Row.AsSpan(0, 1999), "…") : reject.Row });
        if (request.DryRun) return;
        if (!rejectFiles.TryGetValue(reject.File, out var file))
        {
            file = RejectFile.Open(RejectFile.PathsFor(reject.File, request), rejectLengths.GetValueOrDefault(reject.File));
            rejectFiles.Add(reject.File, file);
        }

        file.Write(reject);
    }

    private void Save()
    {
        foreach (var (input, file) in rejectFiles)
        {
            file.Flush();
            rejectLengths[input] = file.Length;
        }

        new Checkpoint
        {
            Rows = counts.Rows,
            Events = counts.Events,
            Accepted = counts.Accepted,
            Duplicates = counts.Duplicates,
            Rejected = counts.Rejected,
            Skipped = counts.Skipped,
            RejectLengths = rejectLengths,
        }.Save(checkpointPath);
    }

    private void TakePreview(ImportBatch batch)
    {
        var lines = batch.Lines.WrittenSpan;
        while (preview.Count < request.Preview && !lines.IsEmpty)
        {
            var end = lines.IndexOf((byte)'\n');
            preview.Add(System.Text.Encoding.UTF8.GetString(lines[..end]));
            lines = lines[(end + 1)..];
        }
    }
}
