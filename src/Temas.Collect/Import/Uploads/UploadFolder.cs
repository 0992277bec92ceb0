using System.IO.Compression;
using System.Text.Json;
using Temas.Collect.Import.Rows;
using Temas.Storage.Workspaces;

namespace Temas.Collect.Import.Uploads;

/// <summary>
/// The folder of one upload, in the data folder of its workspace: <c>imports/ID</c> with the file (until it is imported), the mapping, the rejected rows and what is known of it.
/// Readable for the server alone, as rows are personal data.
/// </summary>
internal sealed class UploadFolder(Workspace workspace, string id)
{
    /// <summary>So much of a file is tried at every change of its mapping.</summary>
    private const int SampleBytes = 256 * 1024;

    /// <summary>The folders of a workspace.</summary>
    public static string Root(Workspace workspace) => Path.Combine(workspace.Folder, "imports");

    public string Here { get; } = Path.Combine(Root(workspace), id);

    public string Data(UploadedImport import) => Path.Combine(Here, "file", import.File);

    public string Sample(UploadedImport import) => Path.Combine(Here, "sample", import.File);

    public string Mapping => Path.Combine(Here, "mapping", Directory.Exists(Path.Combine(Here, "mapping")) && Directory.EnumerateFiles(Path.Combine(Here, "mapping")).FirstOrDefault() is { } known ? Path.GetFileName(known) : "mapping.yaml");

    public string State => Path.Combine(Here, "state");

    public string Rejects(UploadedImport import) => Path.Combine(Here, "rejects", import.File + ".rejects.csv");

    public string RejectFolder => Path.Combine(Here, "rejects");

    /// <summary>Makes a folder that only the server reads.</summary>
    public string Make(string? inner = null)
    {
        var folder = inner is null ? Here : Path.Combine(Here, inner);
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return folder;
    }

    /// <summary>What is known of the upload; null when there is none.</summary>
    public UploadedImport? Read()
    {
        try
        {
            using var file = File.OpenRead(Path.Combine(Here, "import.json"));
            return JsonSerializer.Deserialize(file, UploadJson.Default.UploadedImport);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes it, whole or not at all.</summary>
    public void Write(UploadedImport import)
    {
        var next = Path.Combine(Here, "import.json.next");
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(import, UploadJson.Default.UploadedImport));
        File.Move(next, Path.Combine(Here, "import.json"), overwrite: true);
    }

    /// <summary>Writes the mapping under a name, in place of the one before.</summary>
    public void WriteMapping(string yaml, string name = "mapping.yaml")
    {
        var folder = Make("mapping");
        foreach (var old in Directory.EnumerateFiles(folder)) File.Delete(old);
        File.WriteAllText(Path.Combine(folder, name), yaml);
    }

    /// <summary>Copies the beginning of the file, unpacked, up to the end of a line.</summary>
    public void MakeSample(UploadedImport import)
    {
        Make("sample");
        using var file = File.OpenRead(Data(import));
        var head = new byte[2];
        var packed = file.ReadAtLeast(head, 2, throwOnEndOfStream: false) == 2 && head is [0x1F, 0x8B];
        file.Position = 0;
        var bytes = new byte[SampleBytes];
        var read = 0;
        using (Stream plain = packed ? new GZipStream(file, CompressionMode.Decompress) : file)
        {
            try
            {
                read = plain.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            }
            catch (InvalidDataException)
            {
                // What could be unpacked is looked at; the import tells of the damage.
            }
        }

        var text = bytes.AsSpan(0, read);
        if (read == bytes.Length)
        {
            var wide = TextEncodings.Detect(text[..4096]).GetByteCount("\n") == 2;
            var end = text.LastIndexOf((byte)'\n') + (wide ? 2 : 1);
            if (end > 2 && end <= read) text = text[..(wide ? end & ~1 : end)];
        }

        File.WriteAllBytes(Sample(import), text);
    }

    /// <summary>Removes what is of no use once everything is imported.</summary>
    public void RemoveFile()
    {
        foreach (var inner in new[] { "file", "sample", "state" })
        {
            if (Directory.Exists(Path.Combine(Here, inner))) Directory.Delete(Path.Combine(Here, inner), recursive: true);
        }
    }

    public void Remove()
    {
        if (Directory.Exists(Here)) Directory.Delete(Here, recursive: true);
    }
}
