using System.Threading.Channels;
using Temas.Collect.Import.Events;
using Temas.Collect.Import.Rows;
using Temas.Kernel;

namespace Temas.Collect.Import;

/// <summary>
/// The reading half of an import: goes through all files in order, maps each row, and hands on batches. Rows that an interrupted run has done are read and counted again,
/// because the message ids of repeated rows depend on it, but not mapped.
/// </summary>
internal sealed class ReadRows(ImportPlan plan, TimeProvider clock, long done, ChannelWriter<ImportBatch> target, Func<ImportBatch> rent, Action<long, long> skipping) : IDisposable
{
    private const int SkipReport = 200_000;

    private readonly MessageIds ids = new(plan.Key);
    private readonly EventMapper? mapper = plan.Mapping is null ? null : new EventMapper(plan.Mapping, clock);
    private readonly SegmentLine segment = new();
    private ImportBatch batch = rent();
    private long total;
    private long bytesBefore;

    /// <summary>True when all rows of all files were handed on.</summary>
    public bool Finished { get; private set; }

    /// <summary>Reads everything. A problem when a file cannot be read to its end; all rows before it have been handed on then.</summary>
    public async Task<Problem?> RunAsync(CancellationToken cancel)
    {
        foreach (var file in plan.Files)
        {
            var opened = TextWindow.Open(file.Path, plan.Mapping?.Input.Encoding);
            if (opened.Problem is { } problem) return await CloseAsync(problem, cancel);
            using var window = opened.Value;
            try
            {
                using var reader = plan.Read(window);
                List<Problem> problems = [];

                // An empty file has no columns and needs none.
                var row = plan.Mapping is null || reader.IsEmpty ? null : RowContext.Bind(reader, plan.Mapping, plan.Lookups, file.Path, problems);
                if (problems.Count > 0) return await CloseAsync(problems[0], cancel);
                if (!reader.IsEmpty) await ReadAsync(file, reader, row, cancel);
            }
            catch (Exception e) when (e is IOException or InvalidDataException)
            {
                return await CloseAsync(TextWindow.FileProblem(file.Path, e), cancel);
            }

            bytesBefore += file.Length;
        }

        await CloseAsync(null, cancel);
        Finished = true;
        return null;
    }

    public void Dispose() => mapper?.Dispose();

    private async Task ReadAsync(InputFile file, RowReader reader, RowContext? row, CancellationToken cancel)
    {
        long number = 0;
        while (reader.Read())
        {
            cancel.ThrowIfCancellationRequested();
            number++;
            total++;
            if (reader.Fault is null) ids.Take(reader);
            if (total <= done)
            {
                if (total % SkipReport == 0) skipping(total, bytesBefore + reader.BytesRead);
                continue;
            }

            var events = Map(file, reader, row, number);
            if (events > 0)
            {
                if (!batch.Fits(events, Made.Length)) await PostAsync(reader.BytesRead, cancel);
                batch.Add(file, reader.Line, reader.Raw, Made, events);
            }

            if (batch.IsDue) await PostAsync(reader.BytesRead, cancel);
        }
    }

    private ReadOnlySpan<byte> Made => mapper is null ? segment.Line : mapper.Lines;

    private int Map(InputFile file, RowReader reader, RowContext? row, long number)
    {
        RowFault? fault;
        var events = 0;
        if (row is null)
        {
            fault = segment.Take(reader, ids);
            events = 1;
        }
        else
        {
            if (row.Begin(number)) events = mapper!.Map(row, ids);
            fault = row.Fault;
        }

        if (fault is not null)
        {
            batch.Reject(file, reader.Line, fault, reader.Raw);
            return 0;
        }

        if (events == 0) batch.Skip();
        return events;
    }

    private async Task PostAsync(long bytesRead, CancellationToken cancel)
    {
        batch.BytesDone = bytesBefore + bytesRead;
        await target.WriteAsync(batch, cancel);
        batch = rent();
    }

    private async Task<Problem?> CloseAsync(Problem? problem, CancellationToken cancel)
    {
        if (batch.Rows > 0) await PostAsync(0, cancel);
        return problem;
    }
}
