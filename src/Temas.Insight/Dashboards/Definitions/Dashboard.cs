using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Dashboards.Definitions;

/// <summary>A page of tiles: definition of kind <c>dashboard</c> (docs/dashboards.md).</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">Whom it is for, and what it says.</param>
/// <param name="Order">Where it stands among the others; the first is shown first.</param>
/// <param name="Period">The period that it shows where the address names none.</param>
/// <param name="Compare">Whether the period before is shown beside, unless the address says otherwise.</param>
/// <param name="Tiles">The tiles, in the order in which they flow into twelve columns.</param>
/// <param name="Report">When it goes out by mail, and to whom; null for never.</param>
public sealed record Dashboard(string Key, LocalText Label, LocalText? Description, int Order, string Period, bool Compare, IReadOnlyList<Tile> Tiles, Report? Report)
{
    /// <summary>The most tiles of a board.</summary>
    public const int MostTiles = 40;

    /// <summary>The columns of the grid.</summary>
    public const int Columns = 12;

    /// <summary>The most rows of a tile.</summary>
    public const int MostRows = 12;

    /// <summary>The dashboards of a workspace, in their order.</summary>
    public static IReadOnlyList<Dashboard> All(Workspace workspace) =>
        [.. workspace.Definitions.Current(DashboardKind.Instance).Values.OrderBy(d => d.Order).ThenBy(d => d.Key, StringComparer.Ordinal)];

    /// <summary>One of them; null where there is none.</summary>
    public static Dashboard? Find(Workspace workspace, string? key) => key is null ? null : workspace.Definitions.Current(DashboardKind.Instance).GetValueOrDefault(key);
}

/// <summary>A tile of a dashboard.</summary>
/// <param name="Id">Its name within the board.</param>
/// <param name="Kind">What it shows: one of <see cref="TileKinds"/>, or a kind that another module brought.</param>
/// <param name="Title">Its heading; null for the usual one.</param>
/// <param name="Width">How many columns it takes.</param>
/// <param name="Height">How many rows.</param>
/// <param name="Period">A period of its own; null for that of the board.</param>
/// <param name="Segment">Only the customers of this segment, whatever the board shows; null for all of the board.</param>
/// <param name="Indicator">Key of the indicator that it shows.</param>
/// <param name="Exploration">Key of the saved exploration that it shows.</param>
/// <param name="Question">A question of its own, in the query algebra; its period is that of the board.</param>
/// <param name="Page">How the explorer shows that question: its address behind the question mark.</param>
/// <param name="Text">What it says, where it is a text.</param>
/// <param name="Options">Further choices, by name.</param>
public sealed record Tile(
    string Id, string Kind, LocalText? Title, int Width, int Height, string? Period, string? Segment, string? Indicator, string? Exploration, JsonElement? Question, string Page, LocalText? Text, IReadOnlyDictionary<string, string> Options)
{
    /// <summary>One of the further choices; empty where nothing was chosen.</summary>
    public string Option(string name) => Options.GetValueOrDefault(name, "");
}

/// <summary>A board that goes out by mail.</summary>
/// <param name="Every"><c>day</c>, <c>week</c> (on Monday) or <c>month</c> (on its first day).</param>
/// <param name="Hour">At which hour, by the clock of the workspace.</param>
/// <param name="To">To whom: addresses of people of the workspace.</param>
/// <param name="Language">In which language; <c>tr</c> or <c>en</c>.</param>
public sealed record Report(string Every, int Hour, IReadOnlyList<string> To, string Language);
