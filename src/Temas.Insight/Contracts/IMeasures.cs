using System.Text.Json;
using Temas.Collect.Contracts;
using Temas.Kernel;
using Temas.Timelines.Queries;

namespace Temas.Insight.Contracts;

/// <summary>A measure that a module works out by its own rules, for indicators to be made of.</summary>
/// <param name="Name">Its name in definitions and formulas: <c>orders.revenue</c>; of a-z, 0-9, dot and hyphen.</param>
/// <param name="Label">Its name for people.</param>
/// <param name="Meaning">What it says, and by which rule.</param>
/// <param name="Unit">How its value is read.</param>
/// <param name="HigherIsBetter">Its direction.</param>
public sealed record ProvidedMeasure(string Name, LocalText Label, LocalText Meaning, IndicatorUnit Unit, bool HigherIsBetter = true);

/// <summary>The value of a measure in one period.</summary>
/// <param name="Value">The value; null where there is none (a mean of nothing).</param>
/// <param name="Sample">Of how many it is: the denominator.</param>
/// <param name="Low">Lower end of the 95 % interval, where it is a sample; null otherwise.</param>
/// <param name="High">Upper end.</param>
/// <param name="Numerator">Of a quotient what stands above; the value itself otherwise.</param>
public readonly record struct MeasureFigure(double? Value, long Sample, double? Low = null, double? High = null, double? Numerator = null);

/// <summary>Works out measures of a workspace.</summary>
public interface IMeasures
{
    /// <summary>The measures.</summary>
    IReadOnlyList<ProvidedMeasure> All { get; }

    /// <summary>Its value in some periods, in their order.</summary>
    /// <param name="name">One of <see cref="All"/>.</param>
    /// <param name="periods">The periods; they may overlap.</param>
    /// <param name="where">Whom it is about: a condition of the query algebra; null for everybody.</param>
    /// <param name="cancel">Stops it.</param>
    Task<Result<IReadOnlyList<MeasureFigure>>> ReadAsync(string name, IReadOnlyList<TimeSpanMs> periods, JsonElement? where, CancellationToken cancel);

    /// <summary>What is missing in the data for it to be worked out; null where nothing is.</summary>
    LocalText? Missing(string name);

    /// <summary>The customers behind it in a period, as a condition of the query algebra; null where there is none that says who they are.</summary>
    JsonElement? Behind(string name, DateOnly from, DateOnly to) => null;

    /// <summary>Where no condition says who they are: address of the page that lists them; null where there is none.</summary>
    string? PageBehind(string name, DateOnly from, DateOnly to) => null;
}

/// <summary>The measures that modules provide. A part of each workspace; modules add theirs while the workspace is being put together.</summary>
public sealed class MeasureSources
{
    private readonly Dictionary<string, (ProvidedMeasure Measure, IMeasures Source)> byName = new(StringComparer.Ordinal);

    /// <summary>All of them, by name.</summary>
    public IEnumerable<ProvidedMeasure> All => byName.Values.Select(m => m.Measure).OrderBy(m => m.Name, StringComparer.Ordinal);

    /// <summary>Adds those of a module.</summary>
    public void Add(IMeasures source)
    {
        foreach (var measure in source.All) byName.Add(measure.Name, (measure, source));
    }

    /// <summary>A measure and who works it out; null where there is none of this name.</summary>
    public (ProvidedMeasure Measure, IMeasures Source)? Find(string name) => byName.TryGetValue(name, out var found) ? found : null;
}
