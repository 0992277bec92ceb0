using System.Text;
using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Feedback.Listening;
using Temas.Kernel;
using Temas.Storage.Definitions;

namespace Temas.Feedback.FollowUps;

/// <summary>The kind of definition <c>follow-up-rule</c>.</summary>
internal sealed class FollowUpRuleKind : IDefinitionKind<FollowUpRule>
{
    /// <summary>Its name.</summary>
    public const string Name = "follow-up-rule";

    /// <summary>Roles as rules write them.</summary>
    public static readonly (string Word, Role Value)[] Roles = [("agent", Role.Agent), ("marketer", Role.Marketer), ("analyst", Role.Analyst), ("manager", Role.Manager), ("owner", Role.Owner)];

    /// <summary>Kinds as rules write them.</summary>
    public static readonly (string Word, FollowUpKind Value)[] Kinds = [("recover", FollowUpKind.Recover), ("thank", FollowUpKind.Thank), ("recommend", FollowUpKind.Recommend)];

    private FollowUpRuleKind()
    {
    }

    /// <summary>The kind.</summary>
    public static FollowUpRuleKind Instance { get; } = new();

    /// <inheritdoc/>
    public string Kind => Name;

    /// <inheritdoc/>
    public IEnumerable<KeyValuePair<string, string>> Defaults { get; } = ReadDefaults();

    /// <summary>The word of a kind.</summary>
    public static string WordOf(FollowUpKind kind) => Kinds[(int)kind].Word;

    /// <summary>The rules of a workspace, by key.</summary>
    public static IReadOnlyDictionary<string, FollowUpRule> Of(DefinitionStore definitions) => definitions.Current(Instance);

    /// <inheritdoc/>
    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, node => Read(key, node)).Faults;

    /// <inheritdoc/>
    public FollowUpRule Read(string key, string json) => DefinitionDocument.ReadChecked(json, node => Read(key, node));

    /// <summary>What is wrong with how a rule refers to segments: they are missing.</summary>
    public static IReadOnlyList<Problem> CheckAmong(string key, string json, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        var (rule, segments) = (Instance.Read(key, json), others("segment"));
        return [.. new[] { ("$.segments", rule.Segments), ("$.notSegments", rule.NotSegments) }.SelectMany(f => f.Item2.Where(s => !segments.ContainsKey(s)).Select(s => Problem.Invalid("segment_unknown", "There is no segment with this key.", f.Item1, s, "List the segments to see their keys.")))];
    }

    private static FollowUpRule Read(string key, DefinitionNode node)
    {
        node.Only("label", "kind", "active", "when", "surveys", "customers", "segments", "notSegments", "matter", "owner", "dueHours", "remindHours", "escalate", "againDays", "lookBack");
        if (!node.Has("when")) node.Fault("when", "field_missing", "A rule says what opens a follow-up.", wayOut: "Add a score, an intent, a sentiment or an event.");
        var kind = node.OneOf("kind", FollowUpKind.Recover, Kinds);
        var when = node.Object("when", Triggers) ?? new FollowUpTriggers();
        var surveys = node.Texts("surveys", 100);
        if (when.Answer is not null && surveys.Count == 0) node.Fault("surveys", "survey_missing", "An answer to a question belongs to a survey.", wayOut: "Name the survey.");
        var escalate = node.Object("escalate", n =>
        {
            n.Only("person", "role", "after");
            var to = Owner(n);
            if (to.Person is null && to.Role is null) n.Fault("", "escalation_empty", "An escalation names whom it goes to.", wayOut: "Name a person or a role.");
            return new Escalation(to, n.Number("after", 1, 0.1, 10));
        });
        return new FollowUpRule
        {
            Key = key,
            Label = node.Label(),
            Kind = kind,
            IsActive = node.Flag("active", true),
            When = when,
            Surveys = surveys,
            Customers = node.List("customers", n =>
            {
                n.Only("fact", "values");
                var values = n.Texts("values");
                if (values.Count == 0) n.Fault("values", "field_missing", "A condition on the profile has values.", wayOut: "Add at least one.");
                return new FactFilter(n.RequiredText("fact"), values);
            }, 10),
            Segments = node.Texts("segments", 100, 20, DefinitionDocument.KeyForm()),
            NotSegments = node.Texts("notSegments", 100, 20, DefinitionDocument.KeyForm()),
            Matter = node.Path("matter"),
            Owner = node.Object("owner", n =>
            {
                n.Only("person", "role", "by", "people");
                return Owner(n);
            }) ?? new FollowUpOwner(),
            DueHours = node.Number("dueHours", 9, 0.1, 1000),
            RemindHours = node.Number("remindHours", 2, 0, 1000),
            EscalateTo = escalate?.To,
            EscalateAfter = escalate?.After ?? 1,
            AgainDays = (int)node.Number("againDays", kind == FollowUpKind.Recover ? 30 : 90, 0, 3650),
            LookBack = node.Duration("lookBack") ?? 0,
        };
    }

    private sealed record Escalation(FollowUpOwner To, double After);

    private static FollowUpTriggers Triggers(DefinitionNode node)
    {
        node.Only("nps", "csat", "ces", "answer", "sentiment", "intents", "events");
        var triggers = new FollowUpTriggers
        {
            Nps = Range(node, "nps", 0, 10),
            Csat = Range(node, "csat", 1, 5),
            Ces = Range(node, "ces", 1, 7),
            Sentiment = Range(node, "sentiment", -1, 1),
            Answer = node.Object("answer", n =>
            {
                n.Only("question", "atMost", "atLeast");
                return new AnswerTrigger(n.Path("question") ?? Missing(n), RangeOf(n, -1e9, 1e9));
            }),
            Intents = Intents(node),
            Events = node.List("events", n => n.Pattern(), 20),
        };
        if (!triggers.Any) node.Fault("", "trigger_missing", "A rule says what opens a follow-up.", wayOut: "Add a score, an intent, a sentiment or an event.");
        return triggers;
    }

    private static PropertyPath Missing(DefinitionNode node)
    {
        node.Fault("question", "field_missing", "This field is required.", wayOut: "Add it.");
        return new PropertyPath("_");
    }

    private static ScoreRange? Range(DefinitionNode node, string name, double min, double max) => node.Object(name, n =>
    {
        n.Only("atMost", "atLeast");
        return RangeOf(n, min, max);
    });

    private static ScoreRange RangeOf(DefinitionNode node, double min, double max)
    {
        if (!node.Has("atMost") && !node.Has("atLeast")) node.Fault("", "range_empty", "A range has an end.", wayOut: "Add atMost or atLeast.");
        return new ScoreRange(node.Has("atMost") ? node.Number("atMost", max, min, max) : null, node.Has("atLeast") ? node.Number("atLeast", min, min, max) : null);
    }

    private static byte Intents(DefinitionNode node)
    {
        byte bits = 0;
        foreach (var (i, word) in node.Texts("intents").Index())
        {
            if (VoiceFilter.Intents.ToList().IndexOf(word) is >= 0 and var place) bits |= (byte)(1 << place);
            else node.Fault(FormattableString.Invariant($"intents[{i}]"), "word_unknown", $"An intent is one of: {string.Join(", ", VoiceFilter.Intents)}.", word);
        }

        return bits;
    }

    private static FollowUpOwner Owner(DefinitionNode node)
    {
        var people = new Dictionary<string, string>(StringComparer.Ordinal);
        node.Object("people", n =>
        {
            foreach (var field in n.Element.EnumerateObject())
            {
                if (field.Value.ValueKind == JsonValueKind.String) people[field.Name] = field.Value.GetString()!;
                else n.Fault(field.Name, "text_expected", "This field is the e-mail address of a person.", field.Value.GetRawText());
            }

            return people;
        });
        return new FollowUpOwner { Person = node.Text("person"), Role = node.Has("role") ? node.OneOf("role", Role.Agent, Roles) : null, By = node.Path("by"), People = people };
    }

    private static List<KeyValuePair<string, string>> ReadDefaults()
    {
        using var stream = typeof(FollowUpRuleKind).Assembly.GetManifestResourceStream("Temas.Feedback.FollowUps.rules.json")!;
        using var document = JsonDocument.Parse(stream);
        return [.. document.RootElement.EnumerateObject().Select(r => KeyValuePair.Create(r.Name, Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(r.Value))))];
    }
}
