using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Collect;
using Temas.Demo.Lives;
using Temas.Demo.World;
using Temas.Kernel;
using Temas.Storage.Workspaces;

namespace Temas.Demo.Loading;

/// <summary>Whether demos live. Set by the host from the setting <c>demo</c>.</summary>
/// <param name="Living">False: a demo stands still, whatever its workspace says.</param>
public sealed record DemoOptions(bool Living);

/// <summary>
/// Lets the demos of a running server go on in real time: fills the gap since they were told last, then tells each event when its time has come. Does nothing in workspaces that are no demo.
/// </summary>
internal sealed partial class LiveDemo(WorkspaceRegistry workspaces, TellWorld tell, DemoOptions options, TimeProvider clock, ILogger<LiveDemo> log) : BackgroundService
{
    /// <summary>How far ahead lives are lived: so often all of them are lived through from the beginning, which takes a second or two and leaves no memory behind.</summary>
    private const long Ahead = 6 * Clock.Hour;

    /// <summary>A longer gap is told as history.</summary>
    private const long Gap = 10 * Clock.Minute;

    private static readonly Actor Self = new("demo", "veranda");

    private readonly Dictionary<Workspace, Window> windows = [];
    private readonly HashSet<Workspace> given = [];

    private sealed class Window(long begin, long end, List<(SheetEntry Entry, ReadOnlyMemory<byte> Json)> events)
    {
        public long Told { get; set; } = begin;

        public long Saved { get; set; } = begin;

        public long End => end;

        public int Next { get; set; }

        public List<(SheetEntry Entry, ReadOnlyMemory<byte> Json)> Events => events;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (!options.Living) return;
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        try
        {
            do
            {
                foreach (var workspace in workspaces.All)
                {
                    if (DemoState.Of(workspace) is { IsLiving: true } state && !given.Contains(workspace)) await TurnAsync(workspace, state, stoppingToken);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException)
        {
            // The server stops; the next start fills the gap.
        }
    }

    private async Task TurnAsync(Workspace workspace, DemoState state, CancellationToken cancel)
    {
        if (!await state.Telling.WaitAsync(0, cancel)) return;
        try
        {
            var problem = await TellDueAsync(workspace, state, cancel);
            if (problem is null) return;
            if (problem.Code == "demo_left") return;
            LogFailed(workspace.Key.Value, problem.Code);
            given.Add(workspace);
        }
#pragma warning disable CA1031 // A demo must never take the server with it; without it everything else goes on.
        catch (Exception e) when (!cancel.IsCancellationRequested)
        {
            LogBroken(workspace.Key.Value, e);
            given.Add(workspace);
        }
#pragma warning restore CA1031
        finally
        {
            state.Telling.Release();
        }
    }

    private async Task<Problem?> TellDueAsync(Workspace workspace, DemoState state, CancellationToken cancel)
    {
        var row = state.Row!;
        if (row.Simulator != Planted.Version)
            return new Problem(ProblemKind.Conflict, "demo_other_release", "The demo was made by another release.") { WayOut = "Remove it with temas demo remove and load it again." };
        var now = clock.GetUtcNow().ToUnixTimeMilliseconds();
        var window = windows.GetValueOrDefault(workspace);
        // Somebody else told it further meanwhile, or the window has passed.
        if (window is not null && (window.Told < row.Reached || window.Told >= window.End)) window = null;
        if (window is null)
        {
            if (now - row.Reached > Gap)
            {
                var caughtUp = await tell.RunAsync(workspace, state, now, Self, null, cancel);
                if (caughtUp.Problem is { } failed) return failed;
                LogCaughtUp(workspace.Key.Value, caughtUp.Value.Accepted);
                row = state.Row!;
            }

            windows[workspace] = window = await Task.Run(() => LookAhead(row.World, row.Reached, cancel), cancel);
        }

        var from = window.Next;
        while (window.Next < window.Events.Count && window.Events[window.Next].Entry.Time <= now) window.Next++;
        if (window.Next > from)
        {
            var sources = await tell.SourcesAsync(workspace, Self, cancel);
            if (sources.Problem is { } problem) return problem;
            var pages = Simulation.Paginate(window.Events.GetRange(from, window.Next - from), CollectLimits.BatchEvents, CollectLimits.BodyBytes);
            if (await tell.SendAsync(workspace, sources.Value, pages, imported: false, new TellWorld.Counts(), cancel) is { } failed) return failed;
        }

        window.Told = Math.Min(now + 1, window.End);
        // Written down twice a minute: what is told again after a kill is known to the log.
        if (window.Told - window.Saved < Clock.Minute / 2 && window.Told < window.End) return null;
        window.Saved = window.Told;
        await state.ReachAsync(window.Told, cancel);
        return null;
    }

    private static Window LookAhead(WorldSpec world, long from, CancellationToken cancel)
    {
        using var simulation = new Simulation(world, from, threads: 1, cancel);
        simulation.LiveTo(from);
        return new Window(from, from + Ahead, simulation.LiveTo(from + Ahead));
    }

    [LoggerMessage(LogLevel.Information, "The demo in workspace {Workspace} has caught up with the present: {Events} events.")]
    private partial void LogCaughtUp(string workspace, long events);

    [LoggerMessage(LogLevel.Warning, "The demo in workspace {Workspace} stands still: {Code}. A restart of the server tries again.")]
    private partial void LogFailed(string workspace, string code);

    [LoggerMessage(LogLevel.Error, "The demo in workspace {Workspace} stands still after an internal error.")]
    private partial void LogBroken(string workspace, Exception error);
}
