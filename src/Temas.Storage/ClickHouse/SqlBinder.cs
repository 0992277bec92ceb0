using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Temas.Storage.ClickHouse;

/// <summary>A piece of SQL. It can only be made by <see cref="SqlBinder.Sql"/>, of pieces of the program's own text and of others like it, so that nothing from outside ever gets into it.</summary>
internal readonly record struct SqlText
{
    private readonly string? text;

    internal SqlText(string text) => this.text = text;

    /// <summary>Nothing.</summary>
    public static SqlText Empty => default;

    /// <summary>A count that the shape of a question gives, such as the number of a step.</summary>
    public static SqlText Number(int number) => new(number.ToString(CultureInfo.InvariantCulture));

    /// <summary>Several, one after the other.</summary>
    public static SqlText Join(SqlSeparator between, IEnumerable<SqlText> parts) => new(string.Join(between switch
    {
        SqlSeparator.Comma => ", ",
        SqlSeparator.And => " AND ",
        SqlSeparator.Or => " OR ",
        _ => " + ",
    }, parts.Select(p => p.text)));

    public override string ToString() => text ?? "";
}

/// <summary>What stands between pieces of SQL.</summary>
internal enum SqlSeparator
{
    Comma,
    And,
    Or,
    Plus,
}

/// <summary>
/// Puts a statement together. What stands in the braces of <c>Sql($"…{value}…")</c> becomes a parameter, whatever it is, unless it is a <see cref="SqlText"/>: the compiler sees to it, so no care is needed where statements are written.
/// </summary>
internal sealed class SqlBinder
{
    private readonly Dictionary<(string Type, string Text), string> names = [];
    private readonly List<ClickHouseParameter> parameters = [];

    /// <summary>A piece of SQL.</summary>
#pragma warning disable CA1822 // The handler takes the binder from here.
    public SqlText Sql([InterpolatedStringHandlerArgument("")] ref Handler handler) => handler.Done();
#pragma warning restore CA1822

    /// <summary>The whole statement.</summary>
    public ClickHouseStatement Statement(SqlText sql) => new(sql.ToString(), [.. parameters]);

    private string Bind(string type, string text)
    {
        if (names.TryGetValue((type, text), out var known)) return known;
        var name = "p" + parameters.Count.ToString(CultureInfo.InvariantCulture);
        parameters.Add(new ClickHouseParameter(name, type, text));
        return names[(type, text)] = $"{{{name}:{type}}}";
    }

    private static string Write(double value) => double.IsPositiveInfinity(value) ? "inf" : double.IsNegativeInfinity(value) ? "-inf" : double.IsNaN(value) ? "nan" : (value + 0.0).ToString("R", CultureInfo.InvariantCulture);

    private static string Write(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Array(IEnumerable<string> items) => $"[{string.Join(',', items)}]";

    /// <summary>A parameter's text is read as a field of a table parted by tabs, and the texts in an array as literals: both take a backslash before what would mean something else.</summary>
    private static string Escape(string value)
    {
        var result = new StringBuilder(value.Length + 8);
        foreach (var c in value)
        {
            _ = c switch
            {
                '\\' => result.Append(@"\\"),
                '\'' => result.Append(@"\'"),
                '\t' => result.Append(@"\t"),
                '\n' => result.Append(@"\n"),
                '\r' => result.Append(@"\r"),
                '\b' => result.Append(@"\b"),
                '\f' => result.Append(@"\f"),
                '\0' => result.Append(@"\0"),
                _ => result.Append(c),
            };
        }

        return result.ToString();
    }

    /// <summary>Takes the pieces of an interpolated text: its own as they are, values as parameters.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Handler
    {
        private readonly StringBuilder text;
        private readonly SqlBinder binder;

        public Handler(int literalLength, int formattedCount, SqlBinder binder)
        {
            text = new StringBuilder(literalLength + (formattedCount * 16));
            this.binder = binder;
        }

        public void AppendLiteral(string literal) => text.Append(literal);

        public void AppendFormatted(SqlText sql) => text.Append(sql.ToString());

        public void AppendFormatted(string value) => text.Append(binder.Bind("String", Escape(value)));

        public void AppendFormatted(long value) => text.Append(binder.Bind("Int64", Write(value)));

        public void AppendFormatted(double value) => text.Append(binder.Bind("Float64", Write(value)));

        public void AppendFormatted(IEnumerable<string> values) => text.Append(binder.Bind("Array(String)", Array(values.Select(v => $"'{Escape(v)}'"))));

        public void AppendFormatted(IEnumerable<long> values) => text.Append(binder.Bind("Array(Int64)", Array(values.Select(Write))));

        public void AppendFormatted(IEnumerable<double> values) => text.Append(binder.Bind("Array(Float64)", Array(values.Select(Write))));

        public void AppendFormatted(IEnumerable<bool> values) => text.Append(binder.Bind("Array(Bool)", Array(values.Select(v => v ? "true" : "false"))));

        internal SqlText Done() => new(text.ToString());
    }
}
