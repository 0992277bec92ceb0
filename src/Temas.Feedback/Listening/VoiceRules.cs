using Temas.Collect.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Texts;
using Temas.Feedback.Texts.Learning;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Feedback.Listening;

/// <summary>
/// Reads what is said in events: which of them hold words or answers is said by the touchpoints of the catalogue (docs/catalogue.md), what the words mean by the model in use and the topics. Pure, but for the numbers of names.
/// </summary>
internal sealed class VoiceRules
{
    private const int MostPlans = 10_000;

    private static readonly PropertyPath SurveyId = new("survey_id"), Source = new("source");

    private readonly TextUnderstanding texts;
    private readonly Dictionary<ulong, Candidate[]> plans = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    /// <param name="catalogue">Where words and answers stand.</param>
    /// <param name="feeling">What reads words.</param>
    /// <param name="topics">What they may speak of.</param>
    public VoiceRules(TouchpointCatalogue catalogue, TextFeeling feeling, TopicModel topics)
    {
        (Catalogue, Feeling, Topics) = (catalogue, feeling, topics);
        texts = new TextUnderstanding { Model = feeling.Model, Topics = topics };
    }

    private sealed record Candidate(Touchpoint Touchpoint, EventPattern Pattern, bool Speaks);

    /// <summary>The catalogue that says where words and answers stand.</summary>
    public TouchpointCatalogue Catalogue { get; }

    /// <summary>What reads words.</summary>
    public TextFeeling Feeling { get; }

    /// <summary>What they may speak of.</summary>
    public TopicModel Topics { get; }

    /// <summary>All that is read from a text.</summary>
    public TextReading Read(string text) => texts.Read(text, Feeling.Otherwise);

    /// <summary>What an event says; false for one that says nothing. For one thread.</summary>
    public bool TryRead(in LogEvent e, VoiceNames names, out Voice voice)
    {
        voice = default;
        if (e.Kind != LogRecordKind.Event || (e.Flags & EventFlags.Bot) != 0 || Match(e, out var properties) is not { } touchpoint) return false;
        voice = new Voice { Position = e.Position, Time = e.Time, Node = -1, Topics = "", Sentiment = float.NaN, Nps = Voice.None, Csat = Voice.None, Ces = Voice.None, Rated = Voice.None };
        string? text = null;
        foreach (var rating in touchpoint.Perception.Ratings) Answer(rating, properties, ref voice, ref text);
        if (text is null && voice is { Nps: Voice.None, Csat: Voice.None, Ces: Voice.None }) return false;
        voice.Touchpoint = names.Of(touchpoint.Key);
        voice.Survey = names.Of(EventJson.Text(properties, EventJson.Find(properties, SurveyId)));
        voice.Source = names.Of(EventJson.Text(properties, EventJson.Find(properties, Source)));
        if (text is not null) Understand(text, ref voice);
        return true;
    }

    /// <summary>The words of an event, for somebody who reads them; null where there are none.</summary>
    public string? TextOf(in LogEvent e)
    {
        if (e.Kind != LogRecordKind.Event || Match(e, out var properties) is not { } touchpoint) return null;
        foreach (var rating in touchpoint.Perception.Ratings)
        {
            if (rating.Kind == RatingKind.Text && TextOf(rating, properties) is { } text) return text;
        }

        return null;
    }

    private static string? TextOf(RatingRule rule, ReadOnlySpan<byte> properties)
    {
        var value = EventJson.Find(properties, rule.Property);
        if (!value.IsString(properties) || !Holds(rule, properties)) return null;
        return EventJson.Text(properties, value) is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
    }

    private static bool Holds(RatingRule rule, ReadOnlySpan<byte> properties)
    {
        foreach (var condition in rule.Where)
        {
            if (!condition.Holds(properties, EventJson.Find(properties, condition.Property))) return false;
        }

        return true;
    }

    private static void Answer(RatingRule rule, ReadOnlySpan<byte> properties, ref Voice voice, ref string? text)
    {
        if (rule.Kind == RatingKind.Text)
        {
            text ??= TextOf(rule, properties);
            return;
        }

        if (rule.Kind is RatingKind.Smiley or RatingKind.Sentiment) return;
        if (!EventJson.TryNumber(properties, EventJson.Find(properties, rule.Property), out var number) || number != decimal.Truncate(number) || number is < 0 or > 100 || !Holds(rule, properties)) return;
        var answer = (int)number;
        SentimentLabel? label = null;
        switch (rule.Kind)
        {
            case RatingKind.Nps when voice.Nps == Voice.None && answer <= 10:
                (voice.Nps, label) = ((sbyte)answer, RatingLabels.OfRecommendation(answer));
                break;
            case RatingKind.Csat when voice.Csat == Voice.None && answer is >= 1 and <= 5:
                (voice.Csat, label) = ((sbyte)answer, RatingLabels.OfScale(answer, 5));
                break;
            case RatingKind.Ces when voice.Ces == Voice.None && answer is >= 1 and <= 7:
                (voice.Ces, label) = ((sbyte)answer, RatingLabels.OfScale(answer, 7));
                break;
            case RatingKind.Scale when rule.Min == 1:
                var best = rule.MaxProperty is { } told && EventJson.TryNumber(properties, EventJson.Find(properties, told), out var max) ? max : rule.Max;
                if (best == decimal.Truncate(best) && best is >= 3 and <= 10) label = RatingLabels.OfScale(answer, (int)best);
                break;
        }

        if (label is { } stated && voice.Rated == Voice.None) voice.Rated = (sbyte)stated;
    }

    /// <summary>The touchpoint of an event that may say something.</summary>
    private Touchpoint? Match(in LogEvent e, out ReadOnlySpan<byte> properties)
    {
        properties = default;
        var fields = e.Fields;
        if (!fields.Properties.Exists || !fields.Name.Exists) return null;
        var name = fields.Name.Length <= 256 ? fields.Name.Text(e.Json, stackalloc byte[fields.Name.Length]) : fields.Name.Text(e.Json, new byte[fields.Name.Length]);
        var candidates = Candidates(fields.Type, name);
        if (candidates.Length == 0) return null;
        properties = fields.Properties.Of(e.Json);
        foreach (var candidate in candidates)
        {
            if (candidate.Pattern.Holds(properties)) return candidate.Speaks ? candidate.Touchpoint : null;
        }

        return null;
    }

    private Candidate[] Candidates(EventType type, ReadOnlySpan<byte> name)
    {
        var key = Hash64.Combine((ulong)type, Hash64.Of(name));
        lock (plans)
        {
            if (plans.TryGetValue(key, out var kept)) return kept;
            Candidate[] all = [.. Catalogue.Candidates(type, name).Select(c => new Candidate(c.Touchpoint, c.Pattern, c.Touchpoint.Perception.Ratings.Any(r => r.Kind is not (RatingKind.Smiley or RatingKind.Sentiment or RatingKind.Scale))))];
            if (!all.Any(c => c.Speaks)) all = [];
            if (plans.Count >= MostPlans) plans.Clear();
            plans.Add(key, all);
            return all;
        }
    }

    private void Understand(string text, ref Voice voice)
    {
        var reading = Read(text);
        voice.HasText = true;
        voice.Language = reading.Language.Language;
        voice.Confidence = (float)reading.Sentiment.Confidence;
        voice.Label = SentimentLabel.Neutral;
        if (TextFeeling.IsTold(reading.Sentiment, out var felt)) (voice.Sentiment, voice.Label) = ((float)felt.Value, reading.Sentiment.Label);
        foreach (var intent in reading.Intents) voice.Intents |= (byte)(1 << (int)intent.Kind);
        if (reading.Topics.Count > 0) voice.Topics = TopicsOf(reading);
    }

    /// <summary>How each topic is taken: by the clauses that speak of it, not by the text as a whole.</summary>
    private string TopicsOf(TextReading reading)
    {
        var opinions = new List<char>(reading.Topics.Count);
        for (var t = 0; t < Topics.Topics.Count; t++)
        {
            var key = Topics.Topics[t].Key;
            var (sum, clauses) = (0.0, 0);
            SentimentLabel? only = null;
            foreach (var clause in reading.Clauses)
            {
                if (!clause.Topics.Contains(key)) continue;
                var told = TextFeeling.IsTold(clause.Sentiment, out var felt);
                (sum, clauses, only) = (sum + (told ? felt.Value : 0), clauses + 1, told ? clause.Sentiment.Label : SentimentLabel.Neutral);
            }

            if (clauses == 0) continue;
            var mean = sum / clauses;
            opinions.Add(TopicOpinion.Of(t, clauses == 1 ? only!.Value : mean < -0.12 ? SentimentLabel.Negative : mean > 0.12 ? SentimentLabel.Positive : SentimentLabel.Neutral));
        }

        // Few different ones, many times each.
        var all = new string([.. opinions]);
        if (known.TryGetValue(all, out var same)) return same;
        known.Add(all);
        return all;
    }
}
