using System.Globalization;
using System.Text;

namespace Temas.Collect.Import;

/// <summary>
/// The file beside an input that holds what was not taken: <c>NAME.rejects.csv</c> with line, reason, field, detail and row. Made with the first reject, readable by
/// its owner only, for rows are personal data. Spreadsheets run a cell that begins with = + - @ as a formula, so such a cell gets an apostrophe in front.
/// </summary>
internal sealed class RejectFile : IDisposable
{
    private const string Header = "line,reason,field,detail,row\r\n";

    // What a cell of a spreadsheet can hold.
    private const int MaxCell = 32_000;

    private readonly FileStream stream;
    private readonly StringBuilder text = new();

    private RejectFile(string path, FileStream stream) => (Path, this.stream) = (path, stream);

    /// <summary>Where it lies.</summary>
    public string Path { get; }

    /// <summary>Its length in bytes.</summary>
    public long Length => stream.Length;

    /// <summary>A row's text, cut to what a reject file holds of it.</summary>
    public static string Cut(ReadOnlySpan<char> row) => row.Length > MaxCell ? string.Concat(row[..(MaxCell - 1)], "…") : row.ToString();

    /// <summary>Where the rejects of <paramref name="input"/> go, by preference.</summary>
    public static IReadOnlyList<string> PathsFor(string input, ImportRequest request)
    {
        var name = System.IO.Path.GetFileName(input) + ".rejects.csv";
        var own = System.IO.Path.Combine(request.RejectFolder ?? System.IO.Path.GetDirectoryName(input)!, name);
        return [own, System.IO.Path.Combine(request.StateFolder, "rejects", name)];
    }

    /// <summary>Opens the first of <paramref name="paths"/> that can be written. What lies beyond <paramref name="keep"/> bytes is from rows that will come again, and is cut off.</summary>
    public static RejectFile Open(IReadOnlyList<string> paths, long keep)
    {
        for (var i = 0; ; i++)
        {
            try
            {
                Directory.CreateDirectory(System.IO.Path.GetDirectoryName(paths[i])!);
                var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.Read };
                if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
                var stream = new FileStream(paths[i], options);
                if (keep < stream.Length) stream.SetLength(keep);
                stream.Seek(0, SeekOrigin.End);
                var file = new RejectFile(paths[i], stream);
                if (stream.Length == 0)
                {
                    stream.Write([0xEF, 0xBB, 0xBF]);
                    stream.Write(Encoding.UTF8.GetBytes(Header));
                }

                return file;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException && i + 1 < paths.Count)
            {
                // The folder of the input is not ours to write: the data folder is.
            }
        }
    }

    /// <summary>Removes the rejects that an earlier import of the same file left, so that what lies there is of this one.</summary>
    public static void RemoveOld(IReadOnlyList<string> paths)
    {
        foreach (var path in paths)
        {
            try
            {
                if (!File.Exists(path)) continue;
                using (var reader = new StreamReader(path, Encoding.UTF8))
                {
                    if (reader.ReadLine() != Header.TrimEnd()) continue;
                }

                File.Delete(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Not ours to remove; then new rejects do not go there either.
            }
        }
    }

    /// <summary>Adds a reject.</summary>
    public void Write(ImportReject reject)
    {
        text.Clear();
        text.Append(reject.Line.ToString(CultureInfo.InvariantCulture));
        foreach (var cell in (ReadOnlySpan<string?>)[reject.Reason, reject.Field, reject.Detail, reject.Row])
        {
            text.Append(",\"");
            if (cell is ['=' or '+' or '-' or '@' or '\t', ..]) text.Append('\'');
            foreach (var c in cell ?? "")
            {
                if (c == '"') text.Append('"');
                text.Append(c == '\0' ? '\u2400' : c);
            }

            text.Append('"');
        }

        text.Append("\r\n");
        stream.Write(Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Hands what was written to the operating system.</summary>
    public void Flush() => stream.Flush();

    public void Dispose() => stream.Dispose();
}
