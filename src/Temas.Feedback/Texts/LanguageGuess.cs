using System.Collections.Frozen;
using Temas.Feedback.Contracts;

namespace Temas.Feedback.Texts;

/// <summary>
/// Tells Turkish and English apart, and both from all else: by words that every text has, by letters, and by how words end. Each is evidence on a logarithmic scale; what speaks for neither leaves
/// "other", and little evidence a low confidence.
/// </summary>
internal static class LanguageGuess
{
    private const int MaxWords = 80;

    private static readonly FrozenDictionary<string, (float Turkish, float English, float Other)> Words = Build();
    private static readonly FrozenDictionary<string, (float Turkish, float English, float Other)>.AlternateLookup<ReadOnlySpan<char>> Lookup = Words.GetAlternateLookup<ReadOnlySpan<char>>();

    private static readonly string[] TurkishEndings = ["lar", "ler", "lari", "leri", "dan", "den", "tan", "ten", "yor", "yorum", "dim", "dum", "tim", "tum", "mis", "mus", "acak", "ecek", "siz", "suz", "lik", "luk", "imiz", "umuz", "iniz", "unuz", "mak", "mek", "nin", "nun", "inda", "inde", "sini", "dir", "miyor", "medi", "madi", "yla", "yle"];
    private static readonly string[] EnglishEndings = ["ing", "tion", "ness", "ment", "ed", "ly", "ous", "ful", "able", "ight", "ould", "th", "ck", "ee", "oo", "wn", "ss", "nt"];

    /// <summary>The language of the tokens; (Other, low) when there is nothing to go by.</summary>
    public static RecognisedLanguage Of(TokenBuffer buffer)
    {
        // "Other" begins with something: a text is not Turkish because nothing speaks against it.
        float turkish = 0, english = 0, other = 0.4f;
        var words = 0;
        foreach (ref readonly var token in buffer.Tokens)
        {
            if (token.Kind != TokenKind.Word) continue;
            if (++words > MaxWords) break;
            var folded = buffer.Folded(token);
            var lower = buffer.Lower(token);
            if (Lookup.TryGetValue(folded, out var known))
            {
                turkish += known.Turkish;
                english += known.English;
                other += known.Other;
                continue;
            }

            var own = (token.Traits & TokenTraits.Accented) == 0 ? default : Accents(lower);
            if (own.Foreign) other += 1.2f;
            else turkish += own.Turkish;
            if (folded.ContainsAny('q', 'w', 'x')) english += 0.5f;
            if (folded.Length < 2) continue;
            if (folded.Length >= 4 && EndsWithAny(folded, TurkishEndings)) turkish += 0.6f;
            if (folded.Length >= 4 && EndsWithAny(folded, EnglishEndings)) english += 0.6f;
            if (Lexicon.Turkish.Find(lower, folded, token.Traits, token.Repeated, out _) is not null) turkish += folded.Length > 3 ? 0.8f : 0.3f;
            if (Lexicon.English.Find(folded, folded, token.Traits, token.Repeated, out _) is not null) english += folded.Length > 3 ? 0.8f : 0.3f;
        }

        var (t, e, o) = (Math.Exp(Math.Min(40, turkish * 1.6)), Math.Exp(Math.Min(40, english * 1.6)), Math.Exp(Math.Min(40, other * 1.6)));
        var sum = t + e + o;
        return t >= e && t > o ? new(TextLanguage.Turkish, t / sum) : e > o ? new(TextLanguage.English, e / sum) : new(TextLanguage.Other, o / sum);
    }

    private static (float Turkish, bool Foreign) Accents(ReadOnlySpan<char> lower)
    {
        float turkish = 0;
        foreach (var c in lower)
        {
            switch (c)
            {
                case 'ı' or 'ğ' or 'ş': turkish += 0.9f; break;
                case 'ç' or 'ö' or 'ü': turkish += 0.4f; break;
                case 'â' or 'î' or 'û' or < '\u0080': break;
                default: return (0, true);
            }
        }

        return (turkish, false);
    }

    private static bool EndsWithAny(ReadOnlySpan<char> word, string[] endings)
    {
        foreach (var ending in endings)
        {
            if (word.Length > ending.Length + 1 && word.EndsWith(ending)) return true;
        }

        return false;
    }

    private static FrozenDictionary<string, (float, float, float)> Build()
    {
        var words = new Dictionary<string, (float Turkish, float English, float Other)>(StringComparer.Ordinal);
        void Add(string list, float turkish, float english, float other)
        {
            foreach (var word in list.Split(' '))
            {
                var (t, e, o) = words.GetValueOrDefault(word);
                words[word] = (t + turkish, e + english, o + other);
            }
        }

        Add("ve bir bu cok icin ama da de ile gibi kadar daha en hic degil var yok ben biz siz onlar sen o su ne nasil neden niye mi mu ki her sey bana size bize beni sizi olarak sonra once simdi artik hala bile ise ya veya fakat ancak urun urunu urunler aldim aldik geldi gelmedi oldu olmadi ediyorum ederim tesekkurler tesekkur guzel iyi kotu kargo siparis gayet fiyat musteri magaza hizmet evet hayir lutfen tamam hizli memnun kaldim kaldik tavsiye harika super gun hafta ay yil bence galiba maalesef malesef", 1.1f, 0, 0);
        Add("the and is was were are be been it its this that these those of to in for with from have has had not but they we you he she my your our their very would could should will can cant dont didnt doesnt im ive when what which who how why there here all just so as at on or if me them than then too also about after before because only product delivery order ordered arrived service good great quality price bought received", 0, 1.1f, 0);
        Add("der die das und ist nicht ich sie wir ein eine mit auf den dem zu sehr aber auch war gut schlecht leider wurde", 0, 0, 1.1f);
        Add("le la les des une est et pas je vous nous avec pour dans sur tres mais qui que bien merci produit livraison", 0, 0, 1);
        Add("el los las una es y no con por para que muy pero del esta como gracias producto bueno", 0, 0, 0.9f);
        Add("il lo gli e che non con per molto sono questo della ma grazie het een niet van voor maar heel goed zeer dat ik", 0, 0, 0.8f);
        Add("og jeg det er ikke til som av på den med nie jest sie bardzo na i to jak ale um uma nao muito obrigado com", 0, 0, 0.6f);
        // Words that more than one of them has say less.
        foreach (var shared in "no o en de da me den i to o on an ben he as at in en biz la e ne el er ay".Split(' ').Distinct(StringComparer.Ordinal))
        {
            if (words.TryGetValue(shared, out var w)) words[shared] = (w.Turkish * 0.4f, w.English * 0.6f, w.Other * 0.4f);
        }

        return words.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
