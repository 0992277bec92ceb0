using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Temas.Insight.Dashboards.Definitions;
using Temas.Insight.Explore;
using Temas.Insight.Suggestions;
using Temas.Storage.Workspaces;
using Temas.Ui;

namespace Temas.Insight.Dashboards;

/// <summary>What a reader of a board has chosen: its page's address. Empty choices are those of the board.</summary>
public sealed record BoardState
{
    /// <summary>One of <see cref="Periods"/>; empty for that of the board, or where days are given.</summary>
    public string Period { get; init; } = "";

    /// <summary>First day of a period of one's own, as <c>2026-03-14</c>; empty for none.</summary>
    public string From { get; init; } = "";

    /// <summary>Its last day.</summary>
    public string To { get; init; } = "";

    /// <summary>Whether days were asked for that are none, or in no order: what is shown is another period.</summary>
    public bool IsUnread { get; init; }

    /// <summary><c>0</c>: the period before is not shown; <c>1</c>: it is; empty: as the board says.</summary>
    public string Compare { get; init; } = "";

    /// <summary>Only customers of this segment.</summary>
    public string Segment { get; init; } = "";

    /// <summary>Only customers with a touch on this channel in the period.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Only customers who dealt with this store in the period.</summary>
    public string Store { get; init; } = "";

    /// <summary>The periods to choose from.</summary>
    public static IReadOnlyList<string> Periods => DashboardKind.Periods;

    /// <summary>Whether anybody is left out.</summary>
    public bool IsFiltered => Segment.Length + Channel.Length + Store.Length > 0;

    /// <summary>The choices by name, as they stand in addresses.</summary>
    public (string Name, string? Value)[] Query => [("period", Period), ("from", From), ("to", To), ("compare", Compare), ("segment", Segment), ("channel", Channel), ("store", Store)];

    /// <summary>Reads an address.</summary>
    public static BoardState Of(IQueryCollection query)
    {
        string Text(string name) => query[name].FirstOrDefault()?.Trim() is { Length: <= 200 } text ? text : "";
        var (from, to) = (Day(Text("from")), Day(Text("to")));
        var hasDays = from is not null && to is not null && from <= to && to.Value.DayNumber - from.Value.DayNumber < 800;
        return new BoardState
        {
            Period = !hasDays && Periods.Contains(Text("period")) ? Text("period") : "",
            From = hasDays ? Text("from") : "",
            To = hasDays ? Text("to") : "",
            IsUnread = !hasDays && Text("from").Length + Text("to").Length > 0,
            Compare = Text("compare") is "0" or "1" ? Text("compare") : "",
            Segment = Text("segment"),
            Channel = Text("channel"),
            Store = Text("store"),
        };
    }

    /// <summary>An address with these choices.</summary>
    public string Url(string page) => TemasUrls.With(page, Query);

    /// <summary>The days that a tile of a board shows.</summary>
    public BoardPeriod PeriodOf(Workspace workspace, Dashboard board, Tile? tile = null)
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(workspace.Clock.GetUtcNow(), WorkspaceSettings.Of(workspace).Zone()).Date);
        var compare = Compare.Length > 0 ? Compare == "1" : board.Compare;
        if (From.Length > 0 && tile?.Period is null) return new BoardPeriod(Day(From)!.Value, Day(To)!.Value.AddDays(1), compare);
        var days = int.Parse((tile?.Period ?? (Period.Length > 0 ? Period : board.Period)).TrimEnd('d'), CultureInfo.InvariantCulture);
        return new BoardPeriod(today.AddDays(1 - days), today.AddDays(1), compare);
    }

    /// <summary>Whom a tile is about, as a condition of the query algebra; null for everybody.</summary>
    public JsonElement? WhereOf(BoardPeriod period, Tile? tile = null)
    {
        var all = new List<JsonNode>();
        if (Segment.Length > 0) all.Add(new JsonObject { ["segment"] = Segment });
        if (tile?.Segment is { } own && own != Segment) all.Add(new JsonObject { ["segment"] = own });
        if (Channel.Length > 0) all.Add(Did(period, new JsonObject { ["touch"] = "channel", ["value"] = Channel }));
        if (Store.Length > 0) all.Add(Did(period, Stores.Filter(Store)));
        if (all.Count == 0) return null;
        var where = all.Count == 1 ? (JsonObject)all[0] : new JsonObject { ["all"] = new JsonArray([.. all]) };
        return JsonSerializer.SerializeToElement(where, ExploreJson.Default.JsonObject);
    }

    // Where the period before stands beside, those who were there then count as well: else it would always look smaller.
    private static JsonObject Did(BoardPeriod period, JsonObject where) =>
        new() { ["did"] = new JsonObject { ["where"] = where }, ["from"] = (period.Compare ? period with { From = period.From.AddDays(-period.Days) } : period).FromText, ["to"] = period.ToText };

    private static DateOnly? Day(string text) => DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) && day.Year is >= 2000 and < 2190 ? day : null;
}

/// <summary>The days that are shown.</summary>
/// <param name="From">The first.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Compare">Whether the period before is shown beside.</param>
public sealed record BoardPeriod(DateOnly From, DateOnly To, bool Compare)
{
    /// <summary>How many days.</summary>
    public int Days => To.DayNumber - From.DayNumber;

    /// <summary>The first day, for questions and addresses.</summary>
    public string FromText => From.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The day after the last, for questions.</summary>
    public string ToText => To.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary>The width of a point of a course.</summary>
    public string Unit => Days switch { <= 45 => "day", <= 190 => "week", _ => "month" };
}
