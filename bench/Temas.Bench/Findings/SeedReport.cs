using System.Text.Json.Serialization;
using Temas.Insight.Findings;
using Temas.Tests.Insight.Findings;

namespace Temas.Bench.Findings;

/// <summary>A finding, as far as the report asks.</summary>
/// <param name="What">What it is, in words of the detectors.</param>
/// <param name="Cause">The planted cause that it is; null for a false one.</param>
/// <param name="Worth">What it is said to cost or bring; null for nothing said.</param>
/// <param name="Low">Lower end of its interval.</param>
/// <param name="High">Upper end.</param>
internal sealed record FoundLine(string What, string? Cause, double? Worth, double? Low, double? High);

/// <summary>What came of one seed.</summary>
internal sealed record SeedReport(int Seed, int Customers, long Events, double Seconds, IReadOnlyList<FoundLine> Findings, Dictionary<string, double> Costs)
{
    private static readonly string[] Ranked = ["checkout-step-phone", "late-repurchase", "misfire-repurchase", "carrier-region"];

    /// <summary>The planted causes that were found.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> Found => [.. Findings.Select(f => f.Cause).OfType<string>().Where(c => !c.StartsWith("symptom:", StringComparison.Ordinal)).Distinct()];

    /// <summary>What was found and is not there.</summary>
    [JsonIgnore]
    public IReadOnlyList<FoundLine> False => [.. Findings.Where(f => f.Cause is null)];

    /// <summary>In a line.</summary>
    [JsonIgnore]
    public string Line => FormattableString.Invariant(
        $"seed {Seed}: {Events} events, {Seconds:0.0} s; found {Found.Count}/{PlantedFindings.Causes.Count} [{string.Join(" ", PlantedFindings.Causes.Except(Found).Select(c => "-" + c))}]; {Findings.Count} findings, false {False.Count} [{string.Join("; ", False.Select(f => f.What))}]; order {Pairs.Right}/{Pairs.All}; {string.Join(" ", Errors().Select(e => $"{e.Cause} {e.Estimate:0}/{e.True:0}{(e.Covered ? "*" : "")}"))}");

    /// <summary>Pairs of frictions with a true cost that stand in the order of those costs, and all such pairs.</summary>
    private (int Right, int All) Pairs
    {
        get
        {
            var order = Findings.Select(f => f.Cause).OfType<string>().Where(Ranked.Contains).Distinct().ToList();
            var (right, all) = (0, 0);
            for (var i = 0; i < order.Count; i++)
            {
                for (var j = i + 1; j < order.Count; j++)
                {
                    all++;
                    if (Costs[order[i]] >= Costs[order[j]]) right++;
                }
            }

            return (right, all);
        }
    }

    /// <summary>A report of what was looked.</summary>
    public static SeedReport Of(int seed, int customers, long events, TimeSpan took, IEnumerable<(Candidate Finding, string? Cause)> findings, Dictionary<string, double> costs) => new(
        seed, customers, events, took.TotalSeconds,
        [.. findings.Select(f => new FoundLine($"{(f.Finding.Win ? "+" : "")}{f.Finding.Kind}/{f.Finding.Place} {string.Join(",", f.Finding.Where.Select(w => w.Value))}".TrimEnd(), f.Cause, f.Finding.Worth?.Value, f.Finding.Worth?.Low, f.Finding.Worth?.High))],
        costs);

    /// <summary>All seeds together.</summary>
    public static IEnumerable<string> Sum(IReadOnlyList<SeedReport> runs)
    {
        foreach (var cause in PlantedFindings.Causes)
        {
            var errors = runs.SelectMany(r => r.Errors().Where(e => e.Cause == cause)).ToList();
            var found = runs.Count(r => r.Found.Contains(cause));
            var cost = errors.Count == 0 ? "" : FormattableString.Invariant($"; cost: median error {Median(errors.Select(e => Math.Abs(e.Estimate - e.True) / e.True)):P0}, bias {Median(errors.Select(e => (e.Estimate - e.True) / e.True)):P0}, in the interval {errors.Count(e => e.Covered)}/{errors.Count}");
            yield return $"{cause}: found in {found}/{runs.Count}{cost}";
        }

        var (right, all, findings, wrong) = (runs.Sum(r => r.Pairs.Right), runs.Sum(r => r.Pairs.All), runs.Sum(r => r.Findings.Count), runs.Sum(r => r.False.Count));
        yield return FormattableString.Invariant($"recall {runs.Average(r => (double)r.Found.Count / PlantedFindings.Causes.Count):P1}, precision {(double)(findings - wrong) / Math.Max(1, findings):P1} ({findings} findings, {wrong} false), order right in {right}/{all} pairs and in {runs.Count(r => r.Pairs.Right == r.Pairs.All)}/{runs.Count} seeds, looked in {runs.Average(r => r.Seconds):0.0} s on average");
        foreach (var group in runs.SelectMany(r => r.False).GroupBy(f => f.What).OrderByDescending(g => g.Count())) yield return $"false: {group.Key} {group.Count()}";
    }

    private IEnumerable<(string Cause, double Estimate, double True, bool Covered)> Errors()
    {
        foreach (var finding in Findings.DistinctBy(f => f.Cause))
        {
            if (finding is { Cause: { } cause, Worth: { } worth, Low: { } low, High: { } high } && Costs.TryGetValue(cause, out var truth)) yield return (cause, worth, truth, low <= truth && truth <= high);
        }
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}

[JsonSerializable(typeof(SeedReport))]
internal sealed partial class SeedReportJson : JsonSerializerContext;
