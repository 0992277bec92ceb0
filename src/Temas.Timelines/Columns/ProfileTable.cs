using System.Numerics;

namespace Temas.Timelines.Columns;

/// <summary>What is known of each customer: a row of facts a customer. What is known anew gets a new row; those that nobody has any more go when they are many.</summary>
internal sealed class ProfileTable
{
    // The row of those of whom nothing is known.
    private const int Unknown = 0;

    private int[] rows = [];
    private int known;

    public ProfileTable()
    {
        Table = new EventTable();
        Table.Add();
    }

    /// <summary>The facts; row 0 has none.</summary>
    public EventTable Table { get; private set; }

    /// <summary>Of how many customers something is known.</summary>
    public int Customers => known;

    public long Bytes => Table.Bytes + (rows.LongLength * sizeof(int));

    public int RowOf(int customer) => customer >= 0 && customer < rows.Length ? rows[customer] : Unknown;

    /// <summary>What there is now, which does not change when something is known anew.</summary>
    public ProfileTable Freeze() => new() { Table = Table.Freeze(), rows = [.. rows], known = known };

    /// <summary>As it was saved: the customers by the rows from 1 on.</summary>
    public static ProfileTable Restore(IReadOnlyList<int> customers, EventTable table)
    {
        var result = new ProfileTable { Table = table, rows = new int[customers.Count == 0 ? 0 : customers.Max() + 1], known = customers.Count };
        for (var i = 0; i < customers.Count; i++) result.rows[customers[i]] = i + 1;
        return result;
    }

    /// <summary>The customers of whom something is known, by the rows from 1 on of the table that <see cref="Tighten"/> makes.</summary>
    public IEnumerable<int> Known => Enumerable.Range(0, rows.Length).Where(customer => rows[customer] != Unknown);

    /// <summary>A new row for a customer.</summary>
    public int Add(int customer)
    {
        if (customer >= rows.Length) Array.Resize(ref rows, (int)BitOperations.RoundUpToPowerOf2((uint)customer + 1));
        if (rows[customer] == Unknown) known++;
        return rows[customer] = Table.Add();
    }

    /// <summary>Nothing is known of a customer any more.</summary>
    public void Forget(int customer)
    {
        if (RowOf(customer) == Unknown) return;
        rows[customer] = Unknown;
        known--;
    }

    /// <summary>Whether more than half of the rows belong to nobody.</summary>
    public bool IsLoose => Table.Rows > (2 * known) + 1024;

    /// <summary>The values of a fact that customers have now, by the number of a text or as numbers; a list by its number.</summary>
    public IEnumerable<long> KeysOf(PropertyColumn column) => rows.Where(row => row != Unknown).Select(row => Queries.ValueKey.At(column, row)).Where(key => key != Queries.ValueKey.Missing);

    /// <summary>Whether some customer has a list as this fact.</summary>
    public bool HasLists(PropertyColumn column, TextDictionary texts) => column.HasLists && rows.Any(row => row != Unknown && column.TextAt(row) is > TextDictionary.True and var code && ListText.IsList(texts.Utf8Of(code)));

    /// <summary>All different lists, those of rows that nobody has any more included.</summary>
    public IEnumerable<List<Queries.FilterValue>> Lists(TextDictionary texts) =>
        Table.Names.Select(Table.Find).OfType<PropertyColumn>().Where(c => c.HasLists).SelectMany(c => c.Texts.Different()).Distinct().Where(code => code > TextDictionary.True && ListText.IsList(texts.Utf8Of(code))).Select(code => ListText.Read(texts.Utf8Of(code)));

    /// <summary>Leaves out the rows of nobody. Texts get the numbers of <paramref name="recode"/>, if any.</summary>
    public void Tighten(Func<int, int>? recode)
    {
        var order = new List<int>(known + 1) { Unknown };
        for (var customer = 0; customer < rows.Length; customer++)
        {
            if (rows[customer] == Unknown) continue;
            order.Add(rows[customer]);
            rows[customer] = order.Count - 1;
        }

        Table = Table.Reorder(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(order), recode);
    }
}
