using System.Collections.Concurrent;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts.Learning;
using Temas.Feedback.Texts.Topics;

namespace Temas.Feedback.Texts;

/// <summary>Puts together what reads texts: lexicon and rules, the model where there is one, topics. Readers keep their memory and are handed from text to text.</summary>
internal sealed class TextUnderstanding : ITextUnderstanding
{
    /// <summary>So much the model counts in the sentiment of a clause in which the lexicon found something too: the model learned from whole texts.</summary>
    private const double ModelShareOfClause = 0.5;

    private readonly ConcurrentBag<Reader> idle = [];
    private volatile SentimentModel? model;
    private volatile TopicMatcher topics = ReadyTopics;

    private static TopicMatcher ReadyTopics { get; } = new(TopicModel.Ready);

    /// <summary>The topics that are looked for. May be exchanged at any time.</summary>
    public TopicModel Topics
    {
        get => topics.Model;
        set => topics = new TopicMatcher(value);
    }

    /// <summary>The model in use; null while the lexicon reads alone. May be exchanged at any time.</summary>
    public SentimentModel? Model
    {
        get => model;
        set => model = value;
    }

    /// <inheritdoc/>
    public Sentiment Judge(ReadOnlySpan<char> text, TextLanguage otherwise = TextLanguage.Turkish)
    {
        var current = model;
        var reader = Rent(current);
        try
        {
            if (current is null)
            {
                reader.Opinions.Read(text, otherwise);
                return reader.Opinions.Judge();
            }

            // The model sees folded letters alone, whatever the language.
            var buffer = reader.Opinions.Buffer;
            buffer.Read(text);
            return ByModel(current, reader.Features!, buffer, 0, buffer.Count);
        }
        finally
        {
            idle.Add(reader);
        }
    }

    /// <inheritdoc/>
    public TextReading Read(string text, TextLanguage otherwise = TextLanguage.Turkish)
    {
        ArgumentNullException.ThrowIfNull(text);
        var current = model;
        var reader = Rent(current);
        try
        {
            return Read(reader, current, topics, text, otherwise);
        }
        finally
        {
            idle.Add(reader);
        }
    }

    private static TextReading Read(Reader reader, SentimentModel? model, TopicMatcher topics, string text, TextLanguage otherwise)
    {
        var opinions = reader.Opinions;
        opinions.Read(text, otherwise);
        var buffer = opinions.Buffer;
        var whole = model is null ? opinions.Judge() : ByModel(model, reader.Features!, buffer, 0, buffer.Count);
        var byModel = model is null ? [] : new float[buffer.Count];
        if (model is not null) model.Explain(reader.Features!, byModel);
        var clauses = new List<TextClause>(opinions.ClauseCount);
        var ofText = new SortedSet<int>();
        foreach (var clause in opinions.Clauses)
        {
            var tokens = buffer.Tokens[clause.From..clause.To];
            if (tokens.IsEmpty) continue;
            var sentiment = opinions.ClauseCount == 1 ? whole : OfClause(reader, model, clause);
            var ofClause = topics.Find(buffer, opinions.ReadAs, clause.From, clause.To);
            ofText.UnionWith(ofClause);
            clauses.Add(new TextClause(new TextSpan(tokens[0].Start, tokens[^1].End - tokens[0].Start), sentiment, Words(opinions, clause, byModel), Keys(topics, ofClause)));
        }

        return new TextReading(opinions.Language, whole, clauses)
        {
            Topics = Keys(topics, ofText),
            Intents = Intents.Of(opinions, whole, clauses),
            KeyPhrases = KeyPhrases.Of(opinions),
            IsCut = text.Length > TokenBuffer.MaxLength,
        };
    }

    private static string[] Keys(TopicMatcher topics, IEnumerable<int> found) => [.. found.Select(t => topics.Model.Topics[t].Key)];

    private static Sentiment OfClause(Reader reader, SentimentModel? model, in ClauseRange clause)
    {
        var byLexicon = reader.Opinions.Judge(clause);
        if (model is null) return byLexicon;
        var byModel = ByModel(model, reader.Features!, reader.Opinions.Buffer, clause.From, clause.To);
        if (clause is { Praise: 0, Blame: 0 }) return byModel;
        var score = (byModel.Score * ModelShareOfClause) + (byLexicon.Score * (1 - ModelShareOfClause));
        var label = byModel.Label == byLexicon.Label ? byModel.Label : score < -0.2 ? SentimentLabel.Negative : score > 0.2 ? SentimentLabel.Positive : SentimentLabel.Neutral;
        var confidence = byModel.Label == byLexicon.Label ? Math.Max(byModel.Confidence, byLexicon.Confidence) : Math.Min(byModel.Confidence, 0.6);
        return new Sentiment(score, confidence, label, SentimentSource.Both);
    }

    private static Sentiment ByModel(SentimentModel model, Features features, TokenBuffer buffer, int from, int to)
    {
        Span<double> p = stackalloc double[SentimentModel.Labels];
        features.Read(buffer, from, to);
        model.Predict(features, p);
        var label = Calibration.MostLikely(p);
        return new Sentiment(p[(int)SentimentLabel.Positive] - p[(int)SentimentLabel.Negative], p[label], (SentimentLabel)label, SentimentSource.Model);
    }

    /// <summary>The words that carried it: those of the lexicon, or where it knows none the three that moved the model most.</summary>
    private static List<SentimentWord> Words(OpinionReader opinions, in ClauseRange clause, float[] byModel)
    {
        var words = new List<SentimentWord>();
        var tokens = opinions.Buffer.Tokens;
        for (var i = clause.From; i < clause.To; i++)
        {
            if (opinions.Weight(i) == 0) continue;
            var last = tokens[Math.Min(i + opinions.Extent(i), tokens.Length) - 1];
            words.Add(new SentimentWord(new TextSpan(tokens[i].Start, last.End - tokens[i].Start), Math.Round(opinions.Weight(i), 3), opinions.IsNegated(i)));
        }

        if (words.Count > 0 || byModel.Length == 0) return words;
        foreach (var i in Enumerable.Range(clause.From, clause.To - clause.From).Where(i => byModel[i] != 0).OrderByDescending(i => Math.Abs(byModel[i])).Take(3).Order())
            words.Add(new SentimentWord(new TextSpan(tokens[i].Start, tokens[i].Length), Math.Round(byModel[i], 3), false));
        return words;
    }

    private Reader Rent(SentimentModel? forModel)
    {
        if (!idle.TryTake(out var reader)) reader = new Reader();
        if (forModel is not null && reader.Bits != forModel.Bits) (reader.Features, reader.Bits) = (new Features(forModel.Bits), forModel.Bits);
        return reader;
    }

    private sealed class Reader
    {
        public OpinionReader Opinions { get; } = new();

        public Features? Features { get; set; }

        public int Bits { get; set; }
    }
}
