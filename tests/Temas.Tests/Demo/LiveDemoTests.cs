using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Customers;
using Temas.Customers.Contracts;
using Temas.Customers.Identity;
using Temas.Customers.Profiles;
using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Storage.EventLog;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Demo;

/// <summary>A demo that goes on in real time, is stopped, and goes on again.</summary>
public sealed class LiveDemoTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("temas-live-").FullName;
    private readonly HandClock clock = new(DateTimeOffset.Parse("2026-06-01T09:00:00Z", CultureInfo.InvariantCulture));
    private WorkspaceRegistry registry = null!;
    private SourceRegistry sources = null!;
    private TellWorld tell = null!;

    public async Task InitializeAsync()
    {
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new DemoModule()], clock, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        sources = new SourceRegistry(registry, clock, NullLogger<SourceRegistry>.Instance);
        tell = new TellWorld(new CollectPipeline(new IntakePool(clock)), new CreateSource(sources, new AuditProbe()), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        sources.Dispose();
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Trait("Length", "Long")]
    [Fact]
    public async Task Live_StoppedForDaysAndStartedAgain_IsTheSameWorldAsLoadedAtOnce()
    {
        var request = new DemoRequest(Seed: 5, Customers: 3_000, Days: 10);
        var load = new LoadDemo(tell, clock);
        var lived = registry.All[0];
        (await load.HandleAsync(lived, request, Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        var state = DemoState.Of(lived);
        state.IsLiving.ShouldBeTrue();

        var history = lived.Log.Head;
        await LiveAsync(TimeSpan.FromMinutes(2), TimeSpan.FromHours(3), TimeSpan.FromHours(4));
        lived.Log.Head.ShouldBeGreaterThan(history);
        // What is told when its time has come is no import: whatever reacts to events reacts to it.
        lived.Log.ReadLatest(1)[0].Flags.ShouldBe(EventFlags.None);
        clock.Now += TimeSpan.FromDays(3);
        await LiveAsync(TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(40));

        var atOnce = (await registry.CreateAsync(WorkspaceKey.Parse("atonce").Value, "At once")).Value;
        await DemoState.Of(atOnce).BeginAsync(state.Row! with { Reached = state.Row.World.Begin, Living = false }, "{}", default);
        (await load.HandleAsync(atOnce, new DemoRequest(), Actor.System, null, default)).Value.Dropped.ShouldBe(0);
        Messages(lived).ShouldBe(Messages(atOnce));
        (await lived.Log.CountAsync()).Where(c => c.Fate is not ("accepted" or "duplicate")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Stop_ALivingDemo_MakesItStandStill()
    {
        var workspace = registry.All[0];
        (await new LoadDemo(tell, clock).HandleAsync(workspace, new DemoRequest(Customers: 500, Days: 5), Actor.System, null, default)).IsOk.ShouldBeTrue();
        (await StopDemo.RunAsync(workspace, default)).ShouldBeNull();
        DemoState.Of(workspace).IsLiving.ShouldBeFalse();
        var head = workspace.Log.Head;
        using (var live = new LiveDemo(registry, tell, new DemoOptions(Living: true), clock, NullLogger<LiveDemo>.Instance))
        {
            await live.StartAsync(default);
            clock.Now += TimeSpan.FromHours(5);
            await Task.Delay(1500);
            await live.StopAsync(default);
        }

        workspace.Log.Head.ShouldBe(head);
        var other = (await registry.CreateAsync(WorkspaceKey.Parse("other").Value, "Other")).Value;
        (await StopDemo.RunAsync(other, default))!.Code.ShouldBe("demo_none");
    }

    [Fact]
    public async Task Remove_ADemo_TakesItsFolderAndLeavesTheOthers()
    {
        var demo = (await registry.CreateAsync(WorkspaceKey.Parse("veranda").Value, "Veranda")).Value;
        (await new LoadDemo(tell, clock).HandleAsync(demo, new DemoRequest(Customers: 100, Days: 5), Actor.System, null, default)).IsOk.ShouldBeTrue();
        (await registry.RemoveAsync(demo.Key)).ShouldBeNull();
        Directory.GetDirectories(Path.Combine(folder, "workspaces")).Select(Path.GetFileName).ShouldBe(["main"]);
        (await registry.RemoveAsync(WorkspaceKey.Default))!.Code.ShouldBe("workspace_last");
        var again = (await registry.CreateAsync(WorkspaceKey.Parse("veranda").Value, "Veranda")).Value;
        (again.Log.Head, DemoState.Of(again).IsDemo).ShouldBe((0, false));
    }

    [Fact]
    public async Task Story_OfAMisfire_IsSeenByTheFold()
    {
        var workspace = registry.All[0];
        (await new LoadDemo(tell, clock).HandleAsync(workspace, new DemoRequest(Customers: 1_500, Days: 120), Actor.System, null, default)).IsOk.ShouldBeTrue();
        var customers = workspace.Part<CustomersProjection>();
        var stories = 0;
        var message = workspace.Log.ReadFrom(1).Where(e => e.Json.Span.IndexOf("order_arrived"u8) >= 0).Select(e => workspace.Part<Temas.Collect.Contracts.IAttribution>().Of(e.Position)!.Id).Distinct();
        foreach (var id in message)
        {
            var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
            var fold = FoldCustomer.Run(workspace, customers.Resolve(id)!, keepMoments: true);
            var misfires = fold.Moments(now).Where(m => m.Touchpoint?.Key == "order-arrived-message" && m.Evidence is [{ Code: EvidenceCode.Misfire }, ..]).ToList();
            if (misfires.Count == 0) continue;
            stories++;
            misfires.ShouldAllBe(m => m.Perception < 0);
            fold.Moments(now).ShouldContain(m => m.Kind == MomentKind.PromiseBroken);
            fold.Finish(now).Promises.ShouldContain(p => p.Status == PromiseStatus.Late && p.Misfires > 0);
        }

        stories.ShouldBeGreaterThan(3);
    }

    private async Task LiveAsync(params TimeSpan[] steps)
    {
        var state = DemoState.Of(registry.All[0]);
        using var live = new LiveDemo(registry, tell, new DemoOptions(Living: true), clock, NullLogger<LiveDemo>.Instance);
        await live.StartAsync(default);
        foreach (var step in steps)
        {
            clock.Now += step;
            var due = clock.Now;
            for (var i = 0; i < 600 && state.Status!.Reached < due - TimeSpan.FromMinutes(1); i++) await Task.Delay(50);
            state.Status!.Reached.ShouldBeGreaterThan(due - TimeSpan.FromMinutes(1));
        }

        // To the last second: what has come is told before the service ends.
        clock.Now += TimeSpan.FromMinutes(1);
        var end = clock.Now;
        for (var i = 0; i < 600 && state.Status!.Reached <= end; i++) await Task.Delay(50);
        await live.StopAsync(default);
    }

    private static List<string> Messages(Workspace workspace) =>
        [.. workspace.Log.ReadFrom(1).Select(e => FormattableString.Invariant($"{e.Source} {e.Time} {Encoding.UTF8.GetString(e.Json.Span)}")).Order(StringComparer.Ordinal)];

    private sealed class HandClock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
