namespace Temas.Timelines.Columns;

/// <summary>
/// The values that one property has on the events of one type, row by row. A value is a number, or a text or truth value (by its number in the dictionary), or missing; both may occur in one column.
/// Rows beyond the end of an array are missing.
/// </summary>
internal sealed class PropertyColumn
{
    private const int Many = 1_000_000;

    private double[] numbers = [];
    private int numberRows;

    public PropertyColumn()
    {
    }

    /// <summary>As it was saved.</summary>
    public PropertyColumn(ReadOnlySpan<double> numbers, CodeRows texts, bool hasLists = false)
    {
        (this.numbers, numberRows, Texts, HasLists) = (Room(numbers.Length), numbers.Length, texts, hasLists);
        numbers.CopyTo(this.numbers);
    }

    /// <summary>Numbers; NaN where there is none.</summary>
    public ReadOnlySpan<double> Numbers => numbers.AsSpan(0, numberRows);

    /// <summary>Numbers of texts; <see cref="TextDictionary.Missing"/> where there is none.</summary>
    public CodeRows Texts { get; private set; } = new();

    /// <summary>What there is now, which does not change when rows are added.</summary>
    public (ReadOnlyMemory<double> Numbers, CodeRows Texts) Rows => (numbers.AsMemory(0, numberRows), Texts.Freeze());

    /// <summary>Whether some row has, or had, a list (<see cref="ListText"/>).</summary>
    public bool HasLists { get; private set; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => (numbers.LongLength * sizeof(double)) + Texts.Bytes;

    public double NumberAt(int row) => row < numberRows ? numbers[row] : double.NaN;

    public int TextAt(int row) => Texts.At(row);

    public void SetNumber(int row, double value)
    {
        if (row >= numberRows)
        {
            if (row >= numbers.Length) Array.Resize(ref numbers, LengthFor(row, numbers.Length));
            numbers.AsSpan(numberRows, row + 1 - numberRows).Fill(double.NaN);
            numberRows = row + 1;
        }

        // Minus zero is zero.
        numbers[row] = value + 0.0;
        if (row < Texts.Count) Texts.Set(row, TextDictionary.Missing);
    }

    public void SetText(int row, int code)
    {
        Texts.Set(row, code);
        if (row < numberRows) numbers[row] = double.NaN;
    }

    /// <summary>Several values, by the number of their list.</summary>
    public void SetList(int row, int code)
    {
        SetText(row, code);
        HasLists = true;
    }

    /// <summary>A value that is a number and has a word, too: it compares as the one and is told apart by the other.</summary>
    public void SetBoth(int row, double value, int code)
    {
        SetNumber(row, value);
        Texts.Set(row, code);
    }

    /// <summary>What there is now, which does not change when rows are added.</summary>
    public PropertyColumn Freeze() => new() { numbers = numbers, numberRows = numberRows, Texts = Texts.Freeze(), HasLists = HasLists };

    /// <summary>Takes over the values of another column from a row on, as those of row <paramref name="at"/> on.</summary>
    public void Append(PropertyColumn other, int from, int at)
    {
        for (var row = from; row < Math.Max(other.numberRows, other.Texts.Count); row++)
        {
            var (number, text) = (other.NumberAt(row), other.TextAt(row));
            if (text == TextDictionary.Missing && !double.IsNaN(number)) SetNumber(at + row - from, number);
            else if (!double.IsNaN(number)) SetBoth(at + row - from, number, text);
            else if (text != TextDictionary.Missing) SetText(at + row - from, text);
        }
    }

    /// <summary>The same values with other row numbers: row i is what was <paramref name="order"/>[i]. Texts get the numbers of <paramref name="recode"/>, if any.</summary>
    public PropertyColumn Reorder(ReadOnlySpan<int> order, Func<int, int>? recode)
    {
        var result = new PropertyColumn { HasLists = HasLists, Texts = Texts.Reorder(order, recode) };
        if (numberRows == 0) return result;
        (result.numbers, result.numberRows) = (Room(order.Length), order.Length);
        for (var i = 0; i < order.Length; i++) result.numbers[i] = NumberAt(order[i]);
        return result;
    }

    // For what comes until everything is one piece again. Whoever adds a row holds all questions up, and should not have to copy a column of millions first.
    internal static int WithRoom(int rows) => rows + (rows / 16) + 16;

    /// <summary>How long an array should be that gets a row for which it is too short: of millions not half as much again, which may never be needed.</summary>
    internal static int LengthFor(int row, int length) => Math.Max(row + 1, Math.Max(16, length + (length / (length < Many ? 2 : 8))));

    private static double[] Room(int rows) => rows == 0 ? [] : GC.AllocateUninitializedArray<double>(WithRoom(rows));
}
