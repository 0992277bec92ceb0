using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts;

/// <summary>A phrase of a <see cref="TagTable"/> that was found in a text.</summary>
/// <param name="Tag">What it was entered under.</param>
/// <param name="From">Its first token.</param>
/// <param name="Tokens">How many tokens.</param>
internal readonly record struct TagHit(int Tag, int From, int Tokens);

/// <summary>
/// Words and phrases that stand for something (a topic, an intent), found in whatever form they occur: Turkish with its endings and without its letters, English with the commonest endings.
/// </summary>
internal sealed class TagTable
{
    private readonly Lexicon turkish = Lexicon.Empty(isTurkish: true);
    private readonly Lexicon english = Lexicon.Empty(isTurkish: false);

    /// <summary>Enters a phrase. A Turkish verb stands in the infinitive; with "!" behind it the phrase is found only where it is negated.</summary>
    public void Add(TextLanguage language, string phrase, int tag) => (language == TextLanguage.English ? english : turkish).AddTag(phrase, tag);

    /// <summary>All phrases among the tokens from <paramref name="from"/> to before <paramref name="to"/>, added to <paramref name="hits"/>.</summary>
    public void Find(TokenBuffer buffer, TextLanguage language, int from, int to, List<TagHit> hits)
    {
        var lexicon = language == TextLanguage.English ? english : turkish;
        for (var i = from; i < to; i++)
        {
            if (LookUp(lexicon, buffer, i, out var endings) is not { } first) continue;
            if (first.Tags is { } tags)
            {
                foreach (var (tag, isNegated) in tags)
                {
                    if (!isNegated || (endings & Endings.Negated) != 0) hits.Add(new(tag, i, 1));
                }
            }

            if (first.Phrases is not { } phrases) continue;
            foreach (var phrase in phrases)
            {
                if (i + phrase.Words.Length <= to && Fits(lexicon, buffer, phrase, i)) hits.Add(new((int)phrase.Weight, i, phrase.Words.Length));
            }
        }
    }

    private static bool Fits(Lexicon lexicon, TokenBuffer buffer, Phrase phrase, int at)
    {
        for (var k = 1; k < phrase.Words.Length; k++)
        {
            if (LookUp(lexicon, buffer, at + k, out var endings) != phrase.Words[k]) return false;
            if (k == phrase.Words.Length - 1 && phrase.IsNegated && (endings & Endings.Negated) == 0) return false;
        }

        return true;
    }

    private static Lexeme? LookUp(Lexicon lexicon, TokenBuffer buffer, int at, out Endings endings)
    {
        ref readonly var token = ref buffer.Tokens[at];
        endings = Endings.None;
        return token.Kind is TokenKind.Word or TokenKind.Number ? lexicon.Find(buffer.Lower(token), buffer.Folded(token), token.Traits, token.Repeated, out endings) : null;
    }
}
