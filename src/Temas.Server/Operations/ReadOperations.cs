using System.Globalization;
using Temas.Kernel;
using Temas.Server.Audit;
using Temas.Server.Settings;
using Temas.Storage.Workspaces;
using Temas.Ui.Http;

namespace Temas.Server.Operations;

/// <summary>How a workspace and its installation are doing, for whoever runs them.</summary>
/// <param name="Release">The release that runs.</param>
/// <param name="StartedAt">Since when the process runs.</param>
/// <param name="Store">Kind of store: <c>sqlite</c> or <c>postgres</c>.</param>
/// <param name="Log">The event log.</param>
/// <param name="Projections">What is derived from it.</param>
/// <param name="Storage">What it takes on disk.</param>
/// <param name="Process">The process.</param>
/// <param name="Requests">Requests to the whole installation.</param>
/// <param name="LastBackup">When the last backup was made; null when none is known.</param>
internal sealed record OperationsView(
    string Release, DateTimeOffset StartedAt, string Store, LogView Log, IReadOnlyList<ProjectionView> Projections, StorageView Storage, ProcessView Process, RequestFigures Requests, DateTimeOffset? LastBackup);

/// <summary>The event log of a workspace.</summary>
/// <param name="Head">Position of the last record.</param>
/// <param name="Waiting">Batches that wait to be written.</param>
/// <param name="StoredPerMinute">Records stored in each of the last 60 minutes, the running one last.</param>
/// <param name="Duplicates">Events of the last 60 minutes that were there already.</param>
/// <param name="Dropped">Events dropped in the last 60 minutes.</param>
/// <param name="CommitP50Ms">How long half of the latest commits took at most, in milliseconds; null before the first.</param>
/// <param name="CommitP99Ms">How long 99 of 100 took at most.</param>
/// <param name="Failures">Commits that failed since the start of the process.</param>
internal sealed record LogView(long Head, int Waiting, IReadOnlyList<long> StoredPerMinute, long Duplicates, long Dropped, double? CommitP50Ms, double? CommitP99Ms, long Failures);

/// <summary>What is derived from the log.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Position">The position up to which it stands.</param>
/// <param name="Lag">Records that it lacks.</param>
/// <param name="Fault">Why it could not be written to disk the last time; null when it was.</param>
internal sealed record ProjectionView(string Name, long Position, long Lag, string? Fault);

/// <summary>Bytes on disk.</summary>
/// <param name="Database">The workspace's database: event log, definitions, receipts.</param>
/// <param name="Snapshots">Files derived from it.</param>
/// <param name="Free">Free on the disk of the data folder.</param>
/// <param name="Size">Size of that disk.</param>
internal sealed record StorageView(long Database, long Snapshots, long Free, long Size);

/// <summary>The process.</summary>
/// <param name="Resident">Bytes of memory that it has.</param>
/// <param name="Managed">Bytes of them that hold objects.</param>
/// <param name="CpuSeconds">Processor time since the start.</param>
internal sealed record ProcessView(long Resident, long Managed, double CpuSeconds);

/// <summary>Reads how a workspace is doing.</summary>
internal sealed class ReadOperations(RequestWatch requests, AuditTrail audit, TemasSettings settings, TimeProvider clock)
{
    private readonly DateTimeOffset started = clock.GetUtcNow();

    /// <summary>Changes every ten seconds, as the state may.</summary>
    public string Version => (clock.GetUtcNow().ToUnixTimeSeconds() / 10).ToString(CultureInfo.InvariantCulture);

    /// <summary>The state of this moment.</summary>
    public async Task<OperationsView> RunAsync(Workspace workspace, CancellationToken cancel)
    {
        var (log, head, activity) = (workspace.Log, workspace.Log.Head, workspace.Log.Activity);
        var disk = new DriveInfo(settings.Data);
        return new OperationsView(
            Verbs.MakeBackup.Release,
            started,
            settings.StoreKind,
            new LogView(head, log.Waiting, activity.Stored, activity.Duplicates, activity.Dropped, activity.CommitP50?.TotalMilliseconds, activity.CommitP99?.TotalMilliseconds, activity.Failures),
            [.. log.Standing.Select(p => new ProjectionView(p.Name, p.Position, Math.Max(0, head - p.Position), p.Fault))],
            new StorageView(await workspace.Database.BytesAsync(cancel), SnapshotBytes(workspace), disk.AvailableFreeSpace, disk.TotalSize),
            new ProcessView(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false), Environment.CpuUsage.TotalTime.TotalSeconds),
            requests.Read(),
            await audit.LastAsync(Verbs.MakeBackup.Action, cancel));
    }

    private static long SnapshotBytes(Workspace workspace) =>
        new DirectoryInfo(workspace.Folder).EnumerateFiles("*", new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true })
            .Where(f => !f.Name.StartsWith("workspace.db", StringComparison.Ordinal)).Sum(f => f.Exists ? f.Length : 0);
}

/// <summary>The HTTP API of operations.</summary>
internal static class OperationsEndpoints
{
    public static void MapOperations(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/operations").RequireAuthorization(Policies.Own).WithTags("Operations");
        group.MapGet("", async (ReadOperations read, CurrentWorkspace current, CancellationToken cancel) => TypedResults.Json(await read.RunAsync(current.Value, cancel), Hosting.ServerJson.Default.OperationsView))
            .Produces<OperationsView>()
            .WithSummary("Tells how the workspace and the installation are doing: throughput, queue, lag, storage, slow requests, last backup");
        group.MapGet("/stream", (HttpContext http, ReadOperations read) => EventStream.TellVersionAsync(http, TimeSpan.FromSeconds(2), () => read.Version))
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream")
            .WithSummary("Tells every ten seconds that the state is to be read again (server-sent events)");
    }
}
