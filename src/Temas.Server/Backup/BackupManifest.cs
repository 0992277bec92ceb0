using System.Text.Json.Serialization;

namespace Temas.Server.Backup;

/// <summary><c>manifest.json</c> of a backup: what it holds and how to tell that it is whole (docs/formats/backup.md).</summary>
/// <param name="Format">Version of the format; 1.</param>
/// <param name="Release">Release of Temas that wrote it.</param>
/// <param name="CreatedAt">When it was begun, in UTC.</param>
/// <param name="Store"><c>sqlite</c> or <c>postgres</c>: the kind of store that it can be restored into.</param>
/// <param name="Workspaces">The workspaces.</param>
/// <param name="Files">All other files, by path within the backup.</param>
internal sealed record BackupManifest(
    int Format, string Release, DateTimeOffset CreatedAt, string Store, IReadOnlyList<BackupWorkspace> Workspaces, IReadOnlyList<BackupFile> Files)
{
    /// <summary>Name of the file within the backup.</summary>
    public const string FileName = "manifest.json";

    /// <summary>The version of the format that this release writes and reads.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>A workspace of a backup. Events go on arriving while it is written, so the log's length is known by its bounds.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Name">Its name.</param>
/// <param name="File">Path of its database within the backup.</param>
/// <param name="RecordsAtLeast">Records in its log before the copy was begun.</param>
/// <param name="RecordsAtMost">Records in its log when the copy was done.</param>
internal sealed record BackupWorkspace(string Key, string Name, string File, long RecordsAtLeast, long RecordsAtMost);

/// <summary>A file of a backup.</summary>
/// <param name="Path">Path within the backup, with slashes.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its checksum, in hexadecimal.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(BackupManifest))]
internal sealed partial class BackupJson : JsonSerializerContext;
