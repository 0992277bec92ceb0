using System.Globalization;
using System.Text.Json;

namespace Temas.Storage.ClickHouse;

/// <summary>What ClickHouse answered: a JSON array in each line (<c>JSONCompactEachRow</c>).</summary>
internal sealed class ClickHouseRows(IReadOnlyList<JsonElement> all)
{
    public IReadOnlyList<JsonElement> All => all;

    /// <summary>
    /// The end of every statement: the format that is read here (numbers that are none are texts, for they must not become null), and, whatever a server's settings are, those that would change the meaning of a statement.
    /// </summary>
    public static SqlText Settings(SqlBinder sql) => sql.Sql(
        $"SETTINGS output_format_json_quote_64bit_integers = 1, output_format_json_quote_denormals = 1, aggregate_functions_null_for_empty = 0, join_use_nulls = 0, enable_analyzer = 1 FORMAT JSONCompactEachRow");

    public static ClickHouseRows Read(ReadOnlySpan<byte> answer)
    {
        var rows = new List<JsonElement>();
        foreach (var line in answer.Split((byte)'\n'))
        {
            if (answer[line].IsEmpty) continue;
            var reader = new Utf8JsonReader(answer[line]);
            rows.Add(JsonElement.ParseValue(ref reader));
        }

        return new ClickHouseRows(rows);
    }

    public static long Integer(JsonElement value) => value.ValueKind == JsonValueKind.String ? long.Parse(value.GetString()!, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture) : value.GetInt64();

    /// <summary>A figure; null where there is none.</summary>
    public static double? Number(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.Number => value.GetDouble(),
        _ => value.GetString() switch
        {
            "nan" or "-nan" => null,
            "inf" => double.PositiveInfinity,
            "-inf" => double.NegativeInfinity,
            var text => double.Parse(text!, NumberStyles.Float, CultureInfo.InvariantCulture),
        },
    };

    /// <summary>A property's value from its key: a text, a number, a truth value or nothing.</summary>
    public static object? Value(JsonElement key) => Integer(key[0]) switch
    {
        EventSql.TextKey => key[2].GetString(),
        EventSql.NumberKey => Number(key[1]),
        EventSql.FlagKey => Number(key[1]) != 0,
        _ => null,
    };
}
