using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
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
        var (touched, customers, readings) = (answers.AskAsync(Touched(period, where), false, cancel), answers.AskAsync(Customers(journey, period, where), false, cancel), IndicatorsAsync(workspace, journey, period, where, cancel));
        var steps = journey.Stages.Zip(journey.Stages.Skip(1)).Select(pair => pair.First.Touchpoints.Count == 0 || pair.Second.Touchpoints.Count == 0 ? null : answers.AskAsync(GoOn(pair.First, pair.Second, period, where), false, cancel)).ToList();
        if ((await touched).Problem is { } a) return a;
        if ((await customers).Problem is { } b) return b;
        var (byTouchpoint, byStage, read) = ((TrendAnswer)(await touched).Value.Answer, (TrendAnswer)(await customers).Value.Answer, await readings);
        var catalogue = workspace.FindPart<LiveCatalogue>()?.Current.Touchpoints ?? new Dictionary<string, Touchpoint>();
        var lived = new List<LivedStage>();
        foreach (var (i, stage) in journey.Stages.Index())
        {
            double Sum(string measure, bool before = false) => stage.Touchpoints.Sum(t => Figure(byTouchpoint, measure, t, before) ?? 0);
            double? Mean(bool before) => Sum("felt", before) is var felt && felt >= LeastFelt ? stage.Touchpoints.Sum(t => (Figure(byTouchpoint, "mean", t, before) ?? 0) * (Figure(byTouchpoint, "felt", t, before) ?? 0)) / felt : null;
            var (went, median) = i < steps.Count && steps[i] is { } asked && await asked is { IsOk: true } step && step.Value.Answer is FunnelAnswer funnel && funnel.Groups is [var whole, ..] && whole.Steps[0].Customers > 0
                ? ((double?)whole.Steps[1].Customers / whole.Steps[0].Customers, whole.Steps[1].Median is { } half ? TimeSpan.FromMilliseconds(half) : (TimeSpan?)null)
                : (null, null);
            var known = stage.Touchpoints.Select(t => catalogue.GetValueOrDefault(t)).OfType<Touchpoint>().ToList();
            lived.Add(new LivedStage(
                stage,
                [
                    .. stage.Touchpoints.Select(t => new LivedTouchpoint(
                        t, catalogue.GetValueOrDefault(t)?.Label ?? new LocalText(t, t), (long)(Figure(byTouchpoint, "touches", t) ?? 0), (long)(Figure(byTouchpoint, "felt", t) ?? 0), (long)(Figure(byTouchpoint, "bad", t) ?? 0),
                        Figure(byTouchpoint, "felt", t) >= LeastFelt ? Figure(byTouchpoint, "mean", t) : null)),
                ],
                (long)Sum("touches"), (long)(byStage.Series.FirstOrDefault(s => s.Measure == Name(i))?.Total ?? 0), (long)Sum("felt"), (long)Sum("bad"), Mean(false), Mean(true), went, median,
                stage.Team is { } team ? [team] : [.. known.Select(t => t.Owner).OfType<LocalText>().Distinct()], stage.System is { } system ? [system] : [.. known.Select(t => t.System).OfType<LocalText>().Distinct()],
                [.. stage.Indicators.Select(k => (k, workspace.FindPart<IIndicators>()?.All.GetValueOrDefault(k), read.GetValueOrDefault(k)))]));
        }

        return new LivedJourney(journey, lived, where);
    }

    /// <summary>Events that were one of some touchpoints.</summary>
    public static JsonObject At(IEnumerable<string> touchpoints) => new() { ["touch"] = "touchpoint", ["value"] = new JsonArray([.. touchpoints.Select(t => (JsonNode)t)]) };

    private static JsonElement Touched(BoardPeriod period, JsonElement? where) => Trend(period, where, """
        {"name": "touches"}, {"name": "mean", "measure": "average", "touch": "perception"}, {"name": "felt", "where": {"touch": "perception", "is": "atLeast", "value": -1}}, {"name": "bad", "where": {"touch": "perception", "is": "less", "value": 0}}
        """, """{"touch": "touchpoint"}""");

    private static JsonElement Customers(Journey journey, BoardPeriod period, JsonElement? where) => Trend(
        period, where, string.Join(", ", journey.Stages.Select((s, i) => new JsonObject { ["name"] = Name(i), ["measure"] = "customers", ["where"] = s.Touchpoints.Count > 0 ? At(s.Touchpoints) : new JsonObject { ["touch"] = "touchpoint", ["value"] = "-" } }.ToJsonString())), null);

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

    private static JsonElement Trend(BoardPeriod period, JsonElement? where, string measures, string? breakdown)
    {
        var question = JsonNode.Parse($$"""{"kind": "trend", "unit": "{{(period.Days <= 45 ? "week" : "month")}}", "from": "{{period.FromText}}", "to": "{{period.ToText}}", "measures": [{{measures}}]}""")!.AsObject();
        if (breakdown is not null) (question["breakdown"], question["top"]) = (JsonNode.Parse(breakdown), 200);
        if (period.Compare && breakdown is not null) question["compare"] = "previous";
        if (where is not null) question["customers"] = JsonNode.Parse(where.Value.GetRawText());
        return TileQuestion.Element(question);
    }

    private static string Name(int stage) => string.Create(CultureInfo.InvariantCulture, $"s{stage}");

    private static double? Figure(TrendAnswer trend, string measure, string touchpoint, bool before = false) =>
        trend.Series.FirstOrDefault(s => s.Measure == measure && !s.IsOther && s.Value as string == touchpoint) is { } series ? before ? series.Previous?.Total : series.Total : null;

    private static async Task<Dictionary<string, IndicatorReading>> IndicatorsAsync(Workspace workspace, Journey journey, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        if (workspace.FindPart<IIndicators>() is not { } part) return [];
        var keys = journey.Stages.SelectMany(s => s.Indicators).Where(part.All.ContainsKey).Distinct(StringComparer.Ordinal).ToList();
        if (keys.Count == 0) return [];
        var read = await part.ReadManyAsync(keys, new IndicatorAsk(period.From, period.To, null, where, period.Compare), cancel);
        return read.Where(r => r.Value.IsOk).ToDictionary(r => r.Key, r => r.Value.Value, StringComparer.Ordinal);
    }
}
