using System.Globalization;
using System.Text.Json;
using Temas.Customers.Contracts;
using Temas.Ui.Reading;

namespace Temas.Customers.Pages;

/// <summary>A JSON value as its reader writes it: numbers with separators, instants as dates, lists with commas.</summary>
internal static class ValueWords
{
    public static string Of(RawJson value, Reader reader)
    {
        if (value.Json is null or "null") return "–";
        using var document = JsonDocument.Parse(value.Json);
        return Of(document.RootElement, reader);
    }

    private static string Of(JsonElement value, Reader reader) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetDecimal(out var number) ? Reader.Number(number) : value.GetRawText(),
        JsonValueKind.Array => string.Join(", ", value.EnumerateArray().Select(x => Of(x, reader))),
        JsonValueKind.String when Instant(value.GetString()!) is { } at => reader.Moment(at),
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.True => "✓",
        JsonValueKind.False => "✗",
        JsonValueKind.Null => "–",
        _ => value.GetRawText(),
    };

    private static DateTimeOffset? Instant(string text) =>
        text.Length >= 20 && text.Contains('T', StringComparison.Ordinal)
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null;
}
