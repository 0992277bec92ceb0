using System.Globalization;

namespace Temas.Collect.Import.Rows;

/// <summary>Why a row, or a value in it, cannot be used.</summary>
/// <param name="Reason">Reason in snake_case (docs/importing.md lists them).</param>
/// <param name="Detail">One sentence with the value and the way out.</param>
/// <param name="Field">Key of the mapping that asked for the value, if it was one.</param>
internal sealed record RowFault(string Reason, string Detail, string? Field = null)
{
    /// <summary>Which of the sentences of its reason it is, for pages that tell it in their own language; most reasons have one.</summary>
    public string Sentence { get; init; } = Reason;

    /// <summary>What stands in the places of that sentence.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];
}

/// <summary>
/// Reads one file row by row, without holding more than the current row. Blank lines are no rows. A row that cannot be read is still a row:
/// it has its line, its text and its <see cref="Fault"/>, and reading goes on behind it.
/// </summary>
internal abstract class RowReader(TextWindow window) : IDisposable
{
    private int consume;
    private bool held;
    private string? cut;

    /// <summary>Line at which the row begins, from 1.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>Why the row cannot be used; null for a good one.</summary>
    public RowFault? Fault { get; protected set; }

    /// <summary>The row as it stands in the file, without its end of line; of a row beyond the limit its beginning.</summary>
    public ReadOnlySpan<char> Raw => cut ?? Window.Text[..RawLength];

    /// <summary>Bytes of the file that have been read.</summary>
    public long BytesRead => Window.BytesRead;

    /// <summary>In how many parts the row's content is compared with that of other rows.</summary>
    public virtual int ContentParts => 1;

    /// <summary>Names of the columns for messages; empty when they differ from row to row.</summary>
    public virtual IReadOnlyList<string> Columns => [];

    /// <summary>True when the file holds nothing, not even names of columns.</summary>
    public virtual bool IsEmpty => !Window.Has(0);

    protected TextWindow Window { get; } = window;

    private int RawLength { get; set; }

    private long Lines { get; set; }

    /// <summary>Number of the column called <paramref name="name"/>; -1 when there is none, -2 when there are several.</summary>
    public abstract int Find(string name);

    /// <summary>The value in a column; false when this row has none.</summary>
    public abstract bool TryGet(int column, out ReadOnlySpan<char> value);

    /// <summary>Part <paramref name="index"/> of the row's content.</summary>
    public virtual ReadOnlySpan<char> ContentPart(int index) => Raw.TrimEnd();

    /// <summary>Goes to the next row; false at the end of the file.</summary>
    public bool Read()
    {
        if (held)
        {
            held = false;
            return true;
        }

        while (true)
        {
            Leave();
            Fault = null;
            if (!Window.Has(0)) return false;
            if (Window.NewlineAt(0) is > 0 and var newline)
            {
                Take(0, newline);
                continue;
            }

            if (!Parse()) continue;
            if (Fault is null && Raw.IndexOfAny('\0', TextEncodings.Undecodable) is >= 0 and var at)
            {
                Fault = Raw[at] == '\0'
                    ? new RowFault("nul_character", $"There is a NUL character at place {at + 1} of the row. Remove it, or name the file's encoding: in UTF-16 every other byte is NUL.") { Values = [Say(at + 1)] }
                    : new RowFault("undecodable", $"The bytes at place {at + 1} of the row are no text in the file's encoding. Name the right one in the mapping, such as encoding: windows-1254.") { Values = [Say(at + 1)] };
            }

            return true;
        }
    }

    /// <summary>A number in the sentence of a fault.</summary>
    public static string Say(int number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Leaves out <paramref name="count"/> lines.</summary>
    public void SkipLines(int count)
    {
        for (var i = 0; i < count; i++)
        {
            Leave();
            if (!Window.Has(0)) return;
            var end = Window.LineEnd(0);
            Take(end, Window.NewlineAt(end));
        }

        Leave();
    }

    public void Dispose() => Window.Dispose();

    /// <summary>Reads the row at the start of the window, which is not blank, and calls <see cref="Take"/>; false when it is no row (a comment).</summary>
    protected abstract bool Parse();

    /// <summary>Says how long the row is, how long its end of line, and over how many lines it runs.</summary>
    protected void Take(int length, int newline, int lines = 1)
    {
        (RawLength, consume, Lines) = (length, length + newline, lines);
    }

    /// <summary>Takes the line at the start as the row. A line beyond the limit gets a fault, and its rest is passed over.</summary>
    protected void TakeLine()
    {
        var end = Window.LineEnd(0);
        if (!Window.IsFull || end < Window.Text.Length)
        {
            Take(end, Window.NewlineAt(end));
            return;
        }

        cut = Window.Text[..1000].ToString();
        Fault = new RowFault("row_too_long", $"The line is longer than {TextWindow.MaxRow} characters.") { Values = [Say(TextWindow.MaxRow)] };
        while (Window.IsFull && end == Window.Text.Length)
        {
            Window.Advance(end);
            end = Window.LineEnd(0);
        }

        Take(end, Window.NewlineAt(end));
    }

    /// <summary>The next <see cref="Read"/> gives this row again.</summary>
    protected void Hold() => held = true;

    private void Leave()
    {
        Window.Advance(consume);
        Line += Lines;
        (consume, RawLength, Lines, cut) = (0, 0, 0, null);
    }
}
