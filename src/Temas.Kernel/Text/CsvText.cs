using System.Globalization;
using System.Text;

namespace Temas.Kernel;

/// <summary>
/// Lines of CSV (RFC 4180). Values are for programs: keys, numbers with a point, instants with their offset. What a spreadsheet would take for a formula is led in by an apostrophe, for texts come from anybody.
/// A file begins with the byte order mark of UTF-8, which spreadsheets need.
/// </summary>
public static class CsvText
{
    /// <summary>Appends a line; <paramref name="separator"/> stands between its values.</summary>
    public static void AppendLine(StringBuilder text, IEnumerable<string?> values, char separator)
    {
        var isFirst = true;
        foreach (var value in values)
        {
            if (!isFirst) text.Append(separator);
            isFirst = false;
            Append(text, value ?? "", separator);
        }

        text.Append("\r\n");
    }

    private static void Append(StringBuilder text, string value, char separator)
    {
        // A number with its sign is none of them.
        if (value is ['=' or '+' or '-' or '@' or '\t' or '\r', ..] && !double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) value = "'" + value;
        if (!value.AsSpan().ContainsAny([separator, '"', '\r', '\n']))
        {
            text.Append(value);
            return;
        }

        text.Append('"').Append(value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
