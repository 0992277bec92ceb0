using Temas.Collect.Contracts;
using Temas.Feedback.Contracts;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Storage.EventLog;

namespace Temas.Feedback.FollowUps;

/// <summary>A rule as it is in force.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Version">Its version.</param>
/// <param name="From">What happened before does not count, in milliseconds since 1970 UTC.</param>
internal sealed record RuleInForce(FollowUpRule Rule, int Version, long From);

/// <summary>That an event says something by which a rule opens a follow-up.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Reason">Why.</param>
/// <param name="Matter">What it is about.</param>
/// <param name="OwnerKeys">The values by which the rule looks for an owner.</param>
/// <param name="Before">The answer, if it is one on a standard scale.</param>
internal sealed record Trigger(RuleInForce Rule, FollowUpReason Reason, string Matter, IReadOnlyList<string> OwnerKeys, ScaleAnswer? Before);

/// <summary>What an event means for follow-ups.</summary>
/// <param name="Triggers">By rule, in their order.</param>
/// <param name="Answers">The answers on standard scales, which say how she is now.</param>
/// <param name="Who">How the event names her, as JSON; null when nobody is named whom one could find again.</param>
/// <param name="At">When it happened.</param>
internal sealed record EventMeaning(IReadOnlyList<Trigger> Triggers, IReadOnlyList<ScaleAnswer> Answers, string? Who, DateTimeOffset At);

/// <summary>Holds events against rules. Pure; for one thread.</summary>
internal sealed class RuleMatch(IReadOnlyList<RuleInForce> rules, VoiceRules voices)
{
    /// <summary>What the names of events begin with that are told of follow-ups: they open none.</summary>
    public const string OwnEvents = Collect.Contracts.OwnEvents.FollowUp;

    private static readonly PropertyPath SurveyId = new("survey_id"), ResponseId = new("response_id");
    private static readonly string[] Scales = ["nps", "csat", "ces"];

    // Sharing of names is of no use here: they are read at once.
    private VoiceNames names = new();

    /// <summary>The rules.</summary>
    public IReadOnlyList<RuleInForce> Rules => rules;

    /// <summary>By what texts and answers are read.</summary>
    public VoiceRules Voices => voices;

    /// <summary>What an event means; null for nothing.</summary>
    public EventMeaning? Read(in LogEvent e)
    {
        if (e.Kind != LogRecordKind.Event || (e.Flags & EventFlags.Bot) != 0) return null;
        var speaks = voices.TryRead(e, names, out var voice);
        var properties = e.Fields.Properties.Exists ? e.Fields.Properties.Of(e.Json) : default;
        string? name = null;
        List<Trigger>? found = null;
        foreach (var rule in rules)
        {
            if (e.Time < rule.From || (!speaks && rule.Rule.When is { Events.Count: 0, Answer: null })) continue;
            name ??= e.Fields.Name.ToText(e.Json) ?? "";
            if (name.StartsWith(OwnEvents, StringComparison.Ordinal)) return null;
            if (Reason(rule, e, name, properties, speaks, voice) is not { } reason) continue;
            var before = Array.IndexOf(Scales, reason.Code) >= 0 ? new ScaleAnswer(reason.Code, reason.Value!.Value) : null;
            (found ??= []).Add(new Trigger(rule, reason, MatterOf(rule.Rule, properties), OwnerKeys(rule.Rule, properties, voice), before));
        }

        if (names.All.Length > 5_000) names = new VoiceNames();
        List<ScaleAnswer> answers = speaks ? [.. Scales.Select((s, i) => (s, Answer: voice.Answer((Scores.ScoreKind)i))).Where(a => a.Answer != Voice.None).Select(a => new ScaleAnswer(a.s, a.Answer))] : [];
        if (found is null && answers.Count == 0) return null;
        return new EventMeaning(found ?? [], answers, WhoOf(e), DateTimeOffset.FromUnixTimeMilliseconds(e.Time));
    }

    private FollowUpReason? Reason(RuleInForce rule, in LogEvent e, string name, ReadOnlySpan<byte> properties, bool speaks, in Voice voice)
    {
        var when = rule.Rule.When;
        var survey = EventJson.Text(properties, EventJson.Find(properties, SurveyId));
        var of = new FollowUpReason(rule.Rule.Key, rule.Version, "event", e.Position, DateTimeOffset.FromUnixTimeMilliseconds(e.Time), name.Length > 100 ? name[..100] : name)
        {
            Survey = survey,
            Response = EventJson.Text(properties, EventJson.Find(properties, ResponseId)),
        };
        foreach (var pattern in when.Events)
        {
            if (pattern.Type == e.Fields.Type && (pattern.Names.Count == 0 || pattern.Names.Contains(name, StringComparer.Ordinal)) && pattern.Holds(properties)) return of;
        }

        if (rule.Rule.Surveys.Count > 0 && (survey is null || !rule.Rule.Surveys.Contains(survey))) return null;
        if (when.Answer is { } asked && EventJson.TryNumber(properties, EventJson.Find(properties, new PropertyPath("answers." + asked.Question.Text)), out var number) && asked.Range.Holds((double)number))
            return of with { Code = "answer", Question = asked.Question.Text, Value = (double)number, AtMost = asked.Range.AtMost, AtLeast = asked.Range.AtLeast };
        if (!speaks) return null;
        if (Scored(of, "nps", when.Nps, voice.Nps) is { } nps) return nps;
        if (Scored(of, "csat", when.Csat, voice.Csat) is { } csat) return csat;
        if (Scored(of, "ces", when.Ces, voice.Ces) is { } ces) return ces;
        if ((voice.Intents & when.Intents) is var wanted and not 0) return of with { Code = "intent", Intent = VoiceFilter.Intents[System.Numerics.BitOperations.TrailingZeroCount(wanted)] };
        if (when.Sentiment is { } felt && !float.IsNaN(voice.Sentiment) && felt.Holds(voice.Sentiment)) return of with { Code = "sentiment", Value = Math.Round(voice.Sentiment, 4), AtMost = felt.AtMost, AtLeast = felt.AtLeast };
        return null;
    }

    private static FollowUpReason? Scored(FollowUpReason of, string scale, ScoreRange? range, sbyte answer) =>
        range is not null && answer != Voice.None && range.Holds(answer) ? of with { Code = scale, Value = answer, AtMost = range.AtMost, AtLeast = range.AtLeast } : null;

    private static string MatterOf(FollowUpRule rule, ReadOnlySpan<byte> properties)
    {
        var kind = FollowUpRuleKind.WordOf(rule.Kind);
        return rule.Matter is { } path && EventJson.Text(properties, EventJson.Find(properties, path)) is { Length: > 0 and <= 200 } about ? $"{kind} {path.Text} {about}" : kind;
    }

    private List<string> OwnerKeys(FollowUpRule rule, ReadOnlySpan<byte> properties, in Voice voice)
    {
        if (rule.Owner.By is not { } by) return [];
        if (by.Text == "topic") return [.. (voice.Topics ?? "").Select(t => voices.Topics.Topics[TopicOpinion.Topic(t)].Key)];
        return EventJson.Text(properties, EventJson.Find(properties, by)) is { } value ? [value] : [];
    }

    /// <summary>As the event names her: by user id, by external ids, or by an anonymous id that is not made for one response alone.</summary>
    private static string? WhoOf(in LogEvent e)
    {
        if (e.Fields.UserId.Exists) return $$"""{"userId":{{System.Text.Encoding.UTF8.GetString(e.Fields.UserId.Of(e.Json))}}}""";
        if (e.Fields.ExternalIds.Exists) return $$$"""{"context":{"externalIds":{{{System.Text.Encoding.UTF8.GetString(e.Fields.ExternalIds.Of(e.Json))}}}}}""";
        if (EventJson.Text(e.Json, e.Fields.AnonymousId) is not { } anonymous) return null;
        var isOfOneResponse = anonymous.StartsWith("survey-", StringComparison.Ordinal) && !(e.Fields.ContextTraits.Exists && EventJson.Find(e.Fields.ContextTraits.Of(e.Json), "email"u8).Exists);
        return isOfOneResponse ? null : $$"""{"anonymousId":{{System.Text.Encoding.UTF8.GetString(e.Fields.AnonymousId.Of(e.Json))}}}""";
    }
}
