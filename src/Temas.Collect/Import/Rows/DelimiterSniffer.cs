namespace Temas.Collect.Import.Rows;

/// <summary>Tells from the first lines of a file what stands between its fields.</summary>
internal static class DelimiterSniffer
{
    // Where two explain the lines equally well the earlier wins: a comma is more often a decimal comma than a semicolon is anything.
    private static readonly char[] Candidates = ['\t', ';', '|', ','];

    /// <summary>The candidate that occurs equally often, and most often, in the first 20 lines; a comma if none occurs.</summary>
    public static char Guess(TextWindow window, char quote)
    {
        window.Has(32 * 1024);
        var lines = Count(window.Text, quote);
        if (lines.Count == 0) return ',';
        var best = (Agreeing: 0, PerLine: 0, Delimiter: ',');
        for (var c = 0; c < Candidates.Length; c++)
        {
            var first = lines[0][c];
            if (first == 0) continue;
            var agreeing = lines.Count(line => line[c] == first);
            if (agreeing > best.Agreeing || (agreeing == best.Agreeing && first > best.PerLine)) best = (agreeing, first, Candidates[c]);
        }

        return best.Delimiter;
    }

    private static List<int[]> Count(ReadOnlySpan<char> text, char quote)
    {
        List<int[]> lines = [];
        var line = new int[Candidates.Length];
        bool quoted = false, any = false;
        for (var i = 0; i < text.Length && lines.Count < 20; i++)
        {
            var c = text[i];
            if (c == quote) quoted = !quoted;
            if (quoted) continue;
            if (c is '\r' or '\n')
            {
                if (any) lines.Add(line);
                line = new int[Candidates.Length];
                any = false;
                continue;
            }

            any = true;
            var candidate = Array.IndexOf(Candidates, c);
            if (candidate >= 0) line[candidate]++;
        }

        // A last line without its end counts only when it is the only one: it may be cut.
        if (any && lines.Count == 0) lines.Add(line);
        return lines;
    }
}
