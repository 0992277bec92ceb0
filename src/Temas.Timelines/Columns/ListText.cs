using System.Buffers.Binary;
using System.Text;
using Temas.Timelines.Queries;

namespace Temas.Timelines.Columns;

/// <summary>
/// A list of values as one entry of the dictionary, so that equal lists are one and it is looked at once however many customers have it. It begins with a byte that no text in UTF-8 has, so that none can be taken for it;
/// then each value: <c>0</c> and a number in 8 bytes (little-endian), <c>1</c>, a length in 4 bytes and a text, <c>2</c> for false, <c>3</c> for true. Only facts of customers have lists.
/// </summary>
internal static class ListText
{
    private const byte Mark = 0xFF, Number = 0, Text = 1, False = 2, True = 3;

    /// <summary>Whether an entry is a list.</summary>
    public static bool IsList(ReadOnlySpan<byte> utf8) => utf8.Length > 0 && utf8[0] == Mark;

    /// <summary>The entry for some values.</summary>
    public static byte[] Write(IReadOnlyList<FilterValue> values)
    {
        var bytes = new List<byte> { Mark };
        Span<byte> eight = stackalloc byte[8];
        foreach (var value in values)
        {
            if (value.Text is { } text)
            {
                var utf8 = Encoding.UTF8.GetBytes(text);
                BinaryPrimitives.WriteInt32LittleEndian(eight, utf8.Length);
                bytes.Add(Text);
                bytes.AddRange(eight[..4]);
                bytes.AddRange(utf8);
            }
            else if (value.Flag is { } flag)
            {
                bytes.Add(flag ? True : False);
            }
            else
            {
                BinaryPrimitives.WriteDoubleLittleEndian(eight, value.Number);
                bytes.Add(Number);
                bytes.AddRange(eight);
            }
        }

        return [.. bytes];
    }

    /// <summary>The values of an entry.</summary>
    public static List<FilterValue> Read(ReadOnlySpan<byte> entry)
    {
        var values = new List<FilterValue>();
        for (var rest = entry[1..]; rest.Length > 0;)
        {
            var kind = rest[0];
            rest = rest[1..];
            switch (kind)
            {
                case Number:
                    values.Add(FilterValue.Of(BinaryPrimitives.ReadDoubleLittleEndian(rest)));
                    rest = rest[8..];
                    break;
                case Text:
                    var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
                    values.Add(FilterValue.Of(Encoding.UTF8.GetString(rest.Slice(4, length))));
                    rest = rest[(4 + length)..];
                    break;
                default:
                    values.Add(FilterValue.Of(kind == True));
                    break;
            }
        }

        return values;
    }

    /// <summary>Whether a comparison holds for a list: for one of its values at least; to be none of some values, for all of them.</summary>
    public static bool Holds(ReadOnlySpan<byte> entry, FilterOperator op, IReadOnlyList<FilterValue> values)
    {
        var list = Read(entry);
        return op switch
        {
            FilterOperator.Equal => list.Exists(values.Contains),
            FilterOperator.NotEqual => !list.Exists(values.Contains),
            FilterOperator.Greater => list.Exists(v => v.Number > values[0].Number),
            FilterOperator.AtLeast => list.Exists(v => v.Number >= values[0].Number),
            FilterOperator.Less => list.Exists(v => v.Number < values[0].Number),
            FilterOperator.AtMost => list.Exists(v => v.Number <= values[0].Number),
            FilterOperator.Contains => list.Exists(v => v.Text is { } text && values.Any(piece => text.Contains(piece.Text ?? "", StringComparison.Ordinal))),
            FilterOperator.StartsWith => list.Exists(v => v.Text is { } text && values.Any(piece => text.StartsWith(piece.Text ?? "", StringComparison.Ordinal))),
            FilterOperator.Exists => list.Count > 0,
            FilterOperator.Missing => list.Count == 0,
            _ => throw new ArgumentOutOfRangeException(nameof(op), op, null),
        };
    }
}
