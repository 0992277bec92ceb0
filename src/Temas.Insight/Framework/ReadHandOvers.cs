using System.Text.Json.Nodes;
using Temas.Collect.Contracts;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Journeys;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Framework;

/// <summary>A hand-over that customers live: from a touchpoint of one team to the next, which is another's.</summary>
/// <param name="From">The team that lets go.</param>
/// <param name="To">The team that takes over.</param>
/// <param name="Times">How often, in the last 90 days.</param>
/// <param name="Felt">How the touch behind it was taken; null where too few were felt.</param>
/// <param name="Example">The most frequent two touchpoints.</param>
public sealed record HandOver(LocalText From, LocalText To, long Times, double? Felt, (LocalText From, LocalText To) Example);

/// <summary>Reads where customers pass from team to team.</summary>
internal static class ReadHandOvers
{
    private const int Top = 500, Shown = 12;

    /// <summary>Reads the most frequent ones.</summary>
    public static async Task<IReadOnlyList<HandOver>> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var catalogue = workspace.Part<LiveCatalogue>().Current.Touchpoints;
        var question = new JsonObject { ["kind"] = "paths", ["places"] = "touchpoint", ["depth"] = 8, ["gap"] = ReadWays.Gap, ["last"] = "90d", ["top"] = Top, ["perception"] = true };
        var asked = await workspace.Part<TileAnswers>().AskAsync(TileQuestion.Element(question), null, cancel);
        return asked.IsOk ? Of((PathsAnswer)asked.Value.Answer, catalogue) : [];
    }

    /// <summary>Steps by the teams between which they lead. Pure.</summary>
    public static IReadOnlyList<HandOver> Of(PathsAnswer paths, IReadOnlyDictionary<string, Touchpoint> catalogue)
    {
        var steps = new List<(PathEdge Edge, Touchpoint From, Touchpoint To)>();
        foreach (var edge in paths.Edges)
        {
            if (catalogue.TryGetValue(edge.From, out var from) && catalogue.TryGetValue(edge.To, out var to) && from.Owner is { } one && to.Owner is { } other && one != other) steps.Add((edge, from, to));
        }

        return [.. steps.GroupBy(s => (From: s.From.Owner!, To: s.To.Owner!)).Select(g =>
        {
            var felt = g.Select(s => s.Edge.Perception).OfType<PathPerception>().Where(p => p.Mean is not null).ToList();
            var touches = felt.Sum(p => p.Touches);
            var most = g.GroupBy(s => (s.From.Key, s.To.Key)).MaxBy(s => s.Sum(x => x.Edge.Ways))!.First();
            return new HandOver(g.Key.From, g.Key.To, g.Sum(s => s.Edge.Ways), touches >= ReadJourney.LeastFelt ? felt.Sum(p => p.Mean!.Value * p.Touches) / touches : null, (most.From.Label, most.To.Label));
        }).OrderByDescending(h => h.Times).ThenBy(h => h.From.En, StringComparer.Ordinal).ThenBy(h => h.To.En, StringComparer.Ordinal).Take(Shown)];
    }
}
