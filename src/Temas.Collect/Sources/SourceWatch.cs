using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Temas.Collect.Sources;

/// <summary>Reads the sources once a second, so that a key that another process revoked stops writing.</summary>
internal sealed partial class SourceWatch(SourceRegistry registry, TimeProvider clock, ILogger<SourceWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        var failing = false;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                try
                {
                    await registry.RefreshAsync(stoppingToken);
                    failing = false;
                }
#pragma warning disable CA1031 // Whatever stands in the way of one reading, the next is tried a second later; the keys known before stay in force.
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    if (!failing) LogFailed(e);
                    failing = true;
                }
#pragma warning restore CA1031
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    [LoggerMessage(LogLevel.Error, "The sources cannot be read; the ones known before stay in force.")]
    private partial void LogFailed(Exception error);
}
