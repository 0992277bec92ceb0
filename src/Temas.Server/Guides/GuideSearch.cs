using System.Text;
using Temas.Kernel;

namespace Temas.Server.Guides;

/// <summary>A piece of an excerpt, and whether it is a word that was looked for.</summary>
public sealed record FoundPiece(string Text, bool Marked);

/// <summary>A section that a search found, with the place in it where the words stand.</summary>
public sealed record FoundSection(string Key, string Title, GuideHeading Heading, IReadOnlyList<FoundPiece> Excerpt);

/// <summary>Looks words up in the guides of one language: case, accents and the Turkish i make no difference.</summary>
internal sealed class GuideSearch(GuideLibrary library)
{
    /// <summary>So much of a query is read.</summary>
    public const int LongestQuery = 200;

    private const int MostWords = 8, MostFound = 20, ExcerptWords = 32;

    private readonly Dictionary<string, IReadOnlyList<Entry>> kept = [];
    private readonly Lock gate = new();

    /// <summary>The sections that hold every word of <paramref name="query"/>, the best first.</summary>
    public IReadOnlyList<FoundSection> Find(string query, string language)
    {
        var words = Words(query, language);
        if (words.Count == 0) return [];
        var found = from entry in Entries(language)
                    let score = Score(entry, words)
                    where score > 0
                    orderby score descending
                    select new FoundSection(entry.Key, entry.Title, entry.Section.Heading, Excerpt(entry.Section.Text, words));
        return [.. found.Take(MostFound)];
    }

    private IReadOnlyList<Entry> Entries(string language)
    {
        lock (gate)
        {
            if (kept.TryGetValue(language, out var known)) return known;
            var entries = from key in GuideShelf.Keys
                          let guide = library.Find(key, language)
                          where guide is not null
                          from section in guide.Sections
                          select new Entry(key, guide.Title, section, SearchText.Fold(guide.Title), SearchText.Fold(section.Heading.Text), SearchText.Fold(section.Text));
            return kept[language] = [.. entries];
        }
    }

    /// <summary>The words, each in the forms in which it counts.</summary>
    private static List<string[]> Words(string query, string language)
    {
        var text = SearchText.Fold(query.Length > LongestQuery ? query[..LongestQuery] : query);
        var words = text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal).Take(MostWords);
        return [.. words.Select(w => language == "tr" && w.Length > 3 && Soften(w[^1]) is { } soft ? new[] { w, w[..^1] + soft } : [w])];
    }

    /// <summary>A Turkish word that ends in a hard consonant softens it before a vowel: kaynak, kaynağı. Folded, ğ is g and ç is c.</summary>
    private static char? Soften(char last) => last switch { 'k' => 'g', 'p' => 'b', 't' => 'd', _ => null };

    private static int Score(Entry entry, List<string[]> words)
    {
        var score = 0;
        foreach (var word in words)
        {
            var worth = Count(entry.Heading, word) * 10 + Count(entry.FoldedTitle, word) * 6 + Math.Min(Count(entry.Text, word), 5);
            if (worth == 0) return 0;
            score += worth;
        }

        return score;
    }

    private static int Count(string text, string[] forms)
    {
        var count = 0;
        foreach (var form in forms)
        {
            for (var at = text.IndexOf(form, StringComparison.Ordinal); at >= 0; at = text.IndexOf(form, at + form.Length, StringComparison.Ordinal)) count++;
        }

        return count;
    }

    private static List<FoundPiece> Excerpt(string text, List<string[]> words)
    {
        var all = text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var marked = Array.ConvertAll(all, w => words.Exists(forms => Array.Exists(forms, SearchText.Fold(w).Contains)));
        var from = Math.Max(0, Math.Max(0, Array.IndexOf(marked, true)) - ExcerptWords / 4);
        var to = Math.Min(all.Length, from + ExcerptWords);
        var excerpt = new List<FoundPiece>();
        var plain = new StringBuilder(from > 0 ? "… " : "");
        for (var i = from; i < to; i++)
        {
            if (marked[i])
            {
                excerpt.Add(new FoundPiece(plain.ToString(), false));
                excerpt.Add(new FoundPiece(all[i], true));
                plain.Clear();
            }
            else
            {
                plain.Append(all[i]);
            }

            plain.Append(' ');
        }

        excerpt.Add(new FoundPiece(plain.Append(to < all.Length ? "…" : "").ToString(), false));
        return excerpt;
    }

    private sealed record Entry(string Key, string Title, GuideSection Section, string FoldedTitle, string Heading, string Text);
}
