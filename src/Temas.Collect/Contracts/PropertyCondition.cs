using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Temas.Storage.EventLog;

namespace Temas.Collect.Contracts;

/// <summary>A condition on one property of an event.</summary>
public sealed class PropertyCondition
{
    private readonly (byte[] Text, decimal? Number)[] operands;

    /// <summary>A condition; <paramref name="values"/> are texts, numbers and truth values as texts in JSON's form, exactly one but for <see cref="Comparison.OneOf"/>.</summary>
    public PropertyCondition(PropertyPath property, Comparison comparison, IReadOnlyList<string> values)
    {
        (Property, Comparison, Values) = (property, comparison, values);
        operands = [.. values.Select(v => (Encoding.UTF8.GetBytes(v), AsNumber(v)))];
    }

    /// <summary>The property.</summary>
    public PropertyPath Property { get; }

    /// <summary>How it is compared.</summary>
    public Comparison Comparison { get; }

    /// <summary>With what.</summary>
    public IReadOnlyList<string> Values { get; }

    /// <summary>Whether it holds for <paramref name="value"/>, a slice of <paramref name="json"/> (<c>default</c> when the property is absent).</summary>
    public bool Holds(ReadOnlySpan<byte> json, JsonSlice value) => Comparison switch
    {
        Comparison.Exists => value.Exists,
        Comparison.Missing => !value.Exists,
        Comparison.NotEqual => !value.Exists || !EqualsAny(json, value),
        Comparison.Equal or Comparison.OneOf => value.Exists && EqualsAny(json, value),
        Comparison.Contains => value.Exists && ContainsIt(json, value),
        _ => operands[0].Number is { } bound && EventJson.TryNumber(json, value, out var number) && Comparison switch
        {
            Comparison.Below => number < bound,
            Comparison.AtMost => number <= bound,
            Comparison.Above => number > bound,
            _ => number >= bound,
        },
    };

    private static decimal? AsNumber(string text) =>
        decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var number) ? number : null;

    private bool EqualsAny(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (json[value.Start] is (byte)'{' or (byte)'[') return false;
        var rented = ArrayPool<byte>.Shared.Rent(value.Length);
        try
        {
            var text = value.Text(json, rented);
            foreach (var operand in operands)
            {
                if (text.SequenceEqual(operand.Text)) return true;
                if (operand.Number is { } wanted && EventJson.TryNumber(json, value, out var number) && number == wanted) return true;
            }

            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private bool ContainsIt(ReadOnlySpan<byte> json, JsonSlice value)
    {
        if (value.IsString(json))
        {
            var rented = ArrayPool<byte>.Shared.Rent(value.Length);
            var found = value.Text(json, rented).IndexOf(operands[0].Text) >= 0;
            ArrayPool<byte>.Shared.Return(rented);
            return found;
        }

        if (json[value.Start] != (byte)'[') return false;
        var list = value.Of(json);
        var reader = new Utf8JsonReader(list);
        reader.Read();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (EqualsAny(list, new JsonSlice(start, (int)reader.BytesConsumed - start))) return true;
        }

        return false;
    }
}
