using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Temas.Insight.Contracts;
using Temas.Insight.Segments;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Indicators;

/// <summary>The period of a page of indicators, and the segment that it is about, as its address says.</summary>
/// <param name="Days">How many days up to today.</param>
/// <param name="Segment">Key of the segment; empty for everybody.</param>
public sealed record IndicatorPeriod(int Days, string Segment)
{
    /// <summary>The periods that there are.</summary>
    public static IReadOnlyList<int> All { get; } = [7, 30, 90, 365];

    private const int Usual = 30;

    /// <summary>Width of a point.</summary>
    public string Bucket => Days switch { <= 31 => "day", <= 120 => "week", _ => "month" };

    /// <summary>What stands in the address.</summary>
    public (string Name, string? Value)[] Query => [("days", Days == Usual ? null : Days.ToString(CultureInfo.InvariantCulture)), ("segment", Segment)];

    /// <summary>Reads an address.</summary>
    public static IndicatorPeriod Of(IQueryCollection query) =>
        new(int.TryParse(query["days"], NumberStyles.None, CultureInfo.InvariantCulture, out var days) && All.Contains(days) ? days : Usual, query["segment"].ToString() is { Length: <= 100 } segment ? segment : "");

    /// <summary>What is asked of an indicator: with its series, and the time before.</summary>
    public IndicatorAsk Ask(Workspace workspace)
    {
        var end = IndicatorEndpoints.Today(workspace).AddDays(1);
        var where = Segments.Segment.Of(workspace).ContainsKey(Segment) ? FigureJson.Element(new JsonObject { ["segment"] = Segment }) : (System.Text.Json.JsonElement?)null;
        return new IndicatorAsk(end.AddDays(-Days), end, Bucket, where, Compare: true);
    }
}
