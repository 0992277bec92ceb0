using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Insight.Contracts;
using Temas.Insight.Monitors.Judging;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Monitors.Definitions;

/// <summary>What a monitor watches for.</summary>
public enum Watched
{
    /// <summary>Days that are unlike what came before.</summary>
    Anomaly,

    /// <summary>A value above or below a limit.</summary>
    Threshold,

    /// <summary>A target that is missed.</summary>
    Target,

    /// <summary>Data that stopped arriving.</summary>
    Stopped,

    /// <summary>What many customers speak of and no topic covers.</summary>
    Topics,
}

/// <summary>Which way a value has to be off.</summary>
public enum Direction
{
    /// <summary>Either.</summary>
    Both,

    /// <summary>The one that is worse for the indicator.</summary>
    Worse,

    /// <summary>Upwards.</summary>
    Above,

    /// <summary>Downwards.</summary>
    Below,
}

/// <summary>How much an alert presses.</summary>
public enum Severity
{
    /// <summary>To be known.</summary>
    Info,

    /// <summary>To be looked at.</summary>
    Warning,

    /// <summary>To be looked at now.</summary>
    Critical,
}

/// <summary>What is watched, and who is told: definition of kind <c>monitor</c> (docs/monitors.md).</summary>
internal sealed record MonitorDefinition
{
    /// <summary>All that there are.</summary>
    public const string All = "*";

    /// <summary>Those to whom alerts go, beside addresses: whoever owns what is watched, and the managers of the workspace.</summary>
    public const string ToOwner = "owner", ToManagers = "managers";

    /// <summary>Its key.</summary>
    public required string Key { get; init; }

    /// <summary>Its name.</summary>
    public required LocalText Label { get; init; }

    /// <summary>What it is for.</summary>
    public LocalText? Description { get; init; }

    /// <summary>Whether it watches.</summary>
    public bool IsOn { get; init; } = true;

    /// <summary>What it watches for.</summary>
    public required Watched Watched { get; init; }

    /// <summary>Keys of indicators, or <see cref="All"/>; of anomalies, thresholds and targets.</summary>
    public IReadOnlyList<string> Indicators { get; init; } = [];

    /// <summary>Numbers of sources, or <see cref="All"/>; of data that stopped.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>Types of events, or <see cref="All"/>; of data that stopped.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>What of these is left out.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Only these customers; null for all. A condition of the query algebra.</summary>
    public JsonElement? Where { get; init; }

    /// <summary>How many standard deviations are nothing unusual.</summary>
    public double Limit { get; init; } = DayLimits.Usual;

    /// <summary>Which way.</summary>
    public Direction Direction { get; init; }

    /// <summary>The limit of a threshold, in the indicator's unit.</summary>
    public double Threshold { get; init; }

    /// <summary>Of a threshold: for so many days. Of a target: over so many days.</summary>
    public int Days { get; init; } = 1;

    /// <summary>Who answers for it; empty for whoever owns what is watched.</summary>
    public string Owner { get; init; } = "";

    /// <summary>Who is told by mail: <see cref="ToOwner"/>, <see cref="ToManagers"/>, addresses of people of the workspace.</summary>
    public IReadOnlyList<string> To { get; init; } = [];

    /// <summary>For so many days after an alert nobody is told of the same again.</summary>
    public int CoolDownDays { get; init; } = 3;

    /// <summary>How much its alerts press; null where what happened says so.</summary>
    public Severity? Severity { get; init; }

    /// <summary>The monitors of a workspace, by key.</summary>
    public static IReadOnlyDictionary<string, MonitorDefinition> Of(Workspace workspace) => workspace.Definitions.Current(MonitorKind.Instance);

    /// <summary>Whether it is about indicators.</summary>
    public bool IsOfIndicators => Watched is Watched.Anomaly or Watched.Threshold or Watched.Target;

    /// <summary>The indicators that it watches.</summary>
    public IEnumerable<Indicator> IndicatorsOf(IReadOnlyDictionary<string, Indicator> all) =>
        (Indicators.Contains(All) ? all.Values : Indicators.Select(all.GetValueOrDefault).OfType<Indicator>()).Where(i => !Except.Contains(i.Key) && (Watched != Watched.Target || i.Target is not null));

    /// <summary>Whether being off this way is what it watches for.</summary>
    public bool Heeds(double off, bool higherIsBetter) => Direction switch { Direction.Above => off > 0, Direction.Below => off < 0, Direction.Worse => off > 0 != higherIsBetter, _ => true };
}
