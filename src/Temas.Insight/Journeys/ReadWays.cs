using System.Text.Json;
using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Journeys;

/// <summary>A step that customers really take, from a touchpoint to the next.</summary>
/// <param name="From">Touchpoint.</param>
/// <param name="To">The next.</param>
/// <param name="Steps">How often it is taken.</param>
/// <param name="Customers">The customers behind its most frequent place, as a condition.</param>
/// <param name="Median">Half of them take so long.</param>
/// <param name="Perception">How the touchpoint that it leads to was taken there; null where that is not known.</param>
/// <param name="Fit">How it fits the map.</param>
public sealed record WayStep(string From, string To, long Steps, string Customers, TimeSpan Median, double? Perception, StepFit Fit);

/// <summary>How a step fits a map.</summary>
public enum StepFit
{
    /// <summary>Within a stage.</summary>
    Within,

    /// <summary>To the next stage.</summary>
    On,

    /// <summary>Over a stage.</summary>
    Skip,

    /// <summary>Back to an earlier stage.</summary>
    Back,
}

/// <summary>What customers really do, beside what the map says.</summary>
/// <param name="Ways">How many ways were looked at.</param>
/// <param name="Customers">Of how many customers.</param>
/// <param name="Steps">The steps, the most frequent first.</param>
/// <param name="Named">How many steps they are.</param>
/// <param name="LeftOut">How many further ones are not named.</param>
/// <param name="Follows">Which share of the steps between stages goes on to the next; null where there are none.</param>
/// <param name="Loops">Which share goes back.</param>
/// <param name="Skips">Which share leaves a stage out.</param>
/// <param name="Switches">Which share of the steps leads from a channel to another; null where there are none.</param>
/// <param name="Crossings">Which share leads from a team to another.</param>
public sealed record LivedWays(long Ways, long Customers, IReadOnlyList<WayStep> Steps, long Named, long LeftOut, double? Follows, double? Loops, double? Skips, double? Switches, double? Crossings);

/// <summary>Reads which ways customers take along the touchpoints of a journey, and holds them against its map.</summary>
internal static class ReadWays
{
    private const int Most = 200;

    /// <summary>A pause that ends a way.</summary>
    public const string Gap = "14d";

    private const int Depth = 8;

    /// <summary>Reads them.</summary>
    public static async Task<Result<LivedWays>> RunAsync(Workspace workspace, Journey journey, BoardPeriod period, JsonElement? where, CancellationToken cancel)
    {
        var ways = new JsonObject { ["places"] = "touchpoint", ["depth"] = Depth, ["gap"] = Gap, ["where"] = ReadJourney.At(journey.Stages.SelectMany(s => s.Touchpoints)), ["from"] = period.FromText, ["to"] = period.ToText };
        var question = (JsonObject)ways.DeepClone();
        (question["kind"], question["top"], question["perception"]) = ("paths", Most, true);
        if (where is not null) question["customers"] = JsonNode.Parse(where.Value.GetRawText());
        var asked = await workspace.Part<TileAnswers>().AskAsync(TileQuestion.Element(question), null, cancel);
        if (asked.Problem is { } problem) return problem;
        return Of(journey, (PathsAnswer)asked.Value.Answer, workspace.FindPart<LiveCatalogue>()?.Current.Touchpoints ?? new Dictionary<string, Touchpoint>(), edge => TileQuestion.Behind(new JsonObject
        {
            ["path"] = ways.DeepClone(),
            ["place"] = edge.Place,
            ["touch"] = edge.From,
            ["next"] = edge.To,
        }, where));
    }

    /// <summary>An answer about ways held against a map. Pure.</summary>
    public static LivedWays Of(Journey journey, PathsAnswer paths, IReadOnlyDictionary<string, Touchpoint> catalogue, Func<PathEdge, string> behind)
    {
        var stageOf = journey.Stages.Index().SelectMany(s => s.Item.Touchpoints.Select(t => (t, s.Index))).ToDictionary(x => x.t, x => x.Index, StringComparer.Ordinal);
        var steps = paths.Edges.Where(e => stageOf.ContainsKey(e.From) && stageOf.ContainsKey(e.To)).GroupBy(e => (e.From, e.To)).Select(g =>
        {
            var (most, by) = (g.MaxBy(e => e.Ways)!, stageOf[g.Key.To] - stageOf[g.Key.From]);
            var felt = g.Select(e => e.Perception).OfType<PathPerception>().Where(p => p.Mean is not null).ToList();
            var known = felt.Sum(p => p.Touches);
            return new WayStep(
                g.Key.From, g.Key.To, g.Sum(e => e.Ways), behind(most), TimeSpan.FromMilliseconds(most.Median), known > 0 ? felt.Sum(p => p.Mean!.Value * p.Touches) / known : null,
                by switch { 0 => StepFit.Within, 1 => StepFit.On, > 1 => StepFit.Skip, _ => StepFit.Back });
        }).OrderByDescending(s => s.Steps).ThenBy(s => s.From, StringComparer.Ordinal).ThenBy(s => s.To, StringComparer.Ordinal).ToList();
        var (all, between) = (steps.Sum(s => s.Steps), steps.Where(s => s.Fit != StepFit.Within).Sum(s => s.Steps));
        double? Share(Func<WayStep, bool> which, long of) => of == 0 ? null : steps.Where(which).Sum(s => s.Steps) / (double)of;
        return new LivedWays(
            paths.Ways, paths.Customers, steps, all, paths.LeftOut, Share(s => s.Fit == StepFit.On, between), Share(s => s.Fit == StepFit.Back, between), Share(s => s.Fit == StepFit.Skip, between),
            Share(s => Differ(s, t => t.Channel), all), Share(s => Differ(s, t => t.Owner?.En), all));

        bool Differ(WayStep step, Func<Touchpoint, string?> what) =>
            catalogue.TryGetValue(step.From, out var from) && catalogue.TryGetValue(step.To, out var to) && what(from) is { } one && what(to) is { } other && one != other;
    }
}
