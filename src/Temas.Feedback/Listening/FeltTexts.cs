using Temas.Customers.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;

namespace Temas.Feedback.Listening;

/// <summary>What reads the texts of a workspace now. A part of the workspace.</summary>
internal sealed class FeltTexts(Func<TextLanguage> otherwise) : IFeltTexts
{
    private volatile TextFeeling current = new(null, otherwise());

    /// <inheritdoc/>
    public ITextFeeling Current => InUse;

    /// <summary>The same, with all that is understood of a text.</summary>
    public TextFeeling InUse
    {
        get
        {
            var known = current;
            if (known.Otherwise != otherwise()) current = known = new TextFeeling(known.Model, otherwise());
            return known;
        }
    }

    /// <summary>Takes a model into use; null for the lexicon alone. All perceptions that rest on texts are worked out anew.</summary>
    public void Use(SentimentModel? model) => current = new TextFeeling(model, otherwise());
}

/// <summary>One way of reading texts: a model or none, and the language of texts in which none is recognised. Never changes.</summary>
internal sealed class TextFeeling : ITextFeeling
{
    // Below this a reading is a guess: "the order", or a clause of praise against one of blame.
    private const double LeastConfidence = 0.2;

    private const int MostWords = 5;

    private readonly TextUnderstanding texts;

    public TextFeeling(SentimentModel? model, TextLanguage otherwise)
    {
        (Model, Otherwise) = (model, otherwise);
        texts = new TextUnderstanding { Model = model };
        Digest = Hash64.Combine(Hash64.Of(typeof(TextFeeling).Module.ModuleVersionId.ToByteArray()), Hash64.Combine((ulong)otherwise, model is null ? 0 : Hash64.Of(ModelFile.Write(model))));
    }

    /// <summary>The model in use; null while the lexicon reads alone.</summary>
    public SentimentModel? Model { get; }

    /// <summary>The language as which a text is read whose own is not recognised.</summary>
    public TextLanguage Otherwise { get; }

    /// <inheritdoc/>
    public ulong Digest { get; }

    /// <inheritdoc/>
    public FeltText? Feel(string text) => IsTold(texts.Judge(text, Otherwise), out var felt) ? felt : null;

    /// <summary>Whether a reading is more than a guess, and what it says.</summary>
    public static bool IsTold(in Sentiment sentiment, out FeltText felt)
    {
        felt = new FeltText(Math.Round(sentiment.Score, 4), Math.Round(sentiment.Confidence, 4));
        return sentiment.Confidence >= LeastConfidence;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> WordsOf(string text)
    {
        var reading = texts.Read(text, Otherwise);
        var sign = reading.Sentiment.Label switch { SentimentLabel.Negative => -1, SentimentLabel.Positive => 1, _ => 0 };
        return [.. reading.Clauses.SelectMany(c => c.Words).Where(w => sign == 0 || Math.Sign(w.Weight) == sign).OrderByDescending(w => Math.Abs(w.Weight)).Select(w => w.Span.Of(text)).Distinct(StringComparer.Ordinal).Take(MostWords)];
    }
}
