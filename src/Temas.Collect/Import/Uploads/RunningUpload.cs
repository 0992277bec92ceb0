namespace Temas.Collect.Import.Uploads;

/// <summary>The import of an upload that is running in a workspace, one at a time: a part of the workspace.</summary>
internal sealed class RunningUpload
{
    private UploadRun? current;

    /// <summary>The one that runs; null for none.</summary>
    public UploadRun? Current => Volatile.Read(ref current);

    /// <summary>Begins; false when another one runs.</summary>
    public bool TryBegin(UploadRun run) => Interlocked.CompareExchange(ref current, run, null) is null;

    /// <summary>It has ended.</summary>
    public void End(UploadRun run)
    {
        Interlocked.CompareExchange(ref current, null, run);
        run.HasEnded();
    }
}

/// <summary>A run of an import.</summary>
internal sealed class UploadRun(string id) : IProgress<ImportProgress>
{
    // Neither has a timer or a handle that would have to be given back.
    private readonly CancellationTokenSource cancel = new();
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Which upload.</summary>
    public string Id => id;

    /// <summary>How far it is.</summary>
    public ImportProgress? Progress { get; private set; }

    /// <summary>Says that it is to stop.</summary>
    public CancellationToken Cancelled => cancel.Token;

    /// <inheritdoc/>
    public void Report(ImportProgress value) => Progress = value;

    /// <summary>Stops it, and waits until it writes nothing any more.</summary>
    public async Task StopAsync()
    {
        await cancel.CancelAsync();
        await ended.Task;
    }

    /// <summary>Nothing more comes of it.</summary>
    public void HasEnded() => ended.TrySetResult();
}
