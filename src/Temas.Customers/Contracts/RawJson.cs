using System.Text.Json;
using System.Text.Json.Serialization;

namespace Temas.Customers.Contracts;

/// <summary>A JSON value as it was sent, kept as text and written out unchanged.</summary>
[JsonConverter(typeof(RawJsonConverter))]
public readonly record struct RawJson(string Json)
{
    /// <summary>The value for people: a string without quotes, anything else as JSON.</summary>
    public string Display
    {
        get
        {
            if (Json is not ['"', ..]) return Json ?? "";
            var reader = new Utf8JsonReader(System.Text.Encoding.UTF8.GetBytes(Json));
            reader.Read();
            return reader.GetString()!;
        }
    }

    /// <summary>The fields of an object, each for people; empty for anything else.</summary>
    public IReadOnlyList<(string Name, string Value)> Parts
    {
        get
        {
            if (Json is not ['{', ..]) return [];
            using var document = JsonDocument.Parse(Json);
            return [.. document.RootElement.EnumerateObject().Select(p => (p.Name, new RawJson(p.Value.GetRawText()).Display))];
        }
    }

    /// <summary>A JSON string.</summary>
    public static RawJson OfText(string text) => new($"\"{JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}\"");

    /// <inheritdoc/>
    public override string ToString() => Json ?? "null";
}

/// <summary>Writes a <see cref="RawJson"/> as the value that it holds.</summary>
public sealed class RawJsonConverter : JsonConverter<RawJson>
{
    /// <inheritdoc/>
    public override RawJson Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        using var document = JsonDocument.ParseValue(ref reader);
        return new RawJson(document.RootElement.GetRawText());
    }

    /// <inheritdoc/>
    public override void Write(Utf8JsonWriter writer, RawJson value, JsonSerializerOptions options)
    {
        if (value.Json is null) writer.WriteNullValue();
        else writer.WriteRawValue(value.Json, skipInputValidation: true);
    }
}

/// <summary>Writes the members of an enum in snake_case.</summary>
public sealed class SnakeCaseEnumConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
