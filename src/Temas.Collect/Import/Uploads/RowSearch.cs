using System.IO.Compression;
using System.Text;
using System.Text.Json;

namespace Temas.Collect.Import.Uploads;

/// <summary>
/// Finds identifiers in the rows of a file, whatever its format: the text is searched as it stands, an identifier counts as a word of its own, and of telephone and card numbers the last ten digits count,
/// however they are spaced. In doubt it finds too much: a row too many that is removed can be sent again, one too few is a person who asked to be forgotten.
/// </summary>
internal sealed class RowSearch
{
    private const int Window = 1 << 20, FewestDigits = 7, MostDigits = 10;

    private readonly string[] words;
    private readonly string[] numbers;
    private readonly int overlap;

    public RowSearch(IEnumerable<string> identifiers)
    {
        var all = identifiers.Where(i => i.Length > 0).Distinct(StringComparer.Ordinal).ToList();
        // Bytes are read as Latin-1, so that no encoding has to be known: a word is looked for in the forms that its bytes can have.
        words = [.. all.SelectMany(Forms).Distinct(StringComparer.Ordinal)];
        numbers = [.. all.Select(i => string.Concat(i.Where(char.IsAsciiDigit))).Zip(all).Where(n => n.First.Length >= FewestDigits && n.Second.All(c => char.IsAsciiDigit(c) || IsBetween(c) || c == '+'))
            .Select(n => n.First[^Math.Min(MostDigits, n.First.Length)..]).Distinct(StringComparer.Ordinal)];
        overlap = words.Append("").Max(w => w.Length) + 64;
    }

    /// <summary>Whether a file holds one of them; plain or gzip.</summary>
    public async Task<bool> FindAsync(string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 16, FileOptions.SequentialScan);
        var packed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        await using Stream plain = packed ? new GZipStream(file, CompressionMode.Decompress) : file;
        var bytes = new byte[Window];
        var text = new char[Window + overlap];
        var (kept, read) = (0, 0);
        try
        {
            while ((read = await plain.ReadAsync(bytes, cancel)) > 0)
            {
                var length = kept;
                // UTF-16 is ASCII with every other byte zero.
                foreach (var b in bytes.AsSpan(0, read))
                {
                    if (b != 0) text[length++] = (char)b;
                }

                if (Find(text.AsSpan(0, length))) return true;
                kept = Math.Min(overlap, length);
                text.AsSpan(length - kept, kept).CopyTo(text);
            }
        }
        catch (InvalidDataException)
        {
            // Nothing can be read, and imported, behind the damage.
        }

        return false;
    }

    /// <summary>Whether a text holds one of them.</summary>
    public bool Find(ReadOnlySpan<char> text)
    {
        foreach (var word in words)
        {
            for (var rest = text; rest.IndexOf(word, StringComparison.OrdinalIgnoreCase) is >= 0 and var at; rest = rest[(at + 1)..])
            {
                var before = text.Length - rest.Length + at;
                if (!IsWord(text, before - 1) && !IsWord(text, before + word.Length)) return true;
            }
        }

        if (numbers.Length == 0) return false;
        var close = new char[text.Length];
        var length = 0;
        foreach (var c in text)
        {
            if (!IsBetween(c)) close[length++] = c;
        }

        foreach (var number in numbers)
        {
            if (close.AsSpan(0, length).IndexOf(number, StringComparison.Ordinal) >= 0) return true;
        }

        return false;
    }

    private static IEnumerable<string> Forms(string word)
    {
        yield return word;
        if (word.All(char.IsAscii)) yield break;
        yield return Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(word));
        yield return JsonEncodedText.Encode(word).ToString();
        if (Rows.TextEncodings.Find("windows-1254") is { } turkish) yield return Encoding.Latin1.GetString(turkish.GetBytes(word));
    }

    private static bool IsBetween(char c) => c is ' ' or '(' or ')' or '-' or '.' or '/' or '\u00A0';

    private static bool IsWord(ReadOnlySpan<char> text, int at) => at >= 0 && at < text.Length && char.IsAsciiLetterOrDigit(text[at]);
}
