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

    /// <summary>Takes one into use: its goals, indicators and journey, as far as there are not any of the same key; an indicator that serves no goal yet serves the framework's. What people changed stays as it is.</summary>
    public static async Task<Problem?> ApplyAsync(Workspace workspace, string key, ChangeDefinition change, Actor by, CancellationToken cancel)
    {
        if (All.FirstOrDefault(f => f.Key == key) is not { } framework) return Problem.NotFound("framework_unknown", "There is no such framework.", "key", null, "Choose one of the page.");
        foreach (var goal in framework.Goals)
        {
            foreach (var indicator in goal.Indicators.Prepend(goal.Indicator))
            {
                if (await IndicatorActions.AddAsync(workspace, indicator, change, by, cancel) is { } problem) return problem;
                if (ChangeDefinition.InForce(workspace, IndicatorKind.Name, indicator) is not { } kept) continue;
                var document = JsonNode.Parse(kept.Json)!.AsObject();
                if (document["goal"] is not null) continue;
                document["goal"] = goal.Key;
                if ((await change.SaveAsync(workspace, IndicatorKind.Name, indicator, document.ToJsonString(), by, cancel)).Problem is { } wrong) return wrong;
            }

            if (ChangeDefinition.InForce(workspace, GoalKind.Name, goal.Key) is not null) continue;
            var json = new JsonObject { ["label"] = new JsonObject { ["tr"] = goal.Label.Tr, ["en"] = goal.Label.En }, ["indicator"] = goal.Indicator };
            if ((await change.SaveAsync(workspace, GoalKind.Name, goal.Key, json.ToJsonString(), by, cancel)).Problem is { } fault) return fault;
        }

        if (ChangeDefinition.InForce(workspace, JourneyKind.Name, framework.Journey) is not null || ReadyMadeJourneys.Find(framework.Journey) is not { } journey) return null;
        return await AddTouchpointsAsync(workspace, framework.Journey, journey, change, by, cancel) ?? (await change.SaveAsync(workspace, JourneyKind.Name, framework.Journey, journey, by, cancel)).Problem;
    }

    // A workspace that is older than its touchpoints never had them; one that was removed stays that.
    private static async Task<Problem?> AddTouchpointsAsync(Workspace workspace, string key, string journey, ChangeDefinition change, Actor by, CancellationToken cancel)
    {
        if (workspace.Definitions.Kinds.FirstOrDefault(k => k.Kind == Touchpoints) is not { } kind) return null;
        var ready = kind.Defaults.ToDictionary(StringComparer.Ordinal);
        foreach (var touchpoint in JourneyKind.Instance.Read(key, journey).Stages.SelectMany(s => s.Touchpoints).Distinct(StringComparer.Ordinal))
        {
            if (!ready.TryGetValue(touchpoint, out var json) || (await workspace.Definitions.HistoryAsync(Touchpoints, touchpoint, cancel)).Count > 0) continue;
            if ((await change.SaveAsync(workspace, Touchpoints, touchpoint, json, by, cancel)).Problem is { } problem) return problem;
        }

        return null;
    }

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
