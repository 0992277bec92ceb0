using Temas.Feedback.Texts.Learning;

namespace Temas.Feedback.Contracts;

/// <summary>The language of a text.</summary>
public enum TextLanguage : byte
{
    /// <summary>None that is read here, or too little to say.</summary>
    Other,

    /// <summary>Turkish.</summary>
    Turkish,

    /// <summary>English.</summary>
    English,
}

/// <summary>A stretch of a text: characters (UTF-16) from <paramref name="Start"/>, as many as <paramref name="Length"/>.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    /// <summary>The first character after it.</summary>
    public int End => Start + Length;

    /// <summary>The stretch of <paramref name="text"/>.</summary>
    public string Of(string text) => text.Substring(Start, Length);
}

/// <summary>The language that was recognised.</summary>
/// <param name="Language">Which.</param>
/// <param name="Confidence">From 0 to 1.</param>
public readonly record struct RecognisedLanguage(TextLanguage Language, double Confidence);

/// <summary>What found a sentiment.</summary>
public enum SentimentSource : byte
{
    /// <summary>Words and rules.</summary>
    Lexicon,

    /// <summary>The model that learned from rated comments.</summary>
    Model,

    /// <summary>Both together.</summary>
    Both,
}

/// <summary>How satisfied a text or a clause is.</summary>
/// <param name="Score">From -1 to 1. Of a model: the probability of positive less that of negative.</param>
/// <param name="Confidence">From 0 to 1. Of a model: the probability of <paramref name="Label"/>; of the lexicon: how much was found, and how far it agrees.</param>
/// <param name="Label">In one word.</param>
/// <param name="Source">What found it.</param>
public readonly record struct Sentiment(double Score, double Confidence, SentimentLabel Label, SentimentSource Source);

/// <summary>A word or phrase that carried a sentiment.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Weight">What it was taken to say, with all that strengthens or turns it: below 0 negative, above positive. Comparable within one text only.</param>
/// <param name="IsNegated">True when something in the text turned it around.</param>
public readonly record struct SentimentWord(TextSpan Span, double Weight, bool IsNegated);

/// <summary>A part of a text that holds one opinion, or none.</summary>
/// <param name="Span">Where it stands.</param>
/// <param name="Sentiment">Its own sentiment.</param>
/// <param name="Words">What carried it.</param>
/// <param name="Topics">The keys of the topics it speaks of.</param>
public sealed record TextClause(TextSpan Span, Sentiment Sentiment, IReadOnlyList<SentimentWord> Words, IReadOnlyList<string> Topics);

/// <summary>What was read from a text.</summary>
/// <param name="Language">Its language.</param>
/// <param name="Sentiment">The sentiment of the whole.</param>
/// <param name="Clauses">Its parts, in their order; none in a text without a word or a face.</param>
public sealed record TextReading(RecognisedLanguage Language, Sentiment Sentiment, IReadOnlyList<TextClause> Clauses)
{
    /// <summary>The keys of the topics it speaks of, in the order of the model.</summary>
    public IReadOnlyList<string> Topics { get; init; } = [];

    /// <summary>What the customer wants with it, the surest first.</summary>
    public IReadOnlyList<TextIntent> Intents { get; init; } = [];

    /// <summary>Up to five phrases that say what it is about, in its own words and order.</summary>
    public IReadOnlyList<TextSpan> KeyPhrases { get; init; } = [];

    /// <summary>True when the text is longer than what is read of it (20,000 characters).</summary>
    public bool IsCut { get; init; }
}

/// <summary>What a customer wants with a text.</summary>
public enum TextIntentKind : byte
{
    /// <summary>Something is wrong.</summary>
    Complaint,

    /// <summary>Something could be better.</summary>
    Suggestion,

    /// <summary>Somebody is to do something, or to answer.</summary>
    Request,

    /// <summary>Thanks and praise.</summary>
    Praise,

    /// <summary>She says that she leaves.</summary>
    ChurnThreat,
}

/// <summary>An intent that was found.</summary>
/// <param name="Kind">Which.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Span">What says so.</param>
public readonly record struct TextIntent(TextIntentKind Kind, double Confidence, TextSpan Span);
