using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Temas.Collect;
using Temas.Collect.Sources;
using Temas.Collect.Tracking;
using Temas.Customers;
using Temas.Demo;
using Temas.Demo.Contracts;
using Temas.Demo.Loading;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Tests.Demo;

/// <summary>The demo company in workspaces on SQLite.</summary>
public sealed class LoadDemoTests : IAsyncLifetime
{
    private static readonly DemoRequest Small = new(Seed: 3, Customers: 150, Days: 60, Until: DateTimeOffset.Parse("2026-06-01T00:00:00Z", CultureInfo.InvariantCulture));

    private readonly string folder = Directory.CreateTempSubdirectory("temas-demo-").FullName;
    private WorkspaceRegistry registry = null!;
    private SourceRegistry sources = null!;
    private LoadDemo load = null!;

    public async Task InitializeAsync()
    {
        registry = new WorkspaceRegistry(new StoreOptions { Data = folder }, [new CollectModule(), new CustomersModule(), new DemoModule()], TimeProvider.System, NullLoggerFactory.Instance);
        await registry.OpenAsync([]);
        sources = new SourceRegistry(registry, TimeProvider.System, NullLogger<SourceRegistry>.Instance);
        load = new LoadDemo(new TellWorld(new CollectPipeline(new IntakePool(TimeProvider.System)), new CreateSource(sources, new AuditProbe()), TimeProvider.System), TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        sources.Dispose();
        await registry.CloseAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task HandleAsync_Twice_AddsNothing()
    {
        var workspace = registry.All[0];
        var first = (await load.HandleAsync(workspace, Small, Actor.System, null, default)).Value;
        (first.Dropped, first.Duplicates).ShouldBe((0, 0));
        workspace.Log.Head.ShouldBe(first.Accepted);

        var second = (await load.HandleAsync(workspace, Small, Actor.System, null, default)).Value;
        (second.Accepted, second.Duplicates, workspace.Log.Head).ShouldBe((0, 0, first.Accepted));

        // Even when nothing is remembered of how far it came: the log knows every message.
        await using (var connection = await workspace.Database.OpenAsync())
        {
            await using var forget = connection.CreateCommand();
            forget.CommandText = "update demo set reached = begin_at";
            await forget.ExecuteNonQueryAsync();
        }

        var state = new DemoState(workspace.Database);
        state.Status!.Reached.ShouldBe(state.Status.Begin);
        var tell = new TellWorld(new CollectPipeline(new IntakePool(TimeProvider.System)), new CreateSource(sources, new AuditProbe()), TimeProvider.System);
        var again = (await tell.RunAsync(workspace, state, Small.Until!.Value.ToUnixTimeMilliseconds(), Actor.System, null, default)).Value;
        (again.Accepted, again.Duplicates, workspace.Log.Head).ShouldBe((0, first.Accepted, first.Accepted));
    }

    [Trait("Length", "Long")]
    [Fact]
    public async Task HandleAsync_InterruptedAndRepeated_IsWhatItWouldHaveBeen()
    {
        var whole = registry.All[0];
        var broken = (await registry.CreateAsync(WorkspaceKey.Parse("broken").Value, "Broken")).Value;
        var first = (await load.HandleAsync(whole, Small with { Customers = 20_000, Days = 20 }, Actor.System, null, default)).Value;

        using var stop = new CancellationTokenSource();
        var progress = new Callback(p =>
        {
            if (p.Days >= 7) stop.Cancel();
        });
        await Should.ThrowAsync<OperationCanceledException>(() => load.HandleAsync(broken, Small with { Customers = 20_000, Days = 20 }, Actor.System, progress, stop.Token));
        broken.Log.Head.ShouldBeInRange(1, first.Accepted - 1);
        var rest = (await load.HandleAsync(broken, Small with { Customers = 20_000, Days = 20 }, Actor.System, null, default)).Value;
        rest.Dropped.ShouldBe(0);
        broken.Log.Head.ShouldBe(whole.Log.Head);
        Messages(broken).ShouldBe(Messages(whole));
    }

    [Fact]
    public async Task BeginAsync_WhereItDoesNotBelong_IsAConflict()
    {
        var workspace = registry.All[0];
        (await load.HandleAsync(workspace, Small, Actor.System, null, default)).IsOk.ShouldBeTrue();
        (await load.BeginAsync(workspace, Small with { Seed = 4 }, Actor.System, default)).Problem!.Code.ShouldBe("demo_other");
        (await load.BeginAsync(workspace, new DemoRequest(), Actor.System, default)).IsOk.ShouldBeTrue();

        var own = (await registry.CreateAsync(WorkspaceKey.Parse("own").Value, "Own")).Value;
        var source = (await new CreateSource(sources, new AuditProbe()).FindOrCreateAsync(own, "Shop", Actor.System)).Value;
        await new CollectPipeline(new IntakePool(TimeProvider.System)).AcceptAsync(own, source, """{"type":"track","event":"A","userId":"u"}"""u8.ToArray(), false);
        (await load.BeginAsync(own, Small, Actor.System, default)).Problem!.Code.ShouldBe("workspace_not_empty");
        DemoState.Of(own).IsDemo.ShouldBeFalse();
    }

    [Fact]
    public async Task BeginAsync_UntilTomorrow_IsRefused() =>
        (await load.BeginAsync(registry.All[0], new DemoRequest(Until: DateTimeOffset.MaxValue.AddYears(-1)), Actor.System, default)).Problem!.Code.ShouldBe("demo_until_invalid");

    private static List<string> Messages(Workspace workspace) =>
        [.. workspace.Log.ReadFrom(1).Select(e => FormattableString.Invariant($"{e.Source} {e.Time} {System.Text.Encoding.UTF8.GetString(e.Json.Span)}")).Order(StringComparer.Ordinal)];

    private sealed class Callback(Action<DemoProgress> report) : IProgress<DemoProgress>
    {
        public void Report(DemoProgress value) => report(value);
    }
}
