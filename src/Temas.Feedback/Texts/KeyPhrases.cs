using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts;

/// <summary>
/// What a text is about, in its own words: runs of up to three content words, without verbs that end a sentence and without what only strengthens or turns. Those that come again, that are longer and that stand beside an opinion come first
/// (after RAKE: Rose and others, 2010).
/// </summary>
internal static class KeyPhrases
{
    private const int Most = 5, MaxWords = 3;

    public static List<TextSpan> Of(OpinionReader reader)
    {
        var tokens = reader.Buffer.Tokens;
        var runs = new List<(int From, int Words, ulong Key, double Score)>();
        var times = new Dictionary<ulong, int>();
        for (var i = 0; i < tokens.Length;)
        {
            var from = i;
            ulong key = 0;
            var nearOpinion = false;
            while (i < tokens.Length && i - from < MaxWords && IsPart(reader, i))
            {
                key = (key * 31) + ContentWords.StemHash(reader.Buffer, tokens[i], reader.ReadAs);
                nearOpinion |= reader.Weight(i) != 0;
                i++;
            }

            if (i == from)
            {
                i++;
                continue;
            }

            nearOpinion |= (from > 0 && reader.Weight(from - 1) != 0) || (i < tokens.Length && reader.Weight(i) != 0);
            times[key] = times.GetValueOrDefault(key) + 1;
            runs.Add((from, i - from, key, i - from + (nearOpinion ? 1 : 0)));
        }

        var seen = new HashSet<ulong>();
        return
        [
            .. runs.Where(r => seen.Add(r.Key)).OrderByDescending(r => r.Score * times[r.Key]).ThenBy(r => r.From).Take(Most)
                .Select(r => (Start: reader.Buffer.Tokens[r.From].Start, reader.Buffer.Tokens[r.From + r.Words - 1].End)).OrderBy(s => s.Start).Select(s => new TextSpan(s.Start, s.End - s.Start)),
        ];
    }

    private static bool IsPart(OpinionReader reader, int i) =>
        ContentWords.IsContent(reader.Buffer, reader.Buffer.Tokens[i]) && (reader.EndingsOf(i) & (Endings.Negated | Endings.Finite)) == 0
        && reader.Lexeme(i) is null or { Role: WordRole.None, Stem: StemKind.Nominal };
}
