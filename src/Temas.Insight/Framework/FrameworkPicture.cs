using Temas.Collect.Contracts;
using Temas.Insight.Contracts;

namespace Temas.Insight.Framework;

/// <summary>The measurement framework as it is: six steps, what each has, and what is missing.</summary>
/// <param name="Goals">Business goals, with where their indicators stand.</param>
/// <param name="Stages">The stages of the journey: touchpoints, indicators, teams and systems.</param>
/// <param name="Sources">Where data comes from, by what really arrived.</param>
/// <param name="Gaps">What is missing, in the order of the steps.</param>
public sealed record FrameworkPicture(IReadOnlyList<GoalLine> Goals, IReadOnlyList<StageLine> Stages, IReadOnlyList<SourceLine> Sources, IReadOnlyList<FrameworkGap> Gaps);

/// <summary>A goal.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Owner">Who answers for it.</param>
/// <param name="Worth">What it is worth a year.</param>
/// <param name="By">By when.</param>
/// <param name="Indicator">The indicator that measures it, with its unit; null for none.</param>
/// <param name="Target">What that should reach.</param>
/// <param name="Value">What it was in the last 30 days; null where there is no value.</param>
/// <param name="Serving">How many indicators name it, that one included.</param>
public sealed record GoalLine(string Key, LocalText Label, string Owner, double? Worth, DateOnly? By, Indicator? Indicator, double? Target, double? Value, int Serving)
{
    /// <summary>Whether its day has passed.</summary>
    public bool IsOver { get; init; }

    /// <summary>Whether the indicator is where it should be; null where there is no value or no target.</summary>
    public bool? IsReached => (Indicator, Value, Target) is ({ } indicator, { } value, { } target) ? (indicator.HigherIsBetter ? value >= target : value <= target) : null;
}

/// <summary>A stage of the journey.</summary>
/// <param name="Stage">Its key.</param>
/// <param name="Mapped">Touchpoints that the catalogue has for it.</param>
/// <param name="Used">Those of them whose events have arrived.</param>
/// <param name="Events">How many events.</param>
/// <param name="Indicators">Indicators that are in use for it.</param>
/// <param name="Owners">The teams that answer for the used ones.</param>
/// <param name="Systems">The systems that run them.</param>
/// <param name="HandOvers">Between how many different teams a customer passes here.</param>
/// <param name="WithoutOwner">Used touchpoints for which nobody answers.</param>
/// <param name="WithoutSystem">Used touchpoints whose system is not named.</param>
public sealed record StageLine(string Stage, int Mapped, int Used, long Events, int Indicators, IReadOnlyList<LocalText> Owners, IReadOnlyList<LocalText> Systems, int HandOvers, int WithoutOwner, int WithoutSystem);

/// <summary>A source, by the newest records of the log.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Name">Its name.</param>
/// <param name="Events">Events that it has sent since it was made, and that were taken.</param>
/// <param name="Dropped">Events that were refused.</param>
/// <param name="LastReceived">When the latest of the newest records arrived; null where none of them is its.</param>
/// <param name="Known">Of its newest records the share that the catalogue has a touchpoint for; null of none.</param>
/// <param name="Flagged">Of these the share of which Collect noticed something.</param>
public sealed record SourceLine(int Id, string Name, long Events, long Dropped, DateTimeOffset? LastReceived, double? Known, double? Flagged)
{
    /// <summary>The person or team that answers for what it sends; null for nobody yet.</summary>
    public string? Owner { get; init; }
}

/// <summary>Something that is missing.</summary>
/// <param name="Step">Of which step, 1 to 6.</param>
/// <param name="Code">What: <c>goals_none</c>, <c>goal_without_indicator</c>, <c>goal_without_horizon</c>, <c>goal_over</c>, <c>goal_gone</c>, <c>stage_without_touch</c>, <c>touchpoints_missing</c>, <c>events_unknown</c>, <c>stage_without_indicator</c>, <c>stage_gone</c>, <c>indicators_lack_data</c>, <c>source_silent</c>, <c>source_unmapped</c>, <c>sources_none</c>, <c>source_without_owner</c>, <c>touchpoints_none</c>, <c>touchpoints_without_owner</c>, <c>touchpoints_without_system</c>, <c>indicators_without_target</c>, <c>indicators_without_owner</c>.</param>
/// <param name="Subject">Which: key of the goal or stage, number of the source; null where it is about several.</param>
/// <param name="Count">How many.</param>
public sealed record FrameworkGap(int Step, string Code, string? Subject, int Count)
{
    /// <summary>Of <c>touchpoints_missing</c> the keys of those that journeys name and the catalogue does not have; null otherwise. Managers and above can add them.</summary>
    public IReadOnlyList<string>? Names { get; init; }
}
