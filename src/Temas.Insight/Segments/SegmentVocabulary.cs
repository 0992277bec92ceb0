using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Localization;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Explore;
using Temas.Insight.Lifetime.Forecasts;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Segments;

/// <summary>A fact of a profile that a segment can ask about.</summary>
/// <param name="Name">As conditions call it.</param>
/// <param name="Label">In the reader's words.</param>
/// <param name="Form">text, number, flag, or choice.</param>
/// <param name="Choices">The values of a choice, with their words.</param>
public sealed record FactName(string Name, string Label, string Form, IReadOnlyList<(string Value, string Label)> Choices);

/// <summary>What conditions of a workspace are made of, in the reader's words: events, facts of profiles, segments.</summary>
public sealed class SegmentVocabulary
{
    private static readonly string[] Stages = ["prospect", "new", "active", "loyal", "at_risk", "lost", "won_back"];
    private static readonly string[] Numbers = ["orders", "perception", "score.nps", "score.csat", "score.ces", "promises.open", "promises.kept", "promises.late", "promises.broken", "events", "daysSinceFirstSeen", "daysSinceLastSeen", "daysSinceFirstOrder", "daysSinceLastOrder"];

    private readonly IStringLocalizer<SegmentText> text;
    private readonly Dictionary<string, FactName> facts;
    private readonly Dictionary<string, string> segments;

    internal SegmentVocabulary(Workspace workspace, IStringLocalizer<SegmentText> text)
    {
        this.text = text;
        Events = new EventNames(workspace);
        var language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName;
        List<FactName> known =
        [
            new("lifecycle", text["fact_lifecycle"], "choice", [.. Stages.Select(s => (s, text[$"lifecycle_{s}"].Value))]),
            .. Numbers.Select(n => new FactName(n, text[$"fact_{n}"], "number", [])),
            .. Named(workspace, "spent.").Append(WorkspaceSettings.Of(workspace).Currency).Select(n => new FactName($"spent.{n}", text["fact_spent", n], "number", [])),
            new("channel", text["fact_channel"], "text", []),
            .. Forecast.Offered.Select(f => new FactName(Forecast.Family + f.Name, text[$"fact_forecast_{f.Word}", f.Days], "number", [])),
            .. Defined(workspace, "computed-trait", language).Select(d => new FactName($"computed.{d.Key}", d.Label, FormOf(d.Measure), [])),
            .. Defined(workspace, "consent-purpose", language).Select(d => new FactName($"consent.{d.Key}", text["fact_consent", d.Label], "flag", [])),
            .. Named(workspace, "trait.").Select(n => new FactName($"trait.{n}", text["fact_trait", n], "text", [])),
        ];
        facts = known.DistinctBy(f => f.Name).ToDictionary(f => f.Name, StringComparer.Ordinal);
        segments = Segment.Of(workspace).Values.ToDictionary(s => s.Key, s => s.Label.In(language), StringComparer.Ordinal);
        var order = StringComparer.Create(CultureInfo.CurrentCulture, ignoreCase: true);
        Facts = known;
        Segments = [.. segments.Select(s => (s.Key, s.Value)).OrderBy(s => s.Value, order)];
    }

    /// <summary>The types of event.</summary>
    public EventNames Events { get; }

    /// <summary>The facts of profiles.</summary>
    public IReadOnlyList<FactName> Facts { get; }

    /// <summary>The segments, by name.</summary>
    public IReadOnlyList<(string Key, string Label)> Segments { get; }

    /// <summary>A fact; one that is not known is a text.</summary>
    public FactName Fact(string name) => facts.GetValueOrDefault(name) ?? (name.StartsWith(Forecast.Family, StringComparison.Ordinal) && Forecast.Read(name[Forecast.Family.Length..]) is { } forecast
        ? new FactName(name, text[$"fact_forecast_{forecast.Word}", forecast.Days], "number", []) : new FactName(name, name, "text", []));

    /// <summary>A segment in the reader's words.</summary>
    public string SegmentOf(string key) => segments.GetValueOrDefault(key) ?? key;

    /// <summary>An event in the reader's words.</summary>
    public string EventOf(string type) => type.Length == 0 ? text["AnyEvent"] : Events.Of(type);

    // What some profile has by now; traits also by the events that tell them, before the first profile is worked out.
    private static IEnumerable<string> Named(Workspace workspace, string family)
    {
        var store = workspace.Part<LiveColumns>().Store;
        var known = workspace.Part<ICustomerFacts>().NamesOf(store.Facts).Where(n => n.StartsWith(family, StringComparison.Ordinal)).Select(n => n[family.Length..]);
        return (family == "trait." ? known.Concat(store.PropertiesOf("identify").Where(p => !p.StartsWith("context.", StringComparison.Ordinal))) : known).Distinct().Order(StringComparer.Ordinal);
    }

    // Definitions of other modules are read as what they are, documents: of these only the name is wanted.
    private static IEnumerable<(string Key, string Label, string? Measure)> Defined(Workspace workspace, string kind, string language)
    {
        foreach (var definition in workspace.Definitions.List(kind))
        {
            using var document = JsonDocument.Parse(definition.Json);
            var label = document.RootElement.TryGetProperty("label", out var names) && names.ValueKind == JsonValueKind.Object && names.TryGetProperty(language, out var name) ? name.GetString() : null;
            yield return (definition.Key, label ?? definition.Key, document.RootElement.TryGetProperty("measure", out var measure) && measure.ValueKind == JsonValueKind.String ? measure.GetString() : null);
        }
    }

    private static string FormOf(string? measure) => measure switch
    {
        "exists" or "condition" or "segment" or "funnel_converted" => "flag",
        "count" or "sum" or "average" or "min" or "max" or "percentile" or "days_since" or "days_since_first" or "funnel_step" or "funnel_hours" or "active_units" or "forecast" => "number",
        _ => "text",
    };
}
