using System.Diagnostics.Metrics;
using Temas.Storage.Workspaces;

namespace Temas.Server.Operations;

/// <summary>Measures of the logs that are looked at when somebody asks.</summary>
internal static class LogMeters
{
    private static readonly Meter Meter = new("Temas");
    private static readonly Lock Gate = new();
    private static WorkspaceRegistry? watched;

    /// <summary>Measures the logs of these workspaces from now on; one installation a process.</summary>
    public static void Watch(WorkspaceRegistry workspaces)
    {
        lock (Gate)
        {
            var isFirst = watched is null;
            watched = workspaces;
            if (!isFirst) return;
            Meter.CreateObservableGauge("temas.log.head", () => Of(w => w.Log.Head), "{record}", "Position of the last record of the event log.");
            Meter.CreateObservableGauge("temas.log.waiting", () => Of(w => w.Log.Waiting), "{batch}", "Batches that wait to be written to the event log.");
            Meter.CreateObservableGauge("temas.log.lag", () => Of(w => w.Log.Standing.Max(p => w.Log.Head - p.Position)), "{record}", "Records that the slowest projection lacks.");
        }
    }

    private static IEnumerable<Measurement<long>> Of(Func<Workspace, long> measure) =>
        [.. (watched?.All ?? []).Select(w => new Measurement<long>(measure(w), new KeyValuePair<string, object?>("temas.workspace", w.Key.Value)))];
}
