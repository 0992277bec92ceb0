using System.Text;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Import.Uploads;

/// <summary>
/// Takes somebody who is erased out of the files that were uploaded to be imported: else the next import would bring her back. A file that holds her goes as a whole, for no part of it can be taken out
/// without guessing at its format; of the rejected rows those go that hold her.
/// </summary>
public static class ForgetUploads
{
    /// <summary>Code of what an upload says whose file was removed.</summary>
    public const string Code = "file_erased";

    /// <summary>Removes what holds one of <paramref name="identifiers"/>; gives the numbers of the uploads that something was removed from.</summary>
    public static async Task<Result<string[]>> RunAsync(Workspace workspace, IEnumerable<string> identifiers, CancellationToken cancel = default)
    {
        var root = UploadFolder.Root(workspace);
        if (!Directory.Exists(root)) return Array.Empty<string>();
        var search = new RowSearch(identifiers);
        var found = new List<string>();
        try
        {
            foreach (var id in Directory.EnumerateDirectories(root).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal))
            {
                var folder = new UploadFolder(workspace, id);
                if (folder.Read() is not { } import) continue;
                var held = false;
                if (File.Exists(folder.Data(import)) && await search.FindAsync(folder.Data(import), cancel))
                {
                    // Her rows may be on their way this very moment: it ends first, and what it brought is erased with her.
                    if (workspace.FindPart<RunningUpload>()?.Current is { } run && run.Id == id) await run.StopAsync();
                    import = folder.Read() ?? import;
                    folder.RemoveFile();
                    folder.Write(import with
                    {
                        State = import.State == UploadState.Done ? UploadState.Done : UploadState.Failed,
                        EndedAt = workspace.Clock.GetUtcNow(),
                        Problems = import.State == UploadState.Done ? import.Problems : [new UploadProblem(Code, "The file held a customer who was erased, and was removed with her. Upload it again without her rows.", "file")],
                    });
                    held = true;
                }

                if (RemoveRows(folder.Rejects(import), search)) held = true;
                if (held) found.Add(id);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Problem(ProblemKind.Unavailable, "uploads_unreadable", $"An uploaded file could not be searched: {e.Message}") { WayOut = "Remove the upload by hand, or make its folder readable, and erase again." };
        }

        return found.ToArray();
    }

    // A row of the reject file may have several lines: it ends with a line end outside of quotes.
    private static bool RemoveRows(string path, RowSearch search)
    {
        if (!File.Exists(path)) return false;
        var (next, removed) = (path + ".next", false);
        using (var reader = new StreamReader(path, Encoding.UTF8))
        using (var writer = new StreamWriter(next, append: false, new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)))
        {
            var row = new StringBuilder();
            var quoted = false;
            for (int c; (c = reader.Read()) >= 0;)
            {
                row.Append((char)c);
                if (c == '"') quoted = !quoted;
                if (c != '\n' || quoted) continue;
                removed |= !Keep(row, writer, search);
            }

            removed |= row.Length > 0 && !Keep(row, writer, search);
        }

        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(next, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        if (removed) File.Move(next, path, overwrite: true);
        else File.Delete(next);
        return removed;
    }

    private static bool Keep(StringBuilder row, StreamWriter writer, RowSearch search)
    {
        var text = row.ToString();
        row.Clear();
        if (search.Find(text)) return false;
        writer.Write(text);
        return true;
    }
}
