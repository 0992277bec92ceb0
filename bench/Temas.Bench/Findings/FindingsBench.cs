using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Customers;
using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Demo.World;
using Temas.Feedback;
using Temas.Insight;
using Temas.Insight.Columns;
using Temas.Insight.Findings;
using Temas.Kernel;
using Temas.Storage.Workspaces;
using Temas.Tests;
using Temas.Tests.Insight.Findings;

namespace Temas.Bench.Findings;

/// <summary>Loads the demo company once for each seed, looks for findings, and holds them against what is planted.</summary>
internal static class FindingsBench
{
    private static readonly DateTimeOffset Until = DateTimeOffset.Parse("2026-11-01T00:00:00Z", CultureInfo.InvariantCulture);

    public static async Task<int> RunAsync(string[] args)
    {
        var (seeds, customers, first, all) = (20, 10_000, 1, args.Contains("--all"));
        for (var i = 0; i + 1 < args.Length; i++)
        {
            if (args[i] == "--seeds") seeds = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--customers") customers = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--first") first = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
        }

        var runs = new List<SeedReport>();
        for (var seed = first; seed < first + seeds; seed++)
        {
            runs.Add(await RunSeedAsync(seed, customers, all));
            Console.WriteLine(runs[^1].Line);
        }

        Console.WriteLine();
        foreach (var line in SeedReport.Sum(runs)) Console.WriteLine(line);
        return 0;
    }

    private static async Task<SeedReport> RunSeedAsync(int seed, int customers, bool all)
    {
        var folder = Directory.CreateTempSubdirectory("temas-findings-").FullName;
        var clock = TimeProvider.System;
        var registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new FeedbackModule(), new DemoModule(), new InsightModule()], clock, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        try
        {
            using var sources = new SourceRegistry(registry, clock, NullLogger<SourceRegistry>.Instance);
            var tell = new TellWorld(new CollectPipeline(new IntakePool(clock)), new CreateSource(sources, new AuditProbe()), clock);
            var workspace = registry.All[0];
            (await new LoadDemo(tell, clock).HandleAsync(workspace, new DemoRequest(seed, customers, 365, Until), Actor.System, null, default)).Value.Dropped.ToString(CultureInfo.InvariantCulture);
            await workspace.Part<LiveColumns>().KeepProfilesAsync(default);
            var watch = Stopwatch.StartNew();
            var looked = await LookForFindings.RunAsync(workspace, Until, _ => { }, default);
            var took = watch.Elapsed;
            var world = DemoState.Of(workspace).Row!.World;
            var costs = PlantedFindings.CostsOf(workspace, world, looked.Study.When.From, Until.ToUnixTimeMilliseconds());
            if (all)
            {
                foreach (var c in looked.Candidates.OrderBy(c => c.P).Take(60))
                {
                    Console.WriteLine(FormattableString.Invariant($"   p={c.P:0.0e+0} {(c.Win ? "win" : "fri")} {c.Kind}/{c.Place} {string.Join(",", c.Where.Select(w => $"{w.Key}={w.Value}"))} met={c.Met.Count}/{c.All.Count} again={c.Compared?.Again.Value:0.000} before={c.Compared?.Before?.Value:0.000}[{c.Compared?.Before?.P:0.00}] felt={c.Compared?.Felt?.Value:0.00} value={c.Compared?.Value.Value:0} lvl={c.Compared?.Level} worth={c.Worth?.Value:0} [{c.Worth?.Low:0};{c.Worth?.High:0}] {(c.Hotspot is { } h ? $"rate={h.Rate:0.000}/{h.Elsewhere:0.000} since={(h.Since == long.MinValue ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(h.Since).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))} until={(h.Until == long.MaxValue ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(h.Until).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))}" : "")}"));
                }
            }

            return new SeedReport(seed, workspace.Log.Head, took, [.. looked.Believed.Select(b => (b.Candidate, PlantedFindings.CauseOf(b.Candidate, world)))], costs);
        }
        finally
        {
            await registry.CloseAsync();
            Directory.Delete(folder, recursive: true);
        }
    }
}

/// <summary>What came of one seed.</summary>
internal sealed record SeedReport(int Seed, long Events, TimeSpan Took, IReadOnlyList<(Candidate Finding, string? Cause)> Findings, Dictionary<string, double> Costs)
{
    private static readonly string[] Ranked = ["checkout-step-phone", "late-repurchase", "misfire-repurchase", "carrier-region"];

    private IReadOnlyList<string> Found => [.. Findings.Select(f => f.Cause).OfType<string>().Where(c => !c.StartsWith("symptom:", StringComparison.Ordinal)).Distinct()];

    private IReadOnlyList<Candidate> False => [.. Findings.Where(f => f.Cause is null).Select(f => f.Finding)];

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

    public string Line => FormattableString.Invariant(
        $"seed {Seed}: {Events} events, {Took.TotalSeconds:0.0} s; found {Found.Count}/{PlantedFindings.Causes.Count} [{string.Join(" ", PlantedFindings.Causes.Except(Found).Select(c => "-" + c))}]; {Findings.Count} findings, false {False.Count} [{string.Join("; ", False.Select(f => $"{(f.Win ? "+" : "")}{f.Kind}/{f.Place} {string.Join(",", f.Where.Select(w => w.Value))}"))}]; order {Pairs.Right}/{Pairs.All}; {string.Join(" ", Errors().Select(e => $"{e.Cause} {e.Estimate:0}/{e.True:0}{(e.Covered ? "*" : "")}"))}");

    private IEnumerable<(string Cause, double Estimate, double True, bool Covered)> Errors()
    {
        foreach (var (finding, cause) in Findings.DistinctBy(f => f.Cause))
        {
            if (cause is not null && Costs.TryGetValue(cause, out var truth) && finding.Worth is { } worth) yield return (cause, worth.Value, truth, worth.Low <= truth && truth <= worth.High);
        }
    }

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
        yield return FormattableString.Invariant($"recall {runs.Average(r => (double)r.Found.Count / PlantedFindings.Causes.Count):P1}, precision {(double)(findings - wrong) / Math.Max(1, findings):P1} ({findings} findings, {wrong} false), order right in {right}/{all} pairs, looked in {runs.Average(r => r.Took.TotalSeconds):0.0} s on average");
        foreach (var group in runs.SelectMany(r => r.False).GroupBy(f => $"{(f.Win ? "win" : "friction")} {f.Kind}/{f.Place}").OrderByDescending(g => g.Count())) yield return $"false: {group.Key} {group.Count()}";
    }

    private static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
    }
}
