using System.Globalization;
using System.Runtime.InteropServices;

namespace Temas.Collect.Import.Rows;

/// <summary>How a delimited file is written.</summary>
/// <param name="Delimiter">Between fields; null: as the first lines tell.</param>
/// <param name="Quote">Around fields that hold delimiters or newlines.</param>
/// <param name="Comment">Lines that begin with it are no rows.</param>
/// <param name="Trim">Whether space around values is dropped.</param>
/// <param name="Pad">Whether a row may have fewer or more fields than the header.</param>
internal sealed record DelimitedFormat(char? Delimiter, char Quote, string? Comment, bool Trim, bool Pad);

/// <summary>
/// Rows of delimited text as RFC 4180 gives it, lenient where people's files are: any delimiter, CR, LF or CR LF mixed, quotes inside unquoted fields are text.
/// A quote that is never closed costs one line, not the rest of the file; that, the bounded memory and the line numbers are why this is no library.
/// </summary>
internal sealed class DelimitedRows : RowReader
{
    private readonly record struct Field(int Start, int Length, bool Unescaped);

    private readonly DelimitedFormat format;
    private readonly List<Field> fields = [];
    private char delimiter;
    private char[] scratch = new char[256];
    private int scratchUsed;
    private string[] columns = [];
    private Dictionary<string, int> index = [];

    private DelimitedRows(TextWindow window, DelimitedFormat format)
        : base(window) => this.format = format;

    /// <summary>What stands between fields: as the format says, or as was told from the first lines.</summary>
    public char Delimiter => delimiter;

    public override IReadOnlyList<string> Columns => columns;

    public override bool IsEmpty => columns.Length == 0;

    public override int ContentParts => fields.Count;

    /// <summary>What is wrong with the row of column names, if something is.</summary>
    public RowFault? HeaderFault { get; private set; }

    /// <summary>
    /// Opens the rows behind <paramref name="skip"/> lines. If <paramref name="header"/>, the first row holds the names of the columns.
    /// <paramref name="names"/> replace them; without both, columns are called c1, c2 …
    /// </summary>
    public static DelimitedRows Open(TextWindow window, DelimitedFormat format, int skip, bool header, IReadOnlyList<string> names)
    {
        var rows = new DelimitedRows(window, format);
        rows.SkipLines(skip);
        rows.delimiter = format.Delimiter ?? DelimiterSniffer.Guess(window, format.Quote);
        if (names.Count > 0)
        {
            if (header) rows.Read();
            rows.Name(names);
        }
        else if (rows.Read())
        {
            rows.HeaderFault = rows.Fault;
            rows.Name(header ? rows.FieldTexts() : [.. Enumerable.Range(1, rows.fields.Count).Select(n => string.Create(CultureInfo.InvariantCulture, $"c{n}"))]);
            if (!header) rows.Hold();
        }

        return rows;
    }

    public override int Find(string name)
    {
        if (index.TryGetValue(name, out var found)) return found;
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var place) && place >= 1 && place <= columns.Length ? place - 1 : -1;
    }

    public override bool TryGet(int column, out ReadOnlySpan<char> value)
    {
        value = default;
        if (column >= fields.Count) return false;
        value = Value(fields[column]);
        return true;
    }

    public override ReadOnlySpan<char> ContentPart(int index) => Value(fields[index]);

    protected override bool Parse()
    {
        fields.Clear();
        scratchUsed = 0;
        if (format.Comment is { } comment && StartsWith(comment))
        {
            TakeLine();
            return false;
        }

        var i = 0;
        while (true)
        {
            if (format.Trim) i = SkipSpace(i);
            if (Window.Has(i) && Window[i] == format.Quote)
            {
                if (!ReadQuoted(ref i)) return true;
            }
            else if (!ReadPlain(ref i))
            {
                return true;
            }

            if (!Window.Has(i) || Window[i] != delimiter) break;
            i++;
        }

        if (Window.IsFull && i == Window.Text.Length)
        {
            TakeLine();
            return true;
        }

        var raw = Window.Text[..i];
        Take(i, Window.NewlineAt(i), raw.IndexOfAny('\r', '\n') < 0 ? 1 : CountLines(raw));
        if (columns.Length > 0 && fields.Count != columns.Length && !format.Pad)
            Fault = new RowFault("ragged_row", $"The row has {fields.Count} fields where {columns.Length} are expected. Mend the row, or set ragged: pad in the mapping.") { Values = [Say(fields.Count), Say(columns.Length)] };
        return true;
    }

    private bool ReadPlain(ref int i)
    {
        var from = i;
        while (true)
        {
            var found = Window.Text[i..].IndexOfAny(delimiter, '\r', '\n');
            if (found >= 0)
            {
                i += found;
                break;
            }

            i = Window.Text.Length;
            if (Window.Fill()) continue;
            if (Window.IsFull)
            {
                TakeLine();
                return false;
            }

            break;
        }

        var length = i - from;
        if (format.Trim) length = Window.Text.Slice(from, length).TrimEnd().Length;
        fields.Add(new Field(from, length, false));
        return true;
    }

    private bool ReadQuoted(ref int i)
    {
        var from = i + 1;
        var escaped = false;
        var at = from;
        while (true)
        {
            var found = Window.Text[at..].IndexOf(format.Quote);
            if (found < 0)
            {
                at = Window.Text.Length;
                if (Window.Fill()) continue;
                return Broken("quote_not_closed", "A quote is opened in this line and not closed. Close it, or double it if it is a character of the text.");
            }

            at += found;
            if (!Window.Has(at + 1) || Window[at + 1] != format.Quote) break;
            escaped = true;
            at += 2;
        }

        var value = Window.Text[from..at];
        i = at + 1;
        if (format.Trim)
        {
            var lead = value.Length - value.TrimStart().Length;
            value = value.Trim();
            from += lead;
        }

        fields.Add(escaped ? Unescape(value) : new Field(from, value.Length, false));
        i = SkipSpace(i);
        if (!Window.Has(i) || Window[i] == delimiter || Window[i] is '\r' or '\n') return true;
        return Broken("text_after_quote", "Text follows the quote that closes a field. Double the quotes that are characters of the text.");
    }

    private bool Broken(string reason, string detail)
    {
        TakeLine();
        Fault = new RowFault(reason, detail);
        return false;
    }

    private Field Unescape(ReadOnlySpan<char> value)
    {
        if (scratch.Length - scratchUsed < value.Length) Array.Resize(ref scratch, Math.Max(scratch.Length * 2, scratchUsed + value.Length));
        var from = scratchUsed;
        for (var i = 0; i < value.Length; i++)
        {
            scratch[scratchUsed++] = value[i];
            if (value[i] == format.Quote) i++;
        }

        return new Field(from, scratchUsed - from, true);
    }

    private ReadOnlySpan<char> Value(Field field) =>
        field.Unescaped ? scratch.AsSpan(field.Start, field.Length) : Window.Text.Slice(field.Start, field.Length);

    private int SkipSpace(int i)
    {
        while (Window.Has(i) && Window[i] is ' ' or '\t' or '\u00A0' && Window[i] != delimiter) i++;
        return i;
    }

    private bool StartsWith(string text) => Window.Has(text.Length - 1) && Window.Text.StartsWith(text, StringComparison.Ordinal);

    private string[] FieldTexts()
    {
        var names = new string[fields.Count];
        for (var i = 0; i < names.Length; i++) names[i] = Value(fields[i]).ToString();
        return names;
    }

    private void Name(IReadOnlyList<string> names)
    {
        columns = [.. names];
        index = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < columns.Length; i++)
        {
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(index, columns[i], out var taken);
            place = taken ? -2 : i;
        }
    }

    private static int CountLines(ReadOnlySpan<char> raw)
    {
        var lines = 1;
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] == '\n' || (raw[i] == '\r' && (i + 1 == raw.Length || raw[i + 1] != '\n'))) lines++;
        }

        return lines;
    }
}
