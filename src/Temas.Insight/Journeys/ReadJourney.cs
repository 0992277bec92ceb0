using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Insight.Columns;
using Temas.Insight.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Findings;
using Temas.Insight.Questions;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Findings;
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
/// <param name="Median">Half of those who went on took so long, from their first touch there within the window (<see cref="Temas.Timelines.Journeys.StagePassages"/>); null where nobody did.</param>
/// <param name="Teams">Who answers for it: of the map, else of the catalogue.</param>
/// <param name="Systems">Which systems carry it.</param>
/// <param name="Readings">Its indicators; null where one cannot be read.</param>
public sealed record LivedStage(
    JourneyStage Stage, IReadOnlyList<LivedTouchpoint> Touchpoints, long Touches, long Customers, long Felt, long Bad, double? Mean, double? Before, double? WentOn, TimeSpan? Median, IReadOnlyList<LocalText> Teams, IReadOnlyList<LocalText> Systems,
    IReadOnlyList<(string Key, Indicator? Indicator, IndicatorReading? Reading)> Readings)
{
    /// <summary>The 95 % interval of <see cref="Mean"/>, by which the touches of one customer are no strangers to each other; null where too few were felt.</summary>
    public (double Low, double High)? Interval { get; init; }

    /// <summary>How many of its customers did not come to the next stage within the window; null where that is not known.</summary>
    public long? Lost { get; init; }

    /// <summary>The condition of those who did not come to the next stage; null where there is none.</summary>
    public string? LostCustomers { get; init; }

    /// <summary>The condition of those who came to it.</summary>
    public string? WentOnCustomers { get; init; }

    /// <summary>Which partners have a part in it: of the map, else of the catalogue.</summary>
    public IReadOnlyList<LocalText> Partners { get; init; } = [];

    /// <summary>What was said there, and what is open because of it.</summary>
    public PlaceVoices Voices { get; init; } = PlaceVoices.None;

    /// <summary>The frictions that were found there, what costs most first.</summary>
    public IReadOnlyList<Finding> Frictions { get; init; } = [];
}

/// <summary>A journey, as it was lived in a period.</summary>
/// <param name="Journey">The map.</param>
/// <param name="Stages">Its stages.</param>
/// <param name="Where">Whose it is, as a condition; null for everybody.</param>
/// <param name="LookedAt">When frictions were last looked for; null where never.</param>
public sealed record LivedJourney(Journey Journey, IReadOnlyList<LivedStage> Stages, JsonElement? Where, DateTimeOffset? LookedAt = null)
{
    /// <summary>Of so many customers it shows what was known before they changed just now.</summary>
    public int Behind { get; init; }

    /// <summary>Why a part of it is not there: intervals, what becomes of those who were at a stage; null where all is.</summary>
    public Problem? Unread { get; init; }

    /// <summary>Why what was said is not there; null where it is.</summary>
    public Problem? Unheard { get; init; }
}

/// <summary>Lays what was lived over the map of a journey.</summary>
internal static class ReadJourney
{
    /// <summary>So many touches must have been felt for a mean to say something.</summary>
    public const int LeastFelt = 20;

    /// <summary>The window in which somebody goes on from a stage to the next, in days.</summary>
    public const int WindowDays = 30;

    /// <summary>Reads it.</summary>
    public static async Task<Result<LivedJourney>> RunAsync(Workspace workspace, Journey journey, BoardPeriod period, CancellationToken cancel)
    {
        var owner = journey.OwnerIn(workspace);
        if (owner.Problem is { } gone) return gone;
        var where = owner.Value.Where;
        AskedAt.Begin(Stopwatch.GetTimestamp(), hurries: true);
        var stageOf = journey.Stages.Index().SelectMany(s => s.Item.Touchpoints.Select(t => (Touchpoint: t, Stage: Name(s.Index)))).ToLookup(t => t.Touchpoint, t => t.Stage, StringComparer.Ordinal);
        var touched = TouchFigures.ReadAsync(workspace, period, where, $"{journey.Key}.{journey.Version}", touch => touch.Touchpoint is { } touchpoint ? stageOf[touchpoint] : [], null, cancel);
        var indicators = IndicatorsAsync(workspace, journey, period, where, cancel);
        var (study, voices) = (StudyWays.RunAsync(workspace, journey, period, where, cancel), VoicesAsync(workspace, journey, period, cancel));
        if ((await touched).Problem is { } problem) return problem;
        var (figures, readings) = ((await touched).Value, await indicators);
        var byTouchpoint = figures.By(t => t.Touchpoint);
        var catalogue = workspace.FindPart<LiveCatalogue>()?.Current.Touchpoints ?? new Dictionary<string, Touchpoint>();
        var (ways, heard, frictions) = (await study, await voices, Frictions(workspace, journey, catalogue));
        var lived = new List<LivedStage>();
        foreach (var (i, stage) in journey.Stages.Index())
        {
            var met = stage.Touchpoints.Distinct(StringComparer.Ordinal).ToDictionary(t => t, t => byTouchpoint.GetValueOrDefault(t), StringComparer.Ordinal);
            var now = met.Values.Aggregate(default(TouchSums), (sum, t) => sum.Plus(t.Now));
            var before = met.Values.Aggregate(default(TouchSums), (sum, t) => sum.Plus(t.Before));
            var step = i + 1 < journey.Stages.Count && journey.Stages[i + 1].Touchpoints.Count > 0 && ways.IsOk && ways.Value.Of.Onward[i] is { Customers: > 0 } onward ? onward : null;
            double? share = step is null ? null : (double)step.WentOn / step.Customers;
            TimeSpan? median = step is { Times: > 0 } ? TimeSpan.FromMilliseconds(step.Median) : null;
            var known = stage.Touchpoints.Select(t => catalogue.GetValueOrDefault(t)).OfType<Touchpoint>().ToList();
            lived.Add(new LivedStage(
                stage,
                [
                    .. stage.Touchpoints.Select(t => new LivedTouchpoint(
                        t, catalogue.GetValueOrDefault(t)?.Label ?? new LocalText(t, t), met[t].Now.Touches, met[t].Now.Felt, met[t].Now.Down, met[t].Now.Felt >= LeastFelt ? met[t].Now.Mean : null)),
                ],
                now.Touches, figures.Customers(Name(i)), now.Felt, now.Down, now.Felt >= LeastFelt ? now.Mean : null, period.Compare && before.Felt >= LeastFelt ? before.Mean : null, share, median,
                stage.Team is { } team ? [team] : [.. known.Select(t => t.Owner).OfType<LocalText>().Distinct()], stage.System is { } system ? [system] : [.. known.Select(t => t.System).OfType<LocalText>().Distinct()],
                [.. stage.Indicators.Select(k => (k, workspace.FindPart<IIndicators>()?.All.GetValueOrDefault(k), readings.GetValueOrDefault(k)))])
            {
                Interval = ways.IsOk && ways.Value.Of.Stages[i] is { Mean: { } mean, Error: { } error, Touches: >= LeastFelt } ? (Math.Max(-1, mean - (Normal.Z95 * error)), Math.Min(1, mean + (Normal.Z95 * error))) : null,
                Lost = step?.Customers - step?.WentOn,
                LostCustomers = step is null ? null : Behind(GoOnOf(stage, journey.Stages[i + 1], period), 1, true, where),
                WentOnCustomers = step is null ? null : Behind(GoOnOf(stage, journey.Stages[i + 1], period), 2, false, where),
                Partners = stage.Partner is { } partner ? [partner] : [.. known.Select(t => t.Partner).OfType<LocalText>().Distinct()],
                Voices = heard.IsOk ? heard.Value[i] : PlaceVoices.None,
                Frictions = frictions[i],
            });
        }

        return new LivedJourney(journey, lived, where, workspace.FindPart<IFindings>()?.LookedAt)
        {
            Behind = Math.Max(figures.Behind, ways.IsOk ? ways.Value.Behind : 0),
            Unread = ways.Problem,
            Unheard = heard.Problem,
        };
    }

    /// <summary>Events that were one of some touchpoints.</summary>
    public static JsonObject At(IEnumerable<string> touchpoints) => new() { ["touch"] = "touchpoint", ["value"] = new JsonArray([.. touchpoints.Select(t => (JsonNode)t)]) };

    /// <summary>The condition of those who met some touchpoints in a period.</summary>
    public static string Who(IEnumerable<string> touchpoints, JsonObject? also, BoardPeriod period, JsonElement? where) =>
        TileQuestion.Behind(TileQuestion.Did(new JsonObject { ["where"] = TileQuestion.All(At(touchpoints), also) }, period.FromText, period.ToText), where);

    private static JsonObject GoOnOf(JourneyStage from, JourneyStage to, BoardPeriod period) => new()
    {
        ["window"] = string.Create(CultureInfo.InvariantCulture, $"{WindowDays}d"),
        ["from"] = period.FromText,
        ["to"] = period.ToText,
        ["steps"] = new JsonArray(new JsonObject { ["where"] = At(from.Touchpoints) }, new JsonObject { ["where"] = At(to.Touchpoints) }),
    };

    private static string Behind(JsonObject funnel, int reached, bool andNoFurther, JsonElement? where)
    {
        var condition = new JsonObject { ["funnel"] = funnel, ["reached"] = reached };
        if (andNoFurther) condition["andNoFurther"] = true;
        return TileQuestion.Behind(condition, where);
    }

    private static async Task<Result<PlaceVoices[]>> VoicesAsync(Workspace workspace, Journey journey, BoardPeriod period, CancellationToken cancel) =>
        workspace.FindPart<IPlaceVoices>() is { } listens ? await listens.ReadAsync([.. journey.Stages.Select(s => s.Touchpoints)], period.From, period.To, cancel) : journey.Stages.Select(_ => PlaceVoices.None).ToArray();

    // What was found at a touchpoint belongs to its stage, if the map has it; what was found elsewhere (a promise, a step) to the stage with most touchpoints of the catalogue's stage that it names.
    private static List<IReadOnlyList<Finding>> Frictions(Workspace workspace, Journey journey, IReadOnlyDictionary<string, Touchpoint> catalogue)
    {
        var found = journey.Stages.Select(_ => new List<Finding>()).ToList();
        foreach (var finding in workspace.FindPart<IFindings>()?.Standing(false) ?? [])
        {
            var place = workspace.FindPart<LiveFindings>()?.All.GetValueOrDefault(finding.Id)?.Document.Place;
            var at = journey.Stages.Index().Where(s => place is not null && s.Item.Touchpoints.Contains(place)).Select(s => s.Index).FirstOrDefault(-1);
            if (at < 0 && finding.Stage is { } stage && (place is null || !catalogue.ContainsKey(place))) at = journey.Stages.Index().Select(s => (s.Index, Count: s.Item.Touchpoints.Count(t => catalogue.GetValueOrDefault(t)?.Stage == stage))).Where(s => s.Count > 0).OrderByDescending(s => s.Count).Select(s => s.Index).FirstOrDefault(-1);
            if (at >= 0) found[at].Add(finding);
        }

        return [.. found.Select(f => (IReadOnlyList<Finding>)[.. f.OrderByDescending(x => x.Worth)])];
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
