using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts;

/// <summary>What is asked or wished for is not told: "would be nice" praises nothing, and whoever asks how to return something does not complain.</summary>
internal sealed partial class OpinionReader
{
    /// <summary>An opinion that is stronger than this stands in a question, too: "why is this rubbish still on sale?"</summary>
    private const float Strong = 2.3f;

    private const float InQuestion = 0.25f;

    /// <summary>As many words further at most stands what would be good: "konsa çok daha iyi olur".</summary>
    private const int Reach = 6;

    private static readonly string[] Conditional = ["sa", "se", "sak", "sek", "saniz", "seniz", "salar", "seler", "saydi", "seydi"], Necessary = ["mali", "meli", "malisiniz", "melisiniz"], Possible = ["labilir", "lebilir", "nabilir", "nebilir"],
        OfYours = ["manizi", "menizi", "masini", "mesini"];

    /// <summary>The first and the number of the tokens by which something is wished for; no tokens where nothing is.</summary>
    public (int From, int Tokens) Wish { get; private set; }

    private void Temper()
    {
        Wish = default;
        var from = 0;
        for (var i = 0; i <= Buffer.Count; i++)
        {
            if (i < Buffer.Count && !IsEnd(i)) continue;
            if (i > from) Temper(from, i, i < Buffer.Count && Buffer.Tokens[i].Kind == TokenKind.Mark && Buffer.Lower(Buffer.Tokens[i])[0] == '?');
            from = i + 1;
        }
    }

    private void Temper(int from, int to, bool isQuestion)
    {
        if (!isQuestion && (ReadAs == TextLanguage.English ? WishInEnglish(from, to) : WishInTurkish(from, to)) is { Tokens: > 0 } wish)
        {
            if (Wish.Tokens == 0) Wish = wish;
            // English says first that it is a wish, Turkish last.
            for (var i = ReadAs == TextLanguage.English ? wish.From : from; i < to; i++)
            {
                if (words[i].Weight > 0 && words[i].Phrase is null) words[i].Weight = 0;
            }
        }

        // Who asks why something is so says that it is.
        if (isQuestion && Said(from) is not ("why" or "neden" or "niye" or "nicin" or "nasil"))
        {
            for (var i = from; i < to; i++)
            {
                if (Math.Abs(words[i].Weight) < Strong) words[i].Weight *= InQuestion;
            }
        }

        NeitherNor(from, to);
    }

    private (int From, int Tokens) WishInEnglish(int from, int to)
    {
        for (var i = from; i + 1 < to; i++)
        {
            var word = Said(i);
            if (word is "would" or "could" or "should" or "might" && Said(i + 1) is "be" or "make" or "help" or "have" or "like" or "love" or "also") return (i, 2);
            if (word is "wish" && i > from && Said(i - 1) is "i" or "we") return (i, 1);
        }

        return default;
    }

    private (int From, int Tokens) WishInTurkish(int from, int to)
    {
        for (var i = from; i + 1 < to; i++)
        {
            var word = Said(i);
            if (word.Length < 5 || !Ends(word, Conditional)) continue;
            for (var k = i + 1; k < Math.Min(to, i + Reach); k++)
            {
                if (Said(k) is "olur" or "olurdu" or "olurmus" or "sevinirim" or "seviniriz" or "sevinirdik" or "sevinirdim" or "keske") return (i, k - i + 1);
            }
        }

        for (var i = from; i < to; i++)
        {
            var word = Said(i);
            if (word.Length >= 6 && Ends(word, Necessary) && word is not ("temeli" or "kremeli")) return (i, 1);
            if (Ends(word, Possible)) return (i, 1);
            // "Hızlandırmanızı öneririm" proposes it; "öneririm" alone recommends.
            if (i > from && word is "oneririm" or "oneririz" or "oneriyorum" or "isterim" or "isteriz" or "isterdim" or "isterdik" && Ends(Said(i - 1), OfYours)) return (i - 1, 2);
        }

        return default;
    }

    /// <summary>"Ne iyi ne kötü", "neither good nor bad": said of both, nothing is left.</summary>
    private void NeitherNor(int from, int to)
    {
        for (var i = from; i + 3 < to; i++)
        {
            if (!((Said(i) is "ne" && Said(i + 2) is "ne") || (Said(i) is "neither" && Said(i + 2) is "nor")) || words[i + 1].Weight * words[i + 3].Weight == 0) continue;
            (words[i].Weight, words[i + 1].Weight, words[i + 2].Weight, words[i + 3].Weight) = (0, 0, 0, 0);
        }
    }

    private static bool Ends(ReadOnlySpan<char> word, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (word.EndsWith(ending)) return true;
        }

        return false;
    }

    private ReadOnlySpan<char> Said(int i) => Buffer.Tokens[i].Kind == TokenKind.Word ? Buffer.Folded(Buffer.Tokens[i]) : default;
}
