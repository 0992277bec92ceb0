namespace Temas.Feedback.Texts;

internal sealed partial class OpinionReader
{
    private void FindClauses()
    {
        ClauseCount = 0;
        var tokens = Buffer.Tokens;
        var (from, hasWord, isContrast) = (0, false, false);
        for (var i = 0; i < tokens.Length; i++)
        {
            if (hasWord && words[i].Role == WordRole.Contrast && words[i].Extent > 0 && HasWordAfter(i + words[i].Extent))
            {
                Close(from, i, isContrast);
                (from, hasWord, isContrast) = (i, false, true);
                i += words[i].Extent - 1;
                continue;
            }

            hasWord |= tokens[i].Kind is TokenKind.Word or TokenKind.Number;
            if (!hasWord || !IsEnd(i)) continue;
            var end = i + 1;
            while (end < tokens.Length && (tokens[end].Kind is TokenKind.Emoji or TokenKind.Emoticon || (tokens[end].Kind == TokenKind.Mark && IsEnd(end)))) end++;
            if (!HasWordAfter(end)) break;
            Close(from, end, isContrast);
            (from, hasWord, isContrast, i) = (end, false, false, end - 1);
        }

        if (from < tokens.Length) Close(from, tokens.Length, isContrast);
    }

    private bool IsEnd(int i)
    {
        var token = Buffer.Tokens[i];
        return token.Kind == TokenKind.Line || (token.Kind == TokenKind.Mark && Buffer.Lower(token)[0] is '.' or '!' or '?' or ';' or '…');
    }

    private bool HasWordAfter(int i)
    {
        var tokens = Buffer.Tokens;
        for (; i < tokens.Length; i++)
        {
            if (tokens[i].Kind is TokenKind.Word or TokenKind.Number) return true;
        }

        return false;
    }

    /// <summary>
    /// Closes a sentence or a part of one at "but", and parts it further: at a comma between two opinions, and at "and" or after a verb where praise turns into blame.
    /// </summary>
    private void Close(int from, int to, bool isContrast)
    {
        var (start, sign, wordsBefore) = (from, 0, 0);
        for (var i = from; i < to; i++)
        {
            var token = Buffer.Tokens[i];
            var comma = IsComma(i);
            var join = words[i].Role == WordRole.Join;
            if (token.Kind is TokenKind.Word && !join) wordsBefore++;
            if (words[i].Extent > 0 && SignOf(words[i].Weight) is not 0 and var found) sign = found;

            // Of a phrase the last word says where it ends; a comma behind it belongs to it.
            var isFinite = words[i].Extent <= 1 && (words[i].Endings & Endings.Finite) != 0 && !(i + 1 < to && IsComma(i + 1));
            if (sign == 0 || wordsBefore == 0 || !(comma || join || isFinite)) continue;
            var next = NextSign(i + 1, to);
            if (next == 0 || (comma ? next == sign && wordsBefore < 2 : next != -sign)) continue;
            var cut = join ? i : i + 1;
            Put(start, cut, isContrast);
            (start, sign, wordsBefore, isContrast) = (cut, 0, 0, false);
        }

        Put(start, to, isContrast);
    }

    private bool IsComma(int i) => Buffer.Tokens[i].Kind == TokenKind.Mark && Buffer.Lower(Buffer.Tokens[i])[0] is ',' or '-' or '/';

    /// <summary>The sign of the first opinion from here on, as far as the next comma behind one.</summary>
    private int NextSign(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (words[i].Extent > 0 && SignOf(words[i].Weight) is not 0 and var sign) return sign;
        }

        return 0;
    }

    private static int SignOf(float weight) => Math.Abs(weight) < 0.7f ? 0 : Math.Sign(weight);

    private void Put(int from, int to, bool isContrast)
    {
        if (ClauseCount == clauses.Length) Array.Resize(ref clauses, clauses.Length * 2);
        var clause = new ClauseRange { From = from, To = to, IsContrast = isContrast };
        for (var i = from; i < to; i++)
        {
            if (words[i].Weight > 0) clause.Praise += words[i].Weight;
            else clause.Blame -= words[i].Weight;
        }

        clauses[ClauseCount++] = clause;
    }
}
