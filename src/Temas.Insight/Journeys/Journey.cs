using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Framework;
using Temas.Insight.Indicators;
using Temas.Insight.Segments;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Journeys;

/// <summary>Which time a map speaks of.</summary>
public enum JourneyVersion
{
    /// <summary>As it is.</summary>
    AsIs,

    /// <summary>As it was.</summary>
    AsWas,

    /// <summary>As it should be.</summary>
    ToBe,
}

/// <summary>A journey as the company maps it: definition of kind <c>journey</c> (docs/journeys.md).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">Whose journey it is, and why it is mapped.</param>
/// <param name="Version">Which time it speaks of.</param>
/// <param name="Beside">Key of the journey that it is another version of; null for none.</param>
/// <param name="Segment">Whose journey it is: key of a segment; null for all customers.</param>
/// <param name="Stages">Its stages, in order.</param>
public sealed record Journey(string Key, LocalText Label, LocalText? Description, JourneyVersion Version, string? Beside, string? Segment, IReadOnlyList<JourneyStage> Stages)
{
    /// <summary>The persona whose it is; null for none. Without a segment of its own, the journey is that of the persona's.</summary>
    public string? Persona { get; init; }

    /// <summary>The segment whose it is: its own, else its persona's; null for all customers. A problem where the persona is gone: it would be somebody else's journey.</summary>
    public Result<JourneyOwner> OwnerIn(Workspace workspace)
    {
        if (Segment is not null || Persona is not { } key) return new JourneyOwner(Segment);
        return Framework.Persona.All(workspace).TryGetValue(key, out var persona)
            ? new JourneyOwner(persona.Segment)
            : Problem.Invalid("persona_gone", "The persona whose journey this is was removed.", "persona", key, "Choose another for the journey, or bring her back.");
    }

    /// <summary>The journeys of a workspace, by key.</summary>
    public static IReadOnlyDictionary<string, Journey> All(Workspace workspace) => workspace.Definitions.Current(JourneyKind.Instance);
}

/// <summary>Whose a journey is.</summary>
/// <param name="Segment">Key of the segment of the customers; null for all of them.</param>
public readonly record struct JourneyOwner(string? Segment)
{
    /// <summary>As a condition of the query algebra; null for everybody.</summary>
    internal JsonElement? Where => Segment is null ? null : TileQuestion.Element(new JsonObject { ["segment"] = Segment });
}

/// <summary>A stage of it.</summary>
/// <param name="Key">Its key within the journey.</param>
/// <param name="Label">Its name.</param>
/// <param name="Actions">What customers do and want there.</param>
/// <param name="Touchpoints">Keys of the touchpoints where they meet the brand.</param>
/// <param name="Indicators">Keys of the indicators by which it is measured.</param>
/// <param name="Team">Who answers for it; null where the catalogue says it.</param>
/// <param name="System">Which system carries it; null where the catalogue says it.</param>
/// <param name="Partner">Which partner has a part in it; null for none.</param>
/// <param name="Note">What is to be said of it: pain, an idea.</param>
public sealed record JourneyStage(string Key, LocalText Label, LocalText? Actions, IReadOnlyList<string> Touchpoints, IReadOnlyList<string> Indicators, LocalText? Team, LocalText? System, LocalText? Partner, LocalText? Note);

/// <summary>The kind of definition <c>journey</c>.</summary>
internal sealed class JourneyKind : IDefinitionKind<Journey>
{
    /// <summary>Name of the kind.</summary>
    public const string Name = "journey";

    /// <summary>The most stages: each is a measure of one question.</summary>
    public const int MostStages = 12;

    private const int LongestText = 2000;

    public static JourneyKind Instance { get; } = new();

    public string Kind => Name;

    public IEnumerable<KeyValuePair<string, string>> Defaults => ReadyMadeJourneys.All;

    /// <summary>A journey is that of a segment and a persona that there are.</summary>
    public static DefinitionGuard Guard { get; } = (key, json, others) =>
    {
        var journey = Instance.Read(key, json);
        var faults = new List<Problem>();
        if (journey.Segment is { } segment && !others(SegmentKind.Name).ContainsKey(segment)) faults.Add(Problem.Invalid("segment_unknown", "There is no segment with this key.", "$.segment", segment, "Make it first, or choose another."));
        if (journey.Persona is { } persona && !others(PersonaKind.Name).ContainsKey(persona)) faults.Add(Problem.Invalid("persona_unknown", "There is no persona with this key.", "$.persona", persona, "Make it first, or choose another."));
        return faults;
    };

    /// <summary>The guard of a workspace: as <see cref="Guard"/>, and what is named anew is there.</summary>
    public static DefinitionGuard GuardOf(Workspace workspace) => (key, json, others) =>
        [.. Guard(key, json, others), .. CheckNamed(key, json, workspace.Definitions.List(Name).FirstOrDefault(d => d.Key == key)?.Json, others)];

    /// <summary>What is wrong with the indicators that stages name, and the journey that it is another version of. Touchpoints may be those that a company has yet to make; the framework says which the catalogue lacks.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="json">The document, which passed the check of its kind.</param>
    /// <param name="before">The document that is in force; null for none. What it named may have gone since.</param>
    /// <param name="others">The documents of a kind by key.</param>
    public static IReadOnlyList<Problem> CheckNamed(string key, string json, string? before, Func<string, IReadOnlyDictionary<string, string>> others)
    {
        var journey = Instance.Read(key, json);
        var old = before is not null && Instance.Check(key, before).Count == 0 ? Instance.Read(key, before) : null;
        var known = old?.Stages.SelectMany(s => s.Indicators).ToHashSet(StringComparer.Ordinal) ?? [];
        var faults = new List<Problem>();
        foreach (var (stage, at) in journey.Stages.Select((s, i) => (s, i)))
        {
            faults.AddRange(stage.Indicators.Where(i => !known.Contains(i) && !others(IndicatorKind.Name).ContainsKey(i) && !IndicatorLibrary.All.ContainsKey(i))
                .Select(i => Problem.Invalid("indicator_unknown", "There is no indicator with this key, here or in the library.", $"$.stages[{at}].indicators", i, "Make it first, or choose another: the list of indicators shows their keys.")));
        }

        if (journey.Beside is { } beside && beside != old?.Beside && !others(Name).ContainsKey(beside))
            faults.Add(Problem.Invalid("journey_unknown", "There is no journey with this key.", "$.beside", beside, "Make it first, or leave it out."));
        return faults;
    }

    public IReadOnlyList<Problem> Check(string key, string json) => DefinitionDocument.Read(json, n => Build(key, n)).Faults;

    public Journey Read(string key, string json) => DefinitionDocument.ReadChecked(json, n => Build(key, n));

    private static Journey Build(string key, DefinitionNode node)
    {
        node.Only("label", "description", "version", "beside", "segment", "persona", "stages");
        var stages = node.List("stages", BuildStage, MostStages);
        if (stages.Count < 2) node.Fault("stages", "stages_too_few", "A journey has two stages at least.", wayOut: "Add one.");
        if (stages.GroupBy(s => s.Key, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice) node.Fault("stages", "stage_twice", "Two stages have one key.", twice.Key, "Give each a key of its own.");
        if (stages.SelectMany(s => s.Touchpoints).GroupBy(t => t, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } shared)
            node.Fault("stages", "touchpoint_twice", "A touchpoint stands in two stages.", shared.Key, "Leave it in one of them.");
        return new Journey(
            key, node.Label(), node.Name("description"), node.OneOf("version", JourneyVersion.AsIs, ("as-is", JourneyVersion.AsIs), ("as-was", JourneyVersion.AsWas), ("to-be", JourneyVersion.ToBe)),
            node.Text("beside", form: DefinitionDocument.KeyForm()), node.Text("segment", form: DefinitionDocument.KeyForm()), stages)
        { Persona = node.Text("persona", form: DefinitionDocument.KeyForm()) };
    }

    private static JourneyStage BuildStage(DefinitionNode node)
    {
        node.Only("key", "label", "actions", "touchpoints", "indicators", "team", "system", "partner", "note");
        return new JourneyStage(
            node.RequiredText("key", 100, DefinitionDocument.KeyForm()), node.Label(), node.Object("actions", TextOf), node.Texts("touchpoints", 100, 60, DefinitionDocument.KeyForm()), node.Texts("indicators", 100, 12, DefinitionDocument.KeyForm()),
            node.Name("team"), node.Name("system"), node.Name("partner"), node.Object("note", TextOf));
    }

    private static LocalText TextOf(DefinitionNode node)
    {
        node.Only("tr", "en");
        return new LocalText(node.RequiredText("tr", LongestText), node.RequiredText("en", LongestText));
    }
}
