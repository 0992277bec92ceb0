namespace Temas.Timelines.Columns;

/// <summary>
/// The values that one property has on the events of one type, row by row. A value is a number, or a text or truth value (by its number in the dictionary), or missing; both may occur in one column.
/// Rows beyond the end of an array are missing.
/// </summary>
internal sealed class PropertyColumn
{
    private double[] numbers = [];
    private int[] texts = [];
    private int numberRows, textRows;

    public PropertyColumn()
    {
    }

    /// <summary>As it was saved.</summary>
    public PropertyColumn(ReadOnlySpan<double> numbers, ReadOnlySpan<int> texts, bool hasLists = false)
    {
        HasLists = hasLists;
        (this.numbers, numberRows, this.texts, textRows) = (WithRoom<double>(numbers.Length), numbers.Length, WithRoom<int>(texts.Length), texts.Length);
        numbers.CopyTo(this.numbers);
        texts.CopyTo(this.texts);
    }

    /// <summary>Numbers; NaN where there is none.</summary>
    public ReadOnlySpan<double> Numbers => numbers.AsSpan(0, numberRows);

    /// <summary>Numbers of texts; <see cref="TextDictionary.Missing"/> where there is none.</summary>
    public ReadOnlySpan<int> Texts => texts.AsSpan(0, textRows);

    /// <summary>What there is now, which does not change when rows are added.</summary>
    public (ReadOnlyMemory<double> Numbers, ReadOnlyMemory<int> Texts) Rows => (numbers.AsMemory(0, numberRows), texts.AsMemory(0, textRows));

    /// <summary>Whether some row has, or had, a list (<see cref="ListText"/>).</summary>
    public bool HasLists { get; private set; }

    /// <summary>Bytes of memory that it takes.</summary>
    public long Bytes => (numbers.LongLength * sizeof(double)) + (texts.LongLength * sizeof(int));

    public double NumberAt(int row) => row < numberRows ? numbers[row] : double.NaN;

    public int TextAt(int row) => row < textRows ? texts[row] : TextDictionary.Missing;

    public void SetNumber(int row, double value)
    {
        Extend(ref numbers, ref numberRows, row, double.NaN);
        // Minus zero is zero.
        numbers[row] = value + 0.0;
        if (row < textRows) texts[row] = TextDictionary.Missing;
    }

    public void SetText(int row, int code)
    {
        Extend(ref texts, ref textRows, row, TextDictionary.Missing);
        texts[row] = code;
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
        Extend(ref texts, ref textRows, row, TextDictionary.Missing);
        texts[row] = code;
    }

    /// <summary>What there is now, which does not change when rows are added.</summary>
    public PropertyColumn Freeze() => new() { numbers = numbers, numberRows = numberRows, texts = texts, textRows = textRows, HasLists = HasLists };

    /// <summary>Takes over the values of another column from a row on, as those of row <paramref name="at"/> on.</summary>
    public void Append(PropertyColumn other, int from, int at)
    {
        for (var row = from; row < Math.Max(other.numberRows, other.textRows); row++)
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
        var result = new PropertyColumn { HasLists = HasLists };
        if (numberRows > 0)
        {
            result.numbers = WithRoom<double>(order.Length);
            result.numberRows = order.Length;
            for (var i = 0; i < order.Length; i++) result.numbers[i] = NumberAt(order[i]);
        }

        if (textRows > 0)
        {
            result.texts = WithRoom<int>(order.Length);
            result.textRows = order.Length;
            for (var i = 0; i < order.Length; i++) result.texts[i] = TextAt(order[i]);
            if (recode is not null) foreach (ref var code in result.texts.AsSpan(0, result.textRows)) code = recode(code);
        }

        return result;
    }

    /// <summary>Gives texts other numbers.</summary>
    public void Recode(int[] codes)
    {
        foreach (ref var code in texts.AsSpan(0, textRows)) code = codes[code];
    }

    // For what comes until everything is one piece again. Whoever adds a row holds all questions up, and should not have to copy a column of millions first.
    private static T[] WithRoom<T>(int rows) => rows == 0 ? [] : GC.AllocateUninitializedArray<T>(rows + (rows / 16) + 16);

    private static void Extend<T>(ref T[] values, ref int rows, int row, T missing)
    {
        if (row < rows) return;
        if (row >= values.Length) Array.Resize(ref values, Math.Max(row + 1, Math.Max(16, values.Length + (values.Length / 2))));
        values.AsSpan(rows, row + 1 - rows).Fill(missing);
        rows = row + 1;
    }
}
