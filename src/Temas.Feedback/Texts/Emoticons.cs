using System.Text;

namespace Temas.Feedback.Texts;

/// <summary>Faces: emoji, and those made of punctuation.</summary>
internal static class Emoticons
{
    /// <summary>The length of the face made of punctuation at <paramref name="i"/>; 0 for none.</summary>
    public static int LengthAt(ReadOnlySpan<char> text, int i)
    {
        var c = text[i];
        if (c == '<' && i + 1 < text.Length && text[i + 1] == '3') return 2;
        if (c is not (':' or ';' or '=')) return 0;
        var at = i + 1;
        if (at < text.Length && text[at] == '\'') at++;
        if (at < text.Length && text[at] is '-' or '^' or 'o') at++;
        if (at >= text.Length) return 0;
        var mouth = text[at];
        if (mouth is ')' or '(' or ']' or '[' or '*')
        {
            while (at < text.Length && text[at] == mouth) at++;
            return at - i;
        }

        // Letters and strokes are mouths only where nothing follows that would make them part of a word or a path.
        if (mouth is 'D' or 'd' or 'p' or 'P' or '/' or '\\' or '|' or 'S' or 's')
        {
            var end = at;
            while (end < text.Length && text[end] == mouth) end++;
            if (end - at > 1 && mouth is '/') return 0;
            return end == text.Length || !char.IsLetterOrDigit(text[end]) ? end - i : 0;
        }

        return 0;
    }

    /// <summary>What a face of punctuation says, from -5 to 5.</summary>
    public static float WeightOf(ReadOnlySpan<char> face)
    {
        if (face is "<3") return 3;
        var mouth = face[^1];
        return mouth switch
        {
            ')' or ']' => face[0] == ';' ? 1.2f : 1.8f,
            'D' or 'd' => 2.2f,
            '*' => 2.2f,
            'p' or 'P' => 1,
            '(' or '[' => -2.2f,
            '/' or '\\' or '|' => -1.2f,
            's' or 'S' => -1,
            _ => 0,
        };
    }

    /// <summary>
    /// The length of the emoji at <paramref name="i"/> with all that belongs to it (skin, variant, joined ones); 0 for none. <paramref name="key"/> is the length of its first character, under which it is looked up;
    /// 0 for what only modifies.
    /// </summary>
    public static int EmojiLengthAt(ReadOnlySpan<char> text, int i, out int key)
    {
        key = 0;
        if (Rune.DecodeFromUtf16(text[i..], out var rune, out var length) != System.Buffers.OperationStatus.Done) return 0;
        if (IsModifier(rune.Value)) return length;
        if (!IsEmoji(rune.Value)) return 0;
        key = length;
        var end = i + length;
        while (end < text.Length && Rune.DecodeFromUtf16(text[end..], out var next, out length) == System.Buffers.OperationStatus.Done)
        {
            if (IsModifier(next.Value)) end += length;
            else if (text[end - 1] == '\u200D' && IsEmoji(next.Value)) end += length;
            else break;
        }

        return end - i;
    }

    private static bool IsEmoji(int c) => c is (>= 0x1F000 and <= 0x1FAFF) or (>= 0x2600 and <= 0x27BF) or (>= 0x2B00 and <= 0x2BFF) or 0x2665 or 0x203C or 0x2049;

    private static bool IsModifier(int c) => c is (>= 0x1F3FB and <= 0x1F3FF) or 0xFE0F or 0xFE0E or 0x200D or 0x20E3;
}
