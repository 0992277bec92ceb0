using Temas.Insight.Contracts;

namespace Temas.Insight.Dashboards.Tiles;

/// <summary>What a tile shows, worked out: figures in the reader's words, and where each leads. An address that is null leads nowhere: nobody stands behind it, or the board is shared.</summary>
public abstract record TileContent
{
    /// <summary>Where the tile as a whole leads; null for nowhere.</summary>
    public string? More { get; init; }

    /// <summary>A remark below it; null for none.</summary>
    public string? Note { get; init; }

    /// <summary>Whether something happened since that is not in it: then the page asks again.</summary>
    public bool IsLate { get; init; }
}

/// <summary>There is nothing to show, and why.</summary>
public sealed record EmptyContent(string Icon, string Title, string Why) : TileContent
{
    /// <summary>Words of the address that helps on.</summary>
    public string? MoreText { get; init; }

    /// <summary>Whether what it shows is still being worked out after a start.</summary>
    public bool IsLoading { get; init; }

    /// <summary>Whether data that was never sent is missing: then the tile steps back.</summary>
    public bool IsWaiting { get; init; }
}

/// <summary>How something changed against the period before.</summary>
/// <param name="Text">By how much.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c> or <c>flat</c>.</param>
/// <param name="IsUp">Whether it is more than before.</param>
/// <param name="Before">What it was.</param>
public sealed record ChangeOf(string Text, string Tone, bool IsUp, string Before);

/// <summary>One number.</summary>
public sealed record NumberContent(string Value, string? Href, IReadOnlyList<double?> Course, ChangeOf? Change) : TileContent
{
    /// <summary>How it stands against its target: <c>good</c>, <c>watch</c>, <c>bad</c>; empty where it is not judged.</summary>
    public string State { get; init; } = "";

    /// <summary>The target, in words.</summary>
    public string? Target { get; init; }

    /// <summary>The interval of a sample, in words.</summary>
    public string? Interval { get; init; }

    /// <summary>The same as figures, for programs.</summary>
    public FiguresOf Figures { get; init; } = new(null, null, null, null, null, []);

    /// <summary>How far along to its target it is, from 0 to 1; null where that cannot be said.</summary>
    public double? Reached { get; init; }
}

/// <summary>The figures behind the words of a number.</summary>
/// <param name="Value">It.</param>
/// <param name="Before">In the period before.</param>
/// <param name="Target">What it should be.</param>
/// <param name="Low">The lower end of its interval.</param>
/// <param name="High">The upper end.</param>
/// <param name="Course">Its course: when each point begins, as programs write it, and the figure.</param>
public sealed record FiguresOf(double? Value, double? Before, double? Target, double? Low, double? High, IReadOnlyList<(string From, double? Value)> Course);

/// <summary>One line of a chart.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Tone">Its colour.</param>
/// <param name="IsBefore">Whether it is the period before.</param>
/// <param name="Figures">By bucket.</param>
/// <param name="Texts">The same in words.</param>
/// <param name="Links">The customers behind each.</param>
/// <param name="Total">Of the whole period, in words.</param>
/// <param name="TotalHref">The customers behind that.</param>
public sealed record ChartLine(string Name, int Tone, bool IsBefore, IReadOnlyList<double?> Figures, IReadOnlyList<string> Texts, IReadOnlyList<string?> Links, string Total, string? TotalHref);

/// <summary>Figures over time.</summary>
public sealed record LinesContent(IReadOnlyList<string> Labels, IReadOnlyList<ChartLine> Lines, bool IsBars, ChangeOf? Change) : TileContent
{
    /// <summary>Whether figures are shares of one.</summary>
    public bool AreShares { get; init; }

    /// <summary>When each bucket begins, for programs.</summary>
    public IReadOnlyList<string> Starts { get; init; } = [];
}

/// <summary>A step of a funnel.</summary>
public sealed record FunnelBar(string Name, string Customers, string? Href, double Share, string ShareText, string? Lost, string? LostHref);

/// <summary>A funnel.</summary>
public sealed record FunnelContent(string Rate, IReadOnlyList<FunnelBar> Steps) : TileContent;

/// <summary>Those who began in one bucket (<paramref name="Start"/>: when it begins, as programs write it), and which share of them came back.</summary>
public sealed record CohortRow(string Label, string Start, string Customers, string? Href, IReadOnlyList<(string Text, int Shade, string? Href)> Cells);

/// <summary>Who comes back; how much later each column is.</summary>
public sealed record RetentionContent(IReadOnlyList<string> Columns, IReadOnlyList<CohortRow> Rows) : TileContent;

/// <summary>A transition of ways.</summary>
public sealed record WayRow(string At, string From, string To, string Ways, string Customers, string? Href, double? Perception);

/// <summary>Ways.</summary>
/// <param name="Chart">The data of the chart.</param>
/// <param name="Rows">The transitions.</param>
/// <param name="Nodes">What stands at the places: its row, its name, and in how many ways.</param>
public sealed record PathsContent(string Chart, IReadOnlyList<WayRow> Rows, IReadOnlyList<(string At, string Name, string Ways)> Nodes) : TileContent;

/// <summary>A stage of the journey.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Icon">Its icon.</param>
/// <param name="Touches">How many touches.</param>
/// <param name="TouchesHref">The customers behind them.</param>
/// <param name="Customers">How many customers.</param>
/// <param name="Perception">How they took it; null where that is not known.</param>
/// <param name="Change">By how much that changed; null where it cannot be said.</param>
/// <param name="Bad">Which share was taken badly, in words.</param>
/// <param name="BadHref">The customers who did.</param>
/// <param name="Weight">Its part of the touches, from 0 to 1.</param>
public sealed record StageFigure(string Name, string Icon, string Touches, string? TouchesHref, string Customers, double? Perception, double? Change, string Bad, string? BadHref, double Weight);

/// <summary>The stages of the journey.</summary>
public sealed record JourneyContent(IReadOnlyList<StageFigure> Stages) : TileContent;

/// <summary>How customers take it.</summary>
/// <param name="Mean">The mean, from -1 to 1.</param>
/// <param name="Change">Against the period before.</param>
/// <param name="Parts">Well, neither and badly: the share, and the customers.</param>
/// <param name="Buckets">By bucket: label, when it begins as programs write it, positive, negative, mean.</param>
public sealed record PerceptionContent(double Mean, ChangeOf? Change, IReadOnlyList<(double Tone, string Word, double Share, string Text, string? Href)> Parts, IReadOnlyList<(string Label, string Start, double Positive, double Negative, double? Mean)> Buckets) : TileContent;

/// <summary>Promises of a kind.</summary>
public sealed record PromiseRow(string Name, double? InTime, string InTimeText, string Kept, string? KeptHref, string Late, string? LateHref, string Broken, string? BrokenHref, long Waiting, string? WaitingHref, double LateShare, double BrokenShare);

/// <summary>Promises.</summary>
public sealed record PromisesContent(IReadOnlyList<PromiseRow> Rows) : TileContent;

/// <summary>A touchpoint, by how it was taken.</summary>
public sealed record TouchpointRow(string Name, string? Href, double Perception, double? Change, string Touches);

/// <summary>Touchpoints.</summary>
public sealed record TouchpointsContent(IReadOnlyList<TouchpointRow> Rows) : TileContent;

/// <summary>A friction or a win; <paramref name="IsClear"/> where its interval leaves no doubt that it costs, or brings, something.</summary>
public sealed record FindingRow(string Title, string? Href, string Worth, string Range, string Customers, string Owner, FindingState State, double Weight, bool IsClear)
{
    /// <summary>What it costs or brings, with its interval, as figures.</summary>
    public (double Value, double Low, double High) Money { get; init; }
}

/// <summary>Frictions or wins.</summary>
public sealed record FindingsContent(IReadOnlyList<FindingRow> Rows, bool AreWins) : TileContent;

/// <summary>Customers of a place; of which province it is, where it is one that is on the map.</summary>
public sealed record PlaceRow(string Name, string Customers, string? Href, double Share, string? Province)
{
    /// <summary>Code of the country, on a map of the world; null for one that is not on it.</summary>
    public string? Country { get; init; }
}

/// <summary>Customers by place.</summary>
public sealed record MapContent(IReadOnlyList<PlaceRow> Rows, string? Elsewhere) : TileContent
{
    /// <summary>Whether they are countries.</summary>
    public bool IsWorld { get; init; }
}

/// <summary>An event that arrived.</summary>
public sealed record FeedRow(string Name, DateTimeOffset At, string? Customer, string? Href, string Source);

/// <summary>What arrives.</summary>
public sealed record FeedContent(IReadOnlyList<FeedRow> Rows) : TileContent;

/// <summary>A sentence, made of a fact.</summary>
/// <param name="Icon">Its icon.</param>
/// <param name="Tone"><c>good</c>, <c>bad</c> or <c>flat</c>.</param>
/// <param name="Text">The sentence.</param>
/// <param name="Href">Where the fact comes from.</param>
public sealed record SummaryLine(string Icon, string Tone, string Text, string? Href);

/// <summary>The state of things in sentences.</summary>
public sealed record SummaryContent(IReadOnlyList<SummaryLine> Lines) : TileContent;

/// <summary>A source, as its data arrives.</summary>
public sealed record SourceRow(string Name, string? Href, string Accepted, string Refused, double RefusedShare, string Reason);

/// <summary>What arrives and what is refused.</summary>
public sealed record QualityContent(IReadOnlyList<SourceRow> Rows, IReadOnlyList<(string Text, string? Href)> Warnings) : TileContent;

/// <summary>A text.</summary>
public sealed record TextContent(IReadOnlyList<string> Paragraphs) : TileContent;
