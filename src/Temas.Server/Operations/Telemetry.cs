using System.Diagnostics;
using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using Temas.Server.Settings;
using Temas.Storage.Workspaces;

namespace Temas.Server.Operations;

/// <summary>
/// Sends traces and metrics to an OpenTelemetry collector (OTLP over HTTP): those of the framework (requests, connections, runtime), of PostgreSQL, and Temas's own (docs/production.md).
/// What could tell of a person is taken off before it leaves: addresses, query strings, senders.
/// </summary>
internal sealed class Telemetry(TemasSettings settings, WorkspaceRegistry workspaces) : IHostedService, IDisposable
{
    private const string Own = "Temas";

    private static readonly string[] Told = ["http.request.method", "http.response.status_code", "http.route", "error.type", "network.protocol.version", "temas.workspace", "db.system.name", "db.system"];

    private readonly Meter meter = new(Own);
    private TracerProvider? traces;
    private MeterProvider? metrics;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var resource = ResourceBuilder.CreateEmpty().AddService("temas", serviceVersion: Verbs.MakeBackup.Release, autoGenerateServiceInstanceId: true);
        traces = Sdk.CreateTracerProviderBuilder()
            .SetResourceBuilder(resource)
            .AddSource(Own, "Microsoft.AspNetCore", "Npgsql")
            .AddProcessor(new Discreet())
            .AddOtlpExporter(o => Set(o, "v1/traces"))
            .Build();
        metrics = Sdk.CreateMeterProviderBuilder()
            .SetResourceBuilder(resource)
            .AddMeter(Own, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime", "Npgsql")
            .AddOtlpExporter(o => Set(o, "v1/metrics"))
            .Build();
        meter.CreateObservableGauge("temas.log.head", () => Of(w => w.Log.Head), "{record}", "Position of the last record of the event log.");
        meter.CreateObservableGauge("temas.log.waiting", () => Of(w => w.Log.Waiting), "{batch}", "Batches that wait to be written to the event log.");
        meter.CreateObservableGauge("temas.log.lag", () => Of(w => w.Log.Standing.Max(p => w.Log.Head - p.Position)), "{record}", "Records that the slowest projection lacks.");
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        traces?.ForceFlush(2000);
        metrics?.ForceFlush(2000);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        traces?.Dispose();
        metrics?.Dispose();
        meter.Dispose();
    }

    private IEnumerable<Measurement<long>> Of(Func<Workspace, long> measure) =>
        [.. workspaces.All.Select(w => new Measurement<long>(measure(w), new KeyValuePair<string, object?>("temas.workspace", w.Key.Value)))];

    private void Set(OtlpExporterOptions options, string path) => (options.Protocol, options.Endpoint) = (OtlpExportProtocol.HttpProtobuf, new Uri(settings.Otlp!, path));

    /// <summary>Leaves of a trace what says how the system does, and takes away whatever else the framework noted.</summary>
    private sealed class Discreet : BaseProcessor<Activity>
    {
        public override void OnEnd(Activity data)
        {
            foreach (var tag in data.TagObjects.ToList())
            {
                if (!Told.Contains(tag.Key)) data.SetTag(tag.Key, null);
            }

            // A statement of a database may stand in a name, too.
            if (data.Source.Name == "Npgsql") data.DisplayName = data.OperationName;
        }
    }
}
