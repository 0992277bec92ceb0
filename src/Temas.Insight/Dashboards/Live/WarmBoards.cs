using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Temas.Insight.Columns;
using Temas.Storage.Workspaces;

namespace Temas.Insight.Dashboards.Live;

/// <summary>
/// After a start has the columns read in, and what is known of customers worked out, where dashboards were looked at in the last days: with very many customers that takes minutes, and whoever opens the first page should not have to wait for it.
/// </summary>
internal sealed partial class WarmBoards(WorkspaceRegistry workspaces, TimeProvider clock, ILogger<WarmBoards> log) : BackgroundService
{
    private static readonly TimeSpan Lately = TimeSpan.FromDays(7), Often = TimeSpan.FromHours(1), First = TimeSpan.FromSeconds(2);

    /// <summary>Notes that somebody opened a dashboard.</summary>
    public static void Note(Workspace workspace)
    {
        try
        {
            if (LookedAt(workspace) is { } last && workspace.Clock.GetUtcNow() - last < Often) return;
            File.WriteAllText(FileOf(workspace), "");
            File.SetLastWriteTimeUtc(FileOf(workspace), workspace.Clock.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next start is as slow as the first.
        }
    }

    /// <summary>When somebody opened one last, to within an hour; null for never.</summary>
    public static DateTimeOffset? LookedAt(Workspace workspace) => File.Exists(FileOf(workspace)) ? File.GetLastWriteTimeUtc(FileOf(workspace)) : null;

    /// <summary>Works out what boards of a workspace need, if somebody looked at one lately; whether it did.</summary>
    public static async Task<bool> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        if (LookedAt(workspace) is not { } last || workspace.Clock.GetUtcNow() - last > Lately || workspace.Log.Head == 0) return false;
        var columns = workspace.Part<LiveColumns>();
        await columns.CatchUpAsync(cancel);
        await columns.KeepProfilesAsync(cancel);
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await Task.Delay(First, clock, stoppingToken);
            foreach (var workspace in workspaces.All)
            {
                try
                {
                    await RunAsync(workspace, stoppingToken);
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    Failed(log, e, workspace.Key.Value);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The server stops.
        }
    }

    private static string FileOf(Workspace workspace) => Path.Combine(workspace.Folder, "boards.looked");

    [LoggerMessage(LogLevel.Warning, "What the dashboards of {Workspace} need was not worked out at the start; whoever opens one first waits for it.")]
    private static partial void Failed(ILogger log, Exception e, string workspace);
}
