using System.Text.Json;
using System.Text.RegularExpressions;
using Temas.Collect.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Monitors.Judging;
using Temas.Insight.Questions;
using Temas.Insight.Segments;
using Temas.Insight.Traits;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Definitions;

/// <summary>The kind of definition <c>monitor</c>.</summary>
internal sealed partial class MonitorKind : IDefinitionKind<MonitorDefinition>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "monitor";

    /// <summary>The most days that a value may have to stay beyond a threshold, and over which a target may be read.</summary>
    public const int MostDays = 90;

    private const int MostNamed = 200, MostCharacters = 32 * 1024, UsualTargetDays = 28;

    /// <summary>What may be watched for, by its word.</summary>
    public static readonly (string Word, Watched Value)[] WatchWords = [("anomaly", Watched.Anomaly), ("threshold", Watched.Threshold), ("target", Watched.Target), ("stopped", Watched.Stopped), ("topics", Watched.Topics)];

    /// <summary>The directions by their words.</summary>
    public static readonly (string Word, Direction Value)[] DirectionWords = [("both", Direction.Both), ("worse", Direction.Worse), ("above", Direction.Above), ("below", Direction.Below)];

    /// <summary>The severities by their words.</summary>
    public static readonly (string Word, Severity Value)[] SeverityWords = [("info", Severity.Info), ("warning", Severity.Warning), ("critical", Severity.Critical)];

    /// <summary>How finely it is watched, by its word.</summary>
    public static readonly (string Word, double Value)[] SensitivityWords = [("low", DayLimits.Low), ("usual", DayLimits.Usual), ("high", DayLimits.High)];

    public static MonitorKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => ReadyMonitors.All;

    /// <summary>A monitor watches indicators that there are.</summary>
    public static DefinitionGuard Guard { get; } = (key, json, others) =>
    {
        var (monitor, indicators) = (Instance.Read(key, json), others(IndicatorKind.Name));
        return
        [
            .. monitor.Indicators.Where(i => i != MonitorDefinition.All && !indicators.ContainsKey(i)).Select(i => Problem.Invalid("indicator_unknown", "There is no indicator with this key.", "$.indicators", i, "Take it out of the library first, or choose another.")),
            .. monitor.Watched == Watched.Threshold ? monitor.Indicators.SelectMany(i => IndicatorReferences.CheckLimit(i, monitor.Threshold, "$.threshold", indicators)).Take(1) : [],
        ];
    };

    /// <summary>The guard of a workspace: as <see cref="Guard"/>, and the segments whose customers are watched, where they are named anew, are there.</summary>
    public static DefinitionGuard GuardOf(Workspace workspace) => (key, json, others) =>
        [.. Guard(key, json, others), .. CheckSegments(key, json, workspace.Definitions.List(Name).FirstOrDefault(d => d.Key == key)?.Json, others(SegmentKind.Name))];

    /// <summary>What is wrong with the segments that a monitor names.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="json">The document, which passed the check of its kind.</param>
    /// <param name="before">The document that is in force; null for none. What it named may have gone since.</param>
    /// <param name="segments">The segments that there are.</param>
    public static IEnumerable<Problem> CheckSegments(string key, string json, string? before, IReadOnlyDictionary<string, string> segments)
    {
        var known = before is null ? [] : Named(key, before).Select(r => r.Key).ToHashSet(StringComparer.Ordinal);
        return Named(key, json).Where(r => !known.Contains(r.Key) && !segments.ContainsKey(r.Key))
            .Select(r => Problem.Invalid("segment_unknown", "There is no segment with this key.", $"$.{r.Path}", r.Key, "Make it first, or choose another."));
    }

    private static IEnumerable<Reference> Named(string key, string json) =>
        DefinitionDocument.Read(json, n => Build(key, n)).Value?.Where is { } where ? References.In(where, "where").Where(r => r.Kind == SegmentKind.Name) : [];

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public MonitorDefinition Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    [GeneratedRegex(@"^(\*|[a-z0-9._-]{1,100})$", RegexOptions.CultureInvariant)]
    private static partial Regex NamedForm();

    [GeneratedRegex(@"^(\*|[0-9]{1,9})$", RegexOptions.CultureInvariant)]
    private static partial Regex SourceForm();

    [GeneratedRegex(@"^(owner|managers|[^@\s]{1,100}@[^@\s]{1,100})$", RegexOptions.CultureInvariant)]
    private static partial Regex ToForm();

    private static MonitorDefinition Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "on", "watch", "indicators", "sources", "events", "except", "where", "sensitivity", "direction", "threshold", "days", "owner", "to", "coolDown", "severity");
        if (!node.Has("watch")) node.Fault("watch", "field_missing", "A monitor says what it watches for.", wayOut: $"Write one of {string.Join(", ", WatchWords.Select(w => w.Word))}.");
        var watched = node.OneOf("watch", Watched.Anomaly, WatchWords);
        var (indicators, sources, events) = (node.Texts("indicators", 100, MostNamed, NamedForm(), "Write the keys of indicators, or * for all."), node.Texts("sources", 9, MostNamed, SourceForm(), "A source is named by its number: the list of sources shows it. Write * for all.", numbers: true), node.Texts("events", 240, MostNamed));
        var isOfIndicators = watched is Watched.Anomaly or Watched.Threshold or Watched.Target;
        if (isOfIndicators && node.IsEmpty("indicators")) node.Fault("indicators", "field_missing", "It is not said which indicators are watched.", wayOut: "Name some, or write * for all.");
        if (!isOfIndicators && indicators.Count > 0) node.Fault("indicators", "field_not_wanted", "This is not about indicators.", wayOut: "Leave it out.");
        if (watched == Watched.Stopped && node.IsEmpty("sources") && node.IsEmpty("events")) node.Fault("sources", "field_missing", "It is not said what has to go on arriving.", wayOut: "Name sources or events, or write * for all.");
        if (watched != Watched.Stopped && sources.Count + events.Count > 0) node.Fault(sources.Count > 0 ? "sources" : "events", "field_not_wanted", "Sources and events are for data that stops.", wayOut: "Leave it out.");
        if (watched == Watched.Threshold && !node.Has("threshold")) node.Fault("threshold", "field_missing", "A threshold is a number in the indicator's unit, a share from 0 to 1.", wayOut: "Add it.");
        if (watched != Watched.Threshold && node.Has("threshold")) node.Fault("threshold", "field_not_wanted", "Only a threshold has one.", wayOut: "Leave it out.");
        var direction = node.OneOf("direction", watched == Watched.Threshold ? Direction.Above : Direction.Both, DirectionWords);
        if (watched == Watched.Threshold && direction is not (Direction.Above or Direction.Below)) node.Fault("direction", "word_unknown", "A value is above or below a threshold.", wayOut: "Write above or below.");
        return new MonitorDefinition
        {
            Key = key,
            Label = node.Label(),
            Description = node.Name("description"),
            IsOn = node.Flag("on", true),
            Watched = watched,
            Indicators = indicators,
            Sources = sources,
            Events = events,
            Except = node.Texts("except", 240, MostNamed),
            Where = Condition(node, isOfIndicators),
            Limit = node.OneOf("sensitivity", DayLimits.Usual, SensitivityWords),
            Direction = direction,
            Threshold = node.Number("threshold", 0, -1e15, 1e15),
            Days = (int)node.Number("days", watched == Watched.Target ? UsualTargetDays : 1, 1, MostDays),
            Owner = node.Text("owner") ?? "",
            To = node.Has("to") ? node.Texts("to", 200, 20, ToForm(), "Write owner, managers, or an address.") : [MonitorDefinition.ToOwner, MonitorDefinition.ToManagers],
            CoolDownDays = (int)node.Number("coolDown", 3, 0, 30),
            Severity = node.Has("severity") ? node.OneOf("severity", Definitions.Severity.Warning, SeverityWords) : null,
        };
    }

    private static JsonElement? Condition(DefinitionNode node, bool isOfIndicators)
    {
        if (!node.Has("where")) return null;
        if (!isOfIndicators) node.Fault("where", "field_not_wanted", "Only indicators can be watched for some customers.", wayOut: "Leave it out.");
        var condition = node.Element.GetProperty("where").Clone();
        if (condition.GetRawText().Length > MostCharacters) node.Fault("where", "query_too_long", "The condition has more than 32,768 characters.", wayOut: "Put it into a segment, and name that.");
        else if (new QueryReader(SegmentKind.Checked, TimeZoneInfo.Utc).ReadCondition(condition).Problem is { } fault) node.Fault("where", fault.Code, fault.Detail, fault.Value, fault.WayOut);
        return condition;
    }
}
