using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Journeys;

/// <summary>A touchpoint of a stage, as it was lived.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name; its key where the catalogue has it no more.</param>
/// <param name="Touches">How many touches.</param>
/// <param name="Felt">Of how many it is known how they were taken.</param>
/// <param name="Bad">How many of those badly.</param>
/// <param name="Mean">How they were taken on average; null where too few were felt.</param>
public sealed record LivedTouchpoint(string Key, LocalText Label, long Touches, long Felt, long Bad, double? Mean);

/// <summary>A stage, as it was lived.</summary>
/// <param name="Stage">What the map says of it.</param>
/// <param name="Touchpoints">Its touchpoints, in the order of the map.</param>
/// <param name="Touches">How many touches.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="Felt">Of how many touches it is known how they were taken.</param>
/// <param name="Bad">How many of those badly.</param>
/// <param name="Mean">How they were taken; null where too few were felt.</param>
/// <param name="Before">The same of the period before.</param>
/// <param name="WentOn">Which share of its customers came to the next stage within the window; null for the last stage, and where nobody was here.</param>
/// <param name="Median">Half of those took so long; null where nobody went on.</param>
/// <param name="Teams">Who answers for it: of the map, else of the catalogue.</param>
/// <param name="Systems">Which systems carry it.</param>
/// <param name="Readings">Its indicators; null where one cannot be read.</param>
public sealed record LivedStage(
    JourneyStage Stage, IReadOnlyList<LivedTouchpoint> Touchpoints, long Touches, long Customers, long Felt, long Bad, double? Mean, double? Before, double? WentOn, TimeSpan? Median, IReadOnlyList<LocalText> Teams, IReadOnlyList<LocalText> Systems,
    IReadOnlyList<(string Key, Indicator? Indicator, IndicatorReading? Reading)> Readings);

/// <summary>A journey, as it was lived in a period.</summary>
/// <param name="Journey">The map.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Where">Whose it is, as a condition; null for everybody.</param>
public sealed record LivedJourney(Journey Journey, IReadOnlyList<LivedStage> Stages, JsonElement? Where);

/// <summary>Lays what was lived over the map of a journey.</summary>
internal static class ReadJourney
{
    /// <summary>So many touches must have been felt for a mean to say something.</summary>
    public const int LeastFelt = 20;

    /// <summary>The window in which somebody goes on from a stage to the next.</summary>
    public const string Window = "30d";

    /// <summary>Reads it.</summary>
    public static async Task<Result<LivedJourney>> RunAsync(Workspace workspace, Journey journey, BoardPeriod period, CancellationToken cancel)
    {
        var where = journey.Segment is { } segment ? TileQuestion.Element(new JsonObject { ["segment"] = segment }) : (JsonElement?)null;
        var answers = workspace.Part<TileAnswers>();
        AskedAt.Begin(Stopwatch.GetTimestamp(), hurries: true);
        var stageOf = journey.Stages.Index().SelectMany(s => s.Item.Touchpoints.Select(t => (Touchpoint: t, Stage: Name(s.Index)))).ToLookup(t => t.Touchpoint, t => t.Stage, StringComparer.Ordinal);
        var touched = TouchFigures.ReadAsync(workspace, period, where, $"{journey.Key}.{journey.Version}", touch => touch.Touchpoint is { } touchpoint ? stageOf[touchpoint] : [], null, cancel);
        var readings = IndicatorsAsync(workspace, journey, period, where, cancel);
        var steps = journey.Stages.Zip(journey.Stages.Skip(1)).Select(pair => pair.First.Touchpoints.Count == 0 || pair.Second.Touchpoints.Count == 0 ? null : answers.AskAsync(GoOn(pair.First, pair.Second, period, where), null, cancel)).ToList();
        if ((await touched).Problem is { } problem) return problem;
        var (figures, read) = ((await touched).Value, await readings);
        var byTouchpoint = figures.By(t => t.Touchpoint);
        var catalogue = workspace.FindPart<LiveCatalogue>()?.Current.Touchpoints ?? new Dictionary<string, Touchpoint>();
        var lived = new List<LivedStage>();
        foreach (var (i, stage) in journey.Stages.Index())
        {
            var met = stage.Touchpoints.Distinct(StringComparer.Ordinal).ToDictionary(t => t, t => byTouchpoint.GetValueOrDefault(t), StringComparer.Ordinal);
            var now = met.Values.Aggregate(default(TouchSums), (sum, t) => sum.Plus(t.Now));
            var before = met.Values.Aggregate(default(TouchSums), (sum, t) => sum.Plus(t.Before));
            var (went, median) = i < steps.Count && steps[i] is { } asked && await asked is { IsOk: true } step && step.Value.Answer is FunnelAnswer funnel && funnel.Groups is [var whole, ..] && whole.Steps[0].Customers > 0
                ? ((double?)whole.Steps[1].Customers / whole.Steps[0].Customers, whole.Steps[1].Median is { } half ? TimeSpan.FromMilliseconds(half) : (TimeSpan?)null)
                : (null, null);
            var known = stage.Touchpoints.Select(t => catalogue.GetValueOrDefault(t)).OfType<Touchpoint>().ToList();
            lived.Add(new LivedStage(
                stage,
                [
                    .. stage.Touchpoints.Select(t => new LivedTouchpoint(
                        t, catalogue.GetValueOrDefault(t)?.Label ?? new LocalText(t, t), met[t].Now.Touches, met[t].Now.Felt, met[t].Now.Down, met[t].Now.Felt >= LeastFelt ? met[t].Now.Mean : null)),
                ],
                now.Touches, figures.Customers(Name(i)), now.Felt, now.Down, now.Felt >= LeastFelt ? now.Mean : null, period.Compare && before.Felt >= LeastFelt ? before.Mean : null, went, median,
                stage.Team is { } team ? [team] : [.. known.Select(t => t.Owner).OfType<LocalText>().Distinct()], stage.System is { } system ? [system] : [.. known.Select(t => t.System).OfType<LocalText>().Distinct()],
                [.. stage.Indicators.Select(k => (k, workspace.FindPart<IIndicators>()?.All.GetValueOrDefault(k), read.GetValueOrDefault(k)))]));
        }

        return new LivedJourney(journey, lived, where);
    }

    /// <summary>Events that were one of some touchpoints.</summary>
    public static JsonObject At(IEnumerable<string> touchpoints) => new() { ["touch"] = "touchpoint", ["value"] = new JsonArray([.. touchpoints.Select(t => (JsonNode)t)]) };

    private static JsonElement GoOn(JourneyStage from, JourneyStage to, BoardPeriod period, JsonElement? where)
    {
        var question = new JsonObject
        {
            ["kind"] = "funnel",
            ["window"] = Window,
            ["from"] = period.FromText,
            ["to"] = period.ToText,
            ["steps"] = new JsonArray(new JsonObject { ["where"] = At(from.Touchpoints) }, new JsonObject { ["where"] = At(to.Touchpoints) }),
        };
        if (where is not null) question["customers"] = JsonNode.Parse(where.Value.GetRawText());
        return TileQuestion.Element(question);
    }

    private static string Name(int stage) => string.Create(CultureInfo.InvariantCulture, $"s{stage}");

    private static async Task<Dictionary<string, IndicatorReading>> IndicatorsAsync(Workspace workspace, Journey journey, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (workspace.FindPart<IIndicators>() is not { } part) return [];
        var keys = journey.Stages.SelectMany(s => s.Indicators).Where(part.All.ContainsKey).Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count == 0) return [];
        var read = await IndicatorAnswers.ReadAsync(workspace, part, keys, new IndicatorAsk(period.From, period.To, null, where, period.Compare), null, cancel);
        return read.Where(r => r.Value.IsOk).ToDictionary(r => r.Key, r => r.Value.Value, StringComparer.Ordinal);
    }
}
