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

/// <summary>What came of one seed. <see cref="Suspected"/>: each planted cause with a true cost as it was estimated, whether it was believed or not: an error that is taken over those that were believed alone says nothing of those that came out too low.</summary>
internal sealed record SeedReport(int Seed, int Customers, long Events, double Seconds, IReadOnlyList<FoundLine> Findings, IReadOnlyList<FoundLine> Suspected, Dictionary<string, double> Costs)
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
        $"seed {Seed}: {Events} events, {Seconds:0.0} s; found {Found.Count}/{PlantedFindings.Causes.Count} [{string.Join(" ", PlantedFindings.Causes.Except(Found).Select(c => "-" + c))}]; {Findings.Count} findings, false {False.Count} [{string.Join("; ", False.Select(f => f.What))}]; order {Pairs.Right}/{Pairs.All}; {string.Join(" ", Errors(Suspected).Select(e => $"{e.Cause} {e.Estimate:0}/{e.True:0}{(e.Covered ? "*" : "")}"))}");

    /// <summary>Pairs of frictions with a true cost that stand in the order of those costs, and all such pairs; and of those that do not, how many were said to be apart: neither interval holds any of the other.</summary>
    private (int Right, int All, int Apart) Pairs
    {
        get
        {
            var said = Findings.Where(f => f.Cause is not null).DistinctBy(f => f.Cause).ToDictionary(f => f.Cause!);
            var order = Findings.Select(f => f.Cause).OfType<string>().Where(Ranked.Contains).Distinct().ToList();
            var (right, all, apart) = (0, 0, 0);
            for (var i = 0; i < order.Count; i++)
            {
                for (var j = i + 1; j < order.Count; j++)
                {
                    all++;
                    if (Costs[order[i]] >= Costs[order[j]]) right++;
                    else if (said[order[i]].Low > said[order[j]].High) apart++;
                }
            }

            return (right, all, apart);
        }
    }

    /// <summary>A report of what was looked.</summary>
    public static SeedReport Of(int seed, int customers, long events, TimeSpan took, IEnumerable<(Candidate Finding, string? Cause)> findings, IEnumerable<(Candidate Finding, string? Cause)> candidates, Dictionary<string, double> costs) => new(
        seed, customers, events, took.TotalSeconds,
        [.. findings.Select(LineOf)],
        [.. candidates.Where(c => c.Cause is not null && costs.ContainsKey(c.Cause)).OrderBy(c => c.Finding.P).DistinctBy(c => c.Cause).Select(LineOf)],
        costs);

    private static FoundLine LineOf((Candidate Finding, string? Cause) f) =>
        new($"{(f.Finding.Win ? "+" : "")}{f.Finding.Kind}/{f.Finding.Place} {string.Join(",", f.Finding.Where.Select(w => w.Value))}".TrimEnd(), f.Cause, f.Finding.Worth?.Value, f.Finding.Worth?.Low, f.Finding.Worth?.High);

    /// <summary>All seeds together.</summary>
    public static IEnumerable<string> Sum(IReadOnlyList<SeedReport> runs)
    {
        foreach (var cause in PlantedFindings.Causes)
        {
            var found = runs.Count(r => r.Found.Contains(cause));
            yield return $"{cause}: found in {found}/{runs.Count}{ErrorsOf(cause, "; cost, found or not", r => r.Suspected)}{ErrorsOf(cause, "; as said where found", r => r.Findings)}";
        }

        string ErrorsOf(string cause, string name, Func<SeedReport, IReadOnlyList<FoundLine>> lines)
        {
            var errors = runs.SelectMany(r => r.Errors(lines(r)).Where(e => e.Cause == cause)).ToList();
            var off = errors.ConvertAll(e => (e.Estimate - e.True) / e.True);
            var (mean, count) = (off.Count == 0 ? 0 : off.Average(), off.Count);
            return count == 0 ? "" : FormattableString.Invariant(
                $"{name}: mean error {mean:P0} (± {(count < 2 ? 0 : Math.Sqrt(off.Sum(o => (o - mean) * (o - mean)) / (count - 1) / count)):P0}), median of its size {Median(off.Select(Math.Abs)):P0}, in the interval {errors.Count(e => e.Covered)}/{count}");
        }

        var (right, all, apart, findings, wrong) = (runs.Sum(r => r.Pairs.Right), runs.Sum(r => r.Pairs.All), runs.Sum(r => r.Pairs.Apart), runs.Sum(r => r.Findings.Count), runs.Sum(r => r.False.Count));
        yield return FormattableString.Invariant($"recall {runs.Average(r => (double)r.Found.Count / PlantedFindings.Causes.Count):P1}, precision {(double)(findings - wrong) / Math.Max(1, findings):P1} ({findings} findings, {wrong} false), order right in {right}/{all} pairs ({apart} of the others said to be apart) and in {runs.Count(r => r.Pairs.Right == r.Pairs.All)}/{runs.Count} seeds, looked in {runs.Average(r => r.Seconds):0.0} s on average");
        foreach (var group in runs.SelectMany(r => r.False).GroupBy(f => f.What).OrderByDescending(g => g.Count())) yield return $"false: {group.Key} {group.Count()}";
    }

    private IEnumerable<(string Cause, double Estimate, double True, bool Covered)> Errors(IReadOnlyList<FoundLine> lines)
    {
        foreach (var finding in lines.DistinctBy(f => f.Cause))
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
