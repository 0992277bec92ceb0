using System.Collections.Frozen;

namespace Temas.Feedback.Texts;

/// <summary>What the endings of a Turkish word say beyond its stem.</summary>
[Flags]
internal enum Endings : byte
{
    None = 0,

    /// <summary>The verb is negated: beğen-me-dim, çalış-mı-yor, yap-ama-dık.</summary>
    Negated = 1,

    /// <summary>-sız: without.</summary>
    Without = 2,

    /// <summary>-meden: "without doing so", or "before doing so".</summary>
    WithoutDoing = 4,

    /// <summary>A tense or "was": a sentence may end here.</summary>
    Finite = 8,
}

/// <summary>What kind of stem endings are put on.</summary>
internal enum StemKind : byte
{
    Nominal,
    Verbal,

    /// <summary>A verb that lost its last vowel before -iyor: bekl-iyor.</summary>
    Narrowed,
}

/// <summary>
/// The endings of Turkish as a small automaton over folded letters, so that those typed without Turkish letters and those that break vowel harmony are read as well. It is no morphology: it says whether what
/// follows a known stem can be endings, and whether they negate it.
/// </summary>
internal static class Suffixes
{
    private const int Nominal = 0, Verbal = 1, Tense = 2, Negation = 3, End = 4, Narrowed = 5;
    private const int Longest = 6, MaxLength = 24;

    private static readonly FrozenDictionary<uint, (byte From, byte To, Endings Adds)[]> Rules = Build();

    /// <summary>True when <paramref name="rest"/> (folded) can be the endings of such a stem; also when it is empty.</summary>
    public static bool Match(ReadOnlySpan<char> rest, StemKind stem, out Endings endings)
    {
        endings = Endings.None;
        if (rest.IsEmpty) return stem != StemKind.Narrowed;
        if (rest.Length > MaxLength) return false;

        // For each place the states in which it can be reached; eight bits for each state, one for each combination of what was said on the way.
        Span<ulong> reached = stackalloc ulong[MaxLength + 1];
        reached[..(rest.Length + 1)].Clear();
        var begin = stem switch { StemKind.Verbal => Verbal, StemKind.Narrowed => Narrowed, _ => Nominal };
        reached[0] = 1UL << (begin * 8);
        for (var at = 0; at < rest.Length; at++)
        {
            if (reached[at] == 0) continue;
            uint key = 0;
            for (var length = 1; length <= Longest && at + length <= rest.Length; length++)
            {
                var c = rest[at + length - 1];
                if (c is < 'a' or > 'z') break;
                key = (key << 5) | (uint)(c - 'a' + 1);
                if (!Rules.TryGetValue(key, out var rules)) continue;
                foreach (var (from, to, adds) in rules)
                {
                    var said = (reached[at] >> (from * 8)) & 0xFF;
                    if (said != 0) reached[at + length] |= With(said, adds) << (to * 8);
                }
            }
        }

        var end = reached[rest.Length];
        var (nominal, tense) = (end & 0xFF, (end >> (Tense * 8)) & 0xFF);
        var any = nominal | tense | ((end >> (Verbal * 8)) & 0xFF) | ((end >> (End * 8)) & 0xFF);
        if (any == 0) return false;

        // Of several readings the one that negates is taken: "almam" is more often "I won't buy" than "my buying".
        for (var said = 7; said >= 0; said--)
        {
            if ((any & (1UL << (said & 7))) == 0) continue;
            var found = (Endings)said;
            if (endings == Endings.None || ((found & Endings.Negated) != 0 && (endings & Endings.Negated) == 0)) endings = found;
        }

        if (tense != 0) endings |= Endings.Finite;
        return true;
    }

    /// <summary>
    /// The stem of a folded word that is in no list: common endings of nouns taken off while at least four letters with a vowel stay. Words with the same stem are mostly the same word.
    /// </summary>
    public static int StemLength(ReadOnlySpan<char> word)
    {
        var length = word.Length;
        for (var round = 0; round < 3; round++)
        {
            var found = 0;
            foreach (var ending in Strippable)
            {
                if (length - ending.Length >= 4 && ending.Length > found && word[..length].EndsWith(ending)) found = ending.Length;
            }

            if (found == 0) break;
            length -= found;
        }

        // kitab(ı) and kitap, reng(i) and renk.
        return length;
    }

    /// <summary>True when a word that is in no list ends like a negated verb: gelmedi, ulaşmıyor, yapamadık, önermem.</summary>
    public static bool LooksNegated(ReadOnlySpan<char> word)
    {
        for (var length = Math.Min(12, word.Length - 2); length >= 3; length--)
        {
            var rest = word[^length..];
            if (!(rest[0] is 'm' && rest[1] is 'a' or 'e' or 'i' or 'u')) continue;
            if (Match(rest, StemKind.Verbal, out var endings) && (endings & (Endings.Negated | Endings.Finite)) == (Endings.Negated | Endings.Finite)) return true;
        }

        return false;
    }

    private static readonly string[] Strippable =
    [
        "lari", "leri", "lar", "ler", "larin", "lerin", "larda", "lerde", "lardan", "lerden", "imiz", "umuz", "iniz", "unuz", "imi", "umu", "ini", "unu", "ina", "ine", "una", "une", "inda", "inde", "unda", "unde", "indan", "inden", "undan", "unden",
        "nin", "nun", "dan", "den", "tan", "ten", "da", "de", "ta", "te", "yla", "yle", "im", "um", "in", "un", "si", "su", "i", "u", "yi", "yu", "a", "e", "ya", "ye", "dir", "dur", "tir", "tur", "ydi", "ydu", "di", "du", "ti", "tu", "la", "le", "sini", "sunu", "sinin", "sunun", "sinda", "sinde", "sina", "sine",
    ];

    private static ulong With(ulong said, Endings adds)
    {
        if ((adds & Endings.Negated) != 0) said = (said & 0b10101010) | ((said & 0b01010101) << 1);
        if ((adds & Endings.Without) != 0) said = (said & 0b11001100) | ((said & 0b00110011) << 2);
        if ((adds & Endings.WithoutDoing) != 0) said = (said & 0b11110000) | ((said & 0b00001111) << 4);
        return said;
    }

    private static FrozenDictionary<uint, (byte From, byte To, Endings Adds)[]> Build()
    {
        var rules = new Dictionary<uint, List<(byte, byte, Endings)>>();
        void Add(int from, int to, string forms, Endings adds = Endings.None)
        {
            foreach (var form in forms.Split(' '))
            {
                uint key = 0;
                foreach (var c in form) key = (key << 5) | (uint)(c - 'a' + 1);
                if (!rules.TryGetValue(key, out var list)) rules[key] = list = [];
                list.Add(((byte)from, (byte)to, adds));
            }
        }

        Add(Nominal, Nominal, "lar ler i u yi yu si su in un nin nun im um imiz umuz miz muz iniz unuz niz nuz m n ni nu na ne nda nde ndan nden a e ya ye da de ta te dan den tan ten la le yla yle li lu lik luk lig lug ci cu ca ce ki ydi yken ken cik cig mi mu mis mus ymis ymus sa se ysa yse ce");
        Add(Nominal, Tense, "dir dur tir tur ydi ydu di du ti tu yim yiz iz uz sin sun siniz sunuz");
        Add(Nominal, Nominal, "siz suz", Endings.Without);
        Add(Nominal, Verbal, "las les lan len la le");
        Add(Verbal, Verbal, "il ul in un n l is us dir dur tir tur t ebil abil yebil yabil ir ur");
        Add(Verbal, Tense, "di du ti tu mis mus iyor uyor yor ecek acak yecek yacak er ar ir ur r se sa meli mali");
        Add(Narrowed, Tense, "iyor uyor");
        Add(Verbal, Nominal, "mek mak me ma is us yis yus en an yen yan dik duk dig dug tik tuk tig tug ecek acak yecek yacak eceg acag yeceg yacag ici ucu yici yucu im um mis mus");
        Add(Verbal, End, "in un iniz unuz yin yun yiniz yunuz sin sun sinlar sinler ip up yip yup erek arak yerek yarak ince unca inca yince yinca ken eyim ayim yeyim yayim elim alim yelim yalim e a ye ya");
        Add(Verbal, Negation, "me ma eme ama yeme yama", Endings.Negated);
        Add(Verbal, Tense, "miyor muyor emiyor amiyor yemiyor yamiyor", Endings.Negated);
        Add(Negation, Tense, "di z mis se sa meli mali yecek yacak yor");
        Add(Negation, Nominal, "dig dik yan yen yecek yacak yeceg yacag mis");
        Add(Negation, End, "m yiz sin sinlar sinler yin yiniz yip yince yinca yelim yalim yeyim yayim");
        Add(Verbal, End, "meden madan emeden amadan yemeden yamadan", Endings.WithoutDoing);
        Add(Tense, Tense, "m n k niz nuz ler lar im um iz uz sin sun siniz sunuz yim yiz dir dur tir tur di du ti tu ydi mis mus sa se mi mu ki");
        Add(Tense, End, "ken");
        return rules.ToFrozenDictionary(r => r.Key, r => r.Value.ToArray());
    }
}
