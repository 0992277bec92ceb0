using System.Collections.Frozen;
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

    private static readonly string[] Conditional = ["sa", "se", "sak", "sek", "saniz", "seniz", "salar", "seler", "saydi", "seydi"], OfYours = ["manizi", "menizi", "masini", "mesini"],
        Necessary = ["mali", "meli"], MustBe = ["lmali", "lmeli", "nmali", "nmeli", "malisiniz", "melisiniz"], Possible = ["labilir", "lebilir", "nabilir", "nebilir"], MadeSo = ["lastir", "lestir", "landir", "lendir"];

    /// <summary>What something is or has, and nobody must: "düğmeli" has buttons. They end like verbs.</summary>
    private static readonly FrozenSet<string> Having = FrozenSet.ToFrozenSet(
    [
        "asmali", "aydinlatmali", "ayirmali", "baglamali", "bolmeli", "boyamali", "burmali", "cevirmeli", "cizmeli", "cumali", "dikmeli", "dokmeli", "dolmali", "dondurmali", "dovmeli", "dugmeli", "elmali", "ezmeli", "firmali",
        "hurmali", "isitmali", "islemeli", "kabartmali", "kademeli", "kaplamali", "karsilastirmali", "kavurmali", "kesmeli", "kiymali", "kremeli", "kurmali", "memeli", "normali", "odemeli", "oymali", "ormeli", "sarmali", "sogutmali",
        "suslemeli", "surmeli", "temeli", "toplamali", "uygulamali", "yaylanmali", "yazmali", "zimbali"
    ]);

    /// <summary>What can be done with something, as its description says: "kullanılabilir" is usable.</summary>
    private static readonly FrozenSet<string> Describing = FrozenSet.ToFrozenSet(
    [
        "alinabilir", "alisilabilir", "anlasilabilir", "ayarlanabilir", "begenilebilir", "denenebilir", "gidilebilir", "giyilebilir", "guvenilebilir", "icilebilir", "inanilabilir", "izlenebilir", "katlanabilir", "katlanilabilir",
        "kullanilabilir", "okunabilir", "onerilebilir", "secilebilir", "sokulebilir", "takilabilir", "tasinabilir", "ulasilabilir", "uygulanabilir", "yasanabilir", "yenilebilir", "yikanabilir",
    ]);

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
        if (!isQuestion) TemperWishes(from, to);

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

    /// <summary>A wish praises nothing, as far as it goes: from one comma or "but" to the next.</summary>
    private void TemperWishes(int from, int to)
    {
        while ((ReadAs == TextLanguage.English ? WishInEnglish(from, to) : WishInTurkish(from, to)) is { Tokens: > 0 } wish)
        {
            if (Wish.Tokens == 0) Wish = wish;
            var (begin, end) = (wish.From, wish.From + wish.Tokens);
            // English says first that it is a wish, Turkish last.
            while (ReadAs != TextLanguage.English && begin > from && !IsStop(begin - 1)) begin--;
            while (end < to && !IsStop(end)) end++;
            for (var i = begin; i < end; i++)
            {
                if (words[i].Weight > 0 && words[i].Phrase is null) words[i].Weight = 0;
            }

            from = end;
        }
    }

    private (int From, int Tokens) WishInEnglish(int from, int to)
    {
        for (var i = from; i + 1 < to; i++)
        {
            var word = Said(i);
            if (word is "wish" && i > from && Said(i - 1) is "i" or "we") return (i, 1);
            if (word is not ("would" or "could" or "should" or "might")) continue;
            // "Would also be": what stands between says nothing.
            var verb = i + 2 < to && Said(i + 1) is "also" ? i + 2 : i + 1;
            var isWish = Said(verb) switch
            {
                // "I would be happy to recommend it" recommends.
                "be" => !(i > from && Said(i - 1) is "i" or "we") || Follows("if", verb, to),
                "make" => true,
                // Who could help was able to.
                "help" => word is "would" or "might",
                "have" => verb + 1 < to && Said(verb + 1) is "been",
                // "I would like to thank the driver" thanks.
                "like" or "love" => verb + 2 < to && ((Said(verb + 1) is "to" && Said(verb + 2) is "see" or "have") || Said(verb + 1) is "if" || Said(verb + 2) is "if"),
                _ => false,
            };
            if (isWish) return (i, verb - i + 1);
        }

        return default;
    }

    private bool Follows(string word, int from, int to)
    {
        for (var i = from; i < to && !IsStop(i); i++)
        {
            if (Said(i).SequenceEqual(word)) return true;
        }

        return false;
    }

    private (int From, int Tokens) WishInTurkish(int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            var word = Said(i);
            if (word.Length >= 5 && Ends(word, Conditional))
            {
                for (var k = i + 1; k < Math.Min(to, i + Reach); k++)
                {
                    if (Said(k) is "olur" or "olurdu" or "olurmus" or "sevinirim" or "seviniriz" or "sevinirdik" or "sevinirdim" or "keske") return (i, k - i + 1);
                }
            }

            if (IsNecessary(word, i, to) || IsPossible(word, i, to)) return (i, 1);
            // "Hızlandırmanızı öneririm" proposes it; "öneririm" alone recommends.
            if (i > from && word is "oneririm" or "oneririz" or "oneriyorum" or "isterim" or "isteriz" or "isterdim" or "isterdik" && Ends(Said(i - 1), OfYours)) return (i - 1, 2);
        }

        return default;
    }

    /// <summary>"Fiyatlar düşmeli": a verb that ends the sentence or its part. Passives and "you must" cannot be taken for anything else.</summary>
    private bool IsNecessary(ReadOnlySpan<char> word, int i, int to) =>
        word.Length >= 6 && !IsOpinion(i) && !IsAmong(Having, word) && (word is "olmali" || Ends(word, MustBe) || (Ends(word, Necessary) && IsLast(i, to)));

    /// <summary>"İndirim yapılabilir" proposes it; "güvenilebilir bir site", "tavsiye edilebilir" and "kullanılabilir" say what something is like.</summary>
    private bool IsPossible(ReadOnlySpan<char> word, int i, int to)
    {
        if (!Ends(word, Possible) || !IsLast(i, to) || IsOpinion(i) || IsAmong(Describing, word)) return false;
        // Whatever is to be made easier is not easy yet.
        if (words[i].Lexeme is { IsOwn: true, Weight: > 0 } && !IsMadeSo(word)) return false;
        return !(word is "edilebilir" && i > 0 && Said(i - 1) is "tavsiye" or "tercih" or "iade" or "kabul" or "takip" or "emanet");
    }

    private static bool IsAmong(FrozenSet<string> set, ReadOnlySpan<char> word) => set.GetAlternateLookup<ReadOnlySpan<char>>().Contains(word);

    private static bool IsMadeSo(ReadOnlySpan<char> word)
    {
        foreach (var part in MadeSo)
        {
            if (word.Contains(part, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>Whether a word is in the lexicon as it stands, or part of a phrase there, with a weight of its own.</summary>
    private bool IsOpinion(int i)
    {
        var head = i;
        while (head > 0 && words[head].Extent == 0) head--;
        return words[head].Phrase is { } phrase ? phrase.Weight > 0 : words[i].Lexeme is { IsOwn: true, Weight: > 0 } known && known.Folded.Length == Buffer.Folded(Buffer.Tokens[i]).Length;
    }

    /// <summary>Whether a word ends its part of the sentence; "bence" and the like may follow.</summary>
    private bool IsLast(int i, int to)
    {
        while (++i < to && Said(i) is "bence" or "bana" or "gore" or "artik" or "lutfen" or "diye" or "dusunuyorum" or "dusunuyoruz" or "aslinda" or "belki") { }
        return i >= to || IsStop(i);
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
