using System.Text.Json.Nodes;
using Temas.Insight.Dashboards.Live;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Journeys;
using Temas.Storage.Workspaces;
using Temas.Timelines.Queries;

namespace Temas.Insight.Framework;

/// <summary>A persona, and how those who are like her live the company.</summary>
/// <param name="Persona">Who she is.</param>
/// <param name="Customers">How many customers her segment has now; null where she has none, or it cannot be read.</param>
/// <param name="Perception">How they took what they met in the last 90 days; null where too little was felt.</param>
/// <param name="Journeys">The journeys that are hers.</param>
public sealed record LivedPersona(Persona Persona, long? Customers, double? Perception, IReadOnlyList<Journey> Journeys);

/// <summary>Reads personas with their live figures.</summary>
internal static class ReadPersonas
{
    /// <summary>Reads all of a workspace.</summary>
    public static async Task<IReadOnlyList<LivedPersona>> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var journeys = Journey.All(workspace).Values.ToList();
        var reading = Persona.All(workspace).Values.OrderBy(p => p.Key, StringComparer.Ordinal).Select(async persona =>
        {
            var (customers, perception) = persona.Segment is { } segment ? await FiguresAsync(workspace, segment, cancel) : (null, null);
            return new LivedPersona(persona, customers, perception, [.. journeys.Where(j => j.Persona == persona.Key)]);
        }).ToList();
        return await Task.WhenAll(reading);
    }

    private static async Task<(long? Customers, double? Perception)> FiguresAsync(Workspace workspace, string segment, CancellationToken cancel)
    {
        var answers = workspace.Part<TileAnswers>();
        var of = new JsonObject { ["segment"] = segment };
        var many = await answers.AskAsync(TileQuestion.Element(new JsonObject { ["kind"] = "segment", ["where"] = of.DeepClone(), ["limit"] = 0 }), null, cancel);
        var felt = await answers.AskAsync(
            TileQuestion.Element(new JsonObject
            {
                ["kind"] = "trend",
                ["last"] = "90d",
                ["unit"] = "month",
                ["customers"] = of.DeepClone(),
                ["measures"] = new JsonArray(
                    new JsonObject { ["name"] = "mean", ["measure"] = "average", ["touch"] = "perception" },
                    new JsonObject { ["name"] = "felt", ["where"] = new JsonObject { ["touch"] = "perception", ["is"] = "atLeast", ["value"] = -1 } }),
            }), null, cancel);
        var trend = felt.IsOk ? (TrendAnswer)felt.Value.Answer : null;
        var isEnough = trend?.Series.FirstOrDefault(s => s.Measure == "felt")?.Total >= ReadJourney.LeastFelt;
        return (many.IsOk ? ((SegmentAnswer)many.Value.Answer).Customers : null, isEnough ? trend!.Series.FirstOrDefault(s => s.Measure == "mean")?.Total : null);
    }
}
