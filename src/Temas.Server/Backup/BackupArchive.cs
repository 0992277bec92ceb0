using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Temas.Kernel;

namespace Temas.Server.Backup;

/// <summary>A backup as it lies on disk: a folder, or the same folder as one <c>.tar.gz</c>.</summary>
internal static class BackupArchive
{
    /// <summary>Folder of the keys, in a backup as in the data folder.</summary>
    public const string Keys = "keys";

    private const string SystemFile = "system";

    /// <summary>True when <paramref name="path"/> names an archive and not a folder.</summary>
    public static bool IsArchive(string path) =>
        path.EndsWith(".tar.gz", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".tgz", StringComparison.OrdinalIgnoreCase);

    /// <summary>Path of the installation's own database within a backup.</summary>
    public static string SystemPath(string store) => SystemFile + Extension(store);

    /// <summary>Path of a workspace's database within a backup.</summary>
    public static string WorkspacePath(string store, string key) => $"workspaces/{key}{Extension(store)}";

    /// <summary>The entry of the manifest for a file that has been written.</summary>
    public static async Task<BackupFile> DescribeAsync(string folder, string path, CancellationToken cancel)
    {
        await using var file = File.OpenRead(Path.Combine(folder, path));
        var hash = await SHA256.HashDataAsync(file, cancel);
        return new BackupFile(path, file.Length, Convert.ToHexStringLower(hash));
    }

    /// <summary>Writes the manifest, which makes the folder a backup.</summary>
    public static async Task WriteManifestAsync(string folder, BackupManifest manifest, CancellationToken cancel)
    {
        await using var file = File.Create(Path.Combine(folder, BackupManifest.FileName));
        await JsonSerializer.SerializeAsync(file, manifest, BackupJson.Default.BackupManifest, cancel);
        file.Flush(flushToDisk: true);
    }

    /// <summary>Packs a folder into one file. The manifest comes first, so that a look into an archive is quick.</summary>
    public static async Task PackAsync(string folder, BackupManifest manifest, string archive, CancellationToken cancel)
    {
        // It lies in a folder that is not ours, and holds personal data.
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var file = new FileStream(archive, options);
        await using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        await using (var tar = new TarWriter(gzip, TarEntryFormat.Pax))
        {
            foreach (var path in manifest.Files.Select(f => f.Path).Prepend(BackupManifest.FileName))
            {
                await tar.WriteEntryAsync(Path.Combine(folder, path), path, cancel);
            }
        }

        file.Flush(flushToDisk: true);
    }

    /// <summary>Unpacks an archive into <paramref name="folder"/>. Only regular files with plain paths are taken.</summary>
    public static async Task<Problem?> UnpackAsync(string archive, string folder, CancellationToken cancel)
    {
        try
        {
            await using var file = File.OpenRead(archive);
            await using var gzip = new GZipStream(file, CompressionMode.Decompress);
            await using var tar = new TarReader(gzip);
            var root = Path.GetFullPath(folder) + Path.DirectorySeparatorChar;
            while (await tar.GetNextEntryAsync(copyData: false, cancel) is { } entry)
            {
                if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
                var target = Path.GetFullPath(entry.Name, folder);
                if (!target.StartsWith(root, StringComparison.Ordinal)) return Damaged($"it holds the path {entry.Name}, which leads out of it");
                Directory.CreateDirectory(Path.GetDirectoryName(target)!);
                await entry.ExtractToFileAsync(target, overwrite: false, cancel);
            }

            return null;
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException or FormatException)
        {
            return Damaged("it cannot be unpacked to its end");
        }
    }

    /// <summary>Reads the manifest of a folder and holds every file against it.</summary>
    public static async Task<Result<BackupManifest>> VerifyAsync(string folder, CancellationToken cancel)
    {
        var manifest = await ReadManifestAsync(folder, cancel);
        if (!manifest.IsOk) return manifest;
        foreach (var file in manifest.Value.Files)
        {
            if (!File.Exists(Path.Combine(folder, file.Path))) return Damaged($"{file.Path} is missing");
            var found = await DescribeAsync(folder, file.Path, cancel);
            if (found.Bytes != file.Bytes) return Damaged($"{file.Path} has {found.Bytes} bytes instead of {file.Bytes}");
            if (found.Sha256 != file.Sha256) return Damaged($"the checksum of {file.Path} differs");
        }

        var needed = manifest.Value.Workspaces.Select(w => w.File).Prepend(SystemPath(manifest.Value.Store));
        return needed.FirstOrDefault(n => manifest.Value.Files.All(f => f.Path != n)) is { } absent ? Damaged($"its manifest does not list {absent}") : manifest;
    }

    /// <summary>The problem of a backup that is not what its manifest says.</summary>
    public static Problem Damaged(string why) =>
        new(ProblemKind.Invalid, "backup_damaged", $"The backup is damaged: {why}.") { WayOut = "Use another backup; nothing was changed." };

    private static async Task<Result<BackupManifest>> ReadManifestAsync(string folder, CancellationToken cancel)
    {
        var path = Path.Combine(folder, BackupManifest.FileName);
        if (!File.Exists(path)) return Problem.Invalid("backup_unknown", "This is no backup of Temas: it holds no manifest.json.");
        try
        {
            await using var file = File.OpenRead(path);
            var manifest = await JsonSerializer.DeserializeAsync(file, BackupJson.Default.BackupManifest, cancel);
            if (manifest is null || manifest.Files is null || manifest.Workspaces is null) return Damaged("its manifest is incomplete");
            if (manifest.Format > BackupManifest.CurrentFormat)
                return new Problem(ProblemKind.Conflict, "backup_newer", $"The backup has format {manifest.Format}, and this release reads {BackupManifest.CurrentFormat}.") { WayOut = "Restore it with the release that wrote it." };
            return manifest;
        }
        catch (JsonException)
        {
            return Damaged("its manifest cannot be read");
        }
    }

    private static string Extension(string store) => store == "sqlite" ? ".db" : ".copy.gz";
}
