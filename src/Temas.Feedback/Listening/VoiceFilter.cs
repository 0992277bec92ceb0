using System.Globalization;
using Temas.Feedback.Contracts;
using Temas.Feedback.Scores;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;

namespace Temas.Feedback.Listening;

/// <summary>Which voices are meant; all that is given must hold. The same names as in addresses.</summary>
public sealed record VoiceFilter
{
    /// <summary>Periods that end today, by the clock of the workspace: <c>7d</c>, <c>30d</c>, <c>90d</c>, <c>365d</c>, or <c>all</c>.</summary>
    public static IReadOnlyList<string> Periods { get; } = ["7d", "30d", "90d", "365d", "all"];

    /// <summary>One of <see cref="Periods"/>; 90d when it is left out.</summary>
    public string? Period { get; init; }

    /// <summary>First day, such as <c>2026-11-01</c>; stands before the period.</summary>
    public string? From { get; init; }

    /// <summary>Last day.</summary>
    public string? To { get; init; }

    /// <summary>Keys of touchpoints, between commas: of any of them.</summary>
    public string? Touchpoint { get; init; }

    /// <summary>Key of a survey.</summary>
    public string? Survey { get; init; }

    /// <summary>Where it was said: review, call_note, email …</summary>
    public string? Source { get; init; }

    /// <summary>Key of a topic.</summary>
    public string? Topic { get; init; }

    /// <summary><c>negative</c>, <c>neutral</c> or <c>positive</c>: how the topic is taken, or without one the text.</summary>
    public string? Sentiment { get; init; }

    /// <summary><c>complaint</c>, <c>suggestion</c>, <c>request</c>, <c>praise</c> or <c>churn_threat</c>.</summary>
    public string? Intent { get; init; }

    /// <summary><c>tr</c>, <c>en</c> or <c>other</c>.</summary>
    public string? Language { get; init; }

    /// <summary><c>nps</c>, <c>csat</c> or <c>ces</c>: only with such an answer.</summary>
    public string? Score { get; init; }

    /// <summary>The lowest answer to <see cref="Score"/>.</summary>
    public int? Least { get; init; }

    /// <summary>The highest answer to <see cref="Score"/>.</summary>
    public int? Most { get; init; }

    /// <summary>Those that are given, for an address.</summary>
    internal IEnumerable<(string Name, string? Value)> Query =>
    [
        ("period", Period), ("from", From), ("to", To), ("touchpoint", Touchpoint), ("survey", Survey), ("source", Source), ("topic", Topic), ("sentiment", Sentiment), ("intent", Intent), ("language", Language),
        ("score", Score), ("least", Least?.ToString(CultureInfo.InvariantCulture)), ("most", Most?.ToString(CultureInfo.InvariantCulture)),
    ];

    /// <summary>Checks it and makes it ready for voices.</summary>
    internal Result<VoiceTest> For(Voices voices, TimeZoneInfo zone, DateTimeOffset now)
    {
        var span = VoiceSpan.Of(Period, From, To, zone, now);
        if (span.Problem is { } wrong) return wrong;
        if (OneOf("sentiment", Sentiment, ["negative", "neutral", "positive"]) is var sentiment && sentiment.Problem is { } a) return a;
        if (OneOf("intent", Intent, Intents) is var intent && intent.Problem is { } b) return b;
        if (OneOf("language", Language, ["other", "tr", "en"]) is var language && language.Problem is { } c) return c;
        if (OneOf("score", Score, ["nps", "csat", "ces"]) is var score && score.Problem is { } d) return d;
        var topic = -1;
        if (!string.IsNullOrEmpty(Topic) && (topic = voices.Rules.Topics.Topics.ToList().FindIndex(t => t.Key == Topic)) < 0)
            return Problem.Invalid("topic_unknown", "There is no such topic.", "topic", Topic, "Use one of the topics of the definition topics/default.");
        if ((Least is not null || Most is not null) && score.Value < 0) return Problem.Invalid("score_missing", "Answers can only be bounded for a score.", "score", Score, "Name nps, csat or ces.");
        return new VoiceTest(voices)
        {
            Span = span.Value,
            Touchpoints = string.IsNullOrEmpty(Touchpoint) ? null : [.. KeysOf(Touchpoint).Select(voices.Names.Find)],
            Survey = Number(Survey),
            Source = Number(Source),
            Topic = topic,
            Sentiment = sentiment.Value,
            Intent = intent.Value,
            Language = language.Value,
            Score = score.Value,
            Least = Least ?? 0,
            Most = Most ?? 10,
        };

        int? Number(string? text) => string.IsNullOrEmpty(text) ? null : voices.Names.Find(text);
    }

    /// <summary>The keys in a word of an address.</summary>
    internal static string[] KeysOf(string? keys) => (keys ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The words of intents in addresses, in the order of <see cref="TextIntentKind"/>.</summary>
    internal static IReadOnlyList<string> Intents { get; } = ["complaint", "suggestion", "request", "praise", "churn_threat"];

    private static Result<int> OneOf(string field, string? value, IReadOnlyList<string> words)
    {
        if (string.IsNullOrEmpty(value)) return -1;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] == value) return i;
        }

        return Problem.Invalid($"{field}_unknown", $"There is no such {field}.", field, value, $"Use one of {string.Join(", ", words)}.");
    }
}

/// <summary>A filter made ready for voices: numbers instead of words, which are -1 where nothing is asked.</summary>
internal sealed record VoiceTest(Voices Voices)
{
    public required VoiceSpan Span { get; init; }

    public IReadOnlyList<int>? Touchpoints { get; init; }

    public int? Survey { get; init; }

    public int? Source { get; init; }

    public int Topic { get; init; } = -1;

    public int Sentiment { get; init; } = -1;

    public int Intent { get; init; } = -1;

    public int Language { get; init; } = -1;

    public int Score { get; init; } = -1;

    public int Least { get; init; }

    public int Most { get; init; } = 10;

    /// <summary>Whether a voice is meant, but for its time.</summary>
    public bool Holds(in Voice voice)
    {
        if (Touchpoints is not null && !Touchpoints.Contains(voice.Touchpoint)) return false;
        if (Survey is { } survey && voice.Survey != survey) return false;
        if (Source is { } source && voice.Source != source) return false;
        if (Language >= 0 && (!voice.HasText || (int)voice.Language != Language)) return false;
        if (Intent >= 0 && !voice.Has((TextIntentKind)Intent)) return false;
        if (Score >= 0 && (voice.Answer((ScoreKind)Score) is var answer && (answer == Voice.None || answer < Least || answer > Most))) return false;
        if (Topic < 0) return Sentiment < 0 || (voice.HasText && (int)voice.Label == Sentiment);
        return TopicOpinion.Find(voice.Topics, Topic) is { } taken && (Sentiment < 0 || (int)taken == Sentiment);
    }
}

/// <summary>A stretch of days by the clock of the workspace, cut into buckets, and the one before it of the same length.</summary>
/// <param name="Starts">Where the buckets begin, in milliseconds since 1970 UTC, and where the last one ends.</param>
/// <param name="Days">The first day of each bucket, and the day after the last.</param>
/// <param name="Before">Where the stretch before begins; the same as the beginning where there is none.</param>
internal sealed record VoiceSpan(long[] Starts, DateOnly[] Days, long Before)
{
    private const int MostDays = 366 * 30;

    public long From => Starts[0];

    public long To => Starts[^1];

    /// <summary>The bucket of a moment, or -1.</summary>
    public int BucketOf(long time)
    {
        if (time < From || time >= To) return -1;
        var at = Array.BinarySearch(Starts, time);
        return at >= 0 ? at : ~at - 1;
    }

    public static Result<VoiceSpan> Of(string? period, string? from, string? to, TimeZoneInfo zone, DateTimeOffset now)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(now, zone).DateTime);
        var days = (string.IsNullOrEmpty(period) ? "90d" : period) switch { "7d" => 7, "30d" => 30, "90d" => 90, "365d" => 364, "all" => 3640, _ => 0 };
        if (days == 0) return Problem.Invalid("period_unknown", "There is no such period.", "period", period, $"Use one of {string.Join(", ", VoiceFilter.Periods)}, or from and to.");
        var (first, last) = (today.AddDays(1 - days), today);
        if (!string.IsNullOrEmpty(from) && !Day(from, out first)) return Problem.Invalid("day_invalid", "This is no day.", "from", from, "Write it as 2026-11-30.");
        if (!string.IsNullOrEmpty(to) && !Day(to, out last)) return Problem.Invalid("day_invalid", "This is no day.", "to", to, "Write it as 2026-11-30.");
        if (last < first || last.DayNumber - first.DayNumber > MostDays) return Problem.Invalid("period_invalid", "A period has at least one day and at most thirty years.", "to", to, "Let it end after it begins.");
        days = last.DayNumber - first.DayNumber + 1;
        var step = days <= 45 ? 1 : days <= 370 ? 7 : days <= 1100 ? 28 : 91;

        // The last bucket ends with the period; the first may be shorter than the others.
        var starts = new List<DateOnly> { last.AddDays(1) };
        while (starts[^1] > first) starts.Add(starts[^1].AddDays(-step) is var start && start > first ? start : first);
        starts.Reverse();
        return new VoiceSpan([.. starts.Select(d => Begin(d, zone))], [.. starts], period == "all" && string.IsNullOrEmpty(from) ? Begin(first, zone) : Begin(first.AddDays(-days), zone));
    }

    private static bool Day(string text, out DateOnly day) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out day) && day.Year is >= 1971 and <= 2200;

    private static long Begin(DateOnly day, TimeZoneInfo zone)
    {
        var midnight = day.ToDateTime(TimeOnly.MinValue, DateTimeKind.Unspecified);

        // Where the clock skips midnight, the day begins an hour later.
        while (zone.IsInvalidTime(midnight)) midnight = midnight.AddMinutes(30);
        return new DateTimeOffset(midnight, zone.GetUtcOffset(midnight)).ToUnixTimeMilliseconds();
    }
}
