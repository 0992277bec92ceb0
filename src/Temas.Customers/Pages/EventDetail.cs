using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Temas.Ui.Reading;

namespace Temas.Customers.Pages;

/// <summary>What an event was about, read off its properties: the product, the page, the subject, the amount.</summary>
internal static class EventDetail
{
    // The page escapes what it shows, so letters may stay letters.
    private static readonly JsonSerializerOptions Written = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Subjects = ["name", "product_name", "title", "subject", "query", "search", "survey", "path", "url"];
    private static readonly string[] Amounts = ["total", "revenue", "value", "amount", "price"];

    /// <summary>A short line, or null when nothing of that is known.</summary>
    public static string? Of(string? raw, Reader reader)
    {
        if (raw is null) return null;
        try
        {
            using var document = JsonDocument.Parse(raw);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("properties", out var properties) || properties.ValueKind != JsonValueKind.Object) return null;
            var parts = new List<string>(3);
            if (Text(properties, "order_id") is { } order) parts.Add(order);
            if (Subject(properties) is { } subject) parts.Add(subject);
            if (Amount(properties, reader) is { } amount) parts.Add(amount);
            return parts.Count == 0 ? null : string.Join(" · ", parts.Take(3));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The event, indented.</summary>
    public static string? Indented(string? raw)
    {
        if (raw is null) return null;
        try
        {
            using var document = JsonDocument.Parse(raw);
            return JsonSerializer.Serialize(document.RootElement, Written);
        }
        catch (JsonException)
        {
            return raw;
        }
    }

    private static string? Subject(JsonElement properties)
    {
        foreach (var name in Subjects)
        {
            if (Text(properties, name) is { } text) return text;
        }

        if (!properties.TryGetProperty("products", out var products) || products.ValueKind != JsonValueKind.Array) return null;
        var names = products.EnumerateArray().Where(x => x.ValueKind == JsonValueKind.Object).Select(x => Text(x, "name")).OfType<string>().Take(3).ToList();
        return names.Count == 0 ? null : string.Join(", ", names);
    }

    private static string? Amount(JsonElement properties, Reader reader)
    {
        foreach (var name in Amounts)
        {
            if (!properties.TryGetProperty(name, out var value)) continue;
            if (value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var number)) return reader.Money(number, Text(properties, "currency"));
            if (value.ValueKind == JsonValueKind.String && decimal.TryParse(value.GetString(), NumberStyles.Number, CultureInfo.InvariantCulture, out var told)) return reader.Money(told, Text(properties, "currency"));
        }

        return null;
    }

    private static string? Text(JsonElement element, string name)
    {
        if (!element.TryGetProperty(name, out var value) || value.ValueKind is not (JsonValueKind.String or JsonValueKind.Number)) return null;
        var text = value.ToString();
        return text.Length switch { 0 => null, > 80 => string.Concat(text.AsSpan(0, 79), "…"), _ => text };
    }
}
