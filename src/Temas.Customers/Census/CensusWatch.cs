using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Storage.Workspaces;
using Temas.Timelines;

namespace Temas.Customers.Census;

/// <summary>Once a second: has the census of each workspace brought up to date where it is due. On a thread of low priority, so that requests and the log's writer come first.</summary>
internal sealed partial class CensusWatch(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<CensusWatch> log) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), clock);
        Task? running = null;
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                if (running is { IsCompleted: false }) continue;
                if (running?.Exception?.InnerException is { } e) Failed(log, e);
                running = Start(stoppingToken);
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }

        if (running is not null) await Task.WhenAny(running);
    }

    private Task Start(CancellationToken cancel) => Housekeeping.Run(() =>
    {
        foreach (var workspace in workspaces.All)
        {
            if (cancel.IsCancellationRequested) return;
            workspace.FindPart<CustomerCensus>()?.RefreshIfDue(cancel);
        }
    });

    [LoggerMessage(LogLevel.Error, "The figures over all customers could not be brought up to date; it is tried again.")]
    private static partial void Failed(ILogger log, Exception e);
}
