using Temas.Feedback.Contracts;
using Temas.Feedback.Texts.Learning;

namespace Temas.Feedback.Texts;

/// <summary>A clause while a text is being read: tokens from <see cref="From"/> to before <see cref="To"/>.</summary>
internal struct ClauseRange
{
    public int From, To;

    /// <summary>What speaks for and what against; both not negative.</summary>
    public float Praise, Blame;

    /// <summary>True when it stands against what came before ("but").</summary>
    public bool IsContrast;
}

/// <summary>
/// Reads opinions by words and rules: which words of a text say something, what strengthens, weakens and turns them, and where one opinion ends and another begins. Works in its own memory, text after text;
/// not for two threads at once.
/// </summary>
internal sealed partial class OpinionReader
{
    private const float Softening = 10;

    /// <summary>A score below says negative, one above positive; between them neutral.</summary>
    private const double NegativeBelow = -0.12, PositiveAbove = 0.12;

    private Word[] words = new Word[128];
    private ClauseRange[] clauses = new ClauseRange[16];

    /// <summary>The tokens of the text that was read last.</summary>
    public TokenBuffer Buffer { get; } = new();

    /// <summary>Its language, and the one by whose words it was read.</summary>
    public RecognisedLanguage Language { get; private set; }

    public TextLanguage ReadAs { get; private set; }

    /// <summary>Its clauses, at least one if there is any token.</summary>
    public ReadOnlySpan<ClauseRange> Clauses => clauses.AsSpan(0, ClauseCount);

    public int ClauseCount { get; private set; }

    /// <summary>What the token says; 0 for nothing.</summary>
    public float Weight(int token) => words[token].Weight;

    public bool IsNegated(int token) => words[token].IsTurned;

    /// <summary>How many tokens belong to the phrase that begins here; 1 for a word by itself.</summary>
    public int Extent(int token) => Math.Max(1, (int)words[token].Extent);

    /// <summary>The word that the token is a form of, if it is in the lexicon.</summary>
    public Lexeme? Lexeme(int token) => words[token].Lexeme;

    public Endings EndingsOf(int token) => words[token].Endings;

    /// <summary>Reads a text; one in a language that is not recognised is read as <paramref name="otherwise"/>.</summary>
    public void Read(ReadOnlySpan<char> text, TextLanguage otherwise)
    {
        Buffer.Read(text);
        if (words.Length < Buffer.Count) words = new Word[Buffer.Count * 2];
        words.AsSpan(0, Buffer.Count).Clear();
        Language = LanguageGuess.Of(Buffer);
        ReadAs = Language.Language != TextLanguage.Other ? Language.Language : otherwise == TextLanguage.Other ? TextLanguage.Turkish : otherwise;
        if (ReadAs == TextLanguage.English) Buffer.ReadAsEnglish();
        LookUp();
        FindPhrases();
        Weigh();
        Strengthen();
        if (ReadAs == TextLanguage.English) TurnAfter();
        else TurnBefore();
        Temper();
        FindClauses();
    }

    /// <summary>The sentiment of a clause.</summary>
    public Sentiment Judge(in ClauseRange clause) => Judge(clause.Praise, clause.Blame);

    /// <summary>The sentiment of the whole text: what follows a "but" weighs more than what it follows.</summary>
    public Sentiment Judge()
    {
        float praise = 0, blame = 0;
        for (var c = 0; c < ClauseCount; c++)
        {
            var factor = clauses[c].IsContrast ? 1.2f : c + 1 < ClauseCount && clauses[c + 1].IsContrast ? 0.8f : 1;
            praise += clauses[c].Praise * factor;
            blame += clauses[c].Blame * factor;
        }

        return Judge(praise, blame);
    }

    private static Sentiment Judge(float praise, float blame)
    {
        var (sum, total) = (praise - blame, praise + blame);
        var score = sum / MathF.Sqrt((sum * sum) + Softening);
        var label = score < NegativeBelow ? SentimentLabel.Negative : score > PositiveAbove ? SentimentLabel.Positive : SentimentLabel.Neutral;
        var agreement = total == 0 ? 0 : Math.Abs(sum) / total;
        var confidence = total == 0 ? 0.1 : (1 - MathF.Exp(-total / 3)) * (label == SentimentLabel.Neutral ? 1 - agreement : agreement);
        return new(score, confidence, label, SentimentSource.Lexicon);
    }

    private void LookUp()
    {
        var lexicon = ReadAs == TextLanguage.English ? Lexicon.English : Lexicon.Turkish;
        var tokens = Buffer.Tokens;
        for (var i = 0; i < tokens.Length; i++)
        {
            ref readonly var token = ref tokens[i];
            ref var word = ref words[i];
            word.Extent = 1;
            switch (token.Kind)
            {
                case TokenKind.Word or TokenKind.Number:
                    word.Lexeme = lexicon.Find(Buffer.Lower(token), Buffer.Folded(token), token.Traits, token.Repeated, out word.Endings);
                    if (word.Lexeme is null && ReadAs == TextLanguage.Turkish && token.Kind == TokenKind.Word && Suffixes.LooksNegated(Buffer.Folded(token))) word.Endings = Endings.Negated | Endings.Finite;
                    break;
                case TokenKind.Emoji:
                    word.Weight = Lexicon.Emoji.Find(Buffer.Folded(token))?.Weight * 0.8f ?? 0;
                    break;
                case TokenKind.Emoticon:
                    word.Weight = Emoticons.WeightOf(Buffer.Folded(token));
                    break;
            }
        }
    }

    private void FindPhrases()
    {
        for (var i = 0; i < Buffer.Count; i++)
        {
            if (words[i].Lexeme?.Phrases is not { } phrases) continue;
            foreach (var phrase in phrases)
            {
                if (!Fits(phrase, i)) continue;
                for (var k = 1; k < phrase.Words.Length; k++) words[i + k].Extent = 0;
                ref var word = ref words[i];
                var last = words[i + phrase.Words.Length - 1].Endings;
                (word.Phrase, word.Extent, word.Endings) = (phrase, (short)phrase.Words.Length, phrase.IsNegated ? last & ~Endings.Negated : last);
                i += phrase.Words.Length - 1;
                break;
            }
        }
    }

    private bool Fits(Phrase phrase, int at)
    {
        if (at + phrase.Words.Length > Buffer.Count) return false;
        for (var k = 1; k < phrase.Words.Length; k++)
        {
            if (words[at + k].Lexeme != phrase.Words[k]) return false;
        }

        return !phrase.IsNegated || (words[at + phrase.Words.Length - 1].Endings & Endings.Negated) != 0;
    }

    private void Weigh()
    {
        for (var i = 0; i < Buffer.Count; i++)
        {
            ref var word = ref words[i];
            if (word.Extent == 0) continue;
            if (word.Phrase is { } phrase)
            {
                (word.Role, word.Boost, word.Weight) = (phrase.Role, phrase.Boost, phrase.Weight);
            }
            else if (word.Lexeme is { IsOwn: true } lexeme)
            {
                (word.Role, word.Boost, word.Weight, word.IsSettled) = (lexeme.Role, lexeme.Boost, lexeme.Weight, lexeme.IsFirm);
                if ((word.Endings & Endings.Negated) != 0 && !float.IsNaN(lexeme.NegatedWeight))
                {
                    // What was said of the negated verb holds, and nothing turns it again.
                    (word.Weight, word.IsTurned, word.IsSettled) = (lexeme.NegatedWeight, true, true);
                }
            }

            if (word.Weight == 0)
            {
                // A negated verb of which nothing is known tells in a comment mostly of something that did not happen and should have.
                if (word.Phrase is null && word.Lexeme is null && (word.Endings & (Endings.Negated | Endings.Finite)) == (Endings.Negated | Endings.Finite)) (word.Weight, word.IsVerbOnly) = (-1.1f, true);
                continue;
            }

            if (word.IsSettled)
            {
                word.IsVerbOnly = word.Lexeme!.Weight == 0 && !word.Lexeme.IsFirm;
                continue;
            }

            var turns = (word.Endings & (Endings.Negated | Endings.Without)) != 0 || ((word.Endings & Endings.WithoutDoing) != 0 && word.Weight < 0);
            if (turns) Turn(ref word);
        }
    }

    private static void Turn(ref Word word)
    {
        word.Weight *= word.Weight > 0 ? -0.9f : -0.6f;
        word.IsTurned = !word.IsTurned;
    }

    private void Strengthen()
    {
        var tokens = Buffer.Tokens;
        float boost = 1;
        var reach = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            ref var word = ref words[i];
            ref readonly var token = ref tokens[i];
            if (token.Kind is TokenKind.Mark or TokenKind.Line)
            {
                if (token.Kind == TokenKind.Mark && Buffer.Lower(token)[0] == '!') StrengthenBack(i, token.Length);
                (boost, reach) = (1, 0);
                continue;
            }

            if (word.Extent == 0) continue;
            if (word.Role == WordRole.Boost)
            {
                boost = Math.Clamp(reach > 0 ? boost * word.Boost : word.Boost, 0.4f, 2);
                if ((token.Traits & TokenTraits.Elongated) != 0 && boost > 1) boost *= 1.15f;
                reach = 3;
                continue;
            }

            if (word.Weight != 0)
            {
                if (reach > 0) word.Weight *= boost;
                if ((token.Traits & TokenTraits.Elongated) != 0) word.Weight *= 1.2f;
                if ((token.Traits & TokenTraits.Shouted) != 0 && token.FormLength > 3) word.Weight *= 1.1f;
                (boost, reach) = (1, 0);
            }
            else if (--reach <= 0)
            {
                boost = 1;
            }
        }
    }

    private void StrengthenBack(int mark, int marks)
    {
        for (var i = mark - 1; i >= Math.Max(0, mark - 4); i--)
        {
            if (words[i].Weight == 0) continue;
            words[i].Weight *= 1 + (0.08f * Math.Min(3, marks));
            return;
        }
    }

    /// <summary>Turkish says "not" after what it negates: "iyi değil", "sorun yok", "memnun kalmadım".</summary>
    private void TurnBefore()
    {
        for (var i = 0; i < Buffer.Count; i++)
        {
            ref var word = ref words[i];
            if (word.Extent == 0) continue;
            var isNegator = word.Role == WordRole.Negation;
            var isVerb = !isNegator && word.Phrase is null && (word.Endings & Endings.Negated) != 0 && (word.Weight == 0 || word.IsVerbOnly);
            if (!isNegator && !isVerb) continue;
            for (int k = i - 1, seen = 0; k >= 0 && seen < 3; k--)
            {
                if (IsStop(k)) break;
                ref var before = ref words[k];
                if (before.Extent == 0) continue;
                seen++;
                if (before.Weight == 0 || before.Role == WordRole.Negation) continue;
                if (before.IsSettled || before.IsTurned) break;
                Turn(ref before);
                // The negation has done its work, and says nothing of its own.
                word.Weight = 0;
                break;
            }
        }
    }

    /// <summary>English says it before: "not good", "without any problem", "never had an issue".</summary>
    private void TurnAfter()
    {
        for (var i = 0; i < Buffer.Count; i++)
        {
            if (words[i].Extent == 0 || words[i].Role != WordRole.Negation) continue;
            if (i + 1 < Buffer.Count && Buffer.Folded(Buffer.Tokens[i + 1]) is "only" or "just") continue;
            words[i].Weight = 0;
            var found = false;
            for (int k = i + 1, seen = 0; k < Buffer.Count && seen < 4; k++)
            {
                if (IsStop(k)) break;
                ref var after = ref words[k];
                if (after.Extent == 0) continue;
                seen++;
                if (after.Role == WordRole.Negation) break;
                if (after.Weight == 0) continue;
                if (!after.IsTurned) Turn(ref after);
                found = true;
                break;
            }

            // "Did not arrive": what did not happen is told because it should have.
            if (!found) words[i].Weight = -0.6f;
        }
    }

    private bool IsStop(int i) => words[i].Role == WordRole.Contrast || (Buffer.Tokens[i].Kind is TokenKind.Line or TokenKind.Emoji or TokenKind.Emoticon)
        || (Buffer.Tokens[i].Kind == TokenKind.Mark && Buffer.Lower(Buffer.Tokens[i])[0] is '.' or '!' or '?' or ',' or ';' or ':' or '…');

    private struct Word
    {
        public Lexeme? Lexeme;
        public Phrase? Phrase;
        public float Weight, Boost;
        public short Extent;
        public WordRole Role;
        public Endings Endings;

        /// <summary>Negated, and what that says is in the weight.</summary>
        public bool IsTurned;

        /// <summary>The lexicon says what the negated word means: not to be turned again.</summary>
        public bool IsSettled;

        /// <summary>It says something only because it is negated, and nothing where it negates something else.</summary>
        public bool IsVerbOnly;
    }
}
