using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Feedback.Surveys.Definitions;
using Temas.Feedback.Surveys.Links;
using Temas.Kernel;

namespace Temas.Feedback.Asking.Definitions;

/// <summary>The kind of definition <c>asking-rule</c>.</summary>
internal sealed partial class AskingRuleKind : IDefinitionKind<AskingRule>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "asking-rule";

    private static readonly string[] Triggers = ["events", "touchpoints", "segment", "page"];

    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(365), LongestWait = TimeSpan.FromDays(60), LongestCoolDown = TimeSpan.FromDays(1095), LongestLink = TimeSpan.FromDays(90);

    public static AskingRuleKind Instance { get; } = new();

    public string Kind => Name;

    // Nobody is asked before somebody means it.
    public IEnumerable<KeyValuePair<string, string>> Defaults => [];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public AskingRule Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    /// <summary>What is wrong with how a rule refers to surveys and segments: they are missing.</summary>
    public static IReadOnlyList<Problem> CheckAmong(string key, string json, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        var rule = Instance.Read(key, json);
        var (surveys, drafts, segments, channels) = (others(SurveyKind.Name), others(SurveyDraftKind.Name), others("segment"), others("channel"));
        var faults = new List<Problem>();
        Survey(rule.Survey, "$.survey");
        if (rule.LateSurvey is { } late) Survey(late, "$.lateSurvey");
        if (rule.Trigger.Kind == AskTriggerKind.Segment) Segment(rule.Trigger.Segment, "$.trigger.segment");
        foreach (var channel in rule.Channels.Where(c => !Invitation.Channels.Contains(c) && !channels.ContainsKey(c)))
            faults.Add(Problem.Invalid("channel_unknown", "There is no such channel.", "$.channels", channel, $"Use a channel of this workspace, or one of {string.Join(", ", Invitation.Channels)}."));
        foreach (var segment in rule.Audience.Segments) Segment(segment, "$.audience.segments");
        foreach (var segment in rule.Audience.NotSegments) Segment(segment, "$.audience.notSegments");
        return faults;

        void Survey(string survey, string field)
        {
            if (!surveys.ContainsKey(survey) && !drafts.ContainsKey(survey)) faults.Add(Problem.Invalid("survey_unknown", "There is no survey with this key.", field, survey, "GET /api/surveys lists them."));
        }

        void Segment(string segment, string field)
        {
            if (!segments.ContainsKey(segment)) faults.Add(Problem.Invalid("segment_unknown", "There is no segment with this key.", field, segment, "List the segments to see their keys."));
        }
    }

    private static AskingRule Build(string key, DefinitionNode node)
    {
        node.Only("label", "state", "survey", "lateSurvey", "trigger", "delay", "wait", "audience", "share", "coolDown", "channels", "order", "guards", "about", "link", "reminders");
        if (!node.Has("trigger")) node.Fault("trigger", "field_missing", "A rule says what makes it ask.", wayOut: "Add events, touchpoints, a segment or a page.");
        var rule = new AskingRule
        {
            Key = key,
            Label = node.Label(),
            IsLive = node.OneOf("state", false, ("draft", false), ("live", true)),
            Survey = node.RequiredText("survey", 100, DefinitionDocument.KeyForm()),
            LateSurvey = node.Text("lateSurvey", max: 100, form: DefinitionDocument.KeyForm()),
            Trigger = node.Object("trigger", Trigger) ?? new AskTrigger(AskTriggerKind.Event),
            Delay = Length(node, "delay", TimeSpan.Zero, LongestDelay),
            Wait = Length(node, "wait", TimeSpan.FromDays(14), LongestWait),
            Audience = node.Object("audience", Audience) ?? AskAudience.Everybody,
            Share = node.Number("share", 100, 0, 100),
            CoolDown = Length(node, "coolDown", TimeSpan.FromDays(90), LongestCoolDown),
            Channels = Channels(node),
            IsOrderFixed = node.OneOf("order", false, ("preferred", false), ("fixed", true)),
            Guards = node.Object("guards", Guards) ?? new AskGuards(),
            About = node.Object("about", About),
            Link = Length(node, "link", TimeSpan.FromDays(14), LongestLink),
            Reminders = node.Object("reminders", Reminders),
        };
        if (rule.Reminders is not null && rule.Trigger.Kind == AskTriggerKind.Page) node.Fault("reminders", "field_unused", "Who is asked on a page is not written to, and cannot be reminded.", wayOut: "Leave out reminders.");
        else if (rule.Reminders is { } some && some.After >= rule.Link) node.Fault("reminders", "reminder_too_late", "A reminder goes out while the link holds.", wayOut: "Let the link hold for longer, or remind sooner.");
        if (rule.IsOrderFixed && rule.Channels.Count == 0) node.Fault("channels", "channels_missing", "An order of channels needs channels.", wayOut: "Name them, the first choice first.");
        if (rule.Link <= TimeSpan.Zero) node.Fault("link", "duration_expected", "A link holds for some time.");
        if (rule.Trigger.Kind == AskTriggerKind.Page && rule.Delay > TimeSpan.Zero) node.Fault("delay", "field_unused", "Who is on a page is asked there; the page's own seconds say when.", wayOut: "Leave out delay.");
        return rule;
    }

    private static AskTrigger Trigger(DefinitionNode node)
    {
        node.Only("events", "touchpoints", "segment", "page");
        string[] given = [.. Triggers.Where(node.Has)];
        if (given.Length != 1) node.Fault("", "trigger_one", "A rule has one trigger: events, touchpoints, a segment or a page.", wayOut: "Keep one of them; make a rule for each.");
        return given.FirstOrDefault() switch
        {
            "touchpoints" => new AskTrigger(AskTriggerKind.Touchpoint) { Touchpoints = Some(node, "touchpoints", node.Texts("touchpoints", 100, 20, DefinitionDocument.KeyForm())) },
            "segment" => new AskTrigger(AskTriggerKind.Segment) { Segment = node.RequiredText("segment", 100, DefinitionDocument.KeyForm()) },
            "page" => new AskTrigger(AskTriggerKind.Page) { Page = node.Object("page", Page) },
            _ => new AskTrigger(AskTriggerKind.Event) { Events = Some(node, "events", node.List("events", n => n.Pattern(), 20)) },
        };
    }

    private static IReadOnlyList<T> Some<T>(DefinitionNode node, string name, IReadOnlyList<T> list)
    {
        if (list.Count == 0) node.Fault(name, "field_missing", "At least one is named here.");
        return list;
    }

    private static AskOnPage Page(DefinitionNode node)
    {
        node.Only("paths", "form", "target", "seconds");
        var form = node.OneOf("form", "popover", [.. AskOnPage.Forms.Select(f => (f, f))]);
        var target = node.Text("target", max: 200);
        if (form == "inline" && target is null) node.Fault("target", "field_missing", "Where it stands within the page is said by the selector of an element.", wayOut: "Write for example #survey.");
        return new AskOnPage(node.Texts("paths", 200, 50, PathForm()), form, target, (int)node.Number("seconds", 0, 0, 3600));
    }

    private static AskAudience Audience(DefinitionNode node)
    {
        node.Only("segments", "notSegments", "traits");
        return new AskAudience(node.Texts("segments", 100, 20, DefinitionDocument.KeyForm()), node.Texts("notSegments", 100, 20, DefinitionDocument.KeyForm()), node.Conditions("traits"));
    }

    private static AskGuards Guards(DefinitionNode node)
    {
        node.Only("promises", "complaints", "delivery");
        return new AskGuards(node.Flag("promises", true), node.Flag("complaints", true), node.Flag("delivery", true));
    }

    private static AskReminders Reminders(DefinitionNode node)
    {
        node.Only("after", "most");
        var after = Length(node, "after", TimeSpan.FromDays(3), TimeSpan.FromDays(60));
        if (after < TimeSpan.FromDays(1)) node.Fault("after", "duration_too_short", "Nobody is reminded before a day is over.", node.Text("after"), "Write for example P3D.");
        return new AskReminders(after, (int)node.Number("most", 1, 1, 3));
    }

    private static IReadOnlyDictionary<string, PropertyPath> About(DefinitionNode node)
    {
        node.Only([.. Invitation.Subjects]);
        var about = new Dictionary<string, PropertyPath>(StringComparer.Ordinal);
        foreach (var subject in Invitation.Subjects)
        {
            if (node.Path(subject) is { } path) about.Add(subject, path);
        }

        return about;
    }

    private static IReadOnlyList<string> Channels(DefinitionNode node)
    {
        var channels = node.Texts("channels", 40, 20, PatternReading.WordForm());
        return [.. channels.Distinct(StringComparer.Ordinal)];
    }

    /// <summary>A length of time of at most some days.</summary>
    internal static TimeSpan Length(DefinitionNode node, string name, TimeSpan absent, TimeSpan longest)
    {
        if (node.Duration(name) is not { } milliseconds) return absent;
        if (milliseconds >= 0 && milliseconds <= longest.TotalMilliseconds) return TimeSpan.FromMilliseconds(milliseconds);
        node.Fault(name, "duration_too_long", $"This length of time is at most {longest.TotalDays:0} days.", node.Text(name));
        return absent;
    }

    [GeneratedRegex(@"^[/*][^\s?#]{0,199}$", RegexOptions.CultureInvariant)]
    private static partial Regex PathForm();
}

/// <summary>The kind of definition <c>asking-policy</c>; there is one document of it.</summary>
internal sealed class AskingPolicyKind : IDefinitionKind<AskingPolicy>
{
    /// <summary>Name of the kind, and key of its one document.</summary>
    public const string Name = "asking-policy", Key = "default";

    public static AskingPolicyKind Instance { get; } = new();

    string IDefinitionKind.Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => [KeyValuePair.Create(Key, """{"coolDown":"P30D","quiet":{"from":"21:00","to":"09:00"}}""")];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public AskingPolicy Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static AskingPolicy Build(string key, DefinitionNode node)
    {
        node.Only("coolDown", "perDay", "quiet", "guardsFor", "consent", "events");
        if (key != Key) node.Fault("", "policy_key", "There is one document of what holds for all asking.", key, "Use the key default.");
        var policy = new AskingPolicy
        {
            CoolDown = AskingRuleKind.Length(node, "coolDown", TimeSpan.Zero, TimeSpan.FromDays(1095)),
            PerDay = node.Has("perDay") ? (int)node.Number("perDay", 1, 1, 10_000_000) : null,
            Quiet = node.Object("quiet", Hours)?.Value,
            GuardsFor = AskingRuleKind.Length(node, "guardsFor", TimeSpan.FromDays(90), TimeSpan.FromDays(1095)),
            Consent = node.Text("consent", max: 100),
        };
        if (policy.GuardsFor < TimeSpan.FromDays(1)) node.Fault("guardsFor", "duration_too_short", "A broken promise and an open complaint hold back for one day at least.", node.Text("guardsFor"), "Turn the guard off in a rule that is not to look at them.");
        return node.Object("events", n => Events(n, policy)) ?? policy;
    }

    private static AskingPolicy Events(DefinitionNode node, AskingPolicy policy)
    {
        node.Only("complaintOpened", "complaintClosed", "delivered", "cancelled");
        return policy with
        {
            ComplaintOpened = Names("complaintOpened", policy.ComplaintOpened),
            ComplaintClosed = Names("complaintClosed", policy.ComplaintClosed),
            Delivered = Names("delivered", policy.Delivered),
            Cancelled = Names("cancelled", policy.Cancelled),
        };

        IReadOnlyList<string> Names(string name, IReadOnlyList<string> absent) => node.Has(name) ? node.Texts(name, 200, 50) : absent;
    }

    private static Boxed Hours(DefinitionNode node)
    {
        node.Only("from", "to");
        return new Boxed(new QuietHours(Time("from"), Time("to")));

        TimeOnly Time(string name)
        {
            var text = node.RequiredText(name, 5);
            if (TimeOnly.TryParseExact(text, "HH:mm", System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.None, out var time)) return time;
            if (text.Length > 0) node.Fault(name, "time_expected", "A time of day is written in 24 hours.", text, "Write for example 21:00.");
            return default;
        }
    }

    private sealed record Boxed(QuietHours Value);
}
