using Microsoft.Extensions.Hosting;

namespace Temas.Server.Operations;

/// <summary>
/// Has the collector look at the old generation earlier than it would by itself. What a question notes and throws away are large arrays, which are collected with the old generation alone; the collector lets about as much of them pile up as is in use,
/// and counts on all memory of the machine, which Temas shares with others. To look is cheap here, for most of what is in use are few and large arrays of numbers, and it is done beside those who ask.
/// </summary>
internal sealed class MemoryWatch(TimeProvider clock) : BackgroundService
{
    // So much may pile up: a part of what is in use, and a little in any case.
    private const double Part = 0.25;
    private const long Little = 64L << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Pause, clock);
        long looked = -1;
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            var last = Last();
            // What was asked for is still being done.
            if (last.Index == looked || GC.GetTotalMemory(forceFullCollection: false) - last.PromotedBytes < Math.Max(Little, Part * last.PromotedBytes)) continue;
            looked = last.Index;
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Forced, blocking: false);
        }
    }

    /// <summary>The last look at the old generation.</summary>
    private static GCMemoryInfo Last()
    {
        var (beside, alone) = (GC.GetGCMemoryInfo(GCKind.Background), GC.GetGCMemoryInfo(GCKind.FullBlocking));
        return beside.Index > alone.Index ? beside : alone;
    }
}
