using Temas.Feedback.Scores;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Feedback.Listening;

/// <summary>A score of some days.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Score">The score with its interval.</param>
public sealed record ScoreBucket(DateOnly From, DateOnly To, Score Score);

/// <summary>A score of a survey, or of all, with how it moved.</summary>
/// <param name="Kind">nps, csat or ces.</param>
/// <param name="Survey">Key of the survey; null for all together.</param>
/// <param name="Now">The score of the period.</param>
/// <param name="Before">That of the period before.</param>
/// <param name="Change">From the one to the other; the p-value is enlarged for as many comparisons as are shown (Holm).</param>
/// <param name="Buckets">The same over time.</param>
/// <param name="Trend">Whether it goes up or down over the buckets; null with too few.</param>
/// <param name="Answers">How often each answer was given, from the lowest to the highest of the scale.</param>
public sealed record SurveyScore(string Kind, string? Survey, Score Now, Score Before, ScoreDifference Change, IReadOnlyList<ScoreBucket> Buckets, ScoreTrend? Trend, IReadOnlyList<int> Answers)
{
    /// <summary>The lowest answer of the scale.</summary>
    internal int Lowest => Kind == "nps" ? 0 : 1;
}

/// <summary>The scores of a period.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
/// <param name="Scores">All together first, then each survey, most answers first.</param>
public sealed record ScoreFigures(DateOnly From, DateOnly To, IReadOnlyList<SurveyScore> Scores);

/// <summary>Scores of surveys with their uncertainty, over time and against the period before. Each opens to the answers behind it by the same filter.</summary>
internal static class ReadScores
{
    private static readonly string[] Words = ["nps", "csat", "ces"];

    private sealed class Sums(ScoreKind kind, int buckets)
    {
        public readonly ScoreTally Now = new(kind), Before = new(kind);
        public readonly ScoreTally[] Buckets = [.. Enumerable.Range(0, buckets).Select(_ => new ScoreTally(kind))];
        public readonly int[] Answers = new int[kind == ScoreKind.Nps ? 11 : kind == ScoreKind.Csat ? 5 : 7];
    }

    /// <summary>The figures.</summary>
    public static async Task<Result<ScoreFigures>> RunAsync(Workspace workspace, VoiceFilter filter, CancellationToken cancel)
    {
        var found = await ReadTexts.TestAsync(workspace, filter, cancel);
        return found.Problem is { } problem ? problem : Run(found.Value);
    }

    private static ScoreFigures Run(VoiceTest test)
    {
        var span = test.Span;
        var sums = new Dictionary<(ScoreKind Kind, int Survey), Sums>();
        foreach (ref readonly var voice in test.Voices.All)
        {
            if (voice.Time < span.Before || voice.Time >= span.To || !test.Holds(voice)) continue;
            for (var kind = ScoreKind.Nps; kind <= ScoreKind.Ces; kind++)
            {
                if (voice.Answer(kind) is var answer && answer == Voice.None) continue;
                Add(sums, (kind, -1), voice.Time, answer, span);
                Add(sums, (kind, voice.Survey), voice.Time, answer, span);
            }
        }

        // Where all answers are of one survey, it would stand there twice.
        foreach (var kind in sums.Keys.GroupBy(k => k.Kind).Where(g => g.Count() == 2).Select(g => g.Key).ToList()) sums.Remove((kind, -1));
        var scores = sums.OrderBy(s => s.Key.Kind).ThenBy(s => s.Key.Survey >= 0).ThenByDescending(s => s.Value.Now.Answers).ThenBy(s => s.Key.Survey).Select(s => Of(test.Voices, s.Key.Kind, s.Key.Survey, s.Value, span)).ToList();
        var holm = ScoreDifference.Holm([.. scores.Select(s => s.Change.PValue)]);
        return new ScoreFigures(span.Days[0], span.Days[^1].AddDays(-1), [.. scores.Select((s, i) => s with { Change = s.Change with { PValue = holm[i] } })]);
    }

    private static void Add(Dictionary<(ScoreKind, int), Sums> sums, (ScoreKind Kind, int) key, long time, int answer, VoiceSpan span)
    {
        if (!sums.TryGetValue(key, out var of)) sums.Add(key, of = new Sums(key.Kind, span.Starts.Length - 1));
        if (time < span.From)
        {
            of.Before.Add(answer);
            return;
        }

        of.Now.Add(answer);
        of.Buckets[span.BucketOf(time)].Add(answer);
        of.Answers[answer - (key.Kind == ScoreKind.Nps ? 0 : 1)]++;
    }

    private static SurveyScore Of(Voices voices, ScoreKind kind, int survey, Sums sums, VoiceSpan span)
    {
        var (now, before) = (sums.Now.Result(), sums.Before.Result());
        var buckets = sums.Buckets.Select((b, i) => new ScoreBucket(span.Days[i], span.Days[i + 1].AddDays(-1), b.Result())).ToList();
        return new SurveyScore(Words[(int)kind], survey < 0 ? null : voices.Names[survey], now, before, ScoreDifference.Between(before, now), buckets, ScoreTrend.Of([.. buckets.Select(b => b.Score)]), sums.Answers);
    }
}
