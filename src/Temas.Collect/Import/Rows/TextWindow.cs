using System.Text;
using Temas.Kernel;

namespace Temas.Collect.Import.Rows;

/// <summary>
/// The part of a text file that is being looked at: from the start of the current row as far as it has been read. It moves over the file and keeps
/// no more than one row (at most <see cref="MaxRow"/> characters) and one read ahead, however large the file is.
/// </summary>
internal sealed class TextWindow : IDisposable
{
    /// <summary>Longest row, in characters.</summary>
    public const int MaxRow = 8 * 1024 * 1024;

    private const int ReadSize = 64 * 1024;

    private readonly FileStream? file;
    private readonly StreamReader reader;
    private char[] buffer = new char[ReadSize * 2];
    private int start;
    private int end;
    private bool atEnd;

    private TextWindow(FileStream? file, StreamReader reader) => (this.file, this.reader) = (file, reader);

    /// <summary>IANA name of the encoding in which the file is read.</summary>
    public string EncodingName => reader.CurrentEncoding.WebName;

    /// <summary>Bytes of the file that have been read, as they lie on disk.</summary>
    public long BytesRead => file?.Position ?? 0;

    /// <summary>What has been read from the start of the row on.</summary>
    public ReadOnlySpan<char> Text => buffer.AsSpan(start, end - start);

    /// <summary>Opens <paramref name="path"/>, unpacking gzip. <paramref name="encoding"/> null: as the first bytes tell.</summary>
    public static Result<TextWindow> Open(string path, Encoding? encoding)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 256 * 1024, FileOptions.SequentialScan);
            var raw = new PeekedStream(file, 2);
            var plain = raw.Head.SequenceEqual<byte>([0x1F, 0x8B])
                ? new PeekedStream(new WholeGzipStream(raw), 4096)
                : new PeekedStream(raw, 4096);
            encoding ??= TextEncodings.Detect(plain.Head);
            plain.Skip(TextEncodings.MarkLength(encoding, plain.Head));
            return new TextWindow(file, new StreamReader(plain, encoding, detectEncodingFromByteOrderMarks: false, ReadSize));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            file?.Dispose();
            return FileProblem(path, e);
        }
    }

    /// <summary>What stood in the way of reading a file, as a problem.</summary>
    public static Problem FileProblem(string path, Exception error) => error switch
    {
        FileNotFoundException or DirectoryNotFoundException => Problem.NotFound("file_missing", "There is no such file.", "file", path),
        InvalidDataException => Problem.Invalid("gzip_damaged", "The gzip data is damaged or ends too early. Rows well before the damage are imported.", "file", path, "Fetch the file again and repeat the import: what is stored already is not stored twice."),
        UnauthorizedAccessException when Directory.Exists(path) => Problem.Invalid("file_is_folder", "This is a folder.", "file", path, "Name the files in it."),
        UnauthorizedAccessException => new Problem(ProblemKind.Forbidden, "file_unreadable", "The file may not be read.") { Field = "file", Value = path },
        _ => new Problem(ProblemKind.Unavailable, "file_unreadable", $"The file cannot be read: {error.Message}") { Field = "file", Value = path },
    };

    /// <summary>Makes the character at <paramref name="index"/> from the start of the row available; false at the end of the file, or of what a row may hold.</summary>
    public bool Has(int index)
    {
        while (start + index >= end)
        {
            if (!Fill()) return false;
        }

        return true;
    }

    /// <summary>True when the row has reached the limit, so that what follows in the file was not looked at.</summary>
    public bool IsFull => end - start >= MaxRow;

    /// <summary>The character at <paramref name="index"/>, for which <see cref="Has"/> was true.</summary>
    public char this[int index] => buffer[start + index];

    /// <summary>Moves the start of the row on by <paramref name="count"/> characters.</summary>
    public void Advance(int count) => start += count;

    /// <summary>Reads on; false at the end of the file, or when the row is full.</summary>
    public bool Fill()
    {
        if (atEnd || IsFull) return false;
        if (start > 0)
        {
            buffer.AsSpan(start, end - start).CopyTo(buffer);
            (start, end) = (0, end - start);
        }

        if (buffer.Length - end < ReadSize) Array.Resize(ref buffer, buffer.Length * 2);
        var read = reader.Read(buffer, end, ReadSize);
        if (read == 0)
        {
            atEnd = true;
            return false;
        }

        end += read;
        return true;
    }

    /// <summary>Where the line ends that begins at <paramref name="from"/>: the place of CR or LF, or of the end of what can be seen.</summary>
    public int LineEnd(int from)
    {
        while (true)
        {
            var found = Text[from..].IndexOfAny('\r', '\n');
            if (found >= 0) return from + found;
            from = Text.Length;
            if (!Fill()) return Text.Length;
        }
    }

    /// <summary>How many characters end the line at <paramref name="index"/>: 2 for CR LF, 1 for CR or LF, 0 at the end of the text.</summary>
    public int NewlineAt(int index)
    {
        if (!Has(index)) return 0;
        if (this[index] == '\n') return 1;
        if (this[index] != '\r') return 0;
        return Has(index + 1) && this[index + 1] == '\n' ? 2 : 1;
    }

    public void Dispose()
    {
        reader.Dispose();
        file?.Dispose();
    }
}
