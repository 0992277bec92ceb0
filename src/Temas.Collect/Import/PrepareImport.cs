using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Temas.Collect.Import.Events;
using Temas.Collect.Import.Mapping;
using Temas.Collect.Import.Rows;
using Temas.Kernel;

namespace Temas.Collect.Import;

/// <summary>A file of an import.</summary>
internal sealed record InputFile(string Path, long Length);

/// <summary>An import that may begin: everything that can be known to be wrong before the first row is right.</summary>
/// <param name="Key">Name of the import.</param>
/// <param name="Mapping">Null: the lines are Segment messages.</param>
/// <param name="Lookups">The lookup files of the mapping.</param>
/// <param name="Files">The inputs.</param>
/// <param name="Digest">Of target, key, mapping and files: what a checkpoint belongs to.</param>
internal sealed record ImportPlan(string Key, ImportMapping? Mapping, LookupTable[] Lookups, IReadOnlyList<InputFile> Files, string Digest)
{
    /// <summary>Bytes of all inputs.</summary>
    public long TotalBytes => Files.Sum(f => f.Length);

    /// <summary>Begins to read an input.</summary>
    public RowReader Read(TextWindow window) => Mapping is null ? new JsonRows(window, 0, parse: false) : Mapping.Input.Read(window);
}

/// <summary>Reads the mapping and the lookup files, looks into every input, and gathers all that is wrong.</summary>
internal static class PrepareImport
{
    private const int DigestPart = 64 * 1024;

    /// <summary>The plan; else the problems.</summary>
    public static (ImportPlan? Plan, IReadOnlyList<Problem> Problems) Run(ImportRequest request, CancellationToken cancel)
    {
        List<Problem> problems = [];
        var key = request.Key ?? "segment";
        ImportMapping? mapping = null;
        string? yaml = null;
        if (request.Mapping is { } path)
        {
            yaml = ReadText(path, problems);
            if (yaml is not null)
            {
                (mapping, var faults) = ReadMapping.From(yaml, Path.GetFileNameWithoutExtension(path));
                problems.AddRange(faults);
                if (mapping is not null) key = request.Key ?? mapping.Key;
                if (request.WithoutJoins && mapping is { Joins.Count: > 0 })
                    problems.Add(Problem.Invalid("joins_not_here", "A lookup file lies on the server, and an upload may read none of its files.", "joins", null, "Put the values into the file, or import it with ./temas import on the server."));
            }
        }

        var files = FindFiles(request, problems);
        if (problems.Count > 0) return (null, problems);

        List<LookupTable> lookups = [];
        List<string> lookupPaths = [];
        foreach (var join in mapping?.Joins ?? [])
        {
            var at = request.Joins.TryGetValue(join.Name, out var given) ? given : Path.Combine(Path.GetDirectoryName(Path.GetFullPath(request.Mapping!))!, join.File);
            if (LookupTable.Load(join, at, mapping!.Columns, problems, cancel) is { } table) lookups.Add(table);
            lookupPaths.Add(at);
        }

        foreach (var name in request.Joins.Keys.Where(n => mapping is null || mapping.Joins.All(j => j.Name != n)))
            problems.Add(Problem.Invalid("join_unknown", "The mapping has no join of this name.", "join", name));
        if (problems.Count > 0) return (null, problems);

        foreach (var file in files) Look(file, request, mapping, [.. lookups], problems);
        if (problems.Count > 0) return (null, problems);
        return (new ImportPlan(key, mapping, [.. lookups], files, Digest(request.Target, key, yaml, lookupPaths, files)), []);
    }

    private static string? ReadText(string path, List<Problem> problems)
    {
        var opened = TextWindow.Open(path, null);
        if (opened.Problem is { } problem)
        {
            problems.Add(problem with { Field = "mapping" });
            return null;
        }

        try
        {
            using var window = opened.Value;
            while (window.Fill() && window.Text.Length <= ReadMapping.MaxLength)
            {
            }

            return window.Text.ToString();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            problems.Add(TextWindow.FileProblem(path, e) with { Field = "mapping" });
            return null;
        }
    }

    private static List<InputFile> FindFiles(ImportRequest request, List<Problem> problems)
    {
        List<InputFile> files = [];
        if (request.Files.Count == 0) problems.Add(Problem.Invalid("file_missing", "No file is named.", "file"));
        foreach (var path in request.Files)
        {
            var full = Path.GetFullPath(path);
            if (Directory.Exists(full)) problems.Add(TextWindow.FileProblem(path, new UnauthorizedAccessException()));
            else if (!File.Exists(full)) problems.Add(TextWindow.FileProblem(path, new FileNotFoundException()));
            else if (files.Exists(f => f.Path == full)) problems.Add(Problem.Invalid("file_twice", "The file is named twice: all its rows would count twice.", "file", path));
            else files.Add(new InputFile(full, new FileInfo(full).Length));
        }

        return files;
    }

    // Opens the file and finds the mapping's columns in it, so that a wrong third file does not stop the import after the second.
    private static void Look(InputFile file, ImportRequest request, ImportMapping? mapping, LookupTable[] lookups, List<Problem> problems)
    {
        var opened = TextWindow.Open(file.Path, mapping?.Input.Encoding);
        if (opened.Problem is { } problem)
        {
            problems.Add(problem);
            return;
        }

        using var window = opened.Value;
        try
        {
            if (mapping is null)
            {
                if (window.Has(0) && window.Text.TrimStart() is [not '{', ..])
                    problems.Add(Problem.Invalid("mapping_missing", "The file does not begin with a JSON object, so it holds no Segment messages.", "file", file.Path, "Give a mapping; docs/importing.md says how one is written."));
                return;
            }

            using var reader = mapping.Input.Read(window);
            if (reader.IsEmpty) return;
            if (reader is DelimitedRows { HeaderFault: { } fault })
            {
                problems.Add(Problem.Invalid(fault.Reason, $"{(mapping.Input.Header ? "The row of column names" : "The first row")} cannot be read: {fault.Detail}", "file", file.Path));
                return;
            }

            RowContext.Bind(reader, mapping, lookups, file.Path, problems);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            // A damaged end is met, and told, when it is reached; a file of which not even the beginning can be read is not begun.
            problems.Add(TextWindow.FileProblem(file.Path, e));
        }
    }

    private static string Digest(string target, string key, string? yaml, List<string> lookups, List<InputFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(target));
        Append(hash, Encoding.UTF8.GetBytes(key));
        Append(hash, Encoding.UTF8.GetBytes(yaml ?? ""));
        foreach (var path in lookups.Concat(files.Select(f => f.Path))) AppendFile(hash, path);
        return Convert.ToHexStringLower(hash.GetHashAndReset().AsSpan(0, 16));
    }

    // Name, length, time of change, first and last bytes: enough to tell that it is the file of before without reading gigabytes.
    private static void AppendFile(IncrementalHash hash, string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        Append(hash, Encoding.UTF8.GetBytes(Path.GetFileName(path)));
        Span<byte> numbers = stackalloc byte[16];
        BinaryPrimitives.WriteInt64LittleEndian(numbers, file.Length);
        BinaryPrimitives.WriteInt64LittleEndian(numbers[8..], File.GetLastWriteTimeUtc(path).Ticks);
        hash.AppendData(numbers);
        var part = new byte[DigestPart];
        Append(hash, part.AsSpan(0, file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false)));
        file.Position = Math.Max(0, file.Length - DigestPart);
        Append(hash, part.AsSpan(0, file.ReadAtLeast(part, part.Length, throwOnEndOfStream: false)));
    }

    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> data)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
        hash.AppendData(length);
        hash.AppendData(data);
    }
}
