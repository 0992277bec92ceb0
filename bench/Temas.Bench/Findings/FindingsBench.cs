using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
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
        var (seeds, customers, first, all) = (20, 20_000, 1, args.Contains("--all"));
        var (kept, worlds, again) = ((string?)null, (string?)null, 0);
        for (var i = 0; i + 1 < args.Length; i++)
        {
            if (args[i] == "--seeds") seeds = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--customers") customers = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--keep") kept = args[i + 1];
            if (args[i] == "--worlds") worlds = args[i + 1];
            if (args[i] == "--again") again = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            if (args[i] == "--first") first = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
        }

        if (again > 0)
        {
            await WithDemoAsync(first, customers, TimeSpan.FromHours(again), null, async (workspace, liveOn) =>
            {
                await FindingsAgain.RunAsync(workspace, Until, TimeSpan.FromHours(again), liveOn);
                return 0;
            });
            return 0;
        }

        // What was kept before is not run again.
        List<SeedReport> runs = kept is null || !File.Exists(kept)
            ? []
            : [.. (await File.ReadAllLinesAsync(kept)).Select(l => JsonSerializer.Deserialize(l, SeedReportJson.Default.SeedReport)!).Where(r => r.Customers == customers && r.Seed >= first && r.Seed < first + seeds)];
        foreach (var seed in Enumerable.Range(first, seeds).Except(runs.Select(r => r.Seed)).ToList())
        {
            runs.Add(await RunSeedAsync(seed, customers, all, worlds));
            Console.WriteLine(runs[^1].Line);
            if (kept is not null) await File.AppendAllLinesAsync(kept, [JsonSerializer.Serialize(runs[^1], SeedReportJson.Default.SeedReport)]);
        }

        Console.WriteLine();
        foreach (var line in SeedReport.Sum(runs)) Console.WriteLine(line);
        return 0;
    }

    /// <summary>Loads a demo company up to some time before the end, and does something with it; it can live on up to a moment. In a folder of worlds it stays for the next time.</summary>
    private static async Task<T> WithDemoAsync<T>(int seed, int customers, TimeSpan before, string? worlds, Func<Workspace, Func<DateTimeOffset, Task>, Task<T>> work)
    {
        var folder = worlds is null ? Directory.CreateTempSubdirectory("temas-findings-").FullName : Directory.CreateDirectory(Path.Combine(worlds, $"{seed}-{customers}")).FullName;
        var clock = TimeProvider.System;
        var registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new FeedbackModule(), new DemoModule(), new InsightModule()], clock, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        try
        {
            using var sources = new SourceRegistry(registry, clock, NullLogger<SourceRegistry>.Instance);
            var tell = new TellWorld(new CollectPipeline(new IntakePool(clock)), new CreateSource(sources, new AuditProbe()), clock);
            var workspace = registry.All[0];
            await LiveOnAsync(Until - before);
            await workspace.Part<LiveColumns>().CatchUpAsync(default);
            await workspace.Part<LiveColumns>().KeepProfilesAsync(default);
            return await work(workspace, LiveOnAsync);

            async Task LiveOnAsync(DateTimeOffset until) => _ = (await new LoadDemo(tell, clock).HandleAsync(workspace, new DemoRequest(seed, customers, 365, until), Actor.System, null, default)).Value;
        }
        finally
        {
            await registry.CloseAsync();
            if (worlds is null) Directory.Delete(folder, recursive: true);
        }
    }

    private static Task<SeedReport> RunSeedAsync(int seed, int customers, bool all, string? worlds) => WithDemoAsync(seed, customers, TimeSpan.Zero, worlds, async (workspace, _) =>
    {
        var watch = Stopwatch.StartNew();
        var looked = await LookForFindings.RunAsync(workspace, Until, _ => { }, default);
        var took = watch.Elapsed;
        var world = DemoState.Of(workspace).Row!.World;
        var costs = PlantedFindings.CostsOf(workspace, world, looked.Study.When.From, Until.ToUnixTimeMilliseconds());
        if (all)
        {
            foreach (var c in looked.Candidates.OrderBy(c => c.P).Take(60))
            {
                Console.WriteLine(FormattableString.Invariant($"   p={c.P:0.0e+0} {(c.Win ? "win" : "fri")} {c.Kind}/{c.Place} {string.Join(",", c.Where.Select(w => $"{w.Key}={w.Value}"))} met={c.Met.Count}/{c.All.Count} again={c.Compared?.Again.Value:0.000} sooner={(c.Compared?.Sooner is { } s ? s.Value * 2 * Temas.Timelines.Findings.Normal.Z95 / (s.High - s.Low) : 0):0.0}s before={c.Compared?.Before?.Value:0.000}[{c.Compared?.Before?.P:0.00}] felt={c.Compared?.Felt?.Value:0.00} value={c.Compared?.Value.Value:0} lvl={c.Compared?.Level} worth={c.Worth?.Value:0} [{c.Worth?.Low:0};{c.Worth?.High:0}] {(c.Hotspot is { } h ? $"rate={h.Rate:0.000}/{h.Elsewhere:0.000} since={(h.Since == long.MinValue ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(h.Since).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))} until={(h.Until == long.MaxValue ? "-" : DateTimeOffset.FromUnixTimeMilliseconds(h.Until).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))}" : "")}"));
            }
        }

        return SeedReport.Of(seed, customers, workspace.Log.Head, took, looked.Believed.Select(b => (b.Candidate, PlantedFindings.CauseOf(b.Candidate, world))), looked.Candidates.Select(c => (c, PlantedFindings.CauseOf(c, world))), costs);
    });
}
