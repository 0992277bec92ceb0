using System.Runtime.InteropServices;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Learning;
using Temas.Feedback.Scores;
using Temas.Feedback.Texts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>A stretch of a quote: plain, or one that carried the sentiment.</summary>
/// <param name="Text">The letters, personal data masked.</param>
/// <param name="Weight">Below 0 negative, above positive, 0 for plain.</param>
public sealed record QuotePart(string Text, double Weight);

/// <summary>Something a customer wrote.</summary>
/// <param name="Position">Its event in the log.</param>
/// <param name="At">When.</param>
/// <param name="Customer">Who; null where the event names nobody.</param>
/// <param name="Touchpoint">Name of the touchpoint.</param>
/// <param name="Survey">Key of the survey.</param>
/// <param name="Source">Where it was said.</param>
/// <param name="Parts">The text, in pieces.</param>
/// <param name="Sentiment">From -1 to 1; null where it could not be told.</param>
/// <param name="Confidence">From 0 to 1.</param>
/// <param name="Language">tr, en or other.</param>
/// <param name="Topics">What it speaks of, and how each is taken: -1, 0 or 1.</param>
/// <param name="Intents">What is wanted with it.</param>
/// <param name="Nps">The answer beside it.</param>
/// <param name="Csat">The answer beside it.</param>
/// <param name="Ces">The answer beside it.</param>
/// <param name="Corrected">What a person says it is: negative, neutral or positive.</param>
public sealed record Quote(
    long Position, DateTimeOffset At, CustomerLink? Customer, LocalText? Touchpoint, string? Survey, string? Source, IReadOnlyList<QuotePart> Parts, double? Sentiment, double Confidence, string Language,
    IReadOnlyList<QuoteTopic> Topics, IReadOnlyList<string> Intents, int? Nps, int? Csat, int? Ces, string? Corrected)
{
    /// <summary>The text in one piece, personal data masked.</summary>
    internal string Text => string.Concat(Parts.Select(p => p.Text));
}

/// <summary>A topic of a quote, and how it is taken: -1, 0 or 1.</summary>
public sealed record QuoteTopic(string Key, LocalText Name, int Tone);

/// <summary>Some quotes.</summary>
/// <param name="Total">How many the filter leaves.</param>
/// <param name="Quotes">Those that were asked for, newest first.</param>
public sealed record QuotePage(int Total, IReadOnlyList<Quote> Quotes);

/// <summary>All quotes, which are read as they are taken.</summary>
internal sealed record AllQuotes(IEnumerable<Quote> Quotes);

/// <summary>A customer with how often she said something that the filter leaves.</summary>
public sealed record VoiceCustomer(string Id, string Name, int Voices, DateTimeOffset Last);

/// <summary>Some customers.</summary>
/// <param name="Total">How many there are.</param>
/// <param name="Nobody">Voices that name nobody.</param>
/// <param name="Customers">Those that were asked for, who said most first.</param>
public sealed record VoiceCustomers(int Total, int Nobody, IReadOnlyList<VoiceCustomer> Customers);

/// <summary>Reads what stands behind a figure: the texts themselves, and who wrote them.</summary>
internal static class ReadQuotes
{
    private const int MostRead = 400;

    /// <summary>Some of the texts, newest first.</summary>
    public static async Task<Result<QuotePage>> RunAsync(Workspace workspace, VoiceFilter filter, int skip, int take, CancellationToken cancel)
    {
        var found = await ReadTexts.TestAsync(workspace, filter, cancel);
        if (found.Problem is { } problem) return problem;
        var (test, rows) = (found.Value, Newest(found.Value, v => v.HasText));
        return new QuotePage(rows.Count, QuotesOf(workspace, test.Voices, rows.Skip(skip).Take(take).ToList()));
    }

    /// <summary>All of the texts, newest first, a few at a time.</summary>
    public static async Task<Result<AllQuotes>> AllAsync(Workspace workspace, VoiceFilter filter, CancellationToken cancel)
    {
        var found = await ReadTexts.TestAsync(workspace, filter, cancel);
        if (found.Problem is { } problem) return problem;
        var test = found.Value;
        return new AllQuotes(Newest(test, v => v.HasText).Chunk(MostRead).SelectMany(some => QuotesOf(workspace, test.Voices, some)));
    }

    /// <summary>Who stands behind a figure; of scores, all that answered and not only those who wrote.</summary>
    public static async Task<Result<VoiceCustomers>> CustomersAsync(Workspace workspace, VoiceFilter filter, int skip, int take, CancellationToken cancel)
    {
        var found = await ReadTexts.TestAsync(workspace, filter, cancel);
        if (found.Problem is { } problem) return problem;
        var test = found.Value;
        var rows = Newest(test, v => v.HasText || test.Score >= 0);
        var nobody = rows.RemoveAll(i => test.Voices.Rows[i].Node < 0);
        var customers = ReadTexts.CustomersOf(workspace, [.. rows.Select(i => test.Voices.Rows[i].Node)]);
        var all = rows.Select((row, i) => (Customer: customers[i], test.Voices.Rows[row].Time)).GroupBy(r => r.Customer)
            .Select(g => (Customer: g.Key, Voices: g.Count(), Last: g.Max(r => r.Time))).OrderByDescending(c => c.Voices).ThenByDescending(c => c.Last).ThenBy(c => c.Customer).ToList();
        var page = all.Skip(skip).Take(take).ToList();
        var links = workspace.Part<ICustomerNodes>().LinksOf([.. page.Select(c => c.Customer)]);
        return new VoiceCustomers(all.Count, nobody, [.. page.Index().Where(c => links[c.Index] is not null).Select(c => new VoiceCustomer(links[c.Index]!.Id, links[c.Index]!.Name, c.Item.Voices, DateTimeOffset.FromUnixTimeMilliseconds(c.Item.Last)))]);
    }

    /// <summary>The key phrases of the newest texts, the most frequent first; none that holds personal data, none that stands in one text alone.</summary>
    public static IReadOnlyList<TextCount> Phrases(Workspace workspace, VoiceTest test, int most)
    {
        var counts = new Dictionary<string, (string Shown, int Texts)>(StringComparer.Ordinal);
        foreach (var (_, text) in TextsOf(workspace, test.Voices, Newest(test, v => v.HasText).Take(MostRead).ToList()))
        {
            var hidden = PersonalData.Find(text);
            foreach (var phrase in test.Voices.Rules.Read(text).KeyPhrases)
            {
                if (hidden.Any(h => h.Span.Start < phrase.End && phrase.Start < h.Span.End)) continue;
                var shown = phrase.Of(text);
                var key = SearchText.Fold(shown);
                counts[key] = counts.TryGetValue(key, out var known) ? (known.Shown, known.Texts + 1) : (shown, 1);
            }
        }

        return [.. counts.Values.Where(c => c.Texts > 1).OrderByDescending(c => c.Texts).ThenBy(c => c.Shown, StringComparer.Ordinal).Take(most).Select(c => new TextCount(c.Shown, c.Texts))];
    }

    /// <summary>The rows that a filter leaves, newest first; of one moment the one that came last.</summary>
    internal static List<int> Newest(VoiceTest test, Predicate<Voice> wanted)
    {
        var (rows, from, to) = (new List<int>(), test.Span.From, test.Span.To);
        var all = test.Voices.All;
        for (var i = 0; i < all.Length; i++)
        {
            if (all[i].Time >= from && all[i].Time < to && wanted(all[i]) && test.Holds(all[i])) rows.Add(i);
        }

        var voices = test.Voices.Rows;
        rows.Sort((a, b) => voices[b].Time.CompareTo(voices[a].Time) is var order && order != 0 ? order : b.CompareTo(a));
        return rows;
    }

    /// <summary>The words of some rows, as far as they were not erased meanwhile.</summary>
    private static IEnumerable<(int Row, string Text)> TextsOf(Workspace workspace, Voices voices, IReadOnlyList<int> rows)
    {
        var events = workspace.Log.Read([.. rows.Select(i => voices.Rows[i].Position)]).ToDictionary(e => e.Position);
        foreach (var row in rows)
        {
            if (events.TryGetValue(voices.Rows[row].Position, out var stored) && voices.Rules.TextOf(stored.AsLogEvent()) is { } text) yield return (row, text);
        }
    }

    /// <summary>Some rows with their words.</summary>
    internal static List<Quote> QuotesOf(Workspace workspace, Voices voices, IReadOnlyList<int> rows)
    {
        var links = workspace.Part<ICustomerNodes>().LinksOf([.. rows.Select(i => voices.Rows[i].Node)]);
        var corrections = workspace.Part<TextLearning>().Corrections;
        var linkOf = rows.Index().ToDictionary(r => r.Item, r => links[r.Index]);
        return [.. TextsOf(workspace, voices, rows).Select(t => QuoteOf(voices, voices.Rows[t.Row], t.Text, linkOf[t.Row], corrections.GetValueOrDefault(voices.Rows[t.Row].Position)))];
    }

    private static Quote QuoteOf(Voices voices, in Voice voice, string text, CustomerLink? customer, Correction? corrected)
    {
        var topics = voices.Rules.Topics.Topics;
        return new Quote(
            voice.Position,
            DateTimeOffset.FromUnixTimeMilliseconds(voice.Time),
            customer,
            voices.Rules.Catalogue.Touchpoints.GetValueOrDefault(voices.Names[voice.Touchpoint])?.Label,
            voice.Survey == 0 ? null : voices.Names[voice.Survey],
            voice.Source == 0 ? null : voices.Names[voice.Source],
            PartsOf(text, voices.Rules.Read(text)),
            float.IsNaN(voice.Sentiment) ? null : Math.Round(voice.Sentiment, 4),
            Math.Round(voice.Confidence, 4),
            voice.Language switch { TextLanguage.Turkish => "tr", TextLanguage.English => "en", _ => "other" },
            [.. voice.Topics.Select(o => (Topic: topics[TopicOpinion.Topic(o)], Tone: (int)TopicOpinion.Label(o) - 1)).Select(t => new QuoteTopic(t.Topic.Key, new LocalText(t.Topic.NameTr, t.Topic.NameEn), t.Tone))],
            IntentsOf(voice),
            Given(voice.Nps),
            Given(voice.Csat),
            Given(voice.Ces),
            corrected?.Label.ToString().ToLowerInvariant());

        static int? Given(sbyte answer) => answer == Voice.None ? null : answer;
    }

    private static List<string> IntentsOf(Voice voice) => [.. VoiceFilter.Intents.Where((_, i) => voice.Has((TextIntentKind)i))];

    /// <summary>The text cut where words carried its sentiment. Masking leaves every letter at its place.</summary>
    internal static List<QuotePart> PartsOf(string text, TextReading reading)
    {
        var masked = PersonalData.MaskAll(text);
        var (parts, at) = (new List<QuotePart>(), 0);
        foreach (var word in reading.Clauses.SelectMany(c => c.Words).OrderBy(w => w.Span.Start))
        {
            if (word.Span.Start < at || word.Span.End > masked.Length || word.Weight == 0) continue;
            if (word.Span.Start > at) parts.Add(new QuotePart(masked[at..word.Span.Start], 0));
            parts.Add(new QuotePart(word.Span.Of(masked), word.Weight));
            at = word.Span.End;
        }

        if (at < masked.Length) parts.Add(new QuotePart(masked[at..], 0));
        return parts;
    }
}
