namespace Temas.Collect.Tracking;

/// <summary>
/// Escapes of half a character (<c>\ud83d</c> without its other half), which browsers send when a text with an emoji was cut. They are valid JSON but no valid text;
/// each becomes U+FFFD, as <c>String.prototype.toWellFormed</c> does.
/// </summary>
internal static class Surrogates
{
    /// <summary>Mends <paramref name="json"/> in place; its length stays.</summary>
    public static void Mend(Span<byte> json)
    {
        var at = 0;
        while (true)
        {
            var next = json[at..].IndexOf((byte)'\\');
            if (next < 0) return;
            at += next;
            if (at + 1 >= json.Length) return;
            if (json[at + 1] != (byte)'u')
            {
                at += 2;
                continue;
            }

            var unit = UnitAt(json, at);
            if (unit is >= 0xD800 and <= 0xDBFF && UnitAt(json, at + 6) is >= 0xDC00 and <= 0xDFFF)
            {
                at += 12;
                continue;
            }

            if (unit is >= 0xD800 and <= 0xDFFF) "\\ufffd"u8.CopyTo(json[at..]);
            at += unit < 0 ? 2 : 6;
        }
    }

    private static int UnitAt(ReadOnlySpan<byte> json, int at)
    {
        if (at + 6 > json.Length || json[at] != (byte)'\\' || json[at + 1] != (byte)'u') return -1;
        var unit = 0;
        foreach (var c in json.Slice(at + 2, 4))
        {
            var digit = c switch
            {
                >= (byte)'0' and <= (byte)'9' => c - '0',
                >= (byte)'a' and <= (byte)'f' => c - 'a' + 10,
                >= (byte)'A' and <= (byte)'F' => c - 'A' + 10,
                _ => -1,
            };
            if (digit < 0) return -1;
            unit = (unit << 4) | digit;
        }

        return unit;
    }
}
