using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>Reads single values out of the JSON of an event without building an object of it.</summary>
public static class EventJson
{
    /// <summary>The largest amount (either sign) that counts as a number: beyond it are defects and attacks, and sums would overflow.</summary>
    public const decimal LargestNumber = 1_000_000_000_000_000m;

    /// <summary>
    /// Where the field <paramref name="name"/> lies in the JSON object <paramref name="json"/>; <c>default</c> when it is absent or null, or when this is no object.
    /// Of a field that occurs twice the last counts.
    /// </summary>
    public static JsonSlice Find(ReadOnlySpan<byte> json, ReadOnlySpan<byte> name)
    {
        if (json.IsEmpty || json[0] != (byte)'{') return default;
        var reader = new Utf8JsonReader(json);
        reader.Read();
        JsonSlice found = default;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(name);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var absent = reader.TokenType == JsonTokenType.Null;
            reader.Skip();
            if (wanted) found = absent ? default : new JsonSlice(start, (int)reader.BytesConsumed - start);
        }

        return found;
    }

    /// <summary>As <see cref="Find(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>, down a path of names.</summary>
    public static JsonSlice Find(ReadOnlySpan<byte> json, PropertyPath path)
    {
        var slice = new JsonSlice(0, json.Length);
        foreach (var step in path.Steps)
        {
            var found = Find(slice.Of(json), step);
            if (!found.Exists) return default;
            slice = new JsonSlice(slice.Start + found.Start, found.Length);
        }

        return slice;
    }

    /// <summary>The number that a value is: a JSON number, or a text that is nothing but one (with a point, as JSON writes it).</summary>
    public static bool TryNumber(ReadOnlySpan<byte> json, JsonSlice value, out decimal number)
    {
        number = 0;
        if (!value.Exists) return false;
        var text = value.Of(json);
        if (text[0] == (byte)'"') text = text[1..^1];
        if (text.IsEmpty || !(Utf8Parser.TryParse(text, out number, out var used) && used == text.Length) && !TryExponent(text, out number)) return false;
        return Math.Abs(number) <= LargestNumber;
    }

    /// <summary>
    /// The text that a value is: of a string its characters, of a number or truth value its JSON. Null when it is absent, a list or an object.
    /// </summary>
    public static string? Text(ReadOnlySpan<byte> json, JsonSlice value) =>
        value.Exists && json[value.Start] is not ((byte)'{' or (byte)'[') ? value.ToText(json) : null;

    /// <summary>True when the value is the JSON literal <c>true</c>, the text "true", or 1.</summary>
    public static bool IsTrue(ReadOnlySpan<byte> json, JsonSlice value) =>
        value.Exists && (value.Of(json).SequenceEqual("true"u8) || value.Of(json).SequenceEqual("\"true\""u8) || value.Of(json).SequenceEqual("1"u8));

    // Utf8Parser knows no exponent in decimals unless asked; JSON may have one.
    private static bool TryExponent(ReadOnlySpan<byte> text, out decimal number) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out number);
}
