using System.Globalization;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Collect.Import.Mapping;
using Temas.Collect.Sources;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Import.Uploads;

/// <summary>
/// Imports of files that were uploaded: the one importer, run by the server in the background, one at a time in each workspace. A server that stops leaves them where they are; they go on when somebody says so.
/// </summary>
public sealed partial class ImportUploads(
    CollectPipeline pipeline, CreateSource sources, ImportOptions options, WorkspaceRegistry workspaces, IAuditTrail audit, TimeProvider clock, ILogger<ImportUploads> log) : IHostedService, IDisposable
{
    /// <summary>Rejected rows are personal data: so long they can be fetched.</summary>
    public const int RejectDays = 30;

    /// <summary>And so are files: so long one waits to be imported.</summary>
    public const int WaitDays = 30;

    private static readonly TimeSpan LookEvery = TimeSpan.FromHours(1), HalfUploaded = TimeSpan.FromDays(2);

    private const int Shown = 5;

    private readonly CancellationTokenSource ending = new();
    private Task looking = Task.CompletedTask;

    /// <summary>Largest file, in bytes.</summary>
    public long MaxBytes => options.MaxBytes;

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        looking = Task.Run(LookAsync, CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public void Dispose() => ending.Dispose();

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await ending.CancelAsync();
        await looking.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.WhenAll(workspaces.All.Select(w => w.FindPart<RunningUpload>()?.Current?.StopAsync() ?? Task.CompletedTask)).WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>All uploads of a workspace, newest first.</summary>
    public IReadOnlyList<UploadedImport> List(Workspace workspace)
    {
        var root = UploadFolder.Root(workspace);
        if (!Directory.Exists(root)) return [];
        return [.. Directory.EnumerateDirectories(root).Select(f => Find(workspace, Path.GetFileName(f))).OfType<UploadedImport>().OrderByDescending(i => i.At)];
    }

    /// <summary>Removes what has lain too long: files that nobody imported, with all that belongs to them, and rejected rows.</summary>
    public async Task ExpireAsync(Workspace workspace)
    {
        var root = UploadFolder.Root(workspace);
        if (!Directory.Exists(root)) return;
        var now = clock.GetUtcNow();
        foreach (var path in Directory.EnumerateDirectories(root).ToList())
        {
            var (id, folder) = (Path.GetFileName(path), new UploadFolder(workspace, Path.GetFileName(path)));
            if (Find(workspace, id) is not { } import)
            {
                // A file that did not arrive whole, as the server ended meanwhile.
                if (folder.Read() is null && Directory.GetLastWriteTimeUtc(path) < now.UtcDateTime - HalfUploaded) folder.Remove();
                continue;
            }

            if (import.State is UploadState.Draft or UploadState.Stopped or UploadState.Failed && (import.EndedAt ?? import.At) < now.AddDays(-WaitDays))
            {
                folder.Remove();
                await audit.RecordAsync(new AuditEntry(workspace.Key, Actor.System, "import.expired", $"import {id}"), CancellationToken.None);
            }
            else if (import.HasRejects && import.EndedAt < now.AddDays(-RejectDays))
            {
                File.Delete(folder.Rejects(import));
                folder.Write(import with { HasRejects = false });
            }
        }
    }

    private async Task LookAsync()
    {
        try
        {
            using var timer = new PeriodicTimer(LookEvery, clock);
            do
            {
                foreach (var workspace in workspaces.All)
                {
                    try
                    {
                        await ExpireAsync(workspace);
                    }
                    catch (Exception e) when (e is IOException or UnauthorizedAccessException)
                    {
                        LogNotExpired(workspace.Key.Value, e);
                    }
                }
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
            // The server ends.
        }
    }

    /// <summary>Changes when an import gets further.</summary>
    public static string VersionOf(UploadedImport import) => FormattableString.Invariant($"{import.State}.{import.Progress?.Bytes}.{import.Progress?.Rows}");

    /// <summary>One of them, as it is now; null when there is none.</summary>
    public UploadedImport? Find(Workspace workspace, string id)
    {
        // Asked first: whoever runs writes down what came of it before it is no longer running.
        var current = workspace.Part<RunningUpload>().Current;
        if (!Guid.TryParseExact(id, "N", out _) || new UploadFolder(workspace, id).Read() is not { } import) return null;
        if (current is { } run && run.Id == id) return import with { State = UploadState.Running, Progress = run.Progress ?? import.Progress };
        // The server that ran it is gone.
        return import.State == UploadState.Running ? import with { State = UploadState.Stopped } : import;
    }

    /// <summary>Takes a file in. What is larger than allowed is refused, and nothing of it stays.</summary>
    public async Task<Result<UploadedImport>> AddAsync(Workspace workspace, string? name, Stream content, Actor by, CancellationToken cancel = default)
    {
        var now = clock.GetUtcNow();
        var import = new UploadedImport { Id = Guid.CreateVersion7(now).ToString("N", CultureInfo.InvariantCulture), File = SafeName(name), Bytes = 0, At = now, By = by.Name };
        var folder = new UploadFolder(workspace, import.Id);
        try
        {
            folder.Make();
            folder.Make("file");
            await using (var file = new FileStream(folder.Data(import), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 17, FileOptions.Asynchronous))
            {
                var buffer = new byte[1 << 17];
                int read;
                while ((read = await content.ReadAsync(buffer, cancel)) > 0)
                {
                    if (file.Length + read > options.MaxBytes) throw new InvalidDataException();
                    await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                }

                import = import with { Bytes = file.Length };
            }

            folder.MakeSample(import);
            var detected = DetectFile.Run(folder.Sample(import));
            if (detected.Problem is { } problem)
            {
                folder.Remove();
                return problem;
            }

            import = import with { Form = MappingForm.Guess(detected.Value, import.File, WorkspaceSettings.Of(workspace).TimeZone) };
            if (detected.Value.Format != "segment") folder.WriteMapping(MappingForm.ToYaml(import.Form, detected.Value));
            folder.Write(import);
        }
        catch (InvalidDataException)
        {
            folder.Remove();
            return Problem.Invalid("file_too_large", string.Create(CultureInfo.InvariantCulture, $"The file has more than {options.MaxBytes / 1024 / 1024} MB."), "file", null, "Pack it with gzip, cut it into several files, or use ./temas import on the server.");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or OperationCanceledException)
        {
            folder.Remove();
            if (e is OperationCanceledException) throw;
            return new Problem(ProblemKind.Unavailable, "upload_failed", $"The file could not be kept: {e.Message}") { Field = "file" };
        }

        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "import.uploaded", $"import {import.Id}"), CancellationToken.None);
        return import;
    }

    /// <summary>What the file looks like.</summary>
    public Result<DetectedFile> Detect(Workspace workspace, UploadedImport import)
    {
        var delimiter = import.Form.GetValueOrDefault("delimiter");
        return DetectFile.Run(
            new UploadFolder(workspace, import.Id).Sample(import), import.Form.GetValueOrDefault("encoding"),
            delimiter switch { null => null, "tab" or "\\t" => '\t', { Length: 1 } => delimiter[0], _ => null }, import.Form.GetValueOrDefault("header") != "no");
    }

    /// <summary>Keeps what the form of the mapping holds, and writes the mapping that follows from it.</summary>
    public Result<UploadedImport> Map(Workspace workspace, string id, Func<string, string?> field)
    {
        if (Editable(workspace, id) is { Problem: { } problem }) return problem;
        var (folder, import) = (new UploadFolder(workspace, id), Find(workspace, id)!);
        var columns = Detect(workspace, import) is { IsOk: true } before ? before.Value.Columns.Count : 0;
        import = import with { Form = MappingForm.Read(field, columns), OwnMapping = false };
        import = import with { Source = import.Form.GetValueOrDefault("source", "import") };
        var detected = Detect(workspace, import);
        if (detected.Problem is { } unreadable) return unreadable;
        if (detected.Value.Format != "segment") folder.WriteMapping(MappingForm.ToYaml(import.Form, detected.Value));
        folder.Write(import);
        return import;
    }

    /// <summary>Takes a mapping that was written by hand; one with faults only if it may be <paramref name="faulty"/>, and then the preview tells them.</summary>
    public Result<UploadedImport> Map(Workspace workspace, string id, string name, string yaml, bool faulty = false)
    {
        if (Editable(workspace, id) is { Problem: { } problem }) return problem;
        var file = SafeName(Path.ChangeExtension(string.IsNullOrWhiteSpace(name) ? "mapping" : name, ".yaml"));
        var (_, faults) = ReadMapping.From(yaml, Path.GetFileNameWithoutExtension(file));
        if (yaml.Length > ReadMapping.MaxLength || (faults.Count > 0 && !faulty)) return Problem.Invalid("mapping_invalid", faults.Count == 0 ? "It has more than a million characters." : string.Join(" ", faults.Take(5).Select(f => f.ToString())), "mapping");
        var (folder, import) = (new UploadFolder(workspace, id), Find(workspace, id)! with { OwnMapping = true });
        folder.WriteMapping(yaml, file);
        folder.Write(import);
        return import;
    }

    /// <summary>The mapping as YAML, with the name of its file; null when there is none.</summary>
    public static (string Name, string Yaml)? Mapping(Workspace workspace, UploadedImport import) =>
        new UploadFolder(workspace, import.Id).Mapping is var path && File.Exists(path) ? (Path.GetFileName(path), File.ReadAllText(path)) : null;

    /// <summary>Where the rejected rows lie; null when there are none.</summary>
    public static string? Rejects(Workspace workspace, UploadedImport import) => new UploadFolder(workspace, import.Id).Rejects(import) is var path && File.Exists(path) ? path : null;

    /// <summary>What the import would make of the beginning of the file.</summary>
    public async Task<UploadPreview> PreviewAsync(Workspace workspace, UploadedImport import, CancellationToken cancel = default)
    {
        var folder = new UploadFolder(workspace, import.Id);
        var report = await ImportRun.RunAsync(Request(workspace, import) with { Files = [folder.Sample(import)], DryRun = true, Preview = Shown }, null, null, clock, cancel);
        return new UploadPreview(
            Mapping(workspace, import)?.Yaml, [.. report.Problems.Select(Kept)], report.Preview, report.Progress.Rows, report.Progress.Rejected,
            [.. report.Rejects.Take(Shown).Select(r => new PreviewedReject(r.Line, r.Reason, r.Field, r.Detail) { Told = r.Told })]);
    }

    /// <summary>Begins to import, or goes on where it stopped.</summary>
    public async Task<Result<UploadedImport>> StartAsync(Workspace workspace, string id, Actor by, CancellationToken cancel = default)
    {
        if (Find(workspace, id) is not { } import) return Unknown(id);
        if (import.State == UploadState.Done) return new Problem(ProblemKind.Conflict, "import_done", "This file is imported already.") { Field = "id", Value = id };
        if (!File.Exists(new UploadFolder(workspace, id).Data(import))) return new Problem(ProblemKind.Conflict, "import_file_gone", "The file is no longer here.") { Field = "id", Value = id, WayOut = "Upload it again." };
        var (run, running) = (new UploadRun(id), workspace.Part<RunningUpload>());
        if (!running.TryBegin(run)) return new Problem(ProblemKind.Conflict, "import_busy", "Another import is running in this workspace.") { WayOut = "Wait until it has ended, or cancel it." };
        var begun = false;
        try
        {
            var source = await sources.FindOrCreateAsync(workspace, import.Source, by, cancel);
            if (source.Problem is { } problem) return problem;
            new UploadFolder(workspace, id).Write(import = import with { State = UploadState.Running, Problems = [], EndedAt = null });
            await audit.RecordAsync(new AuditEntry(workspace.Key, by, "import.started", $"import {id}"), CancellationToken.None);
            _ = Task.Run(() => RunAsync(workspace, import, run, new CollectImportSink(pipeline, workspace, source.Value)), CancellationToken.None);
            begun = true;
            return import;
        }
        finally
        {
            if (!begun) running.End(run);
        }
    }

    /// <summary>Stops a running import; it can go on later.</summary>
    public async Task<Problem?> CancelAsync(Workspace workspace, string id, Actor by, CancellationToken cancel = default)
    {
        if (workspace.Part<RunningUpload>().Current is not { } run || run.Id != id) return new Problem(ProblemKind.Conflict, "import_not_running", "This import is not running.") { Field = "id", Value = id };
        await run.StopAsync().WaitAsync(TimeSpan.FromSeconds(12), cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "import.cancelled", $"import {id}"), CancellationToken.None);
        return null;
    }

    /// <summary>Removes an upload with its file, mapping and rejected rows. What was imported stays.</summary>
    public async Task<Problem?> RemoveAsync(Workspace workspace, string id, Actor by)
    {
        if (Editable(workspace, id, alsoDone: true) is { Problem: { } problem }) return problem;
        new UploadFolder(workspace, id).Remove();
        await audit.RecordAsync(new AuditEntry(workspace.Key, by, "import.removed", $"import {id}"), CancellationToken.None);
        return null;
    }

    private async Task RunAsync(Workspace workspace, UploadedImport import, UploadRun run, CollectImportSink sink)
    {
        var folder = new UploadFolder(workspace, import.Id);
        try
        {
            var report = await ImportRun.RunAsync(Request(workspace, import), sink, run, clock, run.Cancelled);
            var ended = import with
            {
                State = report.Completed ? UploadState.Done : report.Cancelled ? UploadState.Stopped : UploadState.Failed,
                Progress = report.Progress.Rows == 0 && import.Progress is { } before && !report.Completed ? before : report.Progress,
                Problems = [.. report.Problems.Select(Kept)],
                EndedAt = clock.GetUtcNow(),
                HasRejects = File.Exists(folder.Rejects(import)),
            };
            if (report.Completed) folder.RemoveFile();
            folder.Write(ended);
        }
        catch (Exception e)
        {
            LogFailed(import.Id, e);
            if (Directory.Exists(folder.Here)) folder.Write(import with { State = UploadState.Failed, EndedAt = clock.GetUtcNow(), Progress = run.Progress, Problems = [new UploadProblem("import_failed", "It failed by a defect; the server's log says more.", null)] });
        }
        finally
        {
            workspace.Part<RunningUpload>().End(run);
        }
    }

    private static ImportRequest Request(Workspace workspace, UploadedImport import)
    {
        var folder = new UploadFolder(workspace, import.Id);
        return new ImportRequest
        {
            Files = [folder.Data(import)],
            Mapping = File.Exists(folder.Mapping) ? folder.Mapping : null,
            Target = $"{workspace.Key.Value}/{import.Source}",
            StateFolder = folder.State,
            RejectFolder = folder.RejectFolder,
            // Whoever may import may not read the machine's files by naming them in a mapping.
            WithoutJoins = true,
        };
    }

    private Result<UploadedImport> Editable(Workspace workspace, string id, bool alsoDone = false)
    {
        if (Find(workspace, id) is not { } import) return Unknown(id);
        if (import.State == UploadState.Running) return new Problem(ProblemKind.Conflict, "import_running", "This import is running.") { Field = "id", Value = id, WayOut = "Cancel it first." };
        return import.State == UploadState.Done && !alsoDone ? new Problem(ProblemKind.Conflict, "import_done", "This file is imported already.") { Field = "id", Value = id } : import;
    }

    // A path is hidden from who looks at a page: it is the server's business.
    private static UploadProblem Kept(Problem problem) => new(problem.Code, problem.WayOut is { } wayOut ? $"{problem.Detail} {wayOut}" : problem.Detail, problem.Field, problem.Field == "file" ? null : problem.Value);

    private static Problem Unknown(string id) => Problem.NotFound("import_unknown", "There is no such import.", "id", id);

    private static string SafeName(string? name)
    {
        var plain = (name ?? "").Replace('\\', '/');
        plain = plain[(plain.LastIndexOf('/') + 1)..].Trim();
        var safe = new string([.. plain.Where(c => !char.IsControl(c) && c is not (':' or '*' or '?' or '"' or '<' or '>' or '|')).Take(100)]).Trim('.', ' ');
        return safe.Length == 0 ? "file" : safe;
    }

    [LoggerMessage(LogLevel.Warning, "Old uploads of {Workspace} could not be removed; it is tried again")]
    private partial void LogNotExpired(string workspace, Exception e);

    [LoggerMessage(LogLevel.Error, "The import {Id} failed")]
    private partial void LogFailed(string id, Exception e);
}
