using System.Text;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts.Learning;

namespace Temas.Feedback.Texts;

/// <summary>What customers want with a text: phrases that say so, and what follows from the sentiment.</summary>
internal static class Intents
{
    /// <summary>So much blame is a complaint, and so much praise is praise.</summary>
    private const double LeastBlame = -0.17, LeastPraise = 0.25;

    private static readonly TagTable Phrases = Read();

    public static List<TextIntent> Of(OpinionReader reader, Sentiment whole, IReadOnlyList<TextClause> clauses)
    {
        var found = new Dictionary<TextIntentKind, TextIntent>();
        void Add(TextIntentKind kind, double confidence, TextSpan span)
        {
            if (!found.TryGetValue(kind, out var before) || before.Confidence < confidence) found[kind] = new TextIntent(kind, Math.Round(Math.Min(0.95, confidence), 2), span);
        }

        var tokens = reader.Buffer.Tokens;
        var hits = new List<TagHit>();
        Phrases.Find(reader.Buffer, reader.ReadAs, 0, reader.Buffer.Count, hits);
        foreach (var hit in hits)
        {
            var span = new TextSpan(tokens[hit.From].Start, tokens[hit.From + hit.Tokens - 1].End - tokens[hit.From].Start);
            Add((TextIntentKind)hit.Tag, hit.Tokens > 1 ? 0.9 : 0.7, span);
        }

        if (reader.Wish is { Tokens: > 0 } wish)
        {
            var last = tokens[wish.From + wish.Tokens - 1];
            Add(TextIntentKind.Suggestion, 0.6, new TextSpan(tokens[wish.From].Start, last.End - tokens[wish.From].Start));
        }

        foreach (var clause in clauses)
        {
            if (clause.Sentiment.Label == SentimentLabel.Negative && clause.Sentiment.Score <= LeastBlame) Add(TextIntentKind.Complaint, 0.4 + (-clause.Sentiment.Score / 2), clause.Span);
            if (clause.Sentiment.Label == SentimentLabel.Positive && clause.Sentiment.Score >= LeastPraise && whole.Score > 0) Add(TextIntentKind.Praise, 0.4 + (clause.Sentiment.Score / 2), clause.Span);
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            if (tokens[i].Kind == TokenKind.Mark && reader.Buffer.Lower(tokens[i])[0] == '?' && i > 0 && tokens[i - 1].Kind == TokenKind.Word) Add(TextIntentKind.Request, 0.5, new TextSpan(tokens[i].Start, tokens[i].Length));
        }

        return [.. found.Values.OrderByDescending(i => i.Confidence).ThenBy(i => i.Kind)];
    }

    private static TagTable Read()
    {
        var table = new TagTable();
        using var stream = typeof(Intents).Assembly.GetManifestResourceStream("Temas.Feedback.Texts.intents.txt")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var (kind, language) = (TextIntentKind.Complaint, TextLanguage.Turkish);
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            if (line[0] == '[')
            {
                var parts = line.Trim('[', ']').Split(' ');
                (kind, language) = (Enum.Parse<TextIntentKind>(parts[0]), parts[1] == "en" ? TextLanguage.English : TextLanguage.Turkish);
                continue;
            }

            table.Add(language, line, (int)kind);
        }

        return table;
    }
}
