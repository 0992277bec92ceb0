namespace Temas.Feedback.Texts;

/// <summary>What a token is.</summary>
internal enum TokenKind : byte
{
    Word,
    Number,
    Emoji,
    Emoticon,

    /// <summary>A run of one punctuation mark.</summary>
    Mark,

    /// <summary>The end of a line.</summary>
    Line,

    /// <summary>An address of the web or of mail: nothing is read in it.</summary>
    Link,
}

/// <summary>How a word was written.</summary>
[Flags]
internal enum TokenTraits : byte
{
    None = 0,

    /// <summary>In capitals, two letters and more.</summary>
    Shouted = 1,

    /// <summary>A letter stands three times and more in a row ("çoook"); the form has it once.</summary>
    Elongated = 2,

    /// <summary>With a letter that ASCII does not have.</summary>
    Accented = 4,
}

/// <summary>A piece of a text: where it stands, and where its forms stand in the <see cref="TokenBuffer"/>.</summary>
internal struct Token
{
    /// <summary>Where it begins in the text, and its length there.</summary>
    public int Start, Length;

    /// <summary>Where its forms begin in the buffer, and their length.</summary>
    public int Form, FormLength;

    /// <summary>For <see cref="TokenTraits.Elongated"/>: the place in the form where a letter was repeated.</summary>
    public short Repeated;

    public TokenKind Kind;
    public TokenTraits Traits;

    /// <summary>The end of the token in the text.</summary>
    public readonly int End => Start + Length;
}

/// <summary>
/// Takes texts apart into tokens, one text after the other in the same memory: nothing is allocated once it has grown to the longest. Not for two threads at once.
/// Each word has two forms of the same length: <see cref="Lower"/> with its Turkish letters, and <see cref="Folded"/> without.
/// </summary>
internal sealed class TokenBuffer
{
    /// <summary>As many characters of a text are read; opinions that long repeat themselves.</summary>
    public const int MaxLength = 20_000;

    private Token[] tokens = new Token[128];
    private char[] lower = new char[1024];
    private char[] folded = new char[1024];
    private int used;

    /// <summary>The tokens of the text that was read last.</summary>
    public ReadOnlySpan<Token> Tokens => tokens.AsSpan(0, Count);

    public int Count { get; private set; }

    /// <summary>The small letters of a token; those of Turkish unless <see cref="ReadAsEnglish"/> was called.</summary>
    public ReadOnlySpan<char> Lower(in Token token) => lower.AsSpan(token.Form, token.FormLength);

    /// <summary>The small letters of a token, without Turkish ones.</summary>
    public ReadOnlySpan<char> Folded(in Token token) => folded.AsSpan(token.Form, token.FormLength);

    /// <summary>Takes <paramref name="text"/> apart.</summary>
    public void Read(ReadOnlySpan<char> text)
    {
        (Count, used) = (0, 0);
        if (text.Length > MaxLength) text = text[..MaxLength];
        if (lower.Length < text.Length + 8) (lower, folded) = (new char[text.Length * 2], new char[text.Length * 2]);
        for (var i = 0; i < text.Length;)
        {
            var c = text[i];
            if (c is '\n' or '\r')
            {
                i += Add(TokenKind.Line, i, 1);
            }
            else if (c <= ' ' || char.IsWhiteSpace(c))
            {
                i++;
            }
            else if (Links.LengthAt(text, i) is > 0 and var link)
            {
                i += Add(TokenKind.Link, i, link);
            }
            else if (Emoticons.LengthAt(text, i) is > 0 and var face)
            {
                i += AddPlain(TokenKind.Emoticon, text, i, face, face);
            }
            else if (char.IsAsciiDigit(c))
            {
                i += ReadNumber(text, i);
            }
            else if (char.IsLetter(c))
            {
                i += ReadWord(text, i);
            }
            else if (Emoticons.EmojiLengthAt(text, i, out var key) is > 0 and var emoji)
            {
                i += key == 0 ? emoji : AddPlain(TokenKind.Emoji, text, i, emoji, key);
            }
            else
            {
                i += ReadMark(text, i);
            }
        }
    }

    /// <summary>English has no dotless i: what was a capital I becomes i.</summary>
    public void ReadAsEnglish() => lower.AsSpan(0, used).Replace('ı', 'i');

    private int ReadWord(ReadOnlySpan<char> text, int start)
    {
        var form = used;
        var traits = TokenTraits.None;
        short repeated = 0;
        int capitals = 0, letters = 0, run = 0, i = start;
        var last = '\0';
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (Letters.IsMark(c))
            {
                if (used > form && Letters.Compose(lower[used - 1], c) is not '\0' and var whole) (lower[used - 1], folded[used - 1]) = (whole, Letters.Fold(whole));
                continue;
            }

            if (c is '\'' or '’' or '`' && i + 1 < text.Length && char.IsLetter(text[i + 1])) continue;
            if (!char.IsLetter(c) && !(char.IsAsciiDigit(c) && i > start)) break;
            letters++;
            if (char.IsUpper(c)) capitals++;
            var small = Letters.LowerTurkish(c);
            if (small >= '\u0080') traits |= TokenTraits.Accented;
            run = small == last ? run + 1 : 1;
            last = small;
            if (run >= 3)
            {
                // The second of them goes too, and where it stood is kept: "goood" is looked up as "good" before "god".
                if (run == 3) used--;
                traits |= TokenTraits.Elongated;
                repeated = (short)Math.Min(short.MaxValue, used - 1 - form);
                continue;
            }

            lower[used] = small;
            folded[used++] = Letters.Fold(small);
        }

        if (capitals == letters && letters > 1) traits |= TokenTraits.Shouted;
        Put(new Token { Kind = TokenKind.Word, Start = start, Length = i - start, Form = form, FormLength = used - form, Traits = traits, Repeated = repeated });
        return i - start;
    }

    private int ReadNumber(ReadOnlySpan<char> text, int start)
    {
        var i = start;
        while (i < text.Length && (char.IsAsciiDigit(text[i]) || (text[i] is '.' or ',' or '/' or ':' && i + 1 < text.Length && char.IsAsciiDigit(text[i + 1])))) i++;
        return AddPlain(TokenKind.Number, text, start, i - start, i - start);
    }

    private int ReadMark(ReadOnlySpan<char> text, int start)
    {
        var i = start + 1;
        while (i < text.Length && text[i] == text[start]) i++;
        AddPlain(TokenKind.Mark, text, start, i - start, 1);
        return i - start;
    }

    private int Add(TokenKind kind, int start, int length)
    {
        Put(new Token { Kind = kind, Start = start, Length = length, Form = used });
        return length;
    }

    private int AddPlain(TokenKind kind, ReadOnlySpan<char> text, int start, int length, int shown)
    {
        text.Slice(start, shown).CopyTo(lower.AsSpan(used));
        text.Slice(start, shown).CopyTo(folded.AsSpan(used));
        Put(new Token { Kind = kind, Start = start, Length = length, Form = used, FormLength = shown });
        used += shown;
        return length;
    }

    private void Put(in Token token)
    {
        if (Count == tokens.Length) Array.Resize(ref tokens, tokens.Length * 2);
        tokens[Count++] = token;
    }
}
