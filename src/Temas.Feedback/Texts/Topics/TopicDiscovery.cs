using System.Runtime.InteropServices;
using Temas.Feedback.Contracts;
using Temas.Kernel;

namespace Temas.Feedback.Texts.Topics;

/// <summary>A phrase that many customers use and no topic covers: to be named, added to a topic, or dismissed.</summary>
/// <param name="Phrase">The words as they were written first.</param>
/// <param name="Texts">In how many texts it stands in a clause without a topic.</param>
/// <param name="Share">The share of all texts.</param>
/// <param name="MeanScore">The mean sentiment of those clauses, from -1 to 1.</param>
/// <param name="Examples">Up to three of the clauses.</param>
internal sealed record ProposedTopic(string Phrase, int Texts, double Share, double MeanScore, IReadOnlyList<string> Examples);

/// <summary>
/// Looks for what topics miss: runs of one to three content words that stand in many texts, and much more often in clauses without a topic than in those with one (Dunning's log-likelihood ratio, 1993).
/// </summary>
internal static class TopicDiscovery
{
    private const int MaxPhrases = 200_000, MaxWords = 3, MinTexts = 5, Examples = 3;

    /// <summary>The ratio that chance alone exceeds for one phrase in a thousand (chi-squared, one degree of freedom).</summary>
    private const double Distinct = 10.83;

    /// <summary>Of a longer phrase's parts those are left out that seldom stand without it.</summary>
    private const double MostlyWithin = 0.6;

    public static IReadOnlyList<ProposedTopic> Propose(IEnumerable<string> texts, TopicMatcher topics, TextLanguage otherwise, int most = 20, CancellationToken cancel = default)
    {
        var reader = new OpinionReader();
        var found = new Dictionary<ulong, Candidate>();
        var inText = new HashSet<ulong>();
        long missed = 0, covered = 0;
        var all = 0;
        foreach (var text in texts)
        {
            cancel.ThrowIfCancellationRequested();
            all++;
            inText.Clear();
            reader.Read(text, otherwise);
            for (var c = 0; c < reader.ClauseCount; c++)
            {
                var clause = reader.Clauses[c];
                var isCovered = topics.Find(reader.Buffer, reader.ReadAs, clause.From, clause.To).Count > 0;
                if (isCovered) covered++;
                else missed++;
                Count(reader, clause, text, isCovered, found, inText);
            }

            if (found.Count > MaxPhrases) Forget(found);
        }

        var candidates = found.Where(f => f.Value.Missed >= MinTexts && Ratio(f.Value.Missed, f.Value.Covered, missed, covered) >= Distinct)
            .OrderByDescending(f => f.Value.Words).ThenByDescending(f => f.Value.Missed).ToList();
        var within = new Dictionary<ulong, int>();
        var kept = new List<Candidate>();
        foreach (var (key, candidate) in candidates)
        {
            if (within.GetValueOrDefault(key) >= candidate.Missed * MostlyWithin) continue;
            kept.Add(candidate);
            foreach (var part in candidate.Parts) within[part] = Math.Max(within.GetValueOrDefault(part), candidate.Missed);
        }

        return [.. kept.OrderByDescending(k => Ratio(k.Missed, k.Covered, missed, covered)).Take(most).Select(k => new ProposedTopic(k.Phrase, k.Missed, k.Missed / (double)all, Math.Round(k.Score / k.Missed, 3), k.Examples))];
    }

    private static void Count(OpinionReader reader, ClauseRange clause, string text, bool isCovered, Dictionary<ulong, Candidate> found, HashSet<ulong> inText)
    {
        var (buffer, score) = (reader.Buffer, reader.Judge(clause).Score);
        Span<ulong> stems = stackalloc ulong[MaxWords];
        for (var from = clause.From; from < clause.To; from++)
        {
            for (var words = 1; words <= MaxWords && from + words <= clause.To; words++)
            {
                ref readonly var token = ref buffer.Tokens[from + words - 1];
                if (!ContentWords.IsContent(buffer, token) || reader.Lexeme(from + words - 1) is { Role: not WordRole.None }) break;
                stems[words - 1] = ContentWords.StemHash(buffer, token, reader.ReadAs);
                var key = Hash64.Of(MemoryMarshal.AsBytes(stems[..words]));
                if (!inText.Add(isCovered ? key : ~key)) continue;
                ref var candidate = ref CollectionsMarshal.GetValueRefOrAddDefault(found, key, out _);
                if (isCovered)
                {
                    (candidate ??= new Candidate(words)).Covered++;
                    continue;
                }

                var start = buffer.Tokens[from].Start;
                candidate ??= new Candidate(words);
                if (candidate.Missed++ == 0)
                {
                    candidate.Phrase = text[start..token.End];
                    candidate.Parts = PartsOf(stems[..words]);
                }

                candidate.Score += score;
                if (candidate.Examples.Count < Examples) candidate.Examples.Add(text[buffer.Tokens[clause.From].Start..buffer.Tokens[clause.To - 1].End]);
            }
        }
    }

    /// <summary>The keys of all shorter phrases within one.</summary>
    private static ulong[] PartsOf(ReadOnlySpan<ulong> stems)
    {
        var parts = new List<ulong>();
        for (var length = 1; length < stems.Length; length++)
        {
            for (var at = 0; at + length <= stems.Length; at++) parts.Add(Hash64.Of(MemoryMarshal.AsBytes(stems.Slice(at, length))));
        }

        return [.. parts];
    }

    /// <summary>What was seen once makes room; a phrase that is frequent comes again.</summary>
    private static void Forget(Dictionary<ulong, Candidate> found)
    {
        for (var least = 1; found.Count > MaxPhrases / 2 && least < 1_000_000; least *= 2)
        {
            foreach (var key in found.Where(f => f.Value.Missed + f.Value.Covered <= least).Select(f => f.Key).ToList()) found.Remove(key);
        }
    }

    private static double Ratio(long missed, long covered, long allMissed, long allCovered)
    {
        if (missed == 0 || allMissed == 0) return 0;
        var total = (missed + covered) / (double)(allMissed + allCovered);
        if (missed / (double)allMissed <= total && allCovered > 0) return 0;
        // Where no clause has a topic there is nothing to compare with: what is frequent counts.
        if (allCovered == 0) return 2 * missed * Math.Log(1 + missed);
        double Part(long seen, double expected) => seen == 0 ? 0 : seen * Math.Log(seen / expected);
        return 2 * (Part(missed, allMissed * total) + Part(covered, allCovered * total) + Part(allMissed - missed, allMissed * (1 - total)) + Part(allCovered - covered, allCovered * (1 - total)));
    }

    private sealed class Candidate(int words)
    {
        public int Words { get; } = words;

        public int Missed { get; set; }

        public int Covered { get; set; }

        public double Score { get; set; }

        public string Phrase { get; set; } = "";

        public ulong[] Parts { get; set; } = [];

        public List<string> Examples { get; } = [];
    }
}
