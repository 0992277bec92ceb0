using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Temas.Feedback.Texts;

/// <summary>What a word does in a sentence, beside what it says.</summary>
internal enum WordRole : byte
{
    None,

    /// <summary>Makes the next opinion stronger or weaker.</summary>
    Boost,

    /// <summary>Turns an opinion around.</summary>
    Negation,

    /// <summary>What follows stands against what came before.</summary>
    Contrast,

    /// <summary>And.</summary>
    Join,
}

/// <summary>A word or a phrase of a lexicon.</summary>
internal sealed class Lexeme
{
    public required string Word { get; init; }

    public required string Folded { get; init; }

    public StemKind Stem { get; init; }

    /// <summary>From -5 to 5; 0 for a word that only helps to read others.</summary>
    public float Weight { get; set; }

    /// <summary>What it says when it is negated; not a number where that follows from <see cref="Weight"/>.</summary>
    public float NegatedWeight { get; set; } = float.NaN;

    /// <summary>True for a word that is never turned around: "sakın", "maalesef".</summary>
    public bool IsFirm { get; set; }

    public WordRole Role { get; set; }

    /// <summary>By how much it strengthens.</summary>
    public float Boost { get; set; } = 1;

    /// <summary>True when it is a word by itself, not only part of phrases.</summary>
    public bool IsOwn { get; set; }

    /// <summary>The word of which this is another form of the stem; what is found is that word.</summary>
    public Lexeme? Of { get; init; }

    /// <summary>Others with the same folded form.</summary>
    public Lexeme? Next { get; set; }

    /// <summary>What it was entered under in a <see cref="TagTable"/>, and whether only when negated.</summary>
    public List<(int Tag, bool IsNegated)>? Tags { get; set; }

    /// <summary>Phrases that begin with it, the longest first.</summary>
    public List<Phrase>? Phrases { get; set; }
}

/// <summary>Words one after the other that say something together.</summary>
internal sealed record Phrase(Lexeme[] Words, bool IsNegated, float Weight, WordRole Role, float Boost);

/// <summary>The words of one language. Read once, then only looked up: any number of threads.</summary>
internal sealed class Lexicon
{
    private readonly Dictionary<string, Lexeme> byFolded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Lexeme>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly bool isTurkish;
    private int longest;

    private Lexicon(bool isTurkish)
    {
        this.isTurkish = isTurkish;
        lookup = byFolded.GetAlternateLookup<ReadOnlySpan<char>>();
    }

    public static Lexicon Turkish { get; } = Read(true, "tr.txt");

    public static Lexicon English { get; } = Read(false, "afinn-en.txt", "en.txt");

    /// <summary>Emoji by their first character.</summary>
    public static Lexicon Emoji { get; } = Read(false, "emoji.txt");

    /// <summary>A lexicon to be filled by <see cref="AddTag"/>.</summary>
    public static Lexicon Empty(bool isTurkish) => new(isTurkish);

    /// <summary>Enters a word or phrase under a number. Before the first look-up only.</summary>
    public void AddTag(string phrase, int tag)
    {
        var isNegated = phrase.EndsWith('!');
        if (isNegated) phrase = phrase[..^1];
        var parts = phrase.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length == 0) return;
        var words = new Lexeme[parts.Length];
        for (var i = 0; i < parts.Length; i++) words[i] = Intern(Plain(parts[i]));
        words[0].IsOwn = true;
        if (words.Length == 1) (words[0].Tags ??= []).Add((tag, isNegated));
        else (words[0].Phrases ??= []).Add(new Phrase(words, isNegated, tag, WordRole.None, 1));
    }

    /// <summary>As the tokens of a text are: small, without apostrophes.</summary>
    private static string Plain(string word) => string.Concat(word.Where(c => c is not ('\'' or '’' or '`')).Select(Letters.LowerTurkish));

    /// <summary>The word that a token is a form of, with what its endings say; null for none.</summary>
    public Lexeme? Find(ReadOnlySpan<char> lower, ReadOnlySpan<char> folded, TokenTraits traits, int repeated, out Endings endings)
    {
        if ((traits & TokenTraits.Elongated) != 0 && Doubled(folded, repeated) is { } found)
        {
            endings = Endings.None;
            return found;
        }

        return isTurkish ? FindTurkish(lower, folded, traits, out endings) : FindPlain(folded, out endings);
    }

    /// <summary>The word with exactly this folded form.</summary>
    public Lexeme? Find(ReadOnlySpan<char> folded) => lookup.TryGetValue(folded, out var word) ? word : null;

    private Lexeme? Doubled(ReadOnlySpan<char> folded, int repeated)
    {
        if (repeated >= folded.Length || folded.Length > 60) return null;
        Span<char> twice = stackalloc char[folded.Length + 1];
        folded[..(repeated + 1)].CopyTo(twice);
        folded[repeated..].CopyTo(twice[(repeated + 1)..]);
        return Find(twice) is { IsOwn: true } word ? word : null;
    }

    private Lexeme? FindTurkish(ReadOnlySpan<char> lower, ReadOnlySpan<char> folded, TokenTraits traits, out Endings endings)
    {
        for (var length = Math.Min(longest, folded.Length); length >= 2; length--)
        {
            if (!lookup.TryGetValue(folded[..length], out var first)) continue;
            Lexeme? best = null;
            var bestRank = 0;
            var bestEndings = Endings.None;
            for (var word = first; word is not null; word = word.Next)
            {
                var rank = Rank(word, lower[..length], traits);
                if (rank <= bestRank || !Suffixes.Match(folded[length..], word.Stem, out var its)) continue;
                (best, bestRank, bestEndings) = (word, rank, its);
            }

            if (best is null) continue;
            endings = bestEndings;
            return best.Of ?? best;
        }

        endings = Endings.None;
        return null;
    }

    /// <summary>How well letters as they were typed fit a word: not at all where a Turkish letter was typed that the word does not have ("sakın" is not "sakin"), best where all are the word's.</summary>
    private static int Rank(Lexeme word, ReadOnlySpan<char> typed, TokenTraits traits)
    {
        var rank = 3;
        for (var i = 0; i < typed.Length && i < word.Word.Length; i++)
        {
            if (typed[i] == word.Word[i]) continue;
            // The last letter of a stem may have been softened: renk, rengi.
            if (i == word.Word.Length - 1 && typed[i] is 'ğ' or 'g' or 'b' or 'd') continue;
            if (typed[i] >= '\u0080' && (traits & TokenTraits.Shouted) == 0) return 0;

            // Who typed one Turkish letter of a short word meant the others too: "sık" is not "şık".
            if ((traits & TokenTraits.Accented) != 0 && word.Word.Length <= 4) return 0;
            rank = 2;
        }

        return rank;
    }

    private Lexeme? FindPlain(ReadOnlySpan<char> folded, out Endings endings)
    {
        endings = Endings.None;
        if (lookup.TryGetValue(folded, out var word)) return word;
        foreach (var ending in PlainEndings)
        {
            if (folded.Length - ending.Length >= 3 && folded.EndsWith(ending) && lookup.TryGetValue(folded[..^ending.Length], out word)) return word;
        }

        return null;
    }

    private static readonly string[] PlainEndings = ["s", "es", "ed", "d", "ing", "ly"];

    private static Lexicon Read(bool isTurkish, params ReadOnlySpan<string> resources)
    {
        var lexicon = new Lexicon(isTurkish);
        foreach (var resource in resources)
        {
            using var stream = typeof(Lexicon).Assembly.GetManifestResourceStream($"Temas.Feedback.Texts.{resource}")!;
            using var reader = new StreamReader(stream, Encoding.UTF8);
            var role = WordRole.None;
            while (reader.ReadLine() is { } line)
            {
                if (line.Length == 0 || line[0] == '#') continue;
                if (line[0] == '[')
                {
                    role = line switch { "[boost]" => WordRole.Boost, "[negation]" => WordRole.Negation, "[contrast]" => WordRole.Contrast, "[join]" => WordRole.Join, _ => WordRole.None };
                    continue;
                }

                lexicon.AddLine(line, role);
            }
        }

        foreach (var word in lexicon.byFolded.Values)
        {
            for (var w = word; w is not null; w = w.Next) w.Phrases?.Sort((a, b) => b.Words.Length.CompareTo(a.Words.Length));
        }

        return lexicon;
    }

    private void AddLine(string line, WordRole role)
    {
        float number = 0;
        var words = line;
        if (role is WordRole.None or WordRole.Boost)
        {
            var space = line.LastIndexOf(' ');
            number = float.Parse(line.AsSpan(space + 1), NumberStyles.Float, CultureInfo.InvariantCulture);
            words = line[..space];
        }

        var isNegated = words.EndsWith('!');
        var isFirm = words.EndsWith('=');
        if (isNegated || isFirm) words = words[..^1];
        var parts = words.Split(' ');
        var lexemes = new Lexeme[parts.Length];
        for (var i = 0; i < parts.Length; i++) lexemes[i] = Intern(parts[i]);
        if (lexemes.Length > 1)
        {
            (lexemes[0].Phrases ??= []).Add(new Phrase(lexemes, isNegated, role == WordRole.None ? number : 0, role, role == WordRole.Boost ? number : 1));
            return;
        }

        var word = lexemes[0];
        word.IsOwn = true;
        if (role == WordRole.Boost) word.Boost = number;
        else if (role == WordRole.None && isNegated) word.NegatedWeight = number;
        else if (role == WordRole.None) (word.Weight, word.IsFirm) = (number, isFirm);
        if (role != WordRole.None) word.Role = role;
    }

    /// <summary>The entry of a word; a Turkish verb is entered by its stem, and by the forms that its stem takes before endings.</summary>
    private Lexeme Intern(string word)
    {
        if (isTurkish && word.Length > 4 && (word.EndsWith("mek", StringComparison.Ordinal) || word.EndsWith("mak", StringComparison.Ordinal)))
        {
            var stem = word[..^3];
            var verb = InternForm(stem, StemKind.Verbal, null);
            if (stem[^1] is 'a' or 'e') InternForm(stem[..^1], StemKind.Narrowed, verb);
            if (stem.EndsWith("et", StringComparison.Ordinal) || stem is "git") InternForm(stem[..^1] + "d", StemKind.Verbal, verb);
            return verb;
        }

        var noun = InternForm(word, StemKind.Nominal, null);
        if (isTurkish && word.Length > 3 && word[^1] is 'k' or 'p' or 't') InternForm(word[..^1] + (word[^1] switch { 'k' => 'ğ', 'p' => 'b', _ => 'd' }), StemKind.Nominal, noun);
        return noun;
    }

    private Lexeme InternForm(string form, StemKind stem, Lexeme? of)
    {
        var folded = Letters.Fold(form);
        longest = Math.Max(longest, folded.Length);
        ref var first = ref CollectionsMarshal.GetValueRefOrAddDefault(byFolded, folded, out _);
        for (var at = first; at is not null; at = at.Next)
        {
            if (at.Word == form && at.Stem == stem) return at.Of ?? at;
        }

        var made = new Lexeme { Word = form, Folded = folded, Stem = stem, Of = of };
        if (first is null)
        {
            first = made;
            return made;
        }

        var last = first;
        while (last.Next is not null) last = last.Next;
        last.Next = made;
        return made;
    }
}
