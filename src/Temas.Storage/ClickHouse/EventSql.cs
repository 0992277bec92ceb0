using Temas.Timelines.Queries;

namespace Temas.Storage.ClickHouse;

/// <summary>What is asked of single events: which of them are meant, and what their properties are.</summary>
internal sealed class EventSql(SqlBinder sql)
{
    /// <summary>A value that is missing, as <see cref="Key"/> has it.</summary>
    public const int TextKey = 0, NumberKey = 1, FlagKey = 2, MissingKey = 3;

    /// <summary>Whether an event is meant.</summary>
    public SqlText Matches(EventSelector selector) => (selector.Types, selector.Where) switch
    {
        (null, null) => sql.Sql($"1"),
        ({ } types, null) => OfTypes(types),
        (null, { } where) => Holds(where),
        var (types, where) => sql.Sql($"({OfTypes(types)} AND {Holds(where)})"),
    };

    /// <summary>Whether an event is of a type that one of them means; all are where one means every type.</summary>
    public SqlText OfTypes(IReadOnlyList<EventSelector> selectors) =>
        selectors.Any(s => s.Types is null) ? sql.Sql($"1") : OfTypes([.. selectors.SelectMany(s => s.Types!).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)]);

    /// <summary>Whether a column lies in a stretch of time.</summary>
    public SqlText In(TimeSpanMs when) => when == TimeSpanMs.Always ? sql.Sql($"1") : sql.Sql($"(time >= {when.From} AND time < {when.To})");

    /// <summary>Whether an event has a number.</summary>
    public SqlText HasNumber(string property) => sql.Sql($"mapContains(numbers, {property})");

    /// <summary>That number.</summary>
    public SqlText Number(string property) => sql.Sql($"numbers[{property}]");

    /// <summary>
    /// A property's value, whatever it is, as a tuple of its sort, its number and its text. Tuples have the order in which an answer names equals: texts by their letters, numbers, false, true, nothing.
    /// </summary>
    public SqlText Key(string property) => sql.Sql(
        $"multiIf(mapContains(texts, {property}), (0, toFloat64(0), texts[{property}]), mapContains(numbers, {property}), (1, numbers[{property}], ''), mapContains(flags, {property}), (2, toFloat64(flags[{property}]), ''), (3, toFloat64(0), ''))");

    /// <summary>By what keys are put in order: texts as the engine orders them, by the numbers of UTF-16, which are not in the order of UTF-8 where emojis are.</summary>
    public SqlText InOrder(SqlText key) => sql.Sql($"({key}.1, {key}.2, {Utf16(sql.Sql($"{key}.3"))})");

    /// <summary>A text as bytes that have the order of UTF-16.</summary>
    public SqlText Utf16(SqlText text) => sql.Sql($"convertCharset({text}, 'UTF-8', 'UTF-16BE')");

    /// <summary>The bucket in which a moment of the period lies, counted from 0.</summary>
    public SqlText BucketOf(SqlText time, TimeBuckets buckets) => sql.Sql($"(toInt64(indexOfAssumeSorted({buckets.Starts}, roundDown({time}, {buckets.Starts}))) - 1)");

    private SqlText OfTypes(IReadOnlyList<string> types) => sql.Sql($"has({types}, type)");

    private SqlText Holds(Filter filter) => filter switch
    {
        AllFilters { Of.Count: 0 } => sql.Sql($"1"),
        AllFilters all => sql.Sql($"({SqlText.Join(SqlSeparator.And, all.Of.Select(Holds))})"),
        AnyFilter { Of.Count: 0 } => sql.Sql($"0"),
        AnyFilter any => sql.Sql($"({SqlText.Join(SqlSeparator.Or, any.Of.Select(Holds))})"),
        NotFilter not => sql.Sql($"(NOT {Holds(not.Of)})"),
        PropertyFilter property => OfProperty(property),
        _ => throw new ArgumentOutOfRangeException(nameof(filter), filter, null),
    };

    private SqlText OfProperty(PropertyFilter filter)
    {
        var property = filter.Property;
        return filter.Operator switch
        {
            FilterOperator.Equal => Equal(property, filter.Values),
            FilterOperator.NotEqual => sql.Sql($"(NOT {Equal(property, filter.Values)})"),
            FilterOperator.Greater => sql.Sql($"({HasNumber(property)} AND {Number(property)} > {filter.Values[0].Number})"),
            FilterOperator.AtLeast => sql.Sql($"({HasNumber(property)} AND {Number(property)} >= {filter.Values[0].Number})"),
            FilterOperator.Less => sql.Sql($"({HasNumber(property)} AND {Number(property)} < {filter.Values[0].Number})"),
            FilterOperator.AtMost => sql.Sql($"({HasNumber(property)} AND {Number(property)} <= {filter.Values[0].Number})"),
            FilterOperator.Contains => OfText(property, sql.Sql($"arrayExists(x -> x = '' OR position(texts[{property}], x) > 0, {Texts(filter.Values)})")),
            FilterOperator.StartsWith => OfText(property, sql.Sql($"arrayExists(x -> startsWith(texts[{property}], x), {Texts(filter.Values)})")),
            FilterOperator.Exists => Exists(property),
            FilterOperator.Missing => sql.Sql($"(NOT {Exists(property)})"),
            _ => throw new ArgumentOutOfRangeException(nameof(filter), filter.Operator, null),
        };
    }

    private SqlText OfText(string property, SqlText holds) => sql.Sql($"(mapContains(texts, {property}) AND {holds})");

    private SqlText Exists(string property) => sql.Sql($"(mapContains(numbers, {property}) OR mapContains(texts, {property}) OR mapContains(flags, {property}))");

    private SqlText Equal(string property, IReadOnlyList<FilterValue> values)
    {
        List<SqlText> parts = [];
        var numbers = values.Where(v => v.Text is null && v.Flag is null && !double.IsNaN(v.Number)).Select(v => v.Number).ToList();
        var texts = values.Where(v => v.Text is not null).Select(v => v.Text!).ToList();
        var flags = values.Where(v => v.Flag is not null).Select(v => v.Flag!.Value).ToList();
        if (numbers.Count > 0) parts.Add(sql.Sql($"({HasNumber(property)} AND has({numbers}, {Number(property)}))"));
        if (texts.Count > 0) parts.Add(sql.Sql($"(mapContains(texts, {property}) AND has({texts}, texts[{property}]))"));
        if (flags.Count > 0) parts.Add(sql.Sql($"(mapContains(flags, {property}) AND has({flags}, flags[{property}]))"));
        return parts.Count == 0 ? sql.Sql($"0") : sql.Sql($"({SqlText.Join(SqlSeparator.Or, parts)})");
    }

    private static IEnumerable<string> Texts(IReadOnlyList<FilterValue> values) => values.Select(v => v.Text ?? "");
}
