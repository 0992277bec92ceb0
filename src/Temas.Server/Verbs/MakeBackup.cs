using System.Globalization;
using System.Reflection;
using Temas.Kernel;
using Temas.Server.Backup;
using Temas.Server.Control;
using Temas.Server.Settings;
using Temas.Timelines;

namespace Temas.Server.Verbs;

/// <param name="Path">Absolute path of the folder or <c>.tar.gz</c> to be made, on the machine of the server.</param>
internal sealed record BackupRequest(string Path);

/// <param name="Path">What was made.</param>
/// <param name="Bytes">Bytes of the databases in it.</param>
/// <param name="Workspaces">Workspaces in it.</param>
/// <param name="Records">Records of the event logs in it, at least.</param>
internal sealed record BackupAnswer(string Path, long Bytes, int Workspaces, long Records);

/// <summary>Copies everything that cannot be derived again, while it is in use.</summary>
internal static class MakeBackup
{
    public static Verb<BackupRequest, BackupAnswer> Verb { get; } = new("backup", VerbJson.Default.BackupRequest, VerbJson.Default.BackupAnswer, RunAsync);

    /// <summary>How the audit trail calls it.</summary>
    internal const string Action = "backup.made";

    internal static string Release { get; } =
        typeof(MakeBackup).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    private static async Task<Result<BackupAnswer>> RunAsync(VerbContext context, BackupRequest request, CancellationToken cancel)
    {
        var path = Path.TrimEndingDirectorySeparator(request.Path);
        if (!Path.IsPathFullyQualified(path)) return Problem.Invalid("path_relative", "The path must be absolute.", "path", path);
        if (File.Exists(path) || (Directory.Exists(path) && Directory.EnumerateFileSystemEntries(path).Any()))
            return new Problem(ProblemKind.Conflict, "backup_exists", "There is something at this path already.") { Field = "path", Value = path, WayOut = "Name a path that does not exist." };

        // What is not complete never bears the name that was asked for.
        var partial = $"{path}.{Guid.NewGuid().ToString("N", CultureInfo.InvariantCulture)[..8]}.partial";
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(partial);
            else Directory.CreateDirectory(partial, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var manifest = await CopyAsync(context, partial, cancel);
            if (BackupArchive.IsArchive(path))
            {
                context.Output.Report(new VerbProgress("Packing", 0, null));
                var packed = partial + ".tar.gz";
                try
                {
                    await BackupArchive.PackAsync(partial, manifest, packed, cancel);
                    File.Move(packed, path, overwrite: false);
                }
                finally
                {
                    File.Delete(packed);
                }
            }
            else
            {
                if (Directory.Exists(path)) Directory.Delete(path);
                Directory.Move(partial, path);
            }

            DirectorySync.Flush(Path.GetDirectoryName(path)!);
            await context.Services.GetRequiredService<IAuditTrail>().RecordAsync(new AuditEntry(null, context.Actor, Action, ""), CancellationToken.None);
            return new BackupAnswer(path, manifest.Files.Sum(f => f.Bytes), manifest.Workspaces.Count, manifest.Workspaces.Sum(w => w.RecordsAtLeast));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Data.Common.DbException)
        {
            return new Problem(ProblemKind.Unavailable, "backup_failed", $"The backup could not be written: {e.Message.ReplaceLineEndings(" ").TrimEnd('.')}.") { Field = "path", Value = path };
        }
        finally
        {
            if (Directory.Exists(partial)) Directory.Delete(partial, recursive: true);
        }
    }

    private static async Task<BackupManifest> CopyAsync(VerbContext context, string folder, CancellationToken cancel)
    {
        var registry = context.Registry;
        var begun = context.Services.GetRequiredService<TimeProvider>().GetUtcNow();
        var store = context.Services.GetRequiredService<TemasSettings>().StoreKind;
        Directory.CreateDirectory(Path.Combine(folder, "workspaces"));
        var files = new List<BackupFile>();
        var workspaces = new List<BackupWorkspace>();

        // The installation first: a workspace that is made meanwhile is then in neither, and not in one of the two.
        var system = BackupArchive.SystemPath(store);
        var all = registry.All;
        context.Output.Report(new VerbProgress("Copying the installation's database", 0, all.Count + 1));
        await registry.System.BackupAsync(Path.Combine(folder, system), cancel);
        files.Add(await BackupArchive.DescribeAsync(folder, system, cancel));
        foreach (var workspace in all)
        {
            context.Output.Report(new VerbProgress($"Copying {workspace.Key}", workspaces.Count + 1, all.Count + 1));
            var file = BackupArchive.WorkspacePath(store, workspace.Key.Value);
            var before = workspace.Log.Head;
            await workspace.Database.BackupAsync(Path.Combine(folder, file), cancel);
            workspaces.Add(new BackupWorkspace(workspace.Key.Value, workspace.Name, file, before, workspace.Log.Head));
            files.Add(await BackupArchive.DescribeAsync(folder, file, cancel));
        }

        // Without the keys the second factors in the installation's database could not be opened.
        var keys = Path.Combine(context.Services.GetRequiredService<TemasSettings>().Data, BackupArchive.Keys);
        if (Directory.Exists(keys))
        {
            Directory.CreateDirectory(Path.Combine(folder, BackupArchive.Keys));
            foreach (var key in Directory.EnumerateFiles(keys, "*.xml").Order(StringComparer.Ordinal))
            {
                var path = $"{BackupArchive.Keys}/{Path.GetFileName(key)}";
                File.Copy(key, Path.Combine(folder, path));
                files.Add(await BackupArchive.DescribeAsync(folder, path, cancel));
            }
        }

        foreach (var file in files) Flush(Path.Combine(folder, file.Path));
        var manifest = new BackupManifest(BackupManifest.CurrentFormat, Release, begun, store, workspaces, files);
        await BackupArchive.WriteManifestAsync(folder, manifest, cancel);
        return manifest;
    }

    private static void Flush(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read);
        file.Flush(flushToDisk: true);
    }
}
