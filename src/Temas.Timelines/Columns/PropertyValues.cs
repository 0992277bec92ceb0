namespace Temas.Timelines.Columns;

/// <summary>A value of a property, and how many of the events that were looked at have it.</summary>
/// <param name="Value">A text, a number or a truth value.</param>
/// <param name="Events">How many.</param>
public readonly record struct PropertyValue(object Value, int Events);

/// <summary>Which values a property has: for editors to offer, and to say why a comparison fits nobody.</summary>
/// <param name="HasNumbers">Whether some are numbers.</param>
/// <param name="HasTexts">Whether some are texts.</param>
/// <param name="HasFlags">Whether some are true or false.</param>
/// <param name="All">The different values, the most frequent first.</param>
public sealed record PropertyValues(bool HasNumbers, bool HasTexts, bool HasFlags, IReadOnlyList<PropertyValue> All)
{
    // However many there are: it is read while somebody types. The newest rows come last.
    private const int MostRows = 500_000, MostDifferent = 50_000;

    /// <summary>The values of a property on the newest events of some types, or of all.</summary>
    public static PropertyValues Of(ColumnStore store, IReadOnlyList<string>? types, string property)
    {
        using var read = store.Read();
        if (store.FindName(property) is not { } name) return new PropertyValues(false, false, false, []);
        var tables = types is null ? store.Tables : [.. types.Select(store.FindType).OfType<int>().Distinct().Where(t => t < store.Tables.Count).Select(t => store.Tables[t])];
        var (texts, numbers) = (new Dictionary<int, int>(), new Dictionary<double, int>());
        foreach (var column in tables.Select(t => t.Find(name)).OfType<PropertyColumn>())
        {
            for (var row = Math.Max(0, column.Texts.Count - MostRows); row < column.Texts.Count; row++)
            {
                if (column.TextAt(row) is not TextDictionary.Missing and var code) Count(texts, code);
            }

            foreach (var number in column.Numbers[Math.Max(0, column.Numbers.Length - MostRows)..])
            {
                if (!double.IsNaN(number)) Count(numbers, number);
            }
        }

        var all = texts.Select(t => new PropertyValue(t.Key switch { TextDictionary.True => true, TextDictionary.False => false, _ => store.Texts.TextOf(t.Key) }, t.Value))
            .Concat(numbers.Select(n => new PropertyValue(n.Key, n.Value)))
            .OrderByDescending(v => v.Events).ToList();
        return new PropertyValues(numbers.Count > 0, texts.Keys.Any(t => t > TextDictionary.True), texts.Keys.Any(t => t is TextDictionary.True or TextDictionary.False), all);
    }

    /// <summary>The values that a fact of customers has now; of lists each value.</summary>
    public static PropertyValues OfFact(ColumnStore store, string fact)
    {
        using var read = store.Read();
        var counts = new Dictionary<object, int>();
        foreach (var key in store.FindName(fact) is { } name && store.Profiles.Table.Find(name) is { } column ? store.Profiles.KeysOf(column).TakeLast(MostRows) : [])
        {
            var isText = Queries.ValueKey.ValueOf(key, store.Texts) is string;
            if (isText && ListText.IsList(store.Texts.Utf8Of((int)key)))
            {
                foreach (var one in ListText.Read(store.Texts.Utf8Of((int)key)).Distinct()) Count(counts, one.Text ?? (one.Flag is { } flag ? flag : (object)one.Number));
            }
            else
            {
                Count(counts, Queries.ValueKey.ValueOf(key, store.Texts)!);
            }
        }

        return new PropertyValues(
            counts.Keys.Any(v => v is double), counts.Keys.Any(v => v is string), counts.Keys.Any(v => v is bool), [.. counts.Select(c => new PropertyValue(c.Key, c.Value)).OrderByDescending(v => v.Events)]);
    }

    private static void Count<T>(Dictionary<T, int> counts, T value)
        where T : notnull
    {
        if (counts.TryGetValue(value, out var known)) counts[value] = known + 1;
        else if (counts.Count < MostDifferent) counts.Add(value, 1);
    }
}
