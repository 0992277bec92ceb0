using System.Text.Json;
using System.Text.Json.Serialization;
using Temas.Collect.Contracts;
using Temas.Customers.Contracts;
using Temas.Kernel;

namespace Temas.Insight.Contracts;

/// <summary>What an indicator is, as dashboards, monitors and the framework need to know it.</summary>
/// <param name="Key">Its key.</param>
/// <param name="Label">Its name.</param>
/// <param name="Description">What it says, and by which definition.</param>
/// <param name="Owner">Who answers for it; empty where nobody does.</param>
/// <param name="Goal">Key of the business goal that it serves; null for none.</param>
/// <param name="Stage">Key of the stage of the journey that it belongs to; null for the whole.</param>
/// <param name="Unit">How its value is read.</param>
/// <param name="HigherIsBetter">Its direction.</param>
/// <param name="Target">What it should reach, in its unit; null where none was set.</param>
/// <param name="Warning">From where it needs looking at, between the target and what is bad; null where none was set.</param>
public sealed record Indicator(string Key, LocalText Label, LocalText? Description, string Owner, string? Goal, string? Stage, IndicatorUnit Unit, bool HigherIsBetter, double? Target, double? Warning);

/// <summary>How a value is read.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<IndicatorUnit>))]
public enum IndicatorUnit
{
    /// <summary>A number of things.</summary>
    Count,

    /// <summary>A share from 0 to 1, shown in percent.</summary>
    Share,

    /// <summary>An amount in the currency of the workspace.</summary>
    Money,

    /// <summary>A duration in days.</summary>
    Days,

    /// <summary>A duration in hours.</summary>
    Hours,

    /// <summary>A score on a scale of its own (NPS from -100 to 100, perception from -1 to 1).</summary>
    Score,

    /// <summary>A quotient of things (orders per customer).</summary>
    Ratio,
}

/// <summary>What is asked of an indicator.</summary>
/// <param name="From">First day, in the time zone of the workspace.</param>
/// <param name="To">The day after the last.</param>
/// <param name="Bucket">Width of a point of the series: <c>day</c>, <c>week</c> or <c>month</c>; null for no series.</param>
/// <param name="Where">Whom it is about: a condition of the query algebra; null for everybody.</param>
/// <param name="Compare">Whether the equally long time before is read, too.</param>
public sealed record IndicatorAsk(DateOnly From, DateOnly To, string? Bucket = null, JsonElement? Where = null, bool Compare = false);

/// <summary>One point of the series.</summary>
/// <param name="From">First day of the bucket.</param>
/// <param name="Value">The value; null where there is none (a mean of nothing).</param>
/// <param name="Sample">Of how many it is.</param>
public sealed record IndicatorPoint(DateOnly From, double? Value, long Sample);

/// <summary>How it stands against its target.</summary>
[JsonConverter(typeof(SnakeCaseEnumConverter<IndicatorState>))]
public enum IndicatorState
{
    /// <summary>No target, or no value.</summary>
    Unjudged,

    /// <summary>At the target or better.</summary>
    Good,

    /// <summary>Between the target and the warning.</summary>
    Watch,

    /// <summary>Worse than that.</summary>
    Bad,
}

/// <summary>An indicator's value.</summary>
/// <param name="Indicator">What it is.</param>
/// <param name="Value">The value; null where there is none.</param>
/// <param name="Low">Lower end of the 95 % interval, where it is a sample; null otherwise.</param>
/// <param name="High">Upper end.</param>
/// <param name="Sample">Of how many it is: the denominator.</param>
/// <param name="Before">The value of the time before; null where it was not asked for or there was none.</param>
/// <param name="Series">The points, oldest first; empty where none were asked for.</param>
/// <param name="State">How it stands against its target.</param>
/// <param name="Missing">What is missing in the data for it to be computed, in the reader's language; null where nothing is.</param>
/// <param name="ComputedAt">When it was worked out.</param>
/// <param name="Customers">The condition of the customers behind it (those of the numerator), for a link to them; null where there is none.</param>
public sealed record IndicatorReading(Indicator Indicator, double? Value, double? Low, double? High, long Sample, double? Before, IReadOnlyList<IndicatorPoint> Series, IndicatorState State, string? Missing, DateTimeOffset ComputedAt, JsonElement? Customers)
{
    /// <summary>Where no condition says who they are: address of the page that lists the customers behind it; null where there is none.</summary>
    public string? CustomersPage { get; init; }

    /// <summary>Of a formula, which is about no customers itself: what it is made of that is; empty where it is none.</summary>
    public IReadOnlyList<IndicatorPart> Parts { get; init; } = [];
}

/// <summary>A part of a formula, with the customers behind it.</summary>
/// <param name="Key">Key of the indicator or measure.</param>
/// <param name="Label">Its name.</param>
/// <param name="Customers">The condition of the customers behind it; null where there is none.</param>
/// <param name="CustomersPage">Where no condition says who they are: address of the page that lists them.</param>
public sealed record IndicatorPart(string Key, LocalText Label, JsonElement? Customers, string? CustomersPage);

/// <summary>The indicators of a workspace; a part of it.</summary>
public interface IIndicators
{
    /// <summary>All that are in use, by key.</summary>
    IReadOnlyDictionary<string, Indicator> All { get; }

    /// <summary>Reads one, on the live data. One that is not there, and a question that may not be asked, is a problem.</summary>
    Task<Result<IndicatorReading>> ReadAsync(string key, IndicatorAsk ask, CancellationToken cancel);

    /// <summary>Reads several at once, over the same time: what many of them ask is one question, so this is much quicker than one after the other. By key; each is read or has its problem.</summary>
    Task<IReadOnlyDictionary<string, Result<IndicatorReading>>> ReadManyAsync(IReadOnlyCollection<string> keys, IndicatorAsk ask, CancellationToken cancel);
}
