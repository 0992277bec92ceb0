using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts;

/// <summary>What is asked or wished for is not told: "would be nice" praises nothing, and whoever asks how to return something does not complain.</summary>
internal sealed partial class OpinionReader
{
    /// <summary>An opinion that is stronger than this stands in a question, too: "why is this rubbish still on sale?"</summary>
    private const float Strong = 2.3f;

    private const float InQuestion = 0.25f;

    private static readonly HashSet<string> Modal = new(["would", "could", "should", "might"], StringComparer.Ordinal), Wished = new(["be", "make", "help", "have", "like", "love", "also"], StringComparer.Ordinal);

    private static readonly HashSet<string> Why = new(["why", "neden", "niye", "nicin", "nasil"], StringComparer.Ordinal), NoNecessity = new(["temeli", "emeli", "ameli", "kremeli"], StringComparer.Ordinal);

    /// <summary>The first and the number of the tokens by which something is wished for; no tokens where nothing is.</summary>
    public (int From, int Tokens) Wish { get; private set; }

    private void Temper()
    {
        Wish = default;
        var from = 0;
        for (var i = 0; i <= Buffer.Count; i++)
        {
            if (i < Buffer.Count && !IsEnd(i)) continue;
            if (i > from) Temper(from, i, i < Buffer.Count && Buffer.Lower(Buffer.Tokens[i])[0] == '?');
            from = i + 1;
        }
    }

    private void Temper(int from, int to, bool isQuestion)
    {
        if (!isQuestion && WishIn(from, to) is { Tokens: > 0 } wish)
        {
            if (Wish.Tokens == 0) Wish = wish;
            for (var i = ReadAs == TextLanguage.English ? wish.From : from; i < to; i++)
            {
                if (words[i].Weight > 0 && words[i].Phrase is null) words[i].Weight = 0;
            }
        }

        if (isQuestion && !Why.Contains(Plain(from)))
        {
            for (var i = from; i < to; i++)
            {
                if (Math.Abs(words[i].Weight) < Strong) words[i].Weight *= InQuestion;
            }
        }

        NeitherNor(from, to);
    }

    private (int From, int Tokens) WishIn(int from, int to)
    {
        for (var i = from; i + 1 < to; i++)
        {
            var word = Plain(i);
            if (ReadAs == TextLanguage.English)
            {
                if (Modal.Contains(word) && Wished.Contains(Plain(i + 1)) && !(word is "would" && i > from && Plain(i + 1) is "be" or "have" && IsNegation(i + 1 + 1, to))) return (i, 2);
                if (word is "wish" && i > from && Plain(i - 1) is "i" or "we") return (i, 1);
            }
            else if (IsConditional(word))
            {
                for (var k = i + 1; k < Math.Min(to, i + 6); k++)
                {
                    if (Plain(k) is "olur" or "olurdu" or "olurmus" or "sevinirim" or "seviniriz" or "sevinirdik" or "sevinirdim" or "keske") return (i, k - i + 1);
                }
            }
        }

        if (ReadAs == TextLanguage.English) return default;
        for (var i = from; i < to; i++)
        {
            var word = Plain(i);
            if (word.Length >= 6 && (word.EndsWith("mali", StringComparison.Ordinal) || word.EndsWith("meli", StringComparison.Ordinal) || word.EndsWith("malisiniz", StringComparison.Ordinal) || word.EndsWith("melisiniz", StringComparison.Ordinal)) && !NoNecessity.Contains(word)) return (i, 1);
            if (word.EndsWith("labilir", StringComparison.Ordinal) || word.EndsWith("lebilir", StringComparison.Ordinal) || word.EndsWith("nabilir", StringComparison.Ordinal) || word.EndsWith("nebilir", StringComparison.Ordinal)) return (i, 1);
            // "Hızlandırmanızı öneririm" proposes it; "öneririm" alone recommends.
            if (i > from && word is "oneririm" or "oneririz" or "oneriyorum" or "isterim" or "isteriz" or "isterdim" or "isterdik" && i > from && IsOfYours(Plain(i - 1))) return (i - 1, 2);
        }

        return default;
    }

    private static bool IsConditional(string word) => word.Length >= 5 && (word.EndsWith("sa", StringComparison.Ordinal) || word.EndsWith("se", StringComparison.Ordinal) || word.EndsWith("sak", StringComparison.Ordinal) || word.EndsWith("sek", StringComparison.Ordinal)
        || word.EndsWith("saniz", StringComparison.Ordinal) || word.EndsWith("seniz", StringComparison.Ordinal) || word.EndsWith("salar", StringComparison.Ordinal) || word.EndsWith("seler", StringComparison.Ordinal) || word.EndsWith("saydi", StringComparison.Ordinal) || word.EndsWith("seydi", StringComparison.Ordinal));

    private static bool IsOfYours(string word) => word.EndsWith("manizi", StringComparison.Ordinal) || word.EndsWith("menizi", StringComparison.Ordinal) || word.EndsWith("masini", StringComparison.Ordinal) || word.EndsWith("mesini", StringComparison.Ordinal);

    private bool IsNegation(int i, int to) => i < to && words[i].Role == WordRole.Negation;

    /// <summary>"Ne iyi ne kötü", "neither good nor bad": said of both, nothing is left.</summary>
    private void NeitherNor(int from, int to)
    {
        for (var i = from; i + 3 < to; i++)
        {
            var (first, second) = (Plain(i), Plain(i + 2));
            if ((first, second) is not (("ne", "ne") or ("neither", "nor") or ("not", "not"))) continue;
            if (words[i + 1].Weight * words[i + 3].Weight == 0) continue;
            (words[i].Weight, words[i + 1].Weight, words[i + 2].Weight, words[i + 3].Weight) = (0, 0, 0, 0);
        }
    }

    private string Plain(int i) => i < Buffer.Count && Buffer.Tokens[i].Kind == TokenKind.Word ? Buffer.Folded(Buffer.Tokens[i]).ToString() : "";
}
