namespace Temas.Feedback.Texts;

/// <summary>Addresses in running text, so that nothing is read into their parts.</summary>
internal static class Links
{
    /// <summary>The length of the address that begins at <paramref name="i"/>; 0 for none.</summary>
    public static int LengthAt(ReadOnlySpan<char> text, int i)
    {
        var rest = text[i..];
        if (text[i] is 'h' or 'H' or 'w' or 'W')
        {
            if (rest.StartsWith("http://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || rest.StartsWith("www.", StringComparison.OrdinalIgnoreCase))
                return EndOf(rest);
        }

        if (i > 0 && !char.IsWhiteSpace(text[i - 1]) && text[i - 1] is not ('(' or '<' or ':' or ',')) return 0;
        var at = 0;
        while (at < rest.Length && at < 65 && (char.IsAsciiLetterOrDigit(rest[at]) || rest[at] is '.' or '_' or '-' or '+')) at++;
        if (at == 0 || at + 3 > rest.Length || rest[at] != '@') return 0;
        var end = at + 1;
        while (end < rest.Length && (char.IsAsciiLetterOrDigit(rest[end]) || rest[end] is '.' or '-')) end++;
        return rest[at..end].Contains('.') ? end : 0;
    }

    private static int EndOf(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && !char.IsWhiteSpace(text[end])) end++;
        return end;
    }
}
