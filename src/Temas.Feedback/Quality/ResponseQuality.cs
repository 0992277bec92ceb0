using System.Runtime.InteropServices;
using Temas.Feedback.Texts;
using Temas.Kernel;

namespace Temas.Feedback.Quality;

/// <summary>
/// Looks at answers to one survey, one after the other, and says what makes them doubtful. It remembers how long others took and hashes of who answered and what was written, nothing else. Not for two threads at once.
/// </summary>
internal sealed class ResponseQuality
{
    /// <summary>A word in less than 300 ms is not read (Zhang and Conrad, Survey Research Methods 8, 2014).</summary>
    private const double SecondsAWord = 0.3;

    /// <summary>Less than a third of what the others take is fast, once there are enough others to say so.</summary>
    private const double FastShare = 0.33;
    private const int EnoughOthers = 30;

    /// <summary>As many of the latest durations are kept.</summary>
    public const int Remembered = 1000;

    /// <summary>Nobody gets through a page in less.</summary>
    private const double LeastSeconds = 2;

    /// <summary>The same as a length of time.</summary>
    public static readonly TimeSpan Least = TimeSpan.FromSeconds(LeastSeconds);

    /// <summary>A matrix of fewer rows is often meant as it is ticked.</summary>
    private const int LeastRows = 4;

    /// <summary>Shorter texts ("çok iyi") are written by many.</summary>
    private const int LeastLetters = 20;

    private const int MaxKeys = 1_000_000;

    /// <summary>A score from here on is a good one, and one up to there a bad one.</summary>
    private const double High = 0.85, Low = 0.3;

    /// <summary>Whether a score, from 0 to 1, is so good or so bad that words may contradict it.</summary>
    public static bool IsClear(double score) => score is >= High or <= Low;

    // As they came, the oldest of them next to go; and the same in order.
    private readonly double[] durations = new double[Remembered], sorted = new double[Remembered];
    private readonly HashSet<ulong> respondents = [];
    private readonly Dictionary<ulong, int> texts = [];
    private (ulong[] Respondents, ulong[] Written, int[] Times)? kept;
    private int seen;

    /// <summary>Nobody was looked at.</summary>
    public ResponseQuality()
    {
    }

    /// <summary>As it was written down.</summary>
    /// <param name="durations">How long the latest took, in their order.</param>
    /// <param name="respondents">Who answered.</param>
    /// <param name="written">What was written.</param>
    /// <param name="times">How often.</param>
    public ResponseQuality(ReadOnlySpan<double> durations, ReadOnlySpan<ulong> respondents, ReadOnlySpan<ulong> written, ReadOnlySpan<int> times)
    {
        foreach (var seconds in durations) Remember(seconds);
        kept = (respondents.ToArray(), written.ToArray(), times.ToArray());
    }

    /// <summary>What was written down is looked into only when somebody is compared with it: a start waits for nothing that nobody asks.</summary>
    private void Recall()
    {
        if (kept is not var (whos, written, times)) return;
        kept = null;
        respondents.EnsureCapacity(whos.Length);
        foreach (var one in whos) respondents.Add(one);
        texts.EnsureCapacity(written.Length);
        for (var i = 0; i < written.Length; i++) texts.Add(written[i], times[i]);
    }

    private ResponseQuality(ResponseQuality of) => (durations, sorted, seen, kept, respondents, texts) = ([.. of.durations], [.. of.sorted], of.seen, of.kept, [.. of.respondents], new(of.texts));

    /// <summary>How many answers were looked at.</summary>
    public int Seen => seen;

    /// <summary>How long the latest took, in their order.</summary>
    public double[] Durations => seen <= Remembered ? durations[..seen] : [.. durations[(seen % Remembered)..], .. durations[..(seen % Remembered)]];

    /// <summary>Who answered, as hashes.</summary>
    public IReadOnlyCollection<ulong> Respondents
    {
        get
        {
            Recall();
            return respondents;
        }
    }

    /// <summary>What was written, as hashes, and how often.</summary>
    public IReadOnlyDictionary<ulong, int> Texts
    {
        get
        {
            Recall();
            return texts;
        }
    }

    /// <summary>The same, to be written down.</summary>
    public ResponseQuality Copy() => new(this);

    /// <summary>Forgets somebody who is erased: who she was, and what she wrote.</summary>
    public void Forget(string? respondent, IEnumerable<string> written)
    {
        Recall();
        if (respondent is not null) respondents.Remove(KeyOf(respondent));
        foreach (var key in written.Select(TextKeyOf).OfType<ulong>())
        {
            if (!texts.TryGetValue(key, out var times)) continue;
            if (times > 1) texts[key] = times - 1;
            else texts.Remove(key);
        }
    }

    /// <summary>Compares with others from now on: how long the latest took, in their order.</summary>
    public void Follow(ReadOnlySpan<double> latest)
    {
        seen = 0;
        foreach (var seconds in latest) Remember(seconds);
    }

    /// <summary>Says what is doubtful about <paramref name="response"/>, and remembers it for those that follow.</summary>
    public QualityAssessment Assess(ResponseFacts response)
    {
        ArgumentNullException.ThrowIfNull(response);
        var flags = new List<QualityFlag>();
        Speed(response, flags);
        Lines(response, flags);
        Again(response, flags);
        Contradictions(response, flags);
        Remember(response.Took.TotalSeconds);
        return new QualityAssessment([.. flags.OrderByDescending(f => f.Weight).ThenBy(f => f.Kind)]);
    }

    private void Speed(ResponseFacts response, List<QualityFlag> flags)
    {
        var seconds = response.Took.TotalSeconds;
        if (response.FilledHiddenField) flags.Add(new(QualityFlagKind.Bot, 1, "hidden_field_filled", 1, 0));
        if (response.WasSentAtOnce) flags.Add(new(QualityFlagKind.Bot, 0.6, "sent_at_once", 0, LeastSeconds));
        if (seconds < LeastSeconds && response.Answered > 0) flags.Add(new(QualityFlagKind.Bot, seconds < LeastSeconds / 4 ? 0.9 : 0.6, "faster_than_a_hand", seconds, LeastSeconds));
        var reading = response.WordsShown * SecondsAWord;
        if (reading > LeastSeconds && seconds < reading) flags.Add(new(QualityFlagKind.Speeding, Math.Clamp(1 - (seconds / reading), 0.1, 0.9), "faster_than_reading", seconds, reading));
        var others = Math.Min(seen, Remembered);
        if (others < EnoughOthers) return;
        var limit = sorted[others / 2] * FastShare;
        if (seconds < limit) flags.Add(new(QualityFlagKind.Speeding, Math.Clamp(0.6 * (1 - (seconds / limit)), 0.1, 0.6), "faster_than_others", seconds, limit));
    }

    private void Remember(double seconds)
    {
        var count = Math.Min(seen, Remembered);
        ref var place = ref durations[seen++ % Remembered];
        if (count == Remembered)
        {
            var goes = sorted.AsSpan(0, count).BinarySearch(place);
            sorted.AsSpan(goes + 1, --count - goes).CopyTo(sorted.AsSpan(goes));
        }

        var at = sorted.AsSpan(0, count).BinarySearch(seconds);
        if (at < 0) at = ~at;
        sorted.AsSpan(at, count - at).CopyTo(sorted.AsSpan(at + 1));
        (sorted[at], place) = (seconds, seconds);
    }

    /// <summary>The same tick in every row of a matrix; a strong sign where some rows are worded the other way round, a weak one where all rows may well be as good.</summary>
    private static void Lines(ResponseFacts response, List<QualityFlag> flags)
    {
        foreach (var grid in response.Ratings.Where(r => r.Grid is not null).GroupBy(r => r.Grid, StringComparer.Ordinal))
        {
            var rows = grid.ToList();
            if (rows.Count < LeastRows || rows.Any(r => r.Value != rows[0].Value)) continue;
            var isMixed = rows.Any(r => r.IsReversed) && rows.Any(r => !r.IsReversed);
            // In the middle the same tick agrees with both wordings.
            var isMiddle = Math.Abs(rows[0].Value - 0.5) < 0.01;
            var weight = isMixed && !isMiddle ? 0.8 : Math.Min(0.5, 0.1 + (0.04 * (rows.Count - LeastRows)));
            flags.Add(new(QualityFlagKind.StraightLining, weight, isMixed && !isMiddle ? "same_tick_for_opposites" : "same_tick_throughout", rows.Count, LeastRows, grid.Key));
        }
    }

    private void Again(ResponseFacts response, List<QualityFlag> flags)
    {
        Recall();
        if (response.Respondent is { Length: > 0 } who && (respondents.Count < MaxKeys ? !respondents.Add(KeyOf(who)) : respondents.Contains(KeyOf(who))))
            flags.Add(new(QualityFlagKind.Duplicate, 0.9, "same_respondent", 2, 1));
        foreach (var text in response.Texts)
        {
            if (TextKeyOf(text) is not { } key) continue;
            if (!texts.TryGetValue(key, out var before))
            {
                if (texts.Count < MaxKeys) texts[key] = 1;
                continue;
            }

            texts[key] = before + 1;
            flags.Add(new(QualityFlagKind.Duplicate, Math.Min(0.8, 0.4 + (0.1 * before)), "same_text", before + 1, 1));
        }
    }

    /// <summary>By what a text is known; null for one as many write it.</summary>
    private static ulong? TextKeyOf(string? text)
    {
        var folded = string.Concat((text ?? "").Where(char.IsLetterOrDigit).Select(c => Letters.Fold(Letters.LowerTurkish(c))));
        return folded.Length < LeastLetters ? null : KeyOf(folded);
    }

    private static void Contradictions(ResponseFacts response, List<QualityFlag> flags)
    {
        // Both wordings agreed with, or both refused: where nothing else was ticked Lines has said so.
        foreach (var grid in response.Ratings.Where(r => r.Grid is not null).GroupBy(r => r.Grid, StringComparer.Ordinal))
        {
            var (plain, reversed) = (grid.Where(r => !r.IsReversed).Select(r => r.Value).ToList(), grid.Where(r => r.IsReversed).Select(r => 1 - r.Value).ToList());
            if (plain.Count == 0 || reversed.Count == 0 || grid.Select(r => r.Value).Distinct().Count() == 1) continue;
            var apart = Math.Abs(plain.Average() - reversed.Average());
            if (apart >= 0.7) flags.Add(new(QualityFlagKind.Contradiction, Math.Clamp(apart - 0.3, 0.3, 0.7), "opposites_both_agreed", apart, 0.7, grid.Key));
        }

        if (response is not { Score: { } score, TextSentiment: { } text } || text.Confidence < 0.6) return;
        if (score >= High && text.Score <= -0.6) flags.Add(new(QualityFlagKind.Contradiction, 0.4 * text.Confidence, "high_score_bad_words", text.Score, -0.6));
        if (score <= Low && text.Score >= 0.6) flags.Add(new(QualityFlagKind.Contradiction, 0.4 * text.Confidence, "low_score_good_words", text.Score, 0.6));
    }

    private static ulong KeyOf(string text) => Hash64.Of(MemoryMarshal.AsBytes(text.AsSpan()));
}
