using System.Text.Json.Nodes;
using Temas.Insight.Dashboards;
using Temas.Insight.Dashboards.Tiles;
using Temas.Insight.Explore;

namespace Temas.Insight.Indicators;

/// <summary>What the explorer would have to be asked to show an indicator over the period of its page: nothing where it would show something else.</summary>
internal static class IndicatorAddress
{
    /// <summary>The choices of the explorer's address; null where the indicator is about some customers, has days of its own, or is put together of several questions.</summary>
    public static string? Of(IndicatorDefinition definition, IndicatorPeriod period, DateOnly today)
    {
        if (definition.Customers is not null || definition.WindowDays is not null || period.Segment.Length > 0) return null;
        var question = definition.Figure switch
        {
            PartFigure { Of: MeasurePart part } => new JsonObject { ["kind"] = "trend", ["unit"] = period.Bucket, ["measures"] = new JsonArray(JsonNode.Parse(part.Json.GetRawText())) },
            FunnelFigure { IsMatured: false, Take: Take.Share or Take.Customers } funnel => Funnel(JsonNode.Parse(funnel.Funnel.GetRawText())!.AsObject()),
            _ => null,
        };
        return question is null ? null : TileAddress.Of(FigureJson.Element(question), new BoardPeriod(today.AddDays(1 - period.Days), today.AddDays(1), false), today);
    }

    private static JsonObject Funnel(JsonObject funnel)
    {
        funnel["kind"] = "funnel";
        return funnel;
    }
}
