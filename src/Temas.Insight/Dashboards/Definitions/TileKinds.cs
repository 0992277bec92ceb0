namespace Temas.Insight.Dashboards.Definitions;

/// <summary>The kinds of tile that there are without other modules.</summary>
public static class TileKinds
{
    /// <summary>An indicator: value, course, target.</summary>
    public const string Indicator = "indicator";

    /// <summary>One number out of a trend, with its course.</summary>
    public const string Number = "number";

    /// <summary>A trend as a chart.</summary>
    public const string Trend = "trend";

    /// <summary>A funnel.</summary>
    public const string Funnel = "funnel";

    /// <summary>Who comes back.</summary>
    public const string Retention = "retention";

    /// <summary>Ways.</summary>
    public const string Paths = "paths";

    /// <summary>The stages of the journey with volume and perception.</summary>
    public const string Journey = "journey";

    /// <summary>How customers take it, over time.</summary>
    public const string Perception = "perception";

    /// <summary>Promises kept, late, broken.</summary>
    public const string Promises = "promises";

    /// <summary>Touchpoints taken worst or best.</summary>
    public const string Touchpoints = "touchpoints";

    /// <summary>What is in the way, by what it costs.</summary>
    public const string Friction = "friction";

    /// <summary>What went clearly better.</summary>
    public const string Wins = "wins";

    /// <summary>Customers by city, on a map.</summary>
    public const string Map = "map";

    /// <summary>What arrives.</summary>
    public const string Feed = "feed";

    /// <summary>An indicator on its way to a target.</summary>
    public const string Goal = "goal";

    /// <summary>The state of things in sentences.</summary>
    public const string Summary = "summary";

    /// <summary>What arrives from where, and what is refused.</summary>
    public const string Quality = "quality";

    /// <summary>A text of one's own.</summary>
    public const string Text = "text";

    /// <summary>All of them, in the order in which they are offered, with the columns and rows that each takes at first and its icon.</summary>
    public static IReadOnlyList<(string Kind, int Width, int Height, string Icon)> All { get; } =
    [
        (Indicator, 3, 2, "chart-line"), (Goal, 3, 2, "star"), (Number, 3, 2, "activity"), (Summary, 6, 4, "message"), (Journey, 12, 4, "route"), (Perception, 6, 4, "heart"), (Friction, 6, 4, "alert-triangle"), (Wins, 6, 4, "star"),
        (Touchpoints, 6, 4, "click"), (Promises, 6, 4, "clock"), (Trend, 6, 4, "chart-line"), (Funnel, 6, 4, "chart-funnel"), (Retention, 6, 4, "refresh"), (Paths, 12, 6, "route"), (Map, 6, 4, "map-pin"), (Feed, 4, 5, "activity"),
        (Quality, 6, 4, "shield-check"), (Text, 4, 2, "message-circle"),
    ];

    /// <summary>Those that show the answer to a question.</summary>
    public static IReadOnlyList<string> Asks { get; } = [Number, Trend, Funnel, Retention, Paths];

    /// <summary>Those that show single customers, and so are left out of what is shared by a link.</summary>
    public static IReadOnlyList<string> Personal { get; } = [Feed];
}
