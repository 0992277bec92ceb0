using System.Runtime.InteropServices;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Feedback.Contracts;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>How many texts are taken how.</summary>
public sealed record ToneCount(int Negative, int Neutral, int Positive)
{
    /// <summary>All of them.</summary>
    public int Total => Negative + Neutral + Positive;

    /// <summary>The share that is negative; 0 of none.</summary>
    public double NegativeShare => Total == 0 ? 0 : Negative / (double)Total;

    internal static ToneCount Of(ReadOnlySpan<int> counts) => new(counts[0], counts[1], counts[2]);
}

/// <summary>A stretch of days.</summary>
/// <param name="From">Its first day.</param>
/// <param name="To">Its last day.</param>
/// <param name="Texts">What was written then.</param>
public sealed record ToneBucket(DateOnly From, DateOnly To, ToneCount Texts);

/// <summary>A topic and how it is taken.</summary>
/// <param name="Key">Key of the topic.</param>
/// <param name="Name">Its name.</param>
/// <param name="Texts">How the parts of texts that speak of it are taken.</param>
/// <param name="Before">The same in the period before.</param>
public sealed record TopicTone(string Key, LocalText Name, ToneCount Texts, ToneCount Before);

/// <summary>Something with how many texts have it.</summary>
public sealed record TextCount(string Key, int Texts);

/// <summary>What customers wrote in a period.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Texts">All texts that the filter leaves.</param>
/// <param name="Before">Those of the period before it.</param>
/// <param name="Customers">Who wrote them.</param>
/// <param name="Unread">Texts whose sentiment could not be told; they are among the neutral ones.</param>
/// <param name="Buckets">The same over time.</param>
/// <param name="Topics">What they speak of, the most frequent first.</param>
/// <param name="Intents">What they want.</param>
/// <param name="Languages">In which language.</param>
/// <param name="Surveys">Of which surveys.</param>
/// <param name="Sources">From where.</param>
/// <param name="Touchpoints">At which touchpoints.</param>
/// <param name="Phrases">Key phrases of the newest texts.</param>
public sealed record TextFigures(
    DateOnly From, DateOnly To, ToneCount Texts, ToneCount Before, int Customers, int Unread, IReadOnlyList<ToneBucket> Buckets, IReadOnlyList<TopicTone> Topics, IReadOnlyList<TextCount> Intents,
    IReadOnlyList<TextCount> Languages, IReadOnlyList<TextCount> Surveys, IReadOnlyList<TextCount> Sources, IReadOnlyList<TextCount> Touchpoints, IReadOnlyList<TextCount> Phrases);

/// <summary>What customers wrote: figures over the texts that a filter leaves. Each of them opens to its texts and customers by the same filter.</summary>
internal static class ReadTexts
{
    private const int Phrases = 12;

    /// <summary>The figures.</summary>
    public static async Task<Result<TextFigures>> RunAsync(Workspace workspace, VoiceFilter filter, CancellationToken cancel)
    {
        var found = await TestAsync(workspace, filter, cancel);
        return found.Problem is { } problem ? problem : Run(workspace, found.Value);
    }

    /// <summary>The filter, ready for what was said until now.</summary>
    public static async Task<Result<VoiceTest>> TestAsync(Workspace workspace, VoiceFilter filter, CancellationToken cancel)
    {
        var read = await workspace.Part<LiveVoices>().ReadAsync(cancel);
        return read.Problem is { } problem ? problem : filter.For(read.Value, WorkspaceSettings.Of(workspace).Zone(), workspace.Clock.GetUtcNow());
    }

    private static TextFigures Run(Workspace workspace, VoiceTest test)
    {
        var (span, topics) = (test.Span, test.Voices.Rules.Topics.Topics);
        var (all, before, buckets) = (new int[3], new int[3], new int[(span.Starts.Length - 1) * 3]);
        var (ofTopic, ofTopicBefore) = (new int[topics.Count * 3], new int[topics.Count * 3]);
        var (intents, languages) = (new int[VoiceFilter.Intents.Count], new int[3]);
        var names = test.Voices.Names.All.Length;
        var (surveys, sources, touchpoints) = (new int[names], new int[names], new int[names]);
        var nodes = new List<int>();
        var unread = 0;
        foreach (ref readonly var voice in test.Voices.All)
        {
            if (!voice.HasText || voice.Time < span.Before || voice.Time >= span.To || !test.Holds(voice)) continue;

            // With a topic its own sentiment is meant.
            var label = (int)(test.Topic >= 0 ? TopicOpinion.Find(voice.Topics, test.Topic)!.Value : voice.Label);
            if (voice.Time < span.From)
            {
                before[label]++;
                foreach (var opinion in voice.Topics) ofTopicBefore[(TopicOpinion.Topic(opinion) * 3) + (int)TopicOpinion.Label(opinion)]++;
                continue;
            }

            all[label]++;
            if (float.IsNaN(voice.Sentiment)) unread++;
            buckets[(span.BucketOf(voice.Time) * 3) + label]++;
            foreach (var opinion in voice.Topics) ofTopic[(TopicOpinion.Topic(opinion) * 3) + (int)TopicOpinion.Label(opinion)]++;
            for (var i = 0; i < intents.Length; i++)
            {
                if (voice.Has((TextIntentKind)i)) intents[i]++;
            }

            languages[(int)voice.Language]++;
            surveys[voice.Survey]++;
            sources[voice.Source]++;
            touchpoints[voice.Touchpoint]++;
            if (voice.Node >= 0) nodes.Add(voice.Node);
        }

        return new TextFigures(
            span.Days[0],
            span.Days[^1].AddDays(-1),
            ToneCount.Of(all),
            ToneCount.Of(before),
            CustomersOf(workspace, nodes).Distinct().Count(),
            unread,
            [.. Enumerable.Range(0, buckets.Length / 3).Select(b => new ToneBucket(span.Days[b], span.Days[b + 1].AddDays(-1), ToneCount.Of(buckets.AsSpan(b * 3, 3))))],
            [.. topics.Index()
                .Select(t => new TopicTone(t.Item.Key, new LocalText(t.Item.NameTr, t.Item.NameEn), ToneCount.Of(ofTopic.AsSpan(t.Index * 3, 3)), ToneCount.Of(ofTopicBefore.AsSpan(t.Index * 3, 3))))
                .Where(t => t.Texts.Total > 0)
                .OrderByDescending(t => t.Texts.Total).ThenBy(t => t.Key, StringComparer.Ordinal)],
            [.. VoiceFilter.Intents.Select((name, i) => new TextCount(name, intents[i]))],
            [new("tr", languages[(int)TextLanguage.Turkish]), new("en", languages[(int)TextLanguage.English]), new("other", languages[(int)TextLanguage.Other])],
            Named(test.Voices.Names, surveys),
            Named(test.Voices.Names, sources),
            Named(test.Voices.Names, touchpoints),
            ReadQuotes.Phrases(workspace, test, Phrases));
    }

    /// <summary>The customers to whom nodes belong now.</summary>
    public static int[] CustomersOf(Workspace workspace, List<int> nodes)
    {
        var customers = new int[nodes.Count];
        workspace.Part<ICustomerNodes>().CustomersOf(CollectionsMarshal.AsSpan(nodes), customers);
        return customers;
    }

    private static TextCount[] Named(VoiceNames names, int[] counts) =>
        [.. counts.Index().Skip(1).Where(c => c.Item > 0).Select(c => new TextCount(names[c.Index], c.Item)).OrderByDescending(c => c.Texts).ThenBy(c => c.Key, StringComparer.Ordinal)];
}
