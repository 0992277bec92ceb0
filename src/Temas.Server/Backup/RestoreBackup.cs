using System.Globalization;
using Temas.Kernel;
using Temas.Server.Control;
using Temas.Server.Hosting;
using Temas.Server.Settings;
using Temas.Server.Verbs;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Server.Backup;

/// <param name="From">The backup.</param>
/// <param name="CreatedAt">When it was made.</param>
/// <param name="Workspaces">What was restored and read to its end.</param>
/// <param name="Replaced">Where the data lies that was there before, or null.</param>
internal sealed record RestoreAnswer(string From, DateTimeOffset CreatedAt, IReadOnlyList<WorkspaceLine> Workspaces, string? Replaced);

/// <summary>
/// Fills the data folder from a backup. Checksums are held against the manifest before anything is touched; what was restored is read from end to end before it takes
/// the place of what was there.
/// </summary>
internal static class RestoreBackup
{
    private const string Staging = "restoring";

    public static async Task<Result<RestoreAnswer>> RunAsync(TemasSettings settings, string path, bool force, IVerbOutput output, TimeProvider clock, CancellationToken cancel)
    {
        if (!File.Exists(path) && !Directory.Exists(path)) return Problem.NotFound("backup_missing", "There is no such backup.", "path", path);
        var taken = DataFolder.Take(settings, "restore");
        if (!taken.IsOk)
            return taken.Problem!.Code == "data_folder_in_use" ? taken.Problem with { WayOut = "Stop it first: a restore replaces what it works with." } : taken.Problem;
        using var folder = taken.Value;
        var staging = Path.Combine(settings.Data, Staging);
        try
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
            Directory.CreateDirectory(staging);
            var source = path;
            if (File.Exists(path))
            {
                output.Report(new VerbProgress("Unpacking", 0, null));
                source = Path.Combine(staging, "backup");
                Directory.CreateDirectory(source);
                if (await BackupArchive.UnpackAsync(path, source, cancel) is { } damaged) return damaged;
            }

            output.Report(new VerbProgress("Checking", 0, null));
            var verified = await BackupArchive.VerifyAsync(source, cancel);
            if (!verified.IsOk) return verified.Problem!;
            if (verified.Value.Store != settings.StoreKind)
                return new Problem(ProblemKind.Conflict, "backup_other_store", $"The backup is of a store of kind {verified.Value.Store}, and the setting store says {settings.StoreKind}.")
                {
                    WayOut = "Restore it into a store of its own kind; to change the kind, export and import.",
                };

            return settings.StoreKind == "sqlite"
                ? await IntoFolderAsync(settings, path, source, verified.Value, force, output, clock, cancel)
                : await IntoServerAsync(settings, path, source, verified.Value, force, output, cancel);
        }
        catch (Exception e) when (StartProblem.From(e) is not null)
        {
            return StartProblem.From(e)!;
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
    }

    // SQLite: a whole data folder is made and verified inside this one, and then changes places with what is there.
    private static async Task<Result<RestoreAnswer>> IntoFolderAsync(
        TemasSettings settings, string path, string source, BackupManifest manifest, bool force, IVerbOutput output, TimeProvider clock, CancellationToken cancel)
    {
        var present = Directory.EnumerateFileSystemEntries(settings.Data).Select(Path.GetFileName).OfType<string>().Where(IsData).ToList();
        if (present.Count > 0 && !force) return NotEmpty($"The data folder {settings.Data} holds data.", "--force sets it aside and keeps it");
        var made = Path.Combine(settings.Data, Staging, "data");
        Directory.CreateDirectory(Path.Combine(made, "workspaces"));
        File.Copy(Path.Combine(source, BackupArchive.SystemPath("sqlite")), Path.Combine(made, "system.db"));
        CopyKeys(source, made, manifest);
        foreach (var workspace in manifest.Workspaces)
        {
            var key = WorkspaceKey.Parse(workspace.Key);
            if (!key.IsOk) return BackupArchive.Damaged($"{workspace.Key} is no key of a workspace");
            output.Report(new VerbProgress($"Copying {workspace.Key}", 0, null));
            var target = Path.Combine(made, "workspaces", key.Value.Value);
            Directory.CreateDirectory(target);
            File.Copy(Path.Combine(source, workspace.File), Path.Combine(target, "workspace.db"));
        }

        var read = await OpenAndReadAsync(settings with { Data = made }, manifest, output, cancel);
        if (!read.IsOk) return read.Problem!;

        string? replaced = null;
        if (present.Count > 0)
        {
            replaced = Path.Combine(settings.Data, "replaced-" + clock.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
            Directory.CreateDirectory(replaced);
            foreach (var name in present) Directory.Move(Path.Combine(settings.Data, name), Path.Combine(replaced, name));
        }

        foreach (var entry in Directory.EnumerateFileSystemEntries(made).ToList()) Directory.Move(entry, Path.Combine(settings.Data, Path.GetFileName(entry)));
        Temas.Timelines.DirectorySync.Flush(settings.Data);
        return new RestoreAnswer(path, manifest.CreatedAt, read.Value, replaced);
    }

    // PostgreSQL: the tables are made as an empty installation has them, and filled in one transaction each.
    private static async Task<Result<RestoreAnswer>> IntoServerAsync(
        TemasSettings settings, string path, string source, BackupManifest manifest, bool force, IVerbOutput output, CancellationToken cancel)
    {
        await using (var app = TemasHost.Build(Quiet(settings)))
        {
            await TemasHost.OpenAsync(app, cancel);
            try
            {
                var registry = app.Services.GetRequiredService<WorkspaceRegistry>();
                if (registry.All.FirstOrDefault(w => w.Log.Head > 0) is { } full && !force)
                    return NotEmpty($"The workspace {full.Key} of the database holds events.", "--force replaces all that is there");
                foreach (var workspace in manifest.Workspaces)
                {
                    var key = WorkspaceKey.Parse(workspace.Key);
                    if (!key.IsOk) return BackupArchive.Damaged($"{workspace.Key} is no key of a workspace");
                    var target = registry.Find(key.Value);
                    if (target is null)
                    {
                        var created = await registry.CreateAsync(key.Value, workspace.Name, cancel);
                        if (!created.IsOk) return created.Problem!;
                        target = created.Value;
                    }

                    output.Report(new VerbProgress($"Filling {workspace.Key}", 0, null));
                    await target.Database.RestoreAsync(Path.Combine(source, workspace.File), cancel);
                }

                CopyKeys(source, settings.Data, manifest);
                await registry.System.RestoreAsync(Path.Combine(source, BackupArchive.SystemPath(manifest.Store)), cancel);
            }
            finally
            {
                await TemasHost.CloseAsync(app);
            }
        }

        var read = await OpenAndReadAsync(settings, manifest, output, cancel);
        return read.IsOk ? new RestoreAnswer(path, manifest.CreatedAt, read.Value, null) : read.Problem!;
    }

    private static void CopyKeys(string source, string folder, BackupManifest manifest)
    {
        foreach (var path in manifest.Files.Select(f => f.Path).Where(p => p.StartsWith(BackupArchive.Keys + "/", StringComparison.Ordinal)))
        {
            var target = Path.Combine(folder, BackupArchive.Keys, Path.GetFileName(path));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(Path.Combine(source, path), target, overwrite: true);
        }
    }

    // Opens what was restored as a server would, and reads every record of every log.
    private static async Task<Result<IReadOnlyList<WorkspaceLine>>> OpenAndReadAsync(TemasSettings settings, BackupManifest manifest, IVerbOutput output, CancellationToken cancel)
    {
        await using var app = TemasHost.Build(Quiet(settings));
        await TemasHost.OpenAsync(app, cancel);
        try
        {
            var registry = app.Services.GetRequiredService<WorkspaceRegistry>();
            var lines = new List<WorkspaceLine>();
            foreach (var expected in manifest.Workspaces)
            {
                if (registry.Find(WorkspaceKey.Parse(expected.Key).Value) is not { } workspace) return BackupArchive.Damaged($"the workspace {expected.Key} is not listed in the installation's database");
                if (await ReadAsync(workspace, expected, output, cancel) is { } why) return BackupArchive.Damaged($"the log of {expected.Key} {why}");
                lines.Add(new WorkspaceLine(expected.Key, workspace.Log.Head, workspace.Name));
            }

            return lines;
        }
        finally
        {
            await TemasHost.CloseAsync(app);
        }
    }

    private static async Task<string?> ReadAsync(Workspace workspace, BackupWorkspace expected, IVerbOutput output, CancellationToken cancel)
    {
        var log = workspace.Log;
        if (log.Head < expected.RecordsAtLeast || log.Head > expected.RecordsAtMost)
            return string.Create(CultureInfo.InvariantCulture, $"has {log.Head} records and should have {expected.RecordsAtLeast} to {expected.RecordsAtMost}");
        long next = 1;
        foreach (var record in log.ReadFrom(1))
        {
            cancel.ThrowIfCancellationRequested();
            if (record.Position != next) return string.Create(CultureInfo.InvariantCulture, $"has a gap at position {next}");
            if (record.Kind == LogRecordKind.Event && !EventScanner.TryScan(record.Json.Span, out _, out _)) return string.Create(CultureInfo.InvariantCulture, $"cannot be read at position {next}");
            if (next % 50_000 == 0) output.Report(new VerbProgress($"Reading {workspace.Key}", next, log.Head));
            next++;
        }

        if (next - 1 != log.Head) return string.Create(CultureInfo.InvariantCulture, $"ends at position {next - 1} instead of {log.Head}");
        // Counted in the transaction that stored the records, so both are of one moment.
        var counted = (await log.CountAsync(cancel)).Where(c => c.Fate == "accepted").Sum(c => c.Count);
        return counted == log.Head ? null : string.Create(CultureInfo.InvariantCulture, $"has {log.Head} records and counted {counted}");
    }

    private static TemasSettings Quiet(TemasSettings settings) => settings with { Log = (LogLevel)Math.Max((int)settings.Log, (int)LogLevel.Error) };

    private static bool IsData(string name) => name is not ("lock" or "pid" or "store" or "temas.sock" or Staging) && !name.StartsWith("replaced-", StringComparison.Ordinal);

    private static Problem NotEmpty(string what, string force) =>
        new(ProblemKind.Conflict, "data_folder_not_empty", what) { WayOut = $"Name an empty data folder; {force}." };
}
