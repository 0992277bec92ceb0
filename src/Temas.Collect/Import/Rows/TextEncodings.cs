using System.Text;

namespace Temas.Collect.Import.Rows;

/// <summary>Finds encodings by name and by the first bytes of a file.</summary>
internal static class TextEncodings
{
    /// <summary>
    /// What a decoder puts where the bytes are no text in its encoding. U+FFFF is no character and stands in no text that people wrote,
    /// so a row that holds it can be refused without doubt; U+FFFD could have been there before.
    /// </summary>
    public const char Undecodable = '\uFFFF';

    private static readonly DecoderReplacementFallback Mark = new(Undecodable.ToString());

    /// <summary>The encoding called <paramref name="name"/> (an IANA name such as <c>windows-1254</c>), or null.</summary>
    public static Encoding? Find(string name)
    {
        var known = name.ToLowerInvariant() switch
        {
            "utf8" => "utf-8",
            "utf-16le" or "utf16" or "utf16le" => "utf-16",
            "utf16be" => "utf-16be",
            "latin5" => "iso-8859-9",
            "latin1" => "iso-8859-1",
            var other => other,
        };
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(known, EncoderFallback.ReplacementFallback, Mark)
                ?? Encoding.GetEncoding(known, EncoderFallback.ReplacementFallback, Mark);
        }
        catch (ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The encoding that the first bytes tell: by byte order mark, else by where the zeros of UTF-16 lie, else UTF-8.</summary>
    public static Encoding Detect(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith<byte>([0xEF, 0xBB, 0xBF])) return Find("utf-8")!;
        if (head.StartsWith<byte>([0xFF, 0xFE])) return Find("utf-16")!;
        if (head.StartsWith<byte>([0xFE, 0xFF])) return Find("utf-16be")!;
        int even = 0, odd = 0;
        for (var i = 0; i + 1 < head.Length; i += 2)
        {
            if (head[i] == 0) even++;
            if (head[i + 1] == 0) odd++;
        }

        var pairs = head.Length / 2;
        if (odd * 10 > pairs * 4 && even * 10 < pairs) return Find("utf-16")!;
        if (even * 10 > pairs * 4 && odd * 10 < pairs) return Find("utf-16be")!;
        return Find("utf-8")!;
    }

    /// <summary>How many bytes of <paramref name="head"/> are the byte order mark of <paramref name="encoding"/>.</summary>
    public static int MarkLength(Encoding encoding, ReadOnlySpan<byte> head)
    {
        ReadOnlySpan<byte> mark = encoding.CodePage switch
        {
            65001 => [0xEF, 0xBB, 0xBF],
            1200 => [0xFF, 0xFE],
            1201 => [0xFE, 0xFF],
            _ => [],
        };
        return head.StartsWith(mark) ? mark.Length : 0;
    }
}
