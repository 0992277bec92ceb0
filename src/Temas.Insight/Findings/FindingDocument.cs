using System.Text.Json.Serialization;
using Temas.Collect.Contracts;

namespace Temas.Insight.Findings;

/// <summary>A finding as it is kept and told: everything that its page shows but the customers.</summary>
internal sealed record FindingDocument
{
    /// <summary>Its id.</summary>
    public required string Id { get; init; }

    /// <summary>Whether it is a win.</summary>
    public required bool Win { get; init; }

    /// <summary>The detector.</summary>
    public required string Kind { get; init; }

    /// <summary>Key of the promise, touchpoint or step.</summary>
    public required string Place { get; init; }

    /// <summary>What it is and where, in a sentence.</summary>
    public required LocalText Title { get; init; }

    /// <summary>What was looked at, and what it means.</summary>
    public required LocalText About { get; init; }

    /// <summary>What to do next.</summary>
    public required LocalText Next { get; init; }

    /// <summary>Properties that tell the place apart, and their values.</summary>
    public IReadOnlyList<FindingPlace> Where { get; init; } = [];

    /// <summary>Stage of the journey; null for none.</summary>
    public string? Stage { get; init; }

    /// <summary>The team that answers for the place; null where the catalogue names none.</summary>
    public LocalText? Owner { get; init; }

    /// <summary>The system that runs it; null where the catalogue names none.</summary>
    public LocalText? System { get; init; }

    /// <summary>First day of what was seen.</summary>
    public required DateOnly Since { get; init; }

    /// <summary>Whether it began then; otherwise it was so for as long as was looked.</summary>
    public bool HasBegun { get; init; }

    /// <summary>Whether it is about a step: all who came there are held against others elsewhere.</summary>
    public bool IsStep { get; init; }

    /// <summary>How many customers met it.</summary>
    public required long Customers { get; init; }

    /// <summary>How many times it was met.</summary>
    public required long Times { get; init; }

    /// <summary>Of how many times at which it might have been.</summary>
    public required long OfTimes { get; init; }

    /// <summary>The share, or mean, there.</summary>
    public double? Rate { get; init; }

    /// <summary>The same elsewhere.</summary>
    public double? Elsewhere { get; init; }

    /// <summary>What it costs or brings; null where nobody like those who met it was found.</summary>
    public FindingFigure? Worth { get; init; }

    /// <summary>For how many times <see cref="Worth"/> counts: all of them, or those beyond what is usual elsewhere.</summary>
    public double Attributed { get; init; }

    /// <summary>Share of false ones expected among findings as clear as this.</summary>
    public required double Q { get; init; }

    /// <summary>For how many days what came after was counted.</summary>
    public required int Days { get; init; }

    /// <summary>Those who met it held against others like them; null where there were too few.</summary>
    public FindingComparison? Compared { get; init; }

    /// <summary>Week by week, the oldest first.</summary>
    public IReadOnlyList<FindingWeek> Weeks { get; init; } = [];

    /// <summary>Who they are, by how often they had bought before: prospects, once, twice, three or four times, more often.</summary>
    public IReadOnlyList<long> ByOrders { get; init; } = [];

    /// <summary>How the share of the last four weeks stands to that before: -1 less, 0 the same, 1 more.</summary>
    public int Trend { get; init; }

    /// <summary>Whether the last four weeks are as if it was not there.</summary>
    public bool IsQuiet { get; init; }
}

/// <summary>A property and its value.</summary>
internal sealed record FindingPlace(string Property, string Value);

/// <summary>A figure with its 95 % interval.</summary>
internal sealed record FindingFigure(double Value, double Low, double High)
{
    /// <summary>Whether it lies clearly on one side of nothing.</summary>
    [JsonIgnore]
    public bool IsClear => Low > 0 || High < 0;
}

/// <summary>A week: how many times it was met, of how many.</summary>
internal sealed record FindingWeek(DateOnly From, int Times, int Of);

/// <summary>Two groups side by side.</summary>
/// <param name="Met">Times it was met of which is known what came after.</param>
/// <param name="Matched">For how many of them others like them were found.</param>
/// <param name="Others">How many others.</param>
/// <param name="Level">How many parts of the history had to be left out, in steps.</param>
/// <param name="AgainMet">Share who bought after.</param>
/// <param name="AgainOthers">The same of the others.</param>
/// <param name="Again">The difference.</param>
/// <param name="ValueMet">Spent after, on average.</param>
/// <param name="ValueOthers">The same of the others.</param>
/// <param name="Value">The difference.</param>
/// <param name="FeltMet">How they said it was; null where too few did.</param>
/// <param name="FeltOthers">The same of the others.</param>
/// <param name="Felt">The difference.</param>
/// <param name="Before">The difference in buying that there was already before.</param>
/// <param name="Pace">By how much those who met it come back more often, or less, than the others at any time of the year after: the hazard ratio; null where that was not asked.</param>
internal sealed record FindingComparison(
    int Met, int Matched, int Others, int Level, double AgainMet, double AgainOthers, FindingFigure Again, double ValueMet, double ValueOthers, FindingFigure Value, double? FeltMet, double? FeltOthers, FindingFigure? Felt, FindingFigure? Before, FindingFigure? Pace);
