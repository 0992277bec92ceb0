using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Indicators;
using Temas.Insight.Journeys;
using Temas.Kernel;
using Temas.Storage.Definitions;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Framework;

/// <summary>A goal of a ready-made framework.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Indicator">The indicator that measures it.</param>
/// <param name="Indicators">Others that serve it.</param>
public sealed record ReadyGoal(string Key, LocalText Label, string Indicator, IReadOnlyList<string> Indicators);

/// <summary>A ready-made framework.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it is for.</param>
/// <param name="Journey">Key of the ready-made journey on which it is lived.</param>
/// <param name="Goals">Its goals.</param>
public sealed record ReadyFramework(string Key, LocalText Label, LocalText Description, string Journey, IReadOnlyList<ReadyGoal> Goals)
{
    /// <summary>All its indicators.</summary>
    public IEnumerable<string> Indicators => Goals.SelectMany(g => g.Indicators.Prepend(g.Indicator)).Distinct(StringComparer.Ordinal);
}

/// <summary>The ready-made frameworks (frameworks.json), and taking one into use.</summary>
internal static class ReadyFrameworks
{
    private const string Touchpoints = "touchpoint";

    private static readonly Lazy<IReadOnlyList<ReadyFramework>> Read = new(Load);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<ReadyFramework> All => Read.Value;

    /// <summary>Takes one into use: its goals, indicators and journey, as far as there are not any of the same key; an indicator that serves no goal yet serves the framework's. What people changed stays as it is. Gives the touchpoints of its journey that the catalogue still lacks.</summary>
    /// <param name="workspace">The workspace.</param>
    /// <param name="key">Which.</param>
    /// <param name="change">Writes what it brings.</param>
    /// <param name="by">Who takes it.</param>
    /// <param name="mayAddTouchpoints">Whether whoever takes it may change the catalogue, too.</param>
    /// <param name="cancel">Stops it.</param>
    public static async Task<Result<IReadOnlyList<string>>> ApplyAsync(Workspace workspace, string key, ChangeDefinition change, Actor by, bool mayAddTouchpoints, CancellationToken cancel)
    {
        if (All.FirstOrDefault(f => f.Key == key) is not { } framework) return Problem.NotFound("framework_unknown", "There is no such framework.", "key", null, "Choose one of the page.");
        foreach (var goal in framework.Goals)
        {
            // The goal is measured by one of them, and they serve the goal: so they come without it, then it, then their word for it.
            List<string> serving = [.. goal.Indicators.Prepend(goal.Indicator)];
            foreach (var indicator in serving)
            {
                if (await IndicatorActions.AddAsync(workspace, indicator, change, by, cancel) is { } problem) return problem;
            }

            if (ChangeDefinition.InForce(workspace, GoalKind.Name, goal.Key) is null)
            {
                var json = new JsonObject { ["label"] = new JsonObject { ["tr"] = goal.Label.Tr, ["en"] = goal.Label.En }, ["indicator"] = goal.Indicator };
                if ((await change.SaveAsync(workspace, GoalKind.Name, goal.Key, json.ToJsonString(), by, cancel)).Problem is { } fault) return fault;
            }

            foreach (var indicator in serving)
            {
                if (ChangeDefinition.InForce(workspace, IndicatorKind.Name, indicator) is not { } kept) continue;
                var document = JsonNode.Parse(kept.Json)!.AsObject();
                if (document["goal"] is not null) continue;
                document["goal"] = goal.Key;
                if ((await change.SaveAsync(workspace, IndicatorKind.Name, indicator, document.ToJsonString(), by, cancel)).Problem is { } wrong) return wrong;
            }
        }

        var lacking = new List<string>();
        foreach (var touchpoint in await LackingAsync(workspace, framework, cancel))
        {
            if (!mayAddTouchpoints) lacking.Add(touchpoint.Key);
            else if ((await change.SaveAsync(workspace, Touchpoints, touchpoint.Key, touchpoint.Value, by, cancel)).Problem is { } refused) return refused;
        }

        if (ChangeDefinition.InForce(workspace, JourneyKind.Name, framework.Journey) is null && ReadyMadeJourneys.Find(framework.Journey) is { } journey
            && (await change.SaveAsync(workspace, JourneyKind.Name, framework.Journey, journey, by, cancel)).Problem is { } unsaved) return unsaved;
        return lacking;
    }

    /// <summary>The ready-made touchpoints of a framework's journey that the catalogue never had, with their documents: a workspace may be older than they are. One that was removed stays that.</summary>
    public static async Task<IReadOnlyDictionary<string, string>> LackingAsync(Workspace workspace, ReadyFramework framework, CancellationToken cancel)
    {
        var lacking = new Dictionary<string, string>(StringComparer.Ordinal);
        if (JourneyOf(workspace, framework) is not { } journey) return lacking;
        foreach (var touchpoint in Lacking(workspace, [journey]))
        {
            if (ReadyTouchpoint(workspace, touchpoint) is { } json && (await workspace.Definitions.HistoryAsync(Touchpoints, touchpoint, cancel)).Count == 0) lacking.Add(touchpoint, json);
        }

        return lacking;
    }

    /// <summary>The touchpoints that journeys name and the catalogue does not have.</summary>
    public static IReadOnlyList<string> Lacking(Workspace workspace, IEnumerable<Journey> journeys)
    {
        var known = workspace.Definitions.List(Touchpoints).Select(t => t.Key).ToHashSet(StringComparer.Ordinal);
        return [.. journeys.SelectMany(j => j.Stages).SelectMany(s => s.Touchpoints).Where(t => !known.Contains(t)).Distinct(StringComparer.Ordinal)];
    }

    /// <summary>The name of a ready-made touchpoint; its key where it is none.</summary>
    public static LocalText NameOf(Workspace workspace, string touchpoint) => ReadyTouchpoint(workspace, touchpoint) is { } json ? Local(JsonNode.Parse(json)!.AsObject(), "label") : new LocalText(touchpoint, touchpoint);

    private static Journey? JourneyOf(Workspace workspace, ReadyFramework framework) =>
        Journey.All(workspace).GetValueOrDefault(framework.Journey) ?? (ReadyMadeJourneys.Find(framework.Journey) is { } json ? JourneyKind.Instance.Read(framework.Journey, json) : null);

    private static string? ReadyTouchpoint(Workspace workspace, string key) => workspace.Definitions.Kinds.FirstOrDefault(k => k.Kind == Touchpoints)?.Defaults.Where(d => d.Key == key).Select(d => d.Value).FirstOrDefault();

    /// <summary>How many of its indicators can be computed of the data that is there.</summary>
    public static int Computable(Workspace workspace, ReadyFramework framework) => framework.Indicators.Count(i => IndicatorLibrary.Offer(workspace, IndicatorLibrary.All[i]).Missing is null);

    private static IReadOnlyList<ReadyFramework> Load()
    {
        using var stream = typeof(ReadyFrameworks).Assembly.GetManifestResourceStream("Temas.Insight.Framework.frameworks.json")!;
        return [.. JsonNode.Parse(stream)!.AsArray().OfType<JsonObject>().Select(f => new ReadyFramework(Text(f, "key"), Local(f, "label"), Local(f, "description"), Text(f, "journey"), [.. f["goals"]!.AsArray().OfType<JsonObject>()
            .Select(g => new ReadyGoal(Text(g, "key"), Local(g, "label"), Text(g, "indicator"), [.. g["indicators"]!.AsArray().Select(i => i!.GetValue<string>())]))]))];
    }

    private static string Text(JsonObject of, string name) => of[name]!.GetValue<string>();

    private static LocalText Local(JsonObject of, string name) => new(of[name]!["tr"]!.GetValue<string>(), of[name]!["en"]!.GetValue<string>());
}
