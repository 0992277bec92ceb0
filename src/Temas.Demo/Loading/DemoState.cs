using System.Runtime.CompilerServices;
using Temas.Demo.Contracts;
using Temas.Demo.World;
using Temas.Kernel;
using Temas.Storage;
using Temas.Storage.Workspaces;

namespace Temas.Demo.Loading;

/// <summary>A workspace as a demo: a part of every workspace, empty where it is none.</summary>
public sealed class DemoState
{
    private readonly Database database;
    private volatile DemoRow? row;
    private readonly StrongBox<CancellationTokenSource> stopping = new(new CancellationTokenSource());

    internal DemoState(Database database) => (this.database, row) = (database, DemoStore.Read(database));

    /// <summary>Whether the workspace is a demo.</summary>
    public bool IsDemo => row is not null;

    /// <summary>Whether it goes on in real time.</summary>
    public bool IsLiving => row is { Living: true };

    /// <summary>What is known of it, or null where it is none.</summary>
    public DemoStatus? Status => row is { } r
        ? new DemoStatus(r.World.Seed, r.World.Customers, r.World.Days, At(r.World.Begin), At(r.Reached), r.Living, Progress)
        : null;

    /// <summary>How far the loading is, while it is under way.</summary>
    public DemoProgress? Progress { get; internal set; }

    /// <summary>The part of a workspace.</summary>
    public static DemoState Of(Workspace workspace) => workspace.Part<DemoState>();

    /// <summary>Waits until nobody tells of the world any more, and lets nobody begin again.</summary>
    public Task WaitForSilenceAsync(CancellationToken cancel) => Telling.WaitAsync(cancel);

    /// <summary>Ends what is being told just now.</summary>
    internal void Stop()
    {
        // Whoever begins after this call gets a fresh one.
        Interlocked.Exchange(ref stopping.Value!, new CancellationTokenSource()).Cancel();
    }

    /// <summary>Ends when the demo is stopped.</summary>
    internal CancellationToken Stopping => Volatile.Read(ref stopping.Value!).Token;

    /// <summary>Whoever tells events of the world holds it.</summary>
    internal SemaphoreSlim Telling { get; } = new(1, 1);

    /// <summary>Changes to the row, one at a time.</summary>
    private SemaphoreSlim Writing { get; } = new(1, 1);

    internal DemoRow? Row => row;

    internal async Task BeginAsync(DemoRow made, string truth, CancellationToken cancel)
    {
        await DemoStore.InsertAsync(database, made, truth, cancel);
        row = made;
    }

    /// <summary>Remembers to which moment the world was told.</summary>
    internal Task ReachAsync(long reached, CancellationToken cancel) => ChangeAsync(r => r with { Reached = Math.Max(reached, r.Reached) }, cancel);

    /// <summary>Makes it go on in real time, or stop.</summary>
    internal Task LiveAsync(bool living, CancellationToken cancel) => ChangeAsync(r => r with { Living = living }, cancel);

    /// <summary>The truth as it was written down when the world was begun.</summary>
    public Task<string?> ReadTruthAsync(CancellationToken cancel) => DemoStore.ReadTruthAsync(database, cancel);

    /// <summary>The answer to whoever asks about the demo where there is none.</summary>
    public static Problem NotADemo(Workspace workspace) =>
        Problem.NotFound("demo_none", "This workspace is no demo.", "workspace", workspace.Key.Value, "Load one with temas demo.");

    private async Task ChangeAsync(Func<DemoRow, DemoRow> change, CancellationToken cancel)
    {
        await Writing.WaitAsync(cancel);
        try
        {
            if (row is not { } old) return;
            var changed = change(old);
            if (changed == old) return;
            await DemoStore.UpdateAsync(database, changed, cancel);
            row = changed;
        }
        finally
        {
            Writing.Release();
        }
    }

    private static DateTimeOffset At(long time) => DateTimeOffset.FromUnixTimeMilliseconds(time);
}
